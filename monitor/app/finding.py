"""What a check of a document found out, before it is recorded."""

from dataclasses import dataclass
from datetime import datetime

from monitor.app.keeping import Captures
from monitor.core.presence import Sighting
from monitor.interfaces import Extraction, FetchResult
from monitor.model import Document, Fetch


@dataclass(frozen=True, slots=True)
class Again:
    """What reading the text that stood once more has shown (app/rereading.py): `revision_id` is the one that stood.

    `reread` is what the present extractor makes of it, where another one read it; `same_bytes` says that the page is
    to the byte the one that it was read from.
    """

    revision_id: int
    reread: Extraction | None = None
    same_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything a check found out, not recorded yet."""

    document: Document
    fetch: Fetch
    captures: Captures
    result: FetchResult | None
    extraction: Extraction | None
    sighting: Sighting
    why: str  # the sighting in words
    at: datetime
    due: datetime  # when a document newly heard of (where this one moved to) is to be read
    on_schedule: bool  # whether this document has a recheck ladder of its own
    read_before: bool = True  # whether a text of the live page is kept already
    again: Again | None = None
