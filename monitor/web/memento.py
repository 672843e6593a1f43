"""Memento (RFC 7089): a TimeGate, TimeMaps and the mementos themselves, over what was captured.

/timegate/URL                 302 to the memento nearest to Accept-Datetime (pattern 2.1: another resource than URL)
/timemap/link/URL             application/link-format (RFC 6690), as section 5 has it; it links to where it goes on
/timemap/json/URL             the same as JSON
/memento/YYYYMMDDhhmmss/URL   the bytes, to be saved: an archived page is never shown as a page of this server

Of several captures of one second each has more digits: six of the microsecond, then its number.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import NamedTuple

from aiohttp import web

from monitor import Archive
from monitor.errors import NotFoundError, UsageError
from monitor.evidence_answers import BodyMark, Memento, MementoAmong, MementoBody, TimeMap
from monitor.web import routes
from monitor.web.headers import SANDBOX
from monitor.web.names import NAMES
from monitor.web.refusals import RefusedError

_DIGITS = "%Y%m%d%H%M%S"
_EXACT = f"{_DIGITS}%f"
_MICROSECOND = 20  # digits of a time to the microsecond
_MOST = (1 << 63) - 1  # a number of the database
_SCHEME = re.compile(r"(?:(https?):/{1,2})?(.*)", re.IGNORECASE | re.DOTALL)
_ASKED = re.compile(r"/(?:timegate|timemap/(?:link|json)|memento)/(?:(?P<at>[0-9]{14,})/)?(?P<url>.+)")
# Of the original's headers only what says what the bytes are; the others are told under names of their own.
_KEPT = frozenset({"content-type", "content-language"})
_PREFIX = "X-Archive-Orig-"
_LINK_FORMAT = "application/link-format"
# What a browser asks for to show or save it, or a script of ours; not to run it, though it be a script of this origin.
_SAVED_BY = frozenset({"document", "empty"})


class _Asked(NamedTuple):
    """What a path asks for. `base` is our own address; `digits` tell a moment, and further ones of which capture."""

    base: str
    url: str
    digits: str
    moment: datetime | None
    capture_id: int | None


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/timegate/{url:.+}", endpoint.timegate)
    routes.add(app, "GET", "/timemap/link/{url:.+}", endpoint.link)
    routes.add(app, "GET", "/timemap/json/{url:.+}", endpoint.json)
    routes.add(app, "GET", "/memento/{at:[0-9]{14,}}/{url:.+}", endpoint.memento)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._custody = archive.custody

    async def timegate(self, request: web.Request) -> web.Response:
        """Lead to the memento nearest to the time asked for (4.1.1), or to the newest."""
        base, url, *_ = _asked(request)
        found = await self._custody.timegate(url, _accepted(request))
        headers = {"Location": _place(base, found.memento), "Vary": "accept-datetime", "Link": _links(base, url, found)}
        return web.Response(status=302, headers=headers)

    async def link(self, request: web.Request) -> web.Response:
        """Return a TimeMap as link-format."""
        asked = _asked(request)
        found = await self._timemap(asked)
        base, url = asked.base, asked.url
        around = f'; from="{_http(found.mementos[0].at)}"; until="{_http(found.mementos[-1].at)}"'
        lines = [f'<{url}>; rel="original"', f'<{base}/timegate/{url}>; rel="timegate"']
        lines += [_timemap("self", f"{base}{request.rel_url.raw_path_qs}") + around]
        if asked.digits:  # the first page; each leads to the next
            lines += [_timemap("timemap", f"{base}/timemap/link/{url}") + f'; from="{_http(found.first.at)}"']
        if found.following is not None:
            from_there = f'; from="{_http(found.following.at)}"; until="{_http(found.last.at)}"'
            lines += [_timemap("timemap", f"{base}/timemap/link/{_exact(found.following)}/{url}") + from_there]
        lines += [_link(base, one, _rel(found, one)) for one in found.mementos]
        return web.Response(text=",\n".join(lines) + "\n", content_type=_LINK_FORMAT)

    async def json(self, request: web.Request) -> web.Response:
        """Return a TimeMap as JSON, in the form that other Memento servers give it."""
        asked = _asked(request)
        found = await self._timemap(asked)
        base, url = asked.base, asked.url
        listed = [_entry(base, one) for one in found.mementos]
        told: dict[str, object] = {
            "original_uri": url,
            "timegate_uri": f"{base}/timegate/{url}",
            "timemap_uri": _timemaps(base, url),
            "mementos": {"first": _entry(base, found.first), "last": _entry(base, found.last), "list": listed},
        }
        if (rest := found.following) is not None:
            uris = _timemaps(base, f"{_exact(rest)}/{url}")
            told["pages"] = {"next": {"from": _iso(rest.at), "until": _iso(found.last.at), "uri": uris}}
        return web.Response(text=json.dumps(told, ensure_ascii=False) + "\n", content_type="application/json")

    async def memento(self, request: web.Request) -> web.Response:
        """Return a memento's bytes to be saved; a time at which there is none leads to the nearest."""
        if request.headers.get("Sec-Fetch-Dest", "document") not in _SAVED_BY:
            raise RefusedError(403, "what was archived is no part of another page")
        base, url, digits, moment, capture_id = _asked(request)
        near = (await self._custody.timegate(url, moment, capture_id)).memento
        if digits != _digits(near):
            return web.Response(status=302, headers={"Location": _place(base, near)})
        found = await self._custody.memento(url, near.at, near.capture_id)
        return web.Response(body=found.body, headers=_headers(base, url, found))

    async def _timemap(self, asked: _Asked) -> TimeMap:
        return await self._custody.timemap(asked.url, asked.moment, asked.capture_id)


