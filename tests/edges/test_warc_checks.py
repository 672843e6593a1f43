"""Records judged by themselves, beside their captures, and walked through past what is damaged."""

import gzip
import hashlib
from base64 import b32encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zstandard import ZstdCompressor

from monitor.edges.decoding import BodyLimits
from monitor.edges.warc_checks import checked, compared, date_of, digest_holds, flaws, reference, same_digest
from monitor.edges.warc_reader import END, RawRecord, parse
from monitor.edges.warc_records import batch, warcinfo
from monitor.edges.warc_walk import Torn, Walk, claimed_name, find_file, listed
from monitor.errors import EvidenceError
from monitor.model import Capture
from tests.edges.warcs import AT, PAGE, hop

NAME = "monitor-1.warc.gz"
LIMITS = BodyLimits(1 << 20, 1 << 20, 200.0)
BODY = gzip.decompress(PAGE)


def capture_of(record: RawRecord, **changes: Any) -> Capture:
    """Return the row that a response of the page has."""
    row = Capture(
        file=NAME,
        offset=record.offset,
        length=record.length,
        record_id=record.header("WARC-Record-ID") or "",
        record_type=record.kind,
        url=record.header("WARC-Target-URI") or "",
        captured_at=AT,
        digest=record.header("WARC-Payload-Digest") or "",
        sha256=hashlib.sha256(BODY).hexdigest(),
        status=200,
        record_sha256=hashlib.sha256(record.raw).hexdigest(),
    )
    return replace(row, **changes)


def response(**changes: Any) -> RawRecord:
    """Return the response of one exchange."""
    data = batch(NAME, [hop(**changes)], None).data
    raw = gzip.decompress(data)
    start = raw.index(b"WARC/1.1", 1)
    return parse(raw[start:], NAME, 100, 500)


def made(head: str, block: bytes = b"") -> RawRecord:
    """Return a record of anybody's making."""
    text = f"WARC/1.0\r\n{head}Content-Length: {len(block)}\r\n\r\n"
    return parse(text.encode() + block + END)


# --- by themselves ---------------------------------------------------------------------------------------------


def test_only_the_record_of_its_capture_passes() -> None:
    """By its hash, or by its id where no hash was kept."""
    record = response()
    row, raw = capture_of(record), record.raw
    assert checked(raw, row) == raw
    old = replace(row, record_sha256=None)
    assert checked(raw, old) == raw
    for altered, expected in (
        (raw.replace(b"200 OK", b"200 KO"), row),
        (raw[:-1], old),
        (b"", old),
        (raw.replace(b"urn:uuid", b"urn:oooo"), old),
        (raw, replace(old, record_id="<urn:uuid:1>")),
    ):
        with pytest.raises(EvidenceError) as refused:
            checked(altered, expected)
        assert "monitor-1.warc.gz: what lies at byte 100" in str(refused.value)
        assert refused.value.hint


def test_our_records_have_no_flaw() -> None:
    assert flaws(response()) == ()
    assert compared(response(), capture_of(response()), LIMITS) != ()  # of another id
    record = response()
    assert compared(record, capture_of(record), LIMITS) == ()


def test_each_digest_is_checked() -> None:
    """A payload that is not the one said, in a block that is; and a block that is not."""
    record = response()
    altered = replace(record, block=record.block.replace(b"Content-Type", b"Content-Tipe"))
    assert [one.kind for one in flaws(altered)] == ["record-digest"]
    assert "WARC-Block-Digest" in flaws(altered)[0].detail
    altered = replace(record, block=record.block[:-1] + b"\1")
    assert len(flaws(altered)) == 2


@pytest.mark.parametrize(
    "head",
    [
        "WARC-Type: response\r\nWARC-Record-ID: 1\r\nWARC-Date: 2026-11-02T10:00:00Z\r\nWARC-Target-URI: http://a/\r\n",
        "WARC-Type: response\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: yesterday\r\nWARC-Target-URI: http://a/\r\n",
        "WARC-Type: response\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: 2026-11-02T10:00:00Z\r\n",
    ],
)
def test_odd_headers_are_told(head: str) -> None:
    assert [one.kind for one in flaws(made(head))] == ["record-header"]


def test_records_of_others_are_judged_by_their_own_digests() -> None:
    """SHA-256 in hex or base32; an algorithm that nobody knows says nothing."""
    data = b"some page"
    sha256 = hashlib.sha256(data)
    for said in (f"sha256:{sha256.hexdigest()}", f"SHA-256:{b32encode(sha256.digest()).decode().rstrip('=')}"):
        assert digest_holds(said, data) is True
        assert digest_holds(said, b"other") is False
    assert digest_holds("sha1:nonsense", data) is False
    assert digest_holds("xxh64:00ff", data) is None
    assert same_digest(f"sha256:{sha256.hexdigest()}", f"sha256:{b32encode(sha256.digest()).decode()}")
    assert not same_digest("sha1:" + "A" * 32, "md5:" + "0" * 32)


