"""The API answers what the archive does, field by field, and says what is wrong with a question."""

import re

import pytest
from yarl import URL

from monitor import Archive
from monitor.answers import DocumentFilter
from monitor.as_json import plain
from monitor.errors import DatabaseBusyError, TimeLimitError
from monitor.web.api_routes import BASE
from tests.web.asking import Client
from tests.web.asking_api import ask, every_operation, told, type_of
from tests.web.blank import bearer

pytest_plugins = ["tests.web.newsstand", "tests.web.api_stand"]

EDITED, STEADY = "http://one.example/2026/harbour-opens", "http://two.example/2026/the-harbour-reopens-today"
READS = [
    ("listDocuments", "/documents"),
    ("search", "/search?q=harbour"),
    ("getDocument", "/documents/1"),
    ("listRevisions", "/documents/1/revisions"),
    ("getRevision", "/documents/{edited}/revisions/2"),
    ("getDiff", "/documents/{edited}/diff"),
    ("listCaptures", "/documents/1/captures"),
    ("listChanges", "/changes"),
    ("getFront", "/front"),
    ("getStats", "/stats"),
    ("listOutlets", "/outlets"),
    ("getOutlet", "/outlets/one.example"),
    ("getOutletRhythm", "/outlets/one.example/rhythm"),
    ("listSources", "/sources"),
    ("getSource", "/sources/1"),
    ("getSourceRhythm", "/sources/1/rhythm"),
    ("listClusters", "/clusters"),
    ("getCluster", "/clusters/1"),
    ("listCorpus", "/corpus"),
    ("getCorpusText", "/corpus/{saved}"),
    ("listAlerts", "/alerts"),
    ("listAlarms", "/alarms?ended=true"),
    ("getHealth", "/health"),
]


async def numbers(client: Client) -> dict[str, int]:
    """Return the numbers of a saved text, of an article that was edited, and of one that was not."""
    found = {
        "saved": await ask(client, "/documents", origin="corpus", limit=1),
        "edited": await ask(client, "/documents", url=EDITED),
        "steady": await ask(client, "/documents", url=STEADY),
    }
    return {name: int(page["items"][0]["id"]) for name, page in found.items()}


async def test_an_answer_is_of_its_type_keeps_secrets_and_is_not_sent_twice(client: Client) -> None:
    """It has every field of the type that the operation declares; a HEAD says the same without the body."""
    known = await numbers(client)
    for name, path in READS:
        await _check_answer(client, name, f"{BASE}{path.format(**known)}")


async def _check_answer(client: Client, name: str, path: str) -> None:
    answer = await client.get(path)
    said = await told(answer, 200)
    assert "hush-4711" not in await answer.text()
    assert plain(type_of(name).validate_python(said)) == said
    head = await client.head(path)
    assert (head.status, await head.read(), head.content_type) == (200, b"", "application/json")
    tag = answer.headers["ETag"]
    assert re.fullmatch('"[0-9a-f]{32}"', tag)  # strong
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status == 200
    if name == "getFront":  # it tells the time
        return
    assert head.headers["ETag"] == tag
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)


async def test_every_operation_that_reads_is_tried_above() -> None:
    assert {one.name for one in every_operation() if one.method == "GET"} == {name for name, _ in READS}


async def test_the_api_answers_what_the_archive_does(client: Client, api_archive: Archive) -> None:
    """And what --json prints."""
    one = (await numbers(client))["edited"]
    assert await ask(client, f"/documents/{one}") == plain(await api_archive.document(one))
    assert await ask(client, f"/documents/{one}/diff", from_=1, to=2) == plain(await api_archive.diff(one, 1, 2))
    assert await ask(client, "/sources/1") == plain(await api_archive.desk.source(1))
    hits = await api_archive.search("harbour", DocumentFilter(limit=50))
    assert await ask(client, "/search", q="harbour") == plain(hits)
    assert hits.items
    changes = await api_archive.find_changes("kind:removed")
    assert await ask(client, "/changes", kind="removed") == plain(changes)
    assert len(changes.items) == 1


async def test_secrets_of_a_source_are_masked_wherever_it_is_shown(client: Client) -> None:
    """The source itself is there all the same."""
    one = (await ask(client, "/sources/1"))["view"]["source"]
    assert (one["headers"], one["proxy"]) == (["Cookie: ***"], "http://***@proxy.example:3128")


