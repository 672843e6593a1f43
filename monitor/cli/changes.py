"""`changes`: what changed lately, in all documents."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import ChangeView
from monitor.cli.choices import Json, OutletOption, limit, outlet_key
from monitor.cli.inputs import parse_since
from monitor.cli.notes import gathered, show_notes
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.significance import LEAST
from monitor.cli.text import plural
from monitor.cli.wording import HIDDEN
from monitor.errors import UsageError
from monitor.model import ChangeKind
from monitor.wording import Weight

if TYPE_CHECKING:
    from monitor import Archive


def changes(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="As for `search`.", show_default=False)
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="WHEN", help="Since: 24h, 7d, 2026-11-16 or a time.")] = None,
    outlet: OutletOption = None,
    kind: Annotated[ChangeKind | None, typer.Option(help="Only of this kind.")] = None,
    weight: Annotated[Weight | None, typer.Option(help="Only of this weight or more.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also what is no change of an article.")] = False,
    at_most: int = limit(50),
    json: Json = False,
) -> None:
    """List changes of all documents, newest first.

    Each with the time it was seen, the number and headline of the document, outlet, weight (minor, notable, major),
    kind and size; why it weighs so much; between which checks it happened, how long the earlier text had stood, and
    how many checks have seen the new one. Words of a query are looked for in the text that a change brought, and kind:
    is that of the change. Steps back and forth, as in A/B tests of headlines, are one note an article;
    --json lists each. What changed in the furniture of a page only, or by another extractor, is shown with --all.

    Example: monitor changes outlet:granma.cu kind:removed --since 7d
    """
    session = session_of(ctx, as_json=json)
    if every and kind:
        raise UsageError(f"--all and --kind {kind} say two things", hint="--kind alone shows all of its kind")

    async def work(archive: "Archive") -> tuple[Sequence[ChangeView], Mapping[ChangeKind, int]]:
        start = None if since is None else parse_since(since, archive.now())
        key = None if outlet is None else outlet_key(archive.outlets, outlet)
        least = LEAST[weight or Weight.MINOR]
        if query:
            narrowed = [*query, *([f"outlet:{key}"] if key else []), *([f"kind:{kind}"] if kind else [])]
            page = await archive.find_changes(
                " ".join(narrowed), since=start, at_least=least, all_kinds=every, limit=at_most
            )
            return page.items, {}
        found = await archive.changes(start, outlet=key, kind=kind, limit=at_most, all_kinds=every, at_least=least)
        return found, {} if every or kind or weight else await archive.hidden_changes(start, outlet=key)

    found, hidden = session.ask(work)
    if json:
        return session.screen.json(found)
    show_notes(session.screen, list(gathered(found)), session.now)
    tell_the_rest(session.screen, found, hidden, at_most)
    return None


def tell_the_rest(screen: Screen, found: Sequence[ChangeView], hidden: Mapping[ChangeKind, int], at_most: int) -> None:
    """Tell what is not shown and how to see it, and what to ask next."""
    if not found:
        screen.note("no changes")
    elif len(found) == at_most:
        screen.note(f"the newest {plural(at_most, 'change')}; more with --limit")
    if told := [plural(count, *HIDDEN[kind]) for kind, count in hidden.items() if count]:
        screen.note(f"not shown: {' and '.join(told)}; --all shows them")
    if found:
        screen.hint(_next(found[0]), "changes --since 24h")


def _next(view: ChangeView) -> str:
    change = view.change
    if change.from_revision and change.to_revision and change.from_revision != change.to_revision:
        return f"diff {view.document.id} {change.from_revision} {change.to_revision}"
    return f"show {view.document.id}"
