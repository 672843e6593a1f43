"""Find what a text cites: URLs, and the outlets it names as its source, in its dateline, its credits or its sentences.

The scale of confidence: 1.0 a full URL; 0.9 to 0.95 a source line, dateline, wire credit or signature that names a
known outlet; 0.8 to 0.85 a photo credit, a name beside a word such as "agency", an outlet's bare domain; 0.6 to 0.75 a
name in a sentence, in quotes or in brackets; below 0.5 doubtful: ambiguous letters in quotes, a name near talk of
vaccines, a source line that names someone unknown (`outlet` is None).
"""

from monitor.core.cited_urls import find_urls
from monitor.core.credits import find_photo_credits, find_source_lines
from monitor.core.datelines import find_datelines
from monitor.core.mentions import find_mentions
from monitor.core.outlets import Registry
from monitor.model import Citation, CitationKind

# Of two readings of the same words the stronger kind wins.
_STRENGTH = {
    CitationKind.URL: 5,
    CitationKind.SOURCE_LINE: 4,
    CitationKind.PHOTO_CREDIT: 3,
    CitationKind.DATELINE: 2,
    CitationKind.WIRE_CREDIT: 2,
    CitationKind.MENTION: 1,
}


def find_citations(text: str, registry: Registry, *, language: str | None = None) -> tuple[Citation, ...]:
    """Return what the text cites, in order of position, none overlapping; `text[c.start:c.end] == c.cited`.

    Several outlets in one credit are several citations. `language` (BCP 47) of the text settles names that two
    outlets share ("RT" in an Arabic text is RT Arabic). See the module for the scale of `confidence`.
    """
    names = registry.names.find(text, language)
    readings = [
        *find_urls(text, registry),
        *find_source_lines(text, names, registry),
        *find_photo_credits(text, names),
        *find_datelines(text, names),
        *find_mentions(text, names),
    ]
    return _without_overlaps(readings)


def _without_overlaps(readings: list[Citation]) -> tuple[Citation, ...]:
    strongest = sorted(readings, key=lambda c: (-_STRENGTH[c.kind], -c.confidence, c.start - c.end, c.start))
    taken = bytearray(max((reading.end for reading in readings), default=0))
    kept: list[Citation] = []
    for reading in strongest:
        if not any(taken[reading.start : reading.end]):
            taken[reading.start : reading.end] = b"\x01" * (reading.end - reading.start)
            kept.append(reading)
    return tuple(sorted(kept, key=lambda citation: citation.start))
