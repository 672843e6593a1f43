"""Tell a teaser, which ends by selling the rest of the article, from an article that tells of subscriptions."""

import re

from monitor.core.sentences import sentences
from monitor.core.text_size import size
from monitor.core.walls import PAYWALL

ENDING_WORDS = 60  # how far from its end a text may sell its rest: "Already a subscriber? Log in. Cancel any time."
SENTENCE = 200  # characters of a sentence that sells; longer ones tell of something
_ENDING = 1_500  # characters in which those words are
_THAI_SPACE = re.compile("(?<=[\u0e01-\u0e5b])\\s+")  # the only sign that Thai has between sentences


def paywall_sentence(text: str) -> str | None:
    """Return the first sentence of a text that sells the rest of an article to its reader, or None."""
    return next((said for said in sentences(text) if _sells(said)), None)


def without_offer(text: str) -> tuple[str, str | None]:
    """Return a text up to the sentence near its end that sells the rest to the reader, and that sentence or None.

    Only within its last 60 words, and only a sentence that says it itself from its start on: an article about
    subscriptions tells of them. Of several such sentences the first is returned.
    """
    start = max(0, len(text) - _ENDING)
    left, said, at = ENDING_WORDS, None, len(text)
    for place, sentence in reversed(_placed(text, start)):
        if _sells(sentence):
            said, at = sentence, place
        left -= size(sentence)
        if left < 0:
            break
    return text[:at].rstrip(), said


def breaks_off(text: str) -> bool:
    """Say whether a text ends in an ellipsis, as teasers do."""
    return text.rstrip(" \t\n\"'”’»)]").endswith(("…", "...", "[..", ". . ."))


def _sells(sentence: str) -> bool:
    bare = sentence.lstrip(" \t-–—•*[(<>→▶🔒✔|")
    return len(sentence) <= SENTENCE and PAYWALL.match(bare) is not None


def _placed(text: str, start: int) -> list[tuple[int, str]]:
    """Return the sentences after a place, each with where it begins."""
    found, at = [], start
    for sentence in (part for whole in sentences(text[start:]) for part in _THAI_SPACE.split(whole)):
        at = text.index(sentence, at)
        found.append((at, sentence))
        at += len(sentence)
    return found
