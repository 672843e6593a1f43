"""The stream of changes."""

from tests.web.asking import Client, get
from tests.web.pages import found, main_words, page, words

pytest_plugins = ["tests.web.newsstand"]


async def test_changes_stand_under_their_day_with_weight_kind_and_reason(reader: Client) -> None:
    """Edits lead to what they changed, a takedown to its place in the timeline of the document."""
    tree = await page(reader, "/changes")
    assert found(tree, "//h2") == ["16 November 2026"]
    told = {found(one, ".//h3/a/@href")[0]: words(one) for one in tree.xpath("//article[@class='change']")}
    assert "major headline and text changed" in told["/documents/1/diff?from=1&to=2"]
    assert "numbers changed: 12 → 21" in told["/documents/1/diff?from=1&to=2"]
    (gone,) = [address for address in told if address.startswith("/documents/3#change-")]
    assert "removed" in told[gone]
    landed = await page(reader, gone)
    assert landed.xpath("//li[@id=$id]", id=gone.partition("#")[2])


async def test_they_are_narrowed_by_query_and_weight(reader: Client) -> None:
    """The kind is of the change itself."""
    removed = await page(reader, "/changes?q=kind:removed")
    assert [one.partition("#")[0] for one in found(removed, "//h3/a/@href")] == ["/documents/3"]
    major = await page(reader, "/changes?weight=major")
    assert len(major.xpath("//article")) == 2
    assert "No change fits" in main_words(await page(reader, "/changes?q=lang:ar"))


async def test_choosing_a_kind_composes_the_query(reader: Client) -> None:
    """An address that can be kept, mailed, and given to an alert."""
    answer = await get(reader, "/changes?q=&weight=&kind=headline&outlet=&lang=&since=")
    assert (answer.status, answer.headers["Location"]) == (302, "/changes?q=kind%3Aheadline")


async def test_mistakes_are_told_beside_the_field(reader: Client) -> None:
    """And so is a weight that is none."""
    tree = await page(reader, "/changes?q=kind:nix", status=400)
    assert "nix" in words(tree.get_element_by_id("wrong"))
    assert found(tree, "//input[@id='q']/@value") == ["kind:nix"]
    assert "weight=grave" in main_words(await page(reader, "/changes?weight=grave", status=400))


async def test_they_are_offered_as_atom(reader: Client) -> None:
    """A reader of feeds finds it by itself."""
    tree = await page(reader, "/changes?q=kind:removed")
    assert found(tree, "//link[@type='application/atom+xml']/@href") == ["/atom/changes?q=kind%3Aremoved"]
