"""What a crash between the disk and the database leaves behind is found at the next start."""

from pathlib import Path

from sqlalchemy import Connection, select

from monitor import open_archive
from monitor.edges.warc_records import read_response
from monitor.model import Fetch, Outcome
from monitor.store import captures
from monitor.store.schema import fetch
from monitor.store.types import noun
from tests.app.rig import Rig
from tests.app.test_evidence_policy import every_capture, every_response
from tests.edges.warcs import PAGE, earlier_of, evidence_in, hop, result
from tests.newsroom.days import at

pytest_plugins = ["tests.newsroom.fixtures"]


def every_fetch(conn: Connection, numbers: list[int]) -> list[Fetch]:
    """Return fetches by number."""
    rows = conn.execute(select(fetch).where(fetch.c.id.in_(numbers))).mappings()
    return [noun(Fetch, row) for row in rows]


async def left_behind(folder: Path, torn: bytes = b"") -> Path:
    """Leave a file that no database ever heard of, as a crash leaves it."""
    evidence = evidence_in(folder)
    kept = await evidence.append(result(hop(status=301, status_line=b"HTTP/1.1 301 Moved"), hop()))
    await evidence.append(result(hop()), earlier_of(kept))
    name, _ = evidence.position()
    await evidence.close()
    path = (folder / name).rename(folder / f"{name}.open")
    with path.open("ab") as stream:
        stream.write(torn)
    return folder / name


async def test_records_that_the_database_never_heard_of_are_indexed(site_rig: Rig) -> None:
    """Each response is there with its place, its digests and its own time; its fetch says how it came here."""
    site_rig.at(at(16, 7))
    settings = site_rig.settings
    path = await left_behind(settings.evidence_dir, torn=b"\x1f\x8b\x08 torn")
    async with open_archive(settings) as archive:
        await archive.recover()
        found = await every_capture(archive)
        places = {(one.file, one.offset, one.length, one.record_id, one.url) for one in found}
        assert places == set(every_response(settings.evidence_dir))
        assert [(one.record_type, one.status) for one in found] == [
            ("response", 301),
            ("response", 200),
            ("revisit", 200),
        ]
        _, whole, repeat = found
        raw = await archive._ctx.evidence.read(whole.file, whole.offset, whole.length)
        assert read_response(raw)[1] == PAGE
        assert repeat.digest == whole.digest
        assert path.exists()
        assert await archive._ctx.db.read(captures.committed_lengths) == {path.name: path.stat().st_size}


async def test_a_second_start_finds_nothing_more(site_rig: Rig) -> None:
    site_rig.at(at(16, 7))
    await left_behind(site_rig.settings.evidence_dir)
    for _ in range(2):
        async with open_archive(site_rig.settings) as archive:
            await archive.recover()
            assert len(await every_capture(archive)) == 3


async def test_the_fetch_of_an_orphan_is_told(site_rig: Rig) -> None:
    site_rig.at(at(16, 7))
    await left_behind(site_rig.settings.evidence_dir)
    async with open_archive(site_rig.settings) as archive:
        await archive.recover()
        (first, *_) = await every_capture(archive)
        (row,) = await archive._ctx.db.read(every_fetch, [first.fetch_id])
        assert (row.outcome, row.status) == (Outcome.REDIRECTED, 301)
        assert "crash" in (row.detail or "")
