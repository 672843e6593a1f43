"""What is known of a site's addresses teaches which of its links are articles."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.link_shapes import NOTHING_LEARNED, learn, learn_articles, shapes_of
from monitor.core.listing import parse_listing
from monitor.core.urls import canonical_url
from monitor.interfaces import ReadRequest, Task
from tests.core.listings.crowds import CROWDS
from tests.core.listings.plain import PLAIN
from tests.core.listings.scripts import SCRIPTS
from tests.core.listings.specimen import Specimen
from tests.core.listings.systems import SYSTEMS

SITE = "https://outlet.example"
Hints = tuple[tuple[str, str], ...]


def read(body: str, hints: Hints = (), url: str = f"{SITE}/news") -> list[str]:
    """Read a listing with what is known of its site; return the paths of its articles."""
    html = f"<!doctype html><html lang=en><body>{body}</body></html>"
    request = ReadRequest(Task.LISTING, url, html.encode(), "text/html; charset=utf-8", hints=hints)
    return [item.url.removeprefix(SITE) for item in parse_listing(request).items]


def known(name: str, *paths: str) -> Hints:
    """Return hints of one name."""
    return tuple((name, SITE + path) for path in paths)


@pytest.mark.parametrize(
    ("url", "wide"),
    [
        ("/politics/minister-resigns-after-debate-48213", "/{word}/{slug-id}"),
        ("/chinh-tri/hoi-dong-thong-qua-luat-post123456.html", "/{word}/{slug-id}.html"),
        ("/news/482913", "/{word}/{id}"),
        ("/2026/11/16/la-flota-vuelve-a-puerto/", "/{year}/{n}/{n}/{slug}"),
        ("/fr/20261116-le-conseil-approuve", "/{word}/{slug-date}"),
        ("/en/council-approves-bridge/a-71829304", "/{word}/{slug}/{word-id}"),
        ("/articles/c4gx8y1zo3ko", "/{word}/{hash}"),
        ("/shownews.asp?newsid=48213", "/{word}.asp?newsid={id}"),
        ("/أخبار/المجلس-يوافق-على-الجسر", "/{word}/{slug}"),
        ("/", "/"),
    ],
)
def test_addresses_of_one_make_share_a_shape(url: str, wide: str) -> None:
    """Numbers, dates, hashes and slugs stand for their kind."""
    assert shapes_of(SITE + url)[1] == wide


def test_videos_are_told_from_articles_once_some_were_read() -> None:
    """Both have headlines and numbers; only what became of the earlier ones tells them apart."""
    links = "".join(
        f'<div class="card"><h3><a href="/{kind}/48{n}21">A {kind} about the harbour, number {n}</a></h3></div>'
        for n in range(4)
        for kind in ("video", "story")
    )
    stories = [f"/story/48{n}21" for n in range(4)]
    assert set(stories) < set(read(links))
    hints = known("article", "/story/47001", "/story/47002") + known(
        "no_article", *(f"/video/4700{n}" for n in range(4))
    )
    assert read(links, hints) == stories


def test_articles_with_addresses_like_sections_are_learned() -> None:
    """Without heading or date nothing speaks for them but the ones read before."""
    links = "".join(
        f'<p><a href="/dossier/{name}-{n}">A longer headline of the day, {n}</a></p>' for n, name in enumerate("abcd")
    )
    assert read(links) == []
    hints = known("article", "/dossier/x-1", "/dossier/y-2", "/dossier/z-3")
    assert len(read(links, hints)) == 0  # one word and a digit: too little to go by
    slugs = links.replace("/dossier/", "/dossier/the-long-story-of-")
    assert len(read(slugs, known("article", *(f"/dossier/how-the-sea-rose-{n}" for n in range(3))))) == 4


def test_a_page_dismissed_once_stays_out_and_an_article_stays_in() -> None:
    """Whatever its link looks like; navigation stays navigation all the same."""
    card = '<div class="card"><h3><a href="/2026/11/{n}/{slug}">{title}</a></h3><time>16 Nov 2026</time></div>'
    about = card.format(n=1, slug="about-our-newsroom-and-us", title="About our newsroom and all of us")
    story = card.format(n=2, slug="storm-hits-the-coast-again", title="Storm hits the coast again")
    plain = '<p><a href="/x">A headline, quite</a></p><nav><a href="/y">Another headline of length</a></nav>'
    hints = known("no_article", "/2026/11/1/about-our-newsroom-and-us/") + known("article", "/x", "/y")
    assert read(about + story + plain) == [
        "/2026/11/1/about-our-newsroom-and-us",
        "/2026/11/2/storm-hits-the-coast-again",
    ]
    assert read(about + story + plain, hints) == ["/2026/11/2/storm-hits-the-coast-again", "/x"]


def test_an_outage_makes_no_site_blind() -> None:
    """When all that is known is failures, and believing them would leave nothing, they are not believed."""
    links = "".join(f'<h3><a href="/news/48{n}21">Storm hits the coast, day {n}</a></h3>' for n in range(4))
    down = known("no_article", *(f"/news/47{n:03}" for n in range(50)))
    assert read(links, down) == read(links) != []


def test_a_few_failures_among_articles_change_nothing() -> None:
    """Galleries and broken pages occur in every shape."""
    links = "".join(f'<li><a href="/news/48{n}21">Storm hits the coast again, day {n}</a></li>' for n in range(4))
    hints = known("article", *(f"/news/470{n:02}" for n in range(10))) + known(
        "no_article", "/news/46001", "/news/46002"
    )
    assert len(read(links, hints)) == 4


@pytest.mark.parametrize("make", [*SYSTEMS, *SCRIPTS, *CROWDS, *PLAIN], ids=lambda make: make.__name__)
def test_what_a_page_taught_holds_on_its_next_reading(make: Callable[[], Specimen]) -> None:
    """With its own first articles as hints every make of listing gives what it gave."""
    page = make()
    hints = tuple(("article", url) for url, _ in page.expected[:2])
    request = ReadRequest(Task.LISTING, page.url, page.html.encode(), "text/html; charset=utf-8", hints=hints)
    assert tuple((item.url, item.title) for item in parse_listing(request).items) == tuple(
        (canonical_url(url), title) for url, title in page.expected
    )


def test_other_hints_teach_nothing() -> None:
    """Nor does what is no address."""
    assert learn([("feed_title", "A title"), ("article", "no address"), ("no_article", "")]) == NOTHING_LEARNED


@given(st.lists(st.tuples(st.sampled_from(["article", "no_article"]), st.text(max_size=40))), st.text(max_size=40))
def test_points_are_bounded_and_nothing_raises(pairs: list[tuple[str, str]], path: str) -> None:
    """Whatever paths there are, from -6 to 4, and 0 where nothing was learned."""
    learned = learn((name, f"{SITE}/{tail}") for name, tail in pairs)
    assert -6 <= learned.points(f"{SITE}/{path}") <= 4
    assert NOTHING_LEARNED.points(f"{SITE}/{path}") == 0


@given(st.lists(st.integers(10_000, 99_999), min_size=3, max_size=6, unique=True))
def test_three_addresses_of_a_shape_speak_for_a_fourth(numbers: list[int]) -> None:
    """In another section as well."""
    learned = learn_articles(f"{SITE}/politics/the-storm-of-the-year-{number}.html" for number in numbers)
    assert learned.points(f"{SITE}/sport/a-match-of-the-week-10001.html") >= 3
    assert learned.points(f"{SITE}/sport/") == 0
