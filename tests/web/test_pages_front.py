"""The front page tells what happened, so that one knows what to read."""

from pathlib import Path

from monitor import Settings, open_archive
from tests.blank import blank_sqlite
from tests.web.asking import Client, get, serving
from tests.web.news import GONE, OPEN, SHUT
from tests.web.pages import found, main_words, page

pytest_plugins = ["tests.web.newsstand"]


async def test_it_shows_an_edited_headline_as_words_that_went_and_came(reader: Client) -> None:
    """What stood is there to be read as well."""
    tree = await page(reader, "/")
    (headline,) = tree.xpath("//article[contains(., $why)]//h3", why="numbers changed: 12 → 21")
    gone, come = "".join(found(headline, ".//del")), "".join(found(headline, ".//ins"))
    assert (gone, come) == ("opens", "stays shut")
    assert {*OPEN.split(), *SHUT.split()} == {*" ".join(found(headline, ".//text()")).split()}


async def test_it_shows_takedowns_and_sources_in_trouble(reader: Client) -> None:
    """Each leads to its own page."""
    tree = await page(reader, "/")
    (gone,) = tree.xpath("//section[@aria-labelledby='taken-down']//li")
    assert "A claim about ferries" in found(gone, ".//h3")
    assert "gone (410)" in gone.text_content()
    assert found(gone, ".//h3/a/@href")[0].startswith("/documents/")
    (trouble,) = tree.xpath("//section[@aria-labelledby='trouble']//li")
    assert "http://three.example/rss" in trouble.text_content()
    assert found(trouble, ".//h3/a/@href") == ["/sources/3"]
    assert GONE not in main_words(tree)


async def test_who_has_the_page_is_not_sent_it_again(reader: Client) -> None:
    """The tag is of what the page says, so that nothing new means 304 without a body."""
    first = await get(reader, "/documents/1")
    again = await get(reader, "/documents/1", If_None_Match=first.headers["ETag"])
    assert (again.status, await again.read()) == (304, b"")
    assert (await get(reader, "/documents/2", If_None_Match=first.headers["ETag"])).status == 200


async def test_an_empty_archive_says_what_to_do(tmp_path: Path) -> None:
    """No page fails for want of anything to show."""
    blank_sqlite(tmp_path / "archive.db")
    async with open_archive(Settings(data_dir=tmp_path)) as archive, serving(archive) as client:
        assert "monitor add-source URL" in main_words(await page(client, "/"))
        assert "monitor run" in main_words(await page(client, "/changes"))
        assert "monitor run" in main_words(await page(client, "/documents"))
        assert "monitor alert add" in main_words(await page(client, "/alerts"))
        assert "Nothing fits this query" in main_words(await page(client, "/search?q=anything"))
