"""Log in with a browser: a token for a cookie, which reads and does nothing else."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from structlog.testing import capture_logs

from monitor import Archive
from monitor.edges.clock import drive
from monitor.model import TokenScope
from monitor.web import routes
from monitor.web.routes import Access
from tests.web.asking import Client, serving
from tests.web.blank import PUBLIC, bearer, blank_archive
from tests.web.test_guard import _send

OURS = {"Host": "archive.example", "Origin": PUBLIC}
READS = "/timemap/json/http://one.example/"  # 404 for whoever may ask: the archive is empty


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with blank_archive(tmp_path, public_url=PUBLIC) as opened:
        yield opened


@pytest.fixture
async def client(archive: Archive) -> AsyncIterator[Client]:
    """A client of a server that others reach over TLS."""
    also = lambda app: routes.add(app, "POST", "/try", _send, Access.WRITE)  # noqa: E731
    async with serving(archive, also) as opened:
        yield opened


@pytest.fixture
async def secret(archive: Archive) -> str:
    return (await archive.tokens.create("screen", TokenScope.WRITE)).secret


async def log_in(client: Client, secret: str, where: str = "/", **headers: str) -> ClientResponse:
    form = {"token": secret, "next": where}
    return await client.post("/login", data=form, headers=OURS | headers, allow_redirects=False)


def cookie_of(said: ClientResponse) -> dict[str, str]:
    return {"Cookie": said.headers["Set-Cookie"].partition(";")[0]}


async def reads(client: Client, cookie: dict[str, str]) -> bool:
    return (await client.get(READS, headers=OURS | cookie)).status == 404


async def test_who_logs_in_reads(client: Client, secret: str) -> None:
    """A secret pasted with blanks around it will do; where one was about to go, one goes."""
    said = await log_in(client, f" {secret}\n", "/changes?kind=both")
    assert (said.status, said.headers["Location"]) == (303, "/changes?kind=both")
    assert await reads(client, cookie_of(said))
    assert not await reads(client, {})
    assert not await reads(client, {"Cookie": "__Host-monitor=guessed"})
    page = await client.get("/login", headers=OURS | cookie_of(said))
    assert "<bdi>screen</bdi>" in await page.text()


async def test_the_cookie_is_seen_by_no_script_and_no_other_page(client: Client, secret: str) -> None:
    """And says nothing: it is neither the token nor made of it."""
    said = await log_in(client, secret)
    name, value = re.match("([^=]+)=([^;]+);", said.headers["Set-Cookie"]).groups()  # type: ignore[union-attr]
    assert name == "__Host-monitor"
    attributes = set(said.headers["Set-Cookie"].split("; ")[1:])
    assert attributes == {"HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=604800"}
    assert len(value) == 43
    assert secret[4:20] not in value
    assert said.headers["Cache-Control"] == "private, no-store"


async def test_a_session_never_writes(client: Client, secret: str) -> None:
    """Though its token may: what a browser sends by itself changes nothing."""
    cookie = cookie_of(await log_in(client, secret))
    assert (await client.post("/try", headers=OURS | cookie)).status == 401
    assert (await client.post("/try", headers=OURS | bearer(secret))).status == 200


async def test_a_session_ends_with_its_token(client: Client, archive: Archive, secret: str) -> None:
    cookie = cookie_of(await log_in(client, secret))
    await archive.tokens.revoke("screen")
    assert not await reads(client, cookie)


async def test_a_session_ends_by_itself(client: Client, archive: Archive, secret: str, tmp_path: Path) -> None:
    """After a week, or once its token has expired."""
    short = await archive.tokens.create("short", expires_at=archive.now() + timedelta(hours=1))
    cookie, cookie_of_short = cookie_of(await log_in(client, secret)), cookie_of(await log_in(client, short.secret))
    drive(tmp_path / "clock", archive.now() + timedelta(hours=2))
    assert not await reads(client, cookie_of_short)
    assert await reads(client, cookie)
    drive(tmp_path / "clock", archive.now() + timedelta(days=7))
    assert not await reads(client, cookie)


async def test_who_logs_out_reads_no_more(client: Client, secret: str) -> None:
    cookie = cookie_of(await log_in(client, secret))
    said = await client.post("/logout", headers=OURS | cookie, allow_redirects=False)
    assert (said.status, said.headers["Location"]) == (303, "/login")
    assert "Max-Age=0" in said.headers["Set-Cookie"]
    assert not await reads(client, cookie)


async def test_nothing_is_begun_or_ended_by_get(client: Client, secret: str) -> None:
    cookie = cookie_of(await log_in(client, secret))
    assert (await client.get("/logout", headers=OURS | cookie)).status == 405
    said = await client.get("/login", params={"token": secret}, headers=OURS)
    assert "Set-Cookie" not in said.headers
    assert await reads(client, cookie)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://archive.example"},
        {"Origin": "", "Referer": "https://evil.example/archive.example"},
        {"Origin": "", "Referer": "http://[evil"},
        {"Origin": ""},
    ],
)
async def test_a_form_of_a_page_elsewhere_is_refused(client: Client, secret: str, headers: dict[str, str]) -> None:
    """Else somebody could be logged in as another, or out."""
    assert (await log_in(client, secret, **headers)).status == 403
    cookie = cookie_of(await log_in(client, secret))
    assert (await client.post("/logout", headers=OURS | cookie | headers)).status == 403
    assert await reads(client, cookie)


async def test_a_browser_that_tells_only_the_referrer_is_let_in(client: Client, secret: str) -> None:
    assert (await log_in(client, secret, Origin="", Referer=f"{PUBLIC}/login")).status == 303


async def test_a_form_in_a_coding_there_is_not_is_read_all_the_same(client: Client, secret: str) -> None:
    coded = OURS | {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}
    assert (await client.post("/login", data=f"token={secret}", headers=coded, allow_redirects=False)).status == 303


async def test_every_page_leads_to_logging_out(client: Client, secret: str) -> None:
    """Where a token is needed; on a machine of one's own there is nothing to log in to."""
    page = await client.get("/changes", headers=OURS | cookie_of(await log_in(client, secret)))
    assert '<a href="/login">' in await page.text()


