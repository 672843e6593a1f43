"""What is kept no longer, and what is kept for the sake of something else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.blanking import blanked
from monitor.core.retention import DAY_S, Held, KeptAs, Repeat, RetentionPolicy, due, expires_at, telling
from monitor.core.traces import found_in, traces_of
from monitor.model import Capture, Change, ChangeKind

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
POLICY = RetentionPolicy(robots_s=30 * DAY_S, sources_s=60 * DAY_S, unchanged_s=90 * DAY_S)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def held(days: float, kind: KeptAs = KeptAs.SOURCES, number: int = 1, **more: object) -> Held:
    """Return what was captured so many days ago."""
    values: dict[str, object] = {"digest": f"sha1:{number}", "file": "a.warc.gz", "bytes": 100}
    return Held((number,), kind, days_ago(days), **(values | more))  # type: ignore[arg-type]


def capture(number: int, days: float, **more: object) -> Capture:
    """Return a response captured so many days ago."""
    one = Capture(
        "a.warc.gz", number, 1, f"<{number}>", "response", "http://a.example/1", days_ago(days), "d", "s", number
    )
    return replace(one, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "days", "goes"),
    [
        (KeptAs.ROBOTS, 31, True),
        (KeptAs.ROBOTS, 29, False),
        (KeptAs.SOURCES, 61, True),
        (KeptAs.SOURCES, 31, False),
        (KeptAs.UNCHANGED, 90, True),
        (KeptAs.ARTICLES, 9000, False),
    ],
)
def test_each_kind_has_a_time_of_its_own(kind: KeptAs, days: float, goes: bool) -> None:
    """Kept up to the second it runs out; a kind without a time is kept for ever."""
    assert bool(due([held(days, kind)], (), POLICY, NOW)) is goes


def test_what_was_said_of_a_source_wins() -> None:
    """Longer or shorter, for its documents as well; robots.txt is the host's, not the source's."""
    year = 365 * DAY_S
    assert due([held(61, retain_s=year)], (), POLICY, NOW) == ()
    assert due([held(2, KeptAs.ARTICLES, retain_s=DAY_S)], (), POLICY, NOW) != ()
    assert expires_at(held(0, KeptAs.ROBOTS, retain_s=year), POLICY) == NOW + timedelta(days=30)


def test_a_response_stays_with_the_revisit_that_repeats_it() -> None:
    """Until that goes as well; a revisit of before it repeats another one."""
    response, revisit = held(70, number=1, digest="same"), held(10, number=2, digest=None)
    repeat = Repeat(2, "same", days_ago(10))
    assert due([response, revisit], [repeat], POLICY, NOW) == ()
    assert due([response, revisit], [repeat], POLICY, NOW + timedelta(days=51)) == (response, revisit)
    assert due([response], [replace(repeat, captured_at=days_ago(71))], POLICY, NOW) == (response,)
    assert due([response], [replace(repeat, digest="another")], POLICY, NOW) == (response,)


def test_little_is_left_until_it_is_worth_it() -> None:
    """Of a file nothing goes before a quarter of it is due, or something is a week overdue; asked for, all goes."""
    little = [held(61, number=1), held(62, number=2)]
    assert due(little, (), POLICY, NOW, {"a.warc.gz": 1000}) == ()
    assert len(due(little, (), POLICY, NOW, {"a.warc.gz": 800})) == 2
    assert len(due([*little, held(67.5, number=3)], (), POLICY, NOW, {"a.warc.gz": 1_000_000})) == 3
    assert len(due(little, (), POLICY, NOW)) == 2


def test_a_revisit_that_waits_keeps_its_response() -> None:
    """Though both are due: its file is not worth writing anew yet."""
    response = held(200, number=1, digest="same", file="old")
    revisit = held(61, number=2, digest=None, file="new")
    assert due([response, revisit], [Repeat(2, "same", days_ago(61))], POLICY, NOW, {"old": 100, "new": 10_000}) == ()


@given(
    st.lists(st.tuples(st.sampled_from(KeptAs), st.floats(0, 200), st.sampled_from("abc"), st.booleans()), max_size=30)
)
def test_no_revisit_that_stays_loses_its_response(rows: list[tuple[KeptAs, float, str, bool]]) -> None:
    """Whatever the ages: for each that stays, all earlier responses of its payload do; nothing goes too early."""
    every = [
        held(days, kind, number, digest=digest if response else None)
        for number, (kind, days, digest, response) in enumerate(rows)
    ]
    repeats = [
        Repeat(number, digest, days_ago(days))
        for number, (_, days, digest, response) in enumerate(rows)
        if not response
    ]
    going = {one.capture_ids[0] for one in due(every, repeats, POLICY, NOW)}
    for repeat in repeats:
        if repeat.capture_id not in going:
            before = [one for one in every if one.digest == repeat.digest and one.captured_at <= repeat.captured_at]
            assert going.isdisjoint(one.capture_ids[0] for one in before)
    for one in every:
        at = expires_at(one, POLICY)
        assert one.capture_ids[0] not in going or (at is not None and at <= NOW)


def test_behind_a_text_are_its_first_and_its_last_response() -> None:
    """What repeats it in between brought nothing; a text that only revisits have keeps the first of them."""
    captures = [
        capture(1, 9, revision_id=1),
        capture(2, 8, revision_id=1),
        capture(3, 7, revision_id=1, record_type="revisit"),
        capture(4, 6, revision_id=1),
        capture(5, 5, revision_id=2, record_type="revisit"),
        capture(6, 4),
    ]
    assert telling(captures[::-1], ()) == {1, 4, 5}


def test_the_checks_that_show_a_removal_tell() -> None:
    """All that found nothing in its row, and the first that found it again; not the many after it was known."""
    captures = [
        capture(1, 9, revision_id=1),
        *(capture(number, 9 - number, status=404) for number in (2, 3, 4, 5, 6)),
        capture(7, 1, revision_id=1),
        capture(8, 0.5, revision_id=1),
    ]
    changes = [Change(ChangeKind.REMOVED, days_ago(5) + timedelta(seconds=1)), Change(ChangeKind.RESTORED, days_ago(1))]
    assert telling(captures, changes) == {1, 2, 3, 4, 7, 8}
    assert telling(captures[:-1], changes[:1]) == {1, 2, 3, 4, 7}
    assert telling(captures, [Change(ChangeKind.BODY, days_ago(3))]) == {1, 8}


URL = "https://www.news.example/world/42-ships.html"
TITLE = "The mayor & the ships"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (f"<rss><link>{URL}</link></rss>", True),
        ('<a href="/world/42-ships.html#top">', True),
        ('<a href="/world/42-ships.html5">', False),
        ("<loc>http://news.example/world/42-ships.html/</loc>", True),
        ("<loc>http://news.example/world/42-ships.html-2</loc>", False),
        ('{"url": "https:\\/\\/news.example\\/world\\/42-ships.html"}', True),
        ("go?to=https%3A%2F%2Fnews.example%2Fworld%2F42-ships.html", True),
        ("<title>The  Mayor &amp;amp; the &lt;b&gt;ships&lt;/b&gt;</title>", True),
        ('{"title": "the mayor \\u0026 the ships"}', True),
        ("<title>The mayor, the other ships</title>", False),
    ],
)
def test_a_source_tells_by_address_or_title(body: str, told: bool) -> None:
    """However it is escaped, with or without host; and not by what only begins so."""
    traces = traces_of([URL, "https://news.example/"], [TITLE, "News", None])
    assert (found_in(traces, body.encode(), None) is not None) is told


def test_a_title_in_another_encoding() -> None:
    """As the header or the document says; short titles tell nothing."""
    title = "Портовики объявили забастовку"
    body = f"<p>{title}</p>".encode("cp1251")
    assert found_in(traces_of((), [title]), body, "text/html; charset=windows-1251") is not None
    assert found_in(traces_of((), ["Мир"]), "<p>Мир</p>".encode(), None) is None


@given(st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"))), st.sets(st.integers(0, 8)))
def test_a_line_that_goes_moves_no_other(lines: list[str], gone: set[int]) -> None:
    """In UTF-8 and in UTF-16, where a line feed has two bytes."""
    expected = ["" if number in gone else line for number, line in enumerate(lines, 1)]
    text = "\n".join(lines)
    assert blanked(text.encode(), gone).decode().split("\n") == (expected or [""])
    wide = b"\xff\xfe" + blanked(b"\xff\xfe" + text.encode("utf-16-le"), gone).removeprefix(b"\xff\xfe")
    assert wide.decode("utf-16").split("\n") == (expected or [""])