async def test_pages_lead_to_everything_once(client: Client) -> None:
    """`next` and the Link header say the same."""
    for path in ("/documents?limit=2", "/changes?limit=2&all_kinds=true", "/corpus?limit=2", "/search?q=the&limit=2"):
        every = (await ask(client, path.replace("limit=2", "limit=500")))["items"]
        walked, at = [], URL(f"{BASE}{path}")
        for _ in range(len(every)):
            answer = await client.get(at)
            page = await told(answer, 200)
            walked += page["items"]
            link = answer.links.get("next")
            assert (link is None) == (page["next"] is None)
            if link is None:
                break
            at = URL(str(link["url"])).relative()
            assert (at.query["after"], at.query["limit"]) == (page["next"], "2")
        assert len(every) > 2, path
        assert walked == every


async def test_a_short_list_is_cut_by_number(client: Client) -> None:
    """Revisions of a document, and its captures."""
    every = (await ask(client, "/documents/1/captures"))["items"]
    first = await ask(client, "/documents/1/captures", limit=1)
    rest = await ask(client, "/documents/1/captures", after=first["next"])
    assert [*first["items"], *rest["items"]] == every
    assert len(every) > 1
    assert rest["next"] is None


async def test_a_document_is_found_by_its_address(client: Client) -> None:
    """In whichever spelling; there may be none, which is no error."""
    known = (await ask(client, "/documents/1"))["document"]
    found = await ask(client, "/documents", url=known["url"].replace("http", "https") + "#top")
    assert found == {"items": [known], "next": None}
    assert (await ask(client, "/documents", url="http://nowhere.example/"))["items"] == []


FILTERS: list[tuple[dict[str, str], str]] = [
    ({"outlet": "one.example"}, "outlet:one.example"),
    ({"source": "1,2"}, "source:1,2"),
    ({"lang": "ar"}, "lang:ar"),
    ({"origin": "web", "state": "live,gone"}, "origin:web state:live,gone"),
    ({"since": "2026-11-16T08:00Z", "until": "2026-11-16T11:00Z"}, "since:2026-11-16 until:2026-11-16T11:00"),
    ({"changed": "7d", "kind": "both,removed"}, "changed:7d kind:both,removed"),
    ({"cites": "agencialitoral.example"}, "cites:agencialitoral.example"),
    ({"q": '"the harbour', "origin": "web"}, 'origin:web "the harbour"'),  # a quote left open
    ({"q": "origin:web", "state": "live"}, "origin:web state:live"),
]


async def test_filters_mean_what_the_fields_of_the_search_do(client: Client, api_archive: Archive) -> None:
    every = (await api_archive.stats()).documents
    for filters, query in FILTERS:
        wanted = [hit.document.id for hit in (await api_archive.search(query, DocumentFilter(limit=50))).items]
        assert 0 < len(wanted) < every, query
        found = await ask(client, "/search", **filters)
        assert [one["document"]["id"] for one in found["items"]] == wanted, query
        narrowed = await ask(client, "/documents", **filters)
        assert {one["id"] for one in narrowed["items"]} == set(wanted), query


