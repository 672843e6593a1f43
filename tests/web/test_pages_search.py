"""The search page: one field, marked hits, mistakes told beside the field, and the query for every other face."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.composing import composed
from tests.web.asking import Client, get
from tests.web.news import ARABIC_TITLE, SHUT
from tests.web.pages import found, main_words, page, words

pytest_plugins = ["tests.web.newsstand"]


async def test_hits_are_marked_in_title_and_text(reader: Client) -> None:
    """Each hit leads to its document; what is marked is what was searched for."""
    tree = await page(reader, "/search?q=harbour")
    hits = tree.xpath("//article[@class='hit']")
    titles = [words(hit.find("h2")) for hit in hits]
    assert SHUT in titles
    assert {one.casefold() for one in found(tree, "//mark")} == {"harbour"}
    assert all(found(hit, "./h2/a/@href")[0].startswith("/documents/") for hit in hits)


async def test_an_arabic_text_is_found_and_stands_from_right_to_left(reader: Client) -> None:
    """The article of the word does not matter; title and excerpt say their language and direction."""
    tree = await page(reader, f"/search?q={quote('التحلية')}")
    (hit,) = tree.xpath("//article[@class='hit']")
    assert words(hit.find("h2")) == ARABIC_TITLE
    assert found(hit, "./h2/@lang | ./h2/@dir | ./p[@class='excerpt']/@dir") == ["ar", "rtl", "rtl"]


async def test_what_is_not_understood_is_told_beside_the_field(reader: Client) -> None:
    """The field keeps what was typed, and names the words that say what is wrong with it."""
    tree = await page(reader, "/search?q=harbour+kind:nix", status=400)
    (field,) = tree.xpath("//input[@id='q']")
    assert field.value == "harbour kind:nix"
    assert field.get("aria-invalid") == "true"
    assert "nix" in words(tree.get_element_by_id(field.get("aria-describedby") or ""))


@pytest.mark.parametrize("asked", ["q=a&after=nonsense", "q=a&order=best"])
async def test_other_mistakes_are_told_as_well(reader: Client, asked: str) -> None:
    """An address cut short in a mail is a mistake like any other."""
    tree = await page(reader, f"/search?{asked}", status=400)
    assert words(tree.get_element_by_id("wrong")).startswith("Not understood:")


async def test_the_form_composes_the_query(reader: Client) -> None:
    """What was chosen becomes part of the query, in place of what it said of that field; the rest stays."""
    asked = "/search?q=harbour+lang%3Aar+open&outlet=&lang=en&origin=web&since=2026-11-16&order=newest&every=1&until="
    answer = await get(reader, asked)
    assert answer.status == 302
    leads = "/search?q=harbour+open+lang%3Aen+origin%3Aweb+since%3A2026-11-16&order=newest&every=1"
    assert answer.headers["Location"] == leads
    tree = await page(reader, leads)
    assert found(tree, "//input[@id='q']/@value") == ["harbour open lang:en origin:web since:2026-11-16"]
    assert found(tree, "//option[@selected]") == ["newest first"]
    assert tree.xpath("//input[@id='every' and @checked]")


@given(st.text(max_size=30), st.sampled_from(["outlet", "lang"]), st.text(min_size=1, max_size=10))
def test_composing_puts_a_field_once(query: str, field: str, value: str) -> None:
    """Composing again changes nothing more, and what has no value leaves the query as it is."""
    once = composed(query, {field: value})
    assert composed(once, {field: value}) == once
    assert composed(query, {field: " "}) == query


async def test_an_earlier_text_is_found_when_asked_for(reader: Client) -> None:
    """The hit leads to that text, and says which of how many it is."""
    assert "Nothing fits" in main_words(await page(reader, "/search?q=%22harbour+opens%22"))
    tree = await page(reader, "/search?q=%22harbour+opens%22&every=1")
    assert found(tree, "//article[@class='hit']/h2/a/@href") == ["/documents/1/revisions/1"]
    assert "text 1 of 2" in main_words(tree)


async def test_further_results_are_led_to(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page every hit is shown once."""
    every = found(await page(reader, "/search?q=origin:web"), "//article[@class='hit']/h2/a/@href")
    monkeypatch.setattr("monitor.web.pages_search.LIMIT", 2)
    shown, at = [], ["/search?q=origin:web"]
    while at:
        tree = await page(reader, at[0])
        shown += found(tree, "//article[@class='hit']/h2/a/@href")
        at = found(tree, "//a[@rel='next']/@href")
    assert (len(every), shown) == (5, every)


async def test_the_same_query_is_offered_to_other_faces(reader: Client) -> None:
    """As Atom, as JSON, as changes, and as a line for the terminal that quotes what needs it."""
    tree = await page(reader, "/search?q=%22the+harbour%22+-it%27s")
    asked = "%22the%20harbour%22%20-it%27s"
    offered = found(tree, "//p[@class='alike']/a/@href")
    assert offered == [f"/atom/changes?q={asked}", f"/api/v1/search?q={asked}", f"/changes?q={asked}"]
    typed = """'"the harbour" -it'"'"'s'"""
    told = [f"monitor search {typed}", f"monitor export texts.csv {typed}"]
    assert found(tree, "//p[@class='alike']//code") == told
