"""Tell the article from the furniture around it: what outlets' pages put into every text."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from monitor.core.aside_words import announces
from monitor.core.hunks import hunks
from monitor.core.label_lines import alike, exact_key, headline_keys, is_listed, keys_of, line_key, masked

__all__ = ["NOTHING", "ArticlePart", "Furnishing", "LeftOut", "article_part", "differing", "line_key", "title_rests"]

MARKED = "the page marks it as no part of the article"
LEARNED = "it stands in many articles of the outlet"
HEADLINE = "the headline of another article"
TITLE = "the outlet adds it to its headlines"

_SEPARATOR = re.compile(r"\s+[-–—―:/~«»·]+\s+|\s*[|¦•›‹]+\s*|:\s+")
_AROUND = " \t\u00a0|¦•›‹-–—―:/~«»·"
_MOST_REPLACED = 40  # lines at one place; more are another text, in which none is the other reworded


@dataclass(frozen=True, slots=True)
class Furnishing:
    """What is known of an outlet's furniture, as keys: learned lines, what it adds to titles, headlines.

    `lines` hold keys of `label_lines.keys_of`, `titles` keys of `title_rests`, `headlines` the exact keys of lines that
    are the headline of another article of the outlet, as `listed` gives them. `reasons` pairs keys with words; a key
    without has plain ones.
    """

    lines: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    headlines: frozenset[str] = frozenset()
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is not compared, and why in words."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """Headline and text without the furniture, and what was left out."""

    title: str | None
    text: str
    left_out: tuple[LeftOut, ...] = ()


NOTHING = Furnishing()


def article_part(title: str | None, text: str, asides: frozenset[str], known: Furnishing) -> ArticlePart:
    """Return what of a headline and a text is the article's own: without asides and what is known of the outlet.

    An aside is left out with the numbers it has, since only the page's own word stands behind it.
    """
    headline, rests = _own_title(title, known)
    if not (asides or known.lines or known.headlines):
        return ArticlePart(headline, text, rests)
    marked = {exact_key(line) for line in asides}
    reasons = dict(known.reasons)
    kept: list[str] = []
    left_out = [*rests]
    for line in text.split("\n"):
        why = _why_left_out(line, marked, known, reasons)
        if why:
            left_out.append(LeftOut(line, why))
        else:
            kept.append(line)
    return ArticlePart(headline, "\n".join(kept), tuple(left_out))


def _why_left_out(line: str, marked: set[str], known: Furnishing, reasons: dict[str, str]) -> str | None:
    if not line.strip():
        return None
    if exact_key(line) in marked:
        return MARKED
    if known.lines:
        learned = next((key for key in keys_of(line) if key in known.lines), None)
        if learned:
            return reasons.get(learned, LEARNED)
    if known.headlines and not known.headlines.isdisjoint(headline_keys(line)):
        return HEADLINE
    return None


def _own_title(title: str | None, known: Furnishing) -> tuple[str | None, tuple[LeftOut, ...]]:
    """Take what the outlet adds off both ends of a headline, the longest first; something always remains."""
    if not title or not known.titles:
        return title, ()
    rests: list[LeftOut] = []
    found: tuple[str, str, str] | None = (title, "", "")
    while found:
        title = found[0]
        known_ones = (one for one in _parted(title) if one[2] in known.titles)
        found = min(known_ones, key=lambda one: len(one[0]), default=None)
        if found:
            rests.append(LeftOut(found[1], dict(known.reasons).get(found[2], TITLE)))
    return title, tuple(rests)


def title_rests(title: str | None) -> tuple[str, ...]:
    """Return the keys of everything that may have been added to a headline, at either end."""
    return tuple(dict.fromkeys(key for _, _, key in _parted(title or "")))


def rest_key(rest: str) -> str:
    """Return the key of what an outlet adds to its headlines, whichever separator is between."""
    return exact_key(rest.strip(_AROUND))


def _parted(title: str) -> Iterator[tuple[str, str, str]]:
    """Yield each way to part a title at a separator: what remains, what goes, and its key."""
    for found in _SEPARATOR.finditer(title):
        head, tail = title[: found.start()], title[found.end() :]
        if head.strip(_AROUND) and tail.strip(_AROUND):
            yield head, tail, rest_key(tail)
            yield tail, head, rest_key(head)


def differing(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that tell two texts apart: those of one only, or all where the same ones stand otherwise."""
    old, new = before.split("\n"), after.split("\n")
    in_old, in_new = set(old), set(new)
    if [line for line in old if line in in_new] != [line for line in new if line in in_old]:
        return tuple(dict.fromkeys((*old, *new)))
    return tuple(dict.fromkeys(line for line in (*old, *new) if (line in in_old) != (line in in_new)))


def listed(headlines: frozenset[str], *texts: str) -> frozenset[str]:
    """Return those of the headlines, as exact keys, that stand in lists of the texts: the subhead of a digest does not.

    The signs of a list are a bullet, "Read also:" in the line or above it, and another of the headlines beside it. One
    of the texts must show them; where a text has a headline in several places, all must.
    """
    found: set[str] = set()
    refuted: set[str] = set()
    for text in texts:
        places = list(_places(text, headlines))
        shown = {key for key, in_list in places if in_list}
        found |= shown
        refuted |= shown & {key for key, in_list in places if not in_list}
    return frozenset(found - refuted)


def _places(text: str, headlines: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield each place of a headline in a text, and whether that is in a list."""
    lines = [line for line in text.split("\n") if line.strip()]
    heads = [headlines.intersection(headline_keys(line)) for line in lines]
    for at, keys in enumerate(heads):
        if keys:
            near = heads[max(0, at - 1) : at] + heads[at + 1 : at + 2]
            in_list = any(near) or is_listed(lines[at]) or (at > 0 and announces(lines[at - 1]))
            yield from ((key, in_list) for key in keys)


def beside(text: str, lines: Collection[str]) -> tuple[str, ...]:
    """Return what stands right above and below these lines of a text, empty lines apart."""
    filled = [line for line in text.split("\n") if line.strip()]
    places = [place for place, line in enumerate(filled) if line in lines]
    return tuple(dict.fromkeys(line for place in places for line in filled[max(0, place - 1) : place + 2]))


def rewordings(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return the lines that took the place of one like them, as (old, new); numbers alone make no other line.

    Somebody wrote them, for what is put around articles gives way to something else. Turning the texts round turns the
    pairs round.
    """
    if after < before:
        return tuple((old, new) for new, old in rewordings(after, before))
    old, new = ([line.strip() for line in text.split("\n") if line.strip()] for text in (before, after))
    old_keys, new_keys = ([exact_key(line) for line in lines] for lines in (old, new))
    in_old, in_new = set(old_keys), set(new_keys)
    found: list[tuple[str, str]] = []
    for hunk in hunks(old_keys, new_keys):
        gone = [old[at] for at in range(hunk.start, hunk.end) if old_keys[at] not in in_new]
        come = [new[at] for at in range(hunk.new_start, hunk.new_end) if new_keys[at] not in in_old]
        if len(gone) + len(come) <= _MOST_REPLACED:
            found += [(one, other) for one in gone for other in come if _reworded(one, other)]
    return tuple(found)


def _reworded(one: str, other: str) -> bool:
    return masked(one) != masked(other) and alike(one, other)
