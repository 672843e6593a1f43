"""Tell what looks like an edit and is none: a text or headline from before, or the work of another extractor."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.app import furnishing
from monitor.app.cases import Case, state_of
from monitor.app.context import Context
from monitor.app.revising import compared
from monitor.core import changes as comparing
from monitor.core.changes import Difference
from monitor.core.extractors import same_extractor
from monitor.core.typography import normalise
from monitor.model import ChangeKind, Origin, Revision
from monitor.store import revisions

LOOKED_BACK = 20  # revisions, the newest, among which a known article is looked for
LONG_LINE = 200  # characters; furniture has a few words


def same_article(conn: Connection, ctx: Context, case: Case, current: Revision, stored: Revision) -> Revision | None:
    """Return the earlier revision that has this article, with other furniture around it."""
    after = state_of(case.found)
    body = _long_lines(after.text)
    for one in revisions.newest(conn, case.document.id, LOOKED_BACK):
        if one.id in (current.id, stored.id) or one.origin is Origin.CORPUS:
            continue
        if _long_lines(one.text) != body:
            continue
        before = compared(ctx.registry, case.document, one)
        if comparing.same_article(before, after, furnishing.furnishing(conn, case.document, before, after)):
            return one
    return None


def _long_lines(text: str) -> list[str]:
    """Return the lines that are too long for furniture, in order: where they differ, no look at the rest is needed."""
    return [line for line in text.split("\n") if len(line) >= LONG_LINE]


def known_headline(conn: Connection, case: Case, current: Revision, stored: Revision, step: Difference) -> Difference:
    """Call an edit of the headline alone a variant where the document had that headline before: a test of headlines."""
    if step.kind is not ChangeKind.HEADLINE:
        return step
    headline = normalise(case.found.title or "")
    for one in revisions.newest(conn, case.document.id, LOOKED_BACK):
        if (
            one.id not in (current.id, stored.id)
            and one.origin is Origin.WEB
            and normalise(one.title or "") == headline
        ):
            reason = f"back to the headline of revision {one.number}: {step.reason}"
            return replace(step, kind=ChangeKind.VARIANT, reason=reason)
    return step


def as_variant(step: Difference, earlier: Revision) -> Difference:
    """Call a step a return to an earlier text."""
    reason = f"back to the text of revision {earlier.number}: {step.reason}"
    return replace(step, kind=ChangeKind.VARIANT, reason=reason)


def unprovable(case: Case, step: Difference) -> Difference:
    """Call no edit what another extractor may have made of it, where the old bytes are not there to prove it."""
    current = case.current
    assert current is not None
    if current.origin is Origin.CORPUS or same_extractor(current.extractor, case.found.extractor):
        return step
    reason = f"read by another extractor, and no earlier bytes to tell its work from an edit: {step.reason}"
    return replace(step, kind=ChangeKind.REEXTRACTED, significance=0.0, reason=reason)
