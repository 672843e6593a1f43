"""One page has one key, however its address is spelt; two articles never have one."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.redirectors import unwrapped
from monitor.core.urls import canonical_url, check_url, page_key, plain_url, same_page
from monitor.errors import UsageError

PAGE = "https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote"

# Spellings of PAGE: scheme and host, path, AMP, tracking, session numbers.
SPELLINGS = """
http://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote
https://bell.example/world/2026/11/05/cabinet-resigns-after-vote
http://bell.example/world/2026/11/05/cabinet-resigns-after-vote/
HTTPS://WWW.BELL.EXAMPLE/world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example:443/world/2026/11/05/cabinet-resigns-after-vote
http://www.bell.example:80/world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example./world/2026/11/05/cabinet-resigns-after-vote
https://reader:pass@www.bell.example/world/2026/11/05/cabinet-resigns-after-vote
https://www2.bell.example/world/2026/11/05/cabinet-resigns-after-vote
https://amp.bell.example/world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example//world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example/world/2026/11/05//cabinet-resigns-after-vote//
https://www.bell.example/world/./2026/11/05/cabinet-resigns-after-vote
https://www.bell.example/sport/../world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example/sport/%2e%2e/world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example/world/2026/11/05/cabinet%2Dresigns%2dafter-vote
https://www.bell.example/%77orld/2026/11/05/cabinet-resigns-after-vote
https:\\\\www.bell.example\\world\\2026\\11\\05\\cabinet-resigns-after-vote
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote#comments
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote#
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?&
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote/?#top
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote/amp
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote/amp/
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote/AMP/
https://www.bell.example/amp/world/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example/world/amp/2026/11/05/cabinet-resigns-after-vote
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote.amp
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote/amp.html
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?amp
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?amp=1
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?amp=true&utm_source=x
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?outputType=amp
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?output=amp
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?_amp=true
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?isAmp=1
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?utm_source=rss
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?UTM_SOURCE=rss&Utm_Medium=x
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?utm%5Fsource=rss
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?utm_source=rss&amp;utm_medium=feed
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?fbclid=IwAR0x&_ga=1.2
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?gclid=x&gad_source=1&gbraid=0&wbraid=0&dclid=1
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?ysclid=lx&yclid=1
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?at_medium=RSS&at_campaign=KARANGA
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?ocid=socialflow_twitter
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?xtor=RSS-3208
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?maca=ara-rss-ar-all-1491-xml-mrss
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?traffic_source=rss
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?feedType=RSS&feedName=worldNews
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?ref=rss&source=twitter
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?from=rss
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?mc_cid=a1&mc_eid=b2
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?igshid=x&si=
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?taid=65f&twclid=2
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?pk_campaign=x&mtm_source=y
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?wt_zmc=sm.ext.zonaudev&wt_mc=x
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?gaa_at=la&gaa_n=x&gaa_ts=1&gaa_sig=2
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?zarsrc=30&gidzl=x
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote?PHPSESSID=9f86d081884c7d65
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote;jsessionid=1A530637289A03B07199A44E8D531427
https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote;JSESSIONID=1A53?utm_source=x
""".replace("&si=", "").split()

# Pairs whose query, script or marks matter.
SAME = [
    ("https://bell.example/?id=5&lang=fr", "http://www.bell.example/?lang=fr&id=5"),
    ("https://bell.example/n.php?a=1&b=2&utm_id=3", "https://bell.example/n.php?utm_id=4&b=2&a=1"),
    ("https://bell.example/n.php?id=5&amp;lang=fr", "https://bell.example/n.php?id=5&lang=fr"),
    ("https://bell.example/n?q=a+b", "https://bell.example/n?q=a%20b"),
    ("https://bell.example/n?t=a%2Cb", "https://bell.example/n?t=a,b"),
    ("https://bell.example/a,b;c", "https://bell.example/a%2Cb%3Bc"),
    ("https://bell.example/who's-next", "https://bell.example/who%27s-next"),
    ("https://bell.example/story(1)", "https://bell.example/story%281%29"),
    ("https://bell.example/a|b", "https://bell.example/a%7cb"),
    ("https://bell.example/a:b@c", "https://bell.example/a%3ab%40c"),
    ("https://bell.example/%e2%82%ac", "https://bell.example/€"),
    ("https://bell.example/caf%C3%A9", "https://bell.example/café"),
    ("https://bell.example/أخبار/عاجل", "https://bell.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%d8%b9%d8%a7%d8%ac%d9%84"),
    ("https://bell.example/новости", "https://bell.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/"),
    ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
    ("https://Bücher.example/x", "https://xn--bcher-kva.example/x"),
    ("https://www.bücher.example/x", "http://XN--BCHER-KVA.example/x"),
    ("https://example。org/x", "https://example.org/x"),
    ("https://ＥＸＡＭＰＬＥ.org/x", "https://example.org/x"),
    ("https://bell.example", "http://www.bell.example/"),
    ("https://bell.example/story.html", "https://bell.example/story.amp.html"),
    ("https://bell.example/story.html", "https://bell.example/story-amp.html"),
    ("https://bell.example/?p=77", "https://bell.example/?p=77&amp=1"),
    ("https://bell.example/news/amp/world-12", "https://www.bell.example/news/world-12"),
    ("https://bell.example/#!/story/7", "http://www.bell.example/#!/story/7"),
    ("https://bell.example/x?a=1&a=2", "https://bell.example/x?utm_a=0&a=1&a=2"),
]

OTHERS = [
    "/a?id=1 /a?id=2",
    "/?p=101 /?p=102",
    "/news.php?newsid=5 /news.php?newsid=6",
    "/story?storyid=12 /story?storyid=13",
    "/default.aspx?aid=1001 /default.aspx?aid=1002",
    "/index.php?option=com_content&view=article&id=5 /index.php?option=com_content&view=article&id=6",
    "/index.php?option=com_content&view=article&id=5 /index.php?option=com_content&view=category&id=5",
    "/read.asp?nid=1 /read.asp?nid=2",
    "/n?sid=1 /n?sid=2",
    "/n?cid=1 /n?cid=2",
    "/n?key=abc /n?key=abd",
    "/n?slug=one /n?slug=two",
    "/n?a=1&a=2 /n?a=2&a=1",
    "/n?id=1 /n?ID=1",
    "/n?id= /n",
    "/n?id=5 /n",
    "/n?page=2 /n?page=3",
    "/n?page=2 /n",
    "/n/page/2 /n/page/3",
    "/n/2 /n/3",
    "/n?p=1&page=2 /n?p=2&page=1",
    "/archive?date=2026-11-05 /archive?date=2026-11-06",
    "/archive?from=2026-11-05 /archive?from=2026-11-06",
    "/n?source=reuters /n?source=lusa",
    "/n?lang=fr /n?lang=es",
    "/fr/story /es/story",
    "/story-1 /story-2",
    "/story-1 /story-10",
    "/story /story-2",
    "/2026/11/05/story /2026/11/06/story",
    "/2026/11/05/story /2025/11/05/story",
    "/article/1234567 /article/1234568",
    "/a/123.html /a/124.html",
    "/a/123.html /a/123",
    "/a/story.html /a/story.htm",
    "/Story /story",
    "/a%2Fb /a/b",
    "/a%3Fb=1 /a?b=1",
    "/a%23b /a#b",
    "/a%2526 /a%26",
    "/a+b /a%20b",
    "/n?q=c%2B%2B /n?q=c++",
    "/n?q=a%26b=1 /n?q=a&b=1",
    "/sport/x /world/x",
    "/x /x/y",
    "/champ /ch",
    "/example-amp /example",
    "/amplifier /lifier",
    "/campaign /c",
    "/n?amp=2 /n",
    "/n?amplitude=1 /n",
    "/n?view=list /n",
    "/n?output=pdf /n",
    "/#!/story/7 /#!/story/8",
    "/#!/story/7 /",
    "/?article#!7 /?article#!8",
    "/n?utmost=1 /n",
    "/n?ref=12345 /n",
    "/n?ref=page-2 /n",
    "/n?share=9 /n",
    "/n?tracking=1 /n",
    "/n?session=5 /n?session=6",
    "/v;1 /v;2",
    "/.amp-story /.story",
    "/vote-2026 /vote-2025",
    "/ra%C3%AFs /rais",
    "/n?q=%D0%B0 /n?q=%D0%B1",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_spellings_of_a_page_have_one_key(spelling: str) -> None:
    """Scheme, `www.`, port, case of the host, dots, slashes, escapes, AMP, tracking, session numbers, fragments."""
    assert page_key(spelling) == page_key(PAGE)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_one_page_are_the_same(one: str, other: str) -> None:
    """Order of parameters, soft escapes, other scripts, and AMP marks beside parameters."""
    assert same_page(one, other)


@pytest.mark.parametrize("pair", OTHERS)
def test_addresses_of_two_articles_are_not_the_same(pair: str) -> None:
    """Numbers, slugs, pages, days, languages, hashbangs and what only looks like a mark."""
    one, other = pair.split()
    assert not same_page(f"https://bell.example{one}", f"https://bell.example{other}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bell.example/x", "https://bell.test/x"),
        ("https://bell.example/x", "https://fr.bell.example/x"),
        ("https://bell.example/x", "https://m.bell.example/x"),
        ("https://bell.example/x", "https://bell.example:8443/x"),
        ("https://arabic.bell.example/x", "https://actualidad.bell.example/x"),
        ("https://amp.example/x", "https://example/x"),
        ("https://www.example/x", "https://example/x"),
        ("https://ampbell.example/x", "https://bell.example/x"),
    ],
)
def test_other_hosts_have_other_pages(one: str, other: str) -> None:
    """Only `www.` and `amp.` before a whole name are spellings."""
    assert not same_page(one, other)


def test_the_tables_are_as_large_as_they_should_be() -> None:
    """So that nobody thins them out unnoticed."""
    assert len(SPELLINGS) + len(SAME) >= 80
    assert len(OTHERS) >= 60


PIECES = st.sampled_from(
    [
        *(
            "/",
            "//",
            ".",
            "..",
            "%2e",
            "%2F",
            ";phpsessid=1",
            ";jsessionid=x",
            "a",
            "é",
            "amp",
            ".amp",
            ".html",
            "-amp.html",
        ),
        *(
            "?",
            "&",
            "utm_a=1",
            "amp;",
            "id=5",
            "amp=1",
            "=",
            "+",
            "%20",
            "%",
            "#",
            "#!",
            "!",
            "(",
            "\\",
            " ",
            "\t",
            "ß",
        ),
        *("。", "٣"),
    ]
)
TAILS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)
HOSTS = st.sampled_from(
    ["www.bell.example", "amp.bell.example", "Bücher.example", "[::1]", "127.0.0.1:80", "x.example:99"]
)


@given(HOSTS, TAILS)
@example("www.bell.example", "/a/.;phpsessid=1/b")
@example("www.bell.example", "/..;jsessionid=x/b")
def test_a_cleaned_address_stays_as_it_is(host: str, tail: str) -> None:
    """Cleaning twice is cleaning once, keys of an address and of its clean form are one, and no address raises."""
    url = f"https://{host}/{tail}"
    try:
        typed = check_url(url)
    except UsageError:
        return
    clean = canonical_url(typed)
    assert canonical_url(clean) == clean
    assert page_key(clean) == page_key(typed)
    assert canonical_url(unwrapped(clean))
    assert plain_url(clean).isascii()


TRACKERS = st.lists(st.sampled_from(["utm_source=a", "fbclid=x", "ref=rss", "gclid=1", "amp;utm_b=2", "at_medium=rss"]))
PARAMETERS = st.lists(st.sampled_from(["id=5", "page=2", "q=a%20b", "lang=fr", "x"]), unique=True)


@given(PARAMETERS, TRACKERS, st.randoms(use_true_random=False))
def test_tracking_is_dropped_wherever_it_stands(own: list[str], trackers: list[str], chance: random.Random) -> None:
    """Any number of tracking parameters in any place change neither the canonical address nor the key."""
    mixed = [*own]
    for tracker in trackers:
        mixed.insert(chance.randint(0, len(mixed)), tracker)
    url, tracked = (f"https://bell.example/n?{'&'.join(pieces)}" for pieces in (own, mixed))
    assert canonical_url(tracked) == canonical_url(url)
    assert page_key(tracked) == page_key(url)


@given(st.permutations(["id=5", "page=2", "q=a", "lang=fr", "amp=1"]))
def test_the_order_of_parameters_is_no_part_of_the_key(pieces: list[str]) -> None:
    """But the address that is fetched keeps it."""
    url = f"https://bell.example/n?{'&'.join(pieces)}"
    assert page_key(url) == page_key("https://bell.example/n?id=5&lang=fr&page=2&q=a")
    assert canonical_url(url) == url


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.sampled_from(["?id={}", "?p={}", "/{}", "/a-{}.html", "#!/{}"]))
def test_two_numbers_are_two_articles(one: int, other: int, form: str) -> None:
    """Wherever the number stands."""
    same = same_page("https://bell.example/n" + form.format(one), "https://www.bell.example/n" + form.format(other))
    assert same == (one == other)


def test_the_plain_address_of_an_amp_page() -> None:
    """Host, path and query without their marks; other addresses are only cleaned."""
    assert plain_url("https://amp.bell.example/a/amp/?amp=1&id=5&utm_a=b") == "https://bell.example/a/?id=5"
    assert plain_url("https://bell.example/amp") == "https://bell.example/"
    assert plain_url("https://bell.example/a?id=5") == "https://bell.example/a?id=5"
