"""The seed corpus as a list: each saved file with its document, what it cites, and its page's edits."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, func, literal, select, tuple_

from monitor.model import CorpusFile, Document
from monitor.store.desk_outlets import EDITS, STANDS
from monitor.store.documents import by_ids
from monitor.store.schema import change, citation, corpus_file
from monitor.store.types import noun


class Cited(NamedTuple):
    """How many citations a text has, and the outlets it cites, most cited first."""

    times: int
    outlets: tuple[str, ...]


def files(conn: Connection, limit: int, after: int | None = None) -> list[tuple[CorpusFile, Document]]:
    """Return saved files with their documents, by name and line; `after` is the number of the file to go on behind."""
    place = (corpus_file.c.name, corpus_file.c.line, corpus_file.c.id)
    statement = select(corpus_file).order_by(*place).limit(limit)
    if after is not None:
        behind = conn.execute(select(*place).where(corpus_file.c.id == after)).first()
        if behind is None:
            return []
        statement = statement.where(tuple_(*place) > tuple_(*map(literal, behind)))
    found = [noun(CorpusFile, row) for row in conn.execute(statement).mappings()]
    about = by_ids(conn, [one.document_id for one in found])
    return [(one, about[one.document_id]) for one in found]


def cited(conn: Connection, document_ids: Collection[int]) -> dict[int, Cited]:
    """Return what saved texts cite; one that cites nothing is left out."""
    which = citation.c.document_id.in_(list(document_ids))
    number = func.count()
    columns = (citation.c.document_id, citation.c.outlet)
    statement = select(*columns, number).where(which).group_by(*columns).order_by(number.desc(), citation.c.outlet)
    found: dict[int, Cited] = {}
    for document_id, outlet, count in conn.execute(statement):
        known = found.get(document_id, Cited(0, ()))
        found[document_id] = Cited(known.times + count, (*known.outlets, outlet) if outlet else known.outlets)
    return found


def edits(conn: Connection, document_ids: Collection[int]) -> dict[int, int]:
    """Return how often documents were edited; one that never was is left out."""
    which = change.c.document_id.in_(list(document_ids)) & change.c.kind.in_(EDITS) & STANDS
    statement = select(change.c.document_id, func.count()).where(which).group_by(change.c.document_id)
    return {row[0]: row[1] for row in conn.execute(statement)}
