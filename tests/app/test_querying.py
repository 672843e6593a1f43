"""SQL: what can be read is answered alike on both databases, and nothing else is done."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import BlockingArchive, Settings, open_archive, sql_csv
from monitor.errors import MonitorError, TimeLimitError, UsageError
from monitor.store.database import Database
from monitor.telling_answers import SqlAnswer
from tests.blank import blank_sqlite, make_postgresql
from tests.store.questioned import AGENCY, fill

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingArchive]:
    """The archive that has answers, on each database."""
    folder = tmp_path_factory.mktemp("querying")
    url = f"sqlite:///{blank_sqlite(folder / 'archive.db')}"
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgresql_server")
        url = server.replace("postgresql://", "postgresql+psycopg://").replace(
            "/postgres?", f"/{make_postgresql(server)}?"
        )
    db = Database.open(url)
    asyncio.run(db.write(fill))
    db.close()
    with open_archive(Settings.model_validate({"data_dir": folder, "database": {"url": url}})) as opened:
        yield opened


def on_sqlite(archive: BlockingArchive) -> bool:
    return archive.settings.database.url.startswith("sqlite")


def test_rows_come_with_their_columns_as_far_as_they_were_asked_for(archive: BlockingArchive) -> None:
    answer = archive.sql("SELECT id, outlet FROM v_documents ORDER BY id;\n", limit=2)
    assert answer == SqlAnswer(("id", "outlet"), ((1, AGENCY), (2, "diario.example")), cut=True)
    assert not archive.sql("SELECT 1 LIMIT 2", limit=2).cut
    assert archive.sql("SELECT id FROM v_documents WHERE id < 0").rows == ()
    with pytest.raises(UsageError, match="too few"):
        archive.sql("SELECT 1", limit=0)


def test_values_have_the_same_form_on_both_databases(archive: BlockingArchive) -> None:
    assert archive.sql(
        "SELECT first_seen_at, NULL, 1 + 1, 1.5, sum(id), CAST(sum(id) AS FLOAT), 'é' || 'a', '' FROM v_documents"
        " WHERE id = 1 GROUP BY first_seen_at"
    ).rows == (("2026-11-16T12:10:00.000000Z", None, 2, 1.5, 1, 1.0, "éa", ""),)
    assert archive.sql("SELECT 1 AS a, 2 AS a").columns == ("a", "a")
    assert archive.sql("SELECT '100%', ' :x ', '%s'").rows == (("100%", " :x ", "%s"),)
    assert archive.sql("SELECT ';--', '/*' -- a; b\n; -- c /* d").rows == ((";--", "/*"),)


def test_times_and_dates_compare_the_same_way(archive: BlockingArchive) -> None:
    for bound, count in (("2026-11-16", 6), ("2026-11-16T22:00", 4), ("2026-11-17", 2)):
        assert archive.sql(f"SELECT count(*) FROM v_changes WHERE at >= '{bound}'").rows == ((count,),)
    assert archive.sql("SELECT count(*) FROM v_changes WHERE day = '2026-11-16'").rows == ((4,),)


def test_a_name_in_it_stands_for_a_parameter(archive: BlockingArchive) -> None:
    found = archive.sql("SELECT count(*) FROM v_documents WHERE outlet = :outlet", {"outlet": "x' OR 1=1 --"})
    assert found.rows == ((0,),)
    assert archive.sql("SELECT :a, '%'", {"a": "%"}).rows == (("%", "%"),)
    with pytest.raises(UsageError, match=r"'b'$"):
        archive.sql("SELECT :a, :b", {"a": 1})


WRITES = (
    *("DELETE FROM document", "UPDATE source SET state = 'paused'", "INSERT INTO host (name) VALUES ('x')"),
    *("DROP VIEW v_documents", "CREATE TABLE x (a int)", "CREATE TEMP TABLE x (a int)", "VACUUM", "BEGIN", "COMMIT"),
    *("ATTACH 'x.db' AS x", "VACUUM INTO 'x.db'", "PRAGMA query_only = OFF", "PRAGMA user_version = 3", "ROLLBACK"),
    *("COPY document TO PROGRAM 'cat'", "SET default_transaction_read_only = off", "SELECT * INTO x FROM document"),
    *("WITH x AS (DELETE FROM document RETURNING id) SELECT id FROM x", "EXPLAIN ANALYZE DELETE FROM document"),
    *("SELECT 1; DELETE FROM document", "SELECT 1); DELETE FROM document; SELECT (1", "/* SELECT */ DELETE FROM host"),
    *("SELECT * FROM document FOR UPDATE", "SELECT nextval('document_id_seq')", "(DELETE FROM document)", "DO $$ $$"),
    *("SELECT load_extension('x')", "SELECT writefile('x', 'y')", "SELECT lo_create(0)", "VALUES (1); COMMIT; DROP"),
    *("PRAGMA writable_schema = ON", "PRAGMA journal_mode = DELETE", "REINDEX", "SELECT pg_advisory_lock"),
)


@pytest.mark.parametrize("statement", WRITES)
def test_what_does_more_than_read_is_refused(archive: BlockingArchive, statement: str, tmp_path: Path) -> None:
    before = archive.sql("SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM host)")
    with pytest.raises(UsageError) as caught:
        archive.sql(statement)
    assert caught.value.hint
    assert archive.sql("SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM host)") == before
    assert not list(tmp_path.iterdir())


def test_a_session_that_was_talked_into_writing_still_only_reads(archive: BlockingArchive) -> None:
    if not on_sqlite(archive):
        archive.sql("SELECT set_config('default_transaction_read_only', 'off', false)")
        archive.sql("SELECT set_config('search_path', 'pg_catalog', false)")
        archive.sql("SELECT set_config('statement_timeout', '0', false)")
    for _ in range(4):  # whichever connection it is that is asked
        with pytest.raises(UsageError):
            archive.sql("WITH x AS (SELECT 1) INSERT INTO host (name) SELECT 'x' FROM x")
    with pytest.raises(TimeLimitError):
        archive.sql(ENDLESS, seconds=0.2)
    for _ in range(4):
        assert archive.sql("SELECT count(*) FROM v_sources").rows == ((2,),)


SECRETS = (
    *(
        "SELECT headers FROM source",
        "SELECT * FROM source",
        "SELECT s.* FROM source s",
        "SELECT upper(proxy) FROM source",
    ),
    *("SELECT 1 FROM source WHERE HEADERS LIKE '%c%'", "SELECT a FROM (SELECT headers AS a FROM source) x"),
    *("SELECT secret FROM subscription", "SELECT * FROM token", "SELECT secret_sha256 FROM token", "TABLE token"),
    *("SELECT * FROM source UNION ALL SELECT * FROM source", "WITH s AS (SELECT * FROM source) SELECT * FROM s"),
)
WHOLE_ROWS = (
    *("SELECT s FROM source s", "SELECT to_jsonb(source) FROM source", "SELECT row_to_json(s) FROM public.source s"),
    "SELECT a.x FROM (SELECT s::text AS x FROM source s) a",
)


@pytest.mark.parametrize("statement", SECRETS)
def test_columns_with_secrets_are_refused(archive: BlockingArchive, statement: str) -> None:
    with pytest.raises(UsageError) as caught:
        archive.sql(statement)
    assert caught.value.hint
    if not (on_sqlite(archive) and statement.startswith("TABLE")):
        assert "holds secrets" in str(caught.value)


@pytest.mark.parametrize("statement", WHOLE_ROWS)
def test_rows_with_secrets_are_refused_as_a_whole(archive: BlockingArchive, statement: str) -> None:
    """As PostgreSQL has them."""
    with pytest.raises(UsageError) as caught:
        archive.sql(statement)
    assert on_sqlite(archive) or "holds secrets" in str(caught.value)


def test_what_lies_beside_secrets_can_be_asked(archive: BlockingArchive) -> None:
    assert archive.sql("SELECT count(*) FROM source").rows == ((2,),)
    assert archive.sql("SELECT s.id FROM source s JOIN host h ON h.name = s.host ORDER BY 1").rows == ((1,), (2,))
    assert archive.sql("SELECT 'the secret token', count(*) FROM v_sources").rows == (("the secret token", 2),)
    assert archive.sql("SELECT name, scope FROM token").rows == ()


@pytest.mark.parametrize(
    ("statement", "meant"),
    [
        ("SELECT outlets FROM v_documents", "outlet"),
        ("SELECT d.titel FROM v_documents d", "title"),
        ("SELECT * FROM v_document", "v_documents"),
        ("SELECT * FROM changes", "change"),
    ],
)
def test_a_name_that_is_none_is_told_with_what_may_be_meant(
    archive: BlockingArchive, statement: str, meant: str
) -> None:
    with pytest.raises(UsageError) as caught:
        archive.sql(statement)
    assert caught.value.hint is not None
    assert meant in caught.value.hint.rstrip("?").split()


@pytest.mark.parametrize(
    "statement",
    ["", " ; ", "-- nothing", "SELEC 1", "SELECT 'a", "SELECT \0 1", "SELECT '\udcff'", "SELECT :a"],
)
def test_what_cannot_be_understood_is_a_clear_error(archive: BlockingArchive, statement: str) -> None:
    with pytest.raises(UsageError) as caught:
        archive.sql(statement)
    assert caught.value.hint


def test_a_question_that_takes_too_long_is_ended(archive: BlockingArchive) -> None:
    with pytest.raises(TimeLimitError) as caught:
        archive.sql(ENDLESS, seconds=0.2)
    assert caught.value.hint
    for seconds in (1e9, float("inf")):
        assert archive.sql("SELECT 1", seconds=seconds).rows == ((1,),)


def test_the_tables_are_told_without_columns_that_hold_secrets(archive: BlockingArchive) -> None:
    told = {one.name: one for one in archive.sql_tables()}
    assert told["v_documents"].is_view
    assert "title" in told["v_documents"].columns
    assert "url" in told["source"].columns
    assert not {"headers", "proxy"} & set(told["source"].columns)
    assert not [name for name in told if name.startswith(("revision_search", "alembic", "sqlite"))]


def test_csv_is_safe_for_spreadsheets(archive: BlockingArchive) -> None:
    answer = archive.sql("SELECT '=1+1' AS a, 'x,\"y\"' AS b, -2 AS c, NULL AS d")
    assert sql_csv(answer) == 'a,b,c,d\r\n\'=1+1,"x,""y""",-2,\r\n'


WORDS = st.sampled_from(
    ("SELECT", "FROM", "v_documents", "*", "(", ")", ",", "'", '"', ";", "--", "/*", "WITH", "1", "x", ":x", "%", "%s",
     "PRAGMA", "VALUES", "EXPLAIN", "JOIN", "ON", "\n", "$$", "ORDER BY", "LIMIT", "é", "\\", "[", "`", "?")
)  # fmt: skip


@given(st.lists(WORDS | st.text(max_size=4), max_size=12).map(" ".join))
@settings(max_examples=80)
def test_whatever_is_asked_is_answered_or_refused(archive: BlockingArchive, statement: str) -> None:
    hint: str | None = "none is needed"
    try:
        archive.sql(statement, seconds=5, limit=5)
    except MonitorError as error:
        hint = error.hint
    assert hint
