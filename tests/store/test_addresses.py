"""Former addresses: a page may have been many documents' address, and a document may come back to one."""

from datetime import timedelta

from sqlalchemy import Connection

from monitor.model import Address
from monitor.store import addresses, documents
from monitor.store.database import Database
from tests.store.examples import NOON, a_document

PAGE = "https://one.example/today"
HOUR = timedelta(hours=1)


def _two(conn: Connection) -> tuple[int, int]:
    first, _ = documents.add(conn, a_document("https://one.example/a"))
    second, _ = documents.add(conn, a_document("https://one.example/b"))
    return first.id, second.id


async def test_the_document_that_left_an_address_last_is_found_by_it(db: Database) -> None:
    """In every spelling."""
    first, second = await db.write(_two)
    await db.write(addresses.add, Address(PAGE, first, NOON))
    await db.write(addresses.add, Address(f"{PAGE}/", second, NOON + HOUR))
    found = await db.read(addresses.holder, "http://www.one.example/today")
    assert found is not None
    assert found.id == second
    assert [one.url for one in await db.read(addresses.of_document, first)] == [PAGE]


async def test_an_address_that_a_document_had_twice_counts_until_it_left_it_last(db: Database) -> None:
    first, second = await db.write(_two)
    await db.write(addresses.add, Address(PAGE, first, NOON))
    await db.write(addresses.add, Address(PAGE, second, NOON + HOUR))
    await db.write(addresses.add, Address(PAGE, first, NOON + 2 * HOUR))
    found = await db.read(addresses.holder, PAGE)
    assert found is not None
    assert found.id == first
    assert [one.until for one in await db.read(addresses.of_document, first)] == [NOON + 2 * HOUR]


async def test_an_address_that_nobody_had_is_nobodys(db: Database) -> None:
    assert await db.read(addresses.holder, PAGE) is None


async def test_a_document_that_gives_its_address_up_is_not_found_by_it(db: Database) -> None:
    first, _ = await db.write(_two)
    await db.write(documents.set_fields, first, url=None)
    assert await db.read(documents.by_page, "https://one.example/a") is None
