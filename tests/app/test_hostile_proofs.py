"""A bundle that was tampered with proves nothing, whatever was altered in it."""

import gzip
import hashlib
import io
import json
import runpy
import shutil
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from monitor import Archive
from monitor.shipped import shipped
from tests.app.proofs import FEED, Unpacked, page, proved, tell, unpacked
from tests.app.rig import Rig, play
from tests.app.website import Website, rss
from tests.newsroom.days import at

OTHER = "http://one.example/news/mayor-resigns"

pytest_plugins = ["tests.newsroom.fixtures"]


@pytest.fixture
async def storied(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """An archive with an article that has two texts and five captures."""
    return await tell(site_rig, watcher, website)


def _edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return edit


def _save(folder: Path, data: bytes) -> None:
    (folder / "saved").mkdir()
    (folder / "saved" / "page.txt").write_bytes(data)


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


def _first(proof: dict[str, Any]) -> list[Any]:
    """Return what is told of the first seal."""
    found: list[Any] = proof["chain"][0]["seals"][0]
    return found


def _record(kind: str = "response", more: str = "", block: str = "hello", url: str = "http://one.example/x") -> bytes:
    """Return a record that was never sealed."""
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
    return (head + f"WARC-Target-URI: {url}\r\n{more}Content-Length: 5\r\n\r\n{block}\r\n\r\n").encode()


def _slip_in(record: bytes) -> Callable[[Path], None]:
    return _edit("records.warc.gz", lambda data: data + gzip.compress(record))


def _behind_the_first(data: bytes) -> bytes:
    """Put a record into the member of the first."""
    engine = zlib.decompressobj(wbits=31)
    return gzip.compress(engine.decompress(data) + _record()) + engine.unused_data


def _only_the_text(folder: Path) -> None:
    _told(lambda proof: proof.update(leaves=proof["leaves"][:1]))(folder)
    (folder / "records.warc.gz").unlink()


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
    "another root": (_told(lambda p: _first(p).__setitem__(2, _another_hash(_first(p)[2]))), "do not lead to the hash"),
    "another time of a seal": (_told(lambda p: _first(p).__setitem__(0, "2020")), "do not lead to the hash"),
    "another number": (_told(lambda p: p["chain"][0].update(first=7)), "do not lead to the hash"),
    "another seal before": (_told(lambda p: p["chain"][0].update(previous="ab" * 32)), "do not lead to the hash"),
    "another hash": (_told(lambda p: p["chain"][0].update(hash="ab" * 32)), "do not lead to the hash"),
    "a seal taken out": (_told(lambda p: p["chain"][0]["seals"].pop(1)), "do not lead to the hash"),
    "seals in another order": (_told(lambda p: p["chain"][0]["seals"].reverse()), "do not lead to the hash"),
    "seals twice": (_told(lambda p: p["chain"].append(p["chain"][0])), "not in order"),
    "no seals": (_told(lambda p: p["chain"].clear()), "no seal"),
    "a run of no seals": (_told(lambda p: p["chain"][0]["seals"].clear()), "do not lead to the hash"),
    "a leaf of a seal that is not here": (_told(lambda p: p["leaves"][0].update(seal=99)), "not in the bundle"),
    "a leaf taken out": (_told(lambda p: p["leaves"].pop()), "not those that the leaves are of"),
    "no text sealed": (_told(lambda p: p["leaves"].pop(0)), "not one text"),
    "a stamp of something else": (
        _told(lambda p: p["stamps"].append({"seal": p["chain"][0]["first"], "method": "x", "files": ["README.txt"]})),
        "stamp is of something else",
    ),
    "a stamp that is not here": (
        _told(lambda p: p["stamps"].append({"seal": p["chain"][0]["first"], "method": "x", "files": ["a.tsr"]})),
        "cannot be read",
    ),
    "another format": (_told(lambda p: p.update(format="monitor-proof/2")), "another format"),
    "no JSON": (_edit("proof.json", lambda data: data[:-20]), "cannot be read"),
    "JSON of another kind": (_edit("proof.json", lambda data: b"[]"), "cannot be read"),
    "records cut": (_edit("records.warc.gz", lambda data: data[:-20]), "breaks off"),
    "records with garbage": (_edit("records.warc.gz", lambda data: data + b"more"), "cannot be read"),
    "no records": (lambda folder: (folder / "records.warc.gz").unlink(), "not those that the leaves are of"),
    "a record of another kind": (_slip_in(_record("resource")), "a record of the type"),
    "a kind in capitals": (_slip_in(_record("Response")), "a record of the type"),
    "a response that is not sealed": (_slip_in(_record()), "not those that the leaves are of"),
    "a record behind another": (_edit("records.warc.gz", _behind_the_first), "not as long as it says"),
    "bytes behind a block": (_slip_in(_record("request", block="hello more")), "not as long as it says"),
    "a request of two kinds": (_slip_in(_record("request", "warc-type: request\r\n")), "in two ways"),
    "a request with a bare line feed": (_slip_in(_record("request", "X: a\nWARC-Type: response\r\n")), "in two ways"),
    "a request with a folded field": (_slip_in(_record("request", " folded: response\r\n")), "in two ways"),
    "a file that nobody saved": (lambda folder: _save(folder, b"A lie"), "saved/"),
    "the text alone": (_only_the_text, "the record that the text was read from is not here"),
    "records twice": (_edit("records.warc.gz", lambda data: data * 2), "two records of one id"),
}


