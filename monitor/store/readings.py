"""What texts were read from, as the chain says it: chosen when a text is sealed, and told by rows that do not change.

A text may be handed to another document, and more captures come to show it; the one that is chosen stays.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select

from monitor.core.chain import ReadFrom
from monitor.model import Origin
from monitor.store import captures, revisions
from monitor.store.batches import batches
from monitor.store.schema import capture, corpus_file

_NOTHING = ReadFrom()


class _Text(NamedTuple):
    id: int
    origin: Origin
    document_id: int
    reextracts: int | None


def choose(conn: Connection, rows: Iterable[RowMapping]) -> dict[int, int | None]:
    """Return what some revisions were read from, by their numbers: a capture's number, or that of a saved file."""
    texts = (_Text(row["id"], row["origin"], row["document_id"], row["reextracts"]) for row in rows)
    return {one.id: _chosen(conn, one) for one in texts}


def _chosen(conn: Connection, one: _Text) -> int | None:
    if one.origin is Origin.CORPUS:
        mine = corpus_file.c.revision_id == one.id
        return conn.execute(select(corpus_file.c.id).where(mine).order_by(corpus_file.c.id).limit(1)).scalar()
    return _capture_of(conn, one.id) or _behind_another_reading(conn, one)


def _capture_of(conn: Connection, revision_id: int) -> int | None:
    """Return the first response that shows a text, be it removed since; of revisits alone, what the first repeats."""
    shown = select(capture).where(capture.c.revision_id == revision_id).order_by(capture.c.id).limit(1)
    # A 304 to what was never kept is a response without a body.
    full = (capture.c.record_type == "response") & capture.c.status.is_distinct_from(304)
    row = conn.execute(shown.where(full)).mappings().first()
    again = shown.where(capture.c.record_type == "revisit")
    if row is None and (revisit := conn.execute(again).mappings().first()) is not None:
        same = (capture.c.url == revisit["url"]) & (capture.c.sha256 == revisit["sha256"])
        before = same & full & (capture.c.id < revisit["id"])
        row = conn.execute(select(capture).where(before).order_by(capture.c.id.desc()).limit(1)).mappings().first()
    return row["id"] if row else None


def _behind_another_reading(conn: Connection, one: _Text) -> int | None:
    """Return the capture whose bytes a reading by another extractor was made of, as `rereading.reread` takes it."""
    first = revisions.numbered(conn, one.document_id, one.reextracts) if one.reextracts is not None else None
    if first is None or first.id >= one.id:
        return None
    behind = captures.behind(conn, first.id)
    return behind.id if behind else _chosen(conn, _Text(first.id, first.origin, first.document_id, first.reextracts))


def told(conn: Connection, chosen: Mapping[int, tuple[Origin, int | None]]) -> dict[int, ReadFrom]:
    """Return what the chain says that revisions were read from, by their numbers; `chosen` is as `choose` has it."""
    files = _files(conn, (one for origin, one in chosen.values() if origin == Origin.CORPUS and one))
    records = _records(conn, (one for origin, one in chosen.values() if origin != Origin.CORPUS and one))
    return {
        number: (files if origin == Origin.CORPUS else records).get(one or 0, _NOTHING)
        for number, (origin, one) in chosen.items()
    }


def _files(conn: Connection, numbers: Iterable[int]) -> dict[int, ReadFrom]:
    statement = select(corpus_file.c.id, corpus_file.c.sha256)
    rows = (conn.execute(statement.where(corpus_file.c.id.in_(some))) for some in batches(numbers))
    return {row.id: ReadFrom(file=row.sha256) for found in rows for row in found}


def _records(conn: Connection, numbers: Iterable[int]) -> dict[int, ReadFrom]:
    statement = select(capture.c.id, capture.c.record_id, capture.c.url)
    rows = (conn.execute(statement.where(capture.c.id.in_(some))) for some in batches(numbers))
    return {row.id: ReadFrom(row.record_id, row.url) for found in rows for row in found}
