"""Make revisions of extractions, and text states of revisions."""

import hashlib
from datetime import datetime

from monitor.core import changes as comparing
from monitor.core.changes import TextState
from monitor.core.outlets import Registry
from monitor.core.saved import body_of_saved
from monitor.core.words import count_words
from monitor.interfaces import Extraction
from monitor.model import Document, Origin, Revision


def revision_of(document: Document, found: Extraction, at: datetime, fingerprint: str | None = None) -> Revision:
    """Return an extraction as a revision of a document, not numbered yet."""
    return Revision(
        document_id=document.id,
        number=0,
        origin=Origin.WEB,
        title=found.title,
        text=found.text,
        text_sha256=hashlib.sha256(found.text.encode()).hexdigest(),
        fingerprint=fingerprint or comparing.fingerprint(found.title, found.text),
        first_seen_at=at,
        last_seen_at=at,
        language=found.language,
        byline=found.byline,
        published_at=found.published_at,
        published_raw=found.published_raw,
        modified_at=found.modified_at,
        extractor=found.extractor,
        word_count=count_words(found.text),
        title_source=found.title_source,
        byline_source=found.byline_source,
        published_source=found.published_source,
        published_zone=found.published_zone,
        modified_raw=found.modified_raw,
        modified_source=found.modified_source,
        modified_zone=found.modified_zone,
        section=found.section,
        canonical_url=found.canonical_url,
        asides=found.asides,
    )


def compared(registry: Registry, document: Document, revision: Revision) -> TextState:
    """Return a revision as it is compared: of a saved text only the article, not what was saved around it."""
    if revision.origin is Origin.WEB:
        return TextState(revision.title, revision.text, revision.asides)
    outlet = registry.get(document.outlet) if document.outlet else None
    names = (outlet.name, *outlet.aliases) if outlet else ()
    return TextState(revision.title, body_of_saved(revision.text, revision.title, document.url, names))
