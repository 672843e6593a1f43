"""Evidence as WARC records, judged by readers of other makes."""

import hashlib
import zlib
from base64 import b32encode
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator

from monitor.edges.warc import WarcEvidence, read_response
from monitor.errors import EvidenceError
from tests.edges.warcs import (
    AT,
    PAGE,
    accepted_by_warcio,
    earlier_of,
    fastwarc_index,
    files,
    headers_of,
    hop,
    result,
    warcio_index,
)


async def test_a_fetch_becomes_records_that_others_accept(
    evidence: WarcEvidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """warcio's checker and fastwarc find warcinfo, request and response, with every digest right."""
    await evidence.append(result(hop()))
    await evidence.close()
    (path,) = files(tmp_path)
    assert path.name.startswith("monitor-20261102102030-")
    assert path.name.endswith("-00001.warc.gz")
    assert [kind for kind, _, _ in warcio_index(path)] == ["warcinfo", "request", "response"]
    assert accepted_by_warcio(path, capsys)
    assert [(kind, whole) for kind, _, whole in fastwarc_index(path)] == [
        ("warcinfo", True), ("request", True), ("response", True),
    ]  # fmt: skip
    with path.open("rb") as stream:
        assert all(one.verify_payload_digest() for one in FastIterator(stream, WarcRecordType.response))


async def test_the_place_returned_is_where_an_independent_index_finds_it(
    evidence: WarcEvidence, tmp_path: Path
) -> None:
    """Offset and length of every capture equal those that warcio and fastwarc compute."""
    kept = [await evidence.append(result(hop(f"body {n}".encode() * n))) for n in range(1, 6)]
    await evidence.close()
    (path,) = files(tmp_path)
    found = [(offset, length) for kind, offset, length in warcio_index(path) if kind == "response"]
    assert [(one.offset, one.length) for one in kept] == found
    assert [one.offset for one in kept] == [at for kind, at, _ in fastwarc_index(path) if kind == "response"]
    assert {one.file for one in kept} == {path.name}


async def test_a_record_is_read_back_as_it_was(evidence: WarcEvidence) -> None:
    """The headers and the coded body come back byte by byte, from the open file and from the closed one."""
    kept = await evidence.append(result(hop()))
    expected = (((b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip")), PAGE)
    assert read_response(await evidence.read(kept.file, kept.offset, kept.length)) == expected
    await evidence.close()
    assert read_response(await evidence.read(kept.file, kept.offset, kept.length)) == expected


async def test_header_bytes_are_kept_as_received(evidence: WarcEvidence, tmp_path: Path) -> None:
    """Arabic in UTF-8, Latin-1, duplicates and their order survive, where warcio alone would percent-encode."""
    headers = (
        (b"X-Title", "خبر عاجل".encode()),
        (b"Set-Cookie", b"a=1"),
        (b"x-name", b"Caf\xe9"),
        (b"Set-Cookie", b"b=2"),
        (b"X-Empty", b""),
    )
    kept = await evidence.append(result(hop(headers=headers)))
    assert read_response(await evidence.read(kept.file, kept.offset, kept.length))[0] == headers
    await evidence.close()
    (path,) = files(tmp_path)
    member = path.read_bytes()[kept.offset : kept.offset + kept.length]
    assert b"X-Title: " + "خبر عاجل".encode() + b"\r\n" in zlib.decompress(member, 31)


async def test_digests_are_of_the_body_as_received(evidence: WarcEvidence, tmp_path: Path) -> None:
    """The payload digest covers the coded body, SHA-1 in base32, in the record and in what is returned."""
    kept = await evidence.append(result(hop()))
    await evidence.close()
    expected = "sha1:" + b32encode(hashlib.sha1(PAGE).digest()).decode()
    assert kept.digest == expected
    assert headers_of(files(tmp_path)[0])[2]["WARC-Payload-Digest"] == expected


async def test_records_name_each_other(evidence: WarcEvidence, tmp_path: Path) -> None:
    """Request and response carry the URL, the address, the time to the microsecond, and the link between them."""
    kept = await evidence.append(result(hop()))
    await evidence.close()
    info, request, response = headers_of(files(tmp_path)[0])
    assert info["WARC-Filename"] == kept.file
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"] == kept.record_id
    for record in (request, response):
        assert record["WARC-Target-URI"] == "https://news.example/a?x=1"
        assert record["WARC-IP-Address"] == "192.0.2.7"
        assert record["WARC-Date"] == "2026-11-02T10:20:30.123456Z"
    assert kept.captured_at == AT


async def test_warcinfo_tells_the_software(evidence: WarcEvidence, tmp_path: Path) -> None:
    """The first record names program, format and contact, without letting them add lines."""
    await evidence.append(result(hop()))
    await evidence.close()
    with files(tmp_path)[0].open("rb") as stream:
        block = next(ArchiveIterator(stream)).content_stream().read()
    assert block.startswith(b"software: monitor/1\r\nformat: WARC File Format 1.1\r\nconformsTo: http")
    assert b"operator: https://desk.example/\r\n" in block


async def test_every_hop_is_kept(evidence: WarcEvidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A redirect and its target are two pairs, the answer's response the very last record."""
    moved = hop(b"", url="http://news.example/a", status=301, status_line=b"HTTP/1.1 301 Moved", headers=())
    kept = await evidence.append(result(moved, hop()))
    await evidence.close()
    (path,) = files(tmp_path)
    index = warcio_index(path)
    assert [kind for kind, _, _ in index] == ["warcinfo", "request", "response", "request", "response"]
    assert index[-1][1:] == (kept.offset, kept.length)
    assert kept.offset + kept.length == path.stat().st_size
    assert accepted_by_warcio(path, capsys)


async def test_a_chunked_body_does_not_confuse_readers(evidence: WarcEvidence, tmp_path: Path) -> None:
    """The transfer coding is gone from the body, so its header is kept under another name."""
    headers = ((b"transfer-encoding", b"chunked"), (b"Content-Encoding", b"gzip"))
    kept = await evidence.append(result(hop(headers=headers)))
    stored, body = read_response(await evidence.read(kept.file, kept.offset, kept.length))
    assert stored[0] == (b"X-Archive-Orig-Transfer-Encoding", b"chunked")
    assert body == PAGE
    await evidence.close()
    with files(tmp_path)[0].open("rb") as stream:
        bodies = [one.content_stream().read() for one in ArchiveIterator(stream) if one.rec_type == "response"]
    assert bodies == [zlib.decompress(PAGE, 31)]


@pytest.mark.parametrize("reason", ["length", "time", "disconnect"])
async def test_a_cut_body_is_marked(evidence: WarcEvidence, tmp_path: Path, reason: str) -> None:
    """WARC-Truncated says why."""
    await evidence.append(result(hop(PAGE[:20], truncated=reason)))
    await evidence.close()
    assert headers_of(files(tmp_path)[0])[2]["WARC-Truncated"] == reason


async def test_the_same_payload_becomes_a_revisit(
    evidence: WarcEvidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A revisit keeps the head and points to the original by id, URL and time; no body is stored again."""
    first = await evidence.append(result(hop()))
    second = await evidence.append(result(hop(headers=((b"Age", b"5"),))), earlier_of(first))
    assert (second.record_type, second.digest) == ("revisit", first.digest)
    raw = await evidence.read(second.file, second.offset, second.length)
    assert read_response(raw) == (((b"Age", b"5"),), b"")
    await evidence.close()
    record = headers_of(files(tmp_path)[0])[-1]
    assert record["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert record["WARC-Refers-To"] == first.record_id
    assert record["WARC-Refers-To-Target-URI"] == "https://news.example/a?x=1"
    assert record["WARC-Refers-To-Date"] == "2026-11-02T10:20:30.123456Z"
    assert record["WARC-Payload-Digest"] == first.digest
    assert accepted_by_warcio(files(tmp_path)[0], capsys)
    assert all(whole for _, _, whole in fastwarc_index(files(tmp_path)[0]))


async def test_not_modified_becomes_a_revisit_without_a_block(
    evidence: WarcEvidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A 304 refers to the capture it confirms, with the digest of that, and nothing to replay as an empty page."""
    first = await evidence.append(result(hop()))
    unchanged = hop(b"", status=304, status_line=b"HTTP/1.1 304 Not Modified", headers=((b"ETag", b'"1"'),))
    second = await evidence.append(result(unchanged), earlier_of(first))
    assert (second.record_type, second.digest) == ("revisit", first.digest)
    await evidence.close()
    record = headers_of(files(tmp_path)[0])[-1]
    assert record["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert record["Content-Length"] == "0"
    assert "Content-Type" not in record
    assert {"WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"} <= set(record)
    assert accepted_by_warcio(files(tmp_path)[0], capsys)


async def test_another_payload_is_never_a_revisit(evidence: WarcEvidence) -> None:
    """A caller who names the wrong original loses no byte."""
    first = await evidence.append(result(hop()))
    second = await evidence.append(result(hop(b"other")), earlier_of(first))
    assert second.record_type == "response"
    assert read_response(await evidence.read(second.file, second.offset, second.length))[1] == b"other"


async def test_a_304_without_an_original_is_a_response(evidence: WarcEvidence) -> None:
    """With nothing to refer to, the answer is kept as it came."""
    kept = await evidence.append(result(hop(b"", status=304, status_line=b"HTTP/1.1 304 Not Modified")))
    assert kept.record_type == "response"


async def test_no_response_is_no_evidence(evidence: WarcEvidence, tmp_path: Path) -> None:
    """A fetch that got no answer cannot be kept, and makes no file."""
    with pytest.raises(EvidenceError, match="no response"):
        await evidence.append(result())
    assert files(tmp_path) == []
    assert evidence.position() == ("", 0)
