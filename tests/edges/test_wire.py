"""Only checked data crosses between a worker and the daemon."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edges import wire
from monitor.interfaces import (
    Candidate,
    Extraction,
    FeedItem,
    PageReading,
    ParsedFeed,
    ReadFailure,
    Reading,
    ReadRequest,
    Task,
)
from monitor.model import Quality, SourceKind

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
maybe = st.none() | words
times = st.none() | st.datetimes(timezones=st.just(UTC))
items = st.builds(FeedItem, key=words, url=words, guid=maybe, title=maybe, raw_date=maybe, published_at=times)
readings = st.one_of(
    st.builds(ReadFailure, kind=words, detail=words),
    st.builds(
        Extraction,
        text=words,
        title=maybe,
        quality=st.sampled_from(Quality),
        extractor=words,
        published_at=times,
        modified_at=times,
    ),
    st.builds(
        ParsedFeed,
        kind=st.sampled_from(SourceKind),
        format=words,
        items=st.lists(items, max_size=3).map(tuple),
        ttl_s=st.none() | st.integers(0, 10**6),
        parts=st.lists(words, max_size=3).map(tuple),
    ),
    st.builds(
        PageReading,
        kind=st.sampled_from(SourceKind),
        reason=words,
        candidates=st.lists(
            st.builds(Candidate, url=words, kind=st.sampled_from(SourceKind), score=st.floats(0, 1), reason=words),
            max_size=2,
        ).map(tuple),
        article_links=st.lists(items, max_size=2).map(tuple),
    ),
)


def split(frame: bytes) -> tuple[bytes, bytes]:
    """The two parts of a frame."""
    of_head, of_body = wire.lengths(frame[: wire.HEAD.size])
    rest = frame[wire.HEAD.size :]
    assert len(rest) == of_head + of_body
    return rest[:of_head], rest[of_head:]


@given(readings)
def test_a_reading_arrives_as_it_was_sent(reading: Reading) -> None:
    """Every field of every kind."""
    head, body = split(wire.pack_reading(reading))
    assert wire.unpack_reading(head) == reading
    assert body == b""


@given(st.binary(max_size=200), words, st.lists(st.tuples(words, words), max_size=3).map(tuple), times)
def test_a_request_arrives_as_it_was_sent(
    body: bytes, url: str, hints: tuple[tuple[str, str], ...], now: datetime | None
) -> None:
    """The body byte for byte."""
    request = ReadRequest(Task.ARTICLE, url, body, "text/html", now, hints)
    assert wire.unpack_request(*split(wire.pack_request(request))) == request


def test_zero_characters_do_not_cross() -> None:
    """PostgreSQL refuses them: replaced by an honest worker, refused from any other."""
    sent = Extraction("a\0b", None, Quality.COMPLETE, "x")
    found = wire.unpack_reading(split(wire.pack_reading(sent))[0])
    assert isinstance(found, Extraction)
    assert found.text == "a\ufffdb"
    with pytest.raises(wire.WireError):
        wire.unpack_reading(b'{"is": "ReadFailure", "kind": "\\u0000", "detail": ""}')


def test_a_reading_too_long_for_the_parent_is_a_failure() -> None:
    """Taking it apart would hold up everything else."""
    sent = Extraction("x" * (wire.LONGEST_ANSWER + 1), None, Quality.COMPLETE, "x")
    frame = wire.pack_reading(sent)
    found = wire.unpack_reading(split(frame)[0])
    assert isinstance(found, ReadFailure)
    assert found.kind == "error"
    with pytest.raises(wire.WireError):
        wire.lengths(wire.HEAD.pack(wire.LONGEST_ANSWER, 0), wire.LONGEST_ANSWER)
    assert wire.lengths(wire.HEAD.pack(wire.LONGEST_ANSWER, 0)) == (wire.LONGEST_ANSWER, 0)


def test_times_arrive_in_utc() -> None:
    """The archive knows one zone."""
    local = NOON.astimezone(timezone(timedelta(hours=7)))
    sent = Extraction("t", None, Quality.COMPLETE, "x", published_at=local)
    found = wire.unpack_reading(split(wire.pack_reading(sent))[0])
    assert isinstance(found, Extraction)
    assert found.published_at == NOON
    assert found.published_at.utcoffset() == timedelta(0)


def test_lone_surrogates_do_not_cross() -> None:
    """No database takes them: replaced by an honest worker, refused from any other."""
    sent = Extraction("a\ud800b", None, Quality.COMPLETE, "x")
    found = wire.unpack_reading(split(wire.pack_reading(sent))[0])
    assert isinstance(found, Extraction)
    assert found.text == "a?b"
    with pytest.raises(wire.WireError):
        wire.unpack_reading(b'{"is": "ReadFailure", "kind": "\\ud800", "detail": ""}')


GOOD: dict[str, Any] = {"is": "Extraction", "text": "t", "title": None, "quality": "complete", "extractor": "x"}


@pytest.mark.parametrize(
    "change",
    [
        {"is": "Source"},
        {"is": None},
        {"is": ["Extraction"]},
        {"text": 5},
        {"text": None},
        {"text": ["t"]},
        {"quality": "perfect"},
        {"quality": 1},
        {"published_at": "yesterday"},
        {"published_at": "2026-11-05T12:00:00"},
        {"published_at": 0},
        {"surprise": 1},
        {"__class__": "x"},
    ],
)
def test_what_is_not_rightly_typed_is_refused(change: dict[str, Any]) -> None:
    """Wrong kinds, wrong types, unknown names."""
    assert isinstance(wire.unpack_reading(json.dumps(GOOD).encode()), Extraction)
    with pytest.raises(wire.WireError):
        wire.unpack_reading(json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b"cos\nsystem\n(S'true'\ntR.",
        b"[" * 100_000,
        b'{"is": "ReadFailure", "kind": "crash"}',
        b'{"is": "PageReading", "kind": "feed", "reason": "", "candidates": [{"url": "u", "score": NaN}]}',
        b'{"is": "PageReading", "kind": "feed", "reason": "", "candidates": [{"url": "u", "kind": "feed", '
        b'"score": 1e999, "reason": ""}]}',
        b'{"is": "ParsedFeed", "kind": "feed", "format": "x", "ttl_s": 9223372036854775808}',
        b'{"is": "ParsedFeed", "kind": "feed", "format": "x", "items": [5]}',
        b'{"is": "ParsedFeed", "kind": "feed", "format": "x", "items": {}}',
        b'{"is": "ParsedFeed", "kind": "feed", "format": "x", "ttl_s": true}',
    ],
)
def test_garbage_is_refused(head: bytes) -> None:
    """Pickles, nesting without end, numbers that are none, missing fields."""
    with pytest.raises(wire.WireError):
        wire.unpack_reading(head)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_reading_or_refused(head: bytes) -> None:
    """Nothing else is ever raised."""
    try:
        wire.unpack_reading(head)
    except wire.WireError:
        return


def test_an_absurd_length_is_refused_before_it_is_read() -> None:
    """Four gigabytes are no answer."""
    with pytest.raises(wire.WireError):
        wire.lengths(b"\xff" * 8)


def test_a_ready_worker_says_how_it_is_confined() -> None:
    """A tuple of names, and nothing but."""
    assert wire.unpack_ready(split(wire.pack_ready(("rlimits", "x")))[0]) == ("rlimits", "x")
    for head in (b"{}", b'{"ready": "yes"}', b'{"ready": [1]}'):
        with pytest.raises(wire.WireError):
            wire.unpack_ready(head)
