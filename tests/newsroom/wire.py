"""The HTTP manners of the outlets: validators and 304, Cache-Control, compression, redirects."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import brotli

SMALL = 256  # bytes; smaller bodies are not compressed


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


def redirect(status: int, url: str) -> Reply:
    """Lead elsewhere."""
    return Reply(status, b"", {"Location": url, "Content-Type": "text/html"})


def unavailable(retry_after_s: int) -> Reply:
    """Ask to come back later."""
    return Reply(503, b"Service Unavailable\n", {"Retry-After": str(retry_after_s), "Content-Type": "text/plain"})


def cached(body: bytes, kind: str, etag: str, changed: datetime | None, max_age: int) -> Reply:
    """Answer with validators. `etag` is strong, weak or empty; `changed` None sends no Last-Modified."""
    headers = {"Content-Type": kind}
    if etag:
        digest = hashlib.sha256(body).hexdigest()[:16]
        headers["ETag"] = f'W/"{digest}"' if etag == "weak" else f'"{digest}"'
    if changed is not None:
        headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if max_age:
        headers["Cache-Control"] = f"public, max-age={max_age}"
    return Reply(200, body, headers)


def finish(reply: Reply, asked: Mapping[str, str], compress: str) -> Reply:
    """Turn an answer into a 304 where the request allows it (RFC 9110 section 13.2.2), else compress it."""
    if reply.status == 200 and _unchanged(reply.headers, asked):
        return Reply(304, b"", {name: value for name, value in reply.headers.items() if name != "Content-Type"})
    if len(reply.body) < SMALL or not compress or compress not in _codings(asked.get("accept-encoding", "")):
        return reply
    packed = gzip.compress(reply.body, mtime=0) if compress == "gzip" else brotli.compress(reply.body, quality=5)
    return replace(
        reply, body=packed, headers={**reply.headers, "Content-Encoding": compress, "Vary": "Accept-Encoding"}
    )


def _unchanged(headers: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    if "if-none-match" in asked:
        wanted = {_opaque(tag) for tag in asked["if-none-match"].split(",")}
        return "ETag" in headers and bool(wanted & {_opaque(headers["ETag"]), "*"})
    if "if-modified-since" in asked and "Last-Modified" in headers:
        return _not_since(headers["Last-Modified"], asked["if-modified-since"])
    return False


def _not_since(changed: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # a date that is none must be ignored (RFC 9110 section 13.1.3)
        return False


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _codings(accepted: str) -> set[str]:
    return {part.split(";")[0].strip() for part in accepted.split(",")}
