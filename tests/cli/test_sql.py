"""`sql`: a table, CSV or JSON; clear words for what is wrong."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.conftest import Run

QUESTION = "SELECT url, title, words FROM v_documents WHERE origin = 'web' ORDER BY url"


def test_an_answer_is_a_table(ask: Run) -> None:
    told = ask("sql", QUESTION)
    assert (told.code, told.err) == (0, "")
    heads, *rows = told.out.splitlines()
    assert heads.split() == ["url", "title", "words"]
    assert len(rows) == 2
    assert "El mercado central costará 21 millones" in rows[0]


def test_what_there_is_none_of_is_said(ask: Run) -> None:
    assert "NULL" in ask("sql", "SELECT NULL AS a, 1 AS b").out
    told = ask("sql", "SELECT id FROM v_documents WHERE 1 = 0")
    assert (told.code, told.out, "no rows" in told.err) == (0, "", True)


def test_an_answer_is_csv_or_json(ask: Run) -> None:
    rows = list(csv.DictReader(StringIO(ask("sql", QUESTION, "--csv").out)))
    told = json.loads(ask("sql", QUESTION, "--json").out)
    assert [list(one.values()) for one in rows] == [[*map(str, row)] for row in told["rows"]]
    assert (told["columns"], told["cut"]) == (["url", "title", "words"], False)
    assert json.loads(ask("sql", "SELECT CAST('a' AS BLOB)", "--json").out)["rows"] == [["YQ=="]]


def test_what_is_cut_is_told(ask: Run) -> None:
    told = ask("sql", QUESTION, "--limit", "1")
    assert len(told.out.splitlines()) == 2
    assert "more with --limit" in told.err


def test_the_statement_may_come_from_a_file_or_standard_input(ask: Run, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text(f"-- what was fetched\n{QUESTION};\n", encoding="utf-8")
    assert ask("sql", "--file", file).out == ask("sql", "-", stdin=QUESTION).out == ask("sql", QUESTION).out


def test_the_tables_are_listed(ask: Run) -> None:
    told = ask("sql", "--tables")
    assert told.code == 0
    assert "v_documents" in told.out
    assert "secret" not in told.out
    assert "v_changes" in {one["name"] for one in json.loads(ask("sql", "--tables", "--json").out)}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["DELETE FROM document"], 2, "only reads"),
        (["SELECT headers FROM source"], 2, "holds secrets"),
        (["SELECT titel FROM v_documents"], 2, "did you mean title"),
        (["SELECT 1", "--file", "x.sql"], 2, "two things"),
        ([], 2, "what is asked?"),
        (["SELECT 1", "--csv", "--json"], 2, "two things"),
        (["SELECT 1", "--seconds", "0"], 2, "too short"),
        (["--file", "/nowhere/x.sql"], 4, "no file"),
        (
            [
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                "--seconds",
                ".1",
            ],
            *(5, "took longer"),
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(ask: Run, args: list[str], code: int, said: str) -> None:
    told = ask("sql", *args)
    assert (told.code, told.out) == (code, "")
    assert said in told.err
    assert "bug" not in told.err
