"""Judge by its fields what a WARC record of another archive is, and whether it can be a capture here."""

import hashlib
import re
from base64 import b32decode
from binascii import Error as BinasciiError
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.core.urls import canonical_url
from monitor.errors import UsageError

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z", re.ASCII)
_ID = re.compile(r"<?[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+?>?", re.ASCII)
_DIGEST = re.compile(r"([A-Za-z0-9-]{1,20}):([A-Za-z0-9+/=_-]{1,200})", re.ASCII)
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?= |$)")
_REQUEST = re.compile(rb"[A-Z][A-Z-]{0,20} \S+(?: HTTP/\d(?:\.\d)?)?$")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_REPEATABLE = frozenset({"warc-concurrent-to"})
# What Heritrix and others fetch beside pages; nothing of it is a page.
_OTHER_SCHEMES = frozenset({"dns", "whois", "ftp", "ftps", "sftp"})
_TYPES = frozenset(
    {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
)  # fmt: skip
_NEVER = datetime.min.replace(tzinfo=UTC)
_ALGORITHMS = {"sha1": 20, "md5": 16, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(frozen=True, slots=True)
class ImportPolicy:
    """What is believed of a file: dates from the first web page until `ahead` from now; ids and URLs of a length."""

    earliest: datetime = datetime(1990, 12, 20, tzinfo=UTC)
    ahead: timedelta = timedelta(days=1)
    most_url: int = 2_000  # characters; longer ones no index takes, and no article has
    most_id: int = 80


class Use(StrEnum):
    """What a record is good for."""

    CAPTURE = "capture"
    REQUEST = "request"
    WARCINFO = "warcinfo"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a record is refused: a constant word, and what is wrong in words."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a record says of itself, checked. Of one that is no capture, only `use` and `record_id` are filled."""

    use: Use
    record_id: str
    url: str = ""
    at: datetime = _NEVER
    status: int | None = None


def judge(
    fields: Iterable[tuple[str, str]], first_line: bytes, *, has_block: bool, now: datetime, policy: ImportPolicy
) -> Judged | Refused:
    """Say what a record is good for by its named fields and the first line of its block.

    Fields that WARC allows once (WARC/1.1 section 5) may not stand twice: programs disagree which of them counts.
    """
    pairs = tuple((name.lower(), value) for name, value in fields)
    counted = Counter(name for name, _ in pairs)
    if twice := [name for name, count in counted.items() if count > 1 and name not in _REPEATABLE]:
        return Refused("repeated-field", f"{twice[0]} stands {counted[twice[0]]} times in its head")
    given = dict(pairs)
    record_id, kind = given.get("warc-record-id", ""), given.get("warc-type", "").lower()
    if not _ID.fullmatch(record_id) or len(record_id) > policy.most_id:
        return Refused("bad-record-id", f"WARC-Record-ID is {record_id[:100]!r}")
    if kind not in _TYPES:
        return Refused("bad-type", f"WARC-Type is {kind[:40]!r}")
    at = warc_date(given.get("warc-date", ""), now, policy)
    if isinstance(at, Refused):
        return at
    if kind == "warcinfo":
        return Judged(Use.WARCINFO, record_id)
    if kind not in ("response", "revisit", "request"):
        return Judged(Use.NONE, record_id)
    return _judge_http(given, kind, Judged(Use.NONE, record_id, at=at), first_line, has_block, policy)


def _judge_http(
    given: Mapping[str, str], kind: str, so_far: Judged, first_line: bytes, has_block: bool, policy: ImportPolicy
) -> Judged | Refused:
    url = target(given.get("warc-target-uri", ""))
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in _OTHER_SCHEMES:
        return so_far
    if not _is_web(url):
        return Refused("bad-url", f"WARC-Target-URI is {url[:200]!r}")
    if len(url) > policy.most_url:
        return so_far
    if "warc-segment-number" in given:
        return Refused("segmented", "it is a part of a record, which was split up")
    status = None
    if has_block or kind != "revisit":
        said = (given.get("content-type") or "").replace(" ", "").lower()
        found = _STATUS.match(first_line)
        if said.partition(";")[0] not in ("application/http", "message/http", ""):
            return Refused("not-http", f"a {kind} of Content-Type {said[:60]!r}")
        if (found is None) is (kind != "request") or (kind == "request" and not _REQUEST.match(first_line)):
            return Refused("not-http", f"a {kind} that begins {first_line[:60]!r}")
        status = int(found[1]) if found else None
    use = Use.REQUEST if kind == "request" else Use.CAPTURE
    return Judged(use, so_far.record_id, url, so_far.at, status)


def target(said: str) -> str:
    """Return a WARC-Target-URI; wget up to 1.20 puts it in angle brackets, as the grammar of WARC/1.0 has it."""
    return said[1:-1] if said.startswith("<") and said.endswith(">") else said


def _is_web(url: str) -> bool:
    if not url.isprintable() or " " in url or not url[:8].lower().startswith(("http://", "https://")):
        return False
    try:
        canonical_url(url)
    except UsageError:
        return False
    return True


def warc_date(said: str, now: datetime, policy: ImportPolicy) -> datetime | Refused:
    """Return a WARC-Date (to the second in WARC/1.0, with up to nine decimals in WARC/1.1) as an aware time."""
    found = _DATE.fullmatch(said)
    try:
        at = datetime.fromisoformat(f"{found[1]}{(found[2] or '.0')[:7]}+00:00") if found else None
    except ValueError:
        at = None
    if at is None:
        return Refused("bad-date", f"WARC-Date is {said[:60]!r}")
    if not policy.earliest <= at <= now + policy.ahead:
        return Refused("impossible-date", f"WARC-Date is {said[:60]!r}: before the web, or in the future")
    return at.astimezone(UTC)


def digest_holds(said: str, *contents: bytes) -> bool | None:
    """Say whether a labelled digest is that of one of the contents; None where its algorithm is unknown here.

    Its value may be in base32 or hex (WARC/1.1 5.8 leaves it open), its label `sha1` or `sha-1`.
    """
    found = _DIGEST.fullmatch(said.strip())
    if found is None:
        return False
    name = found[1].lower().replace("-", "")
    size = _ALGORITHMS.get(name)
    if size is None:
        return None
    value = _value(found[2], size)
    return value is not None and any(
        hashlib.new(name, one, usedforsecurity=False).digest() == value for one in contents
    )  # fmt: skip


def _value(text: str, size: int) -> bytes | None:
    try:
        if len(text) == 2 * size:
            return bytes.fromhex(text)
        bare = text.rstrip("=").upper()
        return b32decode(bare + "=" * (-len(bare) % 8))
    except (ValueError, BinasciiError):
        return None
