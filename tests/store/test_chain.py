"""What is not sealed yet is found, however it came; seals follow each other, also made by several at once."""

import asyncio
import time

import pytest
from sqlalchemy import Connection, delete, func, select

from monitor.core.chain import content_sha256, merkle_root, next_seal
from monitor.errors import DatabaseError
from monitor.model import LeafKind, Seal, Stamp, StampMethod
from monitor.store import chain, counters, leaves
from monitor.store.database import Database
from monitor.store.schema import leaf, revision, stamp
from monitor.store.types import columns_of
from tests.store.captured import add_captures, add_text, add_tombstone, remove
from tests.store.examples import NOON

KINDS = [LeafKind.CAPTURE, LeafKind.REVISION, LeafKind.TOMBSTONE]


def seal(conn: Connection, pause_s: float = 0.0) -> Seal | None:
    """Seal what is not sealed."""
    counters.take_turn(conn, chain.TURN)
    subjects = leaves.unsealed(conn)
    time.sleep(pause_s)
    if not subjects:
        return None
    before = next(iter(chain.newest(conn)), None)
    made = next_seal(before, NOON, [one.digest for one in subjects])
    chain.add(conn, made, subjects)
    return made


async def test_everything_is_sealed_once(db: Database) -> None:
    """Captures, revisions and tombstones, in this order; then nothing is left."""
    one, two = await db.write(add_captures, 1, 2)
    text = await db.write(add_text, "A text")
    stone = await db.write(add_tombstone, "ab" * 32, capture_id=one)
    made = await db.write(seal)
    assert made is not None
    assert made.leaves == 4
    kept = (await db.read(leaves.kept, 1, 1))[1]
    places = [(LeafKind.CAPTURE, one), (LeafKind.CAPTURE, two), (LeafKind.REVISION, text), (LeafKind.TOMBSTONE, stone)]
    assert [(each.leaf.kind, each.leaf.subject_id) for each in kept] == places
    assert all(each.there and each.as_sealed for each in kept)
    assert merkle_root(await db.read(leaves.digests, 1)) == made.root
    assert await db.write(seal) is None


async def test_seals_follow_each_other(db: Database) -> None:
    """Newest first where the newest are asked for, oldest first where they are read from a place on."""
    made = []
    for number in range(4):
        await db.write(add_captures, number, 1)
        made.append(await db.write(seal))
    assert [one.number for one in made if one] == [1, 2, 3, 4]
    assert await db.read(chain.newest, 2) == (made[3], made[2])
    assert await db.read(chain.after, 1, 2, 100) == (made[1], made[2])
    assert await db.read(chain.after, 0, 9, 2) == (made[0], made[1])
    assert await db.read(chain.after, 0, 9, 0) == (made[0],)
    assert await db.read(chain.between, 2, 3) == (made[1], made[2])


async def test_a_seal_takes_so_many(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest first; and says that there may be more."""
    monkeypatch.setattr(leaves, "MOST", 3)
    ids = await db.write(add_captures, 1, 5)
    first = await db.read(leaves.unsealed)
    assert [one.id for one in first] == ids[:3]
    assert leaves.may_be_more(first)
    await db.write(seal)
    rest = await db.read(leaves.unsealed)
    assert [one.id for one in rest] == ids[3:]
    assert not leaves.may_be_more(rest)


async def test_what_comes_late_is_still_seen(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a margin of numbers each time, beyond it by looking through all of them."""
    monkeypatch.setattr(leaves, "MARGIN", 4)
    ids = await db.write(add_captures, 1, 10)
    await db.write(seal)
    await db.write(_without_leaves, [ids[1], ids[8]])
    assert [one.id for one in await db.read(leaves.unsealed)] == [ids[8]]
    end = await db.read(leaves.looked_at, LeafKind.CAPTURE)
    assert end == ids[-1] - 4
    assert [one.id for one in await db.read(leaves.slipped, LeafKind.CAPTURE, 0, end)] == [ids[1]]
    assert await db.read(leaves.slipped, LeafKind.CAPTURE, ids[1], end) == ()


def _without_leaves(conn: Connection, ids: list[int]) -> None:
    conn.execute(delete(leaf).where(leaf.c.subject_id.in_(ids)))


async def test_what_was_removed_is_told_by_its_tombstone(db: Database) -> None:
    """A capture keeps its row; a text that is gone has the digest that its tombstone has of it."""
    (one,) = await db.write(add_captures, 1, 1)
    text = await db.write(add_text, "A text")
    await db.write(seal)
    await db.write(remove, one)
    await db.write(lambda conn: conn.execute(revision.update().values(text="", title=None)).close())
    of_capture, of_text = (await db.read(leaves.kept, 1, 1))[1]
    assert (of_capture.as_sealed, of_capture.removed, of_capture.buried) == (True, True, False)
    assert (of_text.as_sealed, of_text.buried) == (False, False)
    await db.write(add_tombstone, content_sha256("A title", "A text"), None, text)
    await db.write(add_tombstone, "ab" * 32, one)
    of_capture, of_text = (await db.read(leaves.kept, 1, 1))[1]
    assert (of_capture.as_sealed, of_capture.removed, of_capture.buried) == (True, True, True)
    assert (of_text.as_sealed, of_text.buried) == (True, True)


async def test_two_at_once_make_one_chain(database_url: str) -> None:
    """Two processes: the second waits for the first, and seals only what is left."""
    first, second = [await asyncio.to_thread(Database.open, database_url, 10.0) for _ in range(2)]
    await first.write(add_captures, 1, 6)
    made = await asyncio.gather(*(each.write(seal, 0.2) for each in (first, second, first, second)))
    assert [each.leaves for each in made if each] == [6]
    assert await first.read(_count) == 6
    for each in (first, second):
        each.close()


def _count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(leaf)).scalar_one()


