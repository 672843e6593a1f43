"""Read WARC files of other makes: records one after the other, and whatever is wrong with where it lies.

In any container (one gzip member or zstd frame a record, several records in one, no compression), of any size, in
bounded memory. What is said to be a gzip member and is none, what breaks off and what never ends is a fault, and the
next record is looked for behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from monitor.edges.warc_containers import DamageError, Feed, Holder, holder_of
from monitor.edges.warc_reader import END, BadRecordError, RawRecord, parse
from monitor.evidence_answers import Fault

MOST_FAULTS = 1_000  # of one file; with more, nobody reads them, and nothing in it is to be trusted
MOST_RECORDS = 500_000
_MOST_HEAD = 1 << 20
_BLANK = 64  # bytes of empty lines between two records; some writers put more than the two
_SKIPPED = 4 << 30  # bytes of records that are too large, or what is left of broken members, unpacked and thrown away
_VERSIONS = (b"WARC/1.0\r\n", b"WARC/1.1\r\n")
_SUFFIXES = {".gz": "gzip", ".zst": "zstd", ".warc": "an uncompressed WARC"}


class _BadError(Exception):
    """A record is none, or not whole, while its container is sound."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why


@dataclass(slots=True)
class _Budget:
    """How many bytes may still be thrown away."""

    left: int

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise DamageError("endless", "it holds more than anybody would read", final=True)


class _Held:
    """What a member holds, put together as far as is asked for. `position` counts the bytes taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.position = 0
        self._pieces = pieces
        self._held = bytearray()

    def until(self, mark: bytes, most: int) -> bytes | None:
        """Take what comes up to a mark, with it; None where it does not come within so many bytes."""
        searched = 0
        while (place := self._held.find(mark, searched)) < 0:
            searched = max(len(self._held) - len(mark) + 1, 0)
            if len(self._held) > most or not self._more():
                return None
        return self.take(place + len(mark))

    def take(self, size: int) -> bytes:
        """Take so many bytes, fewer at the end."""
        while len(self._held) < size and self._more():
            pass
        taken = bytes(self._held[:size])
        del self._held[:size]
        self.position += len(taken)
        return taken

    def look(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end, and leave them."""
        while len(self._held) < size and self._more():
            pass
        return bytes(self._held[:size])

    def put_back(self, data: bytes) -> None:
        """Give back what was taken last."""
        self._held[:0] = data
        self.position -= len(data)

    def throw(self, size: int, budget: _Budget) -> int:
        """Leave out so many bytes, fewer at the end; return how many."""
        left = size
        while left and (self._held or self._more()):
            part = min(left, len(self._held))
            budget.spend(part)
            del self._held[:part]
            left -= part
        self.position += size - left
        return size - left

    def at_end(self) -> bool:
        """Say whether nothing is left; then the checksum of the member was right as well."""
        return not self._held and not self._more()

    def _more(self) -> bool:
        piece = next(self._pieces, b"")
        self._held += piece
        return bool(piece)


