"""Put what a form asks for into the query: the query is the one thing that every face understands."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from monitor.errors import UsageError

_PLAIN = re.compile(r'[^\s"]+')


def composed(query: str, fields: Mapping[str, str]) -> str:
    """Return a query with `field:value` for each field that has a value, in place of what it said of that field."""
    for field, value in fields.items():
        if wanted := value.strip():
            query = f"{_without(query, field)} {field}:{_quoted(wanted)}".strip()
    return query


def _without(query: str, field: str) -> str:
    return re.sub(rf'(?<!\S)-?{re.escape(field)}:("[^"]*"?|\S*)\s*', "", query).strip()


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else '"{}"'.format(value.replace('"', " "))


def led_on(request: web.Request, fields: Sequence[str]) -> web.Response | None:
    """Return where a form leads that has fields beside its query, None for one that has the query only.

    The other values of the form stay, but for those that are empty, and where the reader was in the list.
    """
    asked = request.query
    if not any(name in asked for name in fields):
        return None
    given = {name: asked[name] for name in fields if name in asked}
    kept = {name: value for name, value in asked.items() if value and name not in (*fields, "q", "after")}
    q = composed(asked.get("q", "").strip(), given)
    told = urlencode({"q": q, **kept} if q else kept)
    return web.Response(
        status=302, headers={"Location": f"{request.rel_url.raw_path}?{told}" if told else request.path}
    )


def whole(request: web.Request, name: str) -> int | None:
    """Return a number of the query, None where there is none. Raises UsageError for what is no number."""
    said = request.query.get(name, "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 19):
        raise UsageError(f"{name}={said} is no number")
    return int(said)
