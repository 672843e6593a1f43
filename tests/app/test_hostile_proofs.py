"""A bundle that was tampered with proves nothing, whatever was altered in it."""

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from monitor import Archive
from tests.app.proofs import Unpacked, proved, tell
from tests.app.rig import Rig
from tests.app.website import Website

pytest_plugins = ["tests.newsroom.fixtures"]


@pytest.fixture
async def storied(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """An archive with an article that has two texts and five captures."""
    return await tell(site_rig, watcher, website)


def _edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return edit


def _told(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        proof = json.loads((folder / "proof.json").read_text())
        change(proof)
        (folder / "proof.json").write_text(json.dumps(proof))

    return edit


def _leaf(proof: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in proof["leaves"] if one["content"]["kind"] == kind)
    return found


def _another_text(proof: dict[str, Any]) -> None:
    """Let a leaf be of another text, with a digest that fits it."""
    _leaf(proof, "revision")["content"]["content"] = hashlib.sha256(b"A lie").hexdigest()


def _another_hash(one: str) -> str:
    return f"{int(one, 16) ^ 1:064x}"


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "another text": (_edit("text.txt", lambda data: data.replace(b"34 ships", b"43 ships")), "text.txt"),
    "a line feed more": (_edit("text.txt", lambda data: data + b"\n"), "text.txt"),
    "no text": (lambda folder: (folder / "text.txt").unlink(), "cannot be read"),
    "a leaf of another text": (_told(_another_text), "path"),
    "another address": (_told(lambda p: _leaf(p, "capture")["content"].update(url="http://x/")), "path"),
    "another time": (_told(lambda p: _leaf(p, "capture")["content"].update(at="2020-01-01T00:00:00.000000Z")), "path"),
    "another path": (_told(lambda p: p["leaves"][0].update(path=["ab" * 32])), "does not lead to seal"),
    "a path cut short": (_told(lambda p: p["leaves"][0]["path"].pop()), "path is too short"),
    "a path made longer": (_told(lambda p: p["leaves"][0]["path"].append("ab" * 32)), "path is too long"),
    "another place": (_told(lambda p: p["leaves"][0].update(place=p["leaves"][0]["place"] - 1)), "path"),
    "a place beyond": (_told(lambda p: p["leaves"][0].update(place=10**6)), "no leaf"),
    "another root": (_told(lambda p: p["seals"][0].update(root=_another_hash(p["seals"][0]["root"]))), "hash of seal"),
    "another time of a seal": (_told(lambda p: p["seals"][0].update(at="2020")), "hash of seal"),
    "a seal taken out": (_told(lambda p: p["seals"].pop(1)), "does not follow"),
    "seals in another order": (_told(lambda p: p["seals"].reverse()), "does not follow"),
    "no seals": (_told(lambda p: p["seals"].clear()), "no seal"),
    "a leaf of a seal that is not here": (_told(lambda p: p["leaves"][0].update(seal=99)), "not in the bundle"),
    "a leaf taken out": (_told(lambda p: p["leaves"].pop()), "not those that the leaves are of"),
    "no text sealed": (_told(lambda p: p["leaves"].pop(0)), "not one text"),
    "a stamp of something else": (
        _told(lambda p: p["stamps"].append({"seal": p["seals"][0]["number"], "method": "x", "files": ["README.txt"]})),
        "stamp is of something else",
    ),
    "a stamp that is not here": (
        _told(lambda p: p["stamps"].append({"seal": p["seals"][0]["number"], "method": "x", "files": ["a.tsr"]})),
        "cannot be read",
    ),
    "another format": (_told(lambda p: p.update(format="monitor-proof/2")), "another format"),
    "no JSON": (_edit("proof.json", lambda data: data[:-20]), "cannot be read"),
    "JSON of another kind": (_edit("proof.json", lambda data: b"[]"), "cannot be read"),
    "records cut": (_edit("records.warc.gz", lambda data: data[:-20]), "breaks off"),
    "records with garbage": (_edit("records.warc.gz", lambda data: data + b"more"), "cannot be read"),
    "no records": (lambda folder: (folder / "records.warc.gz").unlink(), "not those that the leaves are of"),
    "records twice": (_edit("records.warc.gz", lambda data: data * 2), "two records of one id"),
}


async def test_a_bundle_that_was_tampered_with_proves_nothing(storied: Archive, tmp_path: Path) -> None:
    """Whatever was altered: it ends with 1, says what does not hold, and never says proved."""
    good = await proved(storied, tmp_path)
    assert len(good.proof["seals"]) > 2
    for name, (edit, why) in HOSTILE.items():
        copy = Unpacked(tmp_path / name)
        shutil.copytree(good.folder, copy.folder)
        edit(copy.folder)
        code, told = copy.check()
        assert (code, "NOT PROVED" in told, "\nproved" in told, why in told) == (1, True, False, True), (name, told)


async def test_an_altered_record_is_named(storied: Archive, tmp_path: Path) -> None:
    """One word in a page, packed again: the record is not the one that was sealed."""
    bundle = await proved(storied, tmp_path)
    members = [gzip.compress(one.raw.replace(b"34 ships", b"43 ships")) for one in bundle.records]
    (bundle.folder / "records.warc.gz").write_bytes(b"".join(members))
    code, told = bundle.check()
    assert code == 1
    assert "is not the one that was sealed: its SHA-256 is another" in told


async def test_captures_of_an_earlier_release_are_proved_by_their_payload(storied: Archive, tmp_path: Path) -> None:
    """It kept no digest of records: of a response the payload is checked, and of a revisit nothing is claimed."""
    await storied._ctx.db.write(_as_of_an_earlier_release)
    bundle = await proved(storied, tmp_path)
    code, told = bundle.check()
    assert code == 0, told
    assert told.count("(of its bytes only the payload)") == 1
    assert told.count("(not its bytes)") == 2
    members = [gzip.compress(one.raw.replace(b"34 ships", b"43 ships")) for one in bundle.records]
    (bundle.folder / "records.warc.gz").write_bytes(b"".join(members))
    code, told = bundle.check()
    assert code == 1
    assert "the payload of" in told


def _as_of_an_earlier_release(conn: Connection) -> None:
    for statement in ("DELETE FROM leaf", "DELETE FROM seal", "UPDATE capture SET record_sha256 = NULL"):
        conn.execute(text(statement))
