"""Show the words between two texts: two revisions of a document, or one document's text and another's."""

from sqlalchemy import Connection

from monitor.answers import DiffView, Segment
from monitor.app import furnishing
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.revising import compared
from monitor.core.changes import TextState
from monitor.core.diffs import diff_words, laid_out
from monitor.core.furniture import NOTHING, article_part
from monitor.errors import NotFoundError
from monitor.model import ChangeKind, Document, Revision
from monitor.store import changes, revisions

# What a reader who asks for no revision by number does not mean.
PASSED_OVER = (ChangeKind.FURNITURE, ChangeKind.REEXTRACTED, ChangeKind.BYLINE, ChangeKind.RETITLED)


async def diff(
    ctx: Context, which: int | str, before: int | None, after: int | None, other: int | str | None
) -> DiffView:
    """Return the words between two revisions, those of the last edit unless told; or from another document to this."""
    if other is not None:
        return await ctx.db.read(_between, ctx, which, before, after, other)
    return await ctx.db.read(_within, ctx, which, before, after)


def _within(conn: Connection, ctx: Context, which: int | str, before: int | None, after: int | None) -> DiffView:
    one = find(conn, which)
    kept = {revision.number: revision for revision in revisions.of_document(conn, one.id)}
    first, last = _last_step(conn, one, kept)
    old, new = _numbered(one, kept, before or first), _numbered(one, kept, after or last)
    a, b = compared(ctx.registry, one, old), compared(ctx.registry, one, new)
    known = furnishing.furnishing(conn, one, a, b)
    asides = frozenset((*a.asides, *b.asides))
    left = [
        *article_part(b.title, b.text, asides, known).left_out,
        *article_part(a.title, a.text, asides, known).left_out,
    ]
    told = tuple(dict.fromkeys((line.line, line.why) for line in left))
    steps = [step for step in changes.of_document(conn, one.id) if step.kind is not ChangeKind.BYLINE]
    why = [step.reason for step in steps if (step.from_revision, step.to_revision) == (old.number, new.number)]
    return DiffView(one, old, new, *_words(a, b), left_out=told, reason=why[-1] if why else None)


def _between(
    conn: Connection, ctx: Context, which: int | str, before: int | None, after: int | None, other: int | str
) -> DiffView:
    one, first = find(conn, which), find(conn, other)
    new, old = _standing(conn, one, after), _standing(conn, first, before)
    a, b = _article(ctx, first, old), _article(ctx, one, new)
    return DiffView(one, old, new, *_words(a, b), other=first)


def _words(a: TextState, b: TextState) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    return diff_words(a.title or "", b.title or ""), diff_words(laid_out(a.text), laid_out(b.text))


def _article(ctx: Context, one: Document, revision: Revision) -> TextState:
    """Return a text without what its page marks as no part of the article: outlets have different furniture."""
    state = compared(ctx.registry, one, revision)
    part = article_part(state.title, state.text, frozenset(state.asides), NOTHING)
    return TextState(part.title, part.text)


def _standing(conn: Connection, one: Document, number: int | None) -> Revision:
    """Return a revision by number, or the current one."""
    kept = {revision.number: revision for revision in revisions.of_document(conn, one.id)}
    current = [revision for revision in kept.values() if revision.id == one.revision_id]
    if number is None and current:
        return current[0]
    if not kept:
        raise NotFoundError(f"document {one.id} was never read", hint=f"monitor check --document {one.id}")
    return _numbered(one, kept, number or max(kept))


def _last_step(conn: Connection, one: Document, kept: dict[int, Revision]) -> tuple[int, int]:
    if len(kept) < 2:
        raise NotFoundError(
            f"document {one.id} has {len(kept) or 'no'} revision{'' if len(kept) == 1 else 's'}; a diff needs two",
            hint="`monitor documents --changed 30d` lists what has changed",
        )
    steps = [
        step
        for step in changes.of_document(conn, one.id)
        if step.from_revision and step.to_revision and step.kind not in PASSED_OVER
    ]
    if steps:
        return steps[-1].from_revision or 1, steps[-1].to_revision or 1
    return max(kept) - 1, max(kept)


def _numbered(one: Document, kept: dict[int, Revision], number: int) -> Revision:
    if number not in kept:
        raise NotFoundError(
            f"document {one.id} has no revision {number}",
            hint=f"it has {min(kept)} to {max(kept)}: `monitor show {one.id}`",
        )
    return kept[number]
