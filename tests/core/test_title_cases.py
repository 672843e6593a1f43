"""Awkward pages in many languages: the headline is found, and what `<title>` holds beside it is told."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.htmltree import parse_html
from monitor.core.title_names import outlet_names, title_rest, without_names
from monitor.core.titles import Headline, vote_title


@dataclass(frozen=True, slots=True)
class Case:
    """What the places of a page say, and what its headline is. `h1` is markup."""

    headline: str
    title: str = ""
    og: str = ""
    h1: str = ""
    ld: str = ""
    feed: str | None = None
    names: tuple[str, ...] = ()
    rests: tuple[str, ...] = ()
    section: str | None = None
    rest: str | None = None


def voted(case: Case) -> Headline:
    """What the vote makes of a case."""
    page = parse_html(
        f"<html><head><title>{case.title}</title><meta property='og:title' content=\"{case.og}\"></head>"
        f"<body>{case.h1}</body></html>"
    )
    assert page
    article = {"headline": case.ld} if case.ld else {}
    return vote_title(
        page.root, article, hint=case.feed, site_names=case.names, title_rests=case.rests, section=case.section
    )


CASES = {
    "site name in og and title, both known": Case(
        "Le port rouvre lundi",
        title="Le port rouvre lundi | La Gazette",
        og="Le port rouvre lundi - La Gazette",
        names=("La Gazette",),
        rest="| La Gazette",
    ),
    "site name in og, the heading without": Case(
        "Pelabuhan dibuka kembali",
        title="Pelabuhan dibuka kembali - Kabar Pagi",
        og="Pelabuhan dibuka kembali - Kabar Pagi",
        h1="<h1>Pelabuhan dibuka kembali</h1>",
        ld="Pelabuhan dibuka kembali",
        rest="- Kabar Pagi",
    ),
    "h1 is a logo with a link": Case(
        "El puerto reabre el lunes",
        title="El puerto reabre el lunes - El Faro",
        h1="<h1><a href='/'>El Faro</a></h1>",
        names=("elfaro.example", "elfaro"),
        rest="- El Faro",
    ),
    "h1 is a logo, and the domain has no accents and no article": Case(
        "Le port rouvre",
        title="Le port rouvre | La Dépêche Bretonne",
        h1="<h1>La Dépêche Bretonne</h1>",
        names=("depechebretonne",),
        rest="| La Dépêche Bretonne",
    ),
    "a colon that is no outlet": Case(
        "Iran: talks resume in Geneva",
        title="Iran: talks resume in Geneva | Bell",
        names=("Bell",),
        section="Iran",
        rest="| Bell",
    ),
    "a dash that is no outlet": Case("Talks end - no deal", title="Talks end - no deal", names=("The Bell",)),
    "dashes of a route, the outlet with the same dash": Case(
        "Havana - Madrid flights resume",
        title="Havana - Madrid flights resume - World - Bell",
        og="Havana - Madrid flights resume",
        rest="- World - Bell",
    ),
    "section after the headline, outlet last": Case(
        "Порт открылся",
        title="Порт открылся — Экономика — Северный вестник",
        names=("Северный вестник",),
        section="Экономика",
        rest="— Экономика — Северный вестник",
    ),
    "outlet first": Case(
        "افتتاح الميناء", title="ضفاف اليوم :: افتتاح الميناء", names=("ضفاف اليوم",), rest="ضفاف اليوم ::"
    ),
    "outlet first and section last": Case(
        "Porto reabre",
        title="Diário: Porto reabre - Economia",
        h1="<h1>Porto reabre</h1>",
        og="Porto reabre",
        rest="Diário: … - Economia",
    ),
    "right to left, with marks of direction": Case(
        "الوزير: افتتاح الميناء الاثنين",
        title="\u200fالوزير: افتتاح الميناء الاثنين\u200f | وكالة الوادي",
        og="الوزير: افتتاح الميناء الاثنين",
        names=("وكالة الوادي",),
        rest="| وكالة الوادي",
    ),
    "og cut with an ellipsis": Case(
        "Hội đồng thành phố thông qua kế hoạch xây cầu mới bắc qua sông sau chín giờ tranh luận",
        og="Hội đồng thành phố thông qua kế hoạch xây cầu…",
        h1="<h1>Hội đồng thành phố thông qua kế hoạch xây cầu mới bắc qua sông sau chín giờ tranh luận</h1>",
    ),
    "a kicker in a span of its own": Case(
        "Le port rouvre lundi",
        title="Le port rouvre lundi - La Gazette",
        og="Le port rouvre lundi",
        h1="<h1><span class='k'>EN DIRECT</span><span>Le port rouvre lundi</span></h1>",
        rest="- La Gazette",
    ),
    "a kicker and only the title beside it": Case(
        "El puerto reabre",
        title="El puerto reabre | El Faro",
        h1="<h1><small>Última hora</small> El puerto reabre</h1>",
        names=("El Faro",),
        rest="| El Faro",
    ),
    "a kicker that every place says is part of the headline": Case(
        "EN DIRECT. Le port rouvre lundi",
        title="EN DIRECT. Le port rouvre lundi - La Gazette",
        og="EN DIRECT. Le port rouvre lundi",
        h1="<h1><b>EN DIRECT.</b> Le port rouvre lundi</h1>",
        rest="- La Gazette",
    ),
    "a heading broken into lines": Case(
        "The port reopens on Monday", h1="<h1>The port<br>reopens on Monday</h1>", og="The port reopens on Monday"
    ),
    "a first letter set apart": Case("The port reopens", h1="<h1><span>T</span>he port reopens</h1>"),
    "two h1, one of the site": Case(
        "Pelabuhan dibuka",
        title="Pelabuhan dibuka | Kabar",
        h1="<h1>Kabar</h1><article><h1>Pelabuhan dibuka</h1></article>",
        rest="| Kabar",
    ),
    "two h1, one of another article": Case(
        "Harvest is late",
        title="Harvest is late - Bell",
        h1="<h1>Harvest is late</h1><h1>Election: all results</h1>",
        names=("Bell",),
        rest="- Bell",
    ),
    "a heading in capitals": Case(
        "Порт открылся", title="Порт открылся", h1="<h1>ПОРТ ОТКРЫЛСЯ</h1>", og="Порт открылся"
    ),
    "shared under another headline": Case(
        "Council adopts budget",
        title="Council adopts budget | Bell",
        og="You will not believe this budget",
        h1="<h1>Council adopts budget</h1>",
        names=("Bell",),
        rest="| Bell",
    ),
    "a search title beside the headline": Case(
        "Council adopts budget after nine hours",
        title="Budget 2026: what was adopted | Bell",
        og="Council adopts budget after nine hours",
        h1="<h1>Council adopts budget after nine hours</h1>",
        names=("Bell",),
    ),
    "only the title, its rest learned": Case(
        "Le port rouvre lundi",
        title="Le port rouvre lundi | Le Quotidien - Monde",
        rests=("| Le Quotidien - Sport", "| Le Quotidien - Monde"),
        rest="| Le Quotidien - Monde",
    ),
    "the rest learned is taken off og as well": Case(
        "Le port rouvre lundi",
        title="Le port rouvre lundi - Monde",
        og="Le port rouvre lundi | Le Quotidien",
        rests=("- Monde", "| Le Quotidien"),
        rest="- Monde",
    ),
    "a rest that no separator sets off": Case(
        "Port reopens", title="Port reopens (Daily Bell)", rests=("(Daily Bell)",), rest="(Daily Bell)"
    ),
    "a rest on both sides": Case(
        "Porto reabre",
        title="Diário: Porto reabre - Economia",
        rests=("Diário: … - Economia",),
        rest="Diário: … - Economia",
    ),
    "full-width bars": Case("港口重开", title="港口重开｜晨报", og="港口重开", rest="｜晨报"),
    "the feed settles it": Case(
        "Council adopts budget", title="Council adopts budget", og="Wow, that budget", feed="Council adopts budget"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_awkward_pages(case: Case) -> None:
    """Headline, and the rest of `<title>`."""
    found = voted(case)
    assert (found.text, found.rest) == (case.headline, case.rest)


def test_a_known_rest_makes_the_vote_right() -> None:
    """Where only `<title>` names the headline, nothing but what was learned tells the outlet from it."""
    alone = Case("Le port rouvre", title="Le port rouvre - Monde")
    assert voted(alone).text == "Le port rouvre - Monde"
    assert voted(Case("Le port rouvre", title=alone.title, rests=("- Monde",))).text == "Le port rouvre"


def test_the_rest_is_none_when_the_headline_is_not_there() -> None:
    """Another wording tells nothing of the outlet's habit, nor does a title that is the headline."""
    assert title_rest("Budget 2026 | Bell", "Council adopts budget") is None
    assert title_rest("Council adopts budget.", "Council adopts budget") is None
    assert title_rest("", "x") is None


WORDS = st.lists(st.sampled_from(["port", "мост", "ميناء", "5%", "“no”", "día"]), min_size=1, max_size=4).map(" ".join)
MARKS = st.sampled_from([" - ", " | ", " — ", " :: ", " · "])


@given(WORDS, MARKS, st.sampled_from(["Daily Bell", "الوادي", "Вестник"]))
def test_a_rest_taken_off_gives_the_headline(headline: str, mark: str, name: str) -> None:
    """What one page taught is enough for the next."""
    rest = title_rest(f"{headline}{mark}{name}", headline)
    assert rest == f"{mark}{name}".strip()
    assert without_names(f"another {headline}{mark}{name}", outlet_names((), (rest,))) == f"another {headline}"


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=3))
def test_names_never_take_everything(title: str, names: list[str]) -> None:
    """Whatever is known of the outlet, something of a title is left, and it is part of the title."""
    left = without_names(title, outlet_names(names, names))
    assert left in title
    assert left.strip() or not title.strip()
