"""Name the elements of feeds as feedparser does, and say which of them say nothing to us."""

import re

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
RSS_10 = "http://purl.org/rss/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STRANGE = "?"  # the prefix of what is in no namespace that we know

Name = tuple[str, str]  # prefix ("" for RSS and Atom) and local name in lower case

_SPACES = {
    ATOM: "",
    RSS_10: "",
    RDF: "rdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://webns.net/mvcb/": "admin",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
_PREFIXES = {uri.lower(): prefix for uri, prefix in _SPACES.items()}
# feedparser gives these a meaning (some of its handlers can fail); their elements are left to it.
_UNUSUAL = re.compile(
    r"georss|/gml|wgs84_pos|simple-chapters|creativecommons|web\.resource\.org/cc|userland|xhtml|xlink|/rdf/simple"
)
# Prefixes by which feedparser finds its handlers, whatever namespace a document gives them.
_TAKEN = {"cc", "creativecommons", "georss", "geo", "gml", "psc", "xhtml", "xlink", "xml", *_SPACES.values()} - {""}
_DECLARED = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']([^"'<>]*)["']""")
_FOREIGN = re.compile(r"xmlns:[!-<>-~]*[^\x00-\x7f]")
_SILENT = frozenset({STRANGE, "admin", "dc", "dcterms", "feedburner", "itunes", "media", "slash", "sy", "wfw"})
# Elements of RSS and Atom, and some of no format, that feedparser gives a meaning which would have to be followed.
_MEANINGFUL = frozenset(
    """abstract base body channel content created date description email entry feed fullitem guid height homepage href
    id image info issued item items language lastbuilddate link math modified name newlocation pubdate published rss
    source subtitle summary svg tagline tags textinput title updated uri url where width""".split()  # noqa: SIM905
)


def declared_oddly(text: str) -> bool:
    """Say whether a document's prefixes would lead feedparser astray, which finds its handlers by prefix.

    They do when one prefix means two things, or a usual prefix has another meaning than usual.
    """
    pairs = set(_DECLARED.findall(text))
    if not text.isascii() and _FOREIGN.search(text):
        return True
    if len({prefix for prefix, _ in pairs}) < len(pairs):
        return True
    return any(_misleads(prefix.lower(), uri.lower()) for prefix, uri in pairs)


def _misleads(prefix: str, uri: str) -> bool:
    return prefix in _TAKEN and _PREFIXES.get(uri) != prefix and not _UNUSUAL.search(uri)


def name_of(element: etree._Element) -> Name | None:
    """Return the name of an element, or None when only feedparser can tell what it makes of it."""
    space, _, local = str(element.tag).rpartition("}")
    space = space[1:].lower()
    if not f"{element.prefix}{local}".isascii() or _UNUSUAL.search(space):
        return None
    if not space:
        return None if "_" in local else ("", local.lower())
    prefix = _PREFIXES.get(space, STRANGE)
    if prefix == STRANGE and (element.prefix is None or element.prefix.lower() in _TAKEN):
        return None
    return prefix, local.lower()


def is_silent(name: Name) -> bool:
    """Say whether an element of that name, without children, says nothing that is read from feeds."""
    prefix, local = name
    return prefix in _SILENT or (prefix == "" and local not in _MEANINGFUL)
