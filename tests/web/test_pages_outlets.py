"""The pages of the outlets: what is kept of each, and when it publishes and edits."""

from tests.web.asking import Client
from tests.web.facts import facts
from tests.web.pages import faults, found, main_words, page

pytest_plugins = ["tests.web.deskful"]


async def test_outlets_are_listed_in_figures(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/outlets")
    rows = [found(row, "./*") for row in tree.xpath("//tbody/tr")]
    assert rows[0] == ["Radio Mareverte radio.example", "4", "1", "2", "1", "1", "16 Nov 2026, 11:00 UTC"]
    assert len(rows) == 2
    assert found(tree, "//tbody//a/@href") == ["/outlets/radio.example", "/outlets/agency.example"]
    assert not faults(tree)


async def test_one_outlet_tells_its_names_its_sources_and_what_happened(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/outlets/radio.example")
    said = main_words(tree)
    assert facts(tree)["Also called"] == "RMV"
    assert facts(tree)["Domains"] == "radio.example, www.radio.example"
    assert found(tree, "//section[@aria-labelledby='sources']//h3/a/@href") == ["/sources/1"]
    assert [one.rpartition("/")[2] for one in found(tree, "//section[@aria-labelledby='documents']//h3/a/@href")] == [
        *"4321"
    ]
    assert len(tree.xpath("//section[@aria-labelledby='changes']//article")) == 4
    assert "4 published, 2 edited, 1 removed" in said
    assert not faults(tree)


async def test_an_outlet_of_another_script_keeps_its_direction(desk_reader: Client) -> None:
    """The name stands by itself, and its page links to what is asked of it."""
    tree = await page(desk_reader, "/outlets/agency.example")
    assert found(tree, "//h1/bdi") == ["وكالة مرساة"]
    links = found(tree, "//main//a/@href")
    assert {"/search?q=cites%3Aagency.example", "/changes?q=outlet%3Aagency.example"} <= {*links}
    assert "https://agency.example/" in links


async def test_an_outlet_of_which_nothing_is_known_is_not_found(desk_reader: Client) -> None:
    await page(desk_reader, "/outlets/nobody.example", status=404)
