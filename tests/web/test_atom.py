"""The feeds tell of changes that stand, whatever a headline holds, and cost little who has them already."""

from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import Connection

from monitor import Archive, Settings, open_archive
from monitor.model import AlertAbout, Change, ChangeKind, Standing
from monitor.store import changes, documents, hosts, revisions, sources
from tests.blank import blank_sqlite
from tests.store.examples import NOON, a_document, a_revision, a_source, minutes
from tests.web.asking import Client, get, serving

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "]]><script>alert(1)</script>&lt;b&gt; \"'\x00\x1b[31m\u202e حذف"
SEEN_ONCE = "Seen once only"


def _fill(conn: Connection) -> None:
    hosts.ensure(conn, "radio.example")
    source, _ = sources.add(conn, a_source(title="Radio"))
    for number, (title, standing) in enumerate(((HOSTILE, Standing.CONFIRMED), (SEEN_ONCE, Standing.ONCE)), 1):
        url = f"https://radio.example/{number}"
        documents.add(conn, a_document(url, title=title, outlet="radio.example", source_id=source.id))
        for text in ("El mercado", "El mercado viejo"):
            revisions.add(conn, a_revision(number, f"{text} {number}.", title))
        step = Change(ChangeKind.BODY, NOON + minutes(number), 0, number, 1, 2, 1, 0, 0.5, HOSTILE, standing=standing)
        changes.add(conn, step)
    changes.add(conn, Change(ChangeKind.REMOVED, NOON + minutes(9), 0, 1))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive with three changes; see `archive`."""
    return tmp_path_factory.mktemp("atom")


@pytest.fixture
async def archive(filled: Path) -> AsyncIterator[Archive]:
    """An archive with three changes, one of them not confirmed."""
    new = not (filled / "archive.db").exists()
    blank_sqlite(filled / "archive.db")
    async with open_archive(Settings.model_validate({"data_dir": filled})) as opened:
        if new:
            await opened._ctx.db.write(_fill)
            await opened.alerts.add("gone", "kind:removed")
            await opened.alerts.add("new", "mercado", about=AlertAbout.DOCUMENTS)
        yield opened


@pytest.fixture
async def client(archive: Archive) -> AsyncIterator[Client]:
    """Somebody who asks the server."""
    async with serving(archive) as opened:
        yield opened


async def _entries(client: Client, path: str) -> list[ElementTree.Element]:
    answer = await get(client, path)
    assert (answer.status, answer.content_type) == (200, "application/atom+xml"), await answer.text()
    return ElementTree.fromstring(await answer.read()).findall(f"{ATOM}entry")


def _text(entry: ElementTree.Element, name: str) -> str:
    return entry.findtext(f"{ATOM}{name}") or ""


async def test_changes_that_stand_are_told_newest_first_and_their_text_is_text(client: Client) -> None:
    removed, edited = await _entries(client, "/atom/changes")
    assert _text(removed, "title").startswith("Removed:")
    assert "<script>alert(1)</script>" in _text(edited, "title")
    assert "<script>alert(1)</script>" in "".join(edited.itertext())
    assert [one.tag for one in edited.iter() if "script" in one.tag] == []
    raw = await (await get(client, "/atom/changes")).read()
    assert b"<script" not in raw
    assert not {0x00, 0x1B} & set(raw)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/atom/changes?q=kind:removed", 1),
        ("/atom/changes?q=tranvia", 0),
        ("/atom/sources/1", 2),
        ("/atom/outlets/radio.example", 2),
        ("/atom/outlets/other.example", 0),
        ("/atom/alerts/gone", 1),
        ("/atom/alerts/new", 2),
    ],
)
async def test_a_feed_of_a_query_a_source_an_outlet_an_alert(client: Client, path: str, count: int) -> None:
    assert len(await _entries(client, path)) == count


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/atom/changes?q=kind:removd", 400),
        ("/atom/sources/99", 404),
        (f"/atom/sources/{9 * '99'}9", 404),
        (f"/atom/sources/{10 * '99'}", 404),
        ("/atom/sources/x", 404),
        ("/atom/outlets/unknown", 404),
        ("/atom/outlets/a%22%20OR%20b", 404),
        ("/atom/alerts/nobody", 404),
    ],
)
async def test_what_is_not_there_is_said(client: Client, path: str, status: int) -> None:
    assert (await get(client, path)).status == status


async def test_what_was_seen_once_does_not_crowd_out_what_stands(archive: Archive, client: Client) -> None:
    """A busy archive has hundreds of changes that wait to be seen again."""

    def crowd(conn: Connection) -> None:
        for number in range(220):
            at = NOON + minutes(60 + number)
            changes.add(conn, Change(ChangeKind.BODY, at, 0, 2, 1, 2, 1, 0, 0.5, standing=Standing.ONCE))

    await archive._ctx.db.write(crowd)
    assert len(await _entries(client, "/atom/changes")) == 2
    assert len(await _entries(client, "/atom/outlets/radio.example")) == 2


async def test_who_has_it_is_told_so_with_304(client: Client) -> None:
    first = await get(client, "/atom/changes")
    again = await get(client, "/atom/changes", If_None_Match=first.headers["ETag"])
    assert (again.status, await again.read()) == (304, b"")
    assert (await get(client, "/atom/changes?q=kind:removed", If_None_Match=first.headers["ETag"])).status == 200


async def test_entries_lead_to_the_pages_of_this_archive_and_keep_their_ids(client: Client) -> None:
    _, edited = await _entries(client, "/atom/changes")
    links = {link.get("rel"): link.get("href") for link in edited.findall(f"{ATOM}link")}
    assert links["alternate"] == str(client.make_url("/documents/1/diff?from=1&to=2"))
    assert links["related"] == "https://radio.example/1"
    (of_source,) = [one for one in await _entries(client, "/atom/sources/1") if "Text" in _text(one, "title")]
    assert _text(of_source, "id") == _text(edited, "id")
