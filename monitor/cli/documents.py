"""`documents`: the list of what is kept."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import DocumentFilter
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
from monitor.cli.layout import Cell, Column
from monitor.cli.session import session_of
from monitor.cli.text import plural
from monitor.cli.times import published
from monitor.model import Document, DocumentState, Order

if TYPE_CHECKING:
    from monitor import Archive

COLUMNS = (
    Column("id", right=True, style="bold"),
    Column("published"),
    Column("state"),
    Column("rev", right=True),
    Column("lang", at_most=7),
    Column("outlet", at_most=18),
    Column("title", flexible=True),
    Column("url", flexible=True, wide=150),
)
EMPTY = "no documents; `monitor import-corpus DIR` or `monitor add-source URL` begins an archive"
STYLES = {DocumentState.GONE: "bold red", DocumentState.BLOCKED: "yellow", DocumentState.MOVED: "yellow"}


def documents(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="As for `search`.", show_default=False)
    ] = None,
    outlet: OutletOption = None,
    cites: CitesOption = None,
    source: SourceOption = None,
    lang: LangOption = None,
    origin: OriginOption = None,
    state: StateOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    changed: ChangedOption = None,
    at_most: int = limit(50),
    json: Json = False,
) -> None:
    """List documents, newest first.

    Pages heard of but not read yet are listed with --state pending. A query narrows the list as it does a search.

    Example: monitor documents outlet:granma.cu kind:removed --since 7d
    """
    session = session_of(ctx, as_json=json)
    which = DocumentFilter(origin=origin, state=state, limit=at_most)

    asked = {"outlet": outlet, "cites": cites, "source": source, "lang": lang}
    asked |= {"since": since, "until": until, "changed": changed}

    async def work(archive: "Archive") -> tuple[Document, ...]:
        full = await chosen(archive, which, **asked)
        if not query:
            return await archive.documents(full)
        page = await archive.search(" ".join(query), full, order=Order.NEWEST)
        return tuple(hit.document for hit in page.items)

    found = session.ask(work)
    if json:
        return session.screen.json(found)
    session.screen.table(COLUMNS, map(document_row, found))
    if not found:
        narrowed = any((query, origin, state, *asked.values()))
        session.screen.note("no document fits" if narrowed else EMPTY)
    elif len(found) == at_most:
        session.screen.note(f"the newest {plural(at_most, 'document')}; more with --limit")
    if found:
        changed_one = next((one for one in found if one.revision_count > 1), None)
        diff = [f"diff {changed_one.id}"] if changed_one else []
        session.screen.hint(f"show {found[0].id}", *diff)
    return None


def published_or_seen(one: Document) -> str:
    """Return when a document was published, or the day it was first seen, told as such."""
    return published(one.published_at) if one.published_at else f"seen {one.first_seen_at:%Y-%m-%d}"


def document_row(one: Document) -> tuple[object, ...]:
    """Return a document as a row of COLUMNS."""
    return (
        one.id,
        Cell(published_or_seen(one), "" if one.published_at else "dim"),
        Cell(one.state, STYLES.get(one.state, "")),
        one.revision_count,
        one.language,
        one.outlet or one.host,
        one.title or one.url or "(no title)",
        one.url,
    )
