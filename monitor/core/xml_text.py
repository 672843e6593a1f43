"""Write any text into XML 1.0, so that it is text there and nothing else."""

import re

# What XML 1.0 (section 2.2) does not allow, not even escaped, and controls that it allows and terminals obey.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MEANT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_OF_TEXT = str.maketrans(_MEANT)
_OF_ATTRIBUTE = str.maketrans({**_MEANT, "\t": "&#9;", "\n": "&#10;"})  # a parser makes spaces of them otherwise


def storable(text: str) -> str:
    """Return a text with U+FFFD for each character that XML 1.0 cannot hold, and for controls."""
    return _FORBIDDEN.sub("\ufffd", text)


def xml_text(text: str) -> str:
    """Return a text as the content of an element."""
    return storable(text).translate(_OF_TEXT)


def xml_attribute(text: str) -> str:
    """Return a text as what stands between the double quotes of an attribute."""
    return storable(text).translate(_OF_ATTRIBUTE)
