"""Show what visits to sources and documents came to."""

from collections.abc import Sequence

from rich.text import Text

from monitor.answers import VisitReport
from monitor.cli.screen import Screen
from monitor.cli.text import isolated, one_line, plural
from monitor.cli.wording import in_short


def show_visit(screen: Screen, report: VisitReport) -> None:
    """Show one visit with every step, in order, indented under its URL."""
    screen.line(Text.assemble((f"{report.what} {report.id}", "bold"), f"  {one_line(report.url)}"))
    if report.title:
        screen.line(isolated(one_line(report.title)), indent=4)
    for step in report.steps:
        screen.line(one_line(step), indent=4)
    if news := news_of(report):
        screen.line(Text(f"→ {news}", "bold"), indent=4)


def visit_line(report: VisitReport) -> str:
    """Return a visit as one line: what came of it, and at which URL."""
    came = news_of(report) or (str(report.outcome).replace("_", " ") if report.outcome else "not visited")
    parts = (f"{report.what} {report.id}", one_line(came), isolated(one_line(report.title or "")), one_line(report.url))
    return "  ".join(filter(None, parts))


def news_of(report: VisitReport) -> str:
    """Return what a visit brought that was not known before, in words; nothing when it brought nothing."""
    told = [plural(report.heard_of, "new article")] if report.heard_of else []
    if report.change:
        told.append(in_short(report.change))
    elif report.revision:
        told.append(f"revision {report.revision}")
    return ", ".join(told)


def summary(reports: Sequence[VisitReport]) -> str:
    """Return what a round of visits came to, in one line."""
    sources = sum(report.what == "source" for report in reports)
    changed = sum(report.change is not None for report in reports)
    archived = sum(report.revision is not None and report.change is None for report in reports)
    return (
        f"visited {plural(sources, 'source')} and {plural(len(reports) - sources, 'document')}: "
        f"{plural(archived, 'new text')}, {plural(changed, 'change')}"
    )
