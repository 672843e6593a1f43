"""Keep feeds away from the parser that would cost minutes; real ones stay far below these bounds."""

import re

# feedparser needs about 15 s for a million tags, 1.5 s for a million ampersands, and for the attributes of one tag
# time that grows with their square (0.1 s for 3,000).
_MOST_TAGS = 400_000
_MOST_REFERENCES = 1_000_000
_MOST_ATTRIBUTES = 5_000
_LONG_TAG = re.compile(r"<[^<>]{20000,}")


def too_costly(text: str) -> str | None:
    """Return in words why a feed is not worth parsing, or None. Takes a few milliseconds a megabyte."""
    if (tags := text.count("<")) > _MOST_TAGS:
        return f"the feed has {tags} tags, more than {_MOST_TAGS} are not read"
    if (references := text.count("&")) > _MOST_REFERENCES:
        return f"the feed has {references} ampersands, more than {_MOST_REFERENCES} are not read"
    if text.count("=") > _MOST_ATTRIBUTES and any(
        tag[0].count("=") > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)
    ):
        return f"a tag of the feed has more than {_MOST_ATTRIBUTES} attributes"
    return None
