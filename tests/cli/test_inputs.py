"""What a person gives, read."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.inputs import filled, number_or_text, parse_since, parse_time, parse_until, read_urls
from monitor.errors import UsageError

NOW = datetime(2026, 11, 16, 14, 5, tzinfo=UTC)
OPML = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="2.0"><head><title>Prensa</title></head><body>
<outline text="Cuba"><outline text="Di\xe1rio" type="rss" xmlUrl="https://a.example/rss?x=1&amp;y=2" htmlUrl="https://a.example/"/>
<outline text="twice" xmlurl=" https://b.example/feed "/><outline xmlUrl="https://b.example/feed"/></outline>
<!-- <outline xmlUrl="https://c.example/"/> --><outline text="a folder" xmlUrl=""/></body></opml>"""


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("1h30m", NOW - timedelta(minutes=90)),
        ("2 Weeks", NOW - timedelta(weeks=2)),
        ("2026-11-16", datetime(2026, 11, 16, tzinfo=UTC)),
        ("2026-11-16 12:30", datetime(2026, 11, 16, 12, 30, tzinfo=UTC)),
        ("2026-11-16T14:05:00+07:00", datetime(2026, 11, 16, 7, 5, tzinfo=UTC)),
        ("2026-11-16T14:05Z", NOW),
    ],
)
def test_since_is_a_duration_or_a_time(text: str, since: datetime) -> None:
    """Durations count back from now; times without a zone are UTC."""
    assert parse_since(text, NOW) == since
    assert parse_since(text, NOW).tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", " ", "2026", "20261116", "yesterday", "-3d", "2026-13-01", "0001-01-01T00:00+14:00", "9999999d"]
)
def test_other_times_are_refused_with_an_example(text: str) -> None:
    """A bare number could be a year or seconds: it is refused like nonsense."""
    with pytest.raises(UsageError) as refused:
        parse_since(text, NOW)
    assert "24h" in (refused.value.hint or "")


@given(st.text())
def test_any_text_is_a_time_or_a_usage_error(text: str) -> None:
    """No input makes anything else happen."""
    for parse in (parse_time, lambda given: parse_since(given, NOW)):
        with suppress(UsageError):
            assert parse(text).tzinfo is UTC


@given(st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-14, 14))
def test_iso_times_come_back(naive: datetime, zone: int) -> None:
    """What isoformat writes is read, in any zone."""
    at = naive.replace(tzinfo=timezone(timedelta(hours=zone)))
    assert parse_time(at.isoformat()) == at


def test_until_a_date_is_until_its_end() -> None:
    """A time and a duration are exact."""
    assert parse_until("2026-11-15", NOW) == datetime(2026, 11, 15, 23, 59, 59, 999_999, tzinfo=UTC)
    assert parse_until("2026-11-15T10:00", NOW) == datetime(2026, 11, 15, 10, tzinfo=UTC)
    assert parse_until("2026-11-15 10:00", NOW) == datetime(2026, 11, 15, 10, tzinfo=UTC)
    assert parse_until("1h", NOW) == NOW - timedelta(hours=1)


def test_nothing_is_never_everything() -> None:
    """An unset variable of a script is a mistake."""
    assert filled(" a ", "it") == "a"
    for empty in ("", " \t"):
        with pytest.raises(UsageError, match="it is empty"):
            filled(empty, "it")
        with pytest.raises(UsageError):
            number_or_text(empty)


def test_documents_are_named_by_number_or_url() -> None:
    """Digits are a number, also with the # people put before it; everything else is text."""
    assert number_or_text("12") == 12
    assert number_or_text(" #12 ") == 12
    assert number_or_text("https://a.example/12") == "https://a.example/12"
    assert number_or_text("²") == "²"
    with pytest.raises(UsageError):
        number_or_text("9" * 30)


def test_url_lists_have_comments() -> None:
    """One URL a line; a # that belongs to a URL is kept, a repeated URL is not."""
    data = "\ufeff# mine\nhttps://a.example/#!/news   # the front page\r\n\n  https://b.example/\nhttps://b.example/\n"
    assert read_urls(data.encode(), "list") == ("https://a.example/#!/news", "https://b.example/")


def test_opml_is_told_by_its_content() -> None:
    """Every outline with an address counts, at any depth, in the encoding declared, each once."""
    assert read_urls(OPML, "feeds.txt") == ("https://a.example/rss?x=1&y=2", "https://b.example/feed")


@pytest.mark.parametrize(
    "data",
    [
        b"<opml><body><outline xmlUrl='https://a.example/?a=1&b=2'/></body></opml>",
        b"<opml><body>",
        b"<!DOCTYPE html><html><body>a page</body></html>",
        b"\xff\xfe\x00",
        b"two words",
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    """Broken OPML is refused and not guessed at: a guess would watch a wrong URL."""
    with pytest.raises(UsageError, match="list"):
        read_urls(data, "list")


def test_opml_cannot_read_files_or_explode(tmp_path: Path) -> None:
    """Entities reach neither files nor memory."""
    secret = tmp_path / "secret"
    secret.write_text("https://secret.example/")
    outline = b"<opml><body><outline xmlUrl='&x;'/><outline>&x;</outline></body></opml>"
    for entity in (f'<!ENTITY x SYSTEM "file://{secret}">', _bomb()):
        try:
            found = read_urls(f"<!DOCTYPE opml [{entity}]>".encode() + outline, "list")
        except UsageError:
            continue
        assert all(len(url) < 1_000 and "secret.example" not in url for url in found)


def _bomb() -> str:
    grown = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 9))
    return f'<!ENTITY x0 "aaaaaaaaaa">{grown}<!ENTITY x "&x8;">'


@given(st.binary())
def test_any_bytes_are_urls_or_a_usage_error(data: bytes) -> None:
    """A list from anyone does no harm."""
    for given_bytes in (data, b"<opml>" + data):
        with suppress(UsageError):
            assert all(url.strip() == url and url for url in read_urls(given_bytes, "list"))
