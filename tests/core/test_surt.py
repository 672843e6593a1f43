"""SURT keys: the same for all spellings of one page, and those that other tools look up by."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.surt import surt
from tests.edges import judges

HOSTS = (
    *("example.com", "www.example.com", "WWW2.Example.org", "www.com", "a..b.example.", "bücher.example"),
    *("xn--bcher-kva.example", "127.0.0.1", "3232235777", "[::1]", "user:pw@host.example", "%65xample.com"),
    *("1.2.3.4.5", "خبر.example", "%E3%81%82.example", "host_under.example"),
)
PORTS = ("", "", ":80", ":443", ":8080", ":")
SEGMENTS = (
    *(
        "a",
        "B",
        "..",
        ".",
        "",
        "%41",
        "%2F",
        "%25",
        "%2541",
        "café",
        "caf%C3%A9",
        "~x",
        "%7e",
        "a b",
        "a;b=1",
        "x.aspx",
    ),
    *("(a(0123456789abcdefghij0123))", "(0123456789abcdefghij0123)", "+", "%", "%zz", "'", '"', "[x]", "|", "{", "#f"),
)
ARGUMENTS = (
    *(
        "",
        "a=1",
        "b=2",
        "A=2",
        "a",
        "=",
        "&",
        "x=%26",
        "%3D=%3d",
        "q=a+b",
        "q=خ",
        "?",
        "a=b=c",
        "%23",
        "cfid=1&cftoken=2",
    ),
    *("sid=0123456789abcdef0123456789abcdef", "JSESSIONID=0123456789ABCDEF0123456789ABCDEF"),
    *("phpsessid=0123456789abcdef0123456789abcdef", "ASPSESSIONIDabcdefgh=abcdefghijklmnopqrstuvwx"),
)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://example.com/", "com,example)/"),
        ("https://www.Example.com:443/A/B/?b=2&a=1#part", "com,example)/a/b?a=1&b=2"),
        ("http://news.example:8080", "example,news:8080)/"),
        ("http://news.example/a/./b/..//c/", "example,news)/a/c"),
        ("http://news.example/../a", "example,news)/../a"),
        ("http://news.example/%D8%AE", "example,news)/%d8%ae"),
        ("http://news.example/خ", "example,news)/%d8%ae"),
        ("http://news.example/a%2525b", "example,news)/a%25b"),
        ("http://news.example/?", "example,news)/"),
        ("http://127.0.0.1:81/a", "1,0,0,127:81)/a"),
        ("http://127.1/", "1,0,0,127)/"),
        ("http://0300.0250.1/", "1,0,168,192)/"),
        ("http://256.1.1.1/", "1,1,1,256)/"),
        ("http://[::1]:81/a", "::1:81)/a"),
        (
            "http://news.example/a;jsessionid=1?sid=0123456789abcdef0123456789abcdef&a=1",
            "example,news)/a;jsessionid=1?a=1",
        ),
        ("http://news.example:99999/", "http://news.example:99999/"),
        ("urn:uuid:1", "urn:uuid:1"),
        ("http:///", "http:///"),
    ],
)
def test_keys_are_these(url: str, key: str) -> None:
    """Scheme, port by default, `www.`, case, order of arguments, dots and escapes make no difference."""
    assert surt(url) == key


@given(st.text(max_size=60))
def test_any_text_has_a_key(text: str) -> None:
    """Nothing raises, and what is a URL has a key of one line without a space at its ends."""
    assert isinstance(surt(text), str)
    assert surt(f"http://news.example/{text}").startswith("example,news)/")


def test_the_library_makes_the_same_keys() -> None:
    """Of thousands of odd URLs every key is that of the `surt` library."""
    dice = random.Random(5)

    def url() -> str:
        start = dice.choice(("http://", "https://", "HTTP://", "http://http://", "  http://"))
        path = "".join(f"/{dice.choice(SEGMENTS)}" for _ in range(dice.randrange(5)))
        query = "?" + "&".join(dice.choice(ARGUMENTS) for _ in range(dice.randrange(4)))
        return start + dice.choice(HOSTS) + dice.choice(PORTS) + path + dice.choice(("", query))

    urls = [url() for _ in range(4000)]
    expected = dict(zip(urls, judges.surts(urls), strict=True))
    assert {one: surt(one) for one in urls} == expected