BAD = [
    ("/documents?limit=0", 400, "limit"),
    ("/documents?limit=501", 400, "limit"),
    ("/documents?limit=ten", 400, "limit"),
    ("/documents?limit=", 400, "limit"),
    ("/documents?limit=1&limit=2", 400, "limit"),
    ("/documents?outlets=one.example", 400, "outlets"),
    ("/documents?outlet=", 400, "outlet"),
    ("/documents?outlet=a%00b", 400, "outlet"),
    ('/documents?outlet=a"b', 400, "outlet"),
    ("/documents?source=x", 400, "source"),
    (f"/documents?source={10**30}", 400, "source"),
    ("/documents?source=" + ",".join(["1"] * 21), 400, "source"),
    ("/documents?lang=!", 400, "lang"),
    ("/documents?origin=moon", 400, "origin"),
    ("/documents?state=live,dead", 400, "state"),
    ("/documents?kind=both,", 400, "kind"),
    ("/documents?since=yesterday", 400, "since"),
    ("/documents?order=best", 400, "order"),
    ("/documents?url=one.example", 400, "url"),
    ("/documents?q=%00", 400, "q"),
    ("/search?q=" + "a" * 1001, 400, "q"),
    ("/search?every_revision=1", 400, "every_revision"),
    ("/search?after=%C3%A4", 400, "after"),
    ("/search?after=" + "A" * 1001, 400, "after"),
    ("/changes?at_least=1.1", 400, "at_least"),
    ("/changes?at_least=NaN", 400, "at_least"),
    ("/documents/1/diff?from=0", 400, "from"),
    ("/documents/1/revisions?after=x", 400, "after"),
    ("/stats?verbose=true", 400, "verbose"),
    ("/search?q=-harbour", 422, "excludes"),
    ("/search?q=" + "a+" * 33, 422, "terms"),
    ("/search?q=kind:moon", 422, "moon"),
    ("/search?q=harbour&after=AAAA", 422, ""),
    ("/documents?after=nonsense", 422, ""),
    ("/documents?outlet=no+such+outlet", 422, "outlet"),
    ("/documents?since=2026-02-31", 422, "2026-02-31"),
    ("/changes?since=2026-13-01", 422, "2026-13-01"),
    ("/changes?after=nonsense", 422, ""),
    ("/sources?after=nonsense", 422, ""),
    ("/clusters?after=nonsense", 422, ""),
    ("/documents/0", 404, ""),
    ("/documents/x", 404, ""),
    ("/documents/%00", 404, ""),
    ("/documents/99999", 404, "99999"),
    (f"/documents/{2**63 - 1}", 404, ""),
    (f"/documents/{10**30}", 404, ""),
    ("/documents/1/revisions/99", 404, "99"),
    (f"/documents/1/revisions/{2**63 - 1}", 404, ""),
    ("/documents/{steady}/diff", 404, "needs two"),
    (f"/documents/1/diff?from=1&to={2**63 - 1}", 404, ""),
    (f"/documents/1/diff?other={2**63 - 1}", 404, ""),
    ("/outlets/nowhere.example", 404, ""),
    ("/outlets/%00", 404, ""),
    ("/sources/99", 404, "99"),
    (f"/sources/{2**63 - 1}", 404, ""),
    ("/clusters/99", 404, ""),
    (f"/clusters/{2**63 - 1}", 404, ""),
    ("/corpus/{steady}", 404, ""),
    (f"/corpus/{2**63 - 1}", 404, ""),
    ("/nothing", 404, ""),
    ("/sources/1/pause", 405, ""),
]


async def test_a_bad_question_is_told_what_is_wrong(client: Client) -> None:
    """As a problem (RFC 9457) that names the parameter, or what it said."""
    steady = (await numbers(client))["steady"]
    for path, status, names in BAD:
        escaped = path.replace('"', "%22").replace("{steady}", str(steady))
        answer = await client.get(URL(f"{BASE}{escaped}", encoded=True))
        problem = await told(answer, status)
        assert names in problem["detail"], path
        assert status != 400 or problem["hint"], path
        assert status != 405 or "POST" in answer.headers["Allow"]


async def test_a_token_that_is_not_known_is_told_what_to_do(client: Client) -> None:
    problem = await told(await client.get(f"{BASE}/documents", headers=bearer("mon_wrong")), 401)
    assert "monitor token list" in problem["hint"]


@pytest.mark.parametrize("error", [TimeLimitError("too slow"), DatabaseBusyError("held")])
async def test_what_may_be_asked_again_says_when(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(_: Archive) -> None:
        raise error

    monkeypatch.setattr(Archive, "stats", fail)
    answer = await client.get(f"{BASE}/stats")
    await told(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


async def test_bytes_that_are_no_text_are_no_error_of_ours(client: Client) -> None:
    """They are looked for as they are written."""
    for sent in ("%FF", "%ED%A0%80", "%F0%28%8C%28", "%E4", "%", "%zz"):
        answer = await client.get(URL(f"{BASE}/search?q={sent}", encoded=True))
        assert answer.status in (200, 400, 422), sent


async def test_there_is_a_list_of_what_may_be_asked(client: Client) -> None:
    """And the OpenAPI document."""
    index = await ask(client, "/")
    assert {"method": "GET", "path": "/api/v1/changes"} in [
        {name: one[name] for name in ("method", "path")} for one in index["operations"]
    ]
    document = await told(await client.get(index["specification"]), 200)
    assert document["openapi"].startswith("3.1")
