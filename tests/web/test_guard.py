"""The gate: every route is answered as it says, and whatever fails is told in a form that fits."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from time import sleep

import pytest
from aiohttp import web
from sqlalchemy import Connection
from structlog.testing import capture_logs

from monitor import Archive
from monitor.errors import DatabaseBusyError, DatabaseError, EvidenceError, NotFoundError, UsageError
from monitor.model import TokenScope
from monitor.web import routes
from monitor.web.headers import HEADERS, PAGE, SANDBOX
from monitor.web.routes import ACCESS, Access
from tests.web.asking import Client, serving
from tests.web.blank import PUBLIC, Secrets, bearer, blank_archive, make_tokens, password

ELSEWHERE = {"Host": "archive.example"}
BROWSER = {"Accept": "text/html"}
UNBOUND = {"rate": 100_000}
IN_PATHS = {"at": "20261116070000", "url": "http://one.example/"}
SESSION = "session"
BASIC = "basic"
# Of each route, who is answered on loopback, and who elsewhere.
ANSWERED = {
    Access.OPEN: (
        ("", "read", "write", "revoked", "expired", "rubbish", BASIC, SESSION),
        ("", "read", "write", "revoked", "expired", "rubbish", BASIC, SESSION),
    ),
    Access.READ: (("", "read", "write", BASIC, SESSION), ("read", "write", BASIC, SESSION)),
    Access.WRITE: (("write",), ("write",)),
}


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with blank_archive(tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(archive: Archive) -> AsyncIterator[Client]:
    """A client of a server that only this machine reaches."""
    async with serving(archive, _tries) as opened:
        yield opened


def _tries(app: web.Application) -> None:
    """Add routes that do what no real one should."""
    routes.add(app, "GET", "/try/{what}", _try)
    routes.add(app, "GET", "/api/try/{what}", _try)
    routes.add(app, "POST", "/try/{what}", _send, Access.WRITE)
    routes.add(app, "GET", "/stream", _stream)
    app.router.add_get("/undeclared", _try)
    app.router.add_get("/undeclared-open", _try, name="open")


async def _try(request: web.Request) -> web.Response:
    match request.match_info.get("what"):
        case "missing":
            raise NotFoundError("there is no such thing", hint="look elsewhere")
        case "usage":
            raise UsageError("<script>alert(1)</script>")
        case "evidence":
            raise EvidenceError("the bytes are not what they were")
        case "busy":
            raise DatabaseBusyError("held by another")
        case "database":
            raise DatabaseError("gone")
        case "bug":
            raise ValueError("the secret of the house")
        case "elsewhere":
            raise web.HTTPFound("/try/there")
    return web.Response(text="here")


async def _send(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


async def _stream(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    await answer.write(b"a line\n")
    if "broken" in request.query:
        raise DatabaseError("gone in the middle")
    return answer


def _path(template: str) -> str:
    """Return a path that leads to a route."""
    return re.sub(r"{(\w+)(?::[^{}]*(?:{[^}]*}[^{}]*)*)?}", lambda found: IN_PATHS.get(found[1], "1"), template)


def _headers(asker: str, secrets: Secrets, cookie: str) -> dict[str, str]:
    if asker == SESSION:
        return {"Cookie": cookie}
    if asker == BASIC:
        return password(secrets.write)
    return bearer(getattr(secrets, asker)) if asker else {}


@pytest.mark.parametrize("place", [0, 1], ids=["loopback", "elsewhere"])
async def test_every_route_is_answered_as_it_says(tmp_path: Path, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """To nobody else: without a token, with one of each kind, one that ended, a password, a session of a browser."""
    monkeypatch.setattr("monitor.web.login.TRIES", 100_000)
    named = ELSEWHERE if place else {}
    async with blank_archive(tmp_path, **UNBOUND, **({"public_url": PUBLIC} if place else {})) as archive:
        secrets = await make_tokens(archive, tmp_path)
        async with serving(archive) as client:
            cookie = await _log_in(client, secrets.write, named)
            wrong = []
            for (method, template), access in client.app[ACCESS].items():
                for asker in ANSWERED[Access.OPEN][0]:
                    headers = named | _headers(asker, secrets, cookie)
                    said = await client.request(method, _path(template), headers=headers, allow_redirects=False)
                    refused = said.status == 401 or (said.status == 403 and asker == "read" and access is Access.WRITE)
                    failed = said.status >= 500 and template != "/readyz"  # whose answer is that no daemon works here
                    if refused is (asker in ANSWERED[access][place]) or failed:
                        wrong.append(f"{method} {template} ({access}) for {asker or 'nobody'}: {said.status}")
    assert wrong == []
    assert Access.READ in client.app[ACCESS].values()


async def _log_in(client: Client, secret: str, named: dict[str, str]) -> str:
    origin = PUBLIC if named else str(client.make_url("")).rstrip("/")
    said = await client.post(
        "/login", data={"token": secret}, headers=named | {"Origin": origin}, allow_redirects=False
    )
    assert said.status == 303
    return said.headers["Set-Cookie"].partition(";")[0]


def test_paths_of_routes_are_filled_in() -> None:
    """Else the test above asks for what is not there."""
    assert _path("/documents/{id:[0-9]{1,18}}/revisions/{number:[0-9]{1,9}}") == "/documents/1/revisions/1"
    assert _path("/memento/{at:[0-9]{14,}}/{url:.+}") == "/memento/20261116070000/http://one.example/"


async def test_a_route_that_does_not_say_who_may_ask_is_answered_to_nobody(client: Client, archive: Archive) -> None:
    write = (await archive.tokens.create("all", TokenScope.WRITE)).secret
    for path in ("/undeclared", "/undeclared-open"):
        assert (await client.get(path, headers=bearer(write))).status == 403


async def test_a_route_is_declared_once(client: Client) -> None:
    with pytest.raises(ValueError, match="routed twice"):
        routes.add(client.app, "GET", "/stream", _stream)


async def test_what_comes_through_a_proxy_nobody_announced_is_not_of_this_machine(client: Client) -> None:
    """It would read the archive for whoever reaches the proxy."""
    assert (await client.get("/stream")).status == 200
    for name in ("X-Forwarded-For", "Forwarded", "Via"):
        assert (await client.get("/stream", headers={name: "for=192.0.2.1"})).status == 401


async def test_a_stranger_is_not_told_which_addresses_there_are(tmp_path: Path) -> None:
    async with blank_archive(tmp_path, public_url=PUBLIC) as archive, serving(archive) as client:
        for method, path in (("GET", "/nothing"), ("POST", "/nothing"), ("PUT", "/"), ("OPTIONS", "/")):
            assert (await client.request(method, path, headers=ELSEWHERE)).status == 401


async def test_a_browser_is_asked_to_log_in_where_it_stands(tmp_path: Path) -> None:
    """A program is told which header to send; a feed reader, which knows only passwords, for one."""
    async with blank_archive(tmp_path, public_url=PUBLIC) as archive, serving(archive) as client:
        page = await client.get("/changes?a=1&b=2", headers=ELSEWHERE | BROWSER)
        assert page.status == 401
        assert 'name="next" type="hidden" value="/changes?a=1&amp;b=2"' in await page.text()
        program = await client.get("/timegate/http://one.example/", headers=ELSEWHERE)
        assert (program.status, program.content_type) == (401, "text/plain")
        assert program.headers["WWW-Authenticate"] == 'Bearer realm="monitor"'
        feed = await client.get("/atom/nothing", headers=ELSEWHERE)
        assert feed.headers["WWW-Authenticate"].startswith("Basic")
        api = await client.get("/api/nothing", headers=ELSEWHERE | BROWSER)
        assert (api.status, api.content_type) == (401, "application/problem+json")


async def test_a_password_is_not_enough_to_write(client: Client, archive: Archive) -> None:
    """Browsers send it by themselves, also for a page elsewhere."""
    write = (await archive.tokens.create("all", TokenScope.WRITE)).secret
    assert (await client.get("/stream", headers=password(write))).status == 200
    assert (await client.post("/try/x", headers=bearer(write), data=b"four")).status == 200
    assert (await client.post("/try/x", headers=password(write))).status == 401
    read = (await archive.tokens.create("reader")).secret
    refused = await client.post("/try/x", headers=bearer(read))
    assert refused.status == 403
    assert "insufficient_scope" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80"])
async def test_only_who_asks_by_our_name_is_answered(client: Client, host: str) -> None:
    """A page elsewhere may have its own name lead here (DNS rebinding)."""
    assert (await client.get("/stream", headers={"Host": host})).status == 421


async def test_a_page_elsewhere_changes_nothing(client: Client, archive: Archive) -> None:
    """Even if it knew a token."""
    write = bearer((await archive.tokens.create("all", TokenScope.WRITE)).secret)
    for origin in ("https://evil.example", "null", "http://127.0.0.1"):
        assert (await client.post("/try/x", headers=write | {"Origin": origin})).status == 403
    ours = str(client.make_url("")).rstrip("/")
    assert (await client.post("/try/x", headers=write | {"Origin": ours})).status == 200


async def test_a_body_is_bounded(client: Client, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """In size, decompressed as well, and in the time it takes to come; nobody without a token has one read."""
    write = bearer((await archive.tokens.create("all", TokenScope.WRITE)).secret)
    assert await (await client.post("/try/x", headers=write, data=b"x" * 1000)).text() == "1000"
    assert (await client.post("/try/x", headers=write, data=b"x" * 300_000)).status == 413
    packed = await client.post("/try/x", headers=write, data=b"x" * 300_000, compress="deflate")
    assert packed.status == 413
    assert (await client.post("/try/x", data=b"x" * 300_000)).status == 401
    monkeypatch.setattr("monitor.web.guard.BODY_S", 0.05)
    assert (await client.post("/try/x", headers=write, data=_never())).status == 408


async def _never() -> AsyncIterator[bytes]:
    yield b"a beginning"
    await asyncio.sleep(1)


async def test_who_asks_too_much_is_told_when_to_come_back(tmp_path: Path) -> None:
    async with blank_archive(tmp_path, rate=1) as archive, serving(archive) as client:
        said = [(await client.get("/login")).status for _ in range(11)]
        assert said == [200] * 10 + [429]
        assert (await client.get("/login")).headers["Retry-After"] == "1"


async def test_wrong_tokens_are_bounded(client: Client, archive: Archive) -> None:
    """Then a right one is not looked at either."""
    read = (await archive.tokens.create("reader")).secret
    said = [(await client.get("/stream", headers=bearer("mon_wrong"))).status for _ in range(6)]
    assert said == [401] * 5 + [429]
    late = await client.get("/stream", headers=bearer(read))
    assert (late.status, late.headers["Retry-After"]) == (429, "20")
    assert (await client.get("/stream")).status == 200


async def test_a_question_that_takes_too_long_ends(tmp_path: Path) -> None:
    """With 503, in time; a page that asks several has one limit for all."""

    def slow(conn: Connection) -> None:
        sleep(0.4)

    async with blank_archive(tmp_path, time_limit="0.1s") as archive:

        async def asks(request: web.Request) -> web.Response:
            await archive._ctx.db.read(slow)
            return web.Response()

        async with serving(archive, lambda app: routes.add(app, "GET", "/slow", asks)) as client:
            said = await client.get("/slow")
            assert (said.status, said.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("what", "status"),
    [("missing", 404), ("usage", 400), ("evidence", 502), ("busy", 503), ("database", 500), ("bug", 500), ("x/y", 404)],
)
async def test_an_error_is_told_to_a_person_a_program_and_the_api(client: Client, what: str, status: int) -> None:
    """Each in its own form; of a bug nothing but that there is one."""
    with capture_logs() as logs:
        page = await client.get(f"/try/{what}", headers=BROWSER)
        text = await client.get(f"/try/{what}")
        problem = await client.get(f"/api/try/{what}", headers=BROWSER)
    assert {page.status, text.status, problem.status} == {status}
    assert (page.content_type, text.content_type) == ("text/html", "text/plain")
    assert problem.content_type == "application/problem+json"
    assert (await problem.json())["status"] == status
    said = await page.text() + await text.text() + await problem.text()
    assert "secret of the house" not in said
    assert "<script>alert" not in await page.text()
    told = {one["event"]: one for one in logs}
    assert ("request.failed" in told) is (what == "bug")
    assert ("why" in told.get("request.refused", {})) is (status >= 500 and what != "bug")


async def test_a_method_that_a_route_does_not_have_is_refused(client: Client) -> None:
    said = await client.put("/stream")
    assert (said.status, said.headers["Allow"]) == (405, "GET,HEAD")
    assert (await client.head("/try/there")).status == 200


async def test_a_handler_may_lead_elsewhere_by_raising(client: Client) -> None:
    said = await client.get("/try/elsewhere", allow_redirects=False)
    assert (said.status, said.headers["Location"]) == (302, "/try/there")


async def test_an_answer_that_fails_in_the_middle_is_cut_off(client: Client) -> None:
    """Whoever reads it sees that it is not whole, and no error is written into it."""
    said = await client.get("/stream?broken=1")
    assert said.status == 200
    with pytest.raises(Exception, match="payload"):
        await said.read()


@pytest.mark.parametrize("path", ["/login", "/stream", "/try/missing", "/try/bug", "/nothing", "/static/style.css"])
async def test_every_answer_has_the_headers_that_hold_browsers_back(client: Client, path: str) -> None:
    said = await client.get(path, headers=BROWSER)
    assert HEADERS.items() <= dict(said.headers).items()
    assert said.headers["Content-Security-Policy"] == (PAGE if said.content_type == "text/html" else SANDBOX)
    assert "Cache-Control" in said.headers
    assert "aiohttp" not in str(said.headers)


async def test_what_was_answered_to_a_token_is_kept_nowhere(client: Client, archive: Archive) -> None:
    read = (await archive.tokens.create("reader")).secret
    assert (await client.get("/stream", headers=bearer(read))).headers["Cache-Control"] == "private, no-store"
    assert (await client.get("/stream")).headers["Cache-Control"] == "private, no-cache"


async def test_refusals_are_logged_without_what_was_asked_and_not_without_end(client: Client) -> None:
    """Neither the query nor a secret; a thousand of them make a few lines."""
    with capture_logs() as logs:
        for _ in range(40):
            await client.get("/stream?q=private", headers={"Host": "evil.example"} | bearer("mon_secret"))
    assert 1 <= len(logs) <= 30
    assert logs[0] == {
        "event": "request.refused",
        "log_level": "info",
        "status": 421,
        "method": "GET",
        "path": "/stream",
        "client": "127.0.0.1",
        "untold": 0,
    }
