"""Read what a server says about time: when to come back, how long an answer holds, and what to send back to it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

RETRY_CAP = timedelta(days=7)
FRESH_CAP = timedelta(days=365)
VALIDATOR_CAP = 1024  # characters; longer ones are noise that would be sent with every request

Headers = Sequence[tuple[bytes, bytes]]

_DIRECTIVE = re.compile(r'([A-Za-z0-9_-]+)(?:\s*=\s*("[^"]*"|[^,\s]*))?')
_SECONDS = re.compile(r"[0-9]+")
_VISIBLE = re.compile(r"[\x20-\x7e]+")


def retry_after(value: str | None, date: str | None, now: datetime) -> datetime | None:
    """Return until when a server asks to be left alone, or None when it asks for nothing.

    `value` is the Retry-After header (RFC 9110 10.2.3): seconds, or an HTTP-date, which is corrected by the server's
    own `date` header, since the clocks of servers are wrong by hours. Garbage, negative numbers and times that have
    passed give None; nothing is longer than seven days.
    """
    wanted = (value or "").strip()
    if _SECONDS.fullmatch(wanted):
        return now + _seconds(wanted, RETRY_CAP)
    until = http_date(wanted)
    if until is None:
        return None
    wait = until - (http_date(date) or now)
    return now + min(wait, RETRY_CAP) if wait > timedelta(0) else None


def fresh_until(headers: Headers, now: datetime) -> datetime | None:
    """Return until when an answer holds by its own headers, or None when it does not say, or says "ask again".

    RFC 9111 4.2: the lifetime is max-age, else Expires minus Date, less Age. no-store, no-cache and lifetimes that
    cannot be read count as stale (4.2.1); s-maxage speaks to shared caches and is ignored. At most one year.
    """
    directives = _directives(headers)
    if "no-store" in directives or "no-cache" in directives:
        return None
    lifetime = _max_age(directives["max-age"]) if "max-age" in directives else _expires(headers, now)
    left = lifetime - _age(headers)
    return now + left if left > timedelta(0) else None


def validators(headers: Headers) -> tuple[str | None, str | None]:
    """Return ETag and Last-Modified as they are to be sent back, each None when it is absent or cannot be replayed.

    Both are opaque. Only visible ASCII up to 1,024 characters is replayed: other bytes would not survive the way
    through text and back.
    """
    return _validator(headers, "etag"), _validator(headers, "last-modified")


@dataclass(frozen=True, slots=True)
class Honesty:
    """How far a server's 304 can be trusted: of `checks` full fetches, `lies` showed news that it would have hidden."""

    fully_checked_at: datetime | None
    checks: int
    lies: int


def full_fetch_due(honesty: Honesty, now: datetime, every: timedelta) -> bool:
    """Tell whether to ask without validators although there are some.

    Servers send the same ETag with a new body; others ask in full every 12 hours, or in 1 % of all fetches. Here
    `every` is shortened by the square of the share of truthful answers, so that a server that always lies is asked
    in full each time, one that lies in half of them four times as often, and each honest answer wins trust back.
    """
    if honesty.fully_checked_at is None:
        return True
    truthful = 1.0 - honesty.lies / honesty.checks if honesty.checks else 1.0
    return not timedelta(0) <= now - honesty.fully_checked_at < every * truthful**2


def http_date(value: str | None) -> datetime | None:
    """Read an HTTP-date (RFC 9110 5.6.7) in any of its three forms as aware UTC, or None."""
    try:
        read = parsedate_to_datetime((value or "").strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # the parser tells of an unreadable date in all of these ways


def _values(headers: Headers, name: str) -> Iterator[str]:
    wanted = name.encode()
    # Only what HTTP calls white space (RFC 9110 5.6.3): a validator padded with other bytes goes back as it came.
    return (value.decode("latin-1").strip(" \t") for key, value in headers if key.lower() == wanted)


def _directives(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _DIRECTIVE.findall(", ".join(_values(headers, "cache-control"))):
        found.setdefault(name.lower(), value.strip('"'))  # of repeated ones the first counts (RFC 9111 4.2.1)
    return found


def _max_age(value: str) -> timedelta:
    return _seconds(value, FRESH_CAP) if _SECONDS.fullmatch(value) else timedelta(0)


def _expires(headers: Headers, now: datetime) -> timedelta:
    until = http_date(next(_values(headers, "expires"), None))
    if until is None:
        return timedelta(0)
    return min(until - (http_date(next(_values(headers, "date"), None)) or now), FRESH_CAP)


def _age(headers: Headers) -> timedelta:
    value = next(_values(headers, "age"), "")
    return _seconds(value, FRESH_CAP) if _SECONDS.fullmatch(value) else timedelta(0)  # an invalid Age is ignored (5.1)


def _seconds(digits: str, cap: timedelta) -> timedelta:
    """Read a delta-seconds of any length; a huge one means the cap (RFC 9111 1.2.2)."""
    return cap if len(digits) > 10 else min(timedelta(seconds=int(digits)), cap)


def _validator(headers: Headers, name: str) -> str | None:
    value = next(_values(headers, name), "")
    return value if _VISIBLE.fullmatch(value) and len(value) <= VALIDATOR_CAP else None
