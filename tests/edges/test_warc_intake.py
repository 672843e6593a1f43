"""Files of other archives: what they hold is told exactly, and so is where they are wrong."""

import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.import_checks import Use, digest_holds
from monitor.edges import warc_intake
from monitor.edges.chunked import joined_chunks
from monitor.edges.import_files import ForeignFile, ImportWriter, Passed
from monitor.edges.warc_foreign import Taken
from monitor.edges.warc_reader import records_of, split_http
from monitor.edges.warc_records import read_response
from monitor.errors import EvidenceError
from monitor.evidence_answers import Fault
from monitor.model import Outcome
from tests.edges import foreign_warcs as foreign

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
AT = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
URL = "https://news.example/2021/03/04/the-bridge"
BODY = foreign.html("The bridge is coming")
MOST = 1 << 20

Found = tuple[list[Taken], list[Fault], int]


def examined(folder: Path, name: str, data: bytes, most: int = MOST) -> Found:
    """Return the captures, the faults, and the number of other records of a file."""
    path = folder / name
    path.write_bytes(data)
    found = list(ForeignFile(path, most).examine(NOW))
    captures = [one for one in found if isinstance(one, Taken) and one.use is Use.CAPTURE]
    others = sum(isinstance(one, Passed) or (isinstance(one, Taken) and one.use is not Use.CAPTURE) for one in found)
    return captures, [one for one in found if isinstance(one, Fault)], others


def kinds(faults: list[Fault]) -> list[str]:
    """Return the words for what is wrong."""
    return [one.kind for one in faults]


def three() -> list[bytes]:
    """Return three pages as records."""
    return [foreign.page(f"{URL}-{number}", AT, f"The bridge number {number}") for number in range(3)]


WAYS: dict[str, Callable[[list[bytes]], bytes]] = {
    "a.warc.gz": foreign.gzipped,
    "a.warc": b"".join,
    "a.warc.zst": foreign.zst,
    "a.ours.warc.zst": lambda records: foreign.zst(records, b"HTTP/1.1 200 OK\r\n" * 90),
    "a.packed.warc.zst": lambda records: foreign.zst(records, b"HTTP/1.1 200 OK\r\n" * 90, compressed=True),
    "a.wacz": lambda records: foreign.wacz({"archive/data.warc.gz": foreign.gzipped(records)}),
}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("style", [foreign.wget, foreign.heritrix, foreign.browsertrix])
def test_what_others_write_is_read(tmp_path: Path, name: str, style: Callable[..., list[bytes]]) -> None:
    """In every container: one capture with its time, its address without brackets, its digest as it stands there."""
    (one,), faults, others = examined(tmp_path, name, WAYS[name](style(URL, AT, BODY)))
    assert faults == []
    assert (one.url, one.at, one.status, one.outcome) == (URL, AT, 200, Outcome.OK)
    assert one.digest.startswith(("sha1:", "sha256:"))
    assert one.media_type == "text/html; charset=utf-8"
    assert others == len(style(URL, AT, BODY)) - 1


def test_records_are_written_anew_to_the_byte(tmp_path: Path) -> None:
    """Head and block are those of the other archive, each record a gzip member; the file says where it is from."""
    records = foreign.wget(URL, AT, BODY)
    (tmp_path / "a.warc.gz").write_bytes(foreign.gzipped(records))
    writer = ImportWriter(tmp_path / "evidence", lambda: NOW, "monitor/1", {"imported-from": "a.warc.gz"}, 1 << 30)
    puts, length = writer.put(list(ForeignFile(tmp_path / "a.warc.gz", MOST).chosen({0, 1, 2})))
    writer.close()
    file = tmp_path / "evidence" / puts[0].file
    first, *kept = records_of(file)
    assert b"imported-from: a.warc.gz\r\n" in first.block
    assert [one.raw for one in kept] == records[:3]
    assert [(one.offset, one.length) for one in kept] == [(put.offset, put.length) for put in puts]
    assert file.stat().st_size == length
    assert file.name.startswith("import-20261116120000-")


def test_chunks_are_taken_out_for_reading() -> None:
    """Other archives keep them in the body; the field is told under another name then."""
    headers, body = read_response(foreign.wget(URL, AT, BODY)[2])
    assert body == BODY
    assert (b"X-Archive-Orig-Transfer-Encoding", b"chunked") in headers


