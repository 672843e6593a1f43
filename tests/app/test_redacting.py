"""A document that is redacted is gone from everywhere, and stays away."""

import gzip
import json
import shlex
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from monitor.app import leases, retaining
from monitor.core.chain import content_sha256
from monitor.errors import MonitorError, NotFoundError, UsageError
from monitor.evidence_answers import ExportFormat, Selection
from monitor.model import DocumentState, RemovalCause, SourceState, Tombstone
from monitor.store import chain, corpus, counters, leaves, redactions
from monitor.store.erasing import UNSCRUBBED
from monitor.store.schema import tombstone
from tests.app.marked import (
    FEED,
    HOP,
    LIST,
    MARKER,
    NEW_TITLE,
    OTHER,
    STORY,
    TITLE,
    TOLD,
    WHY,
    of,
    page,
    publish,
    record,
    told,
    with_marker,
    words,
)
from tests.app.rig import Rig, add, hold, play
from tests.app.website import SENTENCES, Website, redirect, rss
from tests.edges.foreign_warcs import gzipped
from tests.edges.foreign_warcs import page as foreign_page
from tests.newsroom.days import MORNING, at
from tests.store.rows import every

pytest_plugins = ["tests.newsroom.fixtures"]


async def test_nothing_of_it_is_left(site_rig: Rig, website: Website) -> None:
    """Not in the evidence, the database and its log, the search index, the mirror; its neighbours are as they were."""
    await record(site_rig, website)
    data = site_rig.settings.data_dir
    there = with_marker(data)
    assert {"archive.db", "index.jsonl"} <= set(there)
    assert any(name.startswith("in monitor-") for name in there)
    assert any(name.endswith(".txt") for name in there)
    assert "quokkazilla" in words(data / "archive.db")
    async with site_rig.open() as archive:
        before = await of(archive, OTHER)
        report = await archive.custody.redact(STORY, WHY)
        after = await of(archive, OTHER)
        (capture,) = [one for one in after.captures if one.record_type == "response"]
        raw = await archive._ctx.evidence.read(capture.file, capture.offset, capture.length)
        assert (await archive.search(MARKER)).items == ()
    assert with_marker(data) == []
    assert "quokkazilla" not in words(data / "archive.db")
    assert (report.revisions, report.dry_run) == (2, False)
    assert report.notes[0] == f"copies of it stay as they are, and are documents of their own: {after.document.id}"
    assert len(report.notes) == 2
    assert (before.cluster is not None, after.cluster) == (True, None)
    assert {one.what for one in report.removals} == {"document", "source", "text"}
    assert b"The market opens late" in raw
    assert after.revisions == before.revisions
    assert capture.record_sha256 == before.captures[-1].record_sha256
    assert capture.file.endswith("-r1.warc.gz")


async def test_what_is_left_says_when_and_why(site_rig: Rig, website: Website) -> None:
    """State, reason, numbers and times; a tombstone for each capture and text, with the digest of what it was."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        before = await of(archive, STORY)
        await archive.custody.redact(STORY, WHY)
        after = await of(archive, STORY)
        buried = await archive._ctx.db.read(every, Tombstone, tombstone)
        stones = [one for one in buried if one.document_id == before.document.id]
        unsealed = await archive._ctx.db.read(leaves.unsealed)
        (seal, *_) = await archive._ctx.db.read(chain.newest)
    one = after.document
    assert (one.state, one.state_reason, one.state_since) == (DocumentState.REDACTED, WHY, at(16, 9))
    assert (one.title, one.next_check_at, one.revision_id, one.url) == (None, None, None, STORY)
    assert [(each.number, each.text, each.title, each.byline) for each in after.revisions] == [
        (1, "", None, None),
        (2, "", None, None),
    ]
    assert [each.first_seen_at for each in after.revisions] == [each.first_seen_at for each in before.revisions]
    assert [each.reason for each in after.changes] == ["redacted"] * len(before.changes)
    assert all(each.removed_at == at(16, 9) for each in after.captures)
    assert {each.cause for each in stones} == {RemovalCause.REDACTION}
    texts = {each.revision_id: each.digest for each in stones if each.revision_id}
    assert texts == {each.id: content_sha256(each.title, each.text) for each in before.revisions}
    assert {each.digest for each in stones if each.capture_id} == {each.record_sha256 for each in before.captures}
    assert unsealed == ()
    assert seal.number > 1


async def test_the_rehearsal_changes_nothing(site_rig: Rig, website: Website) -> None:
    """It tells the same as the redaction does."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        before = await of(archive, STORY)
        told = await archive.custody.redact(STORY, WHY, dry_run=True)
        assert await of(archive, STORY) == before
        assert told.dry_run
        done = await archive.custody.redact(STORY, WHY)
    assert told.document == before.document
    assert replace(told, dry_run=False, document=None) == done


