"""Each benchmark runs, at a tiny size, and prints what it promises. How fast anything is, is not judged here."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import __main__ as every
from benchmarks import feeds, memory, polls, schedule, ticks
from benchmarks.changes import __main__ as changes_bench
from benchmarks.changes import histories as scripts
from benchmarks.changes.disguises import DISGUISES, disguise
from benchmarks.changes.edits import State
from benchmarks.changes.replies import Truth
from benchmarks.changes.rivals import judge
from benchmarks.changes.scoring import score
from benchmarks.changes.serving import Observation
from benchmarks.histories import KINDS, History, histories
from monitor.core.typography import normalise

RATIO = r"\d+\.\d{1,2}"
ROOT = Path(__file__).parents[1]

Run = Callable[..., list[str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a benchmark's main with arguments; return the lines it prints."""
    monkeypatch.chdir(ROOT)  # servers are started as modules of this tree

    def run(main: Callable[[], object], *arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
        main()
        return capsys.readouterr().out.splitlines()

    return run


def _rows(lines: Sequence[str], pattern: str) -> list[str]:
    return [line for line in lines if re.search(pattern, line)]


def test_polls_are_compared_with_a_bare_loop_over_both_schemes(run: Run) -> None:
    lines = run(polls.main, "20")
    assert len(_rows(lines, rf"^ +20  http +[\d,]+ +[\d,]+ +{RATIO}")) == 1
    assert len(_rows(lines, rf"^ +20  https +[\d,]+ +[\d,]+ +{RATIO}")) == 1


def test_feeds_are_compared_with_feedparser(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "ROUNDS", 1)
    monkeypatch.setattr(feeds, "rate", lambda read: (read(), 1.0)[1])
    assert len(_rows(run(feeds.main), rf"{RATIO} +{RATIO}")) == len(feeds.generated())


def test_the_schedule_is_compared_with_those_of_others(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two histories, to be quick: one with a rhythm, one without."""
    wanted = {"two editions a day", "weekly magazine"}

    def few(seed: int) -> tuple[History, ...]:
        return tuple(one for one in histories(seed) if one.kind in wanted)

    assert wanted <= {kind for kind, *_ in KINDS}
    monkeypatch.setattr(schedule, "histories", few)
    lines = run(schedule.main)
    assert {line.split("  ")[0].rstrip(" *") for line in lines} >= wanted
    assert _rows(lines, rf"{RATIO} of the best other's median")
    assert _rows(lines, r"lost: ours \d+")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_ticks_are_compared_with_bare_statements(run: Run, database: str) -> None:
    lines = run(ticks.main, "--sources", "40", "--ticks", "2", "--databases", database)
    for due in ticks.CASES:
        assert len(_rows(lines, rf"^{database} .*  {due} +{RATIO} +{RATIO} +{RATIO} +{RATIO} +{RATIO} +{RATIO}$")) == 2
    assert _rows(lines, r"^aim (met|MISSED) +a tick among 40 sources, the worst median: [\d.]+ ms \(aim: ")


@pytest.mark.slow
def test_memory_is_that_of_the_daemon_quiet_and_at_work(run: Run) -> None:
    lines = run(memory.main, "--sources", "200", "--seconds", "1")
    for when in ("after the start", "after 1 s of quiet", r"at \d+ polls a second"):
        assert len(_rows(lines, rf"^{when} +\d+ +\d+ +\d+$")) == 1
    assert _rows(lines, r"^aim (met|MISSED) +the daemon among 200 sources: \d+ MiB \(aim: ")


@pytest.mark.slow
def test_changes_are_held_against_the_script_beside_three_others(run: Run) -> None:
    """On a few histories of two outlets: every table is printed, and so is the state of every aim."""
    arguments = ("--each", "4", "--every", "9", "--days", "0.3", "--workers", "1", "--list")
    lines = run(changes_bench.main, *arguments)
    assert lines[0] == "8 histories of 2 outlets, 0.3 days"
    for who in ("ours", "page", "fingerprint", "trafilatura"):
        assert len(_rows(lines, rf"^  {who} +\d+ +\d+ +\d+ +[\d.]+ +[\d.]+ +\d+$")) == 3
    for aim in ("recall of edits", "precision of edits", "kinds told rightly", "lost revisions", "recall of takedowns"):
        assert len(_rows(lines, rf"^aim (met|MISSED) +{aim}: ")) == 1
    assert _rows(lines, r"^aim met +lost revisions: 0 of \d+ texts")


def test_every_edit_of_the_histories_is_one_and_no_disguise_is() -> None:
    """But for typography, two steps of a script never say the same, and a disguised state always does."""
    every = scripts.histories(seed=1, each=29)
    assert len(every) >= 500
    assert {one.outlet.language for one in every} >= {"fr", "ar", "id", "es", "ru", "vi", "ur", "en"}
    for one in every:
        for before, after in pairwise(one.steps):
            assert before.place != after.place or _plain(before.state) != _plain(after.state), after.what
    for one in every[::7]:
        for kind in DISGUISES:
            assert _plain(disguise(kind, one.steps[-1].state)) == _plain(one.steps[-1].state)


def _plain(state: State) -> tuple[str, ...]:
    stated = (state.byline, state.published.isoformat(), state.path)
    return (*(normalise(text) for text in (state.headline, *state.paragraphs)), *stated)


def _answers(history: scripts.History, *states: State | None, status: int = 200) -> tuple[Observation, ...]:
    """Return answers an hour apart, one of each state; None is a 404 that soon passes."""
    return tuple(
        Observation(
            history.published + timedelta(hours=hour), "", history.number, status if state else 404, str(hash(state)),
            Truth(state, scripts.HERE, None if state else "spurious 404"),
        )
        for hour, state in enumerate(states)
    )  # fmt: skip


def test_a_program_that_tells_nothing_misses_every_edit_and_loses_every_text() -> None:
    """What came back to a known text counts as an edit as well; what no answer had does not count."""
    history = next(one for one in scripts.histories(seed=1, each=29) if one.kind == "reverted" and not one.other)
    first, edited = history.steps[0].state, history.steps[1].state
    end = history.published + timedelta(days=9)
    scored = score(history, (), _answers(history, first, None, edited, first), end)
    assert [one.event.kind for one in scored.held] == ["both", "variant"]
    assert all(one.change is None and one.event.required for one in scored.held)
    assert [one.state for one in scored.lost] == [first, edited]
    assert scored.unseen == 0
    assert score(history, (), _answers(history, first, first), end).unseen == 1


def test_the_others_compare_with_the_last_answer_they_could_use() -> None:
    """A 404 in between is a removal to them, and no change."""
    history = scripts.histories(seed=1, each=29)[0]
    state = history.steps[0].state
    other = replace(state, headline="Another headline")
    seen = _answers(history, state, None, None, state, other)
    hashes = {one.body: (one.body, "same", one.body) for one in seen}
    said = [judge(seen, hashes, rival) for rival in range(3)]
    assert [one.changed for one in said] == [{4}, set(), {4}]
    assert all(one.removed == {1} for one in said)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], every.Benchmark]:
    """Make a benchmark of a few lines of Python, to be run by the runner."""
    package = tmp_path / "benchmarks"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)

    def make(name: str, code: str) -> every.Benchmark:
        (package / f"{name}.py").write_text(code)
        return every.Benchmark(name, "to be quick", ("small",), tail=2)

    return make


def test_the_summary_repeats_the_aims_that_a_benchmark_states(
    run: Run, made: Callable[[str, str], every.Benchmark], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And the end of what one prints that states none; one that misses its aim has not failed."""
    stating = made("stating", "print('a table')\nprint('aim MISSED  speed: 3 (aim: 4)')")
    silent = made("silent", "import sys\nprint('many\\nlines\\nand\\nmore')\nprint(*sys.argv[1:])")
    monkeypatch.setattr(every, "BENCHMARKS", (stating, silent))
    codes: list[int] = []
    monkeypatch.chdir(tmp_path)
    lines = run(lambda: codes.append(every.main()), "--quick")
    summary = lines[lines.index("== summary") :]
    assert codes == [0]
    assert "  aim MISSED  speed: 3 (aim: 4)" in summary
    assert "  a table" not in summary
    assert summary[-2:] == ["  more", "  small"]


def test_a_benchmark_that_fails_makes_the_exit_code_1(
    run: Run, made: Callable[[str, str], every.Benchmark], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The others are run all the same."""
    broken, fine = made("broken", "raise SystemExit(3)"), made("fine", "print('aim met   it')")
    monkeypatch.setattr(every, "BENCHMARKS", (broken, fine))
    codes: list[int] = []
    monkeypatch.chdir(tmp_path)
    lines = run(lambda: codes.append(every.main()))
    assert codes == [1]
    assert _rows(lines, r"^broken \(\d+ s\): FAILED with exit code 3$")
    assert "  aim met   it" in lines


def test_a_benchmark_without_a_small_size_is_left_out_of_the_quick_run(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(every, "BENCHMARKS", (every.Benchmark("long", "to be long", None),))
    assert not _rows(run(every.main, "--quick"), "long")
