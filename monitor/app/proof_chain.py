"""What of the chain a proof needs: the leaves with their paths, the seals up to a stamped one, the stamps."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection

from monitor.core.chain import Content, audit_path, leaf_digest, seal_content
from monitor.errors import EvidenceError
from monitor.model import Leaf, LeafKind, Seal, Stamp
from monitor.store import chain, leaves

_HINT = "`monitor verify` checks the chain, and seals what it missed"


@dataclass(frozen=True, slots=True)
class ChainPart:
    """Leaves as `proof.json` has them, the first the one asked for first; the seals in order; the stamps."""

    leaves: tuple[dict[str, Any], ...]
    seals: tuple[Seal, ...]
    stamps: tuple[Stamp, ...]


def part_of(conn: Connection, subjects: Iterable[tuple[LeafKind, int]]) -> ChainPart:
    """Return the part of the chain that proves these rows, by kind and number.

    From the first seal that covers one of them to the first stamped one that covers all, of each method; to the newest
    where none is. Raises EvidenceError for a row that no seal covers, or that is not as it was sealed.
    """
    found = [_sealed(conn, kind, number) for kind, number in subjects]
    numbers = sorted({leaf.seal for leaf, _ in found})
    stamps = {one.id: one for number in numbers for one in chain.stamps_from(conn, number)}
    ends = [one.seal for one in chain.stamps_from(conn, numbers[-1])]
    last = max(ends) if ends else chain.newest(conn)[0].number
    digests = cache(lambda number: leaves.digests(conn, number))
    told = tuple(_told(leaf, content, digests(leaf.seal)) for leaf, content in found)
    ordered = sorted(stamps.values(), key=lambda one: (one.seal, one.id))
    return ChainPart(told, chain.between(conn, numbers[0], last), tuple(ordered))


def _sealed(conn: Connection, kind: LeafKind, number: int) -> tuple[Leaf, Content]:
    """Return a row's leaf and what it says."""
    leaf = leaves.of(conn, kind, number)
    if leaf is None:
        raise EvidenceError(f"{kind} {number} is in no seal", hint=_HINT)
    content = leaves.content_of(conn, kind, number)
    # A record's digest may have been learned after it was sealed.
    for one in (content, {**content, "record": None}) if kind is LeafKind.CAPTURE else (content,):
        if leaf_digest(one) == leaf.digest:
            return leaf, one
    raise EvidenceError(f"{kind} {number} is not as it was when seal {leaf.seal} was made", hint=_HINT)


def _told(leaf: Leaf, content: Content, digests: tuple[str, ...]) -> dict[str, Any]:
    path = list(audit_path(digests, leaf.place))
    return {"content": dict(content), "seal": leaf.seal, "place": leaf.place, "path": path}


def told_seal(one: Seal) -> dict[str, Any]:
    """Return a seal as `proof.json` has it: what its hash is of, and the hash."""
    return {**seal_content(one), "hash": one.hash}
