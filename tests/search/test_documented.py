"""Every example of docs/search.md is true."""

import re
from pathlib import Path

import pytest

from monitor.answers import DocumentFilter
from monitor.core.query import parse_query, read_query
from monitor.model import ChangeKind, DocumentState, Field, Origin
from monitor.store import documents, revisions, search
from monitor.store.database import Database
from tests.store.examples import a_document, a_revision

PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text("utf-8")
EXAMPLES = re.findall(r"^\| `([^`]+)` \| ([a-z]{2}): (.+) \|$", PAGE, re.MULTILINE)
TEXT = "Cierran el puerto. El puerto cerrado perdió la cosecha. Ni COVID-19 ni 港口."


async def test_every_example_finds_its_text(database_url: str) -> None:
    assert len(EXAMPLES) >= 20
    db = Database.open(database_url)
    missed = []
    try:
        for query, language, text in EXAMPLES:
            made, _ = await db.write(documents.add, a_document(None, due=None, language=language))
            one = await db.write(revisions.add, a_revision(made.id, text, "", language=language))
            found = await db.read(search.find, parse_query(query), DocumentFilter(limit=1_000))
            missed += [query] if one.id not in {hit.revision and hit.revision.id for hit in found} else []
    finally:
        db.close()
    assert missed == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("puerto cosecha", True),
        ('"puerto cerrado"', True),
        ("puerto OR aduana", True),
        ("puerto -aduana", True),
        ("puerto -cosechas", False),
        ('puerto -"cosechas"', True),
        ('"puertos"', False),
        ("puertos", True),
        ("pue*", True),
        ('"puerto cerr"*', True),
        ("COVID-19", True),
        ("港口", True),
    ],
)
async def test_words_are_read_as_told(database_url: str, query: str, found: bool) -> None:
    db = Database.open(database_url)
    try:
        made, _ = await db.write(documents.add, a_document(language="es"))
        await db.write(revisions.add, a_revision(made.id, TEXT, "", language="es"))
        assert bool(await db.read(search.find, parse_query(query), DocumentFilter())) is found
    finally:
        db.close()


def test_every_field_and_every_word_of_closed_sets_is_told() -> None:
    told = PAGE.partition("## Fields")[2].partition("## Examples")[0]
    assert [one for one in Field if f"`{one}:`" not in told] == []
    words = (*Origin, *DocumentState, *ChangeKind)
    assert [word for word in words if f"`{word}`" not in told] == []


def test_the_command_at_the_beginning_is_a_query() -> None:
    typed = read_query('presos OR detenidos "derechos humanos" -fútbol outlet:granma.cu since:30d')
    assert typed.words is not None
    assert (len(typed.words.groups), len(typed.words.excluded), len(typed.fields)) == (2, 1, 2)
