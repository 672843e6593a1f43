"""What must be true of what was removed: it stays away, it has its tombstones, and its words are nowhere."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, func, select

from monitor.app.context import Context
from monitor.edges.warc_records import read_response
from monitor.model import DocumentState
from monitor.store.schema import capture, document, entry, revision, tombstone
from tests.simulation.witness import Witness


def stay_away(conn: Connection, witness: Witness) -> Iterator[str]:
    """Yield what is wrong with the rows of what was redacted, and of captures that were removed."""
    for url in witness.ledger.redacted:
        rows = conn.execute(select(document).where(document.c.url.in_(witness.addresses(url)))).mappings().all()
        if not any(row["state"] == DocumentState.REDACTED for row in rows):
            yield f"{url} was redacted, and is {[str(row['state']) for row in rows]}"
        for row in rows:
            if row["title"] is not None or row["next_check_at"] is not None:
                yield f"{url} was redacted, and document {row['id']} has a title or a plan"
            yield from _texts_of(conn, url, row["id"])
    buried = select(tombstone.c.capture_id).where(tombstone.c.capture_id.is_not(None))
    bare = select(func.count()).where(capture.c.removed_at.is_not(None), capture.c.id.not_in(buried))
    if count := conn.execute(bare).scalar():
        yield f"{count} captures were removed and have no tombstone"


def _texts_of(conn: Connection, url: str, number: int) -> Iterator[str]:
    left = select(func.count()).select_from(revision).where(revision.c.document_id == number)
    if conn.execute(left.where((revision.c.text != "") | revision.c.title.is_not(None))).scalar():
        yield f"{url} was redacted, and has a text"
    told = select(func.count()).select_from(entry).where(entry.c.document_id == number, entry.c.title.is_not(None))
    if conn.execute(told).scalar():
        yield f"{url} was redacted, and an entry tells its title"
    stones = select(tombstone.c.revision_id).where(tombstone.c.document_id == number)
    named = set(conn.execute(stones).scalars())
    rows = set(conn.execute(select(revision.c.id).where(revision.c.document_id == number)).scalars())
    if lacking := {*rows, None} - named:
        yield f"{url} was redacted, and has no tombstone for {lacking}"


async def are_nowhere(ctx: Context, witness: Witness) -> list[str]:
    """Return what still tells of what was redacted: kept captures, the bytes of closed files, those of the database.

    To be asked of an archive that was opened anew: what a visit kept meanwhile is removed then.
    """
    if not witness.ledger.redacted or witness.machine.is_shared:  # nobody looks through another machine's folder
        return []
    told = [f"capture {number} tells of {url}" for number, url in await _captures(ctx, witness)]
    for file in sorted(ctx.settings.evidence_dir.glob("*.warc.gz")):
        data = _unzipped(file)
        told += [f"{file.name} tells of {url}" for url in witness.ledger.redacted if url.encode() in data]
    raw = b"".join(path.read_bytes() for path in sorted(ctx.settings.data_dir.glob("archive.db*")))
    for url in witness.ledger.redacted:
        titles = {one.title for one in witness.world.articles[url].texts()}
        told += [f"the database tells the title of {url}: {title}" for title in titles if title.encode() in raw]
    return told


async def _captures(ctx: Context, witness: Witness) -> list[tuple[int, str]]:
    kept = select(capture).where(capture.c.removed_at.is_(None), capture.c.record_type == "response")
    rows = await ctx.db.read(lambda conn: conn.execute(kept).mappings().all())
    found = []
    for row in rows:
        _, body = read_response(await ctx.evidence.read(row["file"], row["offset"], row["length"]))
        found += [(row["id"], url) for url in witness.ledger.redacted if url == row["url"] or url.encode() in body]
    return found


def _unzipped(file: Path) -> bytes:
    """Return what all members of a file hold; what is torn counts as far as it goes."""
    data, found = file.read_bytes(), b""
    while data:
        member = zlib.decompressobj(wbits=31)
        try:
            found += member.decompress(data)
        except zlib.error:
            break
        data = member.unused_data
    return found
