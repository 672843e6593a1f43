"""Difficult responses, archived, and judged by the tools of the field: accepted, indexed alike, replayed exactly."""

import asyncio
import gzip
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from monitor import Archive, Settings, open_archive
from monitor.app import keeping
from monitor.app.keeping import NEWS, Worth
from monitor.core.surt import surt
from monitor.edges.clock import drive
from monitor.edges.warc_reader import RawRecord, records_of
from monitor.evidence_answers import ExportFormat, ExportReport, Selection
from monitor.interfaces import Admit, Fetcher, FetchRequest, FetchResult
from monitor.model import Capture, EvidencePolicy
from monitor.store import captures, selecting
from tests.app.rig import ReadHere
from tests.app.website import feed
from tests.edges import judges
from tests.edges.difficult import CAP, ETAG, HOST, HTML, PAGE, URLS, VALIDATED, DifficultSite, Reply, difficult_site
from tests.edges.judges import Pywb, Replayed
from tests.edges.loopback import whole

START = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
RESTLESS = "http://hard.example/restless"
CONTACT = "https://desk.example/"
RSS = "Content-Type: application/rss+xml"
NAMES = {ExportFormat.WARC: "all.warc.gz", ExportFormat.WACZ: "all.wacz", ExportFormat.CDXJ: "all.cdxj"}
UTF8_HEADED = "http://hard.example/arabic"


@dataclass
class Judged:
    """An archive of difficult responses, closed: its files, its captures, and what came over the wire for each."""

    folder: Path
    captures: tuple[Capture, ...] = ()
    heard: dict[tuple[str, datetime], Replayed] = field(default_factory=dict)  # by URL and time
    reports: dict[ExportFormat, ExportReport] = field(default_factory=dict)

    @property
    def files(self) -> list[Path]:
        """Return the evidence."""
        return sorted((self.folder / "data" / "evidence").glob("*.warc*"))

    def exported(self, form: ExportFormat) -> Path:
        """Return what was exported of all of it."""
        return Path(self.reports[form].path)

    @property
    def warcs(self) -> list[Path]:
        """Return every WARC file: the evidence, and its export."""
        return [*self.files, self.exported(ExportFormat.WARC)]

    @cached_property
    def originals(self) -> dict[str, Capture]:
        """Return what revisits refer to, by their ids."""
        by_id = {one.record_id: one for one in self.captures}
        records = (record for file in self.files for record in records_of(file) if record.kind == "revisit")
        return {one.header("WARC-Record-ID") or "": by_id[one.header("WARC-Refers-To") or ""] for one in records}

    def replay(self, one: Capture) -> Replayed:
        """Return what a capture has to replay as: a 304 as what it confirms, another reading with those bytes."""
        own, original = self.heard[one.url, one.captured_at], self.originals.get(one.record_id)
        if original is None:
            return own
        before = self.heard[original.url, original.captured_at]
        return before if one.status == 304 else replace(own, body=before.body)


class Listening:
    """The real fetcher, with a note of all that it received."""

    def __init__(self, fetcher: Fetcher, judged: Judged) -> None:
        self._fetcher = fetcher
        self._judged = judged

    async def fetch(self, request: FetchRequest, admit: Admit | None = None) -> FetchResult:
        """Return what came of the request."""
        result = await self._fetcher.fetch(request, admit)
        for hop in result.hops:
            self._judged.heard[hop.url, hop.started_at] = Replayed(hop.status_line, hop.headers, hop.raw_body)
        return result

    async def close(self) -> None:
        """Release connections."""
        await self._fetcher.close()


