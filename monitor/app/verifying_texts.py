"""Verify texts: each has its own digest, and is what its extractor makes of the bytes behind it."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.keeping import EARLIER, LATER
from monitor.app.reextracting import present_reader
from monitor.app.rereading import Reader, reread
from monitor.app.revising import compared
from monitor.core import changes as comparing
from monitor.core.corpus import CorpusText, read_corpus_file
from monitor.core.extractors import mode_of, same_extractor
from monitor.errors import MonitorError
from monitor.evidence_answers import Fault
from monitor.interfaces import Reading, ReadRequest
from monitor.model import Document, Origin, Revision
from monitor.store import documents
from monitor.store import verifying as store
from monitor.store.verifying import Saved

DIGEST = "text-altered"
DIFFERS = "text-differs"
SAVED = "saved-altered"
TIMES = "text-times"
UNREAD = "text-unread"

_PAGE = 100  # revisions asked for at once
_TOLD = ("feed_title", "title_rest")  # hints that are of the archive's present, and not of the time of the reading

Hints = tuple[tuple[str, str], ...]

log = structlog.get_logger(__name__)


class Reproduced(StrEnum):
    """What came of reading a text again."""

    SAME = "same"
    OTHER = "other"
    OTHER_TITLE = "whose headline reads otherwise by what is known of the outlet now"
    OTHER_READER = "made by another version of the extractor, which is not here to read again"
    NO_BYTES = "whose bytes are not kept"
    FAILED = "that the extractor did not finish reading again"


MADE = (Reproduced.SAME, Reproduced.OTHER, Reproduced.OTHER_TITLE)  # read again, whatever came of it


async def altered(ctx: Context) -> AsyncIterator[tuple[Revision, tuple[Fault, ...]]]:
    """Yield every revision by id, and what is wrong with it beside its own digest and the captures that showed it."""
    after = 0
    while page := await ctx.db.read(store.texts_after, after, _PAGE):
        after = page[-1].id
        times = await ctx.db.read(_times_amiss, page)
        for one in page:
            yield one, tuple(filter(None, (_text_amiss(one), times.get(one.id))))


def _text_amiss(one: Revision) -> Fault | None:
    sha256 = hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).hexdigest()
    if sha256 == one.text_sha256:
        return None
    return fault_of(one, DIGEST, f"its text has the SHA-256 {sha256}, not {one.text_sha256}")


def _times_amiss(conn: Connection, page: Sequence[Revision]) -> dict[int, Fault]:
    """Return the revisions, by id, that were seen when nobody looked. When a text was saved, only its file tells."""
    found = {}
    for one in page:
        times = {"first_seen_at": one.first_seen_at, "last_seen_at": one.last_seen_at}
        odd = [
            f"its {name} is {at:%Y-%m-%d %H:%M:%S}"
            for name, at in times.items()
            if one.origin is Origin.WEB and not store.was_seen(conn, one, at - LATER, at + EARLIER)
        ]
        if odd:
            what = f"{', '.join(odd)}, and no capture or fetch of then shows it"
            found[one.id] = fault_of(one, TIMES, what)
    return found


def fault_of(one: Revision, kind: str, detail: str) -> Fault:
    """Return a fault of a revision."""
    return Fault(kind, f"revision {one.id}", f"{detail} (document {one.document_id})", document_id=one.document_id)


async def reproduced(ctx: Context, one: Revision) -> Fault | Reproduced:
    """Make a text again from what it was made of; return what is wrong, or what came of it.

    Whatever keeps this one text from being made again is told of it, and the others are made all the same.
    """
    try:
        return await _made_again(ctx, one)
    except Exception as error:  # bytes that were altered may break any reader
        log.exception("verify.text_failed", revision=one.id, document=one.document_id)
        return fault_of(one, UNREAD, f"it could not be made again: {type(error).__name__}: {error}")


async def _made_again(ctx: Context, one: Revision) -> Fault | Reproduced:
    document = await ctx.db.read(documents.get, one.document_id)
    assert document is not None  # documents are never deleted
    if one.origin is Origin.CORPUS:
        return await _from_saved(ctx, document, one)
    if not same_extractor(one.extractor, present_reader()):
        return Reproduced.OTHER_READER
    outcomes = Counter([outcome async for outcome in _readings(ctx, document, one)])
    if Reproduced.OTHER in outcomes and outcomes.keys() == {Reproduced.OTHER}:
        return fault_of(one, DIFFERS, f"{one.extractor} makes another text of its bytes")
    best = (Reproduced.SAME, Reproduced.OTHER_TITLE, Reproduced.NO_BYTES, Reproduced.FAILED)
    return next(outcome for outcome in best if outcome in outcomes)


async def _readings(ctx: Context, document: Document, one: Revision) -> AsyncIterator[Reproduced]:
    """Read the bytes with what is known now, then with what may have been known then, until it is the same text."""
    for vary in (_as_now, _in_mode_of(one), _in_mode_of(one, *_TOLD), _without_any):
        found = await reread(ctx, _varied(ctx.extractor.read, vary), document, one)
        if found is None:
            yield Reproduced.NO_BYTES
            return
        if comparing.fingerprint(found.title, found.text) == one.fingerprint:
            yield Reproduced.SAME
            return
        if found.extractor == "none":  # the reader failed
            yield Reproduced.FAILED
        else:
            same_text = comparing.fingerprint(None, found.text) == comparing.fingerprint(None, one.text)
            yield Reproduced.OTHER_TITLE if same_text else Reproduced.OTHER


Vary = Callable[[Hints], Hints]


def _varied(read: Reader, vary: Vary) -> Reader:
    """Return a reader that is given other hints."""

    async def reading(request: ReadRequest) -> Reading:
        return await read(replace(request, hints=vary(request.hints)))

    return reading


def _as_now(hints: Hints) -> Hints:
    return hints


def _without_any(_: Hints) -> Hints:
    return ()


def _in_mode_of(one: Revision, *without: str) -> Vary:
    mode = mode_of(one.extractor)
    own = (("mode", mode),) if mode else ()
    return lambda hints: (*(pair for pair in hints if pair[0] not in ("mode", *without)), *own)


async def _from_saved(ctx: Context, document: Document, one: Revision) -> Fault | Reproduced:
    """Read the saved files of a text again, as the import did; several may have become one."""
    best: Fault | Reproduced = Reproduced.NO_BYTES
    for saved in await ctx.db.read(store.saved_files, one.id):
        data = await ctx.db.read(store.saved_bytes, saved.sha256)
        if data is None or hashlib.sha256(data).hexdigest() != saved.sha256:
            what = "is not kept" if data is None else "does not have its own SHA-256"
            return fault_of(one, SAVED, f"the saved file {saved.path} {what}, {saved.sha256}")
        best = await asyncio.to_thread(_saved_text, ctx, document, one, saved, data)
        if best is Reproduced.SAME:
            break
    return best


def _saved_text(ctx: Context, document: Document, one: Revision, saved: Saved, data: bytes) -> Fault | Reproduced:
    for text in _read_again(ctx, saved, data):
        if text.text == one.text or _is_same(ctx, document, one, text):
            return Reproduced.SAME
        if not same_extractor(text.extractor, one.extractor):
            return Reproduced.OTHER_READER
    return fault_of(one, DIFFERS, f"the saved file {saved.path} holds another text")


def _read_again(ctx: Context, saved: Saved, data: bytes) -> Iterator[CorpusText]:
    try:
        reading = read_corpus_file(Path(saved.path).name, data, max_bytes=len(data), registry=ctx.registry)
    except MonitorError:
        return  # then there is no such text in it
    yield from (text for text in reading.texts if (text.origin_line or 0) == saved.line)


def _is_same(ctx: Context, document: Document, one: Revision, text: CorpusText) -> bool:
    """Say whether a saved text is the revision as texts are compared: of two spellings of one the first is kept."""
    state = compared(ctx.registry, document, replace(one, title=text.title, text=text.text))
    return comparing.fingerprint(state.title, state.text) == one.fingerprint
