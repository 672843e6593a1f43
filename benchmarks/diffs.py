"""Measure how many comparisons of two texts a second: `python -m benchmarks.diffs [WORDS]`.

Prints, for a text of 5,000 words in paragraphs and what became of it, how often a second of CPU time
`core.diffs.diff_words` tells what differs (segments with moves) and `core.changes.compare` weighs it, and how often
difflib.SequenceMatcher finds the opcodes of the two lists of words, as it comes and with `autojunk` off (as it comes it
leaves words out that are more frequent than 1 %, and tells moved passages and small edits of these as rewritten).
Every figure is the best of several rounds, all on the same texts in the same run; trust the ratios more.

Then how long one `compare` takes of texts far longer than an article, in an alphabet and in ideographs: while a text is
weighed nothing else writes to the archive.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from random import Random
from time import process_time
from zlib import crc32

from benchmarks.aims import state
from monitor.core.changes import TextState, compare
from monitor.core.diffs import diff_words

WORDS = 5_000
ROUNDS = 5
SENTENCES = 5  # in a paragraph
VOCABULARY = 3_000
FAST_MS = 10.0
LONGEST = 1_000_000  # bytes of UTF-8
AT_MOST_S = 0.5


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of a text."""

    name: str
    after: str
    aim: float  # times difflib


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else WORDS
    before, edits = texts(Random(4), count)
    head = f"{'edit':<26}{'diffs/s':>9}{'ms':>7}{'difflib/s':>11}{'no junk/s':>11}{'times':>7}{'times':>7}"
    print(f"{head}{'weighed/s':>11}")
    slowest, met = 0.0, True
    ratios: list[str] = []
    for edit in edits:
        ours = rate(partial(diff_words, before, edit.after))
        default = rate(partial(with_difflib, before, edit.after, autojunk=True))
        whole = rate(partial(with_difflib, before, edit.after, autojunk=False))
        weighed = rate(partial(compare, TextState("T", before), TextState("T", edit.after)))
        figures = f"{ours:9.0f}{1000 / ours:7.2f}{default:11.0f}{whole:11.1f}{ours / default:7.1f}{ours / whole:7.1f}"
        print(f"{edit.name:<26}{figures}{weighed:11.0f}")
        ratios.append(f"{edit.name} {ours / default:.1f}")
        met = met and ours >= edit.aim * default
        slowest = max(slowest, 1000 / ours)
    state(f"diffs of {count:,} words", f"{slowest:.1f} ms the slowest", f"under {FAST_MS:.0f} ms", slowest < FAST_MS)
    state("diffs beside difflib", f"times as fast: {', '.join(ratios)}", "3, and 2 when 30 % changed", met)
    slowest_long = max(weigh_longest(Random(5)))
    state("weighing of 1 MB", f"{slowest_long:.2f} s the slowest", f"under {AT_MOST_S} s", slowest_long < AT_MOST_S)


def weigh_longest(chance: Random) -> Iterator[float]:
    """Compare texts of 1 MB; print and yield the seconds that each pair took."""
    before, edits = texts(chance, LONGEST // 6)
    edits = (*edits, Edited("another text", texts(chance, LONGEST // 6)[0], 0.0))
    for script, form in (("letters", str), ("ideographs", ideographs)):
        old = form(before)[: LONGEST // (3 if form is ideographs else 1)]
        for edit in edits:
            work = partial(compare, TextState("T", old), TextState("T", form(edit.after)[: len(old)]))
            seconds = min(timed(work, 1) for _ in range(2))
            print(f"1 MB of {script:<12}{edit.name:<26}{seconds:7.2f} s")
            yield seconds


def ideographs(text: str) -> str:
    """Write a text without spaces, each syllable one sign."""
    signs = re.sub(r"\w{1,2}", lambda found: chr(0x4E00 + crc32(found[0].lower().encode()) % 3_000), text)
    return signs.replace(" ", "").replace(".", "。")


def texts(chance: Random, count: int) -> tuple[str, tuple[Edited, ...]]:
    """Write a text and what became of it."""
    vocabulary = ["".join(chance.choices("abcdefghiklmnoprstuv", k=chance.randint(2, 9))) for _ in range(VOCABULARY)]
    said = partial(sentence, chance, vocabulary, [1 / (rank + 1) for rank in range(VOCABULARY)])
    paragraphs = [[said() for _ in range(SENTENCES)] for _ in range(max(2, count // (18 * SENTENCES)))]
    whole = written(paragraphs)
    middle = whole.index(" ", len(whole) // 2)
    return whole, (
        Edited("one word", f"{whole[:middle]} not{whole[middle:]}", 3.0),
        Edited("20 words here and there", scattered(chance, whole, 20), 3.0),
        Edited("3 paragraphs moved", written(moved(chance, paragraphs, 3)), 3.0),
        Edited("30 % of the sentences new", written(renewed(chance, paragraphs, said)), 2.0),
    )


def sentence(chance: Random, vocabulary: list[str], weights: list[float]) -> str:
    """Write 9 to 27 words, frequent ones as frequent as in a language."""
    return " ".join(chance.choices(vocabulary, weights, k=chance.randint(9, 27))).capitalize() + "."


def written(paragraphs: list[list[str]]) -> str:
    """Put sentences into lines."""
    return "\n".join(" ".join(sentences) for sentences in paragraphs)


def scattered(chance: Random, text: str, count: int) -> str:
    """Put another word for some."""
    words = text.split(" ")
    for place in chance.sample(range(len(words)), min(count, len(words))):
        words[place] = "another"
    return " ".join(words)


def moved(chance: Random, paragraphs: list[list[str]], count: int) -> list[list[str]]:
    """Take some paragraphs to other places."""
    there = list(paragraphs)
    for _ in range(count):
        there.insert(chance.randrange(len(there)), there.pop(chance.randrange(len(there))))
    return there


def renewed(chance: Random, paragraphs: list[list[str]], said: Callable[[], str]) -> list[list[str]]:
    """Write three sentences of ten anew."""
    return [[said() if chance.random() < 0.3 else one for one in sentences] for sentences in paragraphs]


def with_difflib(before: str, after: str, *, autojunk: bool) -> object:
    """Compare as a user of difflib would."""
    return SequenceMatcher(None, before.split(), after.split(), autojunk=autojunk).get_opcodes()


def rate(work: Callable[[], object]) -> float:
    """Return how often a second something can be done, from the best of several rounds."""
    began = process_time()
    work()
    often = max(1, int(0.05 / max(process_time() - began, 1e-5)))
    return max(often / timed(work, often) for _ in range(ROUNDS))


def timed(work: Callable[[], object], often: int) -> float:
    """Return the CPU seconds of doing something so often."""
    began = process_time()
    for _ in range(often):
        work()
    return process_time() - began


if __name__ == "__main__":
    main()
