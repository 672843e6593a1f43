"""Learn an outlet's furniture from its texts, and judge by what is known of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.revising import compared
from monitor.core import changes as comparing
from monitor.core.aside_words import announces
from monitor.core.changes import Difference, TextState
from monitor.core.extractors import same_extractor
from monitor.core.furniture import NOTHING, Furnishing, article_part, beside, differing, listed, rewordings, title_rests
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
from monitor.core.label_lines import had_key, headline_keys, keys_of, line_key, run_key, title_key
from monitor.core.restating import RESTATED, Stated, restated
from monitor.core.urls import site_of
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Document, Furniture, FurniturePart, Origin, Revision
from monitor.store import changes, furniture, revisions

EARLIER = 10  # texts of a document that are looked at, so that it counts once for each line
JUDGED_AGAIN = timedelta(days=30)
UNSEEN = timedelta(minutes=10)  # what was learned so long before a change may not have been there for it to see
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
    found = furniture.known(conn, site, [*_keys(lines), *_title_keys(before.title, after.title)])
    known = frozenset(key for part, key, _ in found if part is FurniturePart.LINE)
    headlines = _headlines(conn, site, document, lines, (before.title, after.title))
    if headlines:  # whether they stand in a list is seen from what stands beside them
        around = (*beside(before.text, lines), *beside(after.text, lines))
        known_ones = _headlines(conn, site, document, around, (before.title, after.title))
        headlines = listed(known_ones, before.text, after.text)
    return Furnishing(
        lines=known - _edited(before.text, after.text, known) if known else known,
        titles=frozenset(key for part, key, _ in found if part is FurniturePart.TITLE),
        headlines=headlines,
        reasons=tuple((key, reason) for _, key, reason in found if reason),
    )


def _edited(before: str, after: str, known: frozenset[str]) -> frozenset[str]:
    """Return the keys of lines that were reworded: that they come and go elsewhere makes no furniture of an edit.

    What stands on a large part of the outlet's pages, and counters, may be reworded as they are.
    """
    pairs = rewordings(before, after)
    return frozenset(key for pair in pairs if not all(_stays(line, known) for line in pair) for key in _keys(pair))


def _stays(line: str, known: frozenset[str]) -> bool:
    return line_key(line) in known or run_key(line) in known


def _headlines(
    conn: Connection, site: str, document: Document, lines: Sequence[str], own: Iterable[str | None]
) -> frozenset[str]:
    """Return the headlines of other articles among the lines; what is a headline of this one is its own.

    Behind "Read also:" that one is no part of the article either.
    """
    own_keys = {key for title in own if (key := title_key(title))}
    announced = frozenset(key for line in lines if announces(line) for key in headline_keys(line) if key in own_keys)
    wanted = {key for line in lines for key in headline_keys(line)} - own_keys
    had = {had_key(key): key for key in sorted(wanted)}
    former = furniture.elsewhere(conn, site, had, document.id)
    return announced | furniture.headlines(conn, site, had.values(), document.id) | {had[key] for key in former}


def _keys(lines: Sequence[str]) -> list[str]:
    return [key for line in lines if line.strip() for key in keys_of(line)]


def _title_keys(before: str | None, after: str | None) -> list[str]:
    return [] if before == after else [*title_rests(before), *title_rests(after)]


def note(conn: Connection, document: Document, before: str | None, found: Extraction, now: datetime) -> bool:
    """Count what a new revision's text says of its outlet's furniture; say whether something was learned by it.

    `before` is the text that stood, None where there was none. To be called with each new revision, once it is stored.
    What was learned is owed to the outlet's changes from this transaction on: see `judge_what_is_due`.
    """
    site = _site(document)
    if site is None:
        return False
    stood = _stood(conn, document, before, found)
    lessons = (
        *_lessons(conn, site, document, before, stood, found),
        *of_headline(_own_title(conn, site, found.title)),
    )
    since = max((one.last_seen_at for one in stood if one.text == before), default=None)
    new = _learn(conn, site, lessons, document.id, since, now)
    if new:
        furniture.owe(conn, site)
    return new


def _stood(conn: Connection, document: Document, before: str | None, found: Extraction) -> list[Revision]:
    """Return the newest of the other texts that the document's page had; a saved text never had a page around it."""
    if before is None:
        return []
    newest = revisions.newest(conn, document.id, EARLIER)
    return [one for one in newest if one.text != found.text and one.origin is Origin.WEB]


