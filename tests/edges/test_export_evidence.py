"""What exports are written with: files that are whole or absent, sorted lines, WACZ that others read."""

import gzip
import hashlib
import json
import random
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.edges.cdxj import SortedLines, compress, line
from monitor.edges.wacz import WaczWriter, page_line
from monitor.edges.warc import WarcEvidence
from monitor.edges.warc_export import WarcWriter, request_of
from monitor.edges.warc_reader import parse, records_of
from monitor.edges.whole_file import whole_file
from monitor.errors import MonitorError, NotFoundError, UsageError
from monitor.model import Capture
from tests.edges.warcs import AT, evidence_in, hop, result

CAPTURE = Capture(
    file="one.warc.gz",
    offset=300,
    length=90,
    record_id="<urn:uuid:1>",
    record_type="response",
    url="http://www.news.example/a?b=1",
    captured_at=AT,
    digest="sha1:A",
    sha256="0",
    status=200,
    media_type="text/html; charset=utf-8",
)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """Until the block ends nothing has the name, and after a failure nothing is left."""
    path = tmp_path / "a"
    with whole_file(path) as out:
        out.write(b"all")
        assert not path.exists()
    assert path.read_bytes() == b"all"
    with pytest.raises(RuntimeError), whole_file(tmp_path / "b"):
        raise RuntimeError
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    """Neither one that was there before, nor one that came meanwhile, nor a dangling link."""
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"), whole_file(tmp_path / "a"):
        pass
    with pytest.raises(UsageError, match="is there already"), whole_file(tmp_path / "b"):
        (tmp_path / "b").write_bytes(b"mine")
    (tmp_path / "c").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"), whole_file(tmp_path / "c"):
        pass
    assert {one.name for one in tmp_path.iterdir()} == {"a", "b", "c"}
    assert (tmp_path / "b").read_bytes() == b"mine"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder that is none is a mistake of whoever asked, a full disk is not."""
    with pytest.raises(NotFoundError, match="no folder"), whole_file(tmp_path / "none" / "a"):
        pass
    with pytest.raises(MonitorError, match="cannot be written: No space left"), whole_file(tmp_path / "a"):
        raise OSError(28, "No space left on device")


def test_lines_leave_sorted_and_once() -> None:
    """Whether they fit into memory or wait in files."""
    wanted = [f"{number:05d}\n" for number in range(5000)]
    mixed = wanted * 2
    random.Random(1).shuffle(mixed)
    for run_bytes in (1 << 20, 1000):
        lines = SortedLines(run_bytes)
        for text in mixed:
            lines.add(text)
        assert list(lines) == wanted
        lines.close()


def test_a_line_tells_what_a_reader_of_the_record_would() -> None:
    """A revisit says so, the one of a 304 has no status of its own, and what is unknown is left out."""
    at = "example,news)/a?b=1 20261102102030 "
    told = json.loads(line(CAPTURE, "x.warc.gz", 7, 8).removeprefix(at))
    assert told == {
        "url": CAPTURE.url, "mime": "text/html", "status": "200", "digest": "sha1:A",
        "length": "8", "offset": "7", "filename": "x.warc.gz",
    }  # fmt: skip
    revisit = replace(CAPTURE, record_type="revisit")
    assert json.loads(line(revisit, "x", 7, 8).removeprefix(at))["mime"] == "warc/revisit"
    assert "status" not in line(replace(revisit, status=304), "x", 7, 8)
    assert "mime" not in line(replace(CAPTURE, media_type=None), "x", 7, 8)


def test_a_compressed_index_can_be_read_block_by_block() -> None:
    """Each line of the index of blocks says where its block is, and the key that this begins with."""
    out, lines = BytesIO(), [f"example,news)/{number:05d} 20261102102030 {{}}\n" for number in range(2500)]
    head, *blocks = compress(iter(lines), out, "index.cdx.gz")
    assert head == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'
    data, read = out.getvalue(), ""
    for block in blocks:
        key, _, where = block.partition(" {")
        told = json.loads("{" + where)
        member = data[told["offset"] : told["offset"] + told["length"]]
        assert told["digest"] == f"sha256:{hashlib.sha256(member).hexdigest()}"
        text = gzip.decompress(member).decode()
        assert text.startswith(key + " {")
        read += text
    assert (len(blocks), read) == (3, "".join(lines))


def test_a_wacz_lists_what_it_holds() -> None:
    """Every file with its size and hash, and the list itself by its hash; what is compressed is stored as it is."""
    out = BytesIO()
    wacz = WaczWriter(out, datetime(2026, 11, 2, 10, tzinfo=UTC))
    with wacz.archive() as archive:
        place = WarcWriter(archive).add(b"a record")
    wacz.index([line(CAPTURE, "data.warc.gz", place.offset, place.length)])
    wacz.pages([page_line("urn:uuid:1", CAPTURE.url, AT, "A <title>", None)])
    wacz.finish({"title": "a title"})
    with zipfile.ZipFile(out) as made:
        package = json.loads(made.read("datapackage.json"))
        for one in package["resources"]:
            content = made.read(one["path"])
            assert one["bytes"] == len(content)
            assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        digest = json.loads(made.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(made.read('datapackage.json')).hexdigest()}"
        assert {one.filename for one in made.infolist() if one.compress_type == zipfile.ZIP_STORED} == {
            "archive/data.warc.gz", "indexes/index.cdx.gz",
        }  # fmt: skip
        pages = [json.loads(text) for text in made.read("pages/pages.jsonl").splitlines()]
    assert (package["wacz_version"], package["created"]) == ("1.1.1", "2026-11-02T10:00:00Z")
    assert pages[1] == {"id": "urn:uuid:1", "url": CAPTURE.url, "ts": "2026-11-02T10:20:30Z", "title": "A <title>"}


async def test_the_request_of_a_response_is_found(evidence: WarcEvidence, tmp_path: Path) -> None:
    """Beside it, in an open file and in a closed one, and never that of another response."""
    kept = [await evidence.append(result(hop(b"%d" % number))) for number in range(3)]
    for _ in range(2):
        ends = [0, *(one.offset + one.length for one in kept)]
        for before, one in zip(ends, kept, strict=False):
            capture = replace(CAPTURE, file=one.file, offset=one.offset, length=one.length, record_id=one.record_id)
            request = request_of(tmp_path, capture, before, None)
            assert request is not None
            assert parse(request).header("WARC-Concurrent-To") == one.record_id
            assert request_of(tmp_path, replace(capture, record_id="<urn:uuid:2>"), before, None) is None
        await evidence.close()


async def test_a_request_that_follows_its_response_is_found(tmp_path: Path) -> None:
    """As others write them; what is damaged, or missing, is no request."""
    evidence = evidence_in(tmp_path / "a")
    kept = await evidence.append(result(hop()))
    await evidence.close()
    info, request, response = records_of(tmp_path / "a" / kept.file)
    with (tmp_path / "b.warc.gz").open("wb") as out:
        writer = WarcWriter(out)
        places = [writer.add(one.raw) for one in (info, response, request)]
    assert all(a.offset + a.length == b.offset for a, b in pairwise(places))
    at = replace(CAPTURE, file="b.warc.gz", offset=places[1].offset, length=places[1].length, record_id=kept.record_id)
    assert request_of(tmp_path, at, places[1].offset, None) == request.raw
    assert request_of(tmp_path, at, 0, places[2].offset) is None
    with (tmp_path / "b.warc.gz").open("r+b") as broken:
        broken.seek(places[2].offset + 30)
        broken.write(b"broken")
    assert request_of(tmp_path, at, 0, None) is None
    assert request_of(tmp_path, replace(at, file="none.warc.gz"), 0, None) is None
