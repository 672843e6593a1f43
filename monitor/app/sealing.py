"""Seal what was kept into the chain, and check the chain against what is kept (docs/proofs.md)."""

from collections.abc import Iterator, Sequence

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core.chain import FIRST, merkle_root, next_seal, seal_hash
from monitor.evidence_answers import Fault, SealView
from monitor.interfaces import Clock
from monitor.model import LeafKind, Seal
from monitor.store import chain, counters, leaves

log = structlog.get_logger(__name__)

MOST_FAULTS = 1_000  # told of one chain; after these it is known to be broken
_SEALS, _LEAVES = 500, 5_000  # looked at in one transaction
_WINDOW = 20_000  # rows looked through at once


async def seal(ctx: Context) -> Seal | None:
    """Seal every capture, revision and tombstone that no seal covers; return the newest seal made, None without any.

    A seal takes up to 2,000 of them; more are made while one was full. Several processes may do so at once.
    """
    made, full = await ctx.db.write(_seal, ctx.clock)
    while full:
        more, full = await ctx.db.write(_seal, ctx.clock)
        made = more or made
    return made


def _seal(conn: Connection, clock: Clock) -> tuple[Seal | None, bool]:
    """Make one seal; say whether there may be more to seal."""
    counters.take_turn(conn, chain.TURN)
    subjects = leaves.unsealed(conn)
    return _sealed(conn, clock, subjects), leaves.may_be_more(subjects)


def _sealed(conn: Connection, clock: Clock, subjects: Sequence[leaves.Subject]) -> Seal | None:
    if not subjects:
        return None
    before = next(iter(chain.newest(conn)), None)
    made = next_seal(before, clock.now(), [one.digest for one in subjects])
    chain.add(conn, made, subjects)
    return made


async def recent(ctx: Context, limit: int) -> tuple[SealView, ...]:
    """Return the newest seals with their stamps, newest first."""
    return await ctx.db.read(_recent, limit)


def _recent(conn: Connection, limit: int) -> tuple[SealView, ...]:
    seals = chain.newest(conn, limit)
    stamps = chain.stamps_of(conn, [one.number for one in seals])
    return tuple(SealView(one, stamps.get(one.number, ())) for one in seals)


async def check_chain(ctx: Context) -> tuple[Fault, ...]:
    """Compute every leaf, root and link of the chain again; return what is wrong (kinds: docs/proofs.md).

    What no seal covers although newer rows are sealed (it was committed late) is sealed now, and is no fault.
    Stops after 1,000 faults and says so. Memory does not grow with the chain.
    """
    faults: list[Fault] = []
    before: Seal | None = None
    while len(faults) < MOST_FAULTS:
        seals, found = await ctx.db.read(_checked, before)
        faults += found
        if not seals:
            break
        before = seals[-1]
    if not faults:  # nothing is added to a chain that is broken
        await _seal_late(ctx)
    if len(faults) < MOST_FAULTS:
        return tuple(faults)
    return (*faults[:MOST_FAULTS], Fault("chain-broken", "the chain", f"more than {MOST_FAULTS} faults; stopped here"))


def chain_faults(conn: Connection) -> tuple[Fault, ...]:
    """Return what `check_chain` finds, on a connection that nobody else sees the rows of yet; nothing is sealed."""
    faults, before = list[Fault](), None
    while len(faults) < MOST_FAULTS:
        seals, found = _checked(conn, before)
        faults += found
        if not seals:
            break
        before = seals[-1]
    return tuple(faults)


def _checked(conn: Connection, before: Seal | None) -> tuple[tuple[Seal, ...], list[Fault]]:
    """Check the seals that follow one, as many as fit; without any, whether something speaks of more."""
    number = before.number if before else 0
    seals = chain.after(conn, number, _SEALS, _LEAVES)
    if not seals:
        missing = chain.beyond(conn, number)
        return (), [] if missing is None else [_missing(number + 1, missing, "leaves or stamps of it are there")]
    kept = leaves.kept(conn, seals[0].number, seals[-1].number)
    faults: list[Fault] = []
    for one in seals:
        faults += _link_faults(before, one)
        faults += _tree_faults(one, kept.get(one.number, ()))
        before = one
    return seals, faults


def _missing(first: int, last: int, why: str) -> Fault:
    which = f"seal {first}" if first == last else f"seals {first} to {last}"
    return Fault("seal-missing", which, f"not in the chain: {why}")


def _link_faults(before: Seal | None, one: Seal) -> Iterator[Fault]:
    expected, previous = (before.number + 1, before.hash) if before else (1, FIRST)
    what = f"seal {one.number}"
    if one.number != expected:
        yield _missing(expected, one.number - 1, f"the next one there is seal {one.number}")
    elif one.previous != previous:
        yield Fault("seal-link", what, f"it names {one.previous} as the hash before it, which is {previous}")
    if (computed := seal_hash(one)) != one.hash:
        yield Fault("seal-hash", what, f"by its fields its hash is {computed}; {one.hash} is kept")


def _tree_faults(one: Seal, kept: tuple[leaves.Kept, ...]) -> Iterator[Fault]:
    what = f"seal {one.number}"
    if [each.leaf.place for each in kept] != list(range(one.leaves)):
        yield Fault("seal-leaves", what, f"it is over {one.leaves} leaves; {len(kept)} are kept")
    elif (computed := merkle_root([each.leaf.digest for each in kept])) != one.root:
        yield Fault("seal-root", what, f"by its leaves its root is {computed}; {one.root} is kept")
    for each in kept:
        yield from _leaf_faults(each)


def _leaf_faults(one: leaves.Kept) -> Iterator[Fault]:
    kind, number = one.leaf.kind, one.leaf.subject_id
    what, sealed = f"{kind} {number}", f"leaf {one.leaf.place} of seal {one.leaf.seal}"
    capture = number if kind is LeafKind.CAPTURE else None
    if not one.there:
        yield Fault("row-missing", what, f"its row is not there; {sealed} is of it", capture_id=capture)
    elif not one.as_sealed:
        yield Fault("row-altered", what, f"its row is not as it was when {sealed} was made of it", capture_id=capture)
    if one.removed and not one.buried:
        yield Fault("tombstone-missing", what, "its bytes were removed, and nothing says why", capture_id=capture)


async def _seal_late(ctx: Context) -> None:
    """Seal rows that were committed after far younger ones were sealed."""
    count = 0
    for kind in LeafKind:
        after, end = 0, await ctx.db.read(leaves.looked_at, kind)
        while after < end:
            until = min(after + _WINDOW, end)
            if await ctx.db.read(leaves.slipped, kind, after, until):
                count += await ctx.db.write(_seal_slipped, ctx.clock, kind, after, until)
            else:
                after = until
    if count:
        log.info("chain.caught_up", leaves=count)


def _seal_slipped(conn: Connection, clock: Clock, kind: LeafKind, after: int, until: int) -> int:
    counters.take_turn(conn, chain.TURN)
    subjects = leaves.slipped(conn, kind, after, until)
    _sealed(conn, clock, subjects)
    return len(subjects)
