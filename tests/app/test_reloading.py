"""Other settings while the archive is open: what is applied is in effect, and what is not waits, named."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from monitor import Archive, Settings, load_settings, open_archive
from monitor.app.reloading import can_be_applied
from monitor.errors import ConfigError
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from monitor.options import options
from tests.blank import blank_sqlite

OUTLETS = '[[outlet]]\nname = "Diario"\ndomains = ["diario.example"]\n'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A migrated, empty archive."""
    return blank_sqlite(tmp_path / "data" / "archive.db").parent


@pytest.fixture
async def archive(data: Path) -> AsyncIterator[Archive]:
    """It is open."""
    async with open_archive(_settings(data)) as archive:
        yield archive


def _settings(data: Path, **more: str) -> Settings:
    given = {key.replace("__", "."): value for key, value in more.items()}
    return load_settings(overrides={"data_dir": str(data), "fetch.allow_private": "127.0.0.0/8", **given})


async def test_what_changed_is_named_and_applied_or_left_for_a_restart(archive: Archive, data: Path) -> None:
    """An option that waits keeps its value, so that the settings always say what is in effect."""
    ctx = archive._ctx
    assert (ctx.politeness.gap_s, ctx.schedule.shortest_s, ctx.recheck.ladder_s[0]) == (2, 300, 1200)
    fresh = _settings(
        data, fetch__gap="7s", schedule__shortest="10m", recheck__ladder="5m,1h", extract__workers="9", web__rate="7"
    )
    done = archive.reloading.reload(fresh)
    assert set(done.applied) == {"fetch.gap", "schedule.shortest", "recheck.ladder"}
    assert set(done.needs_restart) == {"extract.workers", "web.rate"}
    assert (ctx.politeness.gap_s, ctx.schedule.shortest_s, ctx.recheck.ladder_s[0]) == (7, 600, 300)
    assert (archive.settings.extract.workers, archive.settings.fetch.gap) == (2, 7)
    again = archive.reloading.reload(fresh)
    assert (again.applied, again.needs_restart) == ((), done.needs_restart)


async def test_outlets_are_read_again_also_where_their_file_kept_its_name(archive: Archive, data: Path) -> None:
    file = data / "outlets.toml"
    file.write_text(OUTLETS, encoding="utf-8")
    fresh = _settings(data, corpus__outlets=str(file))
    assert archive.reloading.reload(fresh).applied == ("corpus.outlets",)
    file.write_text(OUTLETS.replace("Diario", "El Diario"), encoding="utf-8")
    assert archive.reloading.reload(fresh).applied == ("corpus.outlets",)
    assert "El Diario" in {one.name for one in archive.outlets}
    assert archive.reloading.reload(fresh).applied == ()


@pytest.mark.parametrize("key", ["corpus.outlets", "fetch.ca_file"])
async def test_a_broken_file_changes_nothing(archive: Archive, data: Path, key: str) -> None:
    """Neither it nor what changed beside it."""
    broken = data / "broken"
    broken.write_text("none", encoding="utf-8")
    before = archive.settings
    with pytest.raises(ConfigError):
        archive.reloading.reload(_settings(data, fetch__gap="9s", **{key.replace(".", "__"): str(broken)}))
    assert archive.settings is before
    assert archive._ctx.politeness.gap_s == 2


async def test_a_request_under_way_ends_as_it_began(archive: Archive, data: Path) -> None:
    """The fetcher that was replaced has its time; the next request goes by the new settings."""
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        asked.set()
        await answer.wait()
        return web.Response(text=request.headers["Accept-Encoding"])

    server = web.Application()
    server.router.add_get("/", slow)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    ctx, request = archive._ctx, FetchRequest(f"http://127.0.0.1:{port}/")
    first = asyncio.create_task(ctx.fetcher.fetch(request))
    async with asyncio.timeout(30):
        await asked.wait()
        archive.reloading.reload(_settings(data, fetch__compressed="false"))
        answer.set()
        results = [await first, await ctx.fetcher.fetch(request)]
    assert [result.outcome for result in results] == [Outcome.OK, Outcome.OK]
    assert results[0].body != b"identity" == results[1].body
    await runner.cleanup()


def test_what_says_who_asks_waits_for_another_evidence_file() -> None:
    assert [key for key in options() if key.startswith("fetch.") and not can_be_applied(key)] == [
        "fetch.contact",
        "fetch.user_agent",
    ]
    assert not any(can_be_applied(key) for key in options() if key.startswith(("database.", "extract.", "web.")))
