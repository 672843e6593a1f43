"""Whatever stands in the database, whoever wrote it there: on no page does it become markup or a way to a script."""

from pathlib import Path

import pytest
from lxml import etree, html

from monitor.store.dialects import open_engine
from tests.web.asking import Client, get
from tests.web.pages import faults, page
from tests.web.planted import MARKUP, SCRIPT, plant

pytest_plugins = ["tests.web.newsstand", "tests.web.api_stand"]

SAVED = 6  # the first of the saved texts
PAGES = (
    *("/", "/search?q=harbour", "/changes?all=1", "/documents", "/clusters", "/clusters/1", "/sources", "/sources/1"),
    *("/sources/3", "/outlets", "/corpus", f"/corpus/{SAVED}", f"/documents/{SAVED}", "/documents/1", "/documents/2"),
    *("/documents/3", "/alerts"),
    *("/documents/1/revisions/1", "/documents/2/revisions/2"),
)
DIFFS = ("/documents/1/diff?from=1&to=2", "/documents/2/diff?from=1&to=2&view=side")  # of real addresses only
FEEDS = ("/atom/changes", "/atom/sources/1")
LEADS = ("href", "src", "action", "formaction", "srcdoc", "data", "poster", "{http://www.w3.org/1999/xlink}href")


@pytest.mark.parametrize("payload", [MARKUP, SCRIPT])
async def test_what_is_planted_anywhere_is_text_everywhere(
    writing: tuple[Client, str], tmp_path: Path, payload: str
) -> None:
    """In titles, names, addresses, languages, reasons, details, digests, what was empty; on pages and in feeds."""
    client, _ = writing
    _plant(tmp_path, payload)
    pages = (*PAGES, *DIFFS) if payload == MARKUP else PAGES
    wrong = [f"{path}: {told}" for path in pages for told in _wrong(await page(client, path), payload)]
    feeds = [f"{path}: {told}" for path in FEEDS for told in await _astray_in(client, path)]
    assert (wrong, feeds) == ([], [])


def _plant(folder: Path, payload: str) -> None:
    engine = open_engine(f"sqlite:///{next(folder.rglob('archive.db'))}", 5.0)
    with engine.begin() as conn:
        assert len(plant(conn, payload, but={"document.url"} if payload == MARKUP else set())) > 70
    engine.dispose()


def _wrong(tree: html.HtmlElement, payload: str) -> list[str]:
    said = "".join(str(one) for one in tree.xpath("//body//text()"))
    return [
        *faults(tree),
        *([] if payload in said or not tree.xpath("//main//article | //main//table") else ["it shows nothing planted"]),
        *(f"leads to {value}" for _, value in _leads(tree) if not value.startswith(("/", "#", "http://", "https://"))),
        *(f"leads to {value}" for _, value in _leads(tree) if value.startswith(("//", "/\\"))),
        *(f"tells {value} who asks" for one, value in _leads(tree) if _is_elsewhere(value) and not _is_discreet(one)),
    ]


def _leads(tree: html.HtmlElement) -> list[tuple[html.HtmlElement, str]]:
    return [(one, value) for one in tree.iter() for name, value in one.attrib.items() if name in LEADS]


def _is_elsewhere(address: str) -> bool:
    return address.startswith("http")


def _is_discreet(link: html.HtmlElement) -> bool:
    return link.tag == "a" and {"noopener", "noreferrer"} <= set(link.get("rel", "").split())


async def _astray_in(client: Client, path: str) -> list[str]:
    tree = etree.fromstring(await (await get(client, path)).read())
    return [value for one in tree.iter() if (value := one.get("href")) and not _is_elsewhere(value)]
