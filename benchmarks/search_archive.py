"""The archive that `benchmarks.search` asks: made-up texts of five languages, on either database.

The rows are those that the program would have written, many in one statement. PostgreSQL's index for words is taken
away while they come and built in the end: it grows with every text otherwise, which takes most of the time.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, islice
from random import Random
from time import perf_counter
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, text

from monitor import Settings
from monitor.core.indexing import Indexed, indexed
from monitor.model import DocumentState, Origin
from monitor.store import fulltext
from monitor.store.database import Database
from monitor.store.schema import document, host, revision

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
BATCH = 500
MAKERS = 2  # processes that make up texts
LENGTHS = (120, 200, 300, 400, 400, 500, 900)  # words of a text
OUTLETS = 40
EDITED = 10  # one document in so many has a second text


@dataclass(frozen=True, slots=True)
class Tongue:
    """A made-up language: how much of the archive is in it, its letters, and its endings."""

    name: str
    share: float
    letters: tuple[str, str]
    endings: tuple[str, ...]


TONGUES = (
    Tongue("es", 0.35, ("bcdfglmnprstv", "aeiou"), ("o", "a", "os", "as", "ación", "aciones", "ar", "ando", "e", "es")),
    Tongue("en", 0.25, ("bcdfghklmnprstw", "aeiou"), ("", "", "", "s", "ed", "ing", "er", "ers", "ly", "ion")),
    Tongue("ar", 0.2, ("بتجحدرزسشصعفقكلمن", "اوي"), ("", "", "ة", "ات", "ين", "ون", "ها", "ي")),
    Tongue("ru", 0.1, ("бвгдзклмнпрст", "аеиоу"), ("", "а", "у", "ом", "е", "ы", "ов", "ами", "ах", "ия")),
    Tongue("fr", 0.1, ("bcdfglmnprstv", "aeiou"), ("e", "es", "é", "ée", "er", "ement", "ion", "ions", "", "s")),
)
ROOTS = 6_000  # of each


class Words:
    """Draw words of a language, the first roots far more often."""

    def __init__(self, rng: Random, tongue: Tongue) -> None:
        consonants, vowels = tongue.letters
        self._rng, self._endings, self.name = rng, tongue.endings, tongue.name
        self.roots = ["".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(1, 3)))
                      + rng.choice(consonants) for _ in range(ROOTS)]  # fmt: skip
        self._weights = list(accumulate(1 / (place + 2.7) for place in range(ROOTS)))

    def some(self, count: int) -> list[str]:
        """Return so many words."""
        roots = self._rng.choices(self.roots, cum_weights=self._weights, k=count)
        return [root + ending for root, ending in zip(roots, self._rng.choices(self._endings, k=count), strict=True)]

    def one(self, place: int) -> str:
        """Return a word as common as that place in the list of roots says."""
        return self.roots[place] + self._rng.choice(self._endings)


class Batch(NamedTuple):
    """Documents, their texts, and what the index holds of these."""

    documents: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    words: dict[int, Indexed]


@cache
def vocabulary() -> tuple[Words, ...]:
    """Return the words of all languages."""
    return tuple(Words(Random(one.name), one) for one in TONGUES)


def fill(settings: Settings, count: int) -> None:
    """Make the archive unless it is there."""
    asyncio.run(_fill(settings, count))


async def _fill(settings: Settings, count: int) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db = await asyncio.to_thread(Database.open, settings.database_url)
    try:
        if await db.read(_number, "SELECT count(*) FROM document"):
            return
        begun = perf_counter()
        definition = await db.write(_begin)
        for batch in _batches(count):
            await db.write(_add, batch)
        await db.write(_end, definition)
        print(f"{count:,} documents made in {perf_counter() - begun:.0f} s", flush=True)
    finally:
        await asyncio.to_thread(db.close)


def _number(conn: Connection, sql: str) -> int:
    return int(conn.execute(text(sql)).scalar_one())


def _begin(conn: Connection) -> str | None:
    """Return what PostgreSQL's index for words is made with; it is gone."""
    conn.execute(insert(host), {"name": "made.example", "failures": 0})
    if conn.dialect.name == "sqlite":
        return None
    definition = conn.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_revision_search_words'"))
    conn.execute(text("DROP INDEX ix_revision_search_words"))
    return str(definition.scalar_one())


def _add(conn: Connection, batch: Batch) -> None:
    conn.execute(insert(document), batch.documents)
    conn.execute(insert(revision), batch.texts)
    fulltext.put_many(conn, batch.words)


def _end(conn: Connection, definition: str | None) -> None:
    if definition is not None:
        conn.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        conn.execute(text(definition))
    conn.execute(text("ANALYZE"))


def _batches(count: int) -> Iterator[Batch]:
    """Make up texts a little ahead of who takes them."""
    some = (range(start, min(start + BATCH, count + 1)) for start in range(1, count + 1, BATCH))
    with ProcessPoolExecutor(MAKERS) as makers:
        begun = deque(makers.submit(_made, one) for one in islice(some, 2 * MAKERS))
        while begun:
            yield begun.popleft().result()
            begun.extend(makers.submit(_made, one) for one in islice(some, 1))


def _made(numbers: range) -> Batch:
    """Make up documents with their texts; the texts of a document that was edited have numbers of their own."""
    rng, rows, texts = Random(numbers.start), list[dict[str, Any]](), list[dict[str, Any]]()
    for number in numbers:
        words = rng.choices(vocabulary(), weights=[one.share for one in TONGUES])[0]
        seen = NOW - timedelta(minutes=5 * (200_000 - number))
        versions = list(_texts(rng, words, number, seen))
        texts += versions
        rows.append(_document(number, words.name, rng.randrange(OUTLETS), versions[-1], seen))
    return Batch(rows, texts, {one["id"]: indexed(one["title"], one["text"], one["language"]) for one in texts})


def _texts(rng: Random, words: Words, number: int, seen: datetime) -> Iterator[dict[str, Any]]:
    title, body = " ".join(words.some(8)), words.some(rng.choice(LENGTHS))
    for version in range(2 if number % EDITED == 0 else 1):
        lines = (" ".join(body[at : at + 40]) for at in range(0, len(body), 40))
        yield {
            "id": 2 * number + version,
            "document_id": number,
            "number": version + 1,
            "origin": Origin.WEB,
            "title": title,
            "text": "\n\n".join(lines),
            "text_sha256": "0" * 64,
            "fingerprint": f"{number}-{version}",
            "first_seen_at": seen,
            "last_seen_at": seen,
            "language": words.name,
            "word_count": len(body),
            "asides": (),
        }
        body = [*body[:-20], *words.some(25)]


def _document(number: int, language: str, outlet: int, current: Mapping[str, Any], seen: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "origin": Origin.WEB,
        "state": DocumentState.LIVE,
        "first_seen_at": seen,
        "published_at": seen - timedelta(minutes=number % 90),
        "url": f"https://made.example/{number}",
        "host": "made.example",
        "outlet": f"outlet{outlet}.example",
        "language": language,
        "title": current["title"],
        "revision_id": current["id"],
        "revision_count": current["number"],
        "misses": 0,
        "doubts": 0,
    }
