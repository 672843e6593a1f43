"""Compare two text states: are they the same but for typography, and if not, how much does the change matter?"""

import hashlib
from dataclasses import dataclass

from monitor.core.furniture import NOTHING, ArticlePart, Furnishing, article_part
from monitor.core.significance import Edit, combined, weigh
from monitor.core.typography import normalise
from monitor.core.word_signals import Signal
from monitor.model import ChangeKind

HEADLINE = 0.3  # what a reworded headline weighs by itself
SPELLING = 0.1  # a headline in which only long words are spelled otherwise
REASONS = 4  # at most so many signals are named


@dataclass(frozen=True, slots=True)
class TextState:
    """Headline and text of a document at one time; `asides` are lines of the text that are no part of the article."""

    title: str | None
    text: str
    asides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two text states. `significance` is 0 to 1, `reason` says why in words."""

    kind: ChangeKind
    words_added: int
    words_removed: int
    significance: float
    reason: str
    words_moved: int = 0
    sentences_added: int = 0
    sentences_removed: int = 0
    sentences_moved: int = 0


def fingerprint(title: str | None, text: str) -> str:
    """Return the hex SHA-256 over the normalised title, a line feed, and the normalised text.

    Equal for states that differ in typography only. No title and an empty one are the same.
    """
    joined = f"{normalise(title or '')}\n{normalise(text)}"
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def compare(before: TextState, after: TextState, known: Furnishing = NOTHING) -> Difference | None:
    """Return what changed, or None only when the normalised forms, and so the fingerprints, are equal.

    Furniture is left out of the comparison: the asides of either state, and what is `known` of the outlet. Where the
    rest is equal the kind is FURNITURE and the significance 0. Else significance = 1 - product of (1 - weight) over all
    signals of headline and body (core/significance.py), where a reworded headline is a signal of 0.3 of its own, 0.1
    when only long words are spelled otherwise. The reason tells the heaviest four, heaviest first. Turning the states
    round swaps what was added and removed and changes no weight. Nothing is too small to be told: what alerts is for
    others to decide, by the number.
    """
    if fingerprint(before.title, before.text) == fingerprint(after.title, after.text):
        return None
    old, new = _articles(before, after, known)
    title, body = _edit(old.title or "", new.title or ""), _edit(old.text, new.text)
    if title is None and body is None:
        return Difference(ChangeKind.FURNITURE, 0, 0, 0.0, f"only furniture changed{_furniture(old, new)}")
    signals = [*(_of_headline(title, old.title, new.title) if title else ()), *(_of_body(body) if body else ())]
    signals.sort(key=lambda signal: -signal.weight)
    edits = [edit for edit in (title, body) if edit is not None]
    return Difference(
        kind=ChangeKind.BOTH if len(edits) == 2 else ChangeKind.HEADLINE if title else ChangeKind.BODY,
        words_added=sum(edit.added for edit in edits),
        words_removed=sum(edit.removed for edit in edits),
        significance=round(combined([signal.weight for signal in signals]), 3),
        reason="; ".join(signal.reason for signal in signals[:REASONS]),
        words_moved=sum(edit.moved for edit in edits),
        sentences_added=body.sentences_added if body else 0,
        sentences_removed=body.sentences_removed if body else 0,
        sentences_moved=body.sentences_moved if body else 0,
    )


def same_article(before: TextState, after: TextState, known: Furnishing = NOTHING) -> bool:
    """Say whether two states hold the same article but for typography, whatever furniture stands around it."""
    old, new = _articles(before, after, known)
    return normalise(old.title or "") == normalise(new.title or "") and normalise(old.text) == normalise(new.text)


def _articles(before: TextState, after: TextState, known: Furnishing) -> tuple[ArticlePart, ArticlePart]:
    asides = frozenset((*before.asides, *after.asides))
    old = article_part(before.title, before.text, asides, known)
    return old, article_part(after.title, after.text, asides, known)


def _furniture(old: ArticlePart, new: ArticlePart) -> str:
    """Return in words what furniture is another one now, with the reason why it is furniture."""
    gone = [one for one in old.left_out if one not in new.left_out]
    come = [one for one in new.left_out if one not in old.left_out]
    if gone and come:
        return f": “{gone[0].line.strip()}” → “{come[0].line.strip()}” ({come[0].why})"
    if not gone and not come:
        return ", in its order"
    told = (gone or come)[0]
    return f": “{told.line.strip()}” {'went' if gone else 'came'} ({told.why})"


def _edit(before: str, after: str) -> Edit | None:
    return None if normalise(before) == normalise(after) else weigh(before, after)


def _of_body(edit: Edit) -> tuple[Signal, ...]:
    return (*edit.signals, *((edit.size,) if edit.size else ()))


def _of_headline(edit: Edit, before: str | None, after: str | None) -> list[Signal]:
    """Tell the signals of the headline as such; its size says less than that it was reworded."""
    if not before or not after:
        return [Signal(HEADLINE, "headline appeared" if after else "headline disappeared")]
    told = [Signal(one.weight, f"headline: {one.reason}") for one in edit.signals]
    if not edit.size:
        return told
    if edit.spelled:
        return [*told, Signal(SPELLING, f"headline: spelling, {edit.spelled}")]
    return [*told, Signal(HEADLINE, "headline reworded")]
