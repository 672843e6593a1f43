"""What others write is right by their rules, and `verify` finds nothing wrong with it."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import Settings, open_archive
from monitor.evidence_answers import ExportFormat, Selection
from monitor.store.schema import capture
from tests.app.verified import here, set_row
from tests.edges import foreign_warcs as foreign

__all__ = ["here"]

AT = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://news.example/2021/03/04/the-bridge-is-coming"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"


def foreign_file() -> bytes:
    """Return a page, a 304 that tells no digest, a revisit that tells only that, and one that refers to a revisit."""
    body = gzip.compress(foreign.html("The bridge is coming"), mtime=0)
    nothing: dict[str, str] = {"WARC_Refers_To_Target_URI": "", "WARC_Refers_To_Date": ""}
    unchanged = {
        "WARC-Target-URI": URL,
        "WARC-Date": foreign.stamp(AT + HOUR),
        "WARC-Profile": NOT_MODIFIED,
        "WARC-Refers-To-Target-URI": URL,
        "WARC-Refers-To-Date": foreign.stamp(AT),
        "Content-Type": "application/http; msgtype=response",
    }
    return foreign.gzipped(
        [
            foreign.response(URL, AT, foreign.answer(body, "Content-Encoding: gzip")),
            foreign.record("revisit", unchanged, UNCHANGED),
            foreign.revisit(URL, AT + 2 * HOUR, AT, body, **nothing),
            foreign.revisit(URL, AT + 3 * HOUR, AT + 2 * HOUR, body),
        ]
    )


async def test_revisits_as_others_write_them(tmp_path: Path) -> None:
    """Each is the page that it repeats, for `verify` and in what is exported and proved; an altered row is told."""
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "evidence": {"min_free": "1MB"}})
    (tmp_path / "x.warc.gz").write_bytes(foreign_file())
    async with open_archive(settings, at=AT + timedelta(days=2000)) as archive:
        (report,) = await archive.custody.import_warc([tmp_path / "x.warc.gz"], new_documents=True)
        assert report.kept == 4
        assert (await archive.custody.verify(again=True)).faults == ()
        only = Selection(since=AT + 2 * HOUR, until=AT + 2 * HOUR)
        await archive.custody.export(only, ExportFormat.WARC, tmp_path / "out.warc.gz")
        assert b"WARC-Type: response" in gzip.decompress((tmp_path / "out.warc.gz").read_bytes())
        proof = await archive.custody.prove(1, None, tmp_path / "proof.zip", every=True)
        assert (proof.left_out, len(proof.captures)) == ((), 4)
        await archive._ctx.db.write(set_row, capture, {"digest": "sha1:" + "A" * 32}, 1)
        faults = (await archive.custody.verify(again=True)).faults
        assert [(one.kind, one.capture_id) for one in faults] == [("capture-differs", 1)]
