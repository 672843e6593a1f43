"""How quickly a new text finds the texts that it is a copy of, among many: `python -m benchmarks.copies`.

`python -m benchmarks.copies [--documents N] [--texts N]`. An archive on SQLite holds the sketches of so many documents,
made up: most sequences are of one document, some of many, as in any language. Texts then come in one after the other,
every tenth a copy of an earlier one, altered or cut, and some a roundup of five; their documents and revisions are
stored beforehand, unmeasured. Beside it, on the same texts: MinHash with LSH in memory, in plain Python. Both are held
against comparing every text with every other that it shares anything with, as to which texts belong together.
"""

import argparse
import string
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain, combinations
from random import Random
from statistics import median, quantiles
from time import process_time
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Engine, insert

from benchmarks.aims import state
from monitor import Settings
from monitor.app import copying
from monitor.app.context import Context, Seams
from monitor.core.likeness import SKETCH, is_copy, liken, sequences
from monitor.core.outlets import Registry
from monitor.edges.clock import FixedClock
from monitor.model import Document, DocumentState, Origin, Revision
from monitor.store import documents, revisions
from monitor.store.database import Database
from monitor.store.dialects import open_engine
from monitor.store.schema import copy, document, shingle

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
AIM_MS = 2.0
AIM_SHARE = 0.99
TOGETHER = 20  # texts that share a transaction, as they do in the daemon
WORDS = 25_000  # of each language
LENGTHS = (40, 120, 250, 400, 400, 600, 900)  # words of a text
COPIES, ROUNDUPS = 10, 100  # one in so many
UNSHARED, COMMON, COMMON_OF = 24, 5, 20_000  # sequences of a made sketch: its own ones, and those that others have too
BATCH = 2_000
LETTERS = (string.ascii_lowercase + "éèñãç", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")

HASHES, ROWS = 126, 3  # of MinHash: bands of three rows find nine of ten pairs from a resemblance of 0.38 on
RESEMBLANCE = 0.3
PRIME = 2**61 - 1

Pairs = set[tuple[int, int]]


def main() -> None:
    """Print the table, and whether the aims were met."""
    arguments = _arguments()
    texts = made(Random(1), arguments.texts)
    truth = together(exactly(texts))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ours = of_ours(f"sqlite:///{folder}/archive.db", arguments.documents, texts)
    peer = of_peer(texts)
    print(f"{len(texts):,} texts, {len(truth):,} pairs that belong together")
    print(f"{'':34}{'texts/s':>9}{'median ms':>11}{'95 % ms':>9}{'recall':>9}{'precision':>11}")
    for name, one in ((f"ours, among {arguments.documents:,} on SQLite", ours), ("MinHash and LSH, in memory", peer)):
        print(_row(name, one, truth))
    ratio = median(peer.each) / median(ours.each)
    told = f"median {median(ours.each):.2f} ms, {ratio:.1f} times as fast as MinHash with LSH in memory"
    what = f"a text's copies found among {arguments.documents:,} documents"
    state(what, told, f"under {AIM_MS:.0f} ms", median(ours.each) < AIM_MS)
    recall, precision = shares(ours.pairs, truth)
    told = f"recall {recall:.3f}, precision {precision:.3f}"
    state("copies brought together", told, f"{AIM_SHARE} each", min(recall, precision) >= AIM_SHARE)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--texts", type=int, default=1_500)
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class Found:
    """Milliseconds of CPU time that each text took, and which texts (by number) were brought together."""

    each: tuple[float, ...]
    pairs: Pairs


def _row(name: str, one: Found, truth: Pairs) -> str:
    recall, precision = shares(one.pairs, truth)
    rate, high = 1000 * len(one.each) / sum(one.each), quantiles(one.each, n=20)[-1]
    return f"{name:34}{rate:9,.0f}{median(one.each):11.2f}{high:9.2f}{recall:9.3f}{precision:11.3f}"


def shares(found: Pairs, truth: Pairs) -> tuple[float, float]:
    """Return recall and precision."""
    right = len(found & truth)
    return right / len(truth) if truth else 1.0, right / len(found) if found else 1.0


# --- texts ----------------------------------------------------------------------------------------------------


def made(chance: Random, count: int) -> list[str]:
    """Make texts in two scripts, their words as frequent as words are (Zipf); some are copies, some are roundups."""
    languages = [vocabulary(chance, letters) for letters in LETTERS]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
    texts: list[tuple[list[str], list[str]]] = []  # with their language
    for number in range(count):
        language = chance.choice(languages)
        earlier = [text for text, known in texts[-500:] if known is language and len(text) >= LENGTHS[1]]
        if number % COPIES == COPIES - 1 and earlier:
            text = altered(chance, chance.choice(earlier), language)
        elif number % ROUNDUPS == ROUNDUPS // 2 and len(earlier) >= 5:
            text = list(chain.from_iterable(one[:150] for one in chance.sample(earlier, 5)))
        else:
            text = chance.choices(language, cum_weights=weights, k=chance.choice(LENGTHS))
        texts.append((text, language))
    return [" ".join(text) for text, _ in texts]


def vocabulary(chance: Random, letters: str) -> list[str]:
    """Make the words of a language."""
    return ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(WORDS)]


