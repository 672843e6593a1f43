"""The views are as docs/querying.md describes them, the same on both databases, and tell no secrets."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text, update

from monitor.model import ChangeKind
from monitor.store import statements
from monitor.store.database import Database
from monitor.store.schema import change
from tests.store.examples import NOON
from tests.store.questioned import AGENCY, DAILY, ERASED, SECRET, WEEKLY, fill

PAGE = (Path(__file__).parents[2] / "docs/querying.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### (v_\w+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
VIEWS = {name: set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", body, re.MULTILINE))))
         for name, body in SECTION.findall(PAGE)}  # fmt: skip


@pytest.fixture
async def filled(db: Database) -> Database:
    """A database that has answers."""
    await db.write(fill)
    return db


async def rows(db: Database, statement: str) -> list[dict[str, Any]]:
    answer = await db.read(statements.ask, statement, None, 10_000)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


async def test_the_data_dictionary_names_every_view_and_every_column_and_no_other(db: Database) -> None:
    found = {one.name: set(one.columns) for one in await db.read(statements.tables) if one.is_view}
    assert found == VIEWS


async def test_a_view_has_the_types_that_other_programs_need(db: Database) -> None:
    """What is computed has no type of its own on SQLite unless it is cast, and would be taken for bytes."""

    def kinds(conn: Connection) -> set[str]:
        every = [column for name in VIEWS for column in inspect(conn).get_columns(name)]
        return {type(column["type"]).__name__ for column in every}

    assert await db.read(kinds) <= {
        "INTEGER",
        "BIGINT",
        "TEXT",
        "VARCHAR",
        "FLOAT",
        "TIMESTAMP",
        "NullType",
        "DOUBLE_PRECISION",
    }


async def test_the_join_is_made_and_nothing_is_lost_or_doubled(filled: Database) -> None:
    for view, table in (("documents", "document"), ("revisions", "revision"), ("changes", "change"),
                        ("captures", "capture"), ("fetches", '"fetch"'), ("entries", "entry"), ("sources", "source"),
                        ("citations", "citation"), ("corpus", "corpus_file"), ("addresses", "address")):  # fmt: skip
        assert await rows(filled, f"SELECT count(*) AS n FROM v_{view}") == await rows(
            filled, f"SELECT count(*) AS n FROM {table}"
        )


async def test_a_document_is_dated_only_by_what_can_be_believed(filled: Database) -> None:
    await filled.write(_misdate)
    found = {one["id"]: one for one in await rows(filled, "SELECT * FROM v_documents")}
    assert (found[1]["dated"], found[1]["lag_s"]) == (1, 360)
    assert [(found[number]["dated"], found[number]["lag_s"]) for number in (3, 5, 6)] == [(0, None)] * 3
    assert found[5]["had_at"] == found[5]["first_seen_at"] == "2026-11-16T12:50:00.000000Z"
    assert (found[1]["published_day"], found[1]["published_hour"], found[1]["published_weekday"]) == (
        "2026-11-16",
        12,
        1,
    )
    assert (found[8]["origin"], found[8]["lag_s"]) == ("corpus", None)


def _misdate(conn: Connection) -> None:
    conn.execute(text("UPDATE document SET published_at = '1970-01-01T00:00:00.000000Z' WHERE id = 5"))
    conn.execute(text("UPDATE document SET published_at = '2031-01-01T00:00:00.000000Z' WHERE id = 6"))


async def test_a_change_says_how_old_the_article_was_and_whether_the_page_tells_of_it(filled: Database) -> None:
    stated, silent, *_ = await rows(filled, "SELECT * FROM v_changes ORDER BY id")
    assert (stated["age_s"], stated["is_edit"], stated["is_silent"]) == (36 * 60, 1, 0)
    assert (stated["from_title"], stated["to_title"], stated["outlet"]) == ("A storm", "The storm", AGENCY)
    assert (silent["is_edit"], silent["is_silent"], silent["hour"], silent["day"]) == (1, 1, 22, "2026-11-16")
    assert silent["to_chars"] - silent["from_chars"] == len(" not") + len(" at all")


async def test_each_takedown_is_answered_with_its_own_end(filled: Database) -> None:
    """One that was taken down twice came back twice."""

    def again(conn: Connection) -> None:
        for number, kind in ((5, ChangeKind.REMOVED), (6, ChangeKind.RESTORED)):
            values = {"document_id": 2, "kind": kind, "at": NOON + timedelta(days=number)}
            conn.execute(update(change).where(change.c.id == number).values(**values))

    await filled.write(again)
    _, question = PAGE.split("What was taken down and came back?\n\n```sql\n")
    first, second = await rows(filled, question.split("```")[0])
    assert first["removed_at"] < first["restored_at"] < second["removed_at"] < second["restored_at"]


async def test_who_had_a_text_first_is_who_the_archive_says_it_is(filled: Database) -> None:
    """The order of docs/copies.md; what was redacted takes no place."""
    found = await rows(filled, "SELECT * FROM v_copies ORDER BY place")
    assert [one["document_id"] for one in found] == [1, 3, 4, 2]
    assert [one["place"] for one in found] == [1, 2, 3, 4]
    assert [one["behind_s"] for one in found] == [0, 26 * 60, 36 * 60, 86 * 60]
    assert {(one["first_outlet"], one["first_document_id"], one["cluster_size"]) for one in found} == {(AGENCY, 1, 4)}
    (cluster,) = await rows(filled, "SELECT * FROM v_clusters")
    assert (cluster["size"], cluster["outlets"], cluster["first_outlet"]) == (4, 3, AGENCY)


async def test_a_date_without_a_time_counts_as_the_end_of_its_day(filled: Database) -> None:
    """But not as later than when it was seen."""

    def date_only(conn: Connection) -> None:
        conn.execute(text("UPDATE document SET published_at = '2026-11-15T00:00:00.000000Z' WHERE id IN (1, 2)"))
        conn.execute(text("UPDATE document SET first_seen_at = '2026-11-15T20:00:00.000000Z' WHERE id = 2"))

    await filled.write(date_only)
    found = await rows(filled, "SELECT * FROM v_copies ORDER BY place")
    assert [(one["document_id"], one["behind_s"]) for one in found[:2]] == [(2, 0), (1, 4 * 3600)]


async def test_an_outlet_is_counted_by_what_is_kept_watched_and_cited(filled: Database) -> None:
    found = {one.pop("outlet"): one for one in await rows(filled, "SELECT * FROM v_outlets")}
    assert set(found) == {AGENCY, DAILY, WEEKLY, "x.example"}
    counts = {"documents": 2, "live": 1, "gone": 1, "saved": 0, "sources": 1, "edits": 1, "headline_edits": 1}
    counts |= {"removals": 1, "citations": 2}
    assert {name: found[AGENCY][name] for name in counts} == counts
    assert found[DAILY]["first_seen_at"] == f"{NOON:%Y-%m-%dT%H:%M:%S}.000000Z"


async def test_a_citation_is_shown_in_its_words(filled: Database) -> None:
    found = await rows(filled, "SELECT * FROM v_citations ORDER BY id")
    assert found[0]["context"].startswith(f"As {AGENCY} reports, the harbour")
    assert f"a week, says https://{AGENCY}/harbour there." in found[1]["context"]
    assert len(found[1]["context"]) == 60 + len(found[1]["cited"]) + len(" there.")
    assert (found[1]["cited_document_id"], found[1]["cited_state"]) == (5, "gone")


async def test_what_was_redacted_shows_no_text(filled: Database) -> None:
    """Even while its rows still hold one."""
    for view in VIEWS:
        shown = await rows(filled, f"SELECT * FROM {view}")
        assert not [value for one in shown for value in one.values() if value in (ERASED, "an old title")], view


async def test_no_view_tells_a_secret(filled: Database) -> None:
    for view in VIEWS:
        assert SECRET.split()[1] not in str(await rows(filled, f"SELECT * FROM {view}")), view
        assert not VIEWS[view] & {"headers", "proxy", "token", "secret", "secret_sha256"}
