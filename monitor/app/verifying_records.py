"""Lay the records of an evidence file beside the captures that the database has of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from monitor.edges import warc_checks as checks
from monitor.edges.decoding import BodyLimits
from monitor.edges.warc_checks import Flaw, Reference
from monitor.edges.warc_reader import RawRecord
from monitor.edges.warc_walk import Torn
from monitor.evidence_answers import Fault
from monitor.model import Capture

DAMAGED = "record-damaged"
REPEATED = "record-repeated"
UNKNOWN = "record-unknown"
REMOVED = "record-removed"
MISPLACED = "capture-misplaced"
LOST = "capture-lost"

PAGE = 500  # captures asked for at once


@dataclass(frozen=True, slots=True)
class Stray:
    """A response or revisit that no capture tells of at its place."""

    offset: int
    length: int
    record_id: str
    kind: str
    url: str


class Revisit(NamedTuple):
    """A revisit, and what it says that it repeats."""

    capture: Capture
    refers_to: Reference


class Comparison:
    """One file on its way: records come in order, captures in pages in order. For one thread at a time.

    `cut_at` is where a file ends that should be longer: what is torn there is no fault of its own.
    """

    def __init__(
        self, name: str, records: Iterator[RawRecord | Torn], limits: BodyLimits, cut_at: int | None = None
    ) -> None:
        self.faults: list[Fault] = []
        self.revisits: list[Revisit] = []
        self.records = self.captures = self.position = 0
        self.known_until = -1.0  # the last offset up to which all captures have been given
        self.wants_captures = True
        self.done = False
        self._name = name
        self._records = records
        self._limits = limits
        self._cut_at = cut_at
        self._waiting: RawRecord | Torn | None = None
        self._rows: dict[int, Capture] = {}
        self._strays: list[Stray] = []
        self._ids: set[int] = set()

    def take(self, page: tuple[Capture, ...]) -> None:
        """Take the next captures of the file, after `known_until`; fewer than PAGE are the last."""
        self._rows |= {one.offset: one for one in page}
        self.known_until = page[-1].offset if len(page) == PAGE else math.inf
        self.wants_captures = False

    def advance(self, most: int) -> int:
        """Read on for about so many bytes, or until captures are wanted; return how many were read."""
        begun = self.position
        while self.position - begun < most:
            found = self._waiting or next(self._records, None)
            self._waiting = None
            if found is None:
                self.done = True
                break
            end = found.until if isinstance(found, Torn) else found.offset + found.length
            if end - 1 > self.known_until:
                self._waiting, self.wants_captures = found, True
                break
            self._judge(found)
            self.position = end
        return self.position - begun

    def _judge(self, found: RawRecord | Torn) -> None:
        if isinstance(found, Torn):
            self._tell_torn(found)
            return
        self.records += 1
        record_id = found.header("WARC-Record-ID") or ""
        if (known := hash(record_id)) in self._ids:
            self._tell(REPEATED, f"another record of this file has the id {record_id}", found.offset)
        self._ids.add(known)
        row = self._rows.get(found.offset)
        if row is not None and row.record_id == record_id:
            self._compare(found, self._rows.pop(found.offset))
            return
        self._tell_flaws(checks.flaws(found), found.offset, _about(found))
        if row is not None or found.kind in ("response", "revisit"):
            url = checks.uri_of(found.header("WARC-Target-URI"))
            self._strays.append(Stray(found.offset, found.length, record_id, found.kind, url))

    def _compare(self, record: RawRecord, row: Capture) -> None:
        if row.removed_at is not None:
            self._tell(REMOVED, f"{_of(row)} was removed for good, and is still there", record.offset, row)
            return
        self.captures += 1
        self._tell_flaws(checks.compared(record, row, self._limits), record.offset, _of(row), row)
        if record.kind == "revisit":
            self.revisits.append(Revisit(row, checks.reference(record)))

    def _tell_torn(self, torn: Torn) -> None:
        """Name the captures in a stretch that cannot be read; without any, the stretch."""
        inside = [offset for offset in self._rows if torn.offset <= offset < torn.until]
        rows = [self._rows.pop(offset) for offset in inside]
        if torn.until == self._cut_at:
            return
        for row in rows:
            if row.removed_at is None:
                self.captures += 1
                self._tell(DAMAGED, f"{_of(row)} cannot be read: {torn.why}", row.offset, row)
        if not rows:
            self._tell(DAMAGED, f"{torn.until - torn.offset} bytes cannot be read: {torn.why}", torn.offset)

    def finish(self) -> tuple[Stray, ...]:
        """Tell of captures without a record; return the records without a capture. A pair is one thing in two places.

        By the id where that fits, else by the place.
        """
        rows = {one.record_id: one for one in self._rows.values() if one.removed_at is None}
        left = [one for one in self._strays if not self._tell_misplaced(one, rows.pop(one.record_id, None))]
        at = {one.offset: one for one in rows.values()}
        left = [one for one in left if not self._tell_other(one, at.pop(one.offset, None))]
        for row in at.values():
            self.captures += 1
            self._tell(LOST, f"{_of(row)} has no record there, nor has its id elsewhere in the file", row.offset, row)
        return tuple(left)

    def _tell_misplaced(self, stray: Stray, row: Capture | None) -> bool:
        if row is not None:
            self.captures += 1
            what = (
                f"{_of(row)} is {stray.length} bytes at {stray.offset}; the database has {row.length} at {row.offset}"
            )
            self._tell(MISPLACED, what, stray.offset, row)
        return row is not None

    def _tell_other(self, stray: Stray, row: Capture | None) -> bool:
        if row is not None:
            self.captures += 1
            what = f"record_id is {row.record_id} in the database, {stray.record_id} in the record of {_of(row)}"
            self._tell(checks.DIFFERS, what, stray.offset, row)
        return row is not None

    def _tell_flaws(self, flaws: tuple[Flaw, ...], offset: int, about: str, row: Capture | None = None) -> None:
        for flaw in flaws:
            self._tell(flaw.kind, f"{about}: {flaw.detail}", offset, row)

    def _tell(self, kind: str, detail: str, offset: int, row: Capture | None = None) -> None:
        capture_id, document_id = (row.id, row.document_id) if row else (None, None)
        self.faults.append(Fault(kind, self._name, detail, offset, capture_id, document_id))


def _of(row: Capture) -> str:
    return f"capture {row.id} ({row.record_type} of {row.url})"


def _about(record: RawRecord) -> str:
    url = record.header("WARC-Target-URI")
    return f"{record.kind} of {checks.uri_of(url)}" if url else record.kind or "a record"
