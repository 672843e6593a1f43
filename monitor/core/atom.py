"""Write Atom feeds (RFC 4287) of changes, of documents and of alarms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from monitor.answers import ChangeView
from monitor.core.page_paths import path_of
from monitor.core.xml_text import xml_attribute, xml_text
from monitor.model import Alarm, Document
from monitor.wording import KINDS, alarmed, counted, weight_of

MEDIA_TYPE = "application/atom+xml"
TAIL = "</feed>\n"
_NOBODY = "archive.invalid"  # RFC 2606: nobody's name, where the archive was given none


@dataclass(frozen=True, slots=True)
class FeedAbout:
    """What a feed says of itself: `at` is when it was new, `self_url` where it is.

    `base_url` is where the pages of this archive are, without a slash at the end; entries lead there, and without it
    to the articles themselves. `authority` is the name in the ids of entries (RFC 4151).
    """

    title: str
    at: datetime
    self_url: str = ""
    base_url: str = ""
    authority: str = _NOBODY


def authority_of(url: str) -> str:
    """Return the name under which an archive gives ids: the host of the address where others reach it."""
    return (urlsplit(url).hostname if url else None) or _NOBODY


def feed(items: Iterable[ChangeView | Document | Alarm], about: FeedAbout) -> str:
    """Return a whole feed, its entries in the order given."""
    return head(about) + "".join(entry(one, about) for one in items) + TAIL


def head(about: FeedAbout) -> str:
    """Return the beginning of a feed, up to its first entry."""
    return "\n".join((*_head(about), ""))


def _head(about: FeedAbout) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom">'
    yield f"<title>{xml_text(about.title)}</title>"
    yield f"<id>{xml_text(about.self_url or _tag(about, 'feed', '2026-01-01'))}</id>"
    yield f"<updated>{_time(about.at)}</updated>"
    yield "<author><name>Monitor</name></author>"
    yield "<generator>Monitor</generator>"
    if about.self_url:
        yield f'<link rel="self" type="{MEDIA_TYPE}" href="{xml_attribute(about.self_url)}"/>'
    if about.base_url:
        yield f'<link rel="alternate" type="text/html" href="{xml_attribute(about.base_url)}/"/>'


def entry(one: ChangeView | Document | Alarm, about: FeedAbout) -> str:
    """Return an entry. Its id stays the same for good; what came from outside is text, never markup."""
    if isinstance(one, Alarm):
        lines = _of_alarm(one, about)
    else:
        lines = _of_change(one, about) if isinstance(one, ChangeView) else _of_document(one, about)
    return "\n".join(("<entry>", *lines, "</entry>", ""))


def _of_change(view: ChangeView, about: FeedAbout) -> Iterator[str]:
    change, document = view.change, view.document
    yield f"<title>{xml_text(f'{KINDS[change.kind].capitalize()}: {_named(document)}')}</title>"
    yield f"<id>{xml_text(_tag(about, f'document/{document.id}/change/{change.id}', _day(document)))}</id>"
    yield f"<updated>{_time(change.at)}</updated>"
    yield f"<published>{_time(change.at)}</published>"
    yield from _about_document(document, about, path_of(view))
    yield f'<category term="{change.kind}"/>'
    yield f'<content type="text">{xml_text(_told(view))}</content>'


def _of_document(document: Document, about: FeedAbout) -> Iterator[str]:
    yield f"<title>{xml_text(_named(document))}</title>"
    yield f"<id>{xml_text(_tag(about, f'document/{document.id}', _day(document)))}</id>"
    yield f"<updated>{_time(document.first_seen_at)}</updated>"
    if document.published_at:
        yield f"<published>{_time(document.published_at)}</published>"
    yield from _about_document(document, about, path_of(document))
    yield f'<category term="{document.origin}"/>'
    said = filter(None, (document.outlet or document.host, document.language, document.url))
    yield f'<content type="text">{xml_text(" · ".join(said) or "a saved text")}</content>'


def _of_alarm(one: Alarm, about: FeedAbout) -> Iterator[str]:
    yield f"<title>{xml_text(alarmed(one).capitalize())}</title>"
    yield f"<id>{xml_text(_tag(about, f'alarm/{one.id}', f'{one.since:%Y-%m-%d}'))}</id>"
    yield f"<updated>{_time(one.ended_at or one.since)}</updated>"
    yield f"<published>{_time(one.since)}</published>"
    if about.base_url:
        yield f'<link rel="alternate" type="text/html" href="{xml_attribute(about.base_url + path_of(one))}"/>'
    yield f'<category term="{one.kind}"/>'
    yield f'<content type="text">{xml_text(one.detail)}</content>'


def _about_document(document: Document, about: FeedAbout, path: str) -> Iterator[str]:
    yield f"<author><name>{xml_text(document.outlet or document.host or 'unknown')}</name></author>"
    article = document.url if document.url and urlsplit(document.url).scheme in ("http", "https") else None
    if about.base_url:
        yield f'<link rel="alternate" type="text/html" href="{xml_attribute(about.base_url + path)}"/>'
    if article:
        rel = "related" if about.base_url else "alternate"
        yield f'<link rel="{rel}" href="{xml_attribute(article)}"/>'


def _told(view: ChangeView) -> str:
    """Return in lines what a change did: the headlines, how many words, how much it weighs and why."""
    change = view.change
    headlines = (f"before: {view.headlines[0]}", f"after: {view.headlines[1]}") if view.headlines else ()
    edited = change.words_added or change.words_removed
    words = (f"{counted(change.words_added, 'word')} added, {change.words_removed:,} removed",) if edited else ()
    why = ": ".join(filter(None, (weight_of(change), change.reason)))
    return "\n".join(filter(None, (*headlines, *words, why)))


def _named(document: Document) -> str:
    return " ".join((document.title or document.url or f"document {document.id}").split())


def _tag(about: FeedAbout, what: str, day: str) -> str:
    return f"tag:{about.authority},{day}:{what}"


def _day(document: Document) -> str:
    return f"{document.first_seen_at:%Y-%m-%d}"


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
