"""Show where in a text a query was found."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.folding import fold
from monitor.core.query import Query, Term, terms
from monitor.core.words import words

CUT = "…"
_BREAK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class _Token:
    """A folded word and the place of the original it came from."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Hit:
    """A place where a term of the numbered group is."""

    start: int
    end: int
    group: int


def snippet(text: str, query: Query, width: int = 160) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return an excerpt around the best hits, and the spans of the hits in it, in order and apart.

    The excerpt is the original text, at most `width` characters cut at words, with "…" where it is cut and every
    white-space character as a space. Best is the window with hits of the most groups, then with the most hits, then
    the first. Without a hit (the title was found, say) it is the beginning and no spans.
    """
    tokens = [_Token(one, word.start, word.end) for word in words(text) for one in _folded(word.text)]
    hits = _hits(tokens, query)
    inner = _best(hits, width)
    start, end = _widen(text, tokens, inner, width)
    lead = CUT if start > 0 else ""
    shown = lead + _BREAK.sub(" ", text[start:end]) + (CUT if end < len(text) else "")
    return shown, _spans(hits, start, end, len(lead) - start)


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(fold(word).split())


def _hits(tokens: list[_Token], query: Query) -> list[_Hit]:
    places: dict[str, list[int]] = {}
    for at, token in enumerate(tokens):
        places.setdefault(token.folded, []).append(at)
    found = {
        _Hit(tokens[at].start, tokens[at + len(term.words) - 1].end, group)
        for group, term in terms(query)
        for at in _starts(places, term)
        if _follows(tokens, at, term)
    }
    return sorted(found, key=lambda hit: (hit.start, hit.end))


def _starts(places: dict[str, list[int]], term: Term) -> list[int]:
    if len(term.words) > 1 or not term.prefix:
        return places.get(term.words[0], [])
    return [at for word, some in places.items() if word.startswith(term.words[0]) for at in some]


def _follows(tokens: list[_Token], at: int, term: Term) -> bool:
    """Tell whether the term's words stand at `at`; the first is known to."""
    run = [token.folded for token in tokens[at : at + len(term.words)]]
    if len(run) < len(term.words):
        return False
    last = run[-1].startswith(term.words[-1]) if term.prefix else run[-1] == term.words[-1]
    return last and run[:-1] == list(term.words[:-1])


def _best(hits: list[_Hit], width: int) -> tuple[int, int]:
    """Return the stretch from the first to the last hit of the best window."""
    best, stretch = (0, 0), (0, 0)
    for at, first in enumerate(hits):
        within = [hit for hit in hits[at : at + width] if hit.end <= first.start + width]
        score = (len({hit.group for hit in within}), len(within))
        if score > best:
            best, stretch = score, (first.start, max(hit.end for hit in within))
    if hits and best == (0, 0):  # every hit is longer than the window
        return hits[0].start, hits[0].start + width
    return stretch


def _widen(text: str, tokens: list[_Token], inner: tuple[int, int], width: int) -> tuple[int, int]:
    """Put the stretch into the middle of a window that begins and ends at words, or at the ends of the text."""
    start = max(0, min(inner[0] - (width - (inner[1] - inner[0])) // 2, len(text) - width))
    end = min(len(text), start + width)
    if start > 0:
        at = bisect_left(tokens, start, key=lambda token: token.start)
        start = min(tokens[at].start, inner[0]) if at < len(tokens) and inner[1] else inner[0]
    if end < len(text):
        at = bisect_right(tokens, end, key=lambda token: token.end)
        end = max(tokens[at - 1].end, inner[1]) if at and tokens[at - 1].end > start else end
    return start, end


def _spans(hits: list[_Hit], start: int, end: int, shift: int) -> tuple[tuple[int, int], ...]:
    """Return the hits within the window as spans of the excerpt, overlapping ones joined."""
    spans: list[tuple[int, int]] = []
    for hit in hits:
        first, last = max(hit.start, start), min(hit.end, end)
        if first >= last:
            continue
        if spans and first + shift < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last + shift))
        else:
            spans.append((first + shift, last + shift))
    return tuple(spans)
