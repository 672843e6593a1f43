"""Find the numbers of a text with all that makes them what they are: sign, separators, currency, unit, magnitude."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.lexicon import MAGNITUDES, NUMBERS
from monitor.core.typography import same_to_readers
from monitor.core.units import UNITS

_CURRENCY = "$€£¥₽₹₫₩₪₴₺฿"
_FIGURE = re.compile(
    rf"((?<!\w)[-+±]\s?(?=[{_CURRENCY}\d]))?([{_CURRENCY}])?\s?"
    rf"(\d{{1,3}}(?:[ '.]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,:/٫٬]\d+)*)"
    rf"(\s?(?:[%٪‰{_CURRENCY}]|°[CF]?))?((?:\s?[^\W\d_]+(?:[²³/][^\W\d_]*)?){{0,2}})"
)
_WORD = re.compile(r"[^\W\d_]+[²³]?")
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_ONE_MARK = re.compile(r"(\d+)[.,](\d+)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it reads, and a key that is equal for those that say the same: "10,000" and "10 000", "5%" and
    "5 percent", "3 km" and "3 kilometers"."""

    form: str
    key: str


def find_figures(text: str) -> tuple[Figure, ...]:
    """Return the numbers of a normalised text in order, with their keys.

    A form holds sign, currency, digits (of any script as ASCII, spaces taken out), unit sign, and a magnitude or unit
    behind it: "-5", "$1.5 million", "10000", "5%", "12 km", "14:30". Spelled numbers from two to twelve count as
    digits.
    """
    found = [(match.start(3), _figure(match)) for match in _FIGURE.finditer(text)]
    found += _spelled(text)
    return tuple(figure for _, figure in sorted(found, key=lambda one: one[0]))


def is_clock(figure: str) -> bool:
    """Tell whether a figure is a time of day, which pages update without any news in it."""
    return _CLOCK.fullmatch(figure) is not None


def _figure(match: re.Match[str]) -> Figure:
    sign, currency, digits, unit, behind = (match[group] or "" for group in range(1, 6))
    form = "".join((sign.strip(), currency, _ascii(digits), unit.strip()))
    sized, meaning = _measured(behind)
    meant = UNITS.get(unit.strip(), unit.strip()) or UNITS.get(currency, currency)
    return Figure(f"{form}{sized}", _key(f"{sign.strip()}{_value(_ascii(digits))}", meant, *meaning))


def _key(value: str, *meanings: str) -> str:
    return " ".join((value, *sorted(filter(None, meanings))))


def _measured(behind: str) -> tuple[str, list[str]]:
    """Return the magnitude and the unit that follow a number, as they read and as they are meant."""
    form, meant = "", list[str]()
    for word in _WORD.findall(behind):
        plain = same_to_readers(word)
        known = MAGNITUDES.get(plain) or UNITS.get(plain)
        if known is None:
            break
        form += f" {word.casefold()}"
        meant.append(known)
    return form, meant


def _spelled(text: str) -> Iterator[tuple[int, Figure]]:
    every = list(_WORD.finditer(text))
    for match in every:
        if (number := NUMBERS.get(match[0].casefold())) is not None:
            sized, meaning = _measured(text[match.end() : match.end() + _REACH])
            yield match.start(), Figure(f"{number}{sized}", _key(number, *meaning))


_REACH = 30  # characters behind a spelled number


def _value(digits: str) -> str:
    """Return digits without the marks between their groups, and a decimal point for a decimal comma."""
    if _GROUPED.fullmatch(digits):
        return digits.replace(",", "").replace(".", "")
    if found := _ONE_MARK.fullmatch(digits):
        return f"{found[1]}.{found[2]}"
    return digits


def _ascii(digits: str) -> str:
    plain = digits.replace(" ", "").replace("'", "").replace("٫", ".").replace("٬", ",")
    return plain if plain.isascii() else "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
