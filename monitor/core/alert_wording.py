"""Put a change, a new document or an alarm into the lines that a message lists it by, all of them harmless text."""

import re
import unicodedata
from collections.abc import Iterator

from monitor.answers import ChangeView
from monitor.core.page_paths import path_of, revisions_of
from monitor.model import Alarm, Change, Document
from monitor.wording import KINDS, alarmed, stood

Item = ChangeView | Document | Alarm

LONGEST = 300  # characters of a headline or a reason; feeds hold whole articles there
# Line ends, controls, what turns the direction of all that follows, and what cannot be written in UTF-8.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return text from outside as one harmless line: no line end, no control, nothing that turns directions."""
    line = " ".join(_ACTING.sub("", re.sub(r"\s", " ", text)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def listed(number: int, item: Item, base_url: str) -> str:
    """Return it as an entry of a list: what happened, to what, why it matters, when, and where to read on."""
    lead = f"{number}. "
    first, *rest = _lines(item, base_url)
    return "\n".join((lead + first, *(" " * len(lead) + line for line in rest), ""))


def _lines(item: Item, base_url: str) -> Iterator[str]:
    if isinstance(item, Alarm):
        yield from _of_alarm(item, base_url)
        return
    change, document = (None, item) if isinstance(item, Document) else (item.change, item.document)
    facts = (KINDS[change.kind] if change else "new", document.outlet or document.host, document.language)
    yield " · ".join(one_line(fact) for fact in facts if fact)
    yield _isolated(headline(item))
    if not isinstance(item, Document):
        yield from _changed(item)
    if document.url:
        yield one_line(document.url, 2_000)
    yield from (link for name, link in links(item, base_url) if name == "page")
    yield _command(item)


def _of_alarm(one: Alarm, base_url: str) -> Iterator[str]:
    yield one_line(alarmed(one))
    yield _isolated(one_line(one.detail))
    ended = f" until {one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else ""
    yield f"since {one.since:%Y-%m-%d %H:%M}{ended} UTC"
    yield from (link for _, link in links(one, base_url))
    yield "monitor status"


def _changed(view: ChangeView) -> Iterator[str]:
    """Yield what changed: the headline before, how many words, why it matters, and when it fell between."""
    change = view.change
    if view.headlines:
        yield f"was: {_isolated(one_line(view.headlines[0]))}"
    words = f"{change.words_added:,} words added, {change.words_removed:,} removed"
    edited = bool(change.words_added or change.words_removed)
    if told := " · ".join(filter(None, (words if edited else "", _isolated(one_line(change.reason))))):
        yield told
    yield " · ".join(filter(None, (_span(change), stood(change))))


def _span(change: Change) -> str:
    if change.earlier_seen_at is None or change.earlier_seen_at >= change.at:
        return f"seen {change.at:%Y-%m-%d %H:%M} UTC"
    since = change.earlier_seen_at
    by = f"{change.at:%H:%M}" if since.date() == change.at.date() else f"{change.at:%Y-%m-%d %H:%M}"
    return f"between {since:%Y-%m-%d %H:%M} and {by} UTC"


def headline(item: Item) -> str:
    """Return its headline now, or what else it is known by."""
    if isinstance(item, Alarm):
        return one_line(alarmed(item))
    if isinstance(item, Document):
        return one_line(item.title or item.url or f"document {item.id}")
    return one_line(item.headlines[1]) if item.headlines else headline(item.document)


def links(item: Item, base_url: str) -> Iterator[tuple[str, str]]:
    """Yield where it can be read: the article, and where the archive has pages, the page about it."""
    document = None if isinstance(item, Alarm) else item if isinstance(item, Document) else item.document
    if document is not None and document.url:
        yield "article", document.url
    if base_url:
        yield "page", base_url + path_of(item)


def _command(item: ChangeView | Document) -> str:
    if isinstance(item, Document):
        return f"monitor show {item.id}"
    number, steps = item.document.id, revisions_of(item)
    return f"monitor diff {number} {steps[0]} {steps[1]}" if steps else f"monitor show {number}"


def _isolated(text: str) -> str:
    """Return text that runs right to left between FSI and PDI (UAX #9), so that what is beside it keeps its place."""
    turned = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
    return f"\u2068{text}\u2069" if turned else text
