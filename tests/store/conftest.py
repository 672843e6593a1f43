"""A database of each kind, opened and closed."""

from collections.abc import Iterator

import pytest

from monitor.store.database import Database


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """An archive's database, empty."""
    opened = Database.open(database_url, patience_s=5.0)
    yield opened
    opened.close()
