"""Say in words what the closed sets mean, for readers who have not read the code."""

from datetime import datetime, time

from markupsafe import Markup

from monitor.model import Change, CitationKind, DocumentState, Origin, SourceKind, Standing
from monitor.wording import counted

STATES = {
    DocumentState.PENDING: "not read yet",
    DocumentState.SAVED: "saved text",
    DocumentState.LIVE: "live",
    DocumentState.GONE: "gone",
    DocumentState.MOVED: "moved",
    DocumentState.BLOCKED: "blocked",
    DocumentState.REDACTED: "redacted",
}
SOURCES = {
    SourceKind.FEED: "feed",
    SourceKind.SITEMAP: "sitemap",
    SourceKind.LISTING: "page of links",
    SourceKind.PAGE: "watched page",
}
ORIGINS = {Origin.CORPUS: "saved texts", Origin.WEB: "web"}
CITATIONS = {
    CitationKind.URL: "address",
    CitationKind.SOURCE_LINE: "source line",
    CitationKind.DATELINE: "dateline",
    CitationKind.WIRE_CREDIT: "agency credit",
    CitationKind.PHOTO_CREDIT: "photo credit",
    CitationKind.MENTION: "mention",
}


def sizes(change: Change) -> str:
    """Return how much came, went and was moved: `+2 −21 words, 1 sentence moved`; nothing for a change of state."""
    told = []
    if change.words_added or change.words_removed:
        told.append(f"+{change.words_added:,} \N{MINUS SIGN}{change.words_removed:,} words")
    if change.sentences_moved:
        told.append(f"{counted(change.sentences_moved, 'sentence')} moved")
    elif change.words_moved:
        told.append(f"{counted(change.words_moved, 'word')} moved")
    return ", ".join(told)


def standing(change: Change) -> str:
    """Return how far the new text can be relied on to stay; nothing for a change of state."""
    known = {
        Standing.ONCE: "seen once so far",
        Standing.CONFIRMED: "confirmed by a later check",
        Standing.FLICKER: "gone again at the next check",
    }
    return known[change.standing] if change.standing else ""


def when(at: datetime | None, form: str = "minute") -> Markup:
    """Return a `<time>` element with an absolute time in UTC; `form`: minute, day, or clock (the day stands above)."""
    if at is None:
        return Markup('<span class="unknown">not known</span>')
    shown = {"clock": f"{at:%H:%M}", "day": f"{at.day} {at:%b %Y}"}.get(form, f"{at.day} {at:%b %Y}, {at:%H:%M} UTC")
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat().replace("+00:00", "Z"), shown)


def published(at: datetime | None) -> Markup:
    """Return a stated time, or only its day where midnight says that no more was stated."""
    return when(at, "day" if at and at.time() == time.min else "minute")


def day(at: datetime) -> str:
    """Return a day as people write it: `7 November 2026`."""
    return f"{at.day} {at:%B %Y}"
