"""Files of other archives become captures with their own dates, and their pages history."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, select
from warcio.checker import Checker

from monitor import Archive, Settings, open_archive
from monitor.answers import DocumentFilter, DocumentView
from monitor.edges.warc_files import WarcFile
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import ImportedFile
from monitor.model import Capture, ChangeKind, Document, DocumentState, Origin, Outcome, Quality
from monitor.store import documents, files, hosts
from monitor.store.schema import capture, change, document, evidence_file, fetch, host, revision
from monitor.store.types import noun
from tests.blank import blank_sqlite
from tests.edges import foreign_warcs as foreign

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
AT = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
URL = "https://news.example/2021/03/04/the-bridge-is-coming"
HOUR = timedelta(hours=1)
TABLES = (capture, change, document, evidence_file, fetch, revision)


@pytest.fixture
def settings(tmp_path: Path, read_here: None) -> Settings:
    """An archive of the test's own, that reads pages in this process."""
    return Settings.model_validate({"data_dir": tmp_path / "data", "evidence": {"min_free": "1MB"}})


@pytest.fixture
async def archive(settings: Settings) -> AsyncIterator[Archive]:
    """An empty archive at a noon of 2026."""
    blank_sqlite(settings.data_dir / "archive.db")
    async with open_archive(settings, at=NOW) as opened:
        yield opened


async def take(archive: Archive, folder: Path, name: str, data: bytes, **options: bool) -> ImportedFile:
    """Import one file."""
    (folder / name).write_bytes(data)
    (report,) = await archive.custody.import_warc([folder / name], **options)  # type: ignore[arg-type]
    return report


async def watch(archive: Archive, url: str = URL) -> int:
    """Let the archive know of a document, not read yet; return its number."""

    def add(conn: Connection) -> Document:
        hosts.ensure(conn, "news.example")
        new = Document(0, Origin.WEB, DocumentState.PENDING, NOW, url=url, host="news.example", next_check_at=NOW)
        return documents.add(conn, new)[0]

    return (await archive._ctx.db.write(add)).id


async def captures_of(archive: Archive) -> list[Capture]:
    """Return all captures, by number."""

    def every(conn: Connection) -> list[Capture]:
        return [noun(Capture, row) for row in conn.execute(select(capture).order_by(capture.c.id)).mappings()]

    return await archive._ctx.db.read(every)


async def everything(archive: Archive) -> list[object]:
    """Return every row of what an import may write."""

    def rows(conn: Connection) -> list[object]:
        return [tuple(row) for table in TABLES for row in conn.execute(select(table).order_by(*table.primary_key))]

    return await archive._ctx.db.read(rows)


def headlines(view: DocumentView) -> list[str | None]:
    """Return the headlines of the revisions by number."""
    return [one.title for one in view.revisions]


def series(*titles: str) -> bytes:
    """Return a file that shows one page with these headlines, an hour between them."""
    pages = [foreign.page(URL, AT + number * HOUR, title) for number, title in enumerate(titles)]
    return foreign.gzipped([foreign.warcinfo("other/1"), *pages])


async def test_a_history_begins_before_the_daemon_did(archive: Archive, tmp_path: Path) -> None:
    """The pages of a document that is known here are read, and become its texts at their own times."""
    number = await watch(archive)
    report = await take(archive, tmp_path, "a.warc.gz", series("The bridge is coming", "The bridge is delayed"))
    assert (report.records, report.kept, report.passed_over, report.faults) == (3, 2, 1, ())
    assert (report.documents, report.new_documents, report.revisions, report.earlier) == (1, 0, 2, 0)
    view = await archive.document(number)
    assert headlines(view) == ["The bridge is coming", "The bridge is delayed"]
    assert [one.first_seen_at for one in view.revisions] == [AT, AT + HOUR]
    assert [(one.kind, one.at) for one in view.changes] == [(ChangeKind.HEADLINE, AT + HOUR)]
    assert view.document.first_seen_at == AT
    assert (view.document.state, view.document.next_check_at) == (DocumentState.PENDING, NOW)  # it is read as planned


