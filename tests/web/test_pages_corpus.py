"""The pages of the seed corpus: what it cites, in the texts themselves."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Citation, CitationKind
from monitor.web.cited import cut, marks
from tests.app.deskful import SAVED
from tests.web.asking import Client
from tests.web.pages import faults, found, main_words, page, words

pytest_plugins = ["tests.web.deskful"]


async def test_the_saved_texts_are_listed_with_whom_they_cite(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/corpus")
    ship, nobody = tree.xpath("//tbody/tr")
    assert found(ship, ".//a/@href") == ["/corpus/6", "/outlets/agency.example"]
    assert found(ship, "./th//bdi/@lang") == ["ar"]
    assert "nobody" in words(nobody)
    assert "not known" in words(nobody)
    assert not faults(tree)


async def test_citations_are_marked_in_the_text_and_lead_to_what_they_cite(desk_reader: Client) -> None:
    """Those that overlap are one mark that says all of them; without what is only heard, the text is as it was."""
    tree = await page(desk_reader, "/corpus/6")
    (text,) = tree.xpath("//article")
    assert (text.get("lang"), text.get("dir")) == ("ar", "rtl")
    assert found(text, ".//mark//a/@href") == ["/outlets/agency.example", "/outlets/agency.example", "/documents/6"]
    assert found(text, ".//mark//span") == [
        "(dateline, وكالة مرساة)",
        "(source line, وكالة مرساة; mention, وكالة مرساة)",
        "(address, وكالة مرساة)",
    ]
    for heard in text.xpath(".//span"):
        heard.drop_tree() if not heard.tail else heard.getparent().remove(heard)
    assert words(text) == " ".join(SAVED.split())
    assert not faults(await page(desk_reader, "/corpus/6"))


async def test_a_saved_text_leads_to_its_page_and_to_what_was_altered(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/corpus/6")
    links = found(tree, "//main//p[@class='same']/a/@href")
    assert links == ["/documents/6/diff?from=1&to=2", "/documents/6", "/clusters/1", "/api/v1/corpus/6"]
    for link in links[:3]:
        await page(desk_reader, link)
    assert found(tree, "//section[@aria-labelledby='watched']//a/@href") == ["/sources/8"]


async def test_a_text_that_cites_nobody_says_so(desk_reader: Client) -> None:
    assert "Nobody, as far as was found" in main_words(await page(desk_reader, "/corpus/8"))
    await page(desk_reader, "/corpus/1", status=404)


spans = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=12)


@given(st.text(max_size=30), spans)
def test_whatever_is_cited_the_marks_lie_apart_and_the_text_is_whole(text: str, places: list[tuple[int, int]]) -> None:
    cited = [
        Citation(CitationKind.MENTION, "", start, end, 0.5, id=number) for number, (start, end) in enumerate(places)
    ]
    made = marks(cited, len(text))
    ends = [0, *(place for one in made for place in (one.start, one.end))]
    assert ends == sorted(ends)
    assert "".join(part for part, _ in cut(text, made)) == text
    inside = {one.id for one in cited if max(0, one.start) < min(one.end, len(text))}
    assert {one.id for mark in made for one in mark.citations} == inside
