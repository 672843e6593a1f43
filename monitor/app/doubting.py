"""Doubt a text that may be only what was left of the one before, until it lasts."""

from sqlalchemy import Connection

from monitor.app.cases import Case
from monitor.app.context import Context
from monitor.core import changes as comparing
from monitor.core.doubts import doubt
from monitor.core.typography import normalise
from monitor.core.words import count_words
from monitor.interfaces import Extraction
from monitor.model import Origin, Quality
from monitor.store import documents

DOUBTED = (Quality.COLLAPSED, Quality.TRUNCATED)  # believed once they last
PATIENCE = 3  # times what a removal needs, for a doubted text that is never twice the same
SHORT_LINE = 10  # words


def believed(conn: Connection, ctx: Context, case: Case) -> tuple[Quality, str | None]:
    """Return the quality of a text and why: one that breaks off or is far shorter than before is doubted till it lasts.

    What is offered for money is no doubt: however long it stands, it is not the article.
    """
    quality, why = _doubted(case)
    if quality not in DOUBTED:
        if case.document.doubts and quality is Quality.COMPLETE:
            documents.set_fields(conn, case.document.id, doubts=0, doubted_since=None, doubted_text=None)
        return quality, why
    return (Quality.COMPLETE, None) if _lasted(conn, ctx, case) else (quality, why)


def _lasted(conn: Connection, ctx: Context, case: Case) -> bool:
    """Count a doubt; say whether the same text has stood for long enough, or no other for far longer.

    A page breaks off at another place each time, but what an outlet cut stays cut. The headline may be under test
    meanwhile. Furniture that nobody knows may make another text of it at every check: then time alone decides.
    """
    one, recheck = case.document, ctx.settings.recheck
    text = comparing.fingerprint(None, _told(case.found))
    same = one.doubted_text == text
    since = one.doubted_since if one.doubts and one.doubted_since else case.at
    doubts = one.doubts + 1
    stood = (case.at - since).total_seconds()
    enough = doubts >= recheck.removal_checks and stood >= recheck.removal_span
    if enough and (same or (doubts >= PATIENCE * recheck.removal_checks and stood >= PATIENCE * recheck.removal_span)):
        documents.set_fields(conn, one.id, doubts=0, doubted_since=None, doubted_text=None)
        return True
    documents.set_fields(conn, one.id, doubts=doubts, doubted_since=since, doubted_text=text)
    return False


def _told(found: Extraction) -> str:
    """Return the lines of a text that tell something: no asides, and no short line, which may be furniture."""
    lines = [line for line in found.text.split("\n") if line not in found.asides]
    return "\n".join([line for line in lines if count_words(line) > SHORT_LINE] or lines)


def _doubted(case: Case) -> tuple[Quality, str | None]:
    found, current = case.found, case.current
    if found.quality is not Quality.COMPLETE or current is None or current.origin is Origin.CORPUS:
        return found.quality, found.quality_reason
    asides = (*current.asides, *found.asides)
    same = normalise(current.title or "") == normalise(found.title or "") != ""
    doubted = doubt(current.text, found.text, asides=asides, ended=found.ended, same_headline=same)
    return doubted or (found.quality, found.quality_reason)
