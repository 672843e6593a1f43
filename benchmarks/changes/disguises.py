"""The same text in other signs: quotation marks, dashes, spaces, composed letters, invisible signs."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from benchmarks.changes.edits import State

_STRAIGHT = str.maketrans({"’": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
_CURLY = str.maketrans({"'": "’", "«": "“", "»": "”"})
_LONG_WORD = re.compile(r"[^\W\d_]{6,}")
_ARABIC = re.compile(r"([بتثجحخسشصضطظعغفقكلمنهي])([بتثجحخسشصضطظعغفقكلمنهي])")


def typography(text: str) -> str:
    """Set other quotation marks, apostrophes, dashes, and spaces that do not break."""
    text = text.replace("« ", "«").replace(" »", "»")
    turned = text.translate(_STRAIGHT if "’" in text or "“" in text else _CURLY)
    return re.sub(r" (?=\d)", "\u00a0", turned.replace(" - ", " – ")).replace("...", "…")


def decomposed(text: str) -> str:
    """Write letters and their marks as separate signs (NFD)."""
    return unicodedata.normalize("NFD", text)


def invisible(text: str) -> str:
    """Put soft hyphens into long words, and a zero-width space between two sentences."""
    return _LONG_WORD.sub(lambda found: f"{found[0][:3]}\u00ad{found[0][3:]}", text).replace(". ", ".\u200b ")


def tatweel(text: str) -> str:
    """Stretch the first letters of Arabic lines; of other scripts, put in invisible signs."""
    stretched = _ARABIC.sub("\\1\u0640\\2", text, count=3)
    return stretched if stretched != text else invisible(text)


def spaced(text: str) -> str:
    """Break lines and double spaces, as an editor's tool does."""
    return "\n      " + text.replace(" ", "  ", 3).replace(" ", "\n", 1) + "  \n"


DISGUISES: dict[str, Callable[[str], str]] = {
    "typography": typography,
    "NFD": decomposed,
    "invisible signs": invisible,
    "tatweel": tatweel,
    "white space": spaced,
}


def disguise(kind: str, state: State) -> State:
    """Return a state as it is shown in a disguise; in Chinese and Thai no space is put where none was."""
    change = DISGUISES[kind]
    return replace(state, headline=change(state.headline), paragraphs=tuple(map(change, state.paragraphs)))
