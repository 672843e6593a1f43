"""What a backup says of a snapshot: a page of JSON that a person can read, and that tells when it was altered.

{
"snapshot": {...}                 what `monitor backup --list` shows, on one line so that it is read quickly
"format": 1, "program": ...       what is needed to read the rest
"archive": {...}                  rows by table, the newest seal, the options in force
"database": [...]                 one line for each file or table: its length, its SHA-256, its pieces in order
"files": [...]                    one line for each file of evidence, the same way
"sha256": "..."                   of every byte before this line
}
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from monitor.errors import EvidenceError, SchemaError
from monitor.running_answers import Snapshot
from monitor.wording import some

FORMAT = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")
NAMED, _MOST = 3, 20  # names in a line about files, and such lines: however much is wrong, it stays short
_SUM = '"sha256": '


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of bytes, named by its SHA-256 in hex; `size` is uncompressed."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """A file or a table: `length` bytes in all, cut into `pieces` (none where it is only referred to).

    `columns` and `rows` are of a table, the first `key` columns being its key. `touched` is when a file changed last,
    in nanoseconds, by which the next backup knows it again. `place` says where a file lies that was not at hand, and
    `problem` what was wrong with it. `is_open`: it was being written, so that records may lie in it whose visits had
    not told the database yet; restored it is left open, and the next start takes these in.
    """

    name: str
    length: int
    sha256: str | None = None
    pieces: tuple[Piece, ...] = ()
    columns: tuple[str, ...] = ()
    key: int = 0
    rows: int | None = None
    touched: int | None = None
    place: str | None = None
    problem: str | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """All about one snapshot. `seal` is the number and hash of the newest seal, `sequences` the last number given."""

    snapshot: Snapshot
    program: str
    counts: Mapping[str, int]
    seal: tuple[int, str] | None
    options: Mapping[str, str]
    database: tuple[Part, ...]
    files: tuple[Part, ...] = ()
    sequences: Mapping[str, int] = field(default_factory=dict)
    folder: str | None = None  # what its evidence folder is called

    @property
    def pieces(self) -> Iterable[Piece]:
        """Return every piece it needs, again where it needs one again."""
        return (piece for part in (*self.database, *self.files) for piece in part.pieces)


def is_digest(name: str) -> bool:
    """Say whether this may be the name of a piece."""
    return _DIGEST.fullmatch(name) is not None


def problems_of(parts: Iterable[Part]) -> tuple[str, ...]:
    """Say what is wrong with files: in a line those that have the same wrong, and of many lines the first."""
    alike: dict[str, list[str]] = {}
    for part in parts:
        if part.problem:
            alike.setdefault(part.problem, []).append(part.name)
    lines = [f"{some(names, NAMED)}: {problem}" for problem, names in alike.items()]
    more = (f"and {len(lines) - _MOST:,} more problems of this kind",) if len(lines) > _MOST else ()
    return (*lines[:_MOST], *more)


def text_of(manifest: Manifest) -> str:
    """Return the page that says a manifest."""
    archive = {
        "counts": dict(manifest.counts),
        "seal": manifest.seal and {"number": manifest.seal[0], "hash": manifest.seal[1]},
        "sequences": dict(manifest.sequences),
        "folder": manifest.folder,
        "options": dict(manifest.options),
    }
    body = (
        f'{{\n"snapshot": {_json(_told(manifest.snapshot))},\n"format": {FORMAT},\n'
        f'"program": {_json(manifest.program)},\n"archive": {_json(archive)},\n'
        f'"database": [\n{_lines(manifest.database)}\n],\n"files": [\n{_lines(manifest.files)}\n],\n'
    )
    return f'{body}{_SUM}"{_sha256(body)}"\n}}\n'


def _told(one: Snapshot) -> dict[str, Any]:
    """Return what the page says of a snapshot; what was verified since stands elsewhere."""
    names = ("name", "schema", "database", "rows", "evidence", "files", "bytes", "added_bytes")
    at = one.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"made_at": at, **{name: getattr(one, name) for name in names}, "problems": list(one.problems)}


def _lines(parts: Iterable[Part]) -> str:
    return ",\n".join(_json(_line(part)) for part in parts)


def _line(part: Part) -> dict[str, Any]:
    """Return a line's values, without those that are as they always are."""
    told = {one.name: getattr(part, one.name) for one in fields(Part) if one.name != "pieces"}
    own = {name: value for name, value in told.items() if value != _USUAL[name]}
    return {**own, "pieces": [[piece.sha256, piece.size] for piece in part.pieces]}


_USUAL = {one.name: one.default for one in fields(Part)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def manifest_of(text: str) -> Manifest:
    """Return what a page says. Raises EvidenceError for one that was altered, SchemaError for one of a newer format."""
    body, found, end = text.rpartition(_SUM)
    try:
        if not found or json.loads("{" + found + end) != {"sha256": _sha256(body)}:
            raise ValueError("its SHA-256 is another")
        page = json.loads(text)
        if page["format"] != FORMAT:
            raise SchemaError(f"a backup of format {page['format']}", hint="restore it with a newer monitor")
        return _read(page)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvidenceError(f"it cannot be read: {error}", hint=_ALTERED) from error


_ALTERED = "it was altered, or the disk lost something: take another snapshot"


def snapshot_of(beginning: str) -> Snapshot | None:
    """Return the snapshot that a page is about from its first two lines alone, None where they do not say."""
    lines = beginning.split("\n", 2)
    if len(lines) < 3 or not lines[1].startswith('"snapshot": '):
        return None
    try:
        return _snapshot(json.loads("{" + lines[1].removesuffix(",") + "}")["snapshot"])
    except (ValueError, KeyError, TypeError):
        return None


def _snapshot(told: Mapping[str, Any]) -> Snapshot:
    values = {**told, "made_at": datetime.fromisoformat(told["made_at"]), "problems": tuple(told["problems"])}
    return replace(Snapshot(**values), verified_at=None)


def _read(page: Mapping[str, Any]) -> Manifest:
    archive = page["archive"]
    seal = archive["seal"]
    return Manifest(
        snapshot=_snapshot(page["snapshot"]),
        program=page["program"],
        counts=archive["counts"],
        seal=seal and (seal["number"], seal["hash"]),
        options=archive["options"],
        database=tuple(map(_part, page["database"])),
        files=tuple(map(_part, page["files"])),
        sequences=archive["sequences"],
        folder=archive["folder"],
    )


def _part(line: Mapping[str, Any]) -> Part:
    pieces = tuple(_piece(*one) for one in line["pieces"])
    if pieces and sum(piece.size for piece in pieces) != line["length"]:
        raise ValueError(f"the pieces of {line['name']!r} are not as long as it")
    if line["name"] in ("", ".", "..") or set(line["name"]) & {"/", "\0"}:
        raise ValueError(f"{line['name']!r} is no name of a file")
    return Part(**{**line, "pieces": pieces, "columns": tuple(line.get("columns", ()))})


def _piece(sha256: str, size: int) -> Piece:
    if not is_digest(sha256) or size <= 0:
        raise ValueError(f"{sha256!r} is no piece")
    return Piece(sha256, size)