async def test_what_is_kept_is_told_exactly(archive: Archive, tmp_path: Path) -> None:
    """A capture with the digest, time and address of the record, a fetch that belongs to no plan, the file's origin."""
    number = await watch(archive)
    report = await take(
        archive, tmp_path, "wget.warc.gz", foreign.gzipped(foreign.wget(URL, AT, foreign.html("Bridge")))
    )
    (one,) = await captures_of(archive)
    assert (one.url, one.captured_at, one.status, one.record_type) == (URL, AT, 200, "response")
    assert (one.document_id, one.quality, one.file) == (number, Quality.COMPLETE, report.into)
    assert one.digest.startswith("sha1:")
    raw = await archive._ctx.evidence.read(one.file, one.offset, one.length)
    assert b"WARC-Target-URI: <https://" in raw  # as it was there

    def rows(conn: Connection) -> tuple[object, ...]:
        fetched = conn.execute(select(fetch)).mappings().one()
        kept = files.get(conn, one.file)
        named = conn.execute(select(host.c.next_allowed_at, host.c.failures)).one()
        assert kept is not None
        return fetched["source_id"], fetched["document_id"], fetched["detail"], kept.origin, tuple(named)

    source_id, document_id, detail, origin, politeness = await archive._ctx.db.read(rows)
    assert (source_id, document_id, detail) == (None, None, "imported from wget.warc.gz")
    assert str(origin).startswith("imported from wget.warc.gz (sha256 ")
    assert politeness == (None, 0)


async def test_importing_again_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    """The same file, and the same captures under other record ids: not a row is touched."""
    await watch(archive)
    await take(archive, tmp_path, "a.warc.gz", series("The bridge is coming", "The bridge is delayed"))
    before, folder = await everything(archive), sorted((tmp_path / "data" / "evidence").glob("*.warc*"))
    for name in ("a.warc.gz", "b.warc.gz"):
        data = (tmp_path / "a.warc.gz").read_bytes() if name[0] == "a" else series(
            "The bridge is coming", "The bridge is delayed"
        )  # fmt: skip
        report = await take(archive, tmp_path, name, data)
        assert (report.kept, report.repeated, report.revisions, report.into) == (0, 2, 0, None)
    assert await everything(archive) == before
    assert sorted((tmp_path / "data" / "evidence").glob("*.warc*")) == folder


async def test_the_order_of_imports_does_not_matter(archive: Archive, tmp_path: Path) -> None:
    """What comes in last may be the oldest, or lie between two texts that are known."""
    number = await watch(archive)
    pages = {title: foreign.page(URL, AT + place * HOUR, title) for place, title in enumerate(("One", "Two", "Three"))}
    reports = [
        await take(archive, tmp_path, "a.warc.gz", foreign.gzipped([pages[one]])) for one in ("Three", "One", "Two")
    ]
    assert [one.earlier for one in reports] == [0, 1, 0]
    view = await archive.document(number)
    named = {one.number: one.title for one in view.revisions}
    steps = sorted((one.at, named[one.from_revision or 0], named[one.to_revision or 0]) for one in view.changes)
    assert steps == [(AT + HOUR, "One", "Two"), (AT + 2 * HOUR, "Two", "Three")]
    assert view.document.title == "Three"


async def test_revisits_are_sightings_of_what_they_refer_to(archive: Archive, tmp_path: Path) -> None:
    """Of a record in the same file, and of one that came with another file."""
    number = await watch(archive)
    body = foreign.html("The bridge is coming")
    first = foreign.page(URL, AT, "The bridge is coming")
    await take(archive, tmp_path, "a.warc.gz", foreign.gzipped([first, foreign.revisit(URL, AT + HOUR, AT, body)]))
    report = await take(
        archive, tmp_path, "b.warc.gz", foreign.gzipped([foreign.revisit(URL, AT + 5 * HOUR, AT, body)])
    )
    assert (report.kept, report.documents, report.revisions) == (1, 1, 0)
    (text,) = (await archive.document(number)).revisions
    assert (text.first_seen_at, text.last_seen_at) == (AT, AT + 5 * HOUR)
    response, *revisits = await captures_of(archive)
    assert {one.sha256 for one in revisits} == {response.sha256}
    assert [(one.record_type, one.revision_id, one.status) for one in revisits] == [("revisit", text.id, 200)] * 2


async def test_a_revisit_of_what_is_not_there_is_a_capture_only(archive: Archive, tmp_path: Path) -> None:
    """Nobody can say what it showed."""
    await watch(archive)
    report = await take(archive, tmp_path, "a.warc.gz", foreign.gzipped([foreign.revisit(URL, AT, AT - HOUR, b"gone")]))
    assert (report.kept, report.revisions, report.documents) == (1, 0, 0)


