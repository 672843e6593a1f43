"""Charts say what they show, in figures and in words, whatever the figures are."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from markupsafe import Markup

from monitor.desk_answers import DayCount, Rhythm
from monitor.web import charts
from monitor.web.chart_shapes import HEIGHT, WIDTH, nice, short

FIRST = date(2026, 10, 18)
HOURS = tuple(f"{hour:02}:00" for hour in range(24))
BAR = "//svg[@role='img']//rect"

figures = st.integers(0, 10**12)


def days_of(*counts: tuple[int, int, int, int, int]) -> tuple[DayCount, ...]:
    """Return days with these figures, one after the other."""
    return tuple(DayCount(FIRST + timedelta(days=number), *one) for number, one in enumerate(counts))


def drawn(chart: Markup) -> html.HtmlElement:
    """Return a chart as a tree; that it is whole is seen by a parser which forgives nothing."""
    etree.fromstring(str(chart))
    return html.fragment_fromstring(str(chart))


def told(tree: html.HtmlElement) -> str:
    """Return what is read aloud of a picture."""
    (picture,) = tree.xpath("//svg[@role='img']")
    names = [tree.xpath("//*[@id=$id]", id=one)[0].text for one in picture.get("aria-labelledby").split()]
    return ": ".join(names)


def table(tree: html.HtmlElement) -> list[list[str]]:
    """Return the figures beside a chart, row by row."""
    return [[cell.text for cell in row] for row in tree.xpath("//details//tbody/tr")]


def test_the_figures_are_told_in_words_and_in_a_table() -> None:
    tree = drawn(charts.by_hour("h", "Published", HOURS, [0] * 8 + [3, 0, 5] + [0] * 13))
    assert told(tree) == "Published: 8 articles; most at 10:00 (5)"
    assert table(tree) == [["08:00", "3"], ["10:00", "5"]]
    assert len(tree.xpath(BAR)) == 2


def test_days_are_stacked_and_a_legend_says_what_is_what() -> None:
    tree = drawn(charts.by_day("d", "Days", days_of((4, 2, 1, 0, 0), (0, 0, 0, 9, 9))))
    assert told(tree) == "Days: 4 published, 2 edited, 1 removed; most on 18 October (7)"
    bars = [(one.get("class"), float(one.get("y")), float(one.get("height"))) for one in tree.xpath(BAR)]
    assert [one[0] for one in bars] == ["bar", "bar bar-2", "bar bar-3"]
    tops = [round(y + height, 1) for _, y, height in bars]
    assert tops[1:] == [round(y, 1) for _, y, _ in bars[:2]]
    assert [one.text_content().strip() for one in tree.xpath("//*[@class='key']")] == ["Published", "Edited", "Removed"]


def test_a_histogram_names_every_bar() -> None:
    tree = drawn(charts.histogram("l", "Lag", (("under 5 min", 6), ("later", 0))))
    assert told(tree) == "Lag: 6 articles: under 5 min 6, later 0"
    assert [one.text for one in tree.xpath("//svg[@role='img']/text")] == ["under 5 min", "6", "later", "0"]


def test_a_day_without_checks_is_a_gap_in_the_line() -> None:
    """None failed is something else than none was made."""
    counts = ((0, 0, 0, 10, 0), (0, 0, 0, 10, 5), (0, 0, 0, 0, 0), (0, 0, 0, 4, 0), (0, 0, 0, 4, 1))
    tree = drawn(charts.failures("f", "Failed", days_of(*counts)))
    assert told(tree) == "Failed: 6 of 28 checks failed, at worst 50 % a day"
    assert [len(one.get("points").split()) for one in tree.xpath("//polyline")] == [2, 2]
    assert len(table(tree)) == 4


def test_without_figures_a_chart_says_so() -> None:
    for chart in charts.of_rhythm(Rhythm((0,) * 24, (0,) * 24, days_of((0, 0, 0, 0, 0)), (("later", 0),))):
        tree = drawn(chart)
        assert re.search("Nothing in these days|No check in these days", told(tree))
        assert not tree.xpath(BAR)


def test_what_a_caption_says_is_never_markup() -> None:
    tree = drawn(charts.by_hour("h", "<b>&", ("<i>:00",), [1]))
    assert told(tree).startswith("<b>&: 1 article; most at <i>:00")
    assert not tree.xpath("//b | //i")


@given(st.lists(st.tuples(figures, figures, figures, figures, figures), min_size=1, max_size=31))
def test_nothing_is_drawn_beyond_the_picture_whatever_the_figures(
    counts: list[tuple[int, int, int, int, int]],
) -> None:
    """And every picture stands by itself: neither styles nor scripts, colours by class or of the text."""
    days = days_of(*((*one[:3], max(one[3:]), min(one[3:])) for one in counts))
    hours = tuple(one[0] for one in counts)
    lags = tuple((f"lag {number}", one[0]) for number, one in enumerate(counts))
    drawings = (
        charts.by_hour("h", "Hours", HOURS, (hours * 24)[:24]),
        charts.by_day("d", "Days", days),
        charts.histogram("l", "Lags", lags),
        charts.failures("f", "Failed", days),
    )
    for chart in drawings:
        tree = drawn(chart)
        (picture,) = tree.xpath("//svg[@role='img']")
        height = float(picture.get("height"))
        for one in picture.xpath(".//rect"):
            x, y, wide, high = (float(one.get(name)) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + wide <= WIDTH
            assert -1 <= y <= y + high <= height + 1
        for one in picture.xpath(".//text | .//circle"):
            x, y = (float(one.get(name) or one.get(f"c{name}")) for name in ("x", "y"))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= height
        assert not tree.xpath("//*[@style] | //style | //script")
        assert all(one.get("fill") in ("currentColor", "none") for one in picture.xpath(".//rect | .//polyline"))


@given(st.integers(0, 10**15))
def test_a_scale_reaches_as_far_as_the_figures_and_not_much_further(most: int) -> None:
    top = nice(most)
    assert most <= top <= max(2, 2.5 * most)
    assert top / 2 == int(top / 2)


def test_figures_of_a_scale_are_short() -> None:
    assert [short(value) for value in (0, 5, 950, 20_000, 4e6, 1_234_567, 2e12)] == [
        "0",
        "5",
        "950",
        "20k",
        "4M",
        "1.23M",
        "2T",
    ]


def test_a_picture_keeps_its_direction_and_its_size() -> None:
    """Beside Arabic as beside English, and as wide as a phone at most before it is stretched."""
    (picture,) = drawn(charts.by_day("d", "Days", days_of((1, 0, 0, 0, 0)))).xpath("//svg[@role='img']")
    assert picture.get("direction") == "ltr"
    assert (picture.get("viewbox") or picture.get("viewBox")) == f"0 0 {WIDTH} {HEIGHT}"
