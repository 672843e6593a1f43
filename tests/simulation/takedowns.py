"""What must be true of takedowns, both ways: gone is what servers denied for long, and what they denied so is gone.

What the program calls an outage, of which nobody here can say whether it is one, counts neither way.
"""

from collections.abc import Iterable, Iterator

from monitor.model import DocumentState
from tests.simulation.network import Request
from tests.simulation.witness import Witness
from tests.simulation.world import HOUR, MINUTE, Article

DENIED = (404, 410)
TELLING = (200, 304, *DENIED)
CROWD = 3  # articles of a host that are missing beside one: it may be an outage
SPANS = ((3, 6 * HOUR, DENIED), (2, HOUR, (410,)))  # so many misses, over so long, the last of them one of these
SPARE_S = 5 * MINUTE  # between an answer and its record


def told_gone(witness: Witness, article: Article, reason: str, since: float) -> Iterator[str]:
    """Yield what is wrong with an article having been called gone between `since` and now."""
    now = witness.now
    rows = [row for row in _rows(_answers(witness, article.root)) if row[-1].begun > since - SPARE_S]
    if not any(len(row) > 1 for row in rows):
        yield f"{article.url} was called gone, and no server had denied it twice: {reason}"
    elif not article.is_gone_between(now - 8 * HOUR, now):
        # Broken servers deny articles for no longer than two hours, which only a clock that was set takes for longer.
        if not any(witness.jumped(row[0].begun, now) for row in rows):
            yield f"{article.url} was called gone and was not: {reason}"
    elif not any(_lasted(row) >= HOUR - SPARE_S or witness.jumped(row[0].begun, now) for row in rows):
        yield f"{article.url} was called gone after {max(map(_lasted, rows)):.0f} s: {reason}"


def in_the_end(witness: Witness, states: dict[str, DocumentState]) -> Iterator[str]:
    """Yield what is wrong with the states of articles, by their first addresses, that were read at least once."""
    answers = {root: _answers(witness, root) for root in states}
    for root, state in states.items():
        heard = [one for one in answers[root] if one.status in DENIED or witness.is_safe(one)]
        if state is DocumentState.GONE and heard and heard[-1].status not in DENIED:
            yield f"{root} is called gone, and was there at {heard[-1].begun:.0f}"
        row = [one for one in _last_row(answers[root]) if witness.is_safe(one)]
        if state is not DocumentState.LIVE or not _is_enough(row) or witness.jumped(row[0].begun, row[-1].begun):
            continue
        if not _may_be_out(witness, answers, root, row[0].begun):
            yield f"{root} was denied {len(row)} times since {row[0].begun:.0f}, and is not called gone"


def _answers(witness: Witness, root: str) -> list[Request]:
    """Return what servers said of an article, at all its addresses; a page that is unwell says nothing.

    What was denied was denied, also where the rest of the page did not arrive.
    """
    heard = (one for one in witness.log if one.status in TELLING and one.arrived is not None)
    told = (one for one in heard if one.whole or one.status in DENIED)
    return [one for one in told if one.trouble != "unwell" and witness.root_of(one.url) == root]


def _rows(answers: Iterable[Request]) -> Iterator[list[Request]]:
    """Yield the misses in a row."""
    row: list[Request] = []
    for one in answers:
        if one.status in DENIED:
            row.append(one)
        elif row:
            yield row
            row = []
    if row:
        yield row


def _last_row(answers: list[Request]) -> list[Request]:
    rows = list(_rows(answers))
    return rows[-1] if rows and answers[-1].status in DENIED else []


def _may_be_out(witness: Witness, answers: dict[str, list[Request]], root: str, since: float) -> bool:
    """Say whether so much else of its host was missing since then that it may be an outage."""
    host = witness.world.articles[root].site
    others = (heard for other, heard in answers.items() if other != root and witness.world.articles[other].site == host)
    return sum(any(one.status in DENIED and one.begun >= since for one in heard) for heard in others) >= CROWD


def _lasted(row: list[Request]) -> float:
    return (row[-1].arrived or row[-1].begun) - row[0].begun


def _is_enough(row: list[Request]) -> bool:
    if not row:
        return False
    least = (row[-1].arrived or 0.0) - (row[0].arrived or 0.0) - SPARE_S
    return any(len(row) >= count and least >= span and row[-1].status in last for count, span, last in SPANS)