@given(st.text(max_size=40), st.binary(max_size=40))
def test_no_digest_breaks_the_judge(said: str, data: bytes) -> None:
    assert digest_holds(said, data) in (True, False, None)
    assert same_digest(said, said)


def test_dates() -> None:
    """To the microsecond, in UTC; more digits are cut, and what is none is None."""
    assert date_of("2026-11-02T10:20:30.123456789Z") == AT
    assert date_of("2026-11-02T12:20:30.123456+02:00") == AT
    assert date_of("2016-02-01") == datetime(2016, 2, 1, tzinfo=UTC)
    assert [date_of(said) for said in (None, "", "now", "2026-13-01T00:00:00Z")] == [None] * 4


# --- beside their captures -------------------------------------------------------------------------------------


def test_what_is_cut_off_or_unusable_has_no_sure_body() -> None:
    """A truncated record, a coded redirect, a part that nobody asked for: the row may have what the fetcher made."""
    for changes, body in (
        ({"truncated": "length"}, b"anything"),
        ({"status_line": b"HTTP/1.1 301 Moved", "status": 301}, PAGE),
        ({"status_line": b"HTTP/1.1 206 Partial", "status": 206}, b""),
        ({"body": b"\0\0"}, b""),
    ):
        record = response(**changes)
        row = capture_of(record, status=changes.get("status", 200), sha256=hashlib.sha256(body).hexdigest())
        assert compared(record, row, LIMITS) == (), changes
    record = response()
    (flaw,) = compared(record, capture_of(record, sha256=hashlib.sha256(b"").hexdigest()), LIMITS)
    assert "decoded body" in flaw.detail


def test_all_differences_of_a_row_are_one_flaw() -> None:
    record = response()
    (flaw,) = compared(record, capture_of(record, status=404, url="http://b/", record_sha256="0" * 64), LIMITS)
    assert flaw.kind == "capture-differs"
    assert all(word in flaw.detail for word in ("status", "url", "record_sha256"))


def test_a_row_tells_the_headers_as_the_record_does() -> None:
    """But for what it leaves out, which nobody looked at."""
    record = response()
    right = {"media_type": "text/html", "coding": "gzip"}
    assert compared(record, capture_of(record, **right), LIMITS) == ()
    for name, value in (("media_type", "image/png"), ("coding", "br")):
        (flaw,) = compared(record, capture_of(record, **right | {name: value}), LIMITS)
        assert (flaw.kind, name in flaw.detail) == ("capture-differs", True)


def test_a_revisit_that_tells_no_digest_is_compared_with_none() -> None:
    """WARC/1.1 6.7.3 asks for none; but one that tells it has to tell that of the row."""
    head = f"WARC-Type: revisit\r\nWARC-Record-ID: <urn:x:1>\r\nWARC-Date: {AT.isoformat()}\r\nWARC-Target-URI: http://a/\r\n"
    row = {"digest": "sha1:" + "A" * 32, "status": 304}
    silent, telling = made(head), made(head + "WARC-Payload-Digest: sha1:" + "B" * 32 + "\r\n")
    assert compared(silent, capture_of(silent, **row), LIMITS) == ()
    (flaw,) = compared(telling, capture_of(telling, **row), LIMITS)
    assert "digest" in flaw.detail


def test_what_a_revisit_refers_to() -> None:
    """Its own address where it tells none; and a date that nobody can read is none."""
    told = made(
        "WARC-Type: revisit\r\nWARC-Target-URI: <http://a/>\r\nWARC-Refers-To-Target-URI: <http://b/>\r\n"
        "WARC-Refers-To: <urn:x:1>\r\nWARC-Refers-To-Date: 2021-03-04T09:30:00Z\r\nWARC-Payload-Digest: sha1:B\r\n"
    )
    assert reference(told) == ("http://b/", "<urn:x:1>", datetime(2021, 3, 4, 9, 30, tzinfo=UTC), "sha1:B")
    own = made("WARC-Target-URI: http://a/\r\nWARC-Refers-To-Date: 0001-01-01T00:00:00+14:00\r\n")
    assert reference(own) == ("http://a/", None, None, "")


# --- walked through --------------------------------------------------------------------------------------------


