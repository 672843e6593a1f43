"""Tell what a compaction would make, and write nothing: to the byte where that is soon done, else by an estimate."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from monitor.app.compacting_estimates import Estimate
from monitor.app.compacting_swap import Original
from monitor.core.compacting import SEVERAL, Part, PartPolicy, host_of
from monitor.evidence_answers import CompactedFile

EXACT_BYTES = 16 << 20  # of originals; they are compressed at some 8 MB/s


def exactly(directory: Path, parts: Iterable[Part]) -> list[CompactedFile]:
    """Compress the records of each part, as they would be. Raises EvidenceError."""
    return [_exactly(directory, part) for part in parts]


def _exactly(directory: Path, part: Part) -> CompactedFile:
    from monitor.edges.compacting import pack
    from monitor.edges.warc_files import read_record

    packed = pack([read_record(directory, one.file, one.offset, one.length) for one in part.places])
    before = sum(one.length for one in part.places)
    return CompactedFile("", part.host, len(part.places), before, packed.size, len(packed.dictionary))


def roughly(worth: Sequence[Original], guess: Estimate, policy: PartPolicy) -> list[CompactedFile]:
    """Share the bytes of the files out among their hosts, the small ones together, and shrink them as estimated."""
    before, records = dict[str, float](), dict[str, int]()
    for one in worth:
        own = sum(capture.length for capture in one.captures)
        for capture in one.captures:
            host = host_of(capture.url)
            # What is of no capture, requests before all, lies beside the captures.
            before[host] = before.get(host, 0.0) + capture.length * one.file.committed_length / own
            records[host] = records.get(host, 0) + (2 if one.file.origin is None else 1)
    small = [host for host, much in before.items() if much * guess.swelling_of(host) < policy.least]
    together = small if len(small) > 1 else []
    hosts = [[host] for host in before if host not in together] + ([together] if together else [])
    return [_roughly(some, before, records, guess) for some in hosts]


def _roughly(hosts: Sequence[str], before: dict[str, float], records: dict[str, int], guess: Estimate) -> CompactedFile:
    return CompactedFile(
        "",
        hosts[0] if len(hosts) == 1 else SEVERAL,
        sum(records[host] for host in hosts),
        round(sum(before[host] for host in hosts)),
        round(sum(before[host] * guess.left_of(host) for host in hosts)),
        sum(guess.dictionaries.get(host, 0) for host in hosts),
    )
