"""Read the items of a plain feed."""

import re

from lxml import etree

from monitor.core.feed_elements import ABOUT, LANG, PARTS, SUMMARIES, Elements, OddError, allow
from monitor.core.feed_names import Name
from monitor.core.feed_said import DATES, SaidItem, first_date

_HTML = frozenset({"text/html", "html", "application/xhtml+xml", "xhtml"})
_LINK_ATTRIBUTES = frozenset({"href", "rel", "type", "hreflang", "title", "length", LANG})
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_IDS = frozenset({("", "guid"), ("", "id")})
_CONTENTS = frozenset({("", "content"), ("content", "encoded")})
_DATES = {("", local): said for local, said in DATES.items() if local != "date"} | {
    ("dc", "date"): DATES["date"],
    **{("dcterms", local): DATES[local] for local in ("issued", "modified", "created")},
}
_PARTS = PARTS | {
    ("", "image"): frozenset({"url", "width", "height"}),
    ("", "source"): frozenset(
        {"title", "link", "id", "updated", "icon", "logo", "rights", "subtitle", "category", "generator"}
    ),
}


_LONGEST_DATE = 200  # characters; nothing longer is one


class ItemReader:
    """Reads items one after the other.

    `has_content` is set once the main text was seen: a later description then counts, otherwise the first one does
    (so feedparser, which remembers it from the channel's own texts into the first item).
    """

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self.has_content = False
        self._start(None)

    def read(self, item: etree._Element) -> SaidItem:
        """Return what an item says. Raises OddError."""
        allow(item, {ABOUT, LANG})
        self._start(item.get(ABOUT))
        for child in item:
            self._child(child, self._elements.name(child))
        self.has_content = False
        date, source = first_date(self._dates)
        return SaidItem(
            guid=_or_none(self._guid),
            link=_or_none(self._link),
            origin=_or_none(self._origin),
            title=_or_none(self._title),
            summary=_or_none(self._summary) or self._content_text(),
            date=date,
            date_source=source,
        )

    def _start(self, about: str | None) -> None:
        self._guid = about
        self._told_guid = False
        self._link: str | None = None
        self._told_link = False
        self._origin: str | None = None
        self._title: str | None = None
        self._summary: str | None = None
        self._content: etree._Element | None = None
        self._dates: dict[str, tuple[str, str]] = {}

    def _child(self, child: etree._Element, name: Name) -> None:
        if name in _DATES:
            self._date(child, *_DATES[name])
        elif name in SUMMARIES:
            self._describe(child)
        elif name in _CONTENTS:
            self._fill(child)
        elif name[1] == "title" and name[0] in {"", "dc"}:
            self._title = _once(self._title, self._elements.markup(child))
        elif name == ("", "link"):
            self._links(child)
        elif name in _IDS:
            self._identify(child)
        elif name == ("feedburner", "origlink"):
            allow(child, ())
            self._origin = _once(self._origin, self._elements.text(child))
        else:
            self._elements.pass_over(child, name, _PARTS)

    def _content_text(self) -> str | None:
        return None if self._content is None else _or_none(self._elements.text(self._content))

    def _date(self, child: etree._Element, kind: str, element: str) -> None:
        text = self._elements.text(child).strip()
        if kind in self._dates or len(text) > _LONGEST_DATE:
            raise OddError
        self._dates[kind] = (text, element)

    def _describe(self, child: etree._Element) -> None:
        if self._summary is None or self.has_content:
            self._summary = self._elements.markup(child)
        else:
            self._keep_content(child)

    def _fill(self, child: etree._Element) -> None:
        self._keep_content(child)
        if self._summary is None:
            self._summary = self._elements.text(child)

    def _keep_content(self, child: etree._Element) -> None:
        """Remember the first content; its text is long, and needed only where there is no summary."""
        self._elements.check_markup(child)
        self.has_content = True
        self._content = child if self._content is None else self._content

    def _links(self, child: etree._Element) -> None:
        if (href := linked(child, self._elements)) is None:
            if self._told_link:
                raise OddError
            self._told_link = True
            self._link = _REFERENCE.sub(r"&\1", _address(self._elements.text(child)).replace("&amp;", "&"))
        elif relation(child) == "alternate" and child.get("type", "text/html").lower() in _HTML:
            self._link = _address(href)

    def _identify(self, child: etree._Element) -> None:
        allow(child, {"isPermaLink", "ispermalink", LANG})
        if self._told_guid or len(child.attrib) > 1:
            raise OddError
        self._told_guid = True
        self._guid = _address(self._elements.text(child))
        is_link = (child.get("isPermaLink") or child.get("ispermalink") or "true") == "true"
        if is_link and self._link is None:
            self._link = self._guid


def linked(link: etree._Element, elements: Elements) -> str | None:
    """Return the href of a link, or None when its text is its address. Raises OddError."""
    allow(link, _LINK_ATTRIBUTES)
    href = link.get("href")
    if href is None:
        allow(link, ())
    else:
        elements.text(link)
    return href


def relation(link: etree._Element) -> str:
    """Return what a link is to the document."""
    return link.get("rel", "alternate").lower()


def _address(text: str) -> str:
    if "///" in text:
        raise OddError  # feedparser takes slashes out
    return text


def _once(before: str | None, text: str) -> str:
    if before is not None:
        raise OddError
    return text


def _or_none(text: str | None) -> str | None:
    return (text or "").strip() or None