def gz_file(folder: Path, pages: int = 3) -> tuple[Path, list[bytes]]:
    """Write a file of a warcinfo and some exchanges; return it with its members."""
    members = [warcinfo(NAME, AT, "test/1", {})]
    for number in range(pages):
        packed = batch(NAME, [hop(url=f"https://news.example/{number}")], None).data
        second = packed.index(b"\x1f\x8b\x08", 1)
        members += [packed[:second], packed[second:]]
    path = folder / NAME
    path.write_bytes(b"".join(members))
    return path, members


def zst_file(folder: Path) -> tuple[Path, list[bytes]]:
    """Write the same as `.warc.zst`."""
    path, members = gz_file(folder)
    engine = ZstdCompressor(write_checksum=True)
    frames = [engine.compress(gzip.decompress(one)) for one in members]
    path.unlink()
    path = folder / "host.warc.zst"
    path.write_bytes(b"".join(frames))
    return path, frames


@pytest.mark.parametrize("make", [gz_file, zst_file])
def test_a_walk_finds_every_record_around_the_damage(tmp_path: Path, make: Any) -> None:
    """Whichever is damaged, the others are read, and the hash is that of all bytes.

    But for the very first byte of a `.warc.zst`, without which nobody knows whether a dictionary follows.
    """
    path, members = make(tmp_path)
    good = path.read_bytes()
    starts = [sum(map(len, members[:number])) for number in range(len(members) + 1)]
    for number, start in enumerate(starts[:-1]):
        end = starts[number + 1]
        for hurt in (start or len(members[0]) - 4, (start + end) // 2):
            data = bytearray(good)
            data[hurt] ^= 0xFF
            path.write_bytes(data)
            with Walk(path) as walk:
                found = list(walk.records())
            torn = [one for one in found if isinstance(one, Torn)]
            assert [(one.offset, one.until) for one in torn] == [(start, end)], (number, hurt)
            assert [one.offset for one in found] == starts[:-1]
            assert walk.sha256 == hashlib.sha256(data).hexdigest()


def test_a_walk_hashes_what_was_there_before(tmp_path: Path) -> None:
    """Both the bytes of then and those of now; and no more of a file than asked for is read."""
    path, members = gz_file(tmp_path)
    data = path.read_bytes()
    for before in (1, len(members[0]), len(data) - 1, len(data)):
        with Walk(path, None, before) as walk:
            assert len(list(walk.records())) == len(members)
        assert walk.sha256_before == hashlib.sha256(data[:before]).hexdigest()
    for before in (0, len(data) + 1):
        with Walk(path, None, before) as walk:
            list(walk.records())
        assert walk.sha256_before is None
    first = len(members[0]) + len(members[1])
    with Walk(path, first) as walk:
        assert [one.offset for one in walk.records()] == [0, len(members[0])]
    assert (walk.sha256, walk.size) == (hashlib.sha256(data[:first]).hexdigest(), len(data))


def test_a_walk_through_anything_ends(tmp_path: Path) -> None:
    """Nothing, noise, the magic over and over, a member of something else."""
    path = tmp_path / NAME
    other = gzip.compress(b"no record")
    for data in (b"", b"\0" * 5000, b"\x1f\x8b\x08" * 2000, other, other + gz_file(tmp_path)[0].read_bytes()):
        path.write_bytes(data)
        with Walk(path) as walk:
            found = list(walk.records())
        assert sum(one.until - one.offset for one in found if isinstance(one, Torn)) in (len(data), len(other))
        assert walk.sha256 == hashlib.sha256(data).hexdigest()


def test_a_dictionary_that_is_damaged_loses_the_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "host.warc.zst"
    path.write_bytes(b"\x5d\x2a\x4d\x18\x04\0\0\0junk" + zst_file(tmp_path)[0].read_bytes())
    size = path.stat().st_size
    with Walk(path) as walk:
        assert [(one.offset, one.until) for one in walk.records() if isinstance(one, Torn)] == [(0, size)]


def test_files_are_found_open_or_closed(tmp_path: Path) -> None:
    """By a bare name only; the name that a file gives itself is in its first record."""
    path, _ = gz_file(tmp_path)
    assert claimed_name(path) == NAME
    assert find_file(tmp_path, NAME) == path
    assert find_file(tmp_path / "none", f"../{tmp_path.name}/{NAME}") is None
    still_open = path.rename(tmp_path / f"{NAME}.open")
    assert find_file(tmp_path, NAME) == still_open
    assert listed(tmp_path) == (frozenset(), frozenset({NAME}))
    assert listed(tmp_path / "none") == (frozenset(), frozenset())
    still_open.write_bytes(b"")
    assert claimed_name(still_open) is None
