"""A small archive that has an answer to every question of docs/querying.md, the same on both databases.

An agency and two papers that carry its stories; edits, silent ones and a takedown that was taken back; saved texts of
which one is gone and one was rewritten; a source that fails; a duplicate, a former address, and a redacted document.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from monitor.store import schema
from tests.store.examples import NOON

AGENCY, DAILY, WEEKLY = "agencia.example", "diario.example", "semanario.example"
SECRET = "X-Key: c0ffee"
STORM = "Twenty-one families leave the northern coast before the storm comes in from the sea."
CARRIED = "Families leave the northern coast before the storm comes in from the sea, the agency says."
ERASED = "what nobody may read again"


def minutes(count: float) -> datetime:
    """Return a time so many minutes after noon."""
    return NOON + timedelta(minutes=count)


def fill(conn: Connection) -> None:
    """Put the archive into an empty one."""
    _watched(conn)
    _read(conn)
    _saved(conn)
    _changed(conn)
    _carried(conn)


def _add(conn: Connection, table: Table, *rows: dict[str, Any]) -> None:
    for row in rows:
        conn.execute(insert(table).values(**row))


def _watched(conn: Connection) -> None:
    _add(conn, schema.host, *({"name": name} for name in (AGENCY, DAILY, WEEKLY)))
    sources: dict[str, Any] = {
        "state": "active",
        "tags": (),
        "include": (),
        "exclude": (),
        "headers": (),
        "skip_hours": (),
    }
    sources |= {"skip_days": (), "verified": True, "added_at": NOON, "kind": "feed"}
    _add(
        conn,
        schema.source,
        sources | {"id": 1, "url": f"https://{AGENCY}/rss", "host": AGENCY, "outlet": AGENCY, "headers": (SECRET,)},
        sources | {"id": 2, "url": f"https://{DAILY}/rss", "host": DAILY, "outlet": DAILY, "failures": 3}
        | {"last_outcome": "timeout", "last_detail": "no answer in 30 s"},
    )  # fmt: skip
    _add(
        conn,
        schema.fetch,
        _fetch(1, f"https://{AGENCY}/rss", 0, source_id=1),
        _fetch(2, f"https://{DAILY}/rss", 1, source_id=2, outcome="timeout", status=None),
        _fetch(3, f"https://{AGENCY}/storm", 2, document_id=None),
    )


def _fetch(number: int, url: str, at: float, **values: object) -> dict[str, Any]:
    fetch = {"id": number, "url": url, "outcome": "ok", "started_at": minutes(at), "status": 200}
    return fetch | {"elapsed_ms": 40 * number, "raw_bytes": 900} | values


def _document(number: int, outlet: str, path: str, title: str, **values: object) -> dict[str, Any]:
    one: dict[str, Any] = {"id": number, "origin": "web", "state": "live", "url": f"https://{outlet}/{path}"}
    one |= {"host": outlet, "outlet": outlet, "title": title, "language": "es", "first_seen_at": minutes(10 * number)}
    one |= {"published_at": minutes(10 * number - 6), "revision_id": 10 * number, "revision_count": 1, "source_id": 1}
    return one | values


def _revision(document: int, number: int, title: str, text: str, **values: object) -> dict[str, Any]:
    one: dict[str, Any] = {"id": 10 * document + number - 1, "document_id": document, "number": number}
    one |= {"origin": "web", "title": title, "text": text, "text_sha256": f"{abs(hash_of(text)):064d}"}
    one |= {"fingerprint": f"{document}-{number}", "asides": (), "word_count": len(text.split())}
    at = minutes(10 * document + 30 * (number - 1))
    return one | {"first_seen_at": at, "last_seen_at": at + timedelta(minutes=20), "language": "es"} | values


def hash_of(text: str) -> int:
    """Return a number that is equal for equal texts, in every process."""
    return sum(place * ord(letter) for place, letter in enumerate(text, start=1))


def _read(conn: Connection) -> None:
    _add(
        conn,
        schema.document,
        _document(1, AGENCY, "storm", "The storm", revision_id=11, revision_count=2),
        _document(2, DAILY, "storm", "A storm is coming", published_at=minutes(90), first_seen_at=minutes(100)),
        _document(3, WEEKLY, "storm", "The storm", source_id=None, published_at=None),
        _document(4, WEEKLY, "print/storm", "The storm", source_id=None, published_at=None),
        _document(5, AGENCY, "harbour", "The harbour", state="gone", state_reason="404 three times")
        | {"state_since": minutes(300)},
        _document(6, DAILY, "mayor", "The mayor", revision_id=61, revision_count=2),
        _document(7, DAILY, "erased", "an old title", state="redacted"),
    )  # fmt: skip
    _add(
        conn,
        schema.revision,
        _revision(1, 1, "A storm", STORM, modified_at=minutes(4)),
        _revision(1, 2, "The storm", STORM + " All roads are open.", modified_at=minutes(35)),
        _revision(2, 1, "A storm is coming", CARRIED),
        _revision(3, 1, "The storm", STORM),
        _revision(4, 1, "The storm", STORM),
        _revision(5, 1, "The harbour", "The harbour is open again."),
        _revision(6, 1, "The mayor", "The mayor is going to stay."),
        _revision(6, 2, "The mayor", "The mayor is not going to stay at all."),
        _revision(7, 1, "an old title", ERASED),
    )
    _add(conn, schema.entry, _entry(1, 1, 1), _entry(2, 2, 6), _entry(3, 2, 7))
    _add(conn, schema.address, {"id": 1, "url": f"https://{AGENCY}/a?id=1", "page_key": "a", "document_id": 1}
        | {"until": minutes(40)})  # fmt: skip
    _add(conn, schema.evidence_file, {"name": "one.warc.gz", "committed_length": 900})
    _add(conn, schema.capture, _capture(1, 1, 11))


def _entry(number: int, source: int, document: int) -> dict[str, Any]:
    entry = {"id": number, "source_id": source, "key": str(number), "url": f"https://{AGENCY}/{number}"}
    times = {"published_at": minutes(0), "first_seen_at": minutes(5), "last_seen_at": minutes(60)}
    return {**entry, **times, "document_id": document, "title": "As the source has it"}


def _capture(number: int, document: int, revision: int) -> dict[str, Any]:
    place = {"id": number, "file": "one.warc.gz", "offset": 100 * number, "length": 100, "fetch_id": 3}
    what = {"record_id": f"<urn:uuid:{number}>", "record_type": "response", "url": f"https://{AGENCY}/storm"}
    digests = {"digest": "sha1:A", "sha256": "a" * 64, "captured_at": minutes(2)}
    return {**place, **what, **digests, "document_id": document, "revision_id": revision, "status": 200}


def _changed(conn: Connection) -> None:
    """A stated edit soon after publication, a silent one, a takedown and its end, and another takedown."""
    _add(
        conn,
        schema.change,
        _change(1, "headline", 1, 40, 1, 2, words_added=5),
        _change(2, "body", 6, 600, 1, 2, words_added=4, words_removed=1),
        _change(3, "removed", 2, 700),
        _change(4, "restored", 2, 2200),
        _change(5, "removed", 5, 300),
        _change(6, "body", 8, 900, 1, 2, words_added=30, words_removed=12),
    )


def _change(
    number: int, kind: str, document: int, at: float, before: int | None = None, after: int | None = None, **values: int
) -> dict[str, Any]:
    change: dict[str, Any] = {"id": number, "kind": kind, "document_id": document, "at": minutes(at)}
    change |= {"from_revision": before, "to_revision": after, "words_added": 0, "words_removed": 0}
    return {**change, "significance": number / 10, "reason": f"reason {number}", **values}


def _saved(conn: Connection) -> None:
    saved: dict[str, Any] = {"origin": "corpus", "source_id": None, "first_seen_at": NOON, "published_at": None}
    _add(
        conn,
        schema.document,
        _document(8, DAILY, "saved", "A saved text", **saved) | {"revision_id": 81, "revision_count": 2},
        _document(9, WEEKLY, "lost", "A lost text", **saved) | {"state": "gone", "state_reason": "410 three times"}
        | {"state_since": minutes(500)},
    )  # fmt: skip
    kept: dict[str, Any] = {"origin": "corpus"}
    text = f"As {AGENCY} reports, the harbour is open. It was closed for a week, says https://{AGENCY}/harbour there."
    _add(
        conn,
        schema.revision,
        _revision(8, 1, "A saved text", text, **kept),
        _revision(8, 2, "A saved text, rewritten", "Nothing of it is left."),
        _revision(9, 1, "A lost text", "It is nowhere now.", **kept),
    )
    files = ((1, "saved.txt", 8, 80), (2, "lost.txt", 9, 90))
    _add(conn, schema.corpus_file, *(_file(*one) for one in files))
    url = f"https://{AGENCY}/harbour"
    spans = (
        (1, "source_line", AGENCY, AGENCY, None),
        (2, "url", url, AGENCY, url),
        (3, "mention", "week", "x.example", None),
    )
    for number, kind, cited, outlet, target in spans:
        start = text.index(cited)
        row = {"id": number, "kind": kind, "cited": cited, "start": start, "end": start + len(cited), "url": target}
        _add(conn, schema.citation, {**row, "confidence": 0.9, "outlet": outlet, "document_id": 8, "revision_id": 80})


def _file(number: int, name: str, document: int, revision: int) -> dict[str, Any]:
    row: dict[str, Any] = {"id": number, "name": name, "path": f"texts/{name}", "line": 0, "size": 90}
    row |= {"sha256": str(number) * 64, "encoding": "utf-8", "imported_at": NOON}
    return {**row, "document_id": document, "revision_id": revision}


def _carried(conn: Connection) -> None:
    """One story: the agency's, cut by the daily, printed twice by the weekly, and a redacted copy."""
    _add(conn, schema.cluster, {"id": 1, "made_at": minutes(30)})
    likeness = {1: (None, 0.0), 2: (1, 0.7), 3: (1, 0.9), 4: (3, 1.0), 7: (1, 1.0)}
    for document, (like, resemblance) in likeness.items():
        place = {"document_id": document, "cluster_id": 1, "joined_at": minutes(30 + document)}
        _add(conn, schema.copy, {**place, "like_document_id": like, "resemblance": resemblance, "containment": 1.0})