async def test_who_quotes_its_headline_is_counted(site_rig: Rig, website: Website) -> None:
    """With the command that finds them; their pages are not looked through, and that is said."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        website.pages[OTHER] = page("The market opens late", (*SENTENCES, f"We reported: {NEW_TITLE}."))
        await play(site_rig, archive, at(17, 9))
        (note,) = [one for one in (await archive.custody.redact(STORY, WHY)).notes if "headline" in one]
        command = note[note.index("`") + 1 : note.rindex("`")]
        found = (await archive.search(shlex.split(command)[2], every_revision=True)).items
    assert "1 other document quotes it" in note
    assert "not looked through" in note
    assert [hit.document.url for hit in found] == [OTHER]


async def test_what_lies_about_in_the_evidence_is_looked_through(site_rig: Rig, website: Website) -> None:
    """A copy of what goes goes as well, where nothing else is lost with it; all else that may hold it is named."""
    await record(site_rig, website)
    evidence = site_rig.settings.evidence_dir
    files = sorted(evidence.glob("*.warc.gz"))
    bytes_ = b"".join(file.read_bytes() for file in files)
    foreign = gzipped([foreign_page("https://else.example/a", MORNING, "Something else")])
    (evidence / "copy.warc.gz").write_bytes(bytes_)
    (evidence / "more.warc.gz").write_bytes(bytes_ + foreign)
    (evidence / "torn.warc.gz").write_bytes(foreign[:-9])
    (evidence / "fine.warc.gz").write_bytes(foreign)
    (evidence / "list.txt").write_text("a list")
    async with site_rig.open() as archive:
        notes = (await archive.custody.redact(STORY, WHY)).notes
        said = {note.partition(" ")[0]: note for note in notes}
        assert "went as well" in said["copy.warc.gz"]
        assert "1 that are nowhere else: left alone" in said["more.warc.gz"]
        assert "cannot be read to its end" in said["torn.warc.gz"]
        assert [note for note in notes if "not looked through" in note and note.endswith(": list.txt")]
        assert "fine.warc.gz" not in said
    left = {path.name for path in evidence.iterdir()}
    assert "copy.warc.gz" not in left
    assert {"more.warc.gz", "torn.warc.gz", "fine.warc.gz", "list.txt"} < left
    async with site_rig.open() as archive:
        again = (await archive.custody.redact(STORY, WHY)).notes
    assert [note for note in again if note.startswith("more.warc.gz")]


async def test_sources_that_do_not_tell_of_it_keep_their_captures(site_rig: Rig, website: Website) -> None:
    """Only those captures of the feed go in which it stands, by address, title or summary's article."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        website.pages[FEED] = rss((OTHER, "The market opens late and sells out"))
        await play(site_rig, archive, at(16, 12))
        report = await archive.custody.redact(STORY, WHY)
        (source,) = await archive.sources()
        captures = await archive._ctx.db.read(redactions.captures_of_sources, [source.id])
    assert [one.captured_at for one in captures] == [at(16, 12)]
    assert len([one for one in report.removals if one.what == "source"]) == 3  # one of when the feed was added
    assert [note for note in report.notes if "being written" in note]


