"""The chain of seals as it is kept. What its leaves are of is in `leaves`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from itertools import chain

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select

from monitor.model import Leaf, Seal, Stamp, StampMethod
from monitor.store import leaves
from monitor.store.leaves import Subject
from monitor.store.schema import leaf, seal, stamp
from monitor.store.types import columns_of, noun, nouns

TURN = "seals"  # to be taken before what is not sealed is read: one transaction seals at a time
_NEWEST = select(seal).order_by(seal.c.number.desc()).limit(bindparam("most"))


def newest(conn: Connection, most: int = 1) -> tuple[Seal, ...]:
    """Return the newest seals, newest first."""
    return nouns(Seal, conn.execute(_NEWEST, {"most": most}))


def add(conn: Connection, new: Seal, subjects: Sequence[Subject]) -> None:
    """Append a seal with its leaves, and remember how far everything is sealed."""
    values = {"number": new.number, "at": new.at, "previous": new.previous, "leaves": new.leaves}
    conn.execute(insert(seal).values(**values, root=new.root, hash=new.hash))
    made = (Leaf(new.number, place, *astuple(one)) for place, one in enumerate(subjects))
    conn.execute(insert(leaf), [columns_of(one) for one in made])
    leaves.look_no_more(conn, subjects)


def after(conn: Connection, number: int, most: int, most_leaves: int) -> tuple[Seal, ...]:
    """Return the seals that follow a number, oldest first: at most so many, of so many leaves (but one at least)."""
    statement = select(seal).where(seal.c.number > number).order_by(seal.c.number).limit(most)
    found: list[Seal] = []
    for row in conn.execute(statement).mappings():
        most_leaves -= row["leaves"]
        if found and most_leaves < 0:
            break
        found.append(noun(Seal, row))
    return tuple(found)


def between(conn: Connection, first: int, last: int) -> tuple[Seal, ...]:
    """Return the seals from one number to another, both included."""
    which = seal.c.number.between(first, last)
    return nouns(Seal, conn.execute(select(seal).where(which).order_by(seal.c.number)))


def beyond(conn: Connection, number: int) -> int | None:
    """Return the number of the first seal after one that leaves or stamps speak of, or None."""
    named = (select(func.min(table.c.seal)).where(table.c.seal > number) for table in (leaf, stamp))
    return min(filter(None, (conn.execute(one).scalar() for one in named)), default=None)


def stamps_of(conn: Connection, numbers: Sequence[int]) -> dict[int, tuple[Stamp, ...]]:
    """Return the stamps of some seals by their numbers, in the order they were made."""
    found: dict[int, tuple[Stamp, ...]] = {}
    for row in conn.execute(select(stamp).where(stamp.c.seal.in_(numbers)).order_by(stamp.c.id)).mappings():
        found[row["seal"]] = (*found.get(row["seal"], ()), noun(Stamp, row))
    return found


def stamps_from(conn: Connection, number: int, says_when: Callable[[Stamp], bool]) -> tuple[Stamp, ...]:
    """Return a stamp of each method for a seal or a later one, by seal: the first answered one that says when.

    Where none does, the first answered one: a promise of a calendar may be all there is, and a key never says when.
    """
    answered = (stamp.c.seal >= number) & stamp.c.token.is_not(None)
    found = []
    for method in conn.execute(select(stamp.c.method).where(answered).distinct()).scalars().all():
        mine = select(stamp).where(answered, stamp.c.method == method).order_by(stamp.c.seal, stamp.c.id.desc())
        if method is StampMethod.ED25519:
            mine = mine.limit(1)
        with conn.execute(mine) as rows:
            found.append(_first(rows.mappings(), says_when))
    return tuple(sorted(found, key=lambda one: (one.seal, one.id)))


def _first(rows: Iterable[RowMapping], says_when: Callable[[Stamp], bool]) -> Stamp:
    stamps = (noun(Stamp, row) for row in rows)
    first = next(stamps)
    return next(filter(says_when, chain((first,), stamps)), first)
