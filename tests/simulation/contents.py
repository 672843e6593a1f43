"""What must be true of what an archive holds: all that was seen, all that stayed, nothing else, nothing twice."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Connection, func, select

from monitor.model import DocumentState
from monitor.store.schema import document, entry, revision, source
from tests.simulation import takedowns
from tests.simulation.witness import Witness
from tests.simulation.world import DAY, SITES, Article, Text


@dataclass(frozen=True)
class _Read:
    """What a revision says."""

    title: str | None
    text: str
    fingerprint: str

    def shows(self, state: Text) -> bool:
        return self.title == state.title and all(each in self.text for each in state.paragraphs)


def nothing_doubled(conn: Connection) -> Iterator[str]:
    """Yield what is there twice."""
    for table, columns in ((document, ("url",)), (entry, ("source_id", "key")), (source, ("url",))):
        fields = [table.c[name] for name in columns]
        for row in conn.execute(select(*fields).group_by(*fields).having(func.count() > 1)):
            yield f"{table.name} has {tuple(row)} twice"


def in_the_end(conn: Connection, witness: Witness) -> Iterator[str]:
    """Yield what is wrong with texts and states, once all is caught up with."""
    texts: dict[str, list[_Read]] = defaultdict(list)
    states: dict[str, DocumentState] = {}
    for url, state, revisions in _documents(conn):
        root = witness.root_of(url)
        if root is None:
            yield f"{url} was never told of"
        elif root not in witness.ledger.redacted:
            texts[root] += revisions
            if revisions:
                states[root] = state
            yield from _only_what_was(witness.world.articles[root], revisions)
    yield from _all_that_was_seen(witness, texts)
    yield from _all_that_stayed(witness, texts)
    yield from takedowns.in_the_end(witness, states)


def _only_what_was(article: Article, revisions: list[_Read]) -> Iterator[str]:
    for one in revisions:
        if not any(one.shows(each) for each in article.texts()):
            yield f"{article.url} has a revision that never stood there: {one.title}"
    for one, other in pairwise(revisions):
        if one.fingerprint == other.fingerprint:
            yield f"{article.url} has two neighbouring revisions of one text"


def _all_that_was_seen(witness: Witness, texts: dict[str, list[_Read]]) -> Iterator[str]:
    """Say which texts were fetched whole, by a worker that lived on, and are not there."""
    for one in witness.log:
        article = witness.world.articles.get(one.url)
        state = article.at(one.begun) if article else None
        if one.status != 200 or not one.whole or one.trouble == "unwell" or not isinstance(state, Text):
            continue
        if article is None or article.root in witness.ledger.redacted or not witness.is_safe(one):
            continue
        if not any(each.shows(state) for each in texts[article.root]):
            yield f"{one.url} was read at {one.begun:.0f}, and its text of then is not there"


def _all_that_stayed(witness: Witness, texts: dict[str, list[_Read]]) -> Iterator[str]:
    """Say which articles that were told of and stayed to the end are missing, or old."""
    for site in SITES:
        told = [
            one.begun
            for one in witness.log
            if one.url == f"https://{site}/feed.xml" and one.status == 200 and one.whole and witness.is_safe(one)
        ]
        for article in witness.world.of_site(site):
            if article.root in witness.ledger.redacted or article.hidden:
                continue
            if any(article in witness.world.listed(site, at) for at in told):
                yield from _is_there(witness, article, texts[article.root])


def _is_there(witness: Witness, article: Article, texts: list[_Read]) -> Iterator[str]:
    state = article.at(witness.now)
    if not isinstance(state, Text) or any(each.shows(state) for each in texts):
        return
    since = article.states[-1][0]
    # Heard of by a wrong clock, it counts as older, and is read again more rarely.
    aged = witness.jumped(article.published, article.published + 2 * DAY) or witness.was_wrong(article.published)
    if not texts or (witness.now - since > 4 * DAY and not aged):
        yield f"{article.url} stands since {since:.0f}, and its text is not in the archive"


def _documents(conn: Connection) -> list[tuple[str, DocumentState, list[_Read]]]:
    """Return the address and the state of every document, and its revisions in order."""
    found: dict[int, tuple[str, DocumentState, list[_Read]]] = {}
    rows = conn.execute(
        select(document.c.id, document.c.url, document.c.state)
        .add_columns(revision.c.title, revision.c.text, revision.c.fingerprint)
        .join(revision, revision.c.document_id == document.c.id)
        .order_by(document.c.id, revision.c.number)
    )
    for number, url, state, title, text, fingerprint in rows:
        found.setdefault(number, (url, state, []))[2].append(_Read(title, text, fingerprint))
    return list(found.values())
