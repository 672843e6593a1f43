"""Search the archive: read what was typed, find what it means, and show where."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.answers import ChangeView, DocumentFilter, Page, SearchHit
from monitor.app.context import Context
from monitor.core import cursors
from monitor.core.query import Query, read_query
from monitor.core.query_fields import Known, conditions
from monitor.core.snippets import marks, snippet
from monitor.errors import UsageError
from monitor.model import Field, Order
from monitor.store import ranking, search, sources

EXCERPT = 160  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks for: words (None for fields only, or nothing), and which documents."""

    words: Query | None
    which: DocumentFilter


def read(ctx: Context, text: str, which: DocumentFilter | None = None) -> Asked:
    """Return what a query asks for; what `which` demands has to hold as well.

    Raises UsageError, with a hint, for what cannot be understood. That its sources are there is not looked up: see
    `check`.
    """
    typed = read_query(text)
    known = Known(ctx.registry.outlets, ctx.clock.now())
    asked = which or DocumentFilter()
    return Asked(typed.words, replace(asked, conditions=(*asked.conditions, *conditions(typed.fields, known))))


def check(conn: Connection, asked: Asked) -> None:
    """Raise UsageError for a source that a query names and that there is not."""
    named = [one.values for one in asked.which.conditions if one.field is Field.SOURCE]
    for which in (value for values in named for value in values):
        there = sources.get(conn, which) if isinstance(which, int) else sources.by_url(conn, str(which))
        if there is None:
            raise UsageError(f"source: there is no source {which}", hint="`monitor sources` lists them")


async def search_documents(
    ctx: Context, text: str, which: DocumentFilter, order: Order, every_revision: bool, after: str | None
) -> Page[SearchHit]:
    """Return a page of what a query finds, with an excerpt each."""
    asked = read(ctx, text, which)
    if asked.words is None or not asked.words.groups:
        order = Order.OLDEST if order is Order.OLDEST else Order.NEWEST
    place = None if after is None else _place(order, after)
    found = await ctx.db.read(_find, asked, ranking.How(order, every_revision, place))
    hits = tuple(_hit(one, asked.words) for one in found[: which.limit])
    return Page(hits, cursors.cursor(found[which.limit - 1].key) if len(found) > which.limit else None)


def _place(order: Order, after: str) -> cursors.Key:
    return cursors.ranked_after(after) if order is Order.RELEVANCE else cursors.timed_after(after)


def _find(conn: Connection, asked: Asked, how: ranking.How) -> tuple[search.Found, ...]:
    check(conn, asked)
    return search.find(conn, asked.words, replace(asked.which, limit=asked.which.limit + 1), how)


def _hit(one: search.Found, words: Query | None) -> SearchHit:
    query, text = words or Query(()), one.revision
    if text is None:
        return SearchHit(one.document, 0, one.rank, "", (), marks(one.document.title or "", query))
    excerpt, spans = snippet(text.text, query, EXCERPT, text.language)
    return SearchHit(one.document, text.number, one.rank, excerpt, spans, marks(text.title or "", query, text.language))


async def find_changes(
    ctx: Context,
    text: str,
    since: datetime | None,
    until: datetime | None,
    at_least: float,
    all_kinds: bool,
    limit: int,
    after: str | None,
) -> Page[ChangeView]:
    """Return a page of the changes that a query finds, newest first."""
    asked = read(ctx, text, DocumentFilter(limit=limit))
    place = None if after is None else cursors.timed_after(after)

    def changes(conn: Connection) -> tuple[ChangeView, ...]:
        check(conn, asked)
        return search.changes_newest(
            conn,
            asked.words,
            replace(asked.which, limit=limit + 1),
            between=(since, until),
            at_least=at_least,
            all_kinds=all_kinds,
            after=place,
        )

    found = await ctx.db.read(changes)
    more = len(found) > limit
    last = found[limit - 1].change if more else None
    return Page(found[:limit], cursors.cursor((last.at, last.id)) if last else None)
