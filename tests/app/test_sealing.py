"""What was kept is sealed into one chain, and whoever alters a row afterwards is found out."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import Connection, text

from monitor.app import sealing
from monitor.app.context import Context
from monitor.core.chain import content_sha256, next_seal
from monitor.evidence_answers import Fault
from monitor.model import LeafKind
from monitor.store import chain, leaves
from monitor.store.database import Database
from tests.app.conftest import NOON
from tests.store.captured import add_captures, add_text, add_tombstone, remove


async def fill(ctx: Context, seals: int = 3) -> None:
    """Keep and seal a few captures and a text, several times."""
    for number in range(seals):
        await ctx.db.write(add_captures, number * 3, 3)
        await ctx.db.write(add_text, f"Text {number}", f"https://radio.example/{number}")
        await sealing.seal(ctx)


async def execute(ctx: Context, *statements: str) -> None:
    """Change rows, as one who has the database in hand can."""

    def change(conn: Connection) -> None:
        conn.execute(text("PRAGMA defer_foreign_keys = ON"))
        for one in statements:
            conn.execute(text(one))

    await ctx.db.write(change)


async def told(ctx: Context) -> list[tuple[str, str]]:
    """Return the kind of each fault, and what it is of."""
    return [(one.kind, one.what) for one in await sealing.check_chain(ctx)]


async def test_nothing_kept_is_nothing_sealed(ctx: Context) -> None:
    """And an empty chain has no faults."""
    assert await sealing.seal(ctx) is None
    assert await sealing.recent(ctx, 10) == ()
    assert await sealing.check_chain(ctx) == ()


async def test_what_is_new_is_sealed_once(ctx: Context) -> None:
    """Each time what came since, one seal after the other; then nothing."""
    await fill(ctx)
    seals = [one.seal for one in await sealing.recent(ctx, 10)]
    assert [(one.number, one.leaves, one.at) for one in seals] == [(3, 4, NOON), (2, 4, NOON), (1, 4, NOON)]
    assert [one.previous for one in seals] == [seals[1].hash, seals[2].hash, "0" * 64]
    assert await sealing.seal(ctx) is None
    assert await sealing.check_chain(ctx) == ()


async def test_more_than_a_seal_takes_is_more_seals(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of them is returned; texts fill a seal sooner, since each is read whole."""
    monkeypatch.setattr(leaves, "MOST", 4)
    await ctx.db.write(add_captures, 1, 10)
    made = await sealing.seal(ctx)
    assert made is not None
    assert (made.number, made.leaves) == (3, 2)
    assert await sealing.check_chain(ctx) == ()


