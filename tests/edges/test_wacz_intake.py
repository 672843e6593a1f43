"""WACZ packages of other archives: what does not fit in them is told, and nothing is unpacked by their names."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.edges import foreign_warcs as foreign
from tests.edges.test_warc_intake import WARC, examined, kinds


def test_a_package_that_does_not_fit_is_told(tmp_path: Path) -> None:
    """Another hash or size than it lists; members that are not there, or not listed; a list that is none."""
    resources = [
        {"path": "archive/data.warc.gz", "hash": "sha256:" + "0" * 64, "bytes": len(WARC)},
        {"path": "archive/gone.warc.gz", "hash": "sha256:" + "0" * 64, "bytes": 1},
        {"path": "pages/pages.jsonl", "hash": foreign.sha256_hex(b"{}"), "bytes": 7},
    ]
    members = {"archive/data.warc.gz": WARC, "archive/more.warc.gz": WARC, "pages/pages.jsonl": b"{}"}
    _, faults, _ = examined(tmp_path, "a.wacz", foreign.wacz(members, package={"resources": resources}))
    told = [(one.kind, one.what) for one in faults]
    assert told == [
        ("missing", "a.wacz!datapackage.json"),
        ("wrong-hash", "a.wacz!archive/data.warc.gz"),
        ("unlisted", "a.wacz!archive/more.warc.gz"),
        ("wrong-size", "a.wacz!pages/pages.jsonl"),
    ]
    for package in ({"resources": [1]}, {"resources": [{"path": 1, "hash": 2}]}, {}, {"resources": {"a": 1}}):
        _, faults, _ = examined(tmp_path, "a.wacz", foreign.wacz({"archive/a.warc.gz": WARC}, package=package))
        assert faults[0].kind == "bad-datapackage"
    assert kinds(examined(tmp_path, "a.wacz", foreign.wacz({"archive/a.warc.gz": WARC}, listed=False))[1]) == [
        "no-datapackage", "unlisted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../../archive/a.warc.gz", "bad-name"),
        ("/etc/passwd", "bad-name"),
        ("archive/../../a.warc.gz", "bad-name"),
        ("C:/a.warc.gz", "bad-name"),
        ("archive\\a.warc.gz", "bad-name"),
        ("archive/a\x00.warc.gz", "bad-name"),
        ("archive/a.wacz", "nested"),
        ("archive/a.exe", "no-warc"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, kind: str) -> None:
    """Though nothing is ever written by a name."""
    out = io.BytesIO(foreign.wacz({"archive/a.warc.gz": WARC}))
    info = zipfile.ZipInfo("replaced")
    info.filename = name
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(info, WARC)
    captures, faults, _ = examined(tmp_path, "a.wacz", out.getvalue())
    assert (len(captures), kinds(faults)) == (1, [kind])
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "a.wacz"]


def zipped(change: Callable[[zipfile.ZipInfo], None], data: bytes = WARC, *, flags: int = 0) -> bytes:
    """Return a WACZ with a further member that is odd, and flags in the directory."""
    out = io.BytesIO(foreign.wacz({"archive/a.warc.gz": WARC}))
    info = zipfile.ZipInfo("archive/odd.warc.gz")
    change(info)
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(info, data, compress_type=info.compress_type)
    whole = bytearray(out.getvalue())
    entry = whole.rfind(b"PK\x01\x02")
    whole[entry + 8 : entry + 10] = struct.pack("<H", flags)
    return bytes(whole)


def _link(info: zipfile.ZipInfo) -> None:
    info.external_attr = 0o120777 << 16


def _packed(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_BZIP2


def _plain(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_STORED


def test_members_that_are_no_plain_files_are_refused(tmp_path: Path) -> None:
    """Links, what is encrypted, what is packed in ways that WACZ does not know."""
    odd = {"symlink": zipped(_link), "bad-compression": zipped(_packed), "encrypted": zipped(_plain, flags=1)}
    for kind, data in odd.items():
        captures, faults, _ = examined(tmp_path, "a.wacz", data)
        assert (len(captures), kinds(faults)) == (1, [kind])


@pytest.mark.parametrize(
    ("place", "value", "kind"), [(20, 10, "bomb"), (24, 2**32 - 2, "bomb"), (42, 0, "overlap"), (20, 2**31, "bad-size")]
)
def test_a_directory_that_lies_is_refused(tmp_path: Path, place: int, value: int, kind: str) -> None:
    """Sizes that cannot be, and members laid over each other."""
    data = bytearray(zipped(_plain))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + place : entry + place + 4] = struct.pack("<I", value)
    _, faults, _ = examined(tmp_path, "a.wacz", bytes(data))
    assert kind in kinds(faults)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    """Programs disagree which of them counts."""
    out = io.BytesIO(foreign.wacz({"archive/a.warc.gz": WARC}))
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("archive/a.warc.gz", b"other")
    _, faults, _ = examined(tmp_path, "a.wacz", out.getvalue())
    assert kinds(faults) == ["duplicate-name"]
