"""URLs: what people type is checked, one document has one address, and look-alikes are told apart."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.urls import (
    canonical_url,
    check_url,
    host_of,
    is_front_page,
    join,
    page_key,
    same_page,
    site_of,
    without_port,
)
from monitor.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("  HTTP://EXAMPLE.org:80/A?b=C#d ", "http://example.org/A?b=C"),
        ("https://reader:secret@example.org/x", "https://example.org/x"),
        ("https://Bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://example.org.:443/", "https://example.org/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
        ("http://good.example\\@evil.example/", "http://good.example/@evil.example/"),
        ("https://☕.example/", "https://xn--53h.example/"),
    ],
)
def test_a_typed_url_comes_back_in_normal_form(typed: str, url: str) -> None:
    """Case, default ports, user names, fragments and look-alike letters are settled before anything is fetched."""
    assert check_url(typed) == url


@pytest.mark.parametrize(
    ("typed", "says", "hints"),
    [
        ("", "empty", "https://example.org/"),
        ("example.org/news", "no scheme", "https://example.org/news"),
        ("localhost:8000/feed", "no scheme", "https://localhost:8000/feed"),
        ("https:/example.org", "not a URL", "https://example.org"),
        ("https//example.org", "not a URL", "https://example.org"),
        ("http:\\\\example.org", "not a URL", "https://example.org"),
        ("file:///etc/passwd", "file:", "only http:// and https://"),
        ("ftp://example.org/", "ftp:", "only http:// and https://"),
        ("mailto:desk@example.org", "mailto:", "only http:// and https://"),
        ("javascript:alert(1)", "javascript:", "only http:// and https://"),
        ("https://example.org/a b", "space", "%20"),
        ("https://", "no host", "https://example.org/"),
        ("https://user@/", "no host", "https://example.org/"),
        ("https://a..b/", "no host name", "https://example.org/"),
        ("https://example.org:99999/", "port", "https://example.org/"),
        ("https://example.org:http/", "port", "https://example.org/"),
        ("https://[::1/", "not a URL", "https://example.org/"),
        ("breaking-news", "no scheme", "https://example.org/"),
    ],
)
def test_what_is_no_url_is_refused_with_a_hint(typed: str, says: str, hints: str) -> None:
    """A person learns what is wrong and what to type instead."""
    with pytest.raises(UsageError) as refused:
        check_url(typed)
    assert says in str(refused.value)
    assert hints in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("english.example.com.vn:8080", "example.com.vn"),
        ("daily.blogspot.com", "daily.blogspot.com"),
        ("www.outlet.example", "outlet.example"),
        ("a.b.c.outlet.example", "outlet.example"),
        ("localhost", "localhost"),
        ("localhost:8080", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("::1", "::1"),
        ("http://[::1]/", "::1"),
        ("новости.пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("WWW.Example.ORG.", "example.org"),
    ],
)
def test_a_site_is_its_registrable_domain(name: str, site: str) -> None:
    """Two-part suffixes count as one, private ones too; addresses and unknown suffixes stay sensible."""
    assert site_of(name) == site


def test_a_host_is_lower_case_punycode_with_a_port_of_its_own() -> None:
    """The politeness key of one service is always the same text; http and https are one."""
    assert host_of("https://Пример.РФ:443/x") == host_of("http://xn--e1afmkfd.xn--p1ai/y") == "xn--e1afmkfd.xn--p1ai"
    assert host_of("https://Пример.РФ:8443/x") == "xn--e1afmkfd.xn--p1ai:8443"
    assert host_of("http://[2606:4700::1]:8080/") == "[2606:4700::1]:8080"
    assert [without_port(one) for one in ("a.example:8443", "a.example", "[2606:4700::1]:8080", "2606:4700::1")] == [
        *("a.example", "a.example", "2606:4700::1", "2606:4700::1"),
    ]
    with pytest.raises(UsageError):
        host_of("mailto:a@example.org")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a/%2e%2e/c", "https://example.org/c"),
        ("https://example.org/%7euser/%e2%82%ac", "https://example.org/~user/%E2%82%AC"),
        ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
        ("https://example.org/100%", "https://example.org/100%25"),
        (
            "https://example.org/أخبار/عاجل",
            "https://example.org/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D8%B9%D8%A7%D8%AC%D9%84",
        ),
        ("https://example.org/đời-sống", "https://example.org/%C4%91%E1%BB%9Di-s%E1%BB%91ng"),
        ("https://example.org/a b|c", "https://example.org/a%20b%7Cc"),
        ("https://example.org/x?utm_source=rss&utm_medium=y&b=2&a=1&fbclid=Z", "https://example.org/x?b=2&a=1"),
        ("https://example.org/x?utm_source=rss", "https://example.org/x"),
        ("https://example.org/x?", "https://example.org/x"),
        ("https://example.org/x?a=1&&b", "https://example.org/x?a=1&b"),
        ("https://example.org/x?from=rss&id=7", "https://example.org/x?id=7"),
        ("https://example.org/x?from=2026-01-01", "https://example.org/x?from=2026-01-01"),
        ("https://example.org/x?source=appletv", "https://example.org/x?source=appletv"),
        ("https://example.org/?cid=9&keyword=k&glossary=1", "https://example.org/?cid=9&keyword=k&glossary=1"),
        ("https://example.org/x#comments", "https://example.org/x"),
        ("https://example.org/#!/story/7", "https://example.org/#!/story/7"),
        ("http://www.example.org:8080//a//b", "http://www.example.org:8080//a//b"),
    ],
)
def test_spellings_of_one_address_become_one(url: str, canonical: str) -> None:
    """RFC 3986 section 6.2.2 and tracking parameters; what may choose the article stays, in its order."""
    assert canonical_url(url) == canonical


@given(
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "hTTps"]),
        st.sampled_from(
            ["example.org", "Bücher.example", "[::1]", "a_b.example:8080", "пример.рф.", "u:p@h.example", "☕.example"]
        ),
        st.sampled_from(["", "/", "/a/../", "//", "/."]),
        st.text(max_size=40),
    )
)
@example("http://h.example/%%34%31?%&#!%")
@example("http://h.example/a/..?utm_a&&b=%ff#!")
@example("http://h.example//..//.")
def test_the_canonical_address_is_canonical(url: str) -> None:
    """Canonicalising twice changes nothing, for any text in path, query and fragment."""
    try:
        once = canonical_url(url)
    except UsageError:
        return
    assert canonical_url(once) == once
    assert once.isascii()
    assert check_url(once) == once.partition("#")[0]


@given(st.text(max_size=60))
def test_no_text_breaks_the_url_functions(text: str) -> None:
    """Whatever stands in a page's href, the answer is an address or None, and a typed text a UsageError at worst."""
    joined = join("https://example.org/a/b", text)
    assert joined is None or canonical_url(joined)
    for function in (check_url, canonical_url, site_of):
        with suppress(UsageError):
            assert function(text)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("c", "https://example.org/a/c"),
        ("/c", "https://example.org/c"),
        ("?p=2", "https://example.org/a/b?p=2"),
        ("//cdn.example/x", "https://cdn.example/x"),
        (" ht\ntps://other.example/y ", "https://other.example/y"),
        ("#part", "https://example.org/a/b#part"),
        ("../../../c", "https://example.org/c"),
        ("", None),
        ("   ", None),
        ("mailto:a@example.org", None),
        ("javascript:void(0)", None),
        ("data:text/plain,x", None),
        ("http://[broken", None),
        ("https://", None),
        ("x" * 9000, None),
    ],
)
def test_references_are_resolved_or_refused(href: str, url: str | None) -> None:
    """RFC 3986 section 5; None for everything that leads nowhere on the web."""
    assert join("https://example.org/a/b", href) == url


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/news/bridge",
        "https://www.example.org/news/bridge/",
        "https://example.org/news/bridge/amp",
        "https://example.org/amp/news/bridge",
        "https://amp.example.org/news/bridge",
        "https://example.org/news/bridge?amp=1",
        "https://example.org/news/bridge?outputType=amp&utm_source=x#top",
    ],
)
def test_one_page_is_recognised_under_its_other_addresses(other: str) -> None:
    """http and https, www, a final slash and AMP show the same page, though their canonical addresses differ."""
    assert same_page("https://example.org/news/bridge", other)
    assert canonical_url(other) != canonical_url("https://example.org/news/bridge")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/bridge-2",
        "https://fr.example.org/news/bridge",
        "https://example.org/news/bridge?id=2",
        "https://example.org/news/bridgeamp",
        "https://example.org:8443/news/bridge",
    ],
)
def test_other_pages_stay_other_pages(other: str) -> None:
    """Ports, subdomains, parameters and letters that only look like AMP tell pages apart."""
    assert not same_page("https://example.org/news/bridge", other)


def test_a_page_key_keeps_amp_file_names_together() -> None:
    """The `.amp.html` and `-amp.html` variants share the key of the plain page."""
    assert page_key("https://example.org/a.amp.html") == page_key("https://example.org/a.html")
    assert page_key("https://www.com/") == "www.com"


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://example.org", True),
        ("https://example.org/?utm_source=x", True),
        ("https://example.org/fr/", True),
        ("https://example.org/pt-br", True),
        ("https://example.org/index.php", True),
        ("https://example.org/en/index.html", True),
        ("https://example.org/sport/", False),
        ("https://example.org/?p=123", False),
        ("https://example.org/2026/01/02/x", False),
    ],
)
def test_front_pages_are_recognised(url: str, front: bool) -> None:
    """The root and the root of a language edition are front pages; sections and articles are not."""
    assert is_front_page(url) is front
