"""What `show` tells of a document and of one of its revisions."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any, cast

from monitor.answers import ClusterView, CopyView, DocumentView
from monitor.cli.revisions import about, show_revision, values
from monitor.cli.screen import Screen
from monitor.cli.show import _hint, header, show_view
from monitor.model import Address, Capture, Cluster, Copy, Document, DocumentState, Origin, Quality, Revision

AT = datetime(2026, 11, 16, 14, 5, tzinfo=UTC)
ONE = Document(7, Origin.WEB, DocumentState.LIVE, AT, url="https://a.example/new", outlet="a.example", title="Uno")
REVISION = Revision(7, 1, Origin.WEB, "Uno", "text", "00", "11", AT, AT, id=3, word_count=1)


def view(one: Document = ONE, **more: Any) -> DocumentView:
    return replace(DocumentView(one, (REVISION,), (), (), (), (), (), ()), **more)


def on_top(**more: Any) -> list[str]:
    return list(header(view(**more), AT))


def copies(*documents: Document) -> ClusterView:
    """Return a cluster of documents, the first first."""
    shown = (CopyView(Copy(one.id, 1, AT), one, 1, AT, True, 100, 0, 0) for one in documents)
    return ClusterView(Cluster(AT, 1), tuple(shown), len(documents))


def test_former_addresses_are_told_with_their_end() -> None:
    """The document went with its new address."""
    former = Address("https://a.example/old", 7, AT)
    assert on_top(addresses=(former,))[1:3] == [
        "https://a.example/new",
        "until 2026-11-16 14:05 at https://a.example/old",
    ]


def test_where_a_page_moved_is_told_once() -> None:
    """With the state, where its reason names the address."""
    moved = replace(ONE, state=DocumentState.MOVED, moved_to="https://b.example/")
    for reason in (None, "moved to https://b.example/"):
        told = " ".join(header(view(replace(moved, state_reason=reason)), AT))
        assert told.count("https://b.example/") == 1


def test_copies_are_one_line() -> None:
    """How many others there are, who had it first, and the command that shows them."""
    other = replace(ONE, id=12, outlet="agencia.example", title="El original")
    assert (
        "1 other document with this text, first had by 12 agencia.example (El original): `monitor copies 7`"
        in on_top(cluster=copies(other, ONE))
    )
    assert "had it first; 2 other documents with this text: `monitor copies 7`" in on_top(
        cluster=copies(ONE, other, replace(other, id=13))
    )


def test_what_its_source_dropped_is_told() -> None:
    """A hint of a takedown, before any check has missed the page."""
    told = header(view(replace(ONE, unlisted_at=AT)), AT)
    assert "its source tells of it no more since 2026-11-16 14:05" in list(told)


def test_a_capture_without_a_revision_says_why() -> None:
    """What kind of page it was and what gave it away; a complete one needs no word."""
    good = Capture("a.warc.gz", 0, 9, "<urn:1>", "response", "https://a.example/new", AT, "sha1:A", "00")
    teaser = replace(good, offset=9, quality=Quality.SOFT_404, quality_reason="its title says “not found”")
    out = StringIO()
    show_view(Screen(out, StringIO()), view(captures=(replace(good, quality=Quality.COMPLETE), teaser)), AT)
    head, first, second = out.getvalue().partition("captures\n")[2].splitlines()
    assert head.split()[-1] == "doubt"
    assert first.split()[-1] == "9"
    assert second.endswith("soft 404: its title says “not found”")


def test_a_revision_names_where_each_value_was_read() -> None:
    """Title, byline and dates with their places; the zone is told where the words for the date do not show it."""
    stated = replace(
        REVISION,
        title_source="h1",
        byline="Ana Ruiz",
        byline_source="json-ld",
        published_at=AT,
        published_raw="16/11/2026 17:05",
        published_zone="+03:00",
        published_source="time",
        modified_at=AT,
        modified_raw="2026-11-16T17:05:00+03:00",
        modified_zone="+03:00",
        modified_source="meta",
        section="Cultura",
        canonical_url="https://a.example/new",
    )
    assert list(values(stated)) == [
        ("title", "Uno", None, "h1"),
        ("byline", "Ana Ruiz", None, "json-ld"),
        ("published", "2026-11-16 14:05 UTC", "16/11/2026 17:05 (+03:00)", "time"),
        ("modified", "2026-11-16 14:05 UTC", "2026-11-16T17:05:00+03:00", "meta"),
        ("section", "Cultura", None, None),
        ("canonical", "https://a.example/new", None, None),
    ]
    out = StringIO()
    show_revision(Screen(out, StringIO()), view(), stated)
    assert "    byline     Ana Ruiz                                          json-ld" in out.getvalue().splitlines()


def test_a_date_without_a_time_has_no_zone() -> None:
    """Midnight UTC stands for the day alone."""
    day = replace(REVISION, published_at=AT.replace(hour=0, minute=0), published_raw="16 noviembre 2026")
    assert list(values(day)) == [("published", "2026-11-16", "16 noviembre 2026", None)]


def test_another_reading_and_what_is_beside_the_article_are_told() -> None:
    """Which bytes it is a reading of, and the lines that the page marks as no part of the article."""
    again = replace(REVISION, reextracts=1, asides=("Read also: Dos", "12 comments"))
    told = list(about(view(), again))
    assert told[-2] == "another reading of the bytes of revision 1"
    assert told[-1].endswith("2 lines, “Read also: Dos”, “12 comments”")
    assert list(values(REVISION)) == []


def test_a_capture_that_was_removed_has_no_place() -> None:
    """It says since when; what is kept says where."""
    kept = Capture("a.warc.gz", 10, 99, "<urn:uuid:1>", "response", "https://a.example/new", AT, "sha1:A", "00", id=1)
    gone = replace(kept, file="b.warc.gz", id=2, removed_at=AT)
    out = StringIO()
    show_view(Screen(out, StringIO()), view(captures=(kept, gone)), AT)
    assert "a.warc.gz" in out.getvalue()
    assert "b.warc.gz" not in out.getvalue()
    assert "removed 2026-11-16 14:05" in out.getvalue()


class _Hints:
    """A screen that remembers what was hinted at."""

    def __init__(self) -> None:
        self.told: tuple[str, ...] = ()

    def hint(self, *commands: str) -> None:
        self.told = commands


def hints(one: DocumentView) -> tuple[str, ...]:
    screen = _Hints()
    _hint(cast(Screen, screen), one, text=False)
    return screen.told


def test_nothing_is_offered_that_would_fail() -> None:
    """No text of a page never read; nothing at all of a document that was redacted."""
    assert hints(view()) == ("show 7 --text", "check --document 7")
    assert hints(view(revisions=())) == ("check --document 7",)
    two = (REVISION, replace(REVISION, number=2))
    assert hints(view(revisions=two))[0] == "diff 7"
    assert hints(view(replace(ONE, state=DocumentState.REDACTED), revisions=two)) == ()
