"""Say how much a change matters in a word."""

from enum import StrEnum

NOTABLE = 0.3  # a name, a quotation or some thirty words changed
MAJOR = 0.6  # a number or a negation changed, or most of the text


class Weight(StrEnum):
    """How much a change matters."""

    MINOR = "minor"
    NOTABLE = "notable"
    MAJOR = "major"


LEAST = {Weight.MINOR: 0.0, Weight.NOTABLE: NOTABLE, Weight.MAJOR: MAJOR}
STYLES = {Weight.MINOR: "dim", Weight.NOTABLE: "yellow", Weight.MAJOR: "bold red"}


def in_words(significance: float) -> Weight:
    """Return minor, notable or major for a significance from 0 to 1."""
    if significance < NOTABLE:
        return Weight.MINOR
    return Weight.NOTABLE if significance < MAJOR else Weight.MAJOR
