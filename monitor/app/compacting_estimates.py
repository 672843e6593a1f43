"""Estimate from a few records what compaction would gain, so that nothing is rewritten for little."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.app.context import Context
from monitor.core.compacting import host_of
from monitor.errors import EvidenceError
from monitor.model import Capture

LEAST_GAIN = 0.15
_HOSTS = 8  # the largest, of which records are looked at
_OF_EACH = 10
_MOST = 24 << 20  # bytes uncompressed that are looked at in all


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is left of a host's bytes, from 0 to 1, and of those how much came compressed from its servers.

    `swelling` is how many bytes uncompressed one of a file stands for.
    """

    left: Mapping[str, float] = field(default_factory=dict)
    coded: Mapping[str, float] = field(default_factory=dict)
    dictionaries: Mapping[str, int] = field(default_factory=dict)
    swelling: Mapping[str, float] = field(default_factory=dict)

    def of(self, held: Sequence[Capture]) -> float:
        """Return the share of these captures' bytes that would be gained."""
        total = sum(one.length for one in held)
        after = sum(one.length * self.left_of(host_of(one.url)) for one in held)
        return 1 - after / total if total else 0.0

    def left_of(self, host: str) -> float:
        """Return what would be left of a host's bytes; as for the others where none of it was looked at."""
        return _or_mean(self.left, host)

    def swelling_of(self, host: str) -> float:
        """Return how many bytes uncompressed one of a host's stands for; as for the others where none was looked at."""
        return _or_mean(self.swelling, host)

    def why_little(self, held: Sequence[Capture]) -> str:
        """Say why a file is left as it is."""
        coded = sum(one.length * self.coded.get(host_of(one.url), 0.0) for one in held)
        total = sum(one.length for one in held)
        told = f"{max(0.0, self.of(held)):.0%} would be gained, and less than {LEAST_GAIN:.0%} is not worth it"
        return f"{told}; its bodies are kept compressed, as servers sent them" if coded > total / 2 else told


def _or_mean(known: Mapping[str, float], host: str) -> float:
    return known.get(host, sum(known.values()) / len(known) if known else 1.0)


async def estimate(ctx: Context, held: Sequence[Capture]) -> Estimate:
    """Compress some captures of the largest hosts, as compaction would."""
    return await asyncio.to_thread(_estimate, ctx, held)


def _estimate(ctx: Context, held: Sequence[Capture]) -> Estimate:
    from monitor.edges.compacting import pack

    left, coded, dictionaries, swelling, room = {}, {}, {}, {}, _MOST
    for host, own in _largest(held):
        read = _read(ctx, own[:: max(1, len(own) // _OF_EACH)][:_OF_EACH], room)
        raw = [record for _, record in read]
        room -= sum(map(len, raw))
        if raw:
            packed = pack(raw)
            before = sum(length for length, _ in read)
            total = sum(one.length for one in own)
            records = (packed.size - len(packed.dictionary)) / before
            left[host] = min(1.0, records + len(packed.dictionary) / total)  # which is there once
            coded[host], dictionaries[host] = _coded(raw), len(packed.dictionary)
            swelling[host] = sum(map(len, raw)) / before
    return Estimate(left, coded, dictionaries, swelling)


def _largest(held: Sequence[Capture]) -> list[tuple[str, list[Capture]]]:
    by_host: dict[str, list[Capture]] = {}
    for one in held:
        by_host.setdefault(host_of(one.url), []).append(one)
    return sorted(by_host.items(), key=lambda pair: -sum(one.length for one in pair[1]))[:_HOSTS]


def _read(ctx: Context, some: Sequence[Capture], room: int) -> list[tuple[int, bytes]]:
    """Return length in the file and content of records; what cannot be read is left out, and found when all is."""
    read: list[tuple[int, bytes]] = []
    for one in some:
        if sum(len(raw) for _, raw in read) >= room:
            break
        try:
            raw = ctx.places.read_record(one.file, one.offset, one.length)
        except EvidenceError:
            continue
        read.append((one.length, raw))
    return read


def _coded(raw: Sequence[bytes]) -> float:
    """Return the share of bytes that are of bodies with a content coding."""
    from monitor.edges.warc_records import read_response

    coded = 0
    for one in raw:
        try:
            headers, body = read_response(one)
        except EvidenceError:  # a record that is no response has no coding either
            continue
        named = [value.strip().lower() for name, value in headers if name.lower() == b"content-encoding"]
        coded += len(body) if any(value not in (b"", b"identity") for value in named) else 0
    return coded / max(1, sum(map(len, raw)))
