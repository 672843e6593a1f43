"""Tell programs what went wrong, as problem details (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

MEDIA_TYPE = "application/problem+json"
_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
PATIENCE_S = 5  # after which a database that was busy, or a question that took too long, may be asked again


def problem(
    status: int,
    title: str | None = None,
    detail: str | None = None,
    hint: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> web.Response:
    """Return a problem: `title` names its kind, `detail` says what happened here, `hint` what a person can do.

    Without a title it is that of the status, and the type is about:blank (RFC 9457, 4.2.1). `more` are further members
    (3.2). A 503 says when to come back, unless `headers` do.
    """
    told = {
        "type": "about:blank",
        "title": title or phrase(status),
        "status": status,
        **{name: value for name, value in (("detail", detail), ("hint", hint)) if value},
        **more,
    }
    patience = {"Retry-After": str(PATIENCE_S)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    text = json.dumps(told)  # ASCII: a message may repeat anything that was sent
    return web.Response(status=status, text=text, content_type=MEDIA_TYPE, headers={**patience, **(headers or {})})


def phrase(status: int) -> str:
    """Return what a status is called (RFC 9110, 15); Python has the present names from 3.13 on."""
    if status in _RENAMED:
        return _RENAMED[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
