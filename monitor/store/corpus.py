"""The seed corpus: which saved file became which revision, and the numbers of the mirror."""

from sqlalchemy import Connection, func, insert, select, update

from monitor.model import CorpusFile
from monitor.store import dialects
from monitor.store.schema import corpus_bytes, corpus_file, counter
from monitor.store.types import columns_of, first, nouns


def add(conn: Connection, new: CorpusFile) -> None:
    """Record a saved text."""
    conn.execute(insert(corpus_file).values(**columns_of(new)))


def repoint(conn: Connection, revision_id: int, document_id: int, to: int) -> None:
    """Say that the saved files behind one revision are behind another, of that document."""
    values = {"document_id": document_id, "revision_id": to}
    conn.execute(update(corpus_file).where(corpus_file.c.revision_id == revision_id).values(**values))


def keep_bytes(conn: Connection, sha256: str, data: bytes) -> None:
    """Keep a saved file byte for byte."""
    dialects.insert_new(conn, corpus_bytes, {"sha256": sha256, "data": data}, ["sha256"])


def read_bytes(conn: Connection, sha256: str) -> bytes:
    """Return a saved file byte for byte."""
    return bytes(conn.execute(select(corpus_bytes.c.data).where(corpus_bytes.c.sha256 == sha256)).scalar_one())


def known(conn: Connection, sha256: str, line: int) -> CorpusFile | None:
    """Return the saved text with these bytes, or None."""
    which = (corpus_file.c.sha256 == sha256) & (corpus_file.c.line == line)
    return first(CorpusFile, conn.execute(select(corpus_file).where(which)))


def of_document(conn: Connection, document_id: int) -> tuple[CorpusFile, ...]:
    """Return the saved files of a document."""
    statement = select(corpus_file).where(corpus_file.c.document_id == document_id)
    return nouns(CorpusFile, conn.execute(statement.order_by(corpus_file.c.name, corpus_file.c.line)))


def names(conn: Connection) -> dict[str, str]:
    """Return the SHA-256 of each saved file by its name in the mirror; what was redacted has none any more."""
    statement = select(corpus_file.c.name, corpus_file.c.sha256).where(corpus_file.c.name != "").distinct()
    return {row.name: row.sha256 for row in conn.execute(statement)}


def name_of(conn: Connection, sha256: str) -> str | None:
    """Return the mirror's name of the saved file with these bytes, or None."""
    named = (corpus_file.c.sha256 == sha256) & (corpus_file.c.name != "")
    return conn.execute(select(corpus_file.c.name).where(named).limit(1)).scalar()


def is_taken(conn: Connection, prefix: str) -> bool:
    """Say whether a saved file's name in the mirror begins so."""
    which = (corpus_file.c.name >= prefix) & (corpus_file.c.name < prefix + "\uffff")
    return conn.execute(select(corpus_file.c.id).where(which).limit(1)).first() is not None


def count_files(conn: Connection) -> int:
    """Return how many saved texts there are."""
    return int(conn.execute(select(func.count()).select_from(corpus_file)).scalar_one())


def next_number(conn: Connection, at_least: int = 0) -> int:
    """Take the next number of the mirror; two takers never get the same."""
    dialects.insert_new(conn, counter, {"name": "mirror", "value": 0}, ["name"])
    row = update(counter).where(counter.c.name == "mirror").values(value=counter.c.value + 1).returning(counter.c.value)
    number = conn.execute(row).scalar_one() - 1
    if number >= at_least:
        return int(number)
    conn.execute(update(counter).where(counter.c.name == "mirror").values(value=at_least + 1))
    return at_least
