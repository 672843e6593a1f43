"""Serve an operation: read what is asked, ask the archive, write what it answers."""

from collections.abc import Iterator
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from monitor import Archive
from monitor.answers import Page
from monitor.as_json import plain, to_json
from monitor.errors import UsageError
from monitor.web.api_routes import Asked, Done, Operation, Parameter, Refused
from monitor.web.cursors import link_to_next
from monitor.web.etags import tagged
from monitor.web.problems import problem

JSON = "application/json"


class _BadRequestError(Exception):
    """What was sent has not the form that it must have."""

    def __init__(self, detail: str, hint: str | None = None, status: int = 400, headers: dict[str, str] | None = None):
        super().__init__(detail)
        self.answer = problem(status, detail=detail, hint=hint, headers=headers)


def handler_of(operation: Operation, archive: Archive) -> Handler:
    """Return what answers a request for an operation.

    What has not the form it must have is 400 (404 in a path), what has it and means nothing 422; other errors are the
    middleware's.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            asked = {**_parameters(operation, request), **await _body(operation, request)}
        except _BadRequestError as bad:
            return bad.answer
        try:
            return _answered(request, await operation.run(archive, asked))
        except UsageError as error:
            return problem(422, detail=str(error), hint=error.hint)

    return handle


def _parameters(operation: Operation, request: web.Request) -> Asked:
    _no_others(operation, request)
    return {one.name: _read(one, request) for one in operation.parameters}


def _no_others(operation: Operation, request: web.Request) -> None:
    """Refuse what is unknown, and what is said twice: whoever asks so means something else than they would get."""
    known = [one.name for one in operation.parameters if not one.in_path]
    for name in request.query:
        if name not in known:
            hint = f"it takes {', '.join(known)}" if known else "it takes none"
            raise _BadRequestError(f"there is no parameter {name[:50]!r} here", hint)
        if len(request.query.getall(name)) > 1:
            raise _BadRequestError(f"{name} is given more than once", "several values are parted by commas")


def _read(one: Parameter, request: web.Request) -> Any:
    given = request.match_info[one.name] if one.in_path else request.query.get(one.name)
    if given is None:
        return one.form.schema.get("default")
    try:
        return one.form.read(given)
    except ValueError as error:
        if one.in_path:
            raise _BadRequestError("there is nothing here", f"{one.name} is {one.form.takes}", 404) from error
        raise _BadRequestError(f"{one.name}={given[:50]} cannot be", f"{one.name} takes {one.form.takes}") from error


async def _body(operation: Operation, request: web.Request) -> Asked:
    if operation.body is None:
        return {}
    sent = await request.read()
    if sent and request.content_type != JSON:
        raise _BadRequestError(
            f"the body is {request.content_type[:50]}", f"send {JSON}", 415, {"Accept": JSON, "Accept-Post": JSON}
        )
    try:
        return {"body": operation.body.model_validate_json(sent or b"{}")}
    except ValidationError as error:
        raise _BadRequestError("the body is not what it must be", "; ".join(_wrong(error))) from error


def _wrong(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with a body, a few of its parts, without repeating what was sent: it may be a secret."""
    for one in error.errors(include_url=False, include_input=False, include_context=False)[:5]:
        where = ".".join(str(part)[:50] for part in one["loc"]) or "the body"
        yield f"{where}: {one['msg'][:200]}"


def _answered(request: web.Request, came: object) -> web.Response:
    if isinstance(came, Refused):
        more = {} if came.report is None else {"report": plain(came.report)}
        return problem(came.status, detail=came.detail, hint=came.hint, **more)
    if isinstance(came, Done):
        return _json(came.answer, came.status, {"Location": came.location} if came.location else {})
    if request.method not in ("GET", "HEAD"):
        return _json(came, 200, {})
    headers = {"Link": link_to_next(request, came.next)} if isinstance(came, Page) and came.next else {}
    return tagged(request, _json(came, 200, headers))


def _json(answer: object, status: int, headers: dict[str, str]) -> web.Response:
    body = to_json(answer, indent=None).encode()
    return web.Response(status=status, body=body, content_type=JSON, headers=headers)