async def test_it_is_never_asked_for_again(site_rig: Rig, website: Website) -> None:
    """Whatever tells of it: the feed that goes on listing it, another feed, a link that leads there, an import."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        await archive.custody.redact(STORY, WHY)
        website.asked.clear()
        website.pages[LIST] = told((STORY, TITLE), (HOP, TITLE))
        website.pages[HOP] = redirect(STORY)
        await add(archive, LIST, every_s=3600)
        for hour in (10, 13, 20):
            await play(site_rig, archive, at(16, hour))
        assert STORY not in website.asked
        assert HOP in website.asked
        with pytest.raises(NotFoundError, match=f"was redacted on 2026-11-16: {WHY}"):
            await archive.check_document(STORY)
        with pytest.raises(NotFoundError, match="redacted"):
            await archive.diff(STORY)
        view = await of(archive, STORY)
        hop = await of(archive, HOP)
    assert view.document.state is DocumentState.REDACTED
    assert {entry.title for entry in view.entries} == {None}
    assert (hop.document.state, hop.document.title, hop.revisions) == (DocumentState.REDACTED, None, ())
    async with site_rig.open() as archive:
        await archive.recover()
        await retaining.retain_when_due(archive._ctx)
    assert with_marker(site_rig.settings.data_dir) == []


async def test_a_feed_that_says_the_same_once_more_is_looked_through(site_rig: Rig, website: Website) -> None:
    """Its answer is not read, since nothing in it is new; it is kept all the same, and tells of what was redacted."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        await archive.custody.redact(STORY, WHY)
        website.asked.clear()
        for hour in (13, 20):
            await play(site_rig, archive, at(16, hour))
        assert FEED in website.asked
    async with site_rig.open() as archive:
        await archive.recover()
        await retaining.retain_when_due(archive._ctx)
    assert with_marker(site_rig.settings.data_dir) == []


async def test_a_link_through_another_host_stays_untold(site_rig: Rig, website: Website) -> None:
    """A source told of it by an address that only leads to it, and goes on doing so in new words."""
    publish(website)
    website.pages |= {HOP: redirect(STORY), FEED: rss((HOP, TITLE))}
    async with site_rig.open() as archive:
        await add(archive, FEED, every_s=3600)
        await play(site_rig, archive, MORNING)
        await archive.custody.redact(STORY, WHY)
        website.pages[FEED] = rss((HOP, TITLE), (OTHER, "The market opens late and sells out"))
        await play(site_rig, archive, at(16, 13))
        view = await of(archive, STORY)
    assert [(entry.url, entry.title) for entry in view.entries] == [(HOP, None)]


async def test_a_saved_text_goes_with_its_file(site_rig: Rig, website: Website, tmp_path: Path) -> None:
    """Bytes, name and path, and its file in the mirror; of a file of many texts only its line, by its number."""
    folder = tmp_path / "saved"
    folder.mkdir()
    text = " ".join(TOLD)
    lines = [{"title": TITLE, "text": text}, {"title": "Another", "text": " ".join(SENTENCES).format(number=3)}]
    (folder / f"{MARKER}.txt").write_text(f"{TITLE}\n\n{text}\n", encoding="utf-8")
    (folder / "many.jsonl").write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")
    async with site_rig.open() as archive:
        imported = (await archive.import_corpus(folder)).documents
        await archive.mirror()
        of_line = {(one.path.rpartition("/")[2], one.line): one.document_id for one in imported}
        report = await archive.custody.redact(of_line[f"{MARKER}.txt", 0] or 0, WHY)
        await archive.custody.redact(of_line["many.jsonl", 1] or 0, WHY)
        again = (await archive.import_corpus(folder)).documents
        left = await archive._ctx.db.read(corpus.names)
        kept = await archive._ctx.db.read(corpus.read_bytes, next(iter(left.values())))
        other = await archive.document(of_line["many.jsonl", 2] or 0)
        await archive.mirror(rebuild=True)
    assert with_marker(site_rig.settings.data_dir) == []
    assert {one.status for one in again} == {"known"}
    assert any("not the archive's to remove" in note for note in report.notes)
    assert kept.split(b"\n") == [b"", json.dumps(lines[1]).encode()]
    assert other.revisions[0].text == lines[1]["text"]
    assert [path.read_bytes() for path in (site_rig.settings.mirror_dir / "seed").iterdir()] == [kept]


