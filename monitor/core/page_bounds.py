"""Keep pages away from parsers that would need minutes for them; real pages stay far below these bounds."""

import re
import unicodedata
from itertools import islice

MOST_TAGS = (
    200_000  # news pages have 500 to 10,000, the longest standards on one page 400,000; extracting takes 3 s here
)

# libxml2 compares every attribute of a tag with those before it: 4 s for 40,000 of them (400 KB), 0.01 s for 1,000.
# Real tags have up to about sixty.
_MOST_ATTRIBUTES = 250
_LONG_TAG = re.compile(r"<([a-z][^\s/<>]*+)([^<>]{500,}+)>", re.IGNORECASE)
_QUOTED = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_ATTRIBUTE = re.compile(r"[^\s/=]++(?:\s*+=\s*+\S++)?")

# Any opening tag, also one that the next tag cuts short: what stands in quotes is not looked at.
_OPENING = re.compile(r"<([a-z][^\s/<>]*+)[^<>]*+(?:>|(?=<))", re.IGNORECASE)
_BRACKET = re.compile(b"<")
_TAG_START = re.compile(r"<(?=[a-z])", re.IGNORECASE)

# Putting marks into canonical order takes time that grows with the square of their number on one letter: a minute for
# a million. Unicode's own bound (UAX #15, Stream-Safe Text Format) is 30.
LAST_MARK = 0x20000  # none is beyond the second plane; to look at all of Unicode takes 0.1 s of every start
_MARKS = frozenset(chr(code) for code in range(0x300, LAST_MARK) if unicodedata.combining(chr(code)))
_MARK = f"[{''.join(sorted(_MARKS))}]"
_SOME_MARKS = re.compile(_MARK + "{3}")
_TOO_MANY_MARKS = re.compile(f"({_MARK}{{30}}){_MARK}++")


def without_floods(page: str) -> str:
    """Return a page's source without what stalls a parser: the attributes of a tag with more than 250 of them, and
    the marks beyond 30 on one letter. Linear, 10 to 40 ms a megabyte; a page without such floods comes back as it is.
    """
    return stream_safe(_LONG_TAG.sub(_few_attributes, page))


def stream_safe(text: str) -> str:
    """Return text with at most 30 combining marks in a row, so that normalising it takes linear time."""
    if text.isascii():
        return text
    some = text[::10]  # a run of 31 has three of them
    if _MARKS.isdisjoint(some) or not _SOME_MARKS.search(some):  # the set is ten times quicker
        return text
    return _TOO_MANY_MARKS.sub(r"\1", text)


def bare_page(page: str, most_tags: int, longest: int) -> str:
    """Return the start of a page's source, without any attribute: at most `longest` characters and `most_tags` tags."""
    kept = page[:longest]
    ends = (found.start() for found in islice(_TAG_START.finditer(kept), most_tags, None))
    return _OPENING.sub(r"<\1>", kept[: next(ends, len(kept))])


def start_of_page(page: bytes, most_tags: int, longest: int) -> bytes:
    """Return the start of a page in bytes: at most `longest` of them, and `most_tags` angle brackets."""
    kept = page[:longest]
    ends = (found.start() for found in islice(_BRACKET.finditer(kept), most_tags, None))
    return kept[: next(ends, len(kept))]


def _few_attributes(tag: re.Match[str]) -> str:
    attributes = _ATTRIBUTE.findall(_QUOTED.sub("=x", tag[2]))
    return tag[0] if len(attributes) <= _MOST_ATTRIBUTES else f"<{tag[1]}>"
