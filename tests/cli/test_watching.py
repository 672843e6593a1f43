"""The commands that act: import-corpus, add-source, sources, pause, resume, remove-source, check, tick, mirror."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.site import HOST, Site

FEED = f"http://{HOST}/rss"


@pytest.fixture(autouse=True)
def _site(site: Site) -> None:
    """The commands here ask the site."""


def test_import_tells_what_texts_cite(run: Run, folder: Path) -> None:
    """A table of texts, the problems with what to do, the sources proposed and how to add them."""
    told = run("import-corpus", folder)
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0].split()[:3] == ["id", "document", "lang"]
    text = next(line for line in lines if "mercado.txt" in line)
    assert "es" in text.split()
    assert f"{HOST}/cerrado" in text
    assert "prensa-latina.cu" in text
    assert "2 texts: 2 new" in lines
    assert "1 problem" in lines
    assert any("empty.txt" in line for line in lines[lines.index("1 problem") :])
    assert "import-corpus" in lines[-1]
    assert "--add-sources" in lines[-1]


def test_importing_again_changes_nothing(run: Run, folder: Path) -> None:
    """Texts are known by their content."""
    run("import-corpus", folder)
    assert "2 texts: 2 known" in run("import-corpus", folder).out


def test_a_dry_run_stores_nothing(run: Run, folder: Path) -> None:
    """Only told."""
    assert "2 texts: 2 found; nothing was stored" in run("import-corpus", folder, "--dry-run").out
    assert run("documents").out == ""


def test_import_as_json_is_the_report(run: Run, folder: Path) -> None:
    """One value, nothing else, also with a problem."""
    told = run("import-corpus", folder, "--json")
    report = json.loads(told.out)
    assert (told.code, told.err) == (0, "")
    assert list(report) == ["documents", "problems", "sources", "added"]
    assert [one["status"] for one in report["documents"]] == ["new", "new"]
    cited = next(one for one in report["documents"] if one["path"].endswith("mercado.txt"))["citations"]
    assert f"http://{HOST}/cerrado" in {one["url"] for one in cited}


def test_import_tells_where_files_lie_and_names_them_once(run: Run, tmp_path: Path) -> None:
    """Paths within the folder; a name that is not UTF-8 is shown with escapes, also by the file alone."""
    folder = tmp_path / "te\udcfcxts"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "m\udce1s.txt").write_text("El mercado abre de nuevo\n\nLa Habana, 2 mar.\n")
    (folder / "empty.txt").write_bytes(b"")
    told = run("import-corpus", folder)
    assert told.code == 0
    assert " deep/m\\udce1s.txt " in told.out
    assert "  empty.txt: the file is empty\n" in told.out
    assert json.loads(run("import-corpus", folder, "--json").out)["documents"][0]["status"] == "known"
    assert " m\\udce1s.txt " in run("import-corpus", folder / "deep" / "m\udce1s.txt").out
    assert run("documents").code == 0


def test_import_of_nothing_readable_ends_with_1(run: Run, tmp_path: Path) -> None:
    """What is wrong with each file is told all the same."""
    (tmp_path / "empty.txt").write_bytes(b"")
    for options in ((), ("--json",)):
        told = run("import-corpus", tmp_path / "empty.txt", *options)
        assert told.code == 1
        assert "the file is empty" in told.out
        assert "no text could be read" in told.err


def test_of_many_texts_the_new_ones_are_listed(run: Run, tmp_path: Path) -> None:
    """Fifty, and how many more there are; --all lists every one."""
    (tmp_path / "texts").mkdir()

    def write(*numbers: int) -> None:
        for number in numbers:
            (tmp_path / "texts" / f"{number:03}.txt").write_text(
                f"El mercado {number} abre\n\nLa Habana, {number} mar.\n"
            )

    write(*range(50))
    assert "--all" not in run("import-corpus", tmp_path / "texts").out
    write(*range(50, 103))
    found = run("import-corpus", tmp_path / "texts", "--dry-run").out
    assert [line.split()[0] for line in found.splitlines()[1:51]] == [f"{number:03}.txt" for number in range(50, 100)]
    assert found.splitlines()[51:] == [
        *("", "53 more texts not listed; --all lists every one", "103 texts: 50 known, 53 found; nothing was stored"),
    ]
    every = run("import-corpus", tmp_path / "texts", "--dry-run", "--all").out
    assert len(every.splitlines()) == 1 + 103 + 2


def test_a_proposed_source_that_is_refused_ends_with_7(run: Run, tmp_path: Path) -> None:
    """The texts are imported, each source has its report."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(f"El mercado abre\n\nLa plaza abre.\n\nhttp://{HOST}/cerrado\n")
    added = run("import-corpus", tmp_path / "texts", "--add-sources")
    assert added.code == 7
    assert f"refused  http://{HOST}/" in added.out
    assert "1 of 1 URL refused" in added.err
    assert "1 text: 1 new" in added.out
    report = run("import-corpus", tmp_path / "texts", "--add-sources", "--json")
    assert (report.code, [one["status"] for one in json.loads(report.out)["added"]]) == (7, ["refused"])


def test_it_is_told_whose_a_proposed_source_is(run: Run, folder: Path) -> None:
    """Before the reason, in a window of any width."""
    told = run("import-corpus", folder).out
    heads = next(line.split() for line in told.splitlines() if line.split()[:1] == ["cited"])
    assert heads == ["cited", "source", "outlet", "why"]


