"""The custody of the evidence: everything that proves, checks, exchanges, shrinks or removes what is kept."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.app.context import Context
from monitor.evidence_answers import (
    CompactReport,
    ExportFormat,
    ExportReport,
    ImportedFile,
    MementoAmong,
    MementoBody,
    ProofReport,
    RemovalReport,
    SealView,
    Selection,
    StampCheck,
    StampReport,
    TimeMap,
    VerifyReport,
)
from monitor.model import Seal, StampMethod
from monitor.progress import Progress
from monitor.running_answers import StoreReport, Waiting

if TYPE_CHECKING:
    from monitor.app.storing import Storing
    from monitor.app.upkeep import Upkeep


class Custody:
    """What `archive.custody` offers. Each method is one module of app/, imported when first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._upkeep: Upkeep | None = None
        self._storing: Storing | None = None

    async def verify(
        self,
        files: Sequence[str] = (),
        *,
        again: bool = False,
        texts: bool = True,
        rate: int | None = None,
        progress: Progress | None = None,
    ) -> VerifyReport:
        """Read the evidence again and compare it with what the database says of it, and the database with itself.

        Of the files named, or of all; those read within a day and as long as then are skipped unless `again`. Without
        `texts` no text is extracted again. `rate` is in bytes a second. Raises NotFoundError for a file it never had.
        Cancelled, it answers with what it found so far, not `finished`; what it verified stays noted.
        """
        from monitor.app import verifying

        return await verifying.verify(self._ctx, files, again=again, texts=texts, rate=rate, progress=progress)

    async def seal(self) -> Seal | None:
        """Seal into the chain what was kept since the last seal; return the seal, None where nothing is new."""
        from monitor.app import sealing

        return await sealing.seal(self._ctx)

    async def seals(self, limit: int = 20) -> tuple[SealView, ...]:
        """Return the newest seals with their stamps, newest first."""
        from monitor.app import sealing

        return await sealing.recent(self._ctx, limit)

    async def stamp(
        self, methods: Sequence[StampMethod] = (), *, progress: Progress | None = None
    ) -> tuple[StampReport, ...]:
        """Seal what is new and have the newest seal attested, by these methods or by all that are configured.

        What calendars promised for earlier seals is asked for again. One that fails says why in its report. Raises
        ConfigError where nobody is configured, NotFoundError for an empty archive.
        """
        from monitor.app import stamping

        return await stamping.stamp(self._ctx, methods, progress=progress)

    async def stamp_request(self, method: StampMethod, to: Path) -> StampReport:
        """Write to a file what is to be given to an authority, or to OpenTimestamps, by hand; nothing is sent.

        Raises UsageError where the file is in the way or the method needs no request, NotFoundError.
        """
        from monitor.app import stamp_carrying

        return await stamp_carrying.write_request(self._ctx, method, to)

    async def stamp_answer(self, file: Path) -> StampReport:
        """Take an answer from a file, check it and store it. Raises NotFoundError, EvidenceError where it fits none."""
        from monitor.app import stamp_carrying

        return await stamp_carrying.take_answer(self._ctx, file)

    async def check_stamps(self, block_headers: Sequence[str] = ()) -> tuple[StampCheck, ...]:
        """Check all stored stamps without asking anybody; Bitcoin ones by the headers given, in hex.

        Raises UsageError for what is no header, ConfigError for a bad file of certificates.
        """
        from monitor.app import stamp_checks

        return await stamp_checks.check(self._ctx, block_headers)

    async def prove(
        self, document: int | str, revision: int | None = None, out: Path | None = None, *, every: bool = False
    ) -> ProofReport:
        """Write a bundle that proves a revision (the current one if None) to anybody without this program.

        Into the file `out`, or a folder: proof-DOCUMENT-REVISION.zip; with `every` capture that shows it. Raises
        NotFoundError, EvidenceError where its bytes are not there, UsageError where something is in the way.
        """
        from monitor.app import proving

        return await proving.prove(self._ctx, document, revision, out, every=every)

    async def export(
        self, selection: Selection, form: ExportFormat, out: Path, *, progress: Progress | None = None
    ) -> ExportReport:
        """Write captures with all that belongs to them as WARC, WACZ or CDXJ, for other programs to read and replay.

        Raises NotFoundError, UsageError where `out` is in the way; what is damaged is left out and named.
        """
        from monitor.app import export_evidence

        return await export_evidence.export(self._ctx, selection, form, out, progress=progress)

    async def import_warc(
        self,
        files: Sequence[Path],
        *,
        keep_good: bool = False,
        new_documents: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> tuple[ImportedFile, ...]:
        """Take in WARC and WACZ files of other archives as captures with their own dates.

        A file with a fault is refused whole, unless `keep_good`. Pages of documents known here become part of their
        history; with `new_documents` other pages that are articles become documents.
        """
        from monitor.app import importing

        return await importing.import_files(
            self._ctx, files, keep_good=keep_good, new_documents=new_documents, dry_run=dry_run, progress=progress
        )

    async def compact(
        self, *, dry_run: bool = False, now: bool = False, progress: Progress | None = None
    ) -> CompactReport:
        """Compact closed and verified files into one `.warc.zst` per host; `now` does not wait for their age."""
        from monitor.app import compacting

        return await compacting.compact(self._ctx, dry_run=dry_run, now=now, progress=progress)

    async def retain(self, *, dry_run: bool = False, progress: Progress | None = None) -> RemovalReport:
        """Remove what the retention policies no longer keep, and leave tombstones."""
        from monitor.app import retaining

        return await retaining.retain(self._ctx, dry_run=dry_run, progress=progress)

    async def redact(
        self, document: int | str, reason: str, *, dry_run: bool = False, progress: Progress | None = None
    ) -> RemovalReport:
        """Remove the bytes and texts of a document everywhere, for good, and record that it was done.

        Raises NotFoundError, UsageError without a reason, MonitorError while another process visits its host.
        """
        from monitor.app import redacting

        return await redacting.redact(self._ctx, document, reason, dry_run=dry_run, progress=progress)

    async def store(self, *, progress: Progress | None = None) -> StoreReport:
        """Put closed files into the object store, and take out of it what was replaced or removed.

        Raises ConfigError where none is configured, EvidenceError where it cannot be reached or another process is at
        it; what was done until then stays.
        """
        from monitor.app import storing

        return await storing.store(self._ctx, progress, ask=True)

    async def stored(self) -> Waiting:
        """Return how much of the evidence is safe in the object store, and how much is not yet."""
        from monitor.app import storing

        return await storing.waiting(self._ctx)

    async def store_when_due(self) -> None:
        """Do what `store` does in the daemon, where one is configured; with pauses while it cannot be reached."""
        if self._storing is None:
            from monitor.app.storing import Storing

            self._storing = Storing(self._ctx)
        await self._storing.do_what_is_due()

    async def upkeep(self, first: bool = True) -> None:
        """Do what is due of the daemon's care for the evidence: verify, compact, retain, stamp. Failures are logged.

        Of many workers the `first` does what is done once for the archive.
        """
        if self._upkeep is None:
            from monitor.app.upkeep import Upkeep

            self._upkeep = Upkeep(self._ctx)
        await self._upkeep.do_what_is_due(first)

    async def timemap(self, url: str, start: datetime | None = None, capture_id: int | None = None) -> TimeMap:
        """Return the captures of a URL that can be shown, oldest first (RFC 7089), 2,000 at most.

        From a time on, or there from a capture on. Raises NotFoundError without any.
        """
        from monitor.app import mementos

        return await mementos.timemap(self._ctx, url, start, capture_id)

    async def timegate(self, url: str, at: datetime | None = None, capture_id: int | None = None) -> MementoAmong:
        """Return which capture of a URL is nearest to a time, one of the same second first, or the newest.

        With `capture_id` it is that one of the captures of that moment. Raises NotFoundError without any.
        """
        from monitor.app import mementos

        return await mementos.timegate(self._ctx, url, at, capture_id)

    async def memento(self, url: str, at: datetime, capture_id: int | None = None) -> MementoBody:
        """Return what `timegate` does, with its bytes. Raises NotFoundError, EvidenceError."""
        from monitor.app import mementos

        return await mementos.memento(self._ctx, url, at, capture_id)
