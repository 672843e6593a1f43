"""The nouns of what is learned across documents. Import them from `model`, with the others."""

from dataclasses import dataclass
from datetime import datetime

from monitor.kinds import FurniturePart


@dataclass(frozen=True, slots=True)
class Address:
    """A former address of a document, and until when it had it."""

    url: str
    document_id: int
    until: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class Furniture:
    """A short line on an outlet's pages, and in how many documents it stood; once learned, it is no article.

    A line has several `key`s, by what is counted (core/label_lines.py). `sample` is one of them as it stood; where it
    is empty, the row counts the site's documents. `learned_at` is None while too few tell of it, `reason` in words.
    """

    site: str
    part: FurniturePart
    key: str
    sample: str
    documents: int
    first_seen_at: datetime
    last_seen_at: datetime
    last_document_id: int
    learned_at: datetime | None = None
    reason: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Documents that are copies of each other: agency copy, reprints, a saved text and its live page."""

    made_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A document's place in a cluster: which other it is most like, and how much.

    `resemblance` is the share of common word sequences among all (Jaccard), `containment` among the shorter one's. The
    first of a cluster is like none.
    """

    document_id: int
    cluster_id: int
    joined_at: datetime
    like_document_id: int | None = None
    resemblance: float = 0.0
    containment: float = 0.0
