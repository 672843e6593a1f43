"""Take in the files of other archives: examined whole, then kept to the byte, then read into histories."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import structlog

from monitor.app import importing_records
from monitor.app.context import Context
from monitor.app.importing_pages import Pages, Reader
from monitor.app.importing_records import Chosen
from monitor.core.import_checks import Use
from monitor.edges.import_files import ForeignFile, Passed, Whole
from monitor.edges.warc_foreign import Taken
from monitor.errors import NotFoundError, UsageError
from monitor.evidence_answers import Fault, ImportedFile
from monitor.progress import Progress

log = structlog.get_logger(__name__)

EXAMINED = 64  # records of one step in a thread; a step may hold one of 100 MB at a time
PASSES = 3  # through a file: examined, kept, read
GROUP = 1_000  # URLs that are looked up at once


@dataclass(slots=True)
class Bar:
    """How far an import has come, in bytes of its files times the passes through them."""

    progress: Progress | None
    total: int
    done: int = 0

    def tell(self, part: int) -> None:
        """Say how far the pass under way is, in bytes."""
        if self.progress:
            self.progress(min(self.done + part, self.total), self.total)

    def passed(self, size: int) -> None:
        """Say that a pass is over."""
        self.done += size
        self.tell(0)


@dataclass(slots=True)
class Survey:
    """What the first pass found: every record that can be kept, all that is wrong, and how much there is."""

    taken: list[Taken] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    passed: int = 0

    @property
    def records(self) -> int:
        """Return how many records were whole enough to be told apart."""
        return len(self.taken) + self.passed + sum(one.kind in _OF_RECORDS for one in self.faults)

    @property
    def no_captures(self) -> int:
        """Return how many of them are of a kind that is no capture, nor belongs to one."""
        return self.passed + sum(one.use is Use.WARCINFO for one in self.taken)


# What is wrong with one record that is whole, as against with the file.
_OF_RECORDS = frozenset(
    {
        *("repeated-field", "bad-record-id", "bad-type", "bad-date", "impossible-date", "bad-url", "segmented"),
        *("not-http", "wrong-block-digest", "wrong-payload-digest", "duplicate-id", "too-large"),
    }
)


async def import_files(
    ctx: Context,
    files: Sequence[Path],
    *,
    keep_good: bool = False,
    new_documents: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[ImportedFile, ...]:
    """Take in WARC and WACZ files, one after the other; return what came of each.

    `progress` counts bytes. Raises NotFoundError for a file that is not there, before anything is imported;
    EvidenceError when one cannot be read or the evidence not be written, DatabaseError. Importing again takes up what
    an interrupted import left.
    """
    sizes = [_size(file) for file in files]
    bar = Bar(progress, PASSES * sum(sizes))
    done: list[ImportedFile] = []
    for file, size in zip(files, sizes, strict=True):
        whole_thing = _Import(ctx, file, size, bar, keep_good=keep_good, new_documents=new_documents)
        end = bar.done + PASSES * size
        done.append(await whole_thing.run(dry_run=dry_run))
        bar.passed(end - bar.done)
    return tuple(done)


def _size(file: Path) -> int:
    try:
        size = file.stat().st_size
    except OSError as error:
        raise NotFoundError(f"{file}: {error.strerror}", hint="name WARC or WACZ files") from error
    if not file.is_file():
        raise UsageError(f"{file} is no file", hint="name WARC or WACZ files; a shell writes DIR/*.warc.gz for all")
    return size


class _Import:
    """The import of one file."""

    def __init__(self, ctx: Context, path: Path, size: int, bar: Bar, *, keep_good: bool, new_documents: bool) -> None:
        self._ctx = ctx
        self._file = ForeignFile(path, ctx.settings.fetch.max_decoded)
        self._name = str(path)
        self._size = size
        self._bar = bar
        self._keep_good = keep_good
        self._new_documents = new_documents

    async def run(self, *, dry_run: bool) -> ImportedFile:
        """Examine, keep and read the file; in a dry run only examine."""
        whole = await asyncio.to_thread(self._file.whole)
        survey = await self._survey()
        report = ImportedFile(
            self._name, survey.records, 0, 0, survey.no_captures, 0, 0, 0, 0, faults=tuple(survey.faults)
        )  # fmt: skip
        if survey.faults and not self._keep_good:
            return report
        chosen = await importing_records.choose(self._ctx, survey.taken)
        report = replace(
            report,
            kept=len(chosen.captures),
            repeated=chosen.repeated,
            passed_over=survey.no_captures + chosen.without_response,
            redacted=chosen.redacted,
        )
        if dry_run:
            return replace(report, documents=await self._documents(chosen))
        into = await self._keep(chosen, whole)
        return await self._read(report, whole, into)

    async def _survey(self) -> Survey:
        survey = Survey()
        found = self._file.examine(self._ctx.clock.now())
        while part := await asyncio.to_thread(_some, found, EXAMINED):
            for one in part:
                if isinstance(one, Fault):
                    survey.faults.append(one)
                elif isinstance(one, Passed):
                    survey.passed += 1
                else:
                    survey.taken.append(one)
            self._bar.tell(self._file.position)
        self._bar.passed(self._size)
        return survey

    async def _documents(self, chosen: Chosen) -> int:
        urls = sorted({one.url for one in chosen.captures.values()})
        known: set[int] = set()
        for start in range(0, len(urls), GROUP):
            known |= await self._ctx.db.read(importing_records.documents_at, urls[start : start + GROUP])
        return len(known)

    async def _keep(self, chosen: Chosen, whole: Whole) -> tuple[str, ...]:
        if not chosen.captures:
            return ()
        keeper = importing_records.Keeper(self._ctx, self._file, whole)
        into = await keeper.keep(chosen, self._bar.tell)
        self._bar.passed(self._size)
        log.info("evidence.imported", file=self._file.called, records=len(chosen.captures), into=list(into))
        return into

    async def _read(self, report: ImportedFile, whole: Whole, into: tuple[str, ...]) -> ImportedFile:
        reader = Reader(self._ctx, new_documents=self._new_documents)
        pages = Pages(self._ctx, reader)
        await pages.read(whole.sha256, lambda part: self._bar.tell(round(part * self._size)))
        tally = reader.tally
        return replace(
            report,
            documents=len(tally.documents),
            new_documents=tally.new_documents,
            revisions=tally.revisions,
            earlier=tally.earlier,
            into=into[0] if into else None,
            further=into[1:],
        )


def _some(found: Iterator[Taken | Fault | Passed], most: int) -> list[Taken | Fault | Passed]:
    return list(islice(found, most))