async def test_other_answers_are_captures_only(archive: Archive, tmp_path: Path) -> None:
    """A 404 of others makes nothing gone, and a redirect moves nothing."""
    number = await watch(archive)
    answers = [foreign.answer(b"", status="404 Not Found"), foreign.answer(b"", "Location: /b", status="301 Moved")]
    records = [foreign.response(URL, AT + place * HOUR, block) for place, block in enumerate(answers)]
    report = await take(archive, tmp_path, "a.warc.gz", foreign.gzipped(records))
    assert (report.kept, report.documents) == (2, 0)
    view = await archive.document(number)
    assert (view.document.state, view.changes, view.revisions) == (DocumentState.PENDING, (), ())
    assert {one.document_id for one in await captures_of(archive)} == {number}


async def test_pages_become_documents_when_asked_for(archive: Archive, tmp_path: Path) -> None:
    """Complete ones at an article's address; they were there then, and nobody is sent to look."""
    pages = [
        foreign.page(URL, AT, "The bridge is coming"),
        foreign.page("https://news.example/about", AT, "About us"),
        foreign.page("https://news.example/2021/03/05/nothing-to-see-here", AT, "Empty", "Nothing."),
    ]
    assert (await take(archive, tmp_path, "a.warc.gz", foreign.gzipped(pages))).documents == 0
    report = await take(archive, tmp_path, "a.warc.gz", foreign.gzipped(pages), new_documents=True)
    assert (report.repeated, report.documents, report.new_documents, report.revisions) == (3, 1, 1, 1)
    (made,) = await archive.documents(DocumentFilter())
    assert (made.url, made.state, made.next_check_at, made.first_seen_at) == (URL, DocumentState.LIVE, None, AT)
    assert made.state_reason == "imported; nobody has looked since"


async def test_one_fault_refuses_the_whole_file(archive: Archive, tmp_path: Path) -> None:
    """Nothing of it is stored, unless what is good is asked for."""
    await watch(archive)
    wrong = foreign.page(URL, AT + HOUR, "Odd", WARC_Payload_Digest=foreign.sha1(b"other"))
    data = foreign.gzipped([foreign.page(URL, AT, "The bridge is coming"), wrong])
    before = await everything(archive)
    refused = await take(archive, tmp_path, "a.warc.gz", data)
    assert ([one.kind for one in refused.faults], refused.kept) == (["wrong-payload-digest"], 0)
    assert await everything(archive) == before
    assert not (tmp_path / "data" / "evidence").exists()
    kept = await take(archive, tmp_path, "a.warc.gz", data, keep_good=True)
    assert (kept.kept, kept.revisions, len(kept.faults)) == (1, 1, 1)


async def test_a_dry_run_stores_nothing(archive: Archive, tmp_path: Path) -> None:
    """It tells what would be kept."""
    await watch(archive)
    before = await everything(archive)
    report = await take(archive, tmp_path, "a.warc.gz", series("The bridge is coming"), dry_run=True)
    assert (report.kept, report.documents, report.into) == (1, 1, None)
    assert await everything(archive) == before


async def test_what_was_removed_for_good_stays_out(archive: Archive, tmp_path: Path) -> None:
    """An import is no way back for it, in whatever spelling of its address."""
    number = await watch(archive)
    await archive._ctx.db.write(documents.set_fields, number, state=DocumentState.REDACTED)
    spelling = URL.replace("https://", "http://www.") + "/"
    data = foreign.gzipped([foreign.page(URL, AT), foreign.page(spelling, AT), foreign.page(f"{URL}-2", AT)])
    report = await take(archive, tmp_path, "a.warc.gz", data, new_documents=True)
    assert (report.redacted, report.kept) == (2, 1)
    assert [one.url for one in await captures_of(archive)] == [f"{URL}-2"]


async def test_requests_go_with_their_responses(archive: Archive, tmp_path: Path) -> None:
    """And are left out with them; the file is accounted for to its end."""
    styles = (foreign.wget, foreign.heritrix, foreign.browsertrix)
    for place, style in enumerate(styles):
        records = style(f"{URL}-{place}", AT, foreign.html(f"Bridge {place}"))
        report = await take(archive, tmp_path, "a.warc.gz", foreign.gzipped(records))
        path = tmp_path / "data" / "evidence" / (report.into or "")
        known = await archive._ctx.db.read(files.get, path.name)
        assert known is not None
        assert known.committed_length == path.stat().st_size
        assert [kind for kind in _kinds(path) if kind != "warcinfo"] in (
            ["request", "response"],
            ["response", "request"],
        )
    lone = foreign.record("request", {"WARC-Target-URI": URL, "WARC-Date": foreign.stamp(AT)}, foreign.asked(URL))
    assert (await take(archive, tmp_path, "a.warc.gz", foreign.gzipped([lone]))).passed_over == 1


