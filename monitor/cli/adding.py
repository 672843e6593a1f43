"""`add-source`: find out what URLs are, and watch them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from monitor.answers import AddReport, SourceOptions
from monitor.cli.choices import Json, outlet_key
from monitor.cli.inputs import filled, proxy_url, read_file, read_urls
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import one_line, plural
from monitor.cli.times import due
from monitor.durations import format_duration, parse_duration
from monitor.errors import SourceError, UsageError
from monitor.model import EvidencePolicy, Source, SourceKind

if TYPE_CHECKING:
    from monitor import Archive

STYLES = {"added": "bold green", "found": "bold green", "unverified": "bold yellow", "refused": "bold red"}
CANDIDATES = 5
Pattern = typer.Option(metavar="PATTERN", help="Only articles whose URL fits; may be given again.")


def add_source(
    ctx: typer.Context,
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL", help="Sites, sections or feeds.")] = None,
    source_list: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="A list of URLs or OPML; - is standard input.")
    ] = None,
    kind: Annotated[SourceKind | None, typer.Option(help="What it is, instead of finding out.")] = None,
    every: Annotated[str | None, typer.Option(metavar="DURATION", help="A fixed interval, such as 15m.")] = None,
    cron: Annotated[str | None, typer.Option(metavar="LINE", help='A crontab line in UTC: "0 6 * * *".')] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Whose it is: an outlet's key or name.")] = None,
    lang: Annotated[str | None, typer.Option(metavar="LANG", help="Its language, such as es or ar.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="WORD", help="A word of your own; may be given again.")
    ] = None,
    include: Annotated[list[str] | None, Pattern] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="No articles whose URL fits; may be given again.")
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(metavar="LINE", help='Sent to its own host only, such as "Cookie: a=b"; may be given again.'),
    ] = None,
    proxy: Annotated[str | None, typer.Option(metavar="URL", help="An http:// proxy to ask it through.")] = None,
    insecure_tls: Annotated[
        bool, typer.Option("--insecure-tls", help="Do not check its certificate; recorded with the source.")
    ] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Fetch what its robots.txt forbids; recorded and logged.")
    ] = False,
    evidence: Annotated[
        EvidencePolicy | None, typer.Option(help="Which of its responses are kept, instead of evidence.keep.")
    ] = None,
    retain: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How long they are kept, instead of [retention].")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be watched.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Keep what cannot be reached, and try on schedule.")] = False,
    json: Json = False,
) -> None:
    """Find out what URLs are and watch them.

    A URL may be a feed, a sitemap, a page of links or one page; of a site, the best source it names is taken. With
    neither --every nor --cron the interval adapts to how often the source publishes. Ends with 7 when a URL was
    refused; the others are added all the same.

    Example: monitor add-source https://www.granma.cu/feed --every 30m --dry-run
    """
    session = session_of(ctx, as_json=json)
    wanted = _wanted(urls or [], source_list)
    options = SourceOptions(
        kind=kind,
        every_s=_interval(every, cron),
        cron=cron,
        language=lang,
        tags=tuple(tag or ()),
        include=tuple(filled(one, "--include") for one in include or ()),
        exclude=tuple(filled(one, "--exclude") for one in exclude or ()),
        force=force,
        headers=tuple(header or ()),
        proxy=None if proxy is None else proxy_url(proxy),
        insecure_tls=insecure_tls,
        ignore_robots=ignore_robots,
        evidence=evidence,
        retain_s=None if retain is None else _retention(retain),
    )

    async def work(archive: "Archive") -> tuple[AddReport, ...]:
        named = replace(options, outlet=None if outlet is None else outlet_key(archive.outlets, outlet))
        with session.screen.progress("asking") as progress:
            return await archive.add_sources(wanted, named, dry_run=dry_run, progress=progress)

    reports = session.ask(work, begins=True)
    if json:
        session.screen.json(reports)
    else:
        show_added(session.screen, reports, session.now)
        session.screen.hint(*_next(reports))
    refuse([report for report in reports if report.status == "refused"], len(reports))


def _wanted(urls: list[str], source_list: str | None) -> tuple[str, ...]:
    """Gather the URLs of all places, each once. Raises UsageError when there is none."""
    given = [filled(url, "a URL") for url in urls]
    wanted = tuple(dict.fromkeys((*given, *_listed(source_list))))
    if not wanted:
        raise UsageError("no URL is given", hint="monitor add-source https://... , or --from FILE")
    return wanted


def _listed(source_list: str | None) -> tuple[str, ...]:
    if source_list is None:
        return ()
    data = read_file(filled(source_list, "--from"), "--from takes a file, or - for standard input")
    return read_urls(data, source_list)


def _interval(every: str | None, cron: str | None) -> int | None:
    if every is None:
        return None
    if cron is not None:
        raise UsageError("--every and --cron exclude each other", hint="leave one of them out")
    seconds = round(parse_duration(every))
    if seconds < 1:
        raise UsageError(
            f"--every {every} is no interval", hint="a second is the least; hosts see at most one visit at a time"
        )
    return seconds


def _retention(retain: str) -> int:
    seconds = round(parse_duration(retain))
    if seconds < 1:
        raise UsageError(f"--retain {retain} keeps nothing", hint="--evidence none keeps none from the start")
    return seconds


def show_added(screen: Screen, reports: Iterable[AddReport], now: datetime) -> None:
    """Show what came of each URL, and why."""
    for report in reports:
        screen.line(_headline(report))
        for line in _details(report, now):
            screen.line(one_line(line), indent=6)


def _headline(report: AddReport) -> Text:
    source = report.source
    number = f" {source.id}" if source and source.id else ""
    what = f"{source.kind} {source.url}" if source else report.asked
    return Text.assemble((f"{report.status}{number}", STYLES.get(report.status, "bold")), f"  {one_line(what)}")


def _details(report: AddReport, now: datetime) -> Iterable[str]:
    source = report.source
    yield report.reason
    if source:
        if source.url != report.asked:
            yield f"asked for {report.asked}"
        if said := " · ".join(filter(None, (source.title, source.outlet, source.language))):
            yield said
        yield _rhythm(source, now)
    if report.hint:
        yield f"hint: {report.hint}"
    for one in report.candidates[:CANDIDATES]:
        yield f"also there: {one.kind} {one.url} ({one.reason})"
    if (more := len(report.candidates) - CANDIDATES) > 0:
        yield f"and {more} more; --json lists all"


def _rhythm(source: Source, now: datetime) -> str:
    every = f"every {format_duration(source.every_s)}" if source.every_s else ""
    how = every or (f"at {source.cron} (UTC)" if source.cron else "as often as it publishes")
    return f"next check {due(source.next_check_at, now) or 'never'}, {how}"


def _next(reports: Iterable[AddReport]) -> tuple[str, ...]:
    added = [report.source.id for report in reports if report.source and report.source.id]
    return (f"check {added[0]}", "sources") if added else ("sources",)


def refuse(refused: list[AddReport], total: int) -> None:
    """Raise SourceError when some URLs were refused; what came of each was told already."""
    if refused:
        raise SourceError(
            f"{len(refused)} of {plural(total, 'URL')} refused: {', '.join(one.asked for one in refused)}"
        )
