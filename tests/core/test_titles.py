"""The headline is what most places on a page agree on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from monitor.core.htmltree import parse_html
from monitor.core.jsonld import Node
from monitor.core.title_names import normalise_title, same_title
from monitor.core.titles import vote_title


def page(*, title: str = "", og: str = "", twitter: str = "", h1: str = "", body: str = "") -> HtmlElement:
    """A page whose places say what the test wants."""
    heading = f"<h1>{h1}</h1>" if h1 else ""
    parsed = parse_html(
        f'<html><head><title>{title}</title><meta property="og:title" content="{og}">'
        f'<meta name="twitter:title" content="{twitter}"></head><body>{heading}{body}</body></html>'
    )
    assert parsed
    return parsed.root


def headline(headline: str) -> Node:
    """An article's JSON-LD with that headline."""
    return {"@type": "NewsArticle", "headline": headline}


def test_places_that_agree_outvote_a_place_that_does_not() -> None:
    """A rewording for sharing (og and twitter) loses against h1, the feed and `<title>`."""
    root = page(title="River rises again", og="You won't believe this river", twitter="You won't believe this river")
    found = vote_title(root, {}, hint="River rises again")
    assert found.text == "River rises again"
    assert vote_title(page(h1="River rises again", og="Wow"), {}, hint="River rises again").source == "h1"


def test_the_source_names_the_first_agreeing_place() -> None:
    """JSON-LD goes before og, og before h1, h1 before `<title>`."""
    root = page(og="Storm hits coast", h1="Storm hits coast", title="Storm hits coast")
    assert vote_title(root, headline("Storm hits coast")).source == "json-ld"
    assert vote_title(root, {}).source == "og"
    assert vote_title(page(title="Storm hits coast"), {}).source == "title"
    assert vote_title(page(twitter="Storm hits coast"), {}).source == "twitter"


def test_a_section_name_in_h1_loses_against_the_article() -> None:
    """Layouts put the section into h1; JSON-LD and `<title>` agree on the headline."""
    root = page(h1="Politics", title="Cabinet resigns - The Daily Bell", og="Cabinet resigns")
    assert vote_title(root, headline("Cabinet resigns")).text == "Cabinet resigns"


def test_a_logo_in_h1_is_recognised_by_the_tail_of_the_title() -> None:
    """An h1 that only repeats the outlet's name, as `<title>` ends with it, has no voice."""
    root = page(h1="The Daily Bell", title="Cabinet resigns | The Daily Bell")
    assert vote_title(root, {}).text == "Cabinet resigns"


def test_a_title_that_begins_with_the_outlet_does_not_make_the_headline_a_logo() -> None:
    """`Outlet :: Headline`, with the headline in h1: it is the outlet that goes, known by name or by its shortness."""
    root = page(h1="Cabinet resigns after vote", title="The Daily Bell :: Cabinet resigns after vote")
    assert vote_title(root, {}).text == "Cabinet resigns after vote"
    assert (
        vote_title(page(h1="Vote", title="The Daily Bell :: Vote"), {}, site_names=("The Daily Bell",)).text == "Vote"
    )
    assert vote_title(page(h1="Vote", title="The Daily Bell :: Vote", og="Vote"), {}).text == "Vote"


@pytest.mark.parametrize(
    "title",
    [
        "Cabinet resigns - The Daily Bell",
        "Cabinet resigns | The Daily Bell",
        "Cabinet resigns – World – The Daily Bell",
        "The Daily Bell: Cabinet resigns - The Daily Bell",
        "The Daily Bell » Cabinet resigns",
        "Cabinet resigns | dailybell.example",
        "Cabinet resigns | DailyBell",
        "Cabinet resigns - Bell-Radio",
        "Cabinet resigns_Bell-Radio",
    ],
)
def test_the_outlets_name_is_taken_off(title: str) -> None:
    """Whatever the separator, the side, and the spelling, the outlet is no part of a headline."""
    names = ("The Daily Bell", "dailybell.example", "dailybell", "Bell-Radio")
    og = "Cabinet resigns" if "World" in title or ":" in title else ""
    assert vote_title(page(title=title, og=og), {}, site_names=names).text == "Cabinet resigns"


