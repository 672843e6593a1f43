"""What of the chain a proof needs: the leaves with their paths, the seals up to stamped ones, the stamps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection

from monitor.core.chain import Content, audit_path, leaf_digest, written
from monitor.edges import opentimestamping
from monitor.errors import EvidenceError
from monitor.model import Leaf, LeafKind, Seal, Stamp, StampMethod
from monitor.store import chain, leaves

_HINT = "`monitor verify` checks the chain, and seals what it missed"


@dataclass(frozen=True, slots=True)
class ChainPart:
    """Leaves as `proof.json` has them, the first the one asked for first; runs of seals, in order; the stamps."""

    leaves: tuple[dict[str, Any], ...]
    runs: tuple[tuple[Seal, ...], ...]
    stamps: tuple[Stamp, ...]

    @property
    def seals(self) -> dict[int, Seal]:
        """Return the seals by their numbers, in order."""
        return {one.number: one for run in self.runs for one in run}


@dataclass(frozen=True, slots=True)
class _Run:
    """Seals from one number to another; `says_when` where a stamp of the last says when all of them were made."""

    first: int
    last: int
    says_when: bool


def part_of(conn: Connection, subjects: Iterable[tuple[LeafKind, int]]) -> ChainPart:
    """Return the part of the chain that proves these rows, by kind and number.

    From the seal that covers a row to the first stamped one after it, of each method; to the newest where none is.
    What a stamp says the time of needs no seal after it, and those up to the next row's are left out. Raises
    EvidenceError for a row that no seal covers, or that is not as it was sealed.
    """
    found = [_sealed(conn, kind, number) for kind, number in subjects]
    numbers = sorted({leaf.seal for leaf, _ in found})
    says_when = cache(_says_when)
    stamps = {number: chain.stamps_from(conn, number, says_when) for number in numbers}
    newest = chain.newest(conn)[0].number
    runs = _runs([_run(number, stamps[number], newest) for number in numbers])
    digests = cache(lambda number: leaves.digests(conn, number))
    told = tuple(_told(leaf, content, digests(leaf.seal)) for leaf, content in found)
    every = {one.id: one for some in stamps.values() for one in some}
    ordered = sorted(every.values(), key=lambda one: (one.seal, one.id))
    return ChainPart(told, tuple(chain.between(conn, one.first, one.last) for one in runs), tuple(ordered))


def _says_when(one: Stamp) -> bool:
    """Say whether a stamp tells a time: an authority's, or a block's. A calendar may not keep its promise."""
    if one.method is not StampMethod.OPENTIMESTAMPS:
        return one.method is StampMethod.RFC3161
    try:
        return any(each.height is not None for each in opentimestamping.attestations(one.token or b""))
    except EvidenceError:
        return False


def _run(number: int, stamps: Sequence[Stamp], newest: int) -> _Run:
    return _Run(number, max((one.seal for one in stamps), default=newest), any(map(_says_when, stamps)))


def _runs(wanted: Iterable[_Run]) -> list[_Run]:
    """Join what meets, and what no stamp ends."""
    found: list[_Run] = []
    for one in wanted:
        before = found[-1] if found else None
        if before is None or (before.says_when and one.first > before.last + 1):
            found.append(one)
        else:
            found[-1] = _Run(before.first, max(before.last, one.last), one.says_when)
    return found


def _sealed(conn: Connection, kind: LeafKind, number: int) -> tuple[Leaf, Content]:
    """Return a row's leaf and what it says."""
    leaf = leaves.of(conn, kind, number)
    if leaf is None:
        raise EvidenceError(f"{kind} {number} is in no seal", hint=_HINT)
    content = leaves.content_of(conn, kind, number, leaf.read_from)
    # A record's digest may have been learned after it was sealed.
    for one in (content, {**content, "record": None}) if kind is LeafKind.CAPTURE else (content,):
        if leaf_digest(one) == leaf.digest:
            return leaf, one
    raise EvidenceError(f"{kind} {number} is not as it was when seal {leaf.seal} was made", hint=_HINT)


def _told(leaf: Leaf, content: Content, digests: tuple[str, ...]) -> dict[str, Any]:
    path = list(audit_path(digests, leaf.place))
    return {"content": dict(content), "seal": leaf.seal, "place": leaf.place, "path": path}


def told_run(run: Sequence[Seal]) -> dict[str, Any]:
    """Return seals as `proof.json` has them: what the hash of each is of but its number, and the one before it."""
    first, last = run[0], run[-1]
    told = [[written(one.at), one.leaves, one.root] for one in run]
    return {"first": first.number, "previous": first.previous, "seals": told, "hash": last.hash}
