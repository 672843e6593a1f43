"""Write changes as a careful editor notes them: grouped by day; what, why, when, and how sure that is."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from monitor.answers import ChangeView
from monitor.cli.screen import Screen
from monitor.cli.significance import STYLES
from monitor.cli.text import one_line
from monitor.cli.times import moment
from monitor.cli.wording import certainty, judged_again, size, span
from monitor.model import Change, ChangeKind, Standing
from monitor.wording import KINDS, stood, weight_of


def show_notes(screen: Screen, views: Sequence[ChangeView], now: datetime) -> None:
    """Show changes under the day they were seen on."""
    digits = max((cell_len(str(view.document.id)) for view in views), default=0)
    for number, (day, of_day) in enumerate(groupby(views, key=lambda view: view.change.at.date())):
        if number:
            screen.line()
        screen.line(Text(f"{day:%Y-%m-%d %A}", "bold cyan"))
        for view in of_day:
            _show_note(screen, view, now, digits)


def _show_note(screen: Screen, view: ChangeView, now: datetime, digits: int) -> None:
    change, document, known = view.change, view.document, view.headlines
    lead = f"{change.at:%H:%M}  {document.id:>{digits}}  "
    title = known[1] if known else document.title or document.url or "(no title)"
    screen.hanging(title, "bold", lead=lead)
    indent = " " * cell_len(lead)
    screen.line(_what(view), indent=len(indent))
    if known:
        screen.hanging(known[0], "dim", lead=f"{indent}was: ")
    if change.reason:
        screen.hanging(change.reason, lead=indent)
    if sure := " · ".join(filter(None, (span(change), stood(change), certainty(view, now), judged_again(change)))):
        screen.hanging(sure, "dim", lead=indent)


def _what(view: ChangeView) -> Text:
    """Return outlet, weight, kind and size."""
    change, weight = view.change, weight_of(view.change)
    told = Text()
    if outlet := view.document.outlet or view.document.host:
        told.append(f"{one_line(outlet)} · ")
    if weight:
        told.append(f"{weight}: ", STYLES[weight])
    told.append(KINDS[change.kind])
    if large := size(change):
        told.append(f" · {large}")
    return told


def gathered(found: Sequence[ChangeView]) -> Iterator[ChangeView]:
    """Yield the changes, newest first, an article's steps back and forth as its newest one.

    Steps back and forth are returns to known texts (A/B tests), and texts that stood for one check only.
    """
    steps = defaultdict(list)
    for view in found:
        if _is_unsteady(view.change):
            steps[view.document.id].append(view.change)
    for view in found:
        if not _is_unsteady(view.change):
            yield view
        elif view.change is steps[view.document.id][0]:
            yield replace(view, change=_as_one(steps[view.document.id]))


def _is_unsteady(change: Change) -> bool:
    return change.kind is ChangeKind.VARIANT or change.standing is Standing.FLICKER


def _as_one(steps: Sequence[Change]) -> Change:
    """Return the newest of several steps, its reason telling of all."""
    newest, since = steps[0], moment(steps[-1].at)
    if len(steps) == 1:
        return newest
    if any(step.kind is ChangeKind.VARIANT for step in steps):
        return replace(newest, reason=f"back and forth {len(steps)} times since {since}, now {newest.reason}")
    return replace(newest, reason=f"{len(steps)} texts stood for one check only since {since}, now {newest.reason}")