def test_a_body_freed_of_its_chunks_is_whole() -> None:
    """Some programs take the chunks out and leave the field."""
    block = foreign.answer(BODY, "Transfer-Encoding: chunked")
    assert read_response(foreign.response(URL, AT, block))[1] == BODY


@given(body=st.binary(max_size=3_000), size=st.integers(1, 999), cut=st.integers(0, 40))
def test_chunks_hold_what_was_put_into_them(body: bytes, size: int, cut: int) -> None:
    """Whatever the body and the size of chunks; what is cut off is told as such, and nothing is made up."""
    wire = foreign.chunked(body, size)
    assert joined_chunks(wire) == (body, True)
    short = joined_chunks(wire[: max(len(wire) - 5 - cut, 0)])
    assert short is None or (not short[1] and body.startswith(short[0]))


def test_heads_with_bare_line_feeds_are_read() -> None:
    """RFC 9112 2.2; and a line that begins with white space goes on with the one before."""
    first, headers, body = split_http(b"HTTP/1.1 200 OK\nA: b\n  c\nD: e\n\nbody\r\n\r\nmore")
    assert (first, headers, body) == (b"HTTP/1.1 200 OK", ((b"A", b"b c"), (b"D", b"e")), b"body\r\n\r\nmore")


@pytest.mark.parametrize("said", [foreign.sha1(b"x"), foreign.sha256_hex(b"x"), "md5:9DD4E461268C8034F5C8564E155C67A6"])
def test_digests_may_be_written_in_several_ways(said: str) -> None:
    """In base32 or hex, of any case, by several algorithms; by an unknown one they say nothing."""
    assert digest_holds(said, b"y", b"x") is True
    assert digest_holds(said.lower().replace("sha256", "sha-256"), b"x") is True
    assert digest_holds(said, b"y") is False
    assert digest_holds("blake9:abcdef", b"x") is None
    assert digest_holds("nonsense", b"x") is False


def bad(**fields: str) -> bytes:
    """Return a page with one field as it should not be."""
    return foreign.page(URL, AT, "Odd", **fields)


