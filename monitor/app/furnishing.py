"""Learn an outlet's furniture from its texts, and judge by what is known of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.revising import compared
from monitor.core import changes as comparing
from monitor.core.changes import Difference, TextState
from monitor.core.furniture import NOTHING, Furnishing, article_part, differing, title_rests
from monitor.core.furniture_lessons import (
    EVERY,
    POLICY,
    Counted,
    Evidence,
    Lesson,
    learned,
    of_first,
    of_headline,
    of_later,
)
from monitor.core.label_lines import had_key, headline_keys, keys_of, line_key, title_key
from monitor.core.urls import site_of
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Document, Furniture, FurniturePart, Origin
from monitor.store import changes, furniture, revisions

EARLIER = 10  # texts of a document that are looked at, so that it counts once for each line
JUDGED_AGAIN = timedelta(days=30)
LOOKED_AT = 10  # changes are looked at for each that may be rewritten
CLAIMS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT)


def furnishing(conn: Connection, document: Document, before: TextState, after: TextState) -> Furnishing:
    """Return what is known of the outlet's furniture as far as it can stand between these two texts.

    Only what differs is looked up: a line that both have tells of no change, learned or not.
    """
    site = _site(document)
    if site is None:
        return NOTHING
    lines = differing(before.text, after.text)
    headlines = _headlines(conn, site, document, lines, (before.title, after.title))
    found = furniture.known(conn, site, [*_keys(lines), *_title_keys(before.title, after.title)])
    return Furnishing(
        lines=frozenset(key for part, key, _ in found if part is FurniturePart.LINE),
        titles=frozenset(key for part, key, _ in found if part is FurniturePart.TITLE),
        headlines=headlines,
        reasons=tuple((key, reason) for _, key, reason in found if reason),
    )


def _headlines(
    conn: Connection, site: str, document: Document, lines: Sequence[str], own: Iterable[str | None]
) -> frozenset[str]:
    """Return the headlines of other articles among the lines; what is a headline of this one is its own."""
    wanted = {key for line in lines for key in headline_keys(line)} - {title_key(title) for title in own}
    had = {had_key(key): key for key in sorted(wanted)}
    former = furniture.elsewhere(conn, site, had, document.id)
    return furniture.headlines(conn, site, had.values(), document.id) | {had[key] for key in former}


def _keys(lines: Sequence[str]) -> list[str]:
    return [key for line in lines if line.strip() for key in keys_of(line)]


def _title_keys(before: str | None, after: str | None) -> list[str]:
    return [] if before == after else [*title_rests(before), *title_rests(after)]


def note(conn: Connection, document: Document, before: str | None, found: Extraction, now: datetime) -> bool:
    """Count what a new revision's text says of its outlet's furniture; say whether something was learned by it.

    `before` is the text that stood, None where there was none. To be called with each new revision, once it is stored.
    """
    site = _site(document)
    if site is None:
        return False
    lessons = (*_lessons(conn, site, document, before, found), *of_headline(_own_title(conn, site, found.title)))
    return _learn(conn, site, lessons, document.id, now)


def _own_title(conn: Connection, site: str, title: str | None) -> str | None:
    """Return a headline without what the outlet is known to add."""
    found = furniture.known(conn, site, title_rests(title))
    titles = frozenset(key for part, key, _ in found if part is FurniturePart.TITLE)
    return article_part(title, "", frozenset(), Furnishing(titles=titles)).title


def _lessons(
    conn: Connection, site: str, document: Document, before: str | None, found: Extraction
) -> tuple[Lesson, ...]:
    texts = [one for one in revisions.newest(conn, document.id, EARLIER) if one.text != found.text]
    live = {one.text for one in texts if one.origin is Origin.WEB}
    if before not in live:  # nothing stood, or a saved text, around which there never was a page
        return _of_first(conn, site, document, found)
    return of_later(found.title, before, found.text, sorted(live - {before}))


def _of_first(conn: Connection, site: str, document: Document, found: Extraction) -> tuple[Lesson, ...]:
    """Return the lessons of a first text; a second page of one article repeats its content, and teaches nothing."""
    own = title_key(found.title)
    if own and furniture.headlines(conn, site, [own], document.id):
        return ()
    return of_first(found.title, found.text, found.title_rest)


def _learn(conn: Connection, site: str, lessons: Sequence[Lesson], document_id: int, now: datetime) -> bool:
    rows = [(lesson.part, lesson.key, lesson.sample) for lesson in lessons]
    told = {(lesson.part, lesson.key): lesson for lesson in lessons}
    new = False
    for one in furniture.count(conn, site, rows, document_id, now, POLICY.least):
        lesson = told.get((one.part, one.key))
        reason = learned(lesson, _counted(conn, site, lesson, one), site) if lesson else None
        if reason:
            furniture.learn(conn, one, reason, now)
            new = True
    return new


def _counted(conn: Connection, site: str, lesson: Lesson, one: Furniture) -> Counted:
    if lesson.evidence is not Evidence.RUNS:
        return Counted(one.documents, one.documents, one.documents)
    many = {row.key: row.documents for row in furniture.counted(conn, site, [line_key(lesson.sample), EVERY])}
    return Counted(one.documents, many.get(line_key(lesson.sample), 0), many.get(EVERY, 0))


def judge_anew(conn: Connection, ctx: Context, site: str, now: datetime, limit: int) -> int:
    """Judge a site's changes of the last 30 days again by what was learned since; return how many are seen otherwise.

    The newest come first, and no more than `limit` are rewritten: call it again while it returns as many. Only changes
    are compared in which a line stands that was learned since they were judged, and no more than ten times the limit
    are looked at, so that a write of an outlet with many changes is short.
    """
    known = furniture.learned_keys(conn, site)
    newest = max(known.values(), default=None)
    judged = 0
    for change, document in furniture.claims(conn, site, now - JUDGED_AGAIN, CLAIMS, limit * LOOKED_AT):
        since = change.judged_at or change.at
        if judged == limit or newest is None:
            break
        if newest >= since:
            judged += _judge_by(conn, ctx, change, document, {key for key, at in known.items() if at >= since}, now)
    return judged


def _judge_by(
    conn: Connection, ctx: Context, change: Change, document: Document, known: set[str], now: datetime
) -> bool:
    """Judge a change again if something in it is among the known keys; say whether it is seen otherwise."""
    pair = furniture.texts_of(conn, change)
    if pair is None:
        return False
    before, after = (compared(ctx.registry, document, one) for one in pair)
    lines = differing(before.text, after.text)
    if known.isdisjoint(_keys(lines)) and known.isdisjoint(_title_keys(before.title, after.title)):
        return False
    step = comparing.compare(before, after, furnishing(conn, document, before, after))
    return step is not None and _judge(conn, change, step, now)


def _judge(conn: Connection, change: Change, step: Difference, now: datetime) -> bool:
    """Record how a change is seen now, where that differs; a return to a known text remains one, furniture apart."""
    only_furniture = step.kind is ChangeKind.FURNITURE
    if change.kind is ChangeKind.VARIANT and not only_furniture:
        return False
    values = {
        name: getattr(step, name)
        for name in (
            *("kind", "significance", "reason", "words_added", "words_removed", "words_moved"),
            *("sentences_added", "sentences_removed", "sentences_moved"),
        )
    }
    if all(getattr(change, name) == value for name, value in values.items()):
        return False
    if only_furniture:  # no claim about the article, so that nothing has to stand
        values |= {"standing": None, "stood_s": None}
    changes.set_fields(conn, change.id, judged_at=now, **values)
    return True


def _site(document: Document) -> str | None:
    return site_of(document.url) if document.url else None
