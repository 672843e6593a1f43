"""Sources as OPML, out and in again; nobody is asked, and no secret is told."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from monitor.answers import DocumentFilter
from monitor.app.context import Context
from monitor.app.exports import Exports
from monitor.errors import UsageError
from monitor.model import EvidencePolicy, Source, SourceState
from monitor.store import sources
from monitor.telling_answers import TableFormat
from tests.app.exported import opened
from tests.store.examples import a_source

FULL = a_source(
    "https://radio.example/feed?a=1&b=2",
    title="Radio <Uno>",
    outlet="radio.example",
    language="es",
    tags=("a, b", "c"),
    every_s=900,
    include=("/economia/",),
    exclude=("*video*",),
    ignore_robots=True,
    evidence=EvidencePolicy.ALL,
    retain_s=86_400,
)
PAUSED = a_source("https://other.example/feed", state=SourceState.PAUSED, state_reason="too loud", cron="0 6 * * *")
SECRET = a_source(
    "https://third.example/feed", headers=("Cookie: session=hunter2",), proxy="http://me:hunter2@proxy.example:3128"
)
SAID = (
    *("url", "kind", "host", "title", "outlet", "language", "tags", "every_s", "cron", "include", "exclude", "state"),
    *("state_reason", "proxy", "insecure_tls", "ignore_robots", "evidence", "retain_s"),
)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    """An archive with nothing in it."""
    with opened(tmp_path / "data") as ctx:
        yield ctx


async def test_sources_come_back_as_they_were(ctx: Context, tmp_path: Path) -> None:
    """In another archive, asking nobody: their rhythm, patterns and outlet, paused ones paused; no secrets."""
    for one in (FULL, PAUSED, SECRET):
        await ctx.db.write(sources.add, one)
    report = await Exports(ctx).write(TableFormat.OPML, tmp_path / "a.opml")
    assert (report.rows, len(report.notes)) == (3, 1)
    data = (tmp_path / "a.opml").read_bytes()
    assert b"hunter2" not in data
    with opened(tmp_path / "other") as other:
        added = await Exports(other).import_opml(data, "a.opml", trust=True)
        again = await Exports(other).import_opml(data, "a.opml")
        found = await other.db.read(sources.every)
    assert [one.status for one in (*added, *again)] == ["added"] * 3 + ["known"] * 3
    expected = [FULL, PAUSED, replace(SECRET, headers=(), proxy=None)]
    assert [_said(one) for one in found] == [_said(one) for one in expected]
    assert all(one.headers == () and one.next_check_at for one in found)


def _said(one: Source) -> dict[str, object]:
    return {name: getattr(one, name) for name in SAID}


async def test_some_sources_go_into_a_stream(ctx: Context) -> None:
    """Those of an outlet, or one."""
    for one in (FULL, PAUSED):
        await ctx.db.write(sources.add, one)
    out = BytesIO()
    await Exports(ctx).write(TableFormat.OPML, out, which=DocumentFilter(outlet="radio.example"))
    assert out.getvalue().count(b"<outline ") == 1
    with pytest.raises(UsageError, match="sources"):
        await Exports(ctx).write(TableFormat.OPML, out, "ferry")


async def test_a_dry_run_adds_nothing_and_what_is_no_source_is_refused(ctx: Context) -> None:
    """Each outline has its report; a crontab line that is none refuses only its own."""
    ours = 'xmlns:m="urn:monitor:opml:1"'
    data = (
        f'<opml version="2.0" {ours}><body><outline text="a" xmlUrl="https://a.example/" m:kind="feed"/>'
        '<outline text="b" xmlUrl="ftp://b.example/" m:kind="feed"/>'
        '<outline text="c" xmlUrl="https://c.example/" m:kind="feed" m:cron="every day"/></body></opml>'
    ).encode()
    found = await Exports(ctx).import_opml(data, "a.opml", dry_run=True)
    assert [one.status for one in found] == ["found", "refused", "refused"]
    assert await ctx.db.read(sources.every) == ()


async def test_a_file_makes_nobody_less_careful_unless_it_is_trusted(ctx: Context) -> None:
    outline = 'text="a" xmlUrl="https://a.example/" m:kind="feed" m:insecureTls="true" m:ignoreRobots="true"'
    data = (
        '<opml version="2.0" xmlns:m="urn:monitor:opml:1"><body>'
        f'<outline {outline} m:proxy="http://p.example:3128"/></body></opml>'
    ).encode()
    (careful,) = await Exports(ctx).import_opml(data, "a.opml", dry_run=True)
    (trusting,) = await Exports(ctx).import_opml(data, "a.opml", dry_run=True, trust=True)
    assert careful.source is not None
    assert trusting.source is not None
    assert (careful.source.proxy, careful.source.insecure_tls, careful.source.ignore_robots) == (None, False, False)
    assert (trusting.source.insecure_tls, trusting.source.ignore_robots) == (True, True)
    assert trusting.source.proxy
