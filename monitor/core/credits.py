"""Read labelled credits: source lines (`Fuente: …`, `المصدر: …`), photo credits (`Foto: …`, `© …`)."""

import re
from collections.abc import Iterator, Sequence

from monitor.core.outlet_names import NameMatch, names_within
from monitor.core.outlets import Registry
from monitor.model import Citation, CitationKind

_SOURCE = (
    "sources?|fuentes?|fontes?|fonti|sumber|nguồn(?: tin)?|источники?|المصدر|المصادر|مصدر|quellen?|kaynak(?:lar)?|"
    "tomado de|con información de|dilansir dari|dikutip dari|ماخذ|منبع|bron|źródło|"
    "(?:资料|消息|新闻)?来源|來源|출처|出典"
)
_PHOTO = (
    "photos?|fotos?|fotografías?|fotografia|imagen|imagem|images?|gambar|ảnh|hình|صورة|الصورة|صور|تصوير|фото|снимок|"
    "bild|görsel|fotoğraf|图|照片|crédits?|créditos?|credits?"
)
_OWN_LINE = re.compile(
    rf"^[ \t>*•_(\[\-–—]*(?:{_SOURCE})(?P<colon>\s?[:：|–—\-])?[ \t\u00a0]+(?P<value>\S[^\n]{{0,99}}?)[\s)\]*_.]*$",
    re.IGNORECASE | re.MULTILINE,
)
_INLINE = re.compile(rf"(?<!\w)(?:{_SOURCE})\s?[:：]\s*(?P<value>[^\n)\];]{{1,80}})", re.IGNORECASE)
_PHOTO_LABEL = re.compile(
    rf"(?<!\w)(?:{_PHOTO})(?!\w)(?P<colon>\s?[:：|/])?\s*(?:(?:by|par|de|por|dari)\s)?(?P<value>[^\n)\]]{{1,80}})",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"[©Ⓒ]\s*(?:\d{4}\s*)?(?P<value>[^\n)\]]{1,40})")

_PIECES = re.compile(r"\s*[/|+&،,;–—]\s*|\s+-\s+")
_LETTER = re.compile(r"[^\W\d_]")
# "Agencies", "own" and the like: a source line that names no one.
_NOBODY = re.compile(
    r"agenc(?:y|ies|ias?|es)|agensi|agentur(?:en)?|ajanslar|various|m[eé]di(?:as?|os)|internet|web|propia|redacción|"
    r"rédaction|(?:ال)?وكالات|متابعات|агентства|сми",
    re.IGNORECASE,
)

# What may stand on each side of a name that is one item of a credit.
_BEFORE = re.compile(r"(?:^|[/|+&،,;:–—۔©\-]|(?<!\w)(?:by|par|por|via|de|y|et|and|و|и|dan|và))\s*[\"'«“]?\s*$")
_AFTER = re.compile(r"\s*[\"'»”]?\s*(?:$|[/|+&،,;.–—۔\-]|(?:y|et|and|e|и|dan|và|via)\b|\d|و)")


def stands_alone(text: str, match: NameMatch, start: int, end: int) -> bool:
    """Tell whether a name is an item of its own in `text[start:end]`: between separators, not inside a phrase."""
    return bool(_BEFORE.search(text[start : match.start]) and _AFTER.match(text[match.end : end]))


def find_source_lines(text: str, names: Sequence[NameMatch], registry: Registry) -> Iterator[Citation]:
    """Yield what source lines name: outlets known, each with its span, or else whoever a labelled line gives.

    Without a colon (`Source Prensa Latina`) the line must be all names; inside a paragraph only known outlets count.
    """
    for line in _OWN_LINE.finditer(text):
        start, end = line.span("value")
        known = list(_known_items(text, start, end, names, CitationKind.SOURCE_LINE, 0.95))
        if line["colon"]:
            yield from known or _unknown_items(text, start, end, registry)
        elif _nothing_else(text, start, end, known):
            yield from known
    for label in _INLINE.finditer(text):
        yield from _known_items(text, *label.span("value"), names, CitationKind.SOURCE_LINE, 0.9)


def find_photo_credits(text: str, names: Sequence[NameMatch]) -> Iterator[Citation]:
    """Yield the outlets that photo credits and copyright signs name; without a colon only one that follows at once."""
    for label in [*_PHOTO_LABEL.finditer(text), *_COPYRIGHT.finditer(text)]:
        start, end = label.span("value")
        for credit in _known_items(text, start, end, names, CitationKind.PHOTO_CREDIT, 0.85):
            if label.groupdict().get("colon") or label.re is _COPYRIGHT or credit.start == start:
                yield credit


def _known_items(
    text: str, start: int, end: int, names: Sequence[NameMatch], kind: CitationKind, confidence: float
) -> Iterator[Citation]:
    for match in names_within(names, start, end):
        if stands_alone(text, match, start, end):
            cited = text[match.start : match.end]
            yield Citation(kind, cited, match.start, match.end, confidence, outlet=match.outlet.key)


def _nothing_else(text: str, start: int, end: int, known: Sequence[Citation]) -> bool:
    named = sum(len(_LETTER.findall(citation.cited)) for citation in known)
    return len(_LETTER.findall(text[start:end])) - named <= 3


def _unknown_items(text: str, start: int, end: int, registry: Registry) -> Iterator[Citation]:
    """Yield the pieces of a source line's value that name someone; a domain may still be a known outlet's."""
    at = start
    for piece in _PIECES.split(text[start:end]):
        first = text.index(piece, at, end) if piece else at
        at = first + len(piece)
        outlet = registry.by_host(piece) if "." in piece else None
        if outlet or _names_someone(piece):
            confidence = 0.9 if outlet else 0.4
            key = outlet.key if outlet else None
            yield Citation(CitationKind.SOURCE_LINE, piece, first, at, confidence, outlet=key)


def _names_someone(piece: str) -> bool:
    if "://" in piece or piece.lower().startswith("www.") or _NOBODY.fullmatch(piece):
        return False
    return len(piece) <= 60 and len(_LETTER.findall(piece)) >= 2
