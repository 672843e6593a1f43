"""The benchmark of compaction runs, at a tiny size, and its pages are as alike as those of real outlets were."""

import re
import sys
import zlib

import pytest
from backports import zstd

from benchmarks.compaction import __main__ as bench
from benchmarks.compaction.pages import outlets


def test_captures_are_compared_with_gzip_and_plain_zstd(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmark", "--outlets", "1", "--articles", "5"])
    bench.main()
    lines = capsys.readouterr().out.splitlines()
    for name in ("zlib 6", "zstd 3", "zstd 19", "zstd 10, one page", "our .warc.gz", "our .warc.zst"):
        assert len([line for line in lines if re.match(rf" +{re.escape(name)}.* \d+\.\d KiB a capture", line)]) == 1
    assert [line for line in lines if re.match(r"aim (met|MISSED) +a page of \d+ KiB compacted: ", line)]
    assert [line for line in lines if line.startswith("aim met   files of compressed bodies: left alone")]


def test_pages_are_no_more_alike_than_real_ones() -> None:
    """One page as another's dictionary leaves a sixth or more of what gzip does, an earlier check of it a 26th."""
    for outlet in outlets(2):
        first, again, other = outlet.page(0, 0), outlet.page(0, 1), outlet.page(9, 0)
        dictionary = zstd.ZstdDict(first, is_raw=True)
        assert 160_000 < len(first) < 370_000
        assert len(zstd.compress(other, 10, zstd_dict=dictionary)) > len(zlib.compress(other, 6)) / 6.3
        assert len(zstd.compress(again, 10, zstd_dict=dictionary)) > len(zlib.compress(again, 6)) / 26
        assert outlet.page(9, 0) == other
