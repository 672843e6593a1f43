"""Examine the records of other archives: what each can be here, and whether its bytes are those it tells of."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from monitor.core.import_checks import ImportPolicy, Judged, Refused, Use, digest_holds, judge, target, warc_date
from monitor.core.outcomes import of_status
from monitor.edges.chunked import without_chunks
from monitor.edges.decoding import BodyLimits, Ending, decode
from monitor.edges.warc_reader import END, RawRecord, split_http
from monitor.edges.warc_records import payload_digest
from monitor.evidence_answers import Fault
from monitor.model import Outcome

UNKNOWN = ""  # the SHA-256 of a body that is not in the record
_LONGEST_DIGEST = 80  # characters; longer ones (SHA-512 in hex) are replaced by a SHA-1
_ENDED = {
    Ending.TRUNCATED: Outcome.TRUNCATED,
    Ending.UNDECODABLE: Outcome.UNDECODABLE,
    Ending.TOO_LARGE: Outcome.TOO_LARGE,
}
_POLICY = ImportPolicy()
_HTTP = frozenset({"response", "revisit", "request"})

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Refers:
    """Which earlier capture a revisit refers to, as far as it says so."""

    record_id: str | None = None
    url: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that can be kept. `place` counts the records of its file; `linked` are those it belongs together with.

    Of a warcinfo record and of a request only the first fields are filled. `sha256` is of the decoded body, empty where
    the record does not hold it. `digest` is the file's own where that is right.
    """

    place: int
    use: Use
    record_id: str
    record_sha256: str
    linked: tuple[str, ...] = ()
    url: str = ""
    at: datetime | None = None
    record_type: str = ""
    outcome: Outcome = Outcome.OK
    status: int | None = None
    digest: str = ""
    sha256: str = UNKNOWN
    media_type: str | None = None
    size: int = 0
    refers: Refers | None = None


