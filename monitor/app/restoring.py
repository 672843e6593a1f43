"""Put an archive back in place from a folder of backups, and prove that it is what was backed up."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import structlog
from sqlalchemy.engine import make_url

from monitor.app.backing_up_database import FILE, need_room
from monitor.app.backing_up_progress import Told
from monitor.app.restoring_database import restore_database
from monitor.app.restoring_mark import MARK
from monitor.core.manifests import NAMED, Manifest, Part, manifest_of, problems_of
from monitor.edges.vault import Vault
from monitor.edges.vault_files import free_beside, held_alone, named, sha256_of, written
from monitor.edges.warc_files import OPEN_SUFFIX, make_directory
from monitor.edges.warc_folder import FOLDER_ID
from monitor.errors import EvidenceError, MonitorError, NotFoundError, SchemaError, UsageError
from monitor.log import keep_quiet
from monitor.progress import Progress
from monitor.running_answers import RestoreReport
from monitor.store.dialects import shown
from monitor.store.schema import SCHEMA
from monitor.wording import some

log = structlog.get_logger(__name__)

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class _Task:
    """What is restored to where."""

    vault: Vault
    manifest: Manifest
    into: Path
    url: str
    told: Told

    @property
    def evidence(self) -> Path:
        return self.into / "evidence"

    @property
    def mark(self) -> str:
        """Return what the mark says while this is under way."""
        return json.dumps({"backups": str(self.vault.folder.resolve()), "snapshot": self.manifest.snapshot.name})

    def read(self, part: Part) -> Iterator[bytes]:
        """Yield what a part holds, every piece checked. Raises EvidenceError."""
        for piece in part.pieces:
            yield self.vault.get(piece)
            self.told.add(piece.size)


def restore(
    folder: Path,
    into: Path,
    *,
    snapshot: str = LATEST,
    database_url: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> RestoreReport:
    """Restore a snapshot into an empty folder, its database into that folder or into an empty one of `database_url`.

    Every piece is checked on its way, and then the whole: the database against itself and against what the backup said
    of it, the chain by its newest seal. Interrupted, it leaves a folder that no command opens, and goes on when it is
    called again. `dry_run` looks whether it could be done. Raises NotFoundError, UsageError for a place that is not
    empty, EvidenceError for a damaged backup, SchemaError for one of a newer program, DatabaseError, MonitorError.
    """
    keep_quiet()
    vault = Vault(folder)
    vault.must_exist()
    with vault.held(shared=True):
        task = _task(vault, into, snapshot, database_url, Told(progress))
        _refuse_place(task)
        _refuse_damaged(task)
        if not dry_run:
            _restored(task)
    problems = (*_lacking(task.manifest), *_older(task.manifest))
    files = sum(bool(part.pieces) or not part.length for part in task.manifest.files)
    one = task.manifest.snapshot
    log.info("restore.finished", snapshot=one.name, files=files, problems=len(problems), dry_run=dry_run)
    return RestoreReport(one, shown(task.url), files, problems)


def _task(vault: Vault, into: Path, snapshot: str, url: str, told: Told) -> _Task:
    names = vault.names()
    if snapshot == LATEST and not names:
        raise NotFoundError(f"there is no snapshot in {vault.folder}", hint="`monitor backup` makes one")
    manifest = manifest_of(vault.manifest(names[-1] if snapshot == LATEST else snapshot))
    one = manifest.snapshot
    if one.schema > SCHEMA:
        said = f"snapshot {one.name} has schema {one.schema}, this monitor knows {SCHEMA}"
        raise SchemaError(said, hint=f"restore it with monitor {manifest.program} or a later one")
    _refuse_kind(one.database, url)
    return _Task(vault, manifest, into, url or f"sqlite:///{quote(str(into / FILE))}", told)


def _refuse_kind(database: str, url: str) -> None:
    """Raise UsageError where a database of one kind would have to become one of the other."""
    kind = make_url(url).get_backend_name() if url else "sqlite"
    if database == kind:
        return
    if database == "postgresql":
        raise UsageError("this snapshot is of PostgreSQL", hint="name an empty database with --database-url")
    raise UsageError("this snapshot is of SQLite", hint="restore it without --database-url, then `monitor migrate-to`")


def _refuse_place(task: _Task) -> None:
    """Raise UsageError for a folder that holds something else than this very restore, unfinished."""
    if task.into.exists() and not task.into.is_dir():
        raise UsageError(f"{task.into} is no folder")
    if not task.into.exists() or not any(task.into.iterdir()):
        return
    try:
        mark = (task.into / MARK).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{task.into} is not empty", hint="nothing is overwritten: name another folder") from None
    if mark != task.mark:
        raise UsageError(
            f"another restore into {task.into} is unfinished: {mark}", hint="finish that, or remove the folder"
        )


def _refuse_damaged(task: _Task) -> None:
    """Raise EvidenceError where pieces are missing, MonitorError without room for all."""
    lacking = [piece for piece in task.manifest.pieces if not task.vault.has(piece)]
    if lacking:
        raise EvidenceError(
            f"{len(lacking)} pieces of snapshot {task.manifest.snapshot.name} are missing, {lacking[0].sha256} first",
            hint="restore another snapshot: `monitor backup --list` shows them",
        )
    task.told.expect(task.manifest.snapshot.bytes)
    here = () if task.manifest.snapshot.database == "postgresql" else task.manifest.database
    need_room(
        free_beside(task.into), sum(part.length for part in (*here, *task.manifest.files) if part.pieces), task.into
    )


def _restored(task: _Task) -> None:
    try:
        make_directory(task.into)
        with held_alone(task.into):
            _refuse_place(task)  # again: another one may have been faster
            _put_in_place(task)
    except OSError as error:
        raise MonitorError(f"{task.into} cannot be written: {error.strerror or error}") from error


def _put_in_place(task: _Task) -> None:
    make_directory(task.evidence)
    if not (task.into / MARK).exists():
        written(task.into / f"{MARK}.new", [task.mark.encode()])
        named(task.into / f"{MARK}.new", task.into / MARK)
    for part in task.manifest.files:
        if part.pieces or not part.length:
            _file(task, part)
    if task.manifest.folder:
        _folder_id(task, task.manifest.folder)
    restore_database(task.url, task.manifest, task.read)
    (task.into / MARK).unlink()


def _file(task: _Task, part: Part) -> None:
    """Put a file of evidence in place, unless an earlier try did."""
    path = task.evidence / (part.name + OPEN_SUFFIX if part.is_open else part.name)
    if path.exists() and path.stat().st_size == part.length and sha256_of(path) == part.sha256:
        task.told.add(part.length)
        return
    draft = task.evidence / f".{part.name}.part"
    if written(draft, task.read(part)) != part.sha256:
        raise EvidenceError(f"{part.name} is damaged in the backup: its SHA-256 is another")
    named(draft, path)


def _folder_id(task: _Task, folder: str) -> None:
    draft = task.evidence / f".{FOLDER_ID}.part"
    written(draft, [f"{folder}\n".encode()])
    named(draft, task.evidence / FOLDER_ID)


def _lacking(manifest: Manifest) -> Iterator[str]:
    """Yield what the archive lacks once it is restored."""
    if manifest.snapshot.evidence == "none":
        yield "the evidence was left out of this snapshot: put its files into the folder evidence"
    referred = [part for part in manifest.files if part.length and not part.pieces and not part.problem]
    here = [part.name for part in referred if part.place is None]
    if here:
        which = some(here, NAMED)
        yield f"{len(here)} files of evidence are only referred to: put them into the folder evidence, {which}"
    if stored := len(referred) - len(here):
        yield f"{stored} files of evidence are in the object store: set evidence.store as it was"
    yield from problems_of(manifest.files)


def _older(manifest: Manifest) -> Iterator[str]:
    if manifest.snapshot.schema < SCHEMA:
        yield f"it has schema {manifest.snapshot.schema}, this monitor needs {SCHEMA}: run `monitor migrate` on it"
