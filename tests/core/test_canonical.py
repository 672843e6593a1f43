"""What a page calls its canonical address is believed where it can be its own, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.canonical import believed_canonical
from monitor.core.urls import canonical_url, site_of

PAGE = "https://www.bell.example/world/2026/11/05/cabinet-resigns-after-vote"


@pytest.mark.parametrize(
    ("page", "named"),
    [
        (PAGE, PAGE),
        (PAGE + "?ref=12", PAGE),
        (PAGE + "/amp/", PAGE),
        ("https://amp.bell.example/world/2026/11/05/cabinet-resigns-after-vote", PAGE),
        ("https://m.bell.example/world/2026/11/05/cabinet-resigns-after-vote", PAGE),
        (PAGE, PAGE + "/"),
        (PAGE + "/print", PAGE),
        (PAGE + "?page=all", PAGE),
        (PAGE + "?view=print&theme=dark", PAGE),
        ("https://www.bell.example/?p=123", PAGE),
        ("https://www.bell.example/index.php?id=77", PAGE),
        ("https://www.bell.example/a/9912345", "https://www.bell.example/world/cabinet-resigns-9912345.html"),
        (
            "https://www.bell.example/cabinet-may-resign-9912345",
            "https://www.bell.example/world/cabinet-has-resigned-after-all-9912345",
        ),
        (
            "https://www.bell.example/world/cabinet-resigns-tonight",
            "https://www.bell.example/world/cabinet-resigns-after-vote",
        ),
        ("https://bell.example/n.php?id=5&ref=12", "https://bell.example/n.php?id=5"),
        ("https://bell.example/", "https://www.bell.example/"),
        ("https://bell.example/index.php", "https://bell.example/"),
        (
            "https://m.bell.example/fr/le-gouvernement-a-demissionne",
            "https://bell.example/fr/le-gouvernement-a-demissionne",
        ),
    ],
)
def test_a_pages_own_address_is_believed(page: str, named: str) -> None:
    """Its spelling without AMP, its long form, its newer slug, its printed or mobile version's original."""
    assert believed_canonical(page, named) == named


@pytest.mark.parametrize(
    ("page", "named"),
    [
        (PAGE, "https://other.example/world/2026/11/05/cabinet-resigns-after-vote"),
        (
            "https://one.blogspot.com/2026/11/a-story-of-ships.html",
            "https://two.blogspot.com/2026/11/a-story-of-ships.html",
        ),
        ("https://one.co.uk/2026/11/05/a-story-of-ships", "https://two.co.uk/2026/11/05/a-story-of-ships"),
        (PAGE, "https://www.bell.example/"),
        (PAGE, "https://www.bell.example/fr/"),
        (PAGE, "https://www.bell.example/index.html"),
        ("https://www.bell.example/", PAGE),
        (PAGE, "https://www.bell.example/world"),
        (PAGE, "https://www.bell.example/world/"),
        (PAGE, "https://www.bell.example/world/2026/11/05/"),
        (PAGE, "https://www.bell.example/category/politics"),
        (PAGE, "https://www.bell.example/search?q=cabinet"),
        (PAGE, "https://www.bell.example/world/2026/11/05/ferry-called-back-twice-today"),
        (PAGE, "https://www.bell.example/world/2026/11/06/ferry-called-back-twice-today"),
        (PAGE + "-9912345", "https://www.bell.example/world/cabinet-resigns-after-vote-9912346"),
        ("https://www.bell.example/a/9912345", "https://www.bell.example/a/9912346"),
        ("https://bell.example/n.php?id=5", "https://bell.example/n.php"),
        ("https://bell.example/n.php?id=5", "https://bell.example/n.php?id=6"),
        ("https://bell.example/n?newsid=12345&lang=fr", "https://bell.example/n?newsid=12345"),
        ("https://bell.example/story.aspx?story_id=77", "https://bell.example/story.aspx"),
        (PAGE + "?page=2", PAGE),
        (PAGE + "/2", PAGE),
        (PAGE + "/page/3", PAGE),
        (PAGE + "?date=2026-11-05", PAGE),
        (
            "https://bell.example/fr/le-gouvernement-a-demissionne",
            "https://bell.example/en/le-gouvernement-a-demissionne",
        ),
        (
            "https://fr.bell.example/le-gouvernement-a-demissionne",
            "https://www.bell.example/le-gouvernement-a-demissionne",
        ),
        ("https://bell.example/#!/story/7", "https://bell.example/story-of-seven-ships-1234567"),
        (PAGE, PAGE.replace("www.bell.example", "www.bell.example:8080")),
        (PAGE, "javascript:alert(1)"),
        (PAGE, "/world/2026/11/05/cabinet-resigns-after-vote"),
        (PAGE, ""),
        (PAGE, "https://"),
        ("not an address", PAGE),
    ],
)
def test_another_pages_address_is_not_believed(page: str, named: str) -> None:
    """Other sites, front pages, sections, archives, other articles, other pages of it, languages, ports, nonsense."""
    assert believed_canonical(page, named) is None


def test_what_is_believed_comes_back_clean_and_with_https() -> None:
    """Without tracking and fragment; a template that still says http does not lead a page back there."""
    assert believed_canonical(PAGE, PAGE.replace("https:", "http:") + "?utm_source=x#top") == PAGE
    plain = PAGE.replace("https:", "http:")
    assert believed_canonical(plain, plain) == plain
    assert believed_canonical(plain, PAGE) == PAGE


SEGMENTS = st.sampled_from(
    ["world", "fr", "2026", "11", "cabinet-resigns-after-vote", "amp", "1234567", "2", "a", "é", "index.html"]
)
URLS = st.builds(
    "{}://{}/{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["www.bell.example", "bell.example", "fr.bell.example", "bell.example:99", "x.example", "[::1]"]),
    st.lists(SEGMENTS, max_size=5).map("/".join),
    st.sampled_from(["", "?id=5", "?page=2", "#!x", "?utm_a=b", "#c"]),
)


@given(URLS, URLS)
def test_what_is_believed_is_on_the_same_site_and_believes_itself(page: str, named: str) -> None:
    """Never another registrable domain; always clean; and at the address itself the same answer comes."""
    believed = believed_canonical(page, named)
    if believed is not None:
        assert site_of(believed) == site_of(page)
        assert canonical_url(believed) == believed
        assert believed_canonical(believed, believed) == believed


@given(URLS)
def test_an_address_is_its_own(url: str) -> None:
    """Every page may name itself."""
    assert believed_canonical(url, url) == canonical_url(url)


@given(st.text(max_size=80))
def test_nothing_a_page_can_name_raises(text: str) -> None:
    """Whatever stands in the link."""
    believed_canonical(PAGE, text)
    believed_canonical(text, PAGE)
