"""`search`: find texts by words and phrases."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text
from typer.core import TyperCommand

from monitor.answers import DocumentFilter, Page, SearchHit
from monitor.cli.choices import (
    ChangedOption,
    CitesOption,
    Json,
    LangOption,
    OriginOption,
    OutletOption,
    SinceOption,
    SourceOption,
    StateOption,
    UntilOption,
    chosen,
    limit,
)
from monitor.cli.documents import published_or_seen
from monitor.cli.inputs import filled
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import isolated, one_line, plural, spaced
from monitor.model import Order

if TYPE_CHECKING:
    from monitor import Archive


class SearchCommand(TyperCommand):
    """A command whose words may begin with a minus: `-cuba` leaves out what has that word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; -h is the only short option that a minus could mean."""
        return super().parse_args(ctx, [part for arg in args for part in _spelled_out(arg)])


def _spelled_out(arg: str) -> tuple[str, ...]:
    return ("NOT", arg[1:]) if re.match(r"-[^-]", arg) and arg != "-h" else (arg,)


def search(
    ctx: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Words to find.")],
    outlet: OutletOption = None,
    cites: CitesOption = None,
    source: SourceOption = None,
    lang: LangOption = None,
    origin: OriginOption = None,
    state: StateOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    changed: ChangedOption = None,
    order: Annotated[Order, typer.Option("--order", help="What comes first.")] = Order.RELEVANCE,
    revisions: Annotated[bool, typer.Option("--revisions", help="Also in texts that were replaced since.")] = False,
    at_most: int = limit(20),
    json: Json = False,
) -> None:
    """Find texts, best match first, with the words marked.

    All words must be there, in whichever inflection; "a phrase", -without, this OR that, begin*, and fields such as
    outlet:granma.cu, lang:es or kind:removed are understood. Case and accents do not count. See docs/search.md.

    Example: monitor search cuba '"relaciones bilaterales"' since:30d
    """
    session = session_of(ctx, as_json=json)
    words = filled(" ".join(query), "the query")
    which = DocumentFilter(origin=origin, state=state, limit=at_most)

    asked = {"outlet": outlet, "cites": cites, "source": source, "lang": lang}
    asked |= {"since": since, "until": until, "changed": changed}

    async def work(archive: "Archive") -> Page[SearchHit]:
        full = await chosen(archive, which, **asked)
        return await archive.search(words, full, order=order, every_revision=revisions)

    page = session.ask(work)
    found = page.items
    if json:
        return session.screen.json(found)
    for hit in found:
        show_hit(session.screen, hit)
    if not found:
        session.screen.note("nothing found" + ("" if revisions else "; --revisions also searches replaced texts"))
        return None
    if page.next is not None:
        which_ones = "best" if order is Order.RELEVANCE else order
        session.screen.note(f"the {which_ones} {plural(at_most, 'match', 'matches')}; more with --limit")
    session.screen.hint(f"show {found[0].document.id} --text")
    return None


def show_hit(screen: Screen, hit: SearchHit) -> None:
    """Show a hit: a line about the document, and the excerpt with its words marked."""
    one = hit.document
    screen.line(Text.assemble((str(one.id), "bold"), "  ", isolated(one_line(one.title or one.url or "(no title)"))))
    about = (published_or_seen(one), one.outlet or one.host, one.language, _revision(hit))
    screen.line(Text(one_line(" · ".join(filter(None, about))), "dim"), indent=4)
    screen.line(marked(hit, screen.styled), indent=4)


def _revision(hit: SearchHit) -> str:
    return f"revision {hit.revision} of {hit.document.revision_count}" if hit.document.revision_count > 1 else ""


def marked(hit: SearchHit, styled: bool) -> Text:
    """Return the excerpt on one line, its hits bold where that can be seen, else between ⟦⟧."""
    text = Text()
    for piece, is_hit in pieces(hit):
        if is_hit and not styled:
            text.append(f"⟦{spaced(piece)}⟧")
        else:
            text.append(spaced(piece), "bold" if is_hit else "")
    return text


def pieces(hit: SearchHit) -> Iterator[tuple[str, bool]]:
    """Yield the excerpt in pieces, told which are hits. Spans that overlap or lie outside do no harm."""
    at = 0
    for start, end in sorted(hit.spans):
        start = max(start, at)
        if hit.excerpt[at:start]:
            yield hit.excerpt[at:start], False
        if hit.excerpt[start:end]:
            yield hit.excerpt[start:end], True
        at = max(at, start, end)
    if hit.excerpt[at:]:
        yield hit.excerpt[at:], False
