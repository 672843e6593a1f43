"""Texts as plain files, in the layout that the mirror has and an import takes in again: seed/, new/, index.jsonl."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from sqlalchemy import Connection

from monitor.app.mirror import NAMED, as_file, iso, name_of
from monitor.core.corpus_encoding import decode_file
from monitor.core.export_fields import TextRow
from monitor.model import CorpusFile, Document, Origin, Revision
from monitor.store import corpus, export_rows


class TextFile(NamedTuple):
    """A file of the folder, `seed/...` or `new/...`, and its line of the index."""

    name: str
    data: bytes
    line: Mapping[str, Any]


def index_line(file: TextFile) -> bytes:
    """Return the line of the index that tells of a file."""
    return (json.dumps(file.line, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def read_texts(conn: Connection, ids: Sequence[int]) -> tuple[TextFile, ...]:
    """Return the saved files of documents to the byte, and a file for each current text that was fetched."""
    rows = export_rows.text_rows(conn, ids)
    about = {row.document.id: row.document for row in rows}
    numbers = export_rows.mirror_numbers(conn, ids)
    saved = (
        _saved(conn, about[file.document_id], file, text) for file, text in export_rows.saved_files(conn, list(about))
    )
    fetched = (_fetched(row, numbers) for row in rows if row.document.url and _is_of_the_web(row))
    return (*saved, *fetched)


def _is_of_the_web(row: TextRow) -> bool:
    return row.revision is not None and row.revision.origin is Origin.WEB


def _fetched(row: TextRow, numbers: Mapping[int, int]) -> TextFile:
    one, revision = row.document, row.revision
    assert revision is not None
    assert one.url is not None
    # One that the mirror has not met yet is called by its own number: with the digest of its URL no other is.
    name = f"new/{name_of(numbers.get(one.id, one.id), one.url)}"
    return TextFile(name, as_file(one, revision).encode("utf-8", "replace"), _line(name, one, revision))


def _saved(conn: Connection, one: Document, file: CorpusFile, revision: Revision) -> TextFile:
    data = corpus.read_bytes(conn, file.sha256)
    own = (
        file.name if NAMED.fullmatch(file.name) else name_of(file.id, file.sha256, PurePath(file.name).suffix or ".txt")
    )
    if not file.line:
        return TextFile(f"seed/{own}", data, _line(f"seed/{own}", one, revision))
    name = f"seed/{PurePath(own).stem}-{file.line}.jsonl"  # of many texts in one file only those that are selected
    return TextFile(name, _its_line(data, file.line), _line(name, one, revision, 1))


def _its_line(data: bytes, number: int) -> bytes:
    text, _ = decode_file(data) or (data.decode("utf-8", "replace"), "")
    return (text.split("\n")[number - 1].strip() + "\n").encode("utf-8", "replace")


def _line(name: str, one: Document, revision: Revision, line: int | None = None) -> Mapping[str, Any]:
    """Return what the index of the mirror tells of a text."""
    values = {
        "file": name,
        "line": line,
        "document": one.id,
        "origin": revision.origin,
        "url": one.url,
        "outlet": one.outlet,
        "title": revision.title,
        "language": revision.language or one.language,
        "published_at": iso(revision.published_at or one.published_at),
        "first_seen_at": iso(revision.first_seen_at),
        "state": one.state,
        "revision": revision.number,
        "sha256": revision.text_sha256,
    }
    return {key: value for key, value in values.items() if value is not None}