async def test_the_chain_cannot_fork(db: Database) -> None:
    """A second seal after the same one is refused by the database itself."""
    await db.write(add_captures, 1, 1)
    first = await db.write(seal)
    (more,) = await db.write(add_captures, 2, 1)
    subject = leaves.Subject(LeafKind.CAPTURE, more, "ab" * 32)
    fork = next_seal(None, NOON, ["ab" * 32])
    assert first is not None
    with pytest.raises(DatabaseError):
        await db.write(chain.add, Seal(2, fork.at, fork.previous, 1, fork.root, fork.hash), [subject])
    assert await db.read(chain.newest, 9) == (first,)


async def test_the_first_stamp_that_covers_a_seal(db: Database) -> None:
    """Of each method, the first answered one of that or a later seal that says when; of two of a seal the newest."""
    for number in range(1, 4):
        await db.write(add_captures, number, 1)
        await db.write(seal)
    for number, method, token in (
        (1, StampMethod.RFC3161, b"early"),
        (2, StampMethod.RFC3161, None),
        (2, StampMethod.OPENTIMESTAMPS, b"pending"),
        (2, StampMethod.OPENTIMESTAMPS, b"whole"),
        (3, StampMethod.OPENTIMESTAMPS, b"whole later"),
        (3, StampMethod.RFC3161, b"late"),
        (3, StampMethod.ED25519, b"signed"),
    ):
        await db.write(_add_stamp, Stamp(number, method, NOON, token=token))

    async def found(number: int, *when: bytes) -> list[bytes | None]:
        says_when = tuple(when).__contains__
        return [one.token for one in await db.read(chain.stamps_from, number, lambda each: says_when(each.token))]

    assert await found(2, b"whole", b"whole later", b"late") == [b"whole", b"late", b"signed"]
    assert await found(1, b"early", b"whole", b"late") == [b"early", b"whole", b"signed"]
    assert await found(1, b"early", b"whole later") == [b"early", b"whole later", b"signed"]
    assert await found(1, b"early") == [b"early", b"whole", b"signed"]
    assert await found(4) == []
    assert {number: len(made) for number, made in (await db.read(chain.stamps_of, [2, 3])).items()} == {2: 3, 3: 3}


def _add_stamp(conn: Connection, new: Stamp) -> None:
    conn.execute(stamp.insert(), columns_of(new))


async def test_what_speaks_of_a_seal_that_is_not_there(db: Database) -> None:
    """A leaf, or a stamp."""
    await db.write(add_captures, 1, 1)
    await db.write(seal)
    assert await db.read(chain.beyond, 0) == 1
    assert await db.read(chain.beyond, 1) is None


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_chain_says_of_a_row(db: Database, kind: LeafKind) -> None:
    """As it is now; of a row that is not there it says nothing."""
    (one,) = await db.write(add_captures, 1, 1)
    await db.write(add_text, "A text")
    await db.write(add_tombstone, "ab" * 32, capture_id=one)
    assert (await db.read(leaves.content_of, kind, 1))["kind"] == kind
    assert await db.read(leaves.of, kind, 1) is None
    with pytest.raises(LookupError):
        await db.read(leaves.content_of, kind, 9)