def _kinds(path: Path) -> list[str]:
    from monitor.edges.warc_reader import records_of

    return [one.kind for one in records_of(path)]


async def test_others_can_check_what_was_imported(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`warcio check` finds every digest right, and `verify` nothing wrong."""
    await watch(archive)
    body = foreign.html("The bridge is coming")
    records = [foreign.page(URL, AT, "The bridge is coming"), foreign.revisit(URL, AT + HOUR, AT, body)]
    data = foreign.wacz({"archive/a.warc.gz": foreign.gzipped(records)})
    report = await take(archive, tmp_path, "a.wacz", data)
    path = tmp_path / "data" / "evidence" / (report.into or "")
    assert Checker(SimpleNamespace(inputs=[str(path)], verbose=True)).process_all() == 0
    assert "failed" not in capsys.readouterr().out
    assert (await archive.custody.verify()).faults == ()


async def test_large_imports_go_into_several_files(settings: Settings, tmp_path: Path) -> None:
    """Each no larger than is set, and each accounted for."""
    small = settings.model_copy(update={"evidence": settings.evidence.model_copy(update={"rotate_size": 1})})
    async with open_archive(small, at=NOW) as archive:
        pages = [foreign.page(f"{URL}-{number}", AT, f"Bridge {number}") for number in range(450)]
        report = await take(archive, tmp_path, "a.warc.gz", foreign.gzipped(pages))
        assert report.kept == 450
        assert len(report.further) == 2
        assert report.into is not None
        assert [one.file for one in await captures_of(archive)][-1] == report.further[-1]


async def test_an_interrupted_import_is_taken_up(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept and not read yet is read when the file is imported again."""
    number = await watch(archive)
    data = series("The bridge is coming")
    with monkeypatch.context() as patch:
        patch.setattr("monitor.app.importing_pages.Reader.read", _fail)
        with pytest.raises(EvidenceError, match="stopped"):
            await take(archive, tmp_path, "a.warc.gz", data)
    assert headlines(await archive.document(number)) == []
    report = await take(archive, tmp_path, "a.warc.gz", data)
    assert (report.kept, report.repeated, report.revisions) == (0, 1, 1)
    assert headlines(await archive.document(number)) == ["The bridge is coming"]


async def _fail(*_: object) -> None:
    raise EvidenceError("stopped")


async def test_a_disk_that_fails_is_told(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what was not safe is in the database."""

    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WarcFile, "append", fail)
    with pytest.raises(EvidenceError, match="No space left"):
        await take(archive, tmp_path, "a.warc.gz", series("The bridge is coming"))
    assert await captures_of(archive) == []


async def test_files_that_are_none_are_told_first(archive: Archive, tmp_path: Path) -> None:
    """Before any other is imported."""
    (tmp_path / "a.warc.gz").write_bytes(series("The bridge is coming"))
    for odd, error in ((tmp_path / "gone.warc.gz", NotFoundError), (tmp_path, UsageError)):
        with pytest.raises(error):
            await archive.custody.import_warc([tmp_path / "a.warc.gz", odd])
    assert await captures_of(archive) == []


async def test_progress_reaches_its_end(archive: Archive, tmp_path: Path) -> None:
    """It never goes back, and ends where it should."""
    await watch(archive)
    told: list[tuple[int, int]] = []
    (tmp_path / "a.warc.gz").write_bytes(series("The bridge is coming", "The bridge is delayed"))
    await archive.custody.import_warc([tmp_path / "a.warc.gz"] * 2, progress=lambda *now: told.append(now))
    done = [now for now, _ in told]
    assert done == sorted(done)
    assert told[-1][0] == told[-1][1] == 6 * (tmp_path / "a.warc.gz").stat().st_size


async def test_a_page_cut_off_is_no_text(archive: Archive, tmp_path: Path) -> None:
    """Half a page would tell of sentences that were taken out."""
    await watch(archive)
    block = foreign.answer(foreign.chunked(foreign.html("The bridge"))[:-200], "Transfer-Encoding: chunked")
    report = await take(archive, tmp_path, "a.warc.gz", foreign.gzipped([foreign.response(URL, AT, block)]))
    assert (report.kept, report.documents) == (1, 0)

    def outcome(conn: Connection) -> object:
        return conn.execute(select(fetch.c.outcome)).scalar_one()

    assert await archive._ctx.db.read(outcome) is Outcome.TRUNCATED
