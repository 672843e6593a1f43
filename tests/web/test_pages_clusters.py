"""The pages of the clusters: who had a text first, and what the others altered."""

from tests.web.asking import Client
from tests.web.pages import faults, found, main_words, page

pytest_plugins = ["tests.web.deskful"]


async def test_a_cluster_is_listed_with_the_first_on_top(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/clusters")
    (section,) = tree.xpath("//main/section")
    assert found(section, ".//h2//a/@href") == ["/clusters/1"]
    items = found(section, ".//li")
    assert "first seen 14 Nov 2026" in items[0]
    assert "compare" in items[1]
    assert not faults(tree)


async def test_every_copy_leads_to_what_it_altered_against_the_first(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/clusters/1")
    assert found(tree, "//h1/bdi/@dir") == ["rtl"]
    assert found(tree, "//ol/li//h2//a/@href") == ["/documents/7", "/documents/6"]
    (compare,) = found(tree, "//ol//a[contains(., 'compare')]/@href")
    assert compare == "/documents/6/diff?other=7"
    await page(desk_reader, compare)
    assert "90 % like document 7" in main_words(tree)
    assert not faults(tree)


async def test_what_is_no_cluster_is_not_found(desk_reader: Client) -> None:
    await page(desk_reader, "/clusters/2", status=404)
    await page(desk_reader, "/clusters?after=nonsense", status=400)
