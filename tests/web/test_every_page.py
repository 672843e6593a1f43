"""What holds of every page that a reader can come to by links."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

from lxml import html

from tests.web.asking import Client
from tests.web.news import MARKUP
from tests.web.pages import faults, found, page, words

pytest_plugins = ["tests.web.newsstand"]

ELSEWHERE = re.compile(r"/(memento|timemap|timegate|atom|api|static)/")  # no pages


async def crawl(client: Client) -> dict[str, html.HtmlElement]:
    """Return every page that can be reached from the front page, following every link and form of this server."""
    pages: dict[str, html.HtmlElement] = {}
    waiting = deque(["/", "/search?q=harbour", "/search?q=alert", "/documents/1/diff?view=side"])
    while waiting:
        path = waiting.popleft()
        if path in pages or ELSEWHERE.match(path):
            continue
        pages[path] = tree = await page(client, path)
        waiting += [_local(path, link) for link in found(tree, "//a/@href") if not urlsplit(link).netloc]
    return pages


def _local(path: str, link: str) -> str:
    return urljoin(path, link).partition("#")[0]


async def test_every_page_is_whole_and_can_be_heard(reader: Client) -> None:
    """No link leads nowhere; headings in order, fields labelled, nothing but our own style sheet and script.

    What was planted in titles, feeds and texts stands there as text.
    """
    pages = await crawl(reader)
    assert {urlsplit(path).path for path in pages} >= {
        *("/", "/search", "/changes", "/documents", "/alerts", "/clusters", "/outlets", "/sources", "/corpus"),
        *("/documents/1", "/documents/1/revisions/1", "/documents/1/diff", "/documents/5", "/sources/3"),
    }
    wrong = {path: told for path, tree in pages.items() if (told := faults(tree))}
    assert not wrong
    assert MARKUP in words(pages["/documents/2"])


async def test_every_page_says_where_one_is(reader: Client) -> None:
    """The name of the program leads home; one place is the current one; the way past them is the first link."""
    for path in ("/", "/search", "/changes", "/documents", "/documents/1", "/alerts"):
        tree = await page(reader, path)
        assert len(tree.xpath("//header//a[@aria-current]")) == 1
        assert found(tree, "//a/@href")[0] == "#main"
        assert tree.xpath("//main[@id='main']")
