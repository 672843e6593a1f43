"""`changes`: what changed lately, in all documents."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import ChangeView
from monitor.cli.choices import Json, OutletOption, limit, outlet_key
from monitor.cli.inputs import parse_since
from monitor.cli.layout import Cell, Column
from monitor.cli.session import session_of
from monitor.cli.significance import in_words
from monitor.cli.text import plural
from monitor.cli.times import moment
from monitor.model import ChangeKind

if TYPE_CHECKING:
    from monitor import Archive

COLUMNS = (
    Column("at"),
    Column("id", right=True, style="bold"),
    Column("kind"),
    Column("weight"),
    Column("outlet", at_most=24, wide=130),
    Column("title", flexible=True),
    Column("words", right=True, wide=150),
    Column("why", flexible=True, below=120),
)
STYLES = {"major": "bold red", "notable": "yellow", "minor": "dim"}


def changes(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(metavar="WHEN", help="Since: 24h, 7d, 2026-11-16 or a time.")] = None,
    outlet: OutletOption = None,
    kind: Annotated[ChangeKind | None, typer.Option(help="Only of this kind.")] = None,
    at_most: int = limit(50),
    json: Json = False,
) -> None:
    """List changes of all documents, newest first.

    The weight is minor, notable or major, with the reason. Steps back and forth between texts already known, as in
    A/B tests of headlines, are one line an article; --json lists each.

    Example: monitor changes --since 24h
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> tuple[ChangeView, ...]:
        start = None if since is None else parse_since(since, archive.now())
        key = None if outlet is None else outlet_key(archive.outlets, outlet)
        return await archive.changes(start, outlet=key, kind=kind, limit=at_most)

    found = session.ask(work)
    if json:
        return session.screen.json(found)
    session.screen.table(COLUMNS, map(change_row, gathered(found)))
    if not found:
        session.screen.note("no changes")
    elif len(found) == at_most:
        session.screen.note(f"the newest {plural(at_most, 'change')}; more with --limit")
    if found:
        session.screen.hint(_next(found[0]), "changes --since 24h")
    return None


def gathered(found: Sequence[ChangeView]) -> Iterator[ChangeView]:
    """Yield the changes, an article's steps back and forth between known texts (A/B tests) as its newest one."""
    steps = Counter(view.document.id for view in found if view.change.kind is ChangeKind.VARIANT)
    told: set[int] = set()
    for view in found:
        if view.change.kind is not ChangeKind.VARIANT:
            yield view
        elif view.document.id not in told:
            told.add(view.document.id)
            count = steps[view.document.id]
            times = f"back and forth {count} times, now " if count > 1 else ""
            yield replace(view, change=replace(view.change, reason=times + view.change.reason))


def change_row(view: ChangeView) -> tuple[object, ...]:
    """Return a change as a row of COLUMNS."""
    change, document = view.change, view.document
    weight = in_words(change.significance)
    return (
        moment(change.at),
        document.id,
        change.kind,
        Cell(weight, STYLES[weight]),
        document.outlet or document.host,
        document.title or document.url,
        f"+{change.words_added} -{change.words_removed}" if change.words_added or change.words_removed else "",
        change.reason,
    )


def _next(view: ChangeView) -> str:
    change = view.change
    if change.from_revision and change.to_revision:
        return f"diff {view.document.id} {change.from_revision} {change.to_revision}"
    return f"show {view.document.id}"
