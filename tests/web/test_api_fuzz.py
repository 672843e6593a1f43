"""Whatever is typed into the search is an answer or a clear message, also over HTTP."""

import random

from yarl import URL

from monitor.web.api_routes import BASE
from tests.web.asking import Client
from tests.web.asking_api import told

pytest_plugins = ["tests.web.newsstand", "tests.web.api_stand"]

PIECES = (
    *('"', "'", "*", "-", "--", "OR", "AND", "NOT", "|", "(", ")", ":", ",", "\\", "%", "_", "^", "NEAR(a b)", "{a}"),
    *("outlet:", "outlet:one.example", "lang:", "lang:ar", "kind:both", "kind:", "since:7d", "since:", "source:1"),
    *("source:99999999999999999999", "until:2026-13-01", "cites:x", "changed:1h", "-origin:web", 'outlet:"a b",c'),
    *("harbour", "the harb*", "مَدينة", "ـــ", "الـ", "ёлка", "đường", "港口", "ท่าเรือ", "ſ", "K", "İ", "ß", "\u202e"),
    *("\u0301", "\ufeff", "\u00ad", "\U0001f980", "\ud7ff", "\uffff", "\U0010ffff", "\x01", "\t", "\n", " ", "\u3000"),
    *("a" * 300, "0", "-0", "1e999", "' OR 1=1 --", "; DROP TABLE document", "<script>", "${x}", "../..", "content:x"),
)


def queries(count: int) -> list[str]:
    """Return strange queries, the same ones every time."""
    chance = random.Random(6)
    made = []
    for _ in range(count):
        glue = chance.choice(("", " ", " "))
        made.append(glue.join(chance.choices(PIECES, k=chance.randint(1, 8)))[:1000])
    return made


async def test_no_query_fails(client: Client) -> None:
    """200, or a problem that says what cannot be understood; a second of them is the same as the first."""
    statuses = set()
    for number, query in enumerate(queries(300)):
        path = ("search", "documents", "changes")[number % 3]
        answer = await client.get(URL(f"{BASE}/{path}").with_query(q=query, limit=3))
        assert answer.status in (200, 422), f"{query!r}: {answer.status} {await answer.text()}"
        await told(answer, answer.status)
        statuses.add(answer.status)
    assert statuses == {200, 422}
