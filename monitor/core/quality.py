"""Judge how far an extraction can be trusted, before anything is concluded from it."""

import re

from monitor.core.error_pages import CHALLENGE_MARKS
from monitor.core.page_faults import FAULTS, Page, PageFacts, QualityPolicy, titles_of
from monitor.core.text_size import size
from monitor.model import Quality

__all__ = ["PageFacts", "QualityPolicy", "challenge_mark", "judge", "no_page", "size"]

# How files begin that servers send under the address and the label of a page.
_FILES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (b"\x1f\x8b\x08", "gzip data"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a sound, film or picture"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound or film"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"wOF", "a font"),
    (b"\x7fELF", "a program"),
)
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")  # without NUL and the escape of ISO-2022
_FTYP = b"ftyp"  # at the fifth byte: MP4, QuickTime, HEIC, AVIF

DEFAULT = QualityPolicy()


def judge(
    text: str, title: str | None, facts: PageFacts, policy: QualityPolicy = DEFAULT
) -> tuple[Quality, str | None]:
    """Return the quality of an extraction, with the reason in words unless it is complete.

    Of several faults the first of these is named: too deep, bot wall, soft 404, truncated, consent, login, paywall,
    empty. What the page says of itself as a dated article (`facts.article`) outweighs a title that reads like that of
    an error page. COLLAPSED is not judged here, since it takes the text before (see core/doubts.py), nor is FAILED,
    which is the absence of an extraction.
    """
    page = Page(text, size(text), titles_of(title, facts), facts, policy)
    found = ((quality, fault(page)) for quality, fault in FAULTS)
    return next(((quality, reason) for quality, reason in found if reason), (Quality.COMPLETE, None))


def no_page(body: bytes, source: str) -> str | None:
    """Say in words what bytes are that are no page, or return None; they would decode into thousands of "words".

    Known by how files of that kind begin, and by control characters: over 2 % of the first 20,000 characters.
    """
    head = body[:16].lstrip(b"\r\n\t \xef\xbb\xbf")
    if body[4:8] == _FTYP:
        return "a film or picture"
    beginning = source[:20_000]
    binary = len(_CONTROLS.findall(beginning)) > 0.02 * len(beginning)
    return next((what for mark, what in _FILES if head.startswith(mark)), "binary data" if binary else None)


def challenge_mark(source: str) -> str | None:
    """Return the first mark of a bot wall in a page's source, or None. Looks at the first 200,000 characters."""
    head = source[:200_000].lower()
    return next((mark for mark in CHALLENGE_MARKS if mark in head), None)
