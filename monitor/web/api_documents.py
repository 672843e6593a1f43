"""What the API answers of documents: the list, one with all that is kept about it, its texts, its diffs, the search."""

from monitor import Archive
from monitor.answers import DiffView, DocumentFilter, DocumentView, Page, SearchHit
from monitor.errors import NotFoundError
from monitor.model import Capture, Document, Order, Revision
from monitor.web.api_filters import FILTERS, QUERY_TEXT, query_of
from monitor.web.api_forms import NUMBER, URL, flag, word
from monitor.web.api_routes import AFTER, AFTER_NUMBER, LIMITED, Asked, Operation, Parameter, in_path
from monitor.web.cursors import cut

ID = in_path("id", NUMBER, "The number of the document.")
EVERY_REVISION = Parameter("every_revision", flag(), "Search the texts that no longer stand as well.")


async def documents(archive: Archive, asked: Asked) -> Page[Document]:
    """Return the documents that fit, or the one at an address."""
    if asked["url"]:
        return await _at(archive, asked["url"])
    which = DocumentFilter(limit=asked["limit"])
    found = await archive.search(query_of(asked), which, order=Order(asked["order"]), after=asked["after"])
    return Page(tuple(hit.document for hit in found.items), found.next)


async def _at(archive: Archive, url: str) -> Page[Document]:
    try:
        return Page(((await archive.document(url)).document,))
    except NotFoundError:
        return Page(())


async def search(archive: Archive, asked: Asked) -> Page[SearchHit]:
    """Return what a query finds."""
    return await archive.search(
        query_of(asked),
        DocumentFilter(limit=asked["limit"]),
        order=Order(asked["order"]),
        every_revision=asked["every_revision"],
        after=asked["after"],
    )


async def document(archive: Archive, asked: Asked) -> DocumentView:
    """Return all about a document."""
    return await archive.document(asked["id"])


async def revisions(archive: Archive, asked: Asked) -> Page[Revision]:
    """Return the texts of a document, oldest first."""
    view = await archive.document(asked["id"])
    return cut(view.revisions, lambda one: one.number, asked["limit"], asked["after"])


async def revision(archive: Archive, asked: Asked) -> Revision:
    """Return one text of a document."""
    view = await archive.document(asked["id"])
    for one in view.revisions:
        if one.number == asked["number"]:
            return one
    raise NotFoundError(f"document {asked['id']} has no revision {asked['number']}", hint=f"it has {_known(view)}")


def _known(view: DocumentView) -> str:
    return f"1 to {view.revisions[-1].number}" if view.revisions else "none"


async def captures(archive: Archive, asked: Asked) -> Page[Capture]:
    """Return where the bytes of a document are kept, oldest first."""
    view = await archive.document(asked["id"])
    return cut(view.captures, lambda one: one.id, asked["limit"], asked["after"])


async def diff(archive: Archive, asked: Asked) -> DiffView:
    """Return the words between two texts."""
    return await archive.diff(asked["id"], asked["from"], asked["to"], other=asked["other"])


OPERATIONS = (
    Operation(
        "listDocuments",
        "GET",
        "/documents",
        "The documents that a query and filters let through, newest first.",
        Page[Document],
        documents,
        (
            QUERY_TEXT,
            *FILTERS,
            Parameter("url", URL, "Only the document at this address, in whichever spelling; all else is passed over."),
            Parameter("order", word(Order, Order.NEWEST), "How they are sorted."),
            LIMITED,
            AFTER,
        ),
        refusals=(422,),
    ),
    Operation(
        "search",
        "GET",
        "/search",
        "What a query finds, with an excerpt of each, and where in it and in the title the words stand.",
        Page[SearchHit],
        search,
        (
            QUERY_TEXT,
            *FILTERS,
            Parameter("order", word(Order, Order.RELEVANCE), "How they are sorted."),
            EVERY_REVISION,
            LIMITED,
            AFTER,
        ),
        refusals=(422,),
    ),
    Operation("getDocument", "GET", "/documents/{id}", "All about a document.", DocumentView, document, (ID,)),
    Operation(
        "listRevisions",
        "GET",
        "/documents/{id}/revisions",
        "The texts of a document, oldest first.",
        Page[Revision],
        revisions,
        (ID, LIMITED, AFTER_NUMBER),
    ),
    Operation(
        "getRevision",
        "GET",
        "/documents/{id}/revisions/{number}",
        "One text of a document.",
        Revision,
        revision,
        (ID, in_path("number", NUMBER, "The number of the revision, from 1.")),
    ),
    Operation(
        "getDiff",
        "GET",
        "/documents/{id}/diff",
        "The words between two texts of a document, by default those of its last edit; or between those of two.",
        DiffView,
        diff,
        (
            ID,
            Parameter("from", NUMBER, "The number of the earlier revision; with `other` a revision of that document."),
            Parameter("to", NUMBER, "The number of the later revision."),
            Parameter("other", NUMBER, "Another document, whose text is compared with this one's."),
        ),
        refusals=(422,),
    ),
    Operation(
        "listCaptures",
        "GET",
        "/documents/{id}/captures",
        "Where the bytes of a document are kept as evidence, oldest first.",
        Page[Capture],
        captures,
        (ID, LIMITED, AFTER_NUMBER),
    ),
)