async def test_the_chain_is_read_in_parts(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """One seal at a time if need be; the link from part to part is checked as well."""
    monkeypatch.setattr(sealing, "_SEALS", 1)
    await fill(ctx)
    assert await sealing.check_chain(ctx) == ()
    await execute(ctx, "UPDATE seal SET previous = 'x' WHERE number = 2")
    assert ("seal-link", "seal 2") in await told(ctx)


ALTERED = {
    "a capture's bytes": ("UPDATE capture SET sha256 = 'x' WHERE id = 5", [("row-altered", "capture 5")]),
    "its record": ("UPDATE capture SET record_sha256 = 'x' WHERE id = 5", [("row-altered", "capture 5")]),
    "its address": ("UPDATE capture SET url = 'https://other.example/' WHERE id = 5", [("row-altered", "capture 5")]),
    "its time": ("UPDATE capture SET captured_at = '2020-01-01T00:00:00.000000Z' WHERE id = 5",
                 [("row-altered", "capture 5")]),
    "its status": ("UPDATE capture SET status = 404 WHERE id = 5", [("row-altered", "capture 5")]),
    "a text": ("UPDATE revision SET text = text || '.' WHERE id = 2", [("row-altered", "revision 2")]),
    "a title": ("UPDATE revision SET title = 'Another' WHERE id = 2", [("row-altered", "revision 2")]),
    "a capture taken away": ("DELETE FROM capture WHERE id = 5", [("row-missing", "capture 5")]),
    "a capture whose bytes are gone": ("UPDATE capture SET removed_at = captured_at WHERE id = 5",
                                       [("tombstone-missing", "capture 5")]),
    "a leaf": ("UPDATE leaf SET digest = substr(digest, 3) || 'ab' WHERE seal = 2 AND place = 1",
               [("seal-root", "seal 2"), ("row-altered", "capture 5")]),
    "a leaf taken away": ("DELETE FROM leaf WHERE seal = 2 AND place = 1", [("seal-leaves", "seal 2")]),
    "a leaf put in": ("INSERT INTO leaf SELECT 2, 4, 'capture', 99, digest, NULL FROM leaf"
                      " WHERE seal = 2 AND place = 0",
                      [("seal-leaves", "seal 2"), ("row-missing", "capture 99")]),
    "a root": ("UPDATE seal SET root = 'ab' || substr(root, 3) WHERE number = 2",
               [("seal-hash", "seal 2"), ("seal-root", "seal 2")]),
    "a time": ("UPDATE seal SET at = '2020-01-01T00:00:00.000000Z' WHERE number = 2", [("seal-hash", "seal 2")]),
    "a hash": ("UPDATE seal SET hash = 'ab' || substr(hash, 3) WHERE number = 2",
               [("seal-hash", "seal 2"), ("seal-link", "seal 3")]),
    "the newest seal taken away": ("DELETE FROM seal WHERE number = 3", [("seal-missing", "seal 3")]),
    "two seals taken away": ("DELETE FROM seal WHERE number < 3", [("seal-missing", "seals 1 to 2")]),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERED)
async def test_what_was_altered_is_named(ctx: Context, what: str) -> None:
    """That, and nothing else."""
    await fill(ctx)
    statement, faults = ALTERED[what]
    ctx.db.close()  # as another program would, which does not mind foreign keys
    _without_keys(ctx, statement)
    again = replace(ctx, db=Database.open(ctx.db.url, 5.0))
    try:
        assert await told(again) == faults
    finally:
        again.db.close()


def _without_keys(ctx: Context, statement: str) -> None:
    with sqlite3.connect(ctx.db.url.removeprefix("sqlite:///")) as conn:
        assert conn.execute(statement).rowcount > 0
    conn.close()


async def test_a_fault_names_the_capture(ctx: Context) -> None:
    """By its number, for scripts."""
    await fill(ctx, 1)
    await execute(ctx, "UPDATE capture SET status = 404 WHERE id = 2")
    (fault,) = await sealing.check_chain(ctx)
    assert fault == Fault(
        "row-altered", "capture 2", "its row is not as it was when leaf 1 of seal 1 was made of it", capture_id=2
    )


async def test_what_may_change_is_no_fault(ctx: Context) -> None:
    """Records are moved by compaction, judgements are made anew, texts are seen again and handed over."""
    await fill(ctx)
    await execute(
        ctx,
        'UPDATE capture SET "offset" = "offset" + 7, length = 9, quality = \'complete\', revision_id = 1',
        "UPDATE revision SET last_seen_at = first_seen_at, extractor = 'another/2', byline = 'Somebody', number = 9,"
        " document_id = 1 WHERE id = 2",
    )
    assert await sealing.check_chain(ctx) == ()


async def test_what_was_removed_with_a_tombstone_is_no_fault(ctx: Context) -> None:
    """Neither bytes nor a text; the tombstones are sealed themselves, and cannot be taken away again."""
    await fill(ctx)
    await ctx.db.write(remove, 5)
    await ctx.db.write(add_tombstone, "cd" * 32, 5)
    await ctx.db.write(add_tombstone, content_sha256("A title", "Text 1"), None, 2)
    await execute(ctx, "UPDATE revision SET text = '', title = NULL WHERE id = 2")
    assert await sealing.check_chain(ctx) == ()
    made = await sealing.seal(ctx)
    assert made is not None
    assert made.leaves == 2
    await execute(ctx, "DELETE FROM tombstone")
    faults = ["tombstone-missing", "row-altered", "row-missing", "row-missing"]
    assert [kind for kind, _ in await told(ctx)] == faults


async def test_a_tombstone_of_another_text_hides_nothing(ctx: Context) -> None:
    """Its digest must be that of the text that was sealed."""
    await fill(ctx)
    await ctx.db.write(add_tombstone, "ab" * 32, None, 2)
    await execute(ctx, "UPDATE revision SET text = '' WHERE id = 2")
    assert await told(ctx) == [("row-altered", "revision 2")]


async def test_a_record_digest_may_be_learned_later(ctx: Context) -> None:
    """A capture of a release that kept none is sealed without; what is there later is checked by `verify`."""
    await ctx.db.write(add_captures, 1, 1, False)
    await sealing.seal(ctx)
    await execute(ctx, "UPDATE capture SET record_sha256 = 'ab'")
    assert await sealing.check_chain(ctx) == ()


async def test_what_was_committed_late_is_sealed_by_the_check(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault, only told in the log; after that every row has its leaf."""
    monkeypatch.setattr(leaves, "MARGIN", 0)
    monkeypatch.setattr(sealing, "_WINDOW", 2)
    await ctx.db.write(add_captures, 1, 3)
    late = await ctx.db.write(_hidden, 2)
    await sealing.seal(ctx)
    await ctx.db.write(late)
    assert await sealing.seal(ctx) is None
    with structlog.testing.capture_logs() as logs:
        assert await sealing.check_chain(ctx) == ()
    assert [(one["event"], one["leaves"]) for one in logs] == [("chain.caught_up", 1)]
    assert await ctx.db.read(leaves.of, LeafKind.CAPTURE, 2) is not None
    with structlog.testing.capture_logs() as logs:
        assert await sealing.check_chain(ctx) == ()
    assert logs == []


def _hidden(conn: Connection, number: int) -> Callable[[Connection], None]:
    """Take a capture's row out of sight; return what puts it back."""
    row = conn.execute(text("SELECT * FROM capture WHERE id = :id"), {"id": number}).mappings().one()
    conn.execute(text("DELETE FROM capture WHERE id = :id"), {"id": number})
    columns = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)

    def back(conn: Connection) -> None:
        conn.execute(text(f"INSERT INTO capture ({columns}) VALUES ({values})"), dict(row))

    return back


async def test_a_chain_that_is_quite_broken_is_told_of_briefly(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many faults it stops, and says so."""
    monkeypatch.setattr(sealing, "MOST_FAULTS", 5)
    await fill(ctx)
    await execute(ctx, "UPDATE capture SET status = 500")
    faults = await sealing.check_chain(ctx)
    assert [one.kind for one in faults] == ["row-altered"] * 5 + ["chain-broken"]


async def test_nothing_is_sealed_after_a_break(ctx: Context) -> None:
    """By the check: whoever looks into it finds the chain as it was."""
    await fill(ctx)
    await execute(ctx, "UPDATE capture SET status = 500 WHERE id = 1", "DELETE FROM leaf WHERE seal = 1 AND place = 2")
    before = await ctx.db.read(chain.newest)
    assert await told(ctx) != []
    assert await ctx.db.read(chain.newest) == before


async def test_processes_seal_side_by_side(ctx: Context, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row once, in one chain, while others go on keeping."""
    monkeypatch.setattr(leaves, "MOST", 5)
    opened = [await asyncio.to_thread(Database.open, database_url, 10.0) for _ in range(2)]
    both = [replace(ctx, db=one) for one in opened]

    async def keep(number: int) -> None:
        for step in range(5):
            await both[number].db.write(add_captures, number * 100 + step * 7, 7)
            await sealing.seal(both[number])

    await asyncio.gather(keep(0), keep(1))
    await sealing.seal(both[0])
    assert await sealing.check_chain(both[1]) == ()
    assert sum(one.seal.leaves for one in await sealing.recent(both[0], 100)) == 70
    assert await sealing.seal(both[1]) is None
    for one in opened:
        one.close()


def test_a_seal_of_another_clock_is_a_seal() -> None:
    """Time may go back a little between processes: the order of the chain is that of its numbers."""
    first = next_seal(None, NOON, ["ab" * 32])
    assert next_seal(first, NOON.replace(hour=11), ["cd" * 32]).previous == first.hash