@dataclass(slots=True)
class Examiner:
    """Judge the records of one file, one after the other. `most` bounds a decoded body, in bytes."""

    now: datetime
    most: int
    policy: ImportPolicy = field(default_factory=ImportPolicy)
    _place: int = -1
    _ids: dict[str, str] = field(default_factory=dict)

    def examine(self, record: RawRecord, name: str) -> Taken | Fault | None:
        """Return what can be kept, what is wrong, or None for a record of a kind that is no capture."""
        self._place += 1
        http = split_http(record.block) if record.block and record.kind.lower() in _HTTP else (b"", (), b"")
        judged = judge(
            record.headers, http[0], has_block=bool(record.block), now=self.now, policy=self.policy
        )  # fmt: skip
        if isinstance(judged, Refused):
            return Fault(judged.kind, name, judged.why, record.offset)
        hashed = sha256_of(record)
        wrong = _wrong_block(record) or self._second(judged.record_id, hashed)
        if wrong:
            return Fault(wrong.kind, name, wrong.why, record.offset)
        if judged.use is Use.NONE:
            return None
        linked = tuple(value for key, value in record.headers if key.lower() == "warc-concurrent-to")
        taken = Taken(self._place, judged.use, judged.record_id, hashed, linked, judged.url, judged.at)
        if judged.use is not Use.CAPTURE:
            return taken
        found = self._capture(record, judged, taken, http[1], http[2])
        return Fault(found.kind, name, found.why, record.offset) if isinstance(found, Refused) else found

    def _second(self, record_id: str, hashed: str) -> Refused | None:
        """Refuse another record with the id of one before; the same one twice is harmless."""
        if self._ids.setdefault(record_id, hashed) == hashed:
            return None
        return Refused("duplicate-id", f"another record before it is {record_id} too")

    def _capture(
        self, record: RawRecord, judged: Judged, taken: Taken, headers: Headers, body: bytes
    ) -> Taken | Refused:
        media_type = next((value for key, value in headers if key.lower() == b"content-type"), b"")
        common = {
            "place": taken.place, "use": taken.use, "record_id": taken.record_id, "linked": taken.linked,
            "record_sha256": taken.record_sha256, "url": taken.url, "at": taken.at, "size": len(body),
            "record_type": record.kind.lower(), "media_type": _printable(media_type.decode("latin-1"))[:200] or None,
        }  # fmt: skip
        if record.kind.lower() == "revisit":
            return self._revisit(record, judged, common)
        return self._response(record, judged, common, headers, body)

    def _revisit(self, record: RawRecord, judged: Judged, common: dict[str, object]) -> Taken:
        profile = record.header("WARC-Profile") or ""
        unchanged = judged.status == 304 or (judged.status is None and profile.endswith("server-not-modified"))
        refers = refers_of(record, self.now, self.policy)
        outcome = Outcome.NOT_MODIFIED if unchanged else of_status(judged.status) if judged.status else Outcome.OK
        digest = _printable(record.header("WARC-Payload-Digest") or "")[:_LONGEST_DIGEST]
        status = 304 if unchanged else judged.status
        sha256 = hashlib.sha256(b"").hexdigest() if unchanged else UNKNOWN
        return Taken(**common, refers=refers, outcome=outcome, status=status, digest=digest, sha256=sha256)  # type: ignore[arg-type]

    def _response(
        self, record: RawRecord, judged: Judged, common: dict[str, object], headers: Headers, body: bytes
    ) -> Taken | Refused:
        freed, payload, whole = without_chunks(headers, body)
        decoded = decode(freed, payload, BodyLimits(self.most, self.most))
        said = record.header("WARC-Payload-Digest")
        holds = digest_holds(said, body, payload, decoded.body) if said else None
        if holds is False:
            return Refused("wrong-payload-digest", f"WARC-Payload-Digest is {said!r}, and its payload's is another")
        keeps = holds is True and said is not None and len(said) <= _LONGEST_DIGEST
        outcome = of_status(judged.status)
        if outcome is Outcome.OK:
            cut = record.header("WARC-Truncated") is not None or not whole or _is_short(freed, payload)
            outcome = Outcome.TRUNCATED if cut else _ENDED.get(decoded.ending, Outcome.OK)
        digest = said.strip() if keeps and said else payload_digest(body)
        sha256 = hashlib.sha256(decoded.body).hexdigest()
        return Taken(**common, outcome=outcome, status=judged.status, digest=digest, sha256=sha256)  # type: ignore[arg-type]


def sha256_of(record: RawRecord) -> str:
    """Return the SHA-256 of a whole record, uncompressed; large ones are not copied for it."""
    sha256 = hashlib.sha256()
    for part in (record.head, record.block, END):
        sha256.update(part)
    return sha256.hexdigest()


def refers_of(record: RawRecord, now: datetime, policy: ImportPolicy = _POLICY) -> Refers:
    """Return what a revisit says of the capture that it refers to (WARC/1.1 6.7.2, 6.7.3)."""
    said, url = record.header("WARC-Refers-To-Date"), record.header("WARC-Refers-To-Target-URI")
    at = warc_date(said, now, policy) if said else None
    return Refers(
        record.header("WARC-Refers-To"),
        target(url) if url and url.isprintable() else None,
        at if isinstance(at, datetime) else None,
    )


def _wrong_block(record: RawRecord) -> Refused | None:
    said = record.header("WARC-Block-Digest")
    if said is None or digest_holds(said, record.block) is not False:
        return None
    return Refused("wrong-block-digest", f"WARC-Block-Digest is {_printable(said)[:100]!r}, and its block's is another")


def _is_short(headers: Headers, payload: bytes) -> bool:
    """Say whether fewer bytes are there than the server announced; browsers give pages away unpacked, and so longer."""
    coded = any(name.lower() == b"content-encoding" for name, _ in headers)
    said = next((value for name, value in headers if name.lower() == b"content-length"), b"")
    return not coded and said.isdigit() and len(said) < 18 and len(payload) < int(said)


def _printable(text: str) -> str:
    return "".join(char for char in text.strip() if char.isprintable() and not "\ud800" <= char <= "\udfff")
