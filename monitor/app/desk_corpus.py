"""The seed corpus: its texts as a list, and one as it was saved, with what it cites."""

from collections.abc import Sequence

from sqlalchemy import Connection

from monitor.answers import Page
from monitor.app import asking
from monitor.app.addresses import sought
from monitor.app.context import Context
from monitor.core import cursors
from monitor.core.secrets import without_secrets
from monitor.desk_answers import CorpusRow, CorpusText
from monitor.errors import NotFoundError
from monitor.model import Citation, Document, Origin, Revision, Source
from monitor.store import citations, copies, corpus, revisions
from monitor.store import desk_corpus as store
from monitor.store import desk_sources as sources

SOURCES = 100  # watched, of what a text cites


async def rows(ctx: Context, limit: int, after: str | None) -> Page[CorpusRow]:
    """Return a page of the saved texts, by the name of their file."""
    number = cursors.ranked_after(after)[1] if after is not None else None
    return await ctx.db.read(_rows, limit, number)


def _rows(conn: Connection, limit: int, after: int | None) -> Page[CorpusRow]:
    found = store.files(conn, limit + 1, after)
    shown = found[:limit]
    numbers = [document.id for _, document in shown]
    cited, edits = store.cited(conn, numbers), store.edits(conn, numbers)
    none = store.Cited(0, ())
    following = cursors.cursor((0.0, shown[-1][0].id)) if len(found) > limit and shown else None
    return Page(
        tuple(
            CorpusRow(document, file, *cited.get(document.id, none), edits.get(document.id, 0))
            for file, document in shown
        ),
        following,
    )


async def text(ctx: Context, which: int | str) -> CorpusText:
    """Return a saved text with its citations. Raises NotFoundError for what is none."""
    return await ctx.db.read(_text, which)


def _text(conn: Connection, which: int | str) -> CorpusText:
    document = asking.find(conn, which)
    file = next(iter(corpus.of_document(conn, document.id)), None)
    saved = revisions.get(conn, file.revision_id) if file else None
    if file is None or saved is None:
        raise NotFoundError(f"document {document.id} is no saved text", hint="`monitor documents --origin corpus`")
    cited = tuple(one for one in citations.of_document(conn, document.id) if one.revision_id == saved.id)
    place = copies.place_of(conn, document.id)
    return CorpusText(
        document=document,
        file=file,
        saved=saved,
        citations=cited,
        sources=_watched(conn, cited),
        live=_live(conn, document, saved),
        leads=_leads(conn, cited),
        edits=store.edits(conn, [document.id]).get(document.id, 0),
        cluster_id=place.cluster_id if place else None,
    )


def _live(conn: Connection, document: Document, saved: Revision) -> Revision | None:
    """Return the current text of its page, where one was read that is not the saved one."""
    if document.revision_id in (None, saved.id):
        return None
    current = revisions.get(conn, document.revision_id or 0)
    return current if current and current.origin is Origin.WEB else None


def _watched(conn: Connection, cited: Sequence[Citation]) -> tuple[Source, ...]:
    """Return the sources of what is cited, those at a cited address first."""
    at = sources.at_urls(conn, {one.url for one in cited if one.url})
    of = sources.of_outlets(conn, {one.outlet for one in cited if one.outlet})
    found = {one.id: one for one in (*at, *of)}
    return tuple(without_secrets(one) for one in list(found.values())[:SOURCES])


def _leads(conn: Connection, cited: Sequence[Citation]) -> tuple[tuple[int, int], ...]:
    """Return which documents are kept of the pages that are cited, as (citation, document)."""
    known = {url: sought(conn, url) for url in dict.fromkeys(one.url for one in cited if one.url)}
    found = ((one.id, known.get(one.url or "")) for one in cited)
    return tuple((number, document.id) for number, document in found if document is not None)
