"""Show the words between two texts: two revisions of a document, or one document's text and another's."""

from sqlalchemy import Connection

from monitor.answers import DiffView, Segment
from monitor.app import furnishing, redacted
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.revising import compared
from monitor.core.changes import TextState
from monitor.core.diffs import diff_words, laid_out
from monitor.core.furniture import NOTHING, Furnishing, article_part
from monitor.errors import NotFoundError
from monitor.model import Change, ChangeKind, Document, Revision
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
    redacted.refuse(one)
    told = changes.of_document(conn, one.id)
    first, last = _last_step(one, told)
    old, new = _numbered(conn, one, before or first), _numbered(conn, one, after or last)
    a, b = compared(ctx.registry, one, old), compared(ctx.registry, one, new)
    left_out = _left_out(a, b, furnishing.furnishing(conn, one, a, b))
    steps = [step for step in told if step.kind is not ChangeKind.BYLINE]
    why = [step.reason for step in steps if (step.from_revision, step.to_revision) == (old.number, new.number)]
    return DiffView(one, old, new, *_words(a, b), left_out=left_out, reason=why[-1] if why else None)


def _left_out(a: TextState, b: TextState, known: Furnishing) -> tuple[tuple[str, str], ...]:
    """Return the lines that are not compared, those of the newer text first, with the reason."""
    asides = frozenset((*a.asides, *b.asides))
    left = (line for state in (b, a) for line in article_part(state.title, state.text, asides, known).left_out)
    return tuple(dict.fromkeys((line.line, line.why) for line in left))


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
    redacted.refuse(one)
    if not one.revision_count:
        raise NotFoundError(f"document {one.id} was never read", hint=f"monitor check --document {one.id}")
    current = revisions.get(conn, one.revision_id) if number is None and one.revision_id else None
    return current or _numbered(conn, one, number or one.revision_count)


def _last_step(one: Document, told: tuple[Change, ...]) -> tuple[int, int]:
    count = one.revision_count
    if count < 2:
        raise NotFoundError(
            f"document {one.id} has {count or 'no'} revision{'' if count == 1 else 's'}; a diff needs two",
            hint="`monitor documents --changed 30d` lists what has changed",
        )
    steps = [step for step in told if step.from_revision and step.to_revision and step.kind not in PASSED_OVER]
    if steps:
        return steps[-1].from_revision or 1, steps[-1].to_revision or 1
    return count - 1, count


def _numbered(conn: Connection, one: Document, number: int) -> Revision:
    found = revisions.numbered(conn, one.id, number)
    if found is None:
        raise NotFoundError(
            f"document {one.id} has no revision {number}",
            hint=f"it has 1 to {one.revision_count}: `monitor show {one.id}`",
        )
    return found
