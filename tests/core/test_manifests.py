"""The page about a snapshot says all of it, and is refused once a byte of it is another."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.manifests import Manifest, Part, Piece, manifest_of, problems_of, snapshot_of, text_of
from monitor.errors import EvidenceError, SchemaError
from monitor.running_answers import Snapshot
from tests.store.examples import NOON

ONE = Snapshot(
    name="20261116T120000Z", made_at=NOON, schema="0008", database="sqlite", rows=3, evidence="copied", files=1,
    bytes=12, added_bytes=7, problems=("a.warc.gz: it is missing",),
)  # fmt: skip
PARTS = (
    Part("document", 12, "a" * 64, (Piece("b" * 64, 5), Piece("c" * 64, 7)), columns=("id", "title"), key=1, rows=3),
    Part("empty", 0, "d" * 64, rows=0, columns=("id",), key=1),
    Part("a — ж.warc.gz", 9, place="object store", problem="no", touched=5),
)
MANIFEST = Manifest(ONE, "1.2.3", {"document": 3}, (4, "e" * 64), {"fetch.gap": '"2s"'}, PARTS[:2], PARTS[2:], {"s": 9})


def test_what_is_written_is_read() -> None:
    """Every field comes back, and the page is JSON."""
    text = text_of(MANIFEST)
    assert manifest_of(text) == MANIFEST
    assert manifest_of(text_of(replace(MANIFEST, seal=None, files=()))).seal is None
    assert json.loads(text)["snapshot"]["name"] == ONE.name
    assert snapshot_of(text[:500]) == ONE


def test_however_much_is_wrong_a_snapshot_is_read_from_its_beginning() -> None:
    """Files with the same problem are in one line, and of many problems the first are told."""
    alike = [Part(f"monitor-{number:05}.warc.gz", 9, problem="it lies elsewhere") for number in range(900)]
    (line,) = problems_of(alike)
    assert line == "monitor-00000.warc.gz, monitor-00001.warc.gz, monitor-00002.warc.gz and 897 more: it lies elsewhere"
    short = [Part(f"monitor-{number:05}.warc.gz", 9, problem=f"it has {number} bytes") for number in range(2_000)]
    told = problems_of([*alike, *short])
    assert told[-1] == "and 1,981 more problems of this kind"
    one = replace(ONE, problems=told)
    assert snapshot_of(text_of(replace(MANIFEST, snapshot=one, files=(*alike, *short)))[:65_536]) == one


@settings(max_examples=50)
@given(st.data())
def test_an_altered_page_is_refused(data: st.DataObject) -> None:
    """Wherever a character becomes another."""
    text = text_of(MANIFEST)
    place = data.draw(st.integers(0, len(text) - 3))
    other = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[place]))
    with pytest.raises(EvidenceError, match="cannot be read"):
        manifest_of(text[:place] + other + text[place + 1 :])


@settings(max_examples=50)
@given(st.integers(0, 1600))
def test_a_torn_page_is_refused(length: int) -> None:
    """Wherever it was cut."""
    text = text_of(MANIFEST)
    with pytest.raises(EvidenceError):
        manifest_of(text[: min(length, len(text) - 4)])


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "", "a\0b"])
def test_no_file_of_a_backup_lies_elsewhere(name: str) -> None:
    """A name that leads out of the folder is refused, whoever wrote the page."""
    with pytest.raises(EvidenceError, match="no name of a file"):
        manifest_of(text_of(replace(MANIFEST, files=(Part(name, 1, "a" * 64),))))


def test_pieces_must_be_as_long_as_their_file() -> None:
    """A page that contradicts itself is refused."""
    with pytest.raises(EvidenceError, match="not as long"):
        manifest_of(text_of(replace(MANIFEST, database=(replace(PARTS[0], length=13),))))


def test_a_newer_format_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no damage: a newer program can read it."""
    monkeypatch.setattr("monitor.core.manifests.FORMAT", 2)
    text = text_of(MANIFEST)
    monkeypatch.undo()
    with pytest.raises(SchemaError, match="format 2"):
        manifest_of(text)
    assert snapshot_of("{\nnothing\n") is None
    assert snapshot_of('{\n"snapshot": {"name": 1},\n') is None
