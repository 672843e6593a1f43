"""Join a saved text to the article that its address turned out to be: a text beside its page is compared with it."""

from sqlalchemy import Connection

from monitor.model import Document, DocumentState, Origin
from monitor.store import citations, copies, corpus, revisions


def join(conn: Connection, saved: Document, article: Document) -> None:
    """Give an article the saved texts of another document, as an import at the article's address would have done.

    They become revisions of it beside the one that stands, with their files and what they cite. A text that it has
    already stays where it is; its file is from then on one of the article's.
    """
    if not saved.revision_count or article.state is DocumentState.REDACTED:
        return
    stands = article.revision_id is not None
    for one in revisions.of_document(conn, saved.id):
        if one.origin is not Origin.CORPUS:
            continue
        known = revisions.by_fingerprint(conn, article.id, one.fingerprint)
        kept = known or revisions.hand_over(conn, one, article.id, current=not stands)
        corpus.repoint(conn, one.id, article.id, kept.id)
        citations.repoint(conn, one.id, article.id, kept.id)
    copies.hand_over(conn, saved.id, article.id)
