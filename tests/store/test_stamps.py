"""Stamps, on both databases."""

from dataclasses import replace

from sqlalchemy import Connection, insert

from monitor.core.chain import next_seal
from monitor.model import Seal, Stamp, StampMethod
from monitor.store import schema, stamps
from monitor.store.database import Database
from monitor.store.types import columns_of
from tests.store.examples import NOON, minutes

RFC3161, ED25519 = StampMethod.RFC3161, StampMethod.ED25519


def two_seals(conn: Connection) -> tuple[Seal, Seal]:
    """Add a chain of two seals."""
    first = next_seal(None, NOON, ["a" * 64])
    second = next_seal(first, NOON + minutes(5), ["b" * 64])
    for one in (first, second):
        conn.execute(insert(schema.seal).values(columns_of(one)))
    return first, second


async def test_stamps_are_kept_with_their_seals(db: Database) -> None:
    """In the order of the chain, whenever they were made; bytes come back as they were."""
    first, second = await db.write(two_seals)
    later = Stamp(2, RFC3161, NOON + minutes(6), authority="https://tsa.example", request=b"\x00\xff", token=b"\x01")
    earlier = Stamp(1, ED25519, NOON + minutes(9), request=b"key", token=b"signature", detail="signed")
    later = replace(later, id=await db.write(stamps.add, later))
    earlier = replace(earlier, id=await db.write(stamps.add, earlier))
    assert await db.read(stamps.every) == ((first, earlier), (second, later))
    assert await db.read(stamps.every, RFC3161) == ((second, later),)
    assert await db.read(stamps.seal_of, second.hash) == second
    assert await db.read(stamps.seal_of, "0" * 64) is None


async def test_a_request_is_answered_once(db: Database) -> None:
    """Who comes second learns that another was first; a proof may grow from what was seen."""
    await db.write(two_seals)
    asked = Stamp(1, RFC3161, NOON, request=b"query")
    asked = replace(asked, id=await db.write(stamps.add, asked))
    assert await db.read(stamps.last_made, RFC3161) is None
    answered = replace(asked, token=b"one", made_at=NOON + minutes(1), authority="https://tsa.example")
    assert await db.write(stamps.answer, asked, answered)
    assert not await db.write(stamps.answer, asked, replace(asked, token=b"two"))
    assert [one for _, one in await db.read(stamps.every)] == [answered]
    assert await db.write(stamps.answer, answered, replace(answered, token=b"one and more"))
    assert await db.read(stamps.last_made, RFC3161) == NOON + minutes(1)
    assert await db.read(stamps.last_made, ED25519) is None
