"""Write and read OPML 2.0 (opml.org/spec2.opml): sources for feed readers, and for another archive with all they are.

What feed readers do not know stands in attributes of a namespace of our own, which they pass over.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from monitor.answers import SourceOptions
from monitor.core.xml_text import xml_attribute, xml_text
from monitor.errors import UsageError
from monitor.model import EvidencePolicy, Source, SourceKind, SourceState

NAMESPACE = "urn:monitor:opml:1"
_OURS = f"{{{NAMESPACE}}}"


@dataclass(frozen=True, slots=True)
class Outline:
    """A source as an OPML file states it. With a kind it was written by an archive, and everything else counts."""

    url: str
    title: str | None
    options: SourceOptions
    paused: str | None = None  # why; None while it is polled


def head(title: str, at: datetime) -> str:
    """Return the beginning of a file, up to its first outline."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<opml version="2.0" xmlns:monitor="{NAMESPACE}">\n'
        f"<head><title>{xml_text(title)}</title>"
        f"<dateCreated>{at:%a, %d %b %Y %H:%M:%S} GMT</dateCreated></head>\n<body>\n"
    )


TAIL = "</body>\n</opml>\n"


def outline(source: Source) -> str:
    """Return a source as an outline, without what is secret: headers, and a proxy with a password."""
    pairs = " ".join(f'{name}="{xml_attribute(value)}"' for name, value in _attributes(source))
    return f"<outline {pairs}/>\n"


def _attributes(one: Source) -> Iterator[tuple[str, str]]:
    yield "text", one.title or one.url
    if one.title:
        yield "title", one.title
    yield "type", "rss"
    yield "xmlUrl", one.url
    if one.language:
        yield "language", one.language
    if one.tags:
        yield "category", ",".join(tag.replace(",", " ") for tag in one.tags)
    yield from ((f"monitor:{name}", value) for name, value in _ours(one) if value)


def _ours(one: Source) -> tuple[tuple[str, str | None], ...]:
    paused = one.state is SourceState.PAUSED
    return (
        ("kind", one.kind),
        ("outlet", one.outlet),
        ("tags", _listed(one.tags)),
        ("every", str(one.every_s) if one.every_s else None),
        ("cron", one.cron),
        ("include", _listed(one.include)),
        ("exclude", _listed(one.exclude)),
        ("paused", (one.state_reason or "paused") if paused else None),
        ("proxy", one.proxy if one.proxy and "@" not in one.proxy else None),
        ("insecureTls", "true" if one.insecure_tls else None),
        ("ignoreRobots", "true" if one.ignore_robots else None),
        ("evidence", one.evidence),
        ("retain", str(one.retain_s) if one.retain_s else None),
    )


def _listed(values: tuple[str, ...]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def has_secrets(source: Source) -> bool:
    """Say whether something of a source is left out of its outline."""
    return bool(source.headers) or "@" in (source.proxy or "")


def read_opml(data: bytes, name: str) -> tuple[Outline, ...]:
    """Return the sources of a file, each URL once. `name` is the file in messages.

    Entities and the network stay untouched: the file may come from anyone. Raises UsageError for what is no OPML, and
    for attributes of ours with values that cannot be.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"{name} is broken OPML: {error}", hint="export it again from where it comes from") from error
    if etree.QName(root).localname.lower() != "opml":
        raise UsageError(f"{name} is no OPML", hint="monitor add-source --from FILE reads a list of URLs")
    found = (_read(one, name) for one in root.iter("{*}outline"))
    return tuple({one.url: one for one in found if one is not None}.values())


def opml_urls(data: bytes, name: str) -> tuple[str, ...]:
    """Return the URLs of the sources of a file, each once. Raises as `read_opml` does."""
    return tuple(one.url for one in read_opml(data, name))


def _read(element: "etree._Element", name: str) -> Outline | None:
    given = {str(key).removeprefix(_OURS) if str(key).startswith(_OURS) else str(key).lower(): str(value).strip()
             for key, value in element.attrib.items()}  # fmt: skip
    if not given.get("xmlurl"):
        return None
    try:
        return _outline(given, ours=f"{_OURS}kind" in element.attrib)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{name}: the outline of {given['xmlurl'][:200]} cannot be read: {error}") from error


def _outline(given: dict[str, str], *, ours: bool) -> Outline:
    url, title = given["xmlurl"], given.get("title") or given.get("text")
    if not ours:
        told = SourceOptions(language=given.get("language"), tags=_words(given.get("category", "")))
        return Outline(url, title, told)
    options = SourceOptions(
        kind=SourceKind(given["kind"]),
        every_s=None if given.get("cron") else _number(given, "every"),
        cron=given.get("cron"),
        outlet=given.get("outlet"),
        language=given.get("language"),
        tags=_texts(given, "tags"),
        include=_texts(given, "include"),
        exclude=_texts(given, "exclude"),
        proxy=given.get("proxy"),
        insecure_tls=given.get("insecureTls") == "true",
        ignore_robots=given.get("ignoreRobots") == "true",
        evidence=EvidencePolicy(given["evidence"]) if "evidence" in given else None,
        retain_s=_number(given, "retain"),
    )
    return Outline(url, given.get("title"), options, given.get("paused"))


def _words(category: str) -> tuple[str, ...]:
    """Return the tags in the categories of another program: commas part them, a slash begins one."""
    return tuple(word for part in category.split(",") if (word := part.strip().strip("/")))


def _texts(given: dict[str, str], name: str) -> tuple[str, ...]:
    values = json.loads(given.get(name, "[]"))
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} is no list of texts")
    return tuple(values)


def _number(given: dict[str, str], name: str) -> int | None:
    if name not in given:
        return None
    number = int(given[name])
    if not 0 < number < 2**31:
        raise ValueError(f"{name} is no number of seconds that can be meant")
    return number


def outlines(sources: Iterable[Source]) -> str:
    """Return sources as outlines."""
    return "".join(map(outline, sources))
