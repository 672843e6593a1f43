"""Furniture: which lines stand, come, go and run on how many pages of an outlet, and which of them were learned."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, select, update

from monitor.core.urls import site_of
from monitor.model import Change, ChangeKind, Document, Furniture, FurniturePart, Revision
from monitor.store import counters, dialects
from monitor.store.batches import batches
from monitor.store.schema import change, document, furniture, host, revision
from monitor.store.types import columns_of, noun, nouns

Line = tuple[FurniturePart, str, str]  # where, key, and the line as it stands


def count(
    conn: Connection, site: str, lines: Iterable[Line], document_id: int, now: datetime, least: int = 1
) -> tuple[Furniture, ...]:
    """Count lines of a document, each once; return those that are not learned yet and stand in at least so many.

    A line is not counted again while this document is the last that had it; to count none twice beyond that is the
    caller's part. Rows are written in the order of their keys, so that two transactions do not wait for each other.
    """
    wanted = sorted({(part, key): sample for part, key, sample in lines}.items())
    if not wanted:
        return ()
    rows = [columns_of(Furniture(site, part, key, sample, 1, now, now, document_id)) for (part, key), sample in wanted]
    dialects.insert_or_count(conn, furniture, rows, ["site", "part", "key"], "documents", "last_document_id")
    return counted(conn, site, [key for (_, key), _ in wanted], least, unlearned=True)


def counted(
    conn: Connection, site: str, keys: Iterable[str], least: int = 1, *, unlearned: bool = False
) -> tuple[Furniture, ...]:
    """Return what has been counted of these keys in at least so many documents; if told, only what is not learned."""
    found: list[Furniture] = []
    for some in batches(keys):
        statement = _NOT_LEARNED if unlearned else _COUNTED
        rows = conn.execute(statement, {"at_site": site, "some": some, "least": least}).mappings()
        found += [noun(Furniture, row) for row in rows]
    return tuple(found)


_COUNTED = select(furniture).where(
    furniture.c.site == bindparam("at_site"),
    furniture.c.key.in_(bindparam("some", expanding=True)),
    furniture.c.documents >= bindparam("least"),
)
_NOT_LEARNED = _COUNTED.where(furniture.c.learned_at.is_(None))


def learn(conn: Connection, one: Furniture, reason: str, now: datetime) -> Furniture:
    """Say that a counted line is furniture from now on, and why."""
    conn.execute(update(furniture).where(furniture.c.id == one.id).values(learned_at=now, reason=reason))
    return replace(one, learned_at=now, reason=reason)


_KNOWN = select(furniture.c.part, furniture.c.key, furniture.c.reason).where(
    furniture.c.site == bindparam("at_site"),
    furniture.c.key.in_(bindparam("some", expanding=True)),
    furniture.c.learned_at.is_not(None),
)


def known(conn: Connection, site: str, keys: Sequence[str]) -> tuple[tuple[FurniturePart, str, str], ...]:
    """Return those of the keys that are furniture of a site: part, key, reason."""
    found: list[tuple[FurniturePart, str, str]] = []
    for some in batches(keys):
        rows = conn.execute(_KNOWN, {"at_site": site, "some": some})
        found += [(row.part, row.key, row.reason or "") for row in rows]
    return tuple(found)


_LEARNED = (
    select(furniture)
    .where(furniture.c.site == bindparam("at_site"), furniture.c.learned_at.is_not(None))
    .order_by(furniture.c.learned_at.desc(), furniture.c.id.desc())
)
_LEARNED_OF = _LEARNED.where(furniture.c.part == bindparam("of"))


def learned(conn: Connection, site: str, part: FurniturePart | None = None) -> tuple[Furniture, ...]:
    """Return what was learned of a site, newest first; of one part, if told."""
    statement = _LEARNED if part is None else _LEARNED_OF
    return nouns(Furniture, conn.execute(statement, {"at_site": site, "of": part}))


def learned_keys(conn: Connection, site: str) -> dict[str, datetime]:
    """Return the keys of all that was learned of a site, and since when it is known."""
    which = (furniture.c.site == site) & furniture.c.learned_at.is_not(None)
    return {
        row.key: row.learned_at for row in conn.execute(select(furniture.c.key, furniture.c.learned_at).where(which))
    }


def owe(conn: Connection, site: str) -> None:
    """Note that something was learned of a site by which its changes are to be judged; part of that transaction."""
    counters.add_one(conn, _debt(site))


def owed(conn: Connection, site: str) -> int:
    """Return how often something was learned of a site since its changes were judged; 0 when nothing is to be done."""
    return counters.get(conn, _debt(site))


def settle(conn: Connection, site: str, seen: int) -> None:
    """Note that a site's changes are judged by all that was learned when so much was `owed`.

    What another transaction learned in the meantime stays owed.
    """
    counters.clear(conn, _debt(site), seen)


def _debt(site: str) -> str:
    return f"unjudged:{blake2b(site.encode(), digest_size=8).hexdigest()}"


_ELSEWHERE = select(furniture.c.key).where(
    furniture.c.site == bindparam("at_site"),
    furniture.c.key.in_(bindparam("some", expanding=True)),
    furniture.c.last_document_id != bindparam("besides"),
)


def elsewhere(conn: Connection, site: str, keys: Iterable[str], besides: int) -> frozenset[str]:
    """Return those of the keys that were counted of a document of the site, last of another than `besides`."""
    found: set[str] = set()
    for some in batches(keys):
        found |= set(conn.execute(_ELSEWHERE, {"at_site": site, "some": some, "besides": besides}).scalars())
    return frozenset(found)


_HEADLINES = (
    select(document.c.title_key, document.c.host)
    .where(document.c.title_key.in_(bindparam("some", expanding=True)), document.c.id != bindparam("besides"))
    .distinct()
)


def headlines(conn: Connection, site: str, keys: Iterable[str], besides: int) -> frozenset[str]:
    """Return those of the keys that are the headline of a document of the site other than `besides`."""
    found: set[str] = set()
    for some in batches(keys):
        rows = conn.execute(_HEADLINES, {"some": some, "besides": besides})
        found |= {row.title_key for row in rows if row.host and site_of(row.host) == site}
    return frozenset(found)


def claims(
    conn: Connection, site: str, since: datetime, kinds: Sequence[ChangeKind], limit: int
) -> tuple[tuple[Change, Document], ...]:
    """Return a site's changes from one text to another since then, of these kinds, newest first."""
    statement = (
        select(change, document.c.id.label("of_document"))
        .join(document, document.c.id == change.c.document_id)
        .where(document.c.host.in_(_hosts(conn, site)), document.c.revision_count > 1)
        .where(change.c.at >= since, change.c.kind.in_(tuple(kinds)), change.c.from_revision != change.c.to_revision)
        .order_by(change.c.at.desc(), change.c.id.desc())
        .limit(limit)
    )
    found = [noun(Change, row) for row in conn.execute(statement).mappings()]
    ids = {one.document_id for one in found}
    rows = [
        row for some in batches(ids) for row in conn.execute(select(document).where(document.c.id.in_(some))).mappings()
    ]
    about = {row["id"]: noun(Document, row) for row in rows}
    return tuple((one, about[one.document_id]) for one in found)


def _hosts(conn: Connection, site: str) -> list[str]:
    """Return the hosts of a site: itself, those below it, and services at ports of their own."""
    likely = host.c.name.contains(site, autoescape=True)
    return [name for name in conn.execute(select(host.c.name).where(likely)).scalars() if site_of(name) == site]


_PAIR = select(revision).where(
    revision.c.document_id == bindparam("of_document"),
    revision.c.number.in_(bindparam("numbers", expanding=True)),
)


def texts_of(conn: Connection, one: Change) -> tuple[Revision, Revision] | None:
    """Return the two revisions that a change lies between, or None where it is of no two texts."""
    wanted = {"of_document": one.document_id, "numbers": [one.from_revision, one.to_revision]}
    found = {row["number"]: noun(Revision, row) for row in conn.execute(_PAIR, wanted).mappings()}
    if one.from_revision not in found or one.to_revision not in found:
        return None
    return found[one.from_revision], found[one.to_revision]
