"""`stamp`: the newest seal stamped and checked, as a person does it."""

import asyncio
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from monitor.errors import ConfigError, EvidenceError, NotFoundError, UsageError
from tests.cli.conftest import Run
from tests.edges.authority import Authority, openssl
from tests.edges.calendar import HEIGHT, mined, promised, proof, raw


@pytest.fixture
def data_dir(recorded: Path, tmp_path: Path) -> Path:
    """The recorded archive, once more."""
    return Path(shutil.copytree(recorded, tmp_path / "copy"))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The operator's key."""
    made = tmp_path / "stamp.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(made))
    made.chmod(0o600)
    return made


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The keys of a time-stamping authority."""
    return Authority.make(tmp_path_factory.mktemp("authority") / "a")


def test_where_nobody_is_configured_it_says_how_to_go_on(run: Run, data_dir: Path) -> None:
    done = run("stamp", data_dir=data_dir)
    assert (done.code, done.out) == (ConfigError.exit_code, "")
    assert "nobody is configured to stamp" in done.err
    assert "hint: `monitor stamp --rfc3161 --request FILE`" in done.err


def test_signing_and_checking(run: Run, data_dir: Path, key: Path) -> None:
    """The seal, then what was done, a line each; then what it proves."""
    signed = run("--set", f"stamp.key={key}", "stamp", data_dir=data_dir)
    assert (signed.code, signed.err) == (0, "")
    seal, stamp = signed.out.splitlines()
    number = re.fullmatch(r"seal (\d+) of [-0-9]+ [:0-9]+, [0-9a-f]{64}", seal)[1]  # type: ignore[index]
    assert stamp.startswith("  ed25519: signed with the key ")
    again = run("--set", f"stamp.key={key}", "stamp", "--sign", data_dir=data_dir)
    assert "ed25519: has it already: signed with" in again.out
    checked = run("--set", f"stamp.key={key}", "stamp", "--check", data_dir=data_dir)
    assert checked.out.splitlines()[0].startswith(f"good  seal {number}  ed25519: signed with the key ")
    assert checked.out.splitlines()[1] == "1 stamp: 1 good"


def test_an_authority_by_hand(run: Run, data_dir: Path, authority: Authority, tmp_path: Path) -> None:
    """Query out, answer in; openssl verifies the same files."""
    query, answer = tmp_path / "seal.tsq", tmp_path / "seal.tsr"
    written = run("stamp", "--request", query, data_dir=data_dir)
    assert written.code == 0
    assert str(query) in written.out
    assert "--answer FILE" in written.err
    answer.write_bytes(authority.answer(query.read_bytes()))
    trusting = ("--set", f"stamp.authority_certificates={authority.root}")
    report = json.loads(run(*trusting, "stamp", "--answer", answer, "--json", data_dir=data_dir).out)
    assert (report["method"], report["new"], report["problem"]) == ("rfc3161", True, None)
    by = ("-in", str(answer), "-CAfile", str(authority.root))
    assert "Verification: OK" in openssl("ts", "-verify", "-digest", report["seal"]["hash"], *by)
    (check,) = json.loads(run(*trusting, "stamp", "--check", "--json", data_dir=data_dir).out)
    assert (check["verdict"], check["at"][:2]) == ("good", "20")
    unchecked = run("stamp", "--check", data_dir=data_dir)
    assert (unchecked.code, unchecked.out.split()[0]) == (0, "unchecked")


def test_opentimestamps_by_hand(run: Run, data_dir: Path, tmp_path: Path, easy_blocks: None) -> None:
    """And the block that holds it, by its header."""
    text, proven = tmp_path / "seal.json", tmp_path / "seal.json.ots"
    assert run("stamp", "--ots", "--request", text, data_dir=data_dir).code == 0
    promise, commitment = promised(hashlib.sha256(text.read_bytes()).digest(), "https://calendar.example")
    upgrade, header = mined(commitment, at=4_102_488_000)
    proven.write_bytes(proof(promise))
    assert "promised by https://calendar.example" in run("stamp", "--answer", proven, data_dir=data_dir).out
    assert run("stamp", "--check", data_dir=data_dir).out.startswith("waiting  seal ")
    place = promise
    while place.ops:
        (place,) = place.ops.values()
    place.merge(upgrade)
    proven.write_bytes(proof(promise))
    assert raw(promise) in proven.read_bytes()
    assert f"in Bitcoin block {HEIGHT}" in run("stamp", "--answer", proven, data_dir=data_dir).out
    assert "--block-header HEX" in run("stamp", "--check", data_dir=data_dir).out
    held = run("stamp", "--check", "--block-header", header.hex(), data_dir=data_dir).out
    assert held.startswith("good  seal ")
    assert "opentimestamps: there at 2100-01-01 12:00:00 UTC, when Bitcoin block" in held


async def test_a_failure_is_told_beside_what_was_done(
    run: Run, data_dir: Path, authority: Authority, key: Path
) -> None:
    """The others are made and printed all the same, also as JSON; the exit code says that one failed."""
    async with authority.running():
        authority.status, authority.says = 500, b"out of order"
        options = ("--set", f"stamp.authority={authority.url}", "--set", f"stamp.key={key}")
        private = ("--set", 'fetch.allow_private=["127.0.0.1"]')
        done = await asyncio.to_thread(run, *options, *private, "stamp", data_dir=data_dir)
        as_json = await asyncio.to_thread(run, *options, *private, "stamp", "--json", data_dir=data_dir)
    assert done.code == as_json.code == EvidenceError.exit_code
    assert "ed25519: signed with the key" in done.out
    assert done.err == f"monitor: rfc3161: {authority.url}: the server answered 500: out of order\n"
    assert [bool(one["problem"]) for one in json.loads(as_json.out)] == [True, False]


def test_a_wrong_answer_is_refused_by_its_file_s_name(
    run: Run, data_dir: Path, authority: Authority, tmp_path: Path
) -> None:
    query, answer = tmp_path / "seal.tsq", tmp_path / "seal.tsr"
    run("stamp", "--request", query, data_dir=data_dir)
    answer.write_bytes(authority.answer(query.read_bytes()) + b"more")
    refused = run("stamp", "--answer", answer, data_dir=data_dir)
    assert (refused.code, refused.out) == (EvidenceError.exit_code, "")
    assert refused.err.startswith(f"monitor: {answer}: what came is no time-stamp response")


def test_the_request_given_back_is_told_from_an_answer(run: Run, data_dir: Path, tmp_path: Path) -> None:
    """And what is to be done with it."""
    text, query = tmp_path / "seal.json", tmp_path / "seal.tsq"
    run("stamp", "--ots", "--request", text, data_dir=data_dir)
    run("stamp", "--rfc3161", "--request", query, data_dir=data_dir)
    for file, what_to_do in ((text, f"`ots stamp {text}` makes {text}.ots of it"), (query, "authority")):
        refused = run("stamp", "--answer", file, data_dir=data_dir)
        assert (refused.code, refused.out) == (UsageError.exit_code, "")
        assert refused.err.startswith(f"monitor: {file} is the request, and not the answer to it\n  hint: ")
        assert what_to_do in refused.err


@pytest.mark.parametrize(
    "given", [b"", b"{}", b"0\x80", b"\x30\x03\x02\x01\x07", b"\x00OpenTimestamps\x00\x00Proof\x00"]
)
def test_what_is_no_answer_is_told_without_names_of_code(
    run: Run, data_dir: Path, tmp_path: Path, given: bytes
) -> None:
    """`ValueError` helps nobody who has the wrong file."""
    (tmp_path / "answer").write_bytes(given)
    refused = run("stamp", "--answer", tmp_path / "answer", data_dir=data_dir)
    assert (refused.code, refused.out) == (EvidenceError.exit_code, "")
    assert re.search(r"[A-Z][a-z]+Error|Exception|Invalid[A-Z]", refused.err) is None, refused.err


def test_a_way_that_is_not_configured_is_told_with_its_own_hint(run: Run, data_dir: Path) -> None:
    assert "`monitor stamp --ots --request FILE`" in run("stamp", "--ots", data_dir=data_dir).err
    assert "--request" not in run("stamp", "--sign", data_dir=data_dir).err


def test_a_request_is_not_written_into_the_archive(run: Run, data_dir: Path) -> None:
    refused = run("stamp", "--request", data_dir / "evidence" / "seal.tsq", data_dir=data_dir)
    assert (refused.code, refused.out) == (UsageError.exit_code, "")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--request", "a", "--answer", "b"), UsageError.exit_code),
        (("--check", "--rfc3161"), UsageError.exit_code),
        (("--ots", "--rfc3161", "--request", "a"), UsageError.exit_code),
        (("--sign", "--request", "a"), UsageError.exit_code),
        (("--block-header", "00"), UsageError.exit_code),
        (("--check", "--block-header", "00"), UsageError.exit_code),
        (("--request", ""), UsageError.exit_code),
        (("--answer", "nowhere.tsr"), NotFoundError.exit_code),
        (("--ots",), ConfigError.exit_code),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, data_dir: Path, args: tuple[str, ...], code: int) -> None:
    refused = run("stamp", *args, data_dir=data_dir)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith("monitor: ")


def test_an_archive_without_stamps(run: Run, data_dir: Path) -> None:
    """Is told so; where there is no archive, none is made."""
    told = run("stamp", "--check", data_dir=data_dir)
    assert (told.code, told.out) == (0, "")
    assert "no stamps yet" in told.err
    assert run("stamp").code == NotFoundError.exit_code
