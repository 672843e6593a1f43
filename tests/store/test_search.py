"""Full-text search gives the same answers on both databases."""

import pytest
from sqlalchemy import Connection
from sqlalchemy import text as sql

from monitor.answers import DocumentFilter
from monitor.core.query import parse_query
from monitor.store import documents, fulltext, revisions, search
from monitor.store.database import Database
from monitor.store.ranking import How
from tests.store.examples import a_document, a_revision

TEXTS = {
    "fr": ("Le port de La Havane rouvre", "La coopération entre les deux ports s'est renforcée en été."),
    "ar": ("افتتاح المدينة الجديدة", "أعلنت الوزارة عن افتتاح مدينةٍ جديدة في شمال البلاد"),
    "es": ("Cosecha récord de café", "Los productores anunciaron una cosecha de 21 000 toneladas."),
    "vi": ("Đà Nẵng đón khách", "Thành phố Đà Nẵng đã đón hơn hai triệu lượt khách du lịch."),
    "zh": ("港口合作", "两国签署了港口合作协议"),
}


async def _filled(db: Database) -> dict[int, str]:
    names = {}
    for language, (title, text) in TEXTS.items():
        one, _ = await db.write(documents.add, a_document(f"https://{language}.example/", language=language))
        await db.write(revisions.add, a_revision(one.id, text, title))
        names[one.id] = language
    return names


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cooperation", "fr"),
        ("COOPÉRATION port", "fr"),
        ("مدينة", "ar"),
        ("المدينه", "ar"),
        ("cafe", "es"),
        ("da nang", "vi"),
        ("合作", "zh"),
        ('"hai triệu"', "vi"),
        ('"triệu hai"', ""),
        ("cosecha -21", ""),
        ("cosecha OR port", "es fr"),
        ("coop*", "fr"),
        ("nothing", ""),
        ('a" OR "b', ""),
        ("' ; DROP TABLE document", ""),
        ("NEAR(x y) AND ^z:", ""),
    ],
)
async def test_a_query_finds_what_it_means(db: Database, query: str, found: str) -> None:
    names = await _filled(db)
    hits = await db.read(search.find, parse_query(query), DocumentFilter())
    assert sorted(names[hit.document.id] for hit in hits) == found.split()


async def test_a_title_weighs_more_than_a_text(db: Database) -> None:
    for number, (title, text) in enumerate([("Autre", "le café " + "et le thé " * 9), ("Café", "et le thé " * 10)]):
        one, _ = await db.write(documents.add, a_document(f"https://s{number}.example/"))
        await db.write(revisions.add, a_revision(one.id, text, title))
    hits = await db.read(search.find, parse_query("cafe"), DocumentFilter())
    assert [hit.document.title for hit in hits] == ["Café", "Autre"]


async def test_only_the_current_text_is_searched_unless_told(db: Database) -> None:
    one, _ = await db.write(documents.add, a_document())
    await db.write(revisions.add, a_revision(one.id, "douze morts"))
    await db.write(revisions.add, a_revision(one.id, "vingt morts"))
    assert await db.read(search.find, parse_query("douze"), DocumentFilter()) == ()
    found = await db.read(search.find, parse_query("douze"), DocumentFilter(), How(every_revision=True))
    assert [hit.revision and hit.revision.number for hit in found] == [1]


async def test_the_filters_of_documents_hold_for_searches(db: Database) -> None:
    await _filled(db)
    query = parse_query("port OR cosecha")
    hits = await db.read(search.find, query, DocumentFilter(language="es"))
    assert [hit.document.language for hit in hits] == ["es"]


async def test_all_words_of_a_text_are_taken_out(db: Database) -> None:
    """Also when its language was told otherwise since, so that its stems would be others now."""
    one, _ = await db.write(documents.add, a_document())
    kept = await db.write(revisions.add, a_revision(one.id, "Las operaciones comenzaron.", "Otoño", language="es"))
    await db.write(revisions.add, a_revision(one.id, "Una operación", language="es"))
    await db.write(lambda conn: conn.execute(sql("UPDATE revision SET language = 'fr' WHERE id = 1")).close())
    await db.write(fulltext.forget, [kept.id])
    assert (
        await db.read(search.find, parse_query("comenzar OR otono"), DocumentFilter(), How(every_revision=True)) == ()
    )
    left = await db.read(search.find, parse_query("operacion"), DocumentFilter(), How(every_revision=True))
    assert [hit.revision and hit.revision.number for hit in left] == [2]
    assert await db.write(_words) == {"una", "operacion", "a", "title", "una§es", "oper§es", "titl§es"}


def _words(conn: Connection) -> set[str]:
    """Return every word that the index holds."""
    if conn.dialect.name == "postgresql":
        rows = conn.execute(sql("SELECT unnest(tsvector_to_array(words)) FROM revision_search"))
    else:
        conn.execute(sql("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, revision_search, row)"))
        rows = conn.execute(sql("SELECT term FROM temp.held"))
    return {row[0] for row in rows}