def test_a_dash_inside_a_headline_stays() -> None:
    """Only what is known to be the outlet, or what other places leave out, is cut."""
    root = page(title="Havana - Madrid flights resume - Daily Bell", h1="Havana - Madrid flights resume")
    assert vote_title(root, {}, site_names=("Daily Bell",)).text == "Havana - Madrid flights resume"
    assert vote_title(page(title="Talks end - no deal"), {}).text == "Talks end - no deal"


def test_a_truncated_title_stands_behind_the_longer_one() -> None:
    """With an ellipsis, or cut silently at JSON-LD's 110 characters, a beginning votes for the whole."""
    whole = "The assembly adopted the long awaited law on rivers and lakes after a debate of nine hours and forty votes"
    assert len(whole) > 100
    root = page(og=whole[:40] + "…", twitter=whole[:40] + "...", h1=whole)
    assert vote_title(root, headline(whole[:102])).text == whole
    assert (
        vote_title(page(og="Law adopted", h1="Law adopted after nine hours"), {}).text == "Law adopted after nine hours"
    )


def test_entities_spaces_and_marks_are_normalised() -> None:
    """Twice-escaped entities, tags, no-break spaces, direction marks and soft hyphens leave plain text."""
    assert (
        normalise_title(" L&amp;#039;eau\u00a0: <em>quoi</em>\n\u200fde&nbsp;neuf\u00ad ? ") == "L'eau : quoi de neuf ?"
    )
    assert vote_title(page(og="A &amp; B", h1="A & B"), {}).text == "A & B"


def test_persian_joiners_are_spelling_and_stay() -> None:
    """The zero-width non-joiner separates Persian word parts."""
    assert normalise_title("می\u200cشود") == "می\u200cشود"


def test_spelling_in_capitals_is_not_preferred() -> None:
    """When places agree, the one that is not all in capitals gives the spelling."""
    assert vote_title(page(og="RIVER RISES AGAIN", h1="River rises again"), {}).text == "River rises again"


def test_digits_always_count() -> None:
    """12 and 21 dead are two headlines, and so are 1.5 and 15 million."""
    assert not same_title("12 dead in flood", "21 dead in flood")
    assert not same_title("1.5 million march", "15 million march")
    assert same_title("“Peace”, says the king’s envoy.", '"Peace", says the King\'s envoy')


def test_the_first_of_several_headings_that_others_confirm_wins() -> None:
    """Teasers in h1 do not outvote the article's own headline."""
    body = "<h1>Other story</h1><article><h1>Harvest is late</h1></article><h1>Third story</h1>"
    found = vote_title(page(body=body), {})
    assert (found.text, found.source) == ("Harvest is late", "h1")


def test_a_page_without_any_title_has_none() -> None:
    """Nothing is invented, and placeholders are nothing."""
    assert vote_title(page(title="Untitled", og="null"), {}).text is None


@given(st.text(max_size=60))
def test_normalising_is_stable(raw: str) -> None:
    """A title taken from plain text agrees with itself after normalising."""
    assert same_title(raw, raw)
    assert "\n" not in normalise_title(raw)


@given(st.lists(st.sampled_from(["A b c", "A b c - X", "A b…", "X", "", "Z | X"]), min_size=5, max_size=5))
def test_the_winner_is_always_something_a_place_said(said: list[str]) -> None:
    """The vote chooses or trims; it never makes up text."""
    root = page(title=said[0], og=said[1], twitter=said[2], h1=said[3])
    found = vote_title(root, headline(said[4]), site_names=("X",))
    assert found.text is None or any(found.text in text for text in said)
    assert found.text != "X"