def _headers(base: str, url: str, found: MementoBody) -> dict[str, str]:
    one = found.memento
    told = _original(found.headers)
    if BodyMark.CODED in found.marks:  # they are bytes of a coding, whatever would come of undoing it
        told[f"{_PREFIX}Content-Type"], told["Content-Type"] = told["Content-Type"], "application/octet-stream"
    return {
        **told,
        "Content-Security-Policy": SANDBOX,
        "Memento-Datetime": _http(one.at),
        "Link": _links(base, url, found.among),
        "Content-Disposition": f'attachment; filename="{one.at.strftime(_DIGITS)}-{one.capture_id}"',
        f"{_PREFIX}Status": str(one.status or ""),
        **({"X-Archive-Body": ", ".join(found.marks)} if found.marks else {}),
    }


def _original(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the original's headers under other names, where they can be said in ASCII."""
    told: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if not name.isascii() or not value.isascii() or not (name + value).isprintable():
            continue
        told[name if name.lower() in _KEPT else f"{_PREFIX}{name}"] = value
    return {"Content-Type": "application/octet-stream", **told}


def _asked(request: web.Request) -> _Asked:
    """Return what is asked for; its URL as it was written: with its query, and its escapes untouched."""
    found = _ASKED.fullmatch(request.rel_url.raw_path_qs)
    if found is None:
        raise NotFoundError("there is nothing here")
    base, digits = request.app[NAMES].base(request), found["at"] or ""
    number = digits[_MICROSECOND:]
    capture_id = min(int(number), _MOST) if number else None
    return _Asked(base, _with_scheme(found["url"]), digits, _moment(digits) if digits else None, capture_id)


def _moment(digits: str) -> datetime:
    try:
        return datetime.strptime(digits[:_MICROSECOND].ljust(_MICROSECOND, "0"), _EXACT).replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"{digits} is no time") from error


def _with_scheme(written: str) -> str:
    """Return a URL with its scheme, which may be missing; a proxy on the way may have made one slash of two."""
    scheme, rest = _SCHEME.fullmatch(written).groups("")  # type: ignore[union-attr]
    return f"{scheme.lower() or 'http'}://{rest}"


def _accepted(request: web.Request) -> datetime | None:
    """Return the time asked for (2.1.1). Raises UsageError for one that is none, which is answered with 400 (4.5.3)."""
    said = request.headers.get("Accept-Datetime")
    if said is None:
        return None
    try:
        at = parsedate_to_datetime(said)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"Accept-Datetime {said!r} is no date of HTTP") from error


def _http(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _exact(one: Memento) -> str:
    return f"{one.at.strftime(_EXACT)}{one.capture_id}"


def _digits(one: Memento) -> str:
    return one.at.strftime(_DIGITS) if one.alone else _exact(one)


def _place(base: str, one: Memento) -> str:
    return f"{base}/memento/{_digits(one)}/{one.url}"


def _timemap(rel: str, target: str) -> str:
    return f'<{target}>; rel="{rel}"; type="{_LINK_FORMAT}"'


def _timemaps(base: str, what: str) -> dict[str, str]:
    return {"link_format": f"{base}/timemap/link/{what}", "json_format": f"{base}/timemap/json/{what}"}


def _links(base: str, url: str, found: MementoAmong) -> str:
    """Return the links of a memento (2.2): the original, TimeGate, TimeMap, and each neighbour once, with all it is."""
    links = [f'<{url}>; rel="original"', f'<{base}/timegate/{url}>; rel="timegate"']
    links += [_timemap("timemap", f"{base}/timemap/link/{url}")]
    named: dict[Memento, list[str]] = {}
    places = (("first", found.first), ("last", found.last), ("prev", found.previous), ("next", found.following))
    for rel, target in (*places, ("", found.memento)):
        if target is not None:
            named.setdefault(target, []).extend([rel] if rel else [])
    return ", ".join((*links, *(_link(base, target, " ".join([*rels, "memento"])) for target, rels in named.items())))


def _rel(found: TimeMap, one: Memento) -> str:
    marks = [name for name, end in (("first", found.first), ("last", found.last)) if one == end]
    return " ".join([*marks, "memento"])


def _link(base: str, one: Memento, rel: str) -> str:
    return f'<{_place(base, one)}>; rel="{rel}"; datetime="{_http(one.at)}"'


def _entry(base: str, one: Memento) -> dict[str, str]:
    return {"datetime": _iso(one.at), "uri": _place(base, one)}