class WarcIntake:
    """One pass through a WARC file. `position` is how far it came, `sha256()` of the whole file once it is through.

    `name` is what faults call it, `size` how long it is; `most` bounds a record uncompressed. Both in bytes.
    """

    def __init__(self, stream: BinaryIO, name: str, size: int, most: int) -> None:
        self._feed = Feed(stream)
        self._name = name
        self._size = size
        self._most = most
        self._budget = _Budget(_SKIPPED)
        self._faults = self._records = 0
        self._told_of_sharing = False

    @property
    def position(self) -> int:
        """Return how many bytes of the file were read."""
        return self._feed.position

    def sha256(self) -> str:
        """Return the SHA-256 of the file, read to its end. Raises DamageError where it cannot be read."""
        return self._feed.hexdigest()

    def __iter__(self) -> Iterator[RawRecord | Fault]:
        """Yield records and faults in the order of the file; never raises for what is in it."""
        for found in self._walk():
            yield found
            self._faults += isinstance(found, Fault)
            self._records += isinstance(found, RawRecord)
            if self._faults >= MOST_FAULTS or self._records >= MOST_RECORDS:
                much = "faults" if self._faults >= MOST_FAULTS else "records"
                yield self._fault("gave-up", self._feed.position, f"too many {much}; the rest was not read")
                return

    def _fault(self, kind: str, offset: int, why: str) -> Fault:
        return Fault(kind, self._name, why, offset)

    def _walk(self) -> Iterator[RawRecord | Fault]:
        start = 0
        try:
            holder = holder_of(self._feed.peek(_BLANK + 8))
            if holder is None:
                yield self._fault("no-warc", 0, "no WARC file begins like this")
                return
            if odd := _mislabelled(self._name, holder):
                yield self._fault("mislabelled", 0, odd)
            more = self._feed.fill()
        except DamageError as damage:
            yield self._fault(damage.kind, start, damage.why)
            return
        while more:
            start = self._feed.position
            try:
                yield from self._member(holder, start)
                more = self._feed.fill()
            except DamageError as damage:
                yield self._fault(damage.kind, start, damage.why)
                more = not damage.final and self._found_again(holder, start)

    def _found_again(self, holder: Holder, start: int) -> bool:
        try:
            if self._feed.position == start and self._feed.fill():
                self._feed.drop(1)
            return holder.find(self._feed)
        except DamageError:
            return False  # told already: what cannot be read is so behind the damage as well

    def _member(self, holder: Holder, start: int) -> Iterator[RawRecord | Fault]:
        """Yield what a member holds. Raises DamageError, also when its only record was whole."""
        held = _Held(holder.pieces(self._feed))
        count = 0
        while not held.at_end():
            offset = start if holder.members else start + held.position
            begun = held.position
            try:
                record = self._record(held, offset, None if holder.members else self._size)
            except _BadError as bad:
                yield self._fault(bad.kind, offset, bad.why + (_within(held.position) if count else ""))
                if not self._resumed(held, several=count > 0 or not holder.members):
                    return
                continue
            if record is None:
                continue
            last = held.at_end()
            alone = last and count == 0
            count += 1
            if holder.members and not last and not self._told_of_sharing:
                self._told_of_sharing = True
                yield self._fault("not-chunked", start, "several records share one member, and cannot be found singly")
            length = self._feed.position - start if alone and holder.members else held.position - begun
            yield RawRecord(record.offset, length, record.head, record.headers, record.block)

    def _record(self, held: _Held, offset: int, end: int | None) -> RawRecord | None:
        """Return the next record, None where only empty lines are left. Raises _BadError, DamageError.

        `end` is how much there is in all, where that is known.
        """
        self._leave_blank(held)
        if held.at_end():
            return None
        head = held.until(END, _MOST_HEAD)
        if head is None:
            raise _BadError("bad-head", f"its head does not end within {_MOST_HEAD} bytes, or before the member does")
        if not head.startswith(_VERSIONS):
            held.put_back(head)
            raise _BadError("no-record", f"no WARC/1.0 or WARC/1.1 record begins so: {head[:40]!r}")
        size = _length_in(head)
        if end is not None and held.position + size > end:
            raise _BadError("torn", f"its Content-Length is {size}, and {end - held.position} bytes are left")
        if size > self._most:
            thrown = held.throw(size + len(END), self._budget)
            if thrown < size:
                raise _BadError("torn", f"its Content-Length is {size}, and {thrown} bytes are left")
            raise _BadError("too-large", f"it has {size} bytes, and more than {self._most} are not taken")
        return self._whole(held, head, size, offset)

    def _whole(self, held: _Held, head: bytes, size: int, offset: int) -> RawRecord:
        block, end = held.take(size), held.take(len(END))
        if len(block) < size or end != END:
            held.put_back(block + end)
            short = f"its Content-Length is {size}, and {len(block)} bytes are left"
            odd = "its Content-Length is wrong: what follows is no end of a record"
            raise _BadError("torn", short) if len(block) < size else _BadError("bad-length", odd)
        try:
            return parse(head + block + end, self._name, offset)
        except BadRecordError as error:
            raise _BadError("bad-head", error.why) from error

    def _leave_blank(self, held: _Held) -> None:
        while held.position and held.look(2) == b"\r\n":
            held.throw(2, self._budget)

    def _resumed(self, held: _Held, *, several: bool) -> bool:
        """Go on to the next record of a member that holds several; leave one that held a single, broken one.

        What looks like a record within a broken one may be what a server sent.
        """
        if not several:
            while held.throw(1 << 20, self._budget):
                pass
            return False
        mark = END + b"WARC/1."
        while not held.at_end():
            data = held.look(1 << 16)
            if (place := data.find(mark)) >= 0:
                held.throw(place + len(END), self._budget)
                return True
            held.throw(max(len(data) - len(mark) + 1, 1), self._budget)
        return False


def _within(position: int) -> str:
    return f" (byte {position} of what the member holds)"


def _length_in(head: bytes) -> int:
    """Return the Content-Length of a head. Raises _BadError."""
    lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    said = [value.strip() for name, _, value in lines if name.lower() == b"content-length"]
    if len(said) != 1 or not said[0].isdigit() or len(said[0]) > 18:
        raise _BadError("bad-length", f"Content-Length is {b', '.join(said)[:60]!r}")
    return int(said[0])


def _mislabelled(name: str, holder: Holder) -> str | None:
    said = next((kind for suffix, kind in _SUFFIXES.items() if name.lower().endswith(suffix)), None)
    return None if said in (None, holder.name) else f"its name says {said}, and it is {holder.name}"
