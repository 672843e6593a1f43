"""What a judgement of a text is about."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.changes import TextState
from monitor.interfaces import Extraction
from monitor.model import Document, Revision


@dataclass(frozen=True, slots=True)
class Case:
    """What a judgement is about: the document, the revision that stood, what was found, and when.

    `reread` is what the present extractor makes of the bytes behind the revision that stood, where another made it.
    With `same_bytes` the page is, to the byte, the one that this revision was read from.
    """

    document: Document
    current: Revision | None
    found: Extraction
    at: datetime
    reread: Extraction | None = None
    same_bytes: bool = False


def state_of(found: Extraction) -> TextState:
    """Return what was found as it is compared."""
    return TextState(found.title, found.text, found.asides)
