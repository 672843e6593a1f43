"""Turn the titles and summaries of feeds and pages into plain text."""

import html
import re

from monitor.core.htmltree import squeeze

_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|div|em|font|h[1-6]|hr|i|img|ins|del|li|mark|ol|p|q|s|small|span"
    r"|strike|strong|sub|sup|time|tt|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_UNSTORABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")  # JSON can write half a character; no database takes it
_LONGEST_TITLE = 1_000  # characters
_LONGEST_SUMMARY = 2_000
_READ_AT_MOST = 50_000  # characters of markup
_READ_FIRST = 6_000  # of which a summary mostly needs no more; whole articles stand where summaries should


def title_text(raw: str | None) -> str | None:
    """Return a title in one line of plain text, or None when nothing is left.

    Text formatting goes, other angle brackets stay ("Why <head> matters"). Entities are read once more, because
    feeds often escape twice (`AT&amp;amp;T`), and the tags that then appear go too.
    """
    if not raw:
        return None
    text = _INLINE.sub("", _CDATA.sub("", raw[:_READ_AT_MOST]))
    text = _INLINE.sub("", _unescape(text))
    return _one_line(text, _LONGEST_TITLE)


def summary_text(raw: str | None) -> str | None:
    """Return a summary as one line of plain text of at most 2,000 characters, or None when nothing is left."""
    if not raw:
        return None
    if len(raw) > _READ_FIRST:
        head = raw[:_READ_FIRST]
        first = _summary(head[: head.rfind("<")] if head.rfind("<") > head.rfind(">") else head)
        if first and len(first) >= _LONGEST_SUMMARY - 1:
            return first
    return _summary(raw[:_READ_AT_MOST])


def _summary(markup: str) -> str | None:
    text = _CDATA.sub("", markup)
    if _ENTITY.search(text) and not _TAG.search(text):
        text = _unescape(text)
    return _one_line(_unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text))), _LONGEST_SUMMARY)


def one_line(text: str | None, longest: int = _LONGEST_TITLE) -> str | None:
    """Return text without control and direction marks, its white space collapsed; None when nothing is left."""
    return _one_line(text, longest) if text else None


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _one_line(text: str, longest: int) -> str | None:
    return squeeze(_UNSTORABLE.sub("", text[:_READ_AT_MOST]))[:longest].rstrip() or None
