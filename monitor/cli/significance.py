"""Say how much a change matters in a word."""

NOTABLE = 0.3  # a name, a quotation or some thirty words changed
MAJOR = 0.6  # a number or a negation changed, or most of the text


def in_words(significance: float) -> str:
    """Return minor, notable or major for a significance from 0 to 1."""
    if significance < NOTABLE:
        return "minor"
    return "notable" if significance < MAJOR else "major"
