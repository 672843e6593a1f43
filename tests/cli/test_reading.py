"""The commands that read: documents, show, search, diff, changes, status, config, outlets."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.answers import SearchHit
from monitor.cli.search import pieces
from monitor.model import Document, DocumentState, Origin
from tests.cli.conftest import CHANGED, Result, Run
from tests.cli.site import HOST

MERCADO = f"http://{HOST}/mercado"


def value(result: Result) -> object:
    """Return the one JSON value of an answer that says nothing else."""
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def test_documents_are_listed_newest_first(ask: Run) -> None:
    """Number, date, state, revisions, language, outlet and title of each."""
    listed = ask("documents")
    lines = listed.out.splitlines()
    assert lines[0].split() == ["id", "published", "state", "rev", "lang", "outlet", "title", "url"]
    assert any(line.split()[:2] == ["3", "2026-03-02"] and CHANGED in line for line in lines)
    assert (listed.code, listed.err) == (0, "")


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), {1, 2, 3, 4}),
        (("--origin", "corpus"), {1, 2}),
        (("--lang", "ar"), {2}),
        (("--lang", "AR-eg"), {2}),
        (("--cites", "Prensa Latina"), {1}),
        (("--cites", "sputnik", "--origin", "web"), set()),
        (("--until", "2026-03-02T09:03"), {1, 2}),
        (("--until", "2026-03-02"), {1, 2, 3, 4}),
        (("--until", "2026-03-01"), set()),
        (("--source", "1"), {3, 4}),
        (("--source", "rss"), {3, 4}),
        (("--state", "saved"), {2}),
        (("--state", "gone"), set()),
        (("--changed", "2026-03-02T09:30"), {3}),
        (("--since", "2026-03-02T09:03"), {3, 4}),
        (("--outlet", "granma.cu"), set()),
        (("--limit", "1"), {2}),
    ],
)
def test_documents_can_be_narrowed(ask: Run, options: tuple[str, ...], numbers: set[int]) -> None:
    """Every filter lets through what it says."""
    listed = ask("documents", *options, "--json")
    assert {one["id"] for one in json.loads(listed.out)} == numbers


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (("origin:corpus",), {1, 2}),
        (("-lang:ar", "origin:corpus"), {1}),
        (("السوق", "origin:corpus"), {2}),
        (("kind:removed",), set()),
    ],
)
def test_a_query_narrows_documents_and_searches_alike(ask: Run, query: tuple[str, ...], numbers: set[int]) -> None:
    """The language of searches holds for both; fields alone are a query."""
    listed = ask("documents", *query, "--json")
    assert {one["id"] for one in json.loads(listed.out)} == numbers
    hits = ask("search", *query, "--json")
    assert {one["document"]["id"] for one in json.loads(hits.out)} == numbers


def test_hits_can_be_sorted_by_time(ask: Run) -> None:
    """The newest first, or the oldest."""
    newest = [
        one["document"]["id"] for one in json.loads(ask("search", "-kind:moved", "--order", "newest", "--json").out)
    ]
    oldest = [
        one["document"]["id"] for one in json.loads(ask("search", "-kind:moved", "--order", "oldest", "--json").out)
    ]
    assert newest == oldest[::-1] != []


def test_a_value_that_cannot_be_meant_is_refused_with_what_can(ask: Run) -> None:
    """One line, one hint, exit code 2."""
    refused = ask("search", "kind:remvoed")
    assert refused.code == 2
    assert "did you mean removed?" in refused.err
    unknown = ask("search", "source:99")
    assert (unknown.code, "there is no source 99" in unknown.err) == (2, True)


def test_a_first_sighting_is_not_told_as_a_publication(ask: Run) -> None:
    """Where no publication is known, the day of the first sighting is told as such, in lists and hits."""
    rows = {line.split()[0]: line.split()[1:4] for line in ask("documents").out.splitlines()}
    assert rows["3"][:2] == ["2026-03-02", "08:00"]
    assert rows["2"][:2] == ["seen", "2026-03-02"]
    assert "    seen 2026-03-02 · " in ask("search", "السوق").out


def test_a_list_that_was_cut_says_so(ask: Run) -> None:
    """With exactly as many documents as the limit there may be more; standard output stays a table."""
    listed = ask("documents", "--limit", 2)
    assert len(listed.out.splitlines()) == 3
    assert "--limit" in listed.err


def test_an_empty_archive_says_how_to_begin(run: Run) -> None:
    """Nothing on standard output, the next command on standard error."""
    run("mirror")
    empty = run("documents")
    assert (empty.code, empty.out) == (0, "")
    assert "import-corpus" in empty.err
    assert run("documents", "--lang", "eo").err == "no document fits\n"


def test_show_tells_everything_about_a_document(ask: Run) -> None:
    """Header, history with how long each text stood, what sources said, captures with offsets, fetches."""
    shown = ask("show", 3)
    assert shown.out.startswith(f"3  {CHANGED}\n    {MERCADO}\n")
    assert "live since 2026-03-02 09:05" in shown.out
    history = shown.out.partition("history\n")[2].splitlines()
    assert history[1].split()[:6] == ["2026-03-02", "09:05", "1", "139", "55", "min"]
    assert "12 millones → 21 millones" in history[2]
    for part in ("what sources said", "captures", "fetches", ".warc.gz"):
        assert part in shown.out
    assert "La concejala" not in shown.out


def test_a_document_is_found_by_its_url(ask: Run) -> None:
    """The number and the URL name the same document."""
    assert ask("show", MERCADO).out == ask("show", 3).out


def test_a_saved_text_shows_its_file_and_citations(ask: Run) -> None:
    """Where it was read from, and what it cites with how sure that is."""
    shown = ask("show", 1).out
    assert "saved text" in shown
    assert "mercado.txt" in shown
    assert "prensa-latina.cu" in shown.partition("citations")[2]


def test_text_is_printed_on_request(ask: Run) -> None:
    """Title, empty line, text; of the revision asked for."""
    assert ask("show", 3, "--text").out.startswith(f"{CHANGED}\n\n")
    assert "costará 21 millones de pesos" in ask("show", 3, "--text").out
    assert "costará 12 millones de pesos" in ask("show", 3, "--text", "--revision", 1).out


def test_a_revision_is_shown_with_its_text(ask: Run) -> None:
    """Which one, what it says of itself, when it was seen, the text."""
    lines = ask("show", 3, "--revision", 1).out.splitlines()
    assert lines[:2] == ["3  El mercado central costará 12 millones", f"    {MERCADO}"]
    assert lines[2].startswith("    revision 1 of 2 · found on the web · es · 139 words")
    assert any("first seen 2026-03-02 09:05 · last seen" in line for line in lines)
    assert any("costará 12 millones de pesos" in line for line in lines[lines.index("") :])
    assert "revision 1 of 1 · saved text · ar" in ask("show", 2, "--revision", 1).out


def test_show_as_json_is_the_view(ask: Run) -> None:
    """Field by field, with both texts."""
    view = value(ask("show", 3, "--json"))
    assert isinstance(view, dict)
    assert set(view) == {
        *("document", "revisions", "changes", "captures", "fetches", "entries", "citations", "corpus_files"),
        *("addresses", "cluster"),
    }
    assert [one["number"] for one in view["revisions"]] == [1, 2]
    assert view["changes"][0]["kind"] == "both"


def test_diff_shows_words(ask: Run) -> None:
    """Title first; without a terminal, [-old-]{+new+}; long unchanged stretches are cut."""
    lines = ask("diff", 3).out.splitlines()
    assert lines[0] == "document 3: revision 1 (2026-03-02 09:05) to 2 (2026-03-02 10:00)"
    assert lines[1:3] == ["El mercado central costará [-12-]{+21+} millones", ""]
    assert lines[3].startswith("… una obra")
    assert "[-12-]{+21+} millones de pesos" in lines[3]
    assert "La concejala" not in ask("diff", 3).out
    assert "La concejala" in ask("diff", 3, "--full").out


def test_diff_goes_both_ways(ask: Run) -> None:
    """Revisions are named in any order; equal ones have nothing to show."""
    assert "[-21-]{+12+}" in ask("diff", 3, 2, 1).out
    assert "the text is the same" in ask("diff", 3, 1, 1).out


def test_diff_as_json_is_exact(ask: Run) -> None:
    """The segments, not the marks."""
    view = value(ask("diff", 3, "--json"))
    assert isinstance(view, dict)
    assert {"op": "delete", "text": "12", "move": None} in view["title"]
    assert "".join(one["text"] for one in view["title"] if one["op"] != "delete") == CHANGED


def test_search_marks_the_words(ask: Run) -> None:
    """Between ⟦⟧ where nothing can be bold; accents and case do not count."""
    found = ask("search", "CONCEJALA", "ibarra")
    assert "La ⟦concejala⟧ Marta ⟦Ibarra⟧" in found.out
    assert len(found.out.splitlines()) == 6


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (("mercado", "-comerciantes"), {1}),
        (('"tranvía vuelve"',), {4}),
        (("السوق",), {2}),
        (("mercado", "--origin", "corpus"), {1}),
        (("12", "millones", "--source", "1"), {4}),
        (("12", "millones", "--source", "1", "--revisions"), {3, 4}),
    ],
)
def test_queries(ask: Run, query: tuple[str, ...], numbers: set[int]) -> None:
    """Exclusions may begin with a minus, phrases have quotes, filters narrow, older revisions are found on request."""
    hits = value(ask("search", *query, "--json"))
    assert isinstance(hits, list)
    assert {hit["document"]["id"] for hit in hits} == numbers


def test_finding_nothing_is_no_error(ask: Run) -> None:
    """Exit 0, an empty standard output, an empty array."""
    nothing = ask("search", "nirgendwo")
    assert (nothing.code, nothing.out) == (0, "")
    assert "--revisions" in nothing.err
    assert value(ask("search", "nirgendwo", "--json")) == []


def test_pieces_of_an_excerpt_are_the_excerpt() -> None:
    """Spans that overlap or lie outside lose nothing."""
    document = Document(1, Origin.WEB, DocumentState.LIVE, datetime(2026, 1, 1, tzinfo=UTC))
    hit = SearchHit(document, 1, 0.0, "abcdef", ((1, 3), (2, 4), (5, 99)))
    assert list(pieces(hit)) == [("a", False), ("bc", True), ("d", True), ("e", False), ("f", True)]


def test_changes_tell_when_what_and_why(ask: Run) -> None:
    """A note a change under its day: headline, what and how much, the headline before, why, when and how sure."""
    day, headline, what, was, why, when = ask("changes").out.splitlines()
    assert day == "2026-03-02 Monday"
    assert headline == f"10:00  3  {CHANGED}"
    assert what.strip().startswith(f"{HOST} · major: headline and text changed · +2 -2 words")
    assert was.strip() == "was: El mercado central costará 12 millones"
    assert "12 millones → 21 millones" in why
    assert when.strip().startswith("between 09:05 and 10:00 · the earlier text had stood 55 min · seen once so far")


def test_changes_can_be_narrowed(ask: Run) -> None:
    """By time, kind and outlet."""
    assert ask("changes", "--kind", "removed").out == ""
    assert ask("changes", "--since", "2026-03-02T10:01").out == ""
    assert ask("changes", "--since", "2026-03-02T09:59", "--kind", "both").out != ""
    assert ask("changes", "--weight", "major", "--json").out == ask("changes", "--json").out
    views = value(ask("changes", "--json"))
    assert isinstance(views, list)
    assert [set(view) for view in views] == [{"change", "document", "seen", "last_seen_at", "headlines"}]


def test_all_and_a_kind_say_two_things(ask: Run) -> None:
    """One asks for every kind, the other for one."""
    refused = ask("changes", "--all", "--kind", "furniture")
    assert (refused.code, refused.out) == (2, "")
    assert ask("changes", "--all").out == ask("changes").out


def test_status_tells_how_much_and_where(ask: Run, recorded: Path) -> None:
    """Counts, places, and no trouble."""
    told = ask("status")
    assert "4, of them 2 saved texts" in told.out
    assert str(recorded / "archive.db") in told.out
    status = value(ask("status", "--json"))
    assert isinstance(status, dict)
    assert status["stats"]["revisions"] == 5
    assert status["trouble"] == []


def test_status_tells_of_damage_and_of_what_was_removed(run: Run, recorded: Path, tmp_path: Path) -> None:
    """The files that `verify` found a problem with, and what; captures removed for good are counted apart."""
    copy = tmp_path / "copy"
    shutil.copytree(recorded, copy)
    with closing(sqlite3.connect(copy / "archive.db")) as conn, conn:
        (captures,) = conn.execute("SELECT count(*) FROM capture").fetchone()
        (name,) = conn.execute("SELECT min(name) FROM evidence_file").fetchone()
        conn.execute("UPDATE capture SET removed_at = captured_at WHERE id <= 2")
        conn.execute(
            "INSERT INTO tombstone (at, cause, reason, capture_id)"
            " SELECT captured_at, 'retention', 'old', id FROM capture WHERE id <= 2"
        )
        conn.execute("UPDATE evidence_file SET problem = 'record-damaged at byte 12' WHERE name = ?", (name,))
    told = run("status", data_dir=copy).out
    assert f"{captures - 2}, and 2 removed for good" in told
    assert [line for line in told.splitlines() if name in line and "record-damaged at byte 12" in line]
    status = value(run("status", "--json", data_dir=copy))
    assert isinstance(status, dict)
    assert (status["stats"]["captures"], status["stats"]["removed"]) == (captures - 2, 2)
    assert [one["name"] for one in status["stats"]["damaged"]] == [name]


def test_config_tells_where_values_come_from(run: Run, config: Path, tmp_path: Path) -> None:
    """Every option with its origin; in JSON as a list."""
    lines = {line.split()[0]: line for line in run("config").out.splitlines()}
    assert str(config) in lines["fetch.gap"]
    assert "command line" in lines["data_dir"]
    assert lines["fetch.timeout"].endswith("default")
    told = value(run("config", "--json"))
    assert isinstance(told, dict)
    assert {"key": "fetch.gap", "value": '"0s"', "origin": str(config)} in told["settings"]
    assert told["warnings"] == []


def test_config_warns_on_standard_error(run: Run) -> None:
    """What is accepted but should be known."""
    warned = run("--set", "evidence.keep=none", "config")
    assert "warning: evidence.keep" in warned.err
    assert "warning" not in warned.out


def test_outlets_are_listed(ask: Run) -> None:
    """Those of the shipped list, with their names in every script."""
    assert "Radio Habana Cuba" in ask("outlets").out
    known = value(ask("outlets", "--json"))
    assert isinstance(known, list)
    assert {"key", "name", "domains", "aliases", "bare", "languages", "homes", "feeds", "country"} == set(known[0])


def test_outlets_need_no_archive(run: Run, tmp_path: Path) -> None:
    """The list is that of the program; to ask for it begins nothing."""
    assert "Radio Habana Cuba" in run("outlets").out
    assert not (tmp_path / "archive").exists()


def test_outlets_are_meant_by_name(ask: Run) -> None:
    """A key, a name, an alias or a part that fits only one; a host that nobody knows stands for itself."""
    for name in ("granma.cu", "Granma", "www.granma.cu", "unknown.example"):
        assert ask("documents", "--outlet", name, "--json").out == "[]\n"
    for name in ("nobody", "radio"):
        refused = ask("documents", "--outlet", name)
        assert refused.code == 4
        assert "monitor outlets" in refused.err