def _own_title(conn: Connection, site: str, title: str | None) -> str | None:
    """Return a headline without what the outlet is known to add."""
    found = furniture.known(conn, site, title_rests(title))
    titles = frozenset(key for part, key, _ in found if part is FurniturePart.TITLE)
    return article_part(title, "", frozenset(), Furnishing(titles=titles)).title


def _lessons(
    conn: Connection, site: str, document: Document, before: str | None, stood: Sequence[Revision], found: Extraction
) -> tuple[Lesson, ...]:
    live = {one.text for one in stood}
    if before is None or before not in live:
        return _of_first(conn, site, document, found)
    return of_later(found.title, before, found.text, sorted(live - {before}))


def _of_first(conn: Connection, site: str, document: Document, found: Extraction) -> tuple[Lesson, ...]:
    """Return the lessons of a first text; a second page of one article repeats its content, and teaches nothing."""
    own = title_key(found.title)
    if own and furniture.headlines(conn, site, [own], document.id):
        return ()
    return of_first(found.title, found.text, found.title_rest)


def _learn(
    conn: Connection, site: str, lessons: Sequence[Lesson], document_id: int, since: datetime | None, now: datetime
) -> bool:
    """Count lessons, and learn what enough documents tell; `since` is when the text before was seen last."""
    rows = [(lesson.part, lesson.key, lesson.sample) for lesson in lessons]
    told = {(lesson.part, lesson.key): lesson for lesson in lessons}
    counted = furniture.count(conn, site, rows, document_id, now, POLICY.least)
    heard = [(told[one.part, one.key], one) for one in counted if (one.part, one.key) in told]
    many = _documents(conn, site, heard)
    new = False
    for lesson, one in heard:
        standing, of_the_site = many.get(line_key(lesson.sample), 0), many.get(EVERY, 0)
        apart = since is not None and since - one.first_seen_at >= POLICY.apart
        reason = learned(lesson, Counted(one.documents, standing, of_the_site, apart), site)
        if reason:
            furniture.learn(conn, one, reason, now)
            new = True
    return new


def _documents(conn: Connection, site: str, heard: Sequence[tuple[Lesson, Furniture]]) -> dict[str, int]:
    """Return in how many documents labels stand of which it matters, and under EVERY how many the site has."""
    runs = [line_key(one.sample) for one, _ in heard if one.evidence is Evidence.RUNS]
    if not runs and not any(one.evidence is Evidence.STANDS for one, _ in heard):
        return {}
    return {row.key: row.documents for row in furniture.counted(conn, site, [*runs, EVERY])}


def judge_what_is_due(conn: Connection, ctx: Context, site: str, now: datetime, limit: int) -> int:
    """Judge a site's changes anew if something was learned since they were; return how many are seen otherwise.

    No more than `limit` are rewritten: call it again while it returns as many. What is due is kept in the archive, so
    that a stop loses nothing, and neither does a transaction that learns something while another one judges.
    """
    debt = furniture.owed(conn, site)  # read first: what is learned from here on stays owed
    if not debt:
        return 0
    judged = judge_anew(conn, ctx, site, now, limit)
    if judged < limit:
        furniture.settle(conn, site, debt)
    return judged


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
        since = (change.judged_at or change.at) - UNSEEN
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
    return step is not None and _judge(conn, change, _or_restated(conn, change, step, *pair), now)


def _or_restated(conn: Connection, change: Change, step: Difference, before: Revision, after: Revision) -> Difference:
    """Return the change of byline or date that was hidden by an edit which is none; else the step as it is.

    A revision tells what its page said last: where it was seen again since, that is not what it said then.
    """
    alike = before.origin is after.origin is Origin.WEB and same_extractor(before.extractor, after.extractor)
    if step.kind is not ChangeKind.FURNITURE or not alike or before.last_seen_at > change.at:
        return step
    later = changes.last_of(conn, change.document_id, [ChangeKind.BYLINE])
    if later is not None and later.at > change.at:
        return step
    told = restated(Stated.of(before), Stated.of(after))
    return replace(step, kind=ChangeKind.BYLINE, significance=RESTATED, reason=told) if told else step


def _judge(conn: Connection, change: Change, step: Difference, now: datetime) -> bool:
    """Record how a change is seen now, where that differs; a return to a known text remains one, furniture apart."""
    only_furniture = step.kind not in CLAIMS
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
