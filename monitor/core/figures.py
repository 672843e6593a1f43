"""Find the numbers of a text with all that makes them what they are: sign, separators, currency, unit, magnitude."""

import re
import unicodedata
from collections.abc import Iterator

from monitor.core.lexicon import MAGNITUDES, NUMBERS

_CURRENCY = "$€£¥₽₹₫₩₪₴"
_FIGURE = re.compile(
    rf"((?<!\w)[-+±]\s?(?=[{_CURRENCY}\d]))?([{_CURRENCY}])?\s?"
    rf"(\d{{1,3}}(?:[ '.]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,:/]\d+)*)"
    rf"(\s?(?:[%‰{_CURRENCY}]|°[CF]?))?(\s?[^\W\d_]+)?"
)
_WORD = re.compile(r"[^\W\d_]+")
_CLOCK = re.compile(r"\d{1,2}:\d\d")


def figures(text: str) -> tuple[str, ...]:
    """Return the numbers of a normalised text in order, each as one comparable form.

    A form holds sign, currency, digits (of any script as ASCII, spaces taken out), unit sign and a magnitude word
    behind it: "-5", "$1.5 million", "10000", "5%", "14:30". Spelled numbers from two to twelve count as digits.
    """
    found = [(at, form) for match in _FIGURE.finditer(text) for at, form in _forms(match)]
    return tuple(form for _, form in sorted(found + list(_spelled(text))))


def is_clock(figure: str) -> bool:
    """Tell whether a figure is a time of day, which pages update without any news in it."""
    return _CLOCK.fullmatch(figure) is not None


def _forms(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    sign, currency, digits, unit, word = (match[group] or "" for group in range(1, 6))
    magnitude = word.strip().casefold()
    form = "".join((sign.strip(), currency, _ascii(digits), unit.strip()))
    yield match.start(3), f"{form} {magnitude}" if magnitude in MAGNITUDES else form


def _spelled(text: str) -> Iterator[tuple[int, str]]:
    for match in _WORD.finditer(text):
        if (number := NUMBERS.get(match[0].casefold())) is not None:
            yield match.start(), number


def _ascii(digits: str) -> str:
    plain = digits.replace(" ", "").replace("'", "")
    return plain if plain.isascii() else "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