async def test_a_bundle_that_was_tampered_with_proves_nothing(storied: Archive, tmp_path: Path) -> None:
    """Whatever was altered: it ends with 1, says what does not hold, and never says proved."""
    good = await proved(storied, tmp_path)
    assert sum(map(len, good.runs)) > 2
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
    assert told.count("(not its bytes)") == 1
    members = [gzip.compress(one.raw.replace(b"34 ships", b"43 ships")) for one in bundle.records]
    (bundle.folder / "records.warc.gz").write_bytes(b"".join(members))
    code, told = bundle.check()
    assert code == 1
    assert "the payload of" in told


def _as_of_an_earlier_release(conn: Connection) -> None:
    for statement in ("DELETE FROM leaf", "DELETE FROM seal", "UPDATE capture SET record_sha256 = NULL"):
        conn.execute(text(statement))


async def test_the_text_of_one_page_with_the_records_of_another(
    site_rig: Rig, storied: Archive, website: Website, tmp_path: Path
) -> None:
    """Each is sealed, and yet they prove nothing: the leaf of a text names the record that it was read from."""
    website.pages[FEED] = rss((OTHER, "The mayor resigns"))
    website.pages[OTHER] = page(77)
    await play(site_rig, storied, at(18, 20))
    mine = await proved(storied, tmp_path)
    other = unpacked(await storied.custody.prove(OTHER, None, tmp_path / "other.zip"), tmp_path / "other")
    assert (mine.check()[0], other.check()[0]) == (0, 0)
    proof, theirs = mine.proof, other.proof
    proof["leaves"][1:] = theirs["leaves"][1:]
    proof["chain"] = min(proof["chain"], theirs["chain"], key=lambda runs: int(runs[0]["first"]))  # to the newest, both
    (mine.folder / "proof.json").write_text(json.dumps(proof))
    shutil.copy(other.folder / "records.warc.gz", mine.folder / "records.warc.gz")
    code, told = mine.check()
    assert code == 1
    assert "the record that the text was read from is not here" in told


def _checker() -> dict[str, Any]:
    return runpy.run_path(str(shipped("config") / "check_proof.py"))


def test_a_record_that_is_a_bomb_is_refused() -> None:
    """Nobody's memory is filled by a bundle."""
    checker = _checker()
    checker["members"].__globals__["MOST"] = 1 << 20
    with pytest.raises(SystemExit, match="a record is larger than"):
        list(checker["members"](io.BytesIO(gzip.compress(bytes(3 << 20)))))


def test_many_records_are_read_in_time_that_grows_with_them() -> None:
    """Not with their square: each is read once."""
    checker = _checker()
    member = gzip.compress(_record("request"))

    def seconds(count: int) -> float:
        data, begun = io.BytesIO(member * count), time.process_time()
        assert len(checker["records_of"](data)[1]) == count
        return time.process_time() - begun

    seconds(100)
    assert seconds(20_000) < 8 * max(seconds(5_000), 0.02)