ODD = {
    "wrong-payload-digest": bad(WARC_Payload_Digest=foreign.sha1(b"other")),
    "wrong-block-digest": bad(WARC_Block_Digest="sha256:" + "0" * 64),
    "bad-date": bad(WARC_Date="yesterday"),
    "impossible-date": bad(WARC_Date="2031-01-01T00:00:00Z"),
    "bad-record-id": bad(WARC_Record_ID="<urn:uuid:" + "a" * 200 + ">"),
    "bad-type": bad(WARC_Type="wizardry"),
    "segmented": bad(WARC_Segment_Number="1"),
    "not-http": foreign.response(URL, AT, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "repeated-field": bad(**{"X\r\nWARC_Target_URI": "https://evil.example/"}).replace(b"X\r\n", b"", 1),
}
URLS = (
    "javascript:alert(1)",
    "not a url",
    "https://",
    "http://a b/",
    "data:text/html,x",
    "",
    "https://[::1/",
    "../../etc",
)


@pytest.mark.parametrize("kind", ODD)
def test_what_is_wrong_with_a_record_is_told_with_its_place(tmp_path: Path, kind: str) -> None:
    """Its fault, and the offset of its gzip member; the others are read."""
    first, last = foreign.page(URL, AT), foreign.page(URL, AT)
    data = foreign.gzipped([first, ODD[kind], last])
    captures, (fault,), _ = examined(tmp_path, "a.warc.gz", data)
    assert (fault.kind, fault.what, fault.offset) == (kind, "a.warc.gz", len(foreign.gzipped([first])))
    assert len(captures) == 2


@pytest.mark.parametrize("url", URLS)
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    """It is said what stands there."""
    captures, (fault,), _ = examined(tmp_path, "a.warc.gz", foreign.gzipped([bad(WARC_Target_URI=url)]))
    assert (captures, fault.kind) == ([], "bad-url")


def test_what_nobody_could_look_up_is_passed_over(tmp_path: Path) -> None:
    """Endless addresses of trackers, and lookups of names, are no captures and no faults."""
    long = bad(WARC_Target_URI="https://track.example/?" + "a" * 3_000)
    assert examined(tmp_path, "a.warc.gz", foreign.gzipped([long])) == ([], [], 1)


def test_two_records_may_not_have_one_id(tmp_path: Path) -> None:
    """The second is refused, unless it is the first once more."""
    one = foreign.page(URL, AT, WARC_Record_ID="<urn:uuid:1>")
    other = foreign.page(URL, AT + timedelta(hours=1), WARC_Record_ID="<urn:uuid:1>")
    captures, faults, _ = examined(tmp_path, "a.warc.gz", foreign.gzipped([one, one, other]))
    assert (len(captures), kinds(faults)) == (2, ["duplicate-id"])


def test_several_records_in_one_member_are_told_and_read(tmp_path: Path) -> None:
    """A file compressed as a whole: no record of it can be found singly."""
    captures, (fault,), _ = examined(tmp_path, "a.warc.gz", foreign.one_member(three()))
    assert (fault.kind, fault.offset, len(captures)) == ("not-chunked", 0, 3)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc.zst", "a.warc"])
def test_what_stands_behind_damage_is_found_again(tmp_path: Path, name: str) -> None:
    """A record that is torn out of the middle costs itself alone."""
    first, second, third = three()
    whole = WAYS[name]([first, second, third])
    place = len(WAYS[name]([first]))
    hole = place + len(WAYS[name]([second])) // 2
    captures, faults, _ = examined(tmp_path, name, whole[:hole] + whole[hole + 40 :])
    assert [one.url for one in captures] == [f"{URL}-0", f"{URL}-2"]
    assert faults
    assert faults[0].offset == place


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc.zst", "a.warc"])
def test_a_torn_end_is_a_fault(tmp_path: Path, name: str) -> None:
    """As after a crash; what stands before it is good."""
    captures, (fault,), _ = examined(tmp_path, name, WAYS[name](three())[:-30])
    assert (len(captures), fault.kind) == (2, "torn")


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    """Also one in the checksum of a member, whose record looks well."""
    data = bytearray(foreign.gzipped(three()))
    data[-8] ^= 1
    captures, (fault,), _ = examined(tmp_path, "a.warc.gz", bytes(data))
    assert (len(captures), fault.kind) == (2, "bad-gzip")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.warc.gz", b"WARC/1.0\r\n", "mislabelled"),
        ("a.warc.gz", b"<html>no such thing</html>", "no-warc"),
        ("a.warc.gz", b"", "no-warc"),
        ("a.wacz", foreign.gzipped(three()), "no-zip"),
        ("a.wacz", b"PK\x03\x04 and so on", "no-zip"),
        ("a.warc", b"WARC/0.18\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "no-record"),
        ("a.warc", b"WARC/1.0\r\nContent-Length: 10000000000\r\n\r\n", "torn"),
        ("a.warc", b"WARC/1.0\r\nContent-Length: -1\r\n\r\n\r\n\r\n", "bad-length"),
        ("a.warc", b"WARC/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n\r\n\r\n", "bad-length"),
        ("a.warc", b"WARC/1.0\r\nno colon\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "bad-head"),
        ("a.warc", b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000, "bad-head"),
    ],
)
def test_what_is_no_warc_file_is_refused(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    """Other things, old versions, lengths that cannot be, a head without an end."""
    captures, faults, _ = examined(tmp_path, name, data)
    assert captures == []
    assert faults[0].kind == kind


def test_a_lying_length_hides_nothing(tmp_path: Path) -> None:
    """Ten gigabytes are announced; the next record is read all the same."""
    liar = foreign.record("response", {"WARC-Target-URI": URL}, b"short", length=10**10)
    for name in ("a.warc", "a.warc.gz"):
        captures, faults, _ = examined(tmp_path, name, WAYS[name]([liar, foreign.page(URL, AT)]))
        assert (len(captures), kinds(faults)) == (1, ["torn"])


def test_what_a_server_sent_is_no_record(tmp_path: Path) -> None:
    """A page that holds a WARC record is a page, also where its own record is broken."""
    inner = b"\r\n\r\n" + foreign.page("https://evil.example/", AT)
    broken = foreign.response(URL, AT, foreign.answer(inner)).replace(b"Content-Length: ", b"Content-Length: 1", 1)
    captures, faults, _ = examined(tmp_path, "a.warc.gz", foreign.gzipped([broken, foreign.page(URL, AT)]))
    assert ([one.url for one in captures], kinds(faults)) == ([URL], ["torn"])


def test_a_record_that_is_too_large_is_left_out(tmp_path: Path) -> None:
    """It is not held in memory, and what comes behind it is read."""
    large = foreign.response(URL, AT, foreign.answer(b"a" * 3_000_000))
    captures, (fault,), _ = examined(tmp_path, "a.warc.gz", foreign.gzipped([large, foreign.page(URL, AT)]))
    assert (len(captures), fault.kind) == (1, "too-large")


def test_a_member_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it unpacks to, a bound is kept."""
    monkeypatch.setattr(warc_intake, "_SKIPPED", 20_000_000)
    bomb = foreign.record("response", {}, b"\0" * 50_000_000)
    captures, faults, _ = examined(tmp_path, "a.warc.gz", foreign.gzipped([bomb, foreign.page(URL, AT)]))
    assert (captures, kinds(faults)) == ([], ["endless"])


def test_faults_without_number_end_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads a million of them."""
    monkeypatch.setattr(warc_intake, "MOST_FAULTS", 5)
    _, faults, _ = examined(tmp_path, "a.warc", b"WARC/1.0\r\nContent-Length: x\r\n\r\n\r\n\r\n" * 50)
    assert kinds(faults) == ["bad-length"] * 5 + ["gave-up"]


def test_bodies_are_judged_as_the_fetcher_would(tmp_path: Path) -> None:
    """Cut off, or not what they are said to be: such a capture is none of a page."""
    blocks = [
        foreign.answer(foreign.chunked(BODY)[:-5], "Transfer-Encoding: chunked"),
        foreign.answer(BODY, "Content-Length: 99999"),
        foreign.answer(gzip.compress(BODY)[:-9], "Content-Encoding: gzip"),
        foreign.answer(BODY, "Content-Encoding: br"),
        foreign.answer(gzip.compress(BODY), "Content-Encoding: gzip"),
        foreign.answer(b"", status="404 Not Found"),
    ]
    data = foreign.gzipped([foreign.response(URL, AT, block) for block in blocks])
    captures, faults, _ = examined(tmp_path, "a.warc.gz", data)
    cut = [Outcome.TRUNCATED] * 3
    assert [one.outcome for one in captures] == [*cut, Outcome.UNDECODABLE, Outcome.OK, Outcome.NOT_FOUND]
    assert faults == []


# --- WACZ -------------------------------------------------------------------------------------------------------

WARC = foreign.gzipped([foreign.page(URL, AT)])


def test_a_file_out_of_reach_is_an_error(tmp_path: Path) -> None:
    """That is no fault of the file."""
    with pytest.raises(EvidenceError, match="cannot be read"):
        list(ForeignFile(tmp_path / "gone.warc.gz", MOST).examine(NOW))


# --- any bytes --------------------------------------------------------------------------------------------------


@cache
def good(name: str) -> bytes:
    """Return a good file of each kind."""
    return WAYS[name]([*foreign.wget(URL, AT, BODY), *foreign.browsertrix(URL, AT, BODY)])


@given(
    name=st.sampled_from(sorted(WAYS)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 60)), min_size=1, max_size=5),
)
@settings(max_examples=200, deadline=2_000)
def test_no_bytes_whatever_raise_or_hang(name: str, edits: list[tuple[float, bytes, int]]) -> None:
    """Good files with some bytes put in, taken out or changed: altered bytes are no capture, each fault has a place."""
    data = good(name)
    for where, put, dropped in edits:
        place = int(where * len(data))
        data = data[:place] + put + data[place + dropped :]
    with TemporaryDirectory() as folder:
        captures, faults, others = examined(Path(folder), name, data)
    if name in ("a.warc.gz", "a.wacz"):  # whose containers have checksums
        assert faults or {one.sha256 for one in captures} <= {hashlib.sha256(BODY).hexdigest()}
    assert len(captures) + others <= 8
    assert all(one.offset is not None and 0 <= one.offset <= len(data) for one in faults)


@given(
    data=st.binary(max_size=2_000), head=st.sampled_from([b"", b"\x1f\x8b\x08", b"WARC/1.0\r\n", b"\x28\xb5\x2f\xfd"])
)
@settings(max_examples=150, deadline=2_000)
def test_noise_is_no_warc_file(data: bytes, head: bytes) -> None:
    """Nothing is read from it, and that is told."""
    with TemporaryDirectory() as folder:
        captures, faults, _ = examined(Path(folder), "a.bin", head + data)
    assert captures == []
    assert faults