def test_adding_a_site_tells_what_it_is_and_why(run: Run) -> None:
    """Status, number, kind, URL, the reason, and when it is checked next."""
    added = run("add-source", FEED, "--every", "30m", "--outlet", "Granma", "--tag", "prueba")
    assert added.code == 0
    lines = added.out.splitlines()
    assert lines[0] == f"added 1  feed {FEED}"
    assert "(rss20) with 2 " in added.out
    assert "Diario de Prueba · granma.cu · es" in added.out
    assert "every 30 min" in added.out
    (source,) = json.loads(run("sources", "--json").out)
    assert (source["every_s"], source["outlet"], source["tags"]) == (1800, "granma.cu", ["prueba"])
    assert run("add-source", FEED).out.startswith(f"known 1  feed {FEED}")


def test_a_refused_url_does_not_stop_the_others(run: Run) -> None:
    """Exit 7, with the reason and a hint; the rest is added."""
    added = run("add-source", f"http://{HOST}/nothing", FEED)
    assert added.code == 7
    assert added.out.startswith(f"refused  http://{HOST}/nothing\n")
    assert f"added 1  feed {FEED}" in added.out
    assert "1 of 2 URLs refused" in added.err
    told = run("add-source", f"http://{HOST}/nothing", "--json")
    assert (told.code, [one["status"] for one in json.loads(told.out)]) == (7, ["refused"])
    assert len(told.err.splitlines()) == 1


def test_urls_come_from_files_and_standard_input(run: Run, tmp_path: Path) -> None:
    """A list or OPML; a URL given twice is asked once."""
    opml = tmp_path / "feeds.xml"
    opml.write_text(f'<opml version="2.0"><body><outline xmlUrl="{FEED}"/></body></opml>')
    assert run("add-source", "--from", opml, "--dry-run").out.startswith(f"found  feed {FEED}")
    told = run("add-source", FEED, "--from", "-", "--dry-run", "--json", stdin=f"# mine\n{FEED}\n")
    assert [one["asked"] for one in json.loads(told.out)] == [FEED]
    assert json.loads(run("sources", "--json").out) == []


def test_sources_are_paused_resumed_and_removed(run: Run) -> None:
    """Each command says what it did, the list shows the state; to remove takes a yes where nobody can be asked."""
    run("add-source", FEED)
    assert run("sources").out.splitlines()[1].split()[:3] == ["1", "new", "feed"]
    assert run("pause", 1, "--reason", "rebuilt").out == f"paused source 1: feed {FEED}\n"
    assert "paused" in run("sources").out
    assert "rebuilt" in run("sources").out
    assert run("resume", "rss").out == f"resumed source 1: feed {FEED}\n"
    unanswered = run("remove-source", 1)
    assert (unanswered.code, unanswered.out) == (2, "")
    assert "--yes" in unanswered.err
    assert run("remove-source", 1, "--yes").out == f"removed source 1: feed {FEED}\n"
    assert run("sources").out == ""
    assert "removed" in run("sources", "--all").out


def test_what_was_done_to_a_source_is_told_as_json(run: Run, folder: Path) -> None:
    """The source as it is now; of the mirror, how many texts were written."""
    run("add-source", FEED)
    for command, state in (
        (("pause", 1), "paused"),
        (("resume", 1), "active"),
        (("remove-source", 1, "-y"), "removed"),
    ):
        told = run(*command, "--json")
        assert (told.code, told.err) == (0, "")
        assert (json.loads(told.out)["id"], json.loads(told.out)["state"]) == (1, state)
    run("import-corpus", folder)
    assert set(json.loads(run("mirror", "--rebuild", "--json").out)) == {"written"}


def test_check_explains_every_step(run: Run) -> None:
    """The URL, each decision indented below it in order, and what is new."""
    run("add-source", FEED)
    checked = run("check", 1, "--documents")
    assert checked.code == 0
    lines = checked.out.splitlines()
    assert lines[0] == f"source 1  {FEED}"
    assert all(line.startswith("    ") for line in lines[1:3])
    assert "    → 2 new articles" in lines
    assert lines.index("    → 2 new articles") < next(
        at for at, line in enumerate(lines) if line.startswith("document")
    )
    reports = json.loads(run("check", "--all", "--json").out)
    assert [(one["what"], one["outcome"]) for one in reports] == [("source", "ok")]


def test_a_round_tells_what_is_new(run: Run) -> None:
    """One line a visit, then the sum; as JSON the report as of the time asked for."""
    run("add-source", FEED)
    ticked = run("--quiet", "tick", "--at", "2099-01-01")
    assert ticked.code == 0
    assert "source 1  2 new articles" in ticked.out
    assert ticked.out.splitlines()[-1] == "2099-01-01 00:00  visited 1 source and 2 documents: 2 new texts, 0 changes"
    again = run("tick", "--at", "2099-01-01T00:01Z", "--json")
    assert json.loads(again.out) == {"at": "2099-01-01T00:01:00Z", "visits": []}
    assert again.err == ("as if it were 2099-01-01 00:01: plans and changes of this archive will bear that time\n")


def test_a_round_is_logged_on_request_only(run: Run) -> None:
    """The report says it all."""
    run("add-source", FEED)
    assert run("--verbose", "tick").err != ""
    run("remove-source", 1, "--yes")
    run("add-source", FEED)
    assert run("tick").err == ""


def test_mirror_writes_what_is_missing(run: Run, folder: Path, tmp_path: Path) -> None:
    """Told how many and where."""
    run("import-corpus", folder)
    told = run("mirror", "--rebuild")
    assert told.code == 0
    assert told.out.endswith(f"written to {tmp_path / 'archive' / 'corpus'}\n")