@pytest.mark.parametrize(
    "where",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "/a\r\nSet-Cookie: a=b", "", "é"],
)
async def test_one_is_led_nowhere_but_here(client: Client, secret: str, where: str) -> None:
    assert (await log_in(client, secret, where)).headers["Location"] == "/"
    page = await client.get("/login", params={"next": where}, headers=OURS)
    assert 'name="next" type="hidden" value="/"' in await page.text()


async def test_a_wrong_token_is_told_and_after_five_no_more_is_looked_at(client: Client, secret: str) -> None:
    """Nor is it written anywhere."""
    with capture_logs() as logs:
        for _ in range(5):
            said = await log_in(client, "mon_wrong")
            assert said.status == 403
            assert 'role="alert"' in await said.text()
        late = await log_in(client, secret)
    assert late.status == 429
    assert {one["event"] for one in logs} == {"login.refused", "request.refused"}
    assert "mon_wrong" not in str(logs)


async def test_only_the_form_logs_in(client: Client, secret: str) -> None:
    """Neither JSON nor a file: a page elsewhere could send neither, and no page of ours does."""
    assert (await client.post("/login", json={"token": secret}, headers=OURS)).status == 400
    boundary = f'--x\r\nContent-Disposition: form-data; name="token"; filename="a"\r\n\r\n{secret}\r\n--x--\r\n'
    as_file = OURS | {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await client.post("/login", data=boundary, headers=as_file)).status == 400


async def test_without_tls_the_cookie_goes_over_plain_http(tmp_path: Path) -> None:
    """Where somebody decided so; it has another name then."""
    async with blank_archive(tmp_path, hosts=["archive.lan"]) as archive, serving(archive) as client:
        secret = (await archive.tokens.create("screen")).secret
        said = await client.post(
            "/login",
            data={"token": secret},
            headers={"Host": "archive.lan", "Origin": "http://archive.lan"},
            allow_redirects=False,
        )
        assert said.headers["Set-Cookie"].startswith("monitor=")
        assert "Secure" not in said.headers["Set-Cookie"]


async def test_the_form_can_say_which_page_sent_it(client: Client) -> None:
    """With `no-referrer`, which the other pages have, browsers say `Origin: null` (Fetch, 3.1)."""
    text = await (await client.get("/login", headers=OURS)).text()
    policies = re.findall(r'<meta name="referrer" content="([^"]*)">', text)
    assert policies[-1] == "same-origin"  # the last one counts


async def test_sessions_are_bounded(client: Client, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest ends first."""
    monkeypatch.setattr("monitor.web.sessions.MOST", 2)
    first, second, third = [cookie_of(await log_in(client, secret)) for _ in range(3)]
    assert [await reads(client, one) for one in (first, second, third)] == [False, True, True]
