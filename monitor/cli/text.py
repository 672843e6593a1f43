"""Make text from outside fit for a terminal: no control characters, no turned directions, no overlong lines."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from rich.cells import cell_len, chop_cells, set_cell_size

ELLIPSIS = "…"

# Controls (C0, DEL, C1: a terminal obeys them), separators that forge lines, embeddings and overrides that turn the
# direction of all that follows, surrogates that cannot be written. Joiners and direction marks stay: Persian, Arabic
# and Hebrew are misread without them, and they reach no further than their neighbours.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_HARMLESS = frozenset("\u2068\u2069")  # isolates, which are set here as well
_SPACES = re.compile(r"\s+")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_TURNING = _RIGHT_TO_LEFT | {"AN"}  # Arabic digits are written left to right, and turn what stands between them
_LIST_END = re.compile(r"^(.*?)([,;:]*)$", re.DOTALL)
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def one_line(text: object) -> str:
    """Return text as one safe line: every run of white space one blank, what could act on a terminal as escapes."""
    return _escaped(_SPACES.sub(" ", str(text)).strip())


def spaced(text: str) -> str:
    """Return a piece of a line, safe as in `one_line`, its outer blanks kept."""
    return _escaped(_SPACES.sub(" ", text))


def paragraphs(text: str) -> str:
    """Return text with its lines kept and everything else that could act on a terminal as escapes."""
    return "\n".join(_escaped(line.replace("\t", "    ")) for line in re.split(r"\r\n|[\n\r\u2028\u2029]", text))


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def is_safe(line: str) -> bool:
    """Return whether a line can be written to a terminal as it is."""
    return all(char in _HARMLESS for char in _UNSAFE.findall(line))


def guarded(line: str) -> str:
    """Return a line with whatever could act on a terminal as escapes, but for isolates."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] in _HARMLESS else _escaped(found[0]), line)


def writable(text: str) -> str:
    """Return text that any stream takes: lone surrogates (file names that are not UTF-8) as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def cut(text: str, width: int) -> str:
    """Return a line in at most `width` cells, its end given up for an ellipsis; wide characters count two."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS if width > 0 else ""


def wrapped(text: str, width: int, *, breaking: bool = True) -> list[str]:
    """Return a line as lines of at most `width` cells, parted between words; a longer word is broken, or runs over."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines += chop_cells(word, width) if breaking else [word]
    return lines if lines[0] else lines[1:] or lines


def isolated(text: str) -> str:
    """Return text that runs right to left between FSI and PDI (UAX #9), so that what is beside it keeps its place."""
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        return f"{_ISOLATE}{text}{_END_ISOLATE}"
    return text


def parts_isolated(text: str) -> str:
    """Return text of our own with each stretch of words that run right to left isolated by itself.

    Without that, `٤٥ → ٥٤` is shown with the new number first: the arrow takes the direction of what is around it.
    """
    stretches = groupby(text.split(" "), key=_turns)
    return " ".join(_in_isolation(words) if turned else " ".join(words) for turned, words in stretches)


def _turns(word: str) -> bool:
    return any(unicodedata.bidirectional(char) in _TURNING for char in word)


def _in_isolation(words: Iterable[str]) -> str:
    """Isolate words together up to the end of an item in a list, whose order is that of the sentence around it."""
    items = re.split(r"(?<=[,;:]) ", " ".join(words))
    return " ".join(_LIST_END.sub(rf"{_ISOLATE}\1{_END_ISOLATE}\2", item) for item in items)


def listed(items: Iterable[str]) -> str:
    """Return different items in order of appearance, parted by commas."""
    return ", ".join(dict.fromkeys(items))


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 source`, `2 sources`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