class Recorder:
    """Fetch, keep and record as a visit does, at a minute of its own each time."""

    def __init__(self, archive: Archive, clock: Path) -> None:
        self._ctx = archive._ctx
        self._clock = clock
        self.at = START

    async def fetch(self, url: str, worth: Worth = NEWS, etag: str | None = None) -> Capture:
        """Archive what a URL answers, all of it unless it is of no worth."""
        self.at += timedelta(minutes=1)
        drive(self._clock, self.at)
        result = await self._ctx.fetcher.fetch(FetchRequest(url, etag=etag))
        policy = EvidencePolicy.ALL if worth.news else EvidencePolicy.CHANGES
        kept = await keeping.keep(self._ctx, result, policy, worth)
        await self._ctx.db.write(keeping.record, keeping.fetch_row(result), kept)
        return kept[-1]

    async def as_before(self, url: str) -> Worth:
        """Say of what a URL answers next that it reads as its newest response did."""
        return Worth(news=False, reads_as=(await self._ctx.db.read(captures.newest, url)).response)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The archive, made once."""
    made = Judged(tmp_path_factory.mktemp("judged"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        asyncio.run(_archive(made))
    return made


async def _archive(judged: Judged) -> None:
    clock = judged.folder / "clock"
    drive(clock, START)
    async with difficult_site() as site:
        settings = _settings(judged.folder, clock, site)
        async with open_archive(settings) as archive:
            ctx = archive._ctx
            vars(ctx)["fetcher"] = Listening(ctx.fetcher, judged)
            recorder = Recorder(archive, clock)
            await _fetch_all(recorder, site)
            await _watch_all(archive, clock, recorder.at, site)
        async with open_archive(settings) as archive:  # the files before are closed
            judged.captures = await _captures(archive)
            for form, name in NAMES.items():
                judged.reports[form] = await archive.custody.export(Selection(), form, judged.folder / name)


def _settings(folder: Path, clock: Path, site: DifficultSite) -> Settings:
    fetch = {"resolve": site.resolve(), "max_bytes": CAP, "max_decoded": CAP, "contact": CONTACT, "gap": 0}
    return Settings.model_validate({"data_dir": folder / "data", "fetch": fetch, "daemon": {"clock_file": clock}})


async def _fetch_all(recorder: Recorder, site: DifficultSite) -> None:
    """Archive every response twice, and by hand each kind of revisit."""
    for _ in range(2):
        for url in URLS:
            await recorder.fetch(url)
    await recorder.fetch(VALIDATED)
    await recorder.fetch(VALIDATED, await recorder.as_before(VALIDATED), ETAG)
    await recorder.fetch(RESTLESS)
    site.replies["/restless"] = Reply(whole(PAGE + b"<!-- 2 -->", HTML, "X-Served-By: another"))
    await recorder.fetch(RESTLESS, await recorder.as_before(RESTLESS))


async def _watch_all(archive: Archive, clock: Path, now: datetime, site: DifficultSite) -> None:
    """Let a feed name every URL, and visit them all, some days long."""
    site.replies["/feed"] = Reply(whole(feed(*((url, f"News {n}") for n, url in enumerate((*URLS, VALIDATED)))), RSS))
    for hours in (1, 50):
        drive(clock, now + timedelta(hours=hours))
        if hours == 1:
            await archive.add_sources([f"http://{HOST}/feed"])
        await archive.tick()


async def _captures(archive: Archive) -> tuple[Capture, ...]:
    selected = await archive._ctx.db.read(selecting.selected, selecting.Which())
    return await archive._ctx.db.read(selecting.numbered, selected.numbers)


def test_every_kind_of_record_is_there(judged: Judged) -> None:
    """What is judged below has all that we write: responses, redirects, and the three kinds of revisit."""
    profiles = {one.header("WARC-Profile") for file in judged.files for one in records_of(file)} - {None}
    assert {str(one).rpartition("/")[2] for one in profiles} == {
        "identical-payload-digest", "server-not-modified", "urn:monitor:revisit:same-reading",
    }  # fmt: skip
    assert {one.status for one in judged.captures} >= {200, 204, 301, 302, 304, 307, 308, 404, 410, 500}
    truncated = {one.header("WARC-Truncated") for file in judged.files for one in records_of(file)}
    assert truncated == {None, "length", "disconnect"}


def test_warcio_accepts_every_file(judged: Judged) -> None:
    """`warcio check` finds no wrong digest, and checks all but those of revisits, which it never does."""
    for file in judged.warcs:
        verdict = judges.run("warcio", "check", "-v", file)
        assert verdict.code == 0  # standard error tells of content codings that are broken, as they were received
        said = [line.strip() for line in verdict.out.splitlines() if line.startswith("    ")]
        assert set(said) == {"digest pass", "digest present but not checked (revisit)"}
        assert said.count("digest pass") == sum(one.kind != "revisit" for one in records_of(file))


def test_fastwarc_accepts_every_file(judged: Judged) -> None:
    """`fastwarc check` verifies every record; with -p it fails revisits alone, whose payload is elsewhere."""
    for file in judged.warcs:
        assert judges.fastwarc("check", file).code == 0
        told = file.with_name("told") if file.parent == judged.folder else judged.folder / "told"
        told.unlink(missing_ok=True)
        judges.fastwarc("check", "-p", "-o", told, file)
        failed = {line.split(": ")[0] for line in told.read_text().splitlines() if "FAIL" in line}
        revisits = {one.header("WARC-Record-ID") for one in records_of(file) if one.kind == "revisit"}
        assert failed <= revisits


def test_others_index_what_the_database_knows(judged: Judged) -> None:
    """cdxj-indexer and `fastwarc index` find the captures of the database and no others, at the same places."""
    known = sorted((one.file, one.offset, one.length, one.digest) for one in judged.captures)
    found = [(file.name, one) for file in judged.files for one in judges.fastwarc_index(file)]
    assert (
        sorted((name, int(one["offset"]), int(one["length"]), one["warc-payload-digest"]) for name, one in found)
        == known
    )
    by_id = {one["warc-record-id"]: one["warc-type"] for _, one in found}
    assert by_id == {one.record_id: one.record_type for one in judged.captures}


def test_our_index_is_that_of_others(judged: Judged) -> None:
    """Key, time, and every field of every line are those of cdxj-indexer, for the evidence as for the exports."""
    assert _lines(judged.exported(ExportFormat.CDXJ).read_text()) == _lines(*judges.cdxj_index(*judged.files))
    with zipfile.ZipFile(judged.exported(ExportFormat.WACZ)) as wacz:
        wacz.extract("archive/data.warc.gz", judged.folder)
        index = gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode()
    indexed = _lines(*judges.cdxj_index(judged.folder / "archive" / "data.warc.gz"))
    assert [line.partition(', "recordDigest"')[0] for line in _lines(index)] == [line[:-1] for line in indexed]


def _lines(*texts: str) -> list[str]:
    """Return the lines of index files."""
    return [line for text in texts for line in text.splitlines()]


def test_the_surt_library_makes_our_keys(judged: Judged) -> None:
    """The key of every URL is what pywb and cdxj-indexer look up."""
    urls = sorted({one.url for one in judged.captures})
    assert [surt(url) for url in urls] == judges.surts(urls)


def test_pywb_replays_every_capture_to_the_byte(judged: Judged, tmp_path: Path) -> None:
    """Headers and body of every capture come back as they were received, by our own index; of revisits as well."""
    judges.collection(tmp_path, "coll", judged.files, judged.exported(ExportFormat.CDXJ).read_text())
    with judges.pywb(tmp_path, tolerant=True) as pywb:
        wrong = [one for one in judged.captures if not _is_replayed(pywb, "coll", one, judged)]
    assert wrong == []
    assert len(judged.captures) > 2 * len(URLS)


def test_pywb_replays_the_exports(judged: Judged, tmp_path: Path) -> None:
    """Its own manager takes in WACZ and WARC, and every capture is there.

    All but those whose headers hold what Latin-1 cannot: pywb 2.10 fails at them, whoever wrote them.
    """
    judges.manage(
        tmp_path,
        *(("init", name) for name in ("wacz", "warc")),
        ("add", "--unpack-wacz", "wacz", judged.exported(ExportFormat.WACZ)),
        ("add", "warc", judged.exported(ExportFormat.WARC)),
    )
    with judges.pywb(tmp_path) as pywb:
        for name in ("wacz", "warc"):
            some = judged.captures if name == "wacz" else judged.captures[: len(URLS) + 20]
            assert {one.url for one in some if not _is_replayed(pywb, name, one, judged)} == {UTF8_HEADED}


def _is_replayed(pywb: Pywb, collection: str, one: Capture, judged: Judged) -> bool:
    """Say whether a capture comes back as it was. Of the first line only the status: pywb words the reason anew."""
    told = judged.replay(one)
    coding = b", ".join(value for name, value in told.headers if name.lower() == b"content-encoding")
    got = pywb.replay(collection, f"{one.captured_at:%Y%m%d%H%M%S}", one.url, coding)
    same = got.status.split(b" ")[1] == told.status.split(b" ")[1] and got.body == told.body
    return same and got.headers[: len(told.headers)] == told.headers


def test_the_export_is_a_valid_wacz(judged: Judged) -> None:
    """`wacz validate` finds every file listed, with its size and hash, and warcio the WARC in it right."""
    verdict = judges.run("wacz", "validate", "-f", judged.exported(ExportFormat.WACZ))
    assert verdict.code == 0
    assert "Validation succeeded" in verdict.out
    with zipfile.ZipFile(judged.exported(ExportFormat.WACZ)) as wacz:
        wacz.extract("archive/data.warc.gz", judged.folder)
    assert judges.run("warcio", "check", judged.folder / "archive" / "data.warc.gz").code == 0


def test_an_export_holds_the_records_as_they_were(judged: Judged) -> None:
    """Every record but warcinfo is there once, the same to the byte, and each response has its request before it."""
    kept = [one for file in judged.files for one in records_of(file) if one.kind != "warcinfo"]
    info, *exported = records_of(judged.exported(ExportFormat.WARC))
    assert sorted(one.raw for one in exported) == sorted(one.raw for one in kept)
    assert b"description: all captures\r\n" in info.block
    pairs = zip(exported[::2], exported[1::2], strict=True)
    assert all(_answers(request, response) for request, response in pairs)


def _answers(request: RawRecord, response: RawRecord) -> bool:
    return request.kind == "request" and request.header("WARC-Concurrent-To") == response.header("WARC-Record-ID")
