"""Where in the web each noun is."""

from functools import singledispatch
from urllib.parse import quote

from monitor.answers import ChangeView, ClusterView, CopyView, SearchHit, SourceView
from monitor.desk_answers import CorpusRow, CorpusText, OutletRow, SourceRow
from monitor.model import Alert, Change, Cluster, Document, Outlet, Revision, Source
from monitor.telling_answers import AlertView


@singledispatch
def url_of(noun: object) -> str:
    """Return the path of the page of a noun, or of an answer about one. Raises TypeError for what has no page."""
    raise TypeError(f"{type(noun).__name__} has no page")


@url_of.register
def _(noun: Document) -> str:
    return f"/documents/{noun.id}"


@url_of.register
def _(noun: Revision) -> str:
    return f"/documents/{noun.document_id}/revisions/{noun.number}"


@url_of.register
def _(noun: Change) -> str:
    """Return the diff of a step between two texts, and for a change of state its place in the timeline."""
    if noun.from_revision and noun.to_revision and noun.from_revision != noun.to_revision:
        return f"/documents/{noun.document_id}/diff?from={noun.from_revision}&to={noun.to_revision}"
    return f"/documents/{noun.document_id}#change-{noun.id}"


@url_of.register
def _(noun: Cluster) -> str:
    return f"/clusters/{noun.id}"


@url_of.register
def _(noun: Source) -> str:
    return f"/sources/{noun.id}"


@url_of.register(Outlet)
@url_of.register(OutletRow)
def _(noun: Outlet | OutletRow) -> str:
    return outlet_url(noun.key)


@url_of.register
def _(noun: Alert) -> str:
    return f"/atom/alerts/{quote(noun.name, safe='')}"


@url_of.register
def _(noun: AlertView) -> str:
    return url_of(noun.alert)


@url_of.register
def _(noun: SearchHit) -> str:
    """Return the current text's page, or that of the revision found where a newer one stands."""
    if noun.revision and noun.revision != noun.document.revision_count:
        return f"/documents/{noun.document.id}/revisions/{noun.revision}"
    return url_of(noun.document)


@url_of.register
def _(noun: ChangeView) -> str:
    return url_of(noun.change)


@url_of.register
def _(noun: ClusterView) -> str:
    return url_of(noun.cluster)


@url_of.register
def _(noun: CopyView) -> str:
    return url_of(noun.document)


@url_of.register(SourceRow)
@url_of.register(SourceView)
def _(noun: SourceRow | SourceView) -> str:
    return url_of(noun.source)


@url_of.register(CorpusRow)
@url_of.register(CorpusText)
def _(noun: CorpusRow | CorpusText) -> str:
    return f"/corpus/{noun.document.id}"


def outlet_url(key: str) -> str:
    """Return the path of an outlet's page, by its key."""
    return f"/outlets/{quote(key, safe='')}"
