"""`copies`: which documents have the same text, who had it first, and what each altered."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import ClusterView, CopyView
from monitor.cli.choices import Json, limit
from monitor.cli.inputs import filled, number_or_text
from monitor.cli.layout import Cell, Column
from monitor.cli.screen import Screen
from monitor.cli.session import Session, session_of
from monitor.cli.text import listed, plural
from monitor.cli.times import moment, published
from monitor.model import Document, Origin

if TYPE_CHECKING:
    from monitor import Archive

COLUMNS = (
    Column("had it since"),
    Column("id", right=True, style="bold"),
    Column("outlet", at_most=24),
    Column("lang", at_most=7),
    Column("words", right=True),
    Column("altered", right=True),
    Column("like"),
    Column("title", flexible=True),
)
CLUSTERS = (
    Column("grew"),
    Column("first", right=True, style="bold"),
    Column("copies", right=True),
    Column("lang", at_most=7),
    Column("outlets", at_most=40),
    Column("title", flexible=True),
)


def copies(
    ctx: typer.Context,
    document: Annotated[
        str | None, typer.Argument(metavar="ID", help="Number or URL; without it, the clusters that grew last.")
    ] = None,
    at_most: int = limit(20),
    json: Json = False,
) -> None:
    """List the copies of a document, the first one first.

    Without an ID the newest clusters of copies. Copies are documents with mostly the same text, altered or cut, also of
    one outlet, and saved texts. A time is the stated one, or when the document was first seen. The words altered are
    against the first document. A copy was found for being like one of the others: in so much of the word sequences that
    either has. docs/copies.md tells more.

    Example: monitor copies 12
    """
    session = session_of(ctx, as_json=json)
    if document is None:
        return _newest(session, at_most)
    which = number_or_text(filled(document, "the document"))

    async def work(archive: "Archive") -> ClusterView | None:
        return await archive.copies(which)

    found = session.ask(work)
    if json:
        return session.screen.json(found)
    if found is None:
        return session.screen.note("no other document has this text")
    return _show(session.screen, found)


def _newest(session: Session, at_most: int) -> None:
    async def work(archive: "Archive") -> tuple[ClusterView, ...]:
        return await archive.clusters(at_most)

    found = session.ask(work)
    if session.json:
        return session.screen.json(found)
    session.screen.table(CLUSTERS, map(cluster_row, found))
    if not found:
        return session.screen.note("no copies")
    if len(found) == at_most:
        session.screen.note(f"the newest {plural(at_most, 'cluster')}; more with --limit")
    return session.screen.hint(f"copies {found[0].copies[0].document.id}")


def _show(screen: Screen, found: ClusterView) -> None:
    screen.table(COLUMNS, (copy_row(one, first=at == 0) for at, one in enumerate(found.copies)))
    first, *others = (one.document.id for one in found.copies)
    if others:
        screen.hint(f"diff {others[0]} --with {first}", f"show {first}")


def copy_row(one: CopyView, *, first: bool) -> tuple[object, ...]:
    """Return a copy as a row of COLUMNS."""
    like = one.copy.like_document_id
    return (
        published(one.had_at) if one.dated else Cell(f"seen {moment(one.had_at)}", "dim"),
        one.document.id,
        _whose(one.document),
        one.document.language,
        one.words,
        "" if first else f"+{one.words_added} -{one.words_removed}",
        "" if like is None else f"{like} ({one.copy.resemblance:.0%})",
        one.document.title or one.document.url or "(no title)",
    )


def cluster_row(found: ClusterView) -> tuple[object, ...]:
    """Return a cluster as a row of CLUSTERS."""
    first = found.copies[0].document
    return (
        moment(max(one.copy.joined_at for one in found.copies)),
        first.id,
        found.size,
        listed(one.document.language for one in found.copies if one.document.language),
        listed(_whose(one.document) for one in found.copies),
        first.title or first.url or "(no title)",
    )


def _whose(document: Document) -> str:
    named = document.outlet or document.host or ""
    return " ".join(filter(None, (named, "(saved)" if document.origin is Origin.CORPUS else "")))
