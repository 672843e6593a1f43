"""Listings of many makes: article links are told from navigation, measured over all of them."""

from collections.abc import Callable

import pytest

from monitor.core.listing import parse_listing
from monitor.core.urls import canonical_url
from monitor.interfaces import ReadRequest, Task
from tests.core.listings.crowds import CROWDS
from tests.core.listings.plain import PLAIN
from tests.core.listings.scripts import SCRIPTS
from tests.core.listings.specimen import Specimen
from tests.core.listings.systems import SYSTEMS

ZOO = (*SYSTEMS, *SCRIPTS, *CROWDS, *PLAIN)


def found(page: Specimen) -> tuple[tuple[str, str | None], ...]:
    """Read the articles out of a specimen."""
    body = page.html.encode()
    listing = parse_listing(ReadRequest(Task.LISTING, page.url, body, "text/html; charset=utf-8"))
    return tuple((item.url, item.title) for item in listing.items)


@pytest.mark.parametrize("make", ZOO, ids=lambda make: make.__name__)
def test_every_make_gives_its_articles_with_their_titles(make: Callable[[], Specimen]) -> None:
    """Each once, in page order, and nothing else."""
    page = make()
    assert found(page) == tuple((canonical_url(url), title) for url, title in page.expected)


def test_precision_and_recall_over_the_zoo() -> None:
    """Of twenty-one makes, whose other links are more than twice as many, next to nothing is missed or made up."""
    pages = [make() for make in ZOO]
    wanted = {canonical_url(url) for page in pages for url, _ in page.expected}
    got = {url for page in pages for url, _ in found(page)}
    assert len(pages) >= 20
    assert sum(page.traps for page in pages) > 2 * len(wanted)
    assert len(wanted & got) / len(got) >= 0.98  # precision
    assert len(wanted & got) / len(wanted) >= 0.98  # recall