async def test_what_leads_to_it_from_an_article_is_not_kept(site_rig: Rig, website: Website) -> None:
    """An article that was read before and redirects there now keeps its own texts."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        await archive.custody.redact(STORY, WHY)
        website.pages[OTHER] = redirect(STORY)
        website.asked.clear()
        await play(site_rig, archive, at(17, 9))
        view = await of(archive, OTHER)
    assert (OTHER in website.asked, STORY in website.asked) == (True, False)
    assert len(view.revisions) == 1
    assert view.document.state is DocumentState.LIVE


async def test_a_watched_page_is_watched_no_more(site_rig: Rig, website: Website) -> None:
    """Its source, which bears its title, is removed with it."""
    publish(website)
    async with site_rig.open() as archive:
        await add(archive, STORY, kind="page", every_s=3600)
        await play(site_rig, archive, MORNING)
    async with site_rig.open() as archive:
        await archive.custody.redact(STORY, WHY)
        (source,) = await archive.sources(removed=True)
        website.asked.clear()
        await play(site_rig, archive, at(17, 9))
    assert (source.state, source.title) == (SourceState.REMOVED, None)
    assert website.asked == []
    assert with_marker(site_rig.settings.data_dir) == []


async def test_a_file_in_use_is_cleaned_once_it_is_closed(site_rig: Rig, website: Website) -> None:
    """Until then its captures count as removed, and nobody reads them."""
    publish(website)
    async with site_rig.open() as archive:
        await add(archive, FEED, every_s=3600)
        await play(site_rig, archive, MORNING)
        report = await archive.custody.redact(STORY, WHY)
        assert [note for note in report.notes if "is being written" in note]
        assert all(one.removed_at for one in (await of(archive, STORY)).captures)
    evidence = site_rig.settings.evidence_dir
    assert with_marker(evidence) != []
    async with site_rig.open() as archive:
        from monitor.app import removing as sweeping

        assert len(await sweeping.finish(archive._ctx)) == 1
        assert await sweeping.finish(archive._ctx) == ()
    assert with_marker(site_rig.settings.data_dir) == []


async def test_what_cannot_be_done_is_refused(site_rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reason, no such document, a host that another process is visiting."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        with pytest.raises(UsageError):
            await archive.custody.redact(STORY, "  ")
        with pytest.raises(NotFoundError):
            await archive.custody.redact(999, WHY)
        await hold(archive, "one.example")
        site_rig.at(at(16, 7, 15))
        monkeypatch.setattr(leases, "PAUSE_S", 0.0)
        with pytest.raises(MonitorError, match="another process is visiting"):
            await archive.custody.redact(STORY, WHY)
        assert len((await of(archive, STORY)).revisions[0].text) > 100


async def test_on_postgresql_as_well(site_rig: Rig, website: Website, postgresql_url: str) -> None:
    """No row holds a word of it, and its tables were written anew."""
    site_rig.overrides |= {"database.url": postgresql_url}
    await record(site_rig, website)
    async with site_rig.open() as archive:
        assert len((await archive.search(MARKER)).items) == 1
        await archive.custody.redact(STORY, WHY)
        assert (await archive.search(MARKER)).items == ()
        rows = await archive._ctx.db.read(_every_row)
        assert await archive._ctx.db.read(counters.get, UNSCRUBBED) == 0
    assert not [row for row in rows if MARKER.lower() in row.lower()]
    assert with_marker(site_rig.settings.data_dir) == []


def _every_row(conn: Connection) -> list[str]:
    """Return every row of every table as text."""
    tables = conn.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
    return [str(row) for name in tables for row in conn.execute(text(f'SELECT * FROM "{name}"'))]


async def test_a_database_in_use_is_written_anew_later(site_rig: Rig, website: Website) -> None:
    """Somebody who reads all the while keeps the old pages; that is told, and done by the upkeep."""
    await record(site_rig, website)
    site_rig.overrides |= {"database.patience": "100ms"}
    database = site_rig.settings.data_dir / "archive.db"
    async with site_rig.open() as archive:
        reader = sqlite3.connect(database, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM document").fetchone()
        report = await archive.custody.redact(STORY, WHY)
        assert [note for note in report.notes if "may still lie in the database's files" in note]
        reader.execute("ROLLBACK")
        reader.close()
        await retaining.retain_when_due(archive._ctx)
        assert await archive._ctx.db.read(counters.get, UNSCRUBBED) == 0
        assert with_marker(site_rig.settings.data_dir) == []


async def test_it_is_not_exported(site_rig: Rig, website: Website, tmp_path: Path) -> None:
    """To ask for it is an error that says so; of all that there is, it is left out."""
    await record(site_rig, website)
    everything_else, mine = tmp_path / "all.warc.gz", Selection(documents=(STORY,))
    async with site_rig.open() as archive:
        await archive.custody.redact(STORY, WHY)
        with pytest.raises(NotFoundError, match="redacted"):
            await archive.custody.export(mine, ExportFormat.WARC, tmp_path / "mine.warc.gz")
        await archive.custody.export(Selection(), ExportFormat.WARC, everything_else)
    exported = gzip.decompress(everything_else.read_bytes())
    assert MARKER.encode() not in exported
    assert b"The market opens late" in exported
