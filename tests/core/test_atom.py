"""Atom feeds: well-formed whatever is in them, their ids for good, and all from outside as text."""

from dataclasses import replace
from datetime import UTC, datetime

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor import atom
from monitor.answers import ChangeView
from monitor.core.atom import FeedAbout, authority_of, entry, feed
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin

AT = datetime(2026, 11, 16, 6, tzinfo=UTC)
PAYLOAD = "<script>alert(1)</script>]]><img src=x onerror=alert(1)>&amp;\"'"
DOCUMENT = Document(
    12, Origin.WEB, DocumentState.LIVE, AT, url="https://radio.example/a?b=1&c=2", host="radio.example", title="A title"
)
CHANGE = Change(ChangeKind.BOTH, AT, 34, 12, 1, 2, 5, 3, 0.6, "the sum changed")
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(text: str) -> etree._Element:
    """Return a feed as XML."""
    return etree.fromstring(text.encode())


def test_a_change_is_an_entry() -> None:
    """With the elements that RFC 4287 (4.1.1, 4.1.2) asks for, and links to the diff and to the article."""
    told = atom(
        [ChangeView(CHANGE, DOCUMENT, headlines=("before", "A title"))],
        title="Changes",
        at=AT,
        self_url="https://monitor.example/atom/changes",
        base_url="https://monitor.example/",
    )
    root = parsed(told)
    assert [root.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated")] == [
        *("Changes", "https://monitor.example/atom/changes", "2026-11-16T06:00:00Z")
    ]
    read = feedparser.parse(told)
    assert read.bozo == 0
    (one,) = read.entries
    assert one.id == "tag:monitor.example,2026-11-16:document/12/change/34"
    assert one.title == "Headline and text changed: A title"
    assert one.author == "radio.example"
    links = {link.rel: link.href for link in one.links}
    assert links == {
        "alternate": "https://monitor.example/documents/12/diff?from=1&to=2",
        "related": "https://radio.example/a?b=1&c=2",
    }
    assert "before: before" in one.content[0].value
    assert "5 words added, 3 removed" in one.content[0].value


def test_ids_stay_when_everything_else_changes() -> None:
    """A reader shows an entry once, whatever the document is called and wherever it has moved to."""
    about = FeedAbout("A", AT, authority="monitor.example")
    moved = replace(DOCUMENT, title="Another", url="https://radio.example/b", state=DocumentState.GONE)
    ids = {parsed(feed([one], about)).findtext(f"{ATOM}entry/{ATOM}id") for one in (DOCUMENT, moved)}
    assert ids == {"tag:monitor.example,2026-11-16:document/12"}
    assert authority_of("https://monitor.example:8443/desk") == "monitor.example"
    assert authority_of("") == "archive.invalid"


def test_payloads_are_text_in_every_field() -> None:
    """No element, attribute or link comes out of what an outlet said."""
    document = replace(DOCUMENT, title=PAYLOAD, outlet=PAYLOAD, language=PAYLOAD, url="javascript:alert(1)//" + PAYLOAD)
    change = replace(CHANGE, reason=PAYLOAD)
    items: list[ChangeView | Document] = [ChangeView(change, document, headlines=(PAYLOAD, PAYLOAD)), document]
    root = parsed(atom(items, title=PAYLOAD, at=AT, base_url="https://monitor.example"))
    assert {element.tag for element in root.iter()} <= {
        *(f"{ATOM}{name}" for name in ("feed", "title", "id", "updated", "author", "name", "generator", "link")),
        *(f"{ATOM}{name}" for name in ("entry", "published", "category", "content")),
    }
    assert {element.get("type") for element in root.iter(f"{ATOM}content")} == {"text"}
    assert all(element.get("href", "").startswith("https://monitor.example") for element in root.iter(f"{ATOM}link"))
    assert PAYLOAD in (root.findtext(f"{ATOM}entry/{ATOM}title") or "")


def test_an_entry_without_an_address_still_has_content() -> None:
    """RFC 4287 4.1.2: without a link to an alternate there must be content."""
    saved = replace(DOCUMENT, url=None, host=None, title=None)
    root = parsed(feed([saved], FeedAbout("A", AT)))
    assert root.find(f"{ATOM}entry/{ATOM}link") is None
    assert root.findtext(f"{ATOM}entry/{ATOM}content")
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "document 12"


@given(st.text(st.characters(), max_size=40))
def test_any_text_makes_a_feed_that_parses(text: str) -> None:
    """Also controls, half surrogates and what XML 1.0 cannot hold."""
    document = replace(DOCUMENT, title=text or None, outlet=text or None)
    view = ChangeView(replace(CHANGE, reason=text), document, headlines=(text, text))
    about = FeedAbout(text, AT, base_url="https://monitor.example")
    root = parsed(feed([view, document], about))
    assert len(root.findall(f"{ATOM}entry")) == 2
    assert entry(document, about).isprintable() is False  # it has line feeds, and nothing worse:
    assert not any(char < " " and char not in "\n\t" for char in entry(document, about))