def altered(chance: Random, text: list[str], language: list[str]) -> list[str]:
    """Copy a text as papers do: verbatim, in other words here and there, cut, or with an opening of their own."""
    how = chance.randrange(5)
    if how == 0:
        return text
    if how == 1:
        return text[: len(text) // 2]
    if how == 2:
        return [*chance.choices(language, k=25), *text[25:], *chance.choices(language, k=40)]
    share = 0.05 if how == 3 else 0.12
    return [chance.choice(language) if chance.random() < share else word for word in text]


def exactly(texts: Sequence[str]) -> Pairs:
    """Return the pairs that are copies, by comparing all that share any sequence."""
    cut = [sequences(text) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(cut):
        for one in set(own):
            holders[one].append(number)
    shared = Counter(chain.from_iterable(combinations(held, 2) for held in holders.values()))
    return {pair for pair, count in shared.items() if count >= 8 and is_copy(liken(cut[pair[0]], cut[pair[1]]))}


def together(pairs: Iterable[tuple[int, int]]) -> Pairs:
    """Return all pairs of those that are linked, directly or by others."""
    groups: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        groups.update(dict.fromkeys(joined, joined))
    return _pairs(groups.values())


def _pairs(groups: Iterable[Iterable[int]]) -> Pairs:
    return set(chain.from_iterable(combinations(sorted(group), 2) for group in groups))


# --- ours -----------------------------------------------------------------------------------------------------


def of_ours(url: str, count: int, texts: Sequence[str]) -> Found:
    """Measure `copying.assign` in an archive of so many documents, its share of the commit included."""
    Database.open(url, patience_s=30.0).close()
    engine = open_engine(url, 30.0)
    fill(engine, count, Random(2))
    with engine.begin() as conn:
        stored = [_store(conn, number, text) for number, text in enumerate(texts)]
    ctx = Context(Settings(), _none(), FixedClock(NOW), Registry.of(()), "benchmark", Seams(_none, _none, _none))
    each: list[float] = []
    for start in range(0, len(stored), TOGETHER):
        some = stored[start : start + TOGETHER]
        began = process_time()
        with engine.begin() as conn:
            times = list(_assigned(conn, ctx, some))
        committing = (process_time() - began) * 1000 - sum(times)
        each += [time + committing / len(some) for time in times]
    pairs = _clusters(engine, {one.id: number for number, (one, _) in enumerate(stored)})
    engine.dispose()
    return Found(tuple(each), pairs)


def _assigned(conn: Connection, ctx: Context, some: Iterable[tuple[Document, Revision]]) -> Iterator[float]:
    for one, revision in some:
        began = process_time()
        copying.assign(conn, ctx, one, revision)
        yield (process_time() - began) * 1000


def fill(engine: Engine, count: int, chance: Random) -> None:
    """Add documents with made sketches."""
    common = [chance.getrandbits(64) - 2**63 for _ in range(COMMON_OF)]
    held: Counter[int] = Counter()
    for start in range(0, count, BATCH):
        ids = range(start + 1, min(start + BATCH, count) + 1)
        alike = {"origin": Origin.WEB, "state": DocumentState.LIVE, "first_seen_at": NOW, "revision_count": 1}
        rows = [{"id": number, "url": f"https://old.example/{number}", **alike} for number in ids]
        sketches = [(one, number) for number in ids for one in _sketch(chance, common, held)]
        with engine.begin() as conn:
            conn.execute(insert(document), rows)
            conn.execute(insert(shingle), [{"hash": one, "document_id": number} for one, number in sketches])


def _sketch(chance: Random, common: list[int], held: "Counter[int]") -> set[int]:
    shared = {one for one in chance.choices(common, k=COMMON) if held[one] < SKETCH.crowd}
    held.update(shared)
    return shared | {chance.getrandbits(64) - 2**63 for _ in range(UNSHARED)}


def _store(conn: Connection, number: int, text: str) -> tuple[Document, Revision]:
    at = NOW - timedelta(days=1)
    url = f"https://new.example/{number}"
    one, _ = documents.add(conn, Document(0, Origin.WEB, DocumentState.LIVE, at, url=url))
    new = Revision(one.id, 0, Origin.WEB, f"Text {number}", text, "0" * 64, str(number), at, at)
    return one, revisions.add(conn, new)


def _clusters(engine: Engine, numbers: dict[int, int]) -> Pairs:
    groups: dict[int, list[int]] = defaultdict(list)
    with engine.begin() as conn:
        for row in conn.execute(copy.select()):
            groups[row.cluster_id].append(numbers.get(row.document_id, -row.document_id))
    return _pairs(groups.values())


def _none() -> Any:
    return None


# --- the peer -------------------------------------------------------------------------------------------------


def of_peer(texts: Sequence[str]) -> Found:
    """Measure MinHash with LSH as the textbook has it (Broder 1997; Leskovec et al., chapter 3)."""
    chance = Random(3)
    hashes = [(chance.randrange(1, PRIME), chance.randrange(PRIME)) for _ in range(HASHES)]
    bands: list[dict[tuple[int, ...], list[int]]] = [defaultdict(list) for _ in range(HASHES // ROWS)]
    signatures: list[tuple[int, ...]] = []
    each: list[float] = []
    pairs: Pairs = set()
    for number, text in enumerate(texts):
        began = process_time()
        own = _signature(text, hashes)
        for other in _in_a_band(bands, own, number):
            if sum(map(int.__eq__, own, signatures[other])) >= RESEMBLANCE * HASHES:
                pairs.add((other, number))
        signatures.append(own)
        each.append((process_time() - began) * 1000)
    return Found(tuple(each), together(pairs))


def _signature(text: str, hashes: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    marks = {crc32(one.encode()) for one in sequences(text)} or {0}
    return tuple(min([(a * mark + b) % PRIME for mark in marks]) for a, b in hashes)


def _in_a_band(bands: Sequence[dict[tuple[int, ...], list[int]]], own: tuple[int, ...], number: int) -> set[int]:
    """Return who shares a band, and enter this one."""
    found: set[int] = set()
    for at, band in enumerate(bands):
        held = band[own[at * ROWS : (at + 1) * ROWS]]
        found.update(held)
        held.append(number)
    return found


if __name__ == "__main__":
    main()
