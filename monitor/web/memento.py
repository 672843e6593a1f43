"""Memento (RFC 7089): a TimeGate, TimeMaps and the mementos themselves, over what was captured.

/timegate/URL                 302 to the memento nearest to Accept-Datetime (pattern 2.1: another resource than URL)
/timemap/link/URL             application/link-format (RFC 6690), as section 5 has it
/timemap/json/URL             the same as JSON
/memento/YYYYMMDDhhmmss/URL   the bytes, to be saved: an archived page is never shown as a page of this server
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from monitor import Archive
from monitor.errors import UsageError
from monitor.evidence_answers import Memento, MementoBody

# Of the original's headers only what says what the bytes are; the others are told under names of their own.
_DIGITS = "%Y%m%d%H%M%S"
_KEPT = frozenset({"content-type", "content-language"})
_PREFIX = "X-Archive-Orig-"


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    app.router.add_get("/timegate/{url:.+}", endpoint.timegate)
    app.router.add_get("/timemap/link/{url:.+}", endpoint.link)
    app.router.add_get("/timemap/json/{url:.+}", endpoint.json)
    app.router.add_get(r"/memento/{at:\d{14}}/{url:.+}", endpoint.memento)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._custody = archive.custody
        self._archive = archive

    async def timegate(self, request: web.Request) -> web.Response:
        """Lead to the memento nearest to the time asked for (4.1.1), or to the newest."""
        url, base = _url(request), _base(request)
        at = _accepted(request) or self._archive.now()
        found = await self._custody.timemap(url)
        best = min(found, key=lambda one: abs(one.at - at))
        links = [*_about(base, url), *_marked(base, found[0], found[-1], best)]
        headers = {"Location": _place(base, best), "Vary": "accept-datetime", "Link": ", ".join(links)}
        return web.Response(status=302, headers=headers)

    async def link(self, request: web.Request) -> web.Response:
        """Return a TimeMap as link-format."""
        url, base = _url(request), _base(request)
        found = await self._custody.timemap(url)
        around = f'from="{_http(found[0].at)}"; until="{_http(found[-1].at)}"'
        self_link = f'<{base}/timemap/link/{url}>; rel="self"; type="application/link-format"; {around}'
        lines = [f'<{url}>; rel="original"', self_link, f'<{base}/timegate/{url}>; rel="timegate"']
        lines += [_link(base, one, _rel(place, len(found))) for place, one in enumerate(found)]
        return web.Response(text=",\n".join(lines) + "\n", content_type="application/link-format")

    async def json(self, request: web.Request) -> web.Response:
        """Return a TimeMap as JSON, in the form that other Memento servers give it."""
        url, base = _url(request), _base(request)
        found = await self._custody.timemap(url)
        told = {
            "original_uri": url,
            "timegate_uri": f"{base}/timegate/{url}",
            "timemap_uri": {"link_format": f"{base}/timemap/link/{url}", "json_format": f"{base}/timemap/json/{url}"},
            "mementos": {"first": _entry(base, found[0]), "last": _entry(base, found[-1]), "list": []},
        }
        told["mementos"]["list"] = [_entry(base, one) for one in found]  # type: ignore[index]
        return web.Response(text=json.dumps(told, ensure_ascii=False) + "\n", content_type="application/json")

    async def memento(self, request: web.Request) -> web.Response:
        """Return a memento's bytes to be saved; a time at which there is none leads to the nearest."""
        url, base = _url(request), _base(request)
        try:
            at = datetime.strptime(request.match_info["at"], _DIGITS).replace(tzinfo=UTC)
        except ValueError as error:
            raise UsageError(f"{request.match_info['at']} is no time") from error
        found = await self._custody.memento(url, at)
        if found.memento.at.replace(microsecond=0) != at:
            return web.Response(status=302, headers={"Location": _place(base, found.memento)})
        return web.Response(body=found.body, headers=_headers(base, url, found))


def _headers(base: str, url: str, found: MementoBody) -> dict[str, str]:
    one = found.memento
    marks = _marked(base, found.first, found.last, one, found.previous, found.following)
    return {
        **_original(found.headers),
        "Memento-Datetime": _http(one.at),
        "Link": ", ".join([*_about(base, url), *marks]),
        "Content-Disposition": f'attachment; filename="{one.at.strftime(_DIGITS)}-{one.capture_id}"',
        f"{_PREFIX}Status": str(one.status or ""),
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


def _url(request: web.Request) -> str:
    """Return the URL asked about, as it was written: with its query, and its escapes untouched."""
    path = request.rel_url.raw_path_qs
    for prefix in ("/timegate/", "/timemap/link/", "/timemap/json/"):
        if path.startswith(prefix):
            return _with_scheme(path.removeprefix(prefix))
    return _with_scheme(path.split("/", 3)[3])


def _with_scheme(written: str) -> str:
    if written.startswith(("http://", "https://")):
        return written
    for scheme in ("http:/", "https:/"):  # a proxy on the way may have made one slash of two
        if written.startswith(scheme):
            return f"{scheme}/{written.removeprefix(scheme)}"
    return f"http://{written}"


def _accepted(request: web.Request) -> datetime | None:
    """Return the time asked for (2.1.1). Raises UsageError for one that is none, which is answered with 400 (4.5.3)."""
    said = request.headers.get("Accept-Datetime")
    if said is None:
        return None
    try:
        at = parsedate_to_datetime(said)
    except ValueError as error:
        raise UsageError(f"Accept-Datetime {said!r} is no date of HTTP") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _http(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _place(base: str, one: Memento) -> str:
    return f"{base}/memento/{one.at.strftime(_DIGITS)}/{one.url}"


def _about(base: str, url: str) -> list[str]:
    kind = 'type="application/link-format"'
    timemap = f'<{base}/timemap/link/{url}>; rel="timemap"; {kind}'
    return [f'<{url}>; rel="original"', f'<{base}/timegate/{url}>; rel="timegate"', timemap]


def _marked(base: str, first: Memento, last: Memento, one: Memento, *around: Memento | None) -> list[str]:
    """Return the links of a memento to its neighbours (2.2): each target once, with all that it is."""
    named: dict[str, tuple[Memento, list[str]]] = {}
    places: Sequence[tuple[str, Memento | None]] = [
        ("first", first),
        ("last", last),
        *zip(("prev", "next"), around, strict=False),
        ("", one),
    ]
    for rel, target in places:
        if target is not None:
            named.setdefault(_place(base, target), (target, []))[1].extend([rel] if rel else [])
    return [_link(base, target, " ".join([*rels, "memento"])) for target, rels in named.values()]


def _rel(place: int, count: int) -> str:
    marks = [name for name, here in (("first", place == 0), ("last", place == count - 1)) if here]
    return " ".join([*marks, "memento"])


def _link(base: str, one: Memento, rel: str) -> str:
    return f'<{_place(base, one)}>; rel="{rel}"; datetime="{_http(one.at)}"'


def _entry(base: str, one: Memento) -> dict[str, str]:
    return {"datetime": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "uri": _place(base, one)}
