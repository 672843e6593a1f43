"""Doubt a text that may be only what was left of the one before, until it has stood for some checks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.core.aside_words import announces, is_label
from monitor.core.sentences import sentences
from monitor.core.teasers import breaks_off, without_offer
from monitor.core.text_size import size
from monitor.core.typography import normalise
from monitor.core.words import words
from monitor.model import Quality

_CLOSING = "\"'”’»)]"
_ENDS = ".!?؟۔।。！？:"


@dataclass(frozen=True, slots=True)
class DoubtPolicy:
    """Where doubt begins, in words lost and in shares of the words before.

    Nothing is doubted that lost under `unsaid` words. A text that stops in the middle of a former sentence, or sells
    its rest, is doubted at any length: no editor leaves it so. Under `cut` of the former and short of `cut_lost`
    words, the shape decides: the beginning of the former and no more, one piece out of it without its first sentence,
    or none of its sentences is rather what a reader was shown instead, while an editor who cuts keeps the lead and
    takes from several places. Under `collapsed` and short of `lost` words a text is doubted whatever it says.
    A sentence tells something from `telling` words on; `strays` of a text's own may be furniture at its head. A flash
    has up to `flash` words, and has grown from `grown` times as many on.
    """

    unsaid: int = 8
    cut: float = 0.6
    cut_lost: int = 40
    collapsed: float = 0.3
    lost: int = 50
    telling: int = 5
    strays: int = 1
    flash: int = 120
    grown: float = 1.5


DEFAULT = DoubtPolicy()


def doubt(
    before: str,
    after: str,
    *,
    asides: Collection[str] = (),
    ended: bool = True,
    same_headline: bool = False,
    policy: DoubtPolicy = DEFAULT,
) -> tuple[Quality, str] | None:
    """Return why a complete text is not believed at once beside the one before, or None when it is.

    PAYWALL: it repeats the former text and then sells the rest. TRUNCATED: it stops in the middle of a sentence of the
    former text (in an ellipsis, for one), or is its beginning and no more. COLLAPSED: far shorter; or much
    shorter, and one piece out of the former or without any sentence of it. A doubt only: the caller keeps the capture
    and believes what lasts. A text that grew is never doubted, but for a flash that under the `same_headline` says
    nothing of what it said: so reads the frame of a page whose article is missing. A page that was not `ended` is
    doubted as soon as its text is the beginning of the former. Lines that are labels or among the `asides` of either
    text do not count: a list of tags that shrinks is no page that breaks off. Linear; about 2 ms for 5,000 words.
    """
    before, after = (_article(text, frozenset(asides)) for text in (before, after))
    told, offer = without_offer(after)
    if offer and offer in before:  # a line that every text of this outlet ends with sells nothing of this one
        told, offer = after, None
    was, now = size(before), size(told)
    old, new = _telling(before, policy), _telling(told, policy)
    count = f"{now} words where {was} stood"
    if same_headline and was <= policy.flash and now <= was * policy.grown and _is_stranger(old, new, told):
        return Quality.COLLAPSED, f"{count}, with no sentence in common: it may be another page"
    if was - now < policy.unsaid:
        return None
    if not ended and new and old[: len(new)] == new:
        return Quality.TRUNCATED, f"{count}, its beginning, and the page has no end"
    if (stop := _stops(before, told)) or (offer and set(old) & set(new)):
        if offer:
            return Quality.PAYWALL, f"{count}, then “{offer[:80]}”"
        return Quality.TRUNCATED, f"{count}, and it stops in the middle of a sentence: “{stop}”"
    if now < policy.cut * was and was - now >= policy.cut_lost and (shape := _shape(old, new, policy)):
        return shape[0], f"{count}, {shape[1]}"
    return (Quality.COLLAPSED, f"{count}, too few to be believed at once") if _far(was, now, policy) else None


def _is_stranger(old: Sequence[str], new: Sequence[str], told: str) -> bool:
    """Say whether a text has none of the former sentences, not even reworded."""
    if not old or not told.strip() or set(old) & set(new):
        return False
    was, now = (frozenset(word.text.casefold() for line in text for word in words(line)) for text in (old, new))
    return 3 * len(was & now) < len(was)


def _article(text: str, asides: frozenset[str]) -> str:
    lines = (line for line in text.split("\n") if line not in asides)
    return "\n".join(line for line in lines if not is_label(line) and not announces(line))


def _far(was: int, now: int, policy: DoubtPolicy) -> bool:
    """Say whether a text shrank too far to be believed at once: to under 30 % of its words, and by 50 or more.

    What is left after a failed extraction is a caption or a teaser, while an editor who cuts leaves more. The lines
    are a judgement, not a measurement: a flash of under 50 words never collapses, and a short one replaced by a
    correction is kept.
    """
    return now < policy.collapsed * was and was - now >= policy.lost


def _telling(text: str, policy: DoubtPolicy) -> list[str]:
    """Return the sentences of a text that tell something, without typography, each once."""
    found = (normalise(sentence) for sentence in sentences(text) if size(sentence) >= policy.telling)
    return list(dict.fromkeys(found))


def _stops(before: str, told: str) -> str | None:
    """Return the end of a text that stops in the middle of a sentence of the former one, else None."""
    last = normalise(next(reversed(sentences(told)), ""))
    cut = last.rstrip(" .…[](){}") if breaks_off(last) else last
    if not cut or (cut == last and last.rstrip(_CLOSING)[-1:] in _ENDS):
        return None
    former = [normalise(sentence) for sentence in sentences(before)]
    begun = last not in former and any(one.startswith(cut) and len(one) > len(cut) + 1 for one in former)
    return cut[-40:] if begun else None


def _shape(old: Sequence[str], new: Sequence[str], policy: DoubtPolicy) -> tuple[Quality, str] | None:
    known = set(old)
    shared = [sentence for sentence in new if sentence in known]
    if not shared:
        return Quality.COLLAPSED, "with no sentence in common: it may be another page"
    at = old.index(shared[0])
    if len(new) - len(shared) > policy.strays or list(old[at : at + len(shared)]) != shared:
        return None
    if at <= policy.strays:
        return Quality.TRUNCATED, "its beginning and no more"
    return Quality.COLLAPSED, "one piece out of its middle or end"
