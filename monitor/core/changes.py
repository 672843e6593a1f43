"""Compare two text states: are they the same but for typography, and if not, how much does the change matter?"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from monitor.core.significance import Edit, Signal, combined, weigh
from monitor.model import ChangeKind

HEADLINE = 0.3  # what a reworded headline weighs by itself
REASONS = 4  # at most so many signals are named

_QUOTES = {'"': "“”„‟«»＂「」『』〝〞", "'": "‘’‚‛‹›ʼ`´＇"}
_DASHES = "‐‑‒–—―−﹘﹣－"
_TYPOGRAPHY = str.maketrans(
    {form: plain for plain, forms in _QUOTES.items() for form in forms} | dict.fromkeys(_DASHES, "-") | {"…": "..."}
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0640\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]+"
)
_INSIDE_GUILLEMETS = re.compile(r"(?<![^\s(])(?P<open>[«‹])\s+|\s+(?P<close>[»›])(?=\W|$)")
_BEFORE_MARKS = re.compile(r"\s+(?=[;:!?؛؟])")
_DASH_RUN = re.compile(r"-{2,}")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class TextState:
    """Headline and text of a document at one time."""

    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two text states. `significance` is 0 to 1, `reason` says why in words."""

    kind: ChangeKind
    words_added: int
    words_removed: int
    significance: float
    reason: str


def normalise(text: str) -> str:
    """Return a text without its typography; doing it twice changes nothing.

    NFC; white space runs are one space; bidi and zero-width controls, soft hyphens, tatweel and variation selectors
    fall; quotation marks are " or ', without the spaces French puts inside guillemets; dashes and minus are -;
    the ellipsis is three points; no space before ; : ! ?. Digits, signs, units, letters and their case stay.
    """
    visible = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    closed = _INSIDE_GUILLEMETS.sub(lambda found: found["open"] or found["close"], visible)
    plain = _DASH_RUN.sub("-", closed.translate(_TYPOGRAPHY))
    spaced = _SPACE.sub(" ", _BEFORE_MARKS.sub("", plain)).strip()
    return unicodedata.normalize("NFC", spaced)


def fingerprint(title: str | None, text: str) -> str:
    """Return the hex SHA-256 over the normalised title, a line feed, and the normalised text.

    Equal for states that differ in typography only. No title and an empty one are the same.
    """
    joined = f"{normalise(title or '')}\n{normalise(text)}"
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def compare(before: TextState, after: TextState) -> Difference | None:
    """Return what changed, or None only when the normalised forms, and so the fingerprints, are equal.

    significance = 1 - product of (1 - weight) over all signals of headline and body (core/significance.py), where a
    reworded headline is a signal of 0.3 of its own. Nothing is too small to be told: what alerts is for others to
    decide, by the number.
    """
    title = _edit(before.title or "", after.title or "")
    body = _edit(before.text, after.text)
    if title is None and body is None:
        return None
    signals = [*(_of_headline(title, before, after) if title else ()), *((*body.signals, body.size) if body else ())]
    edits = [edit for edit in (title, body) if edit is not None]
    return Difference(
        kind=ChangeKind.BOTH if len(edits) == 2 else ChangeKind.HEADLINE if title else ChangeKind.BODY,
        words_added=sum(edit.added for edit in edits),
        words_removed=sum(edit.removed for edit in edits),
        significance=round(combined([signal.weight for signal in signals]), 3),
        reason="; ".join(signal.reason for signal in signals[:REASONS]),
    )


def _edit(before: str, after: str) -> Edit | None:
    old, new = normalise(before), normalise(after)
    return None if old == new else weigh(old, new)


def _of_headline(edit: Edit, before: TextState, after: TextState) -> list[Signal]:
    """Tell the signals of the headline as such; its size says less than that it was reworded."""
    if not before.title or not after.title:
        return [Signal(HEADLINE, "headline appeared" if after.title else "headline disappeared")]
    reworded = Signal(HEADLINE, "headline reworded") if edit.added or edit.removed else edit.size
    return [*(Signal(one.weight, f"headline: {one.reason}") for one in edit.signals), reworded]
