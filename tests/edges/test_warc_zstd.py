"""`.warc.zst`: what is written comes back byte for byte, fastwarc agrees, and a bad file costs little and is named."""

import hashlib
import struct
from io import BytesIO
from pathlib import Path

import pytest
from backports import zstd
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.compacting import MISC, SEVERAL, Part, PartPolicy, Place, host_of, parts, shared
from monitor.edges import compacting, warc_zstd
from monitor.edges.compacting import Compacted, compact, pack, survey, uncompressed
from monitor.edges.warc_files import read_record
from monitor.edges.warc_reader import BadRecordError, RawRecord
from monitor.edges.warc_records import warcinfo
from monitor.errors import EvidenceError
from tests.edges.warcs import AT, evidence_in, files, hop, result

FURNITURE = b"".join(
    b'<li class="menu-%d"><a href="/section/%x">%x</a></li>\n' % (n, n * 7919, n * n) for n in range(900)
)
LATIN = ((b"Content-Type", b"text/html"), (b"X-Note", "caf\u00e9".encode("latin-1")), (b"X-Note", b"again"))


def article(number: int) -> bytes:
    """Return a page of which most stands on all others as well."""
    own = " ".join(f"word{number * n}" for n in range(60)).encode()
    return b"<html>" + FURNITURE + b"<p>%d: " % number + own + b"</p></html>"


async def compacted(folder: Path, count: int = 20) -> tuple[str, Compacted]:
    """Keep pages and difficult records, and compact them; return the original's name and what was made."""
    evidence = evidence_in(folder)
    for number in range(count):
        await evidence.append(result(hop(article(number), url=f"https://news.example/{number}", headers=LATIN)))
    await evidence.append(result(hop(b"", url="https://news.example/empty")))
    await evidence.append(result(hop(bytes(range(256)) * 40, url="https://news.example/bytes")))
    await evidence.append(result(hop(b"\r\n\r\nWARC/1.1\r\n\r\n", url="https://news.example/like-a-record")))
    await evidence.close()
    (original,) = files(folder)
    return original.name, remade(folder, original.name)


def remade(folder: Path, original: str) -> Compacted:
    """Compact a file whose records are of one host."""
    (part,) = parts(survey(folder, original, None), PartPolicy())
    name = "news.example-1.warc.zst"
    return compact(folder, name, part, uncompressed(warcinfo(name, AT, "monitor/1", {})))


@pytest.fixture
async def made(tmp_path: Path) -> tuple[Path, str, Compacted]:
    """A folder, the original in it, and what was made of it."""
    original, done = await compacted(tmp_path)
    return tmp_path, original, done


async def test_every_record_comes_back_byte_for_byte(made: tuple[Path, str, Compacted]) -> None:
    """Requests, empty bodies and header bytes that are not ASCII too; and the file is a fraction of the original."""
    folder, original, done = made
    assert len(done.moved) == 1 + 2 * 23
    for one in done.moved:
        before = read_record(folder, original, one.place.offset, one.place.length)
        assert read_record(folder, done.name, one.offset, one.length) == before
    assert {one.place for one in done.moved} == set(survey(folder, original, None))
    assert done.length < (folder / original).stat().st_size / 4
    assert done.sha256 == hashlib.sha256((folder / done.name).read_bytes()).hexdigest()
    assert not list(folder.glob("*.tmp"))


async def test_fastwarc_reads_every_record_and_agrees(made: tuple[Path, str, Compacted]) -> None:
    folder, original, done = made
    with (folder / done.name).open("rb") as packed, (folder / original).open("rb") as plain:
        found = {one.record_id: (dict(one.headers.items()), one.reader.read()) for one in ArchiveIterator(packed)}
        wanted = {one.record_id: (dict(one.headers.items()), one.reader.read()) for one in ArchiveIterator(plain)}
    assert len(found) == len(wanted) + 1  # the warcinfo of the new file
    assert wanted.items() <= found.items()


async def test_the_file_is_as_the_proposal_has_it(made: tuple[Path, str, Compacted]) -> None:
    """The dictionary first, in zstd's format and compressed; each frame with size, checksum and dictionary."""
    folder, _, done = made
    data = (folder / done.name).read_bytes()
    magic, size = struct.unpack("<II", data[:8])
    assert magic == 0x184D2A5D
    dictionary = zstd.ZstdDict(zstd.decompress(data[8 : 8 + size]))
    for at, length in [(8, size), *((one.offset, one.length) for one in done.moved)]:
        frame = data[at : at + length]
        info = zstd.get_frame_info(frame[:18])
        assert info.decompressed_size is not None
        assert frame[4] & 0b100, "a checksum"
        assert zstd.get_frame_size(frame) == length
        assert info.dictionary_id == (0 if at == 8 else dictionary.dict_id)
    assert dictionary.dict_id >= 32_768


async def test_records_can_be_read_from_any_place_on(made: tuple[Path, str, Compacted]) -> None:
    folder, _, done = made
    path = folder / done.name
    every = list(warc_zstd.records_of(path))
    assert every[0].kind == "warcinfo"
    assert every[0].offset == done.dictionary
    assert [(one.offset, one.length) for one in every[1:]] == [(one.offset, one.length) for one in done.moved]
    with path.open("rb") as stream:
        assert [one[0] for one in warc_zstd.frames(stream, path.name, every[5].offset)] == [e.offset for e in every[5:]]


def file_of(*frames: bytes, dictionary: bytes = b"") -> BytesIO:
    return BytesIO(dictionary + b"".join(frames))


def read(stream: BytesIO, most: int = 1 << 20) -> list[bytes]:
    return [raw for _, _, raw in warc_zstd.frames(stream, "a.warc.zst", most=most)]


def skippable(magic: int, data: bytes) -> bytes:
    return struct.pack("<II", magic, len(data)) + data


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=8), st.booleans())
def test_what_is_packed_is_read_again(records: list[bytes], twice: bool) -> None:
    """Whatever the bytes are; also where they share enough for a dictionary, and with frames to be skipped between."""
    records = [one + FURNITURE[:2000] for one in records] * (2 if twice else 1)
    packed = pack(records)
    assert read(file_of(*packed.frames, dictionary=packed.dictionary)) == records
    between = [piece for frame in packed.frames for piece in (frame, skippable(0x184D2A50, b"note"))]
    assert read(file_of(*between, dictionary=packed.dictionary)) == records


def test_a_dictionary_that_does_not_pay_is_left_out() -> None:
    assert pack([b"one", b"two"]).dictionary == b""
    assert pack([article(1)]).dictionary == b""
    assert pack([article(n) for n in range(30)]).dictionary != b""


async def test_a_flipped_bit_anywhere_is_an_error(made: tuple[Path, str, Compacted]) -> None:
    """In a frame only its own record is lost; in the dictionary all are, and none is read wrongly."""
    folder, _, done = made
    path, one = folder / done.name, done.moved[7]
    good = path.read_bytes()
    whole = read_record(folder, done.name, one.offset, one.length)
    for place in (one.offset, one.offset + 5, one.offset + one.length // 2, one.offset + one.length - 1, 3, 6, 9, 700):
        bad = bytearray(good)
        bad[place] ^= 0x10
        path.write_bytes(bad)
        with pytest.raises(EvidenceError):
            read_record(folder, done.name, one.offset, one.length)
        with pytest.raises(BadRecordError):
            list(warc_zstd.records_of(path))
    path.write_bytes(good)
    assert read_record(folder, done.name, one.offset, one.length) == whole


@pytest.mark.parametrize("cut", [1, 7, 9, 5000])
async def test_a_torn_file_is_an_error_where_it_is_torn(made: tuple[Path, str, Compacted], cut: int) -> None:
    folder, _, done = made
    path = folder / done.name
    path.write_bytes(path.read_bytes()[:-cut])
    records = warc_zstd.records_of(path)
    read: list[RawRecord] = []
    with pytest.raises(BadRecordError) as error:
        read.extend(records)
    assert error.value.offset <= path.stat().st_size
    last = done.moved[-1]
    with pytest.raises(EvidenceError):
        read_record(folder, done.name, last.offset, last.length)


def frame_saying(size: int) -> bytes:
    """Return the head of a frame that says it holds so much, and a block that repeats one byte."""
    return b"\x28\xb5\x2f\xfd" + bytes([0b1110_0000]) + struct.pack("<Q", size) + b"\x03\x00\x10\x41"


BOMB = zstd.compress(bytes(50 << 20))
UNSIZED = zstd.compress(b"WARC", options={zstd.CompressionParameter.content_size_flag: 0})
WIDE = zstd.compress(
    bytes(9 << 20), options={zstd.CompressionParameter.window_log: 24, zstd.CompressionParameter.compression_level: 1}
)
HOSTILE = {
    "a bomb": (BOMB, "1048576 are the most"),
    "a size that is a lie": (frame_saying(1000), "damaged|not whole|does not hold"),
    "a size beyond all memory": (frame_saying(1 << 62), "are the most"),
    "no size": (UNSIZED, "does not tell the size"),
    "no zstd": (b"\x1f\x8b\x08" + bytes(40), "neither a frame"),
    "nothing": (b"", "neither a frame"),
    "a dictionary too large": (struct.pack("<II", 0x184D2A5D, 1 << 31), "are the most that is read"),
    "a torn dictionary": (struct.pack("<II", 0x184D2A5D, 900) + b"\x37\xa4\x30\xec", "torn"),
    "a dictionary that is a bomb": (skippable(0x184D2A5D, BOMB), "are the most"),
    "a dictionary that is none": (skippable(0x184D2A5D, b"words and words"), "is none"),
    "a dictionary with a false head": (skippable(0x184D2A5D, b"\x37\xa4\x30\xec" + bytes(99)), "is none|damaged"),
    "a second dictionary": (zstd.compress(b"x") + skippable(0x184D2A5D, b"y"), "no frame of zstd"),
    "a torn frame to skip": (zstd.compress(b"x") + struct.pack("<II", 0x184D2A51, 900), "skipped"),
    "a huge frame to skip": (zstd.compress(b"x") + struct.pack("<II", 0x184D2A51, 1 << 31), "skipped"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_memory(what: str) -> None:
    data, said = HOSTILE[what]
    with pytest.raises(BadRecordError, match=said):
        read(BytesIO(data))


def test_a_window_larger_than_the_proposal_asks_for_is_refused() -> None:
    assert zstd.get_frame_info(WIDE).decompressed_size == 9 << 20
    with pytest.raises(BadRecordError, match="damaged"):
        read(BytesIO(WIDE), most=1 << 30)


def test_a_frame_that_needs_another_dictionary_is_refused() -> None:
    """It is not read without one, nor with the wrong one."""
    packed = pack([article(n) for n in range(30)])
    with pytest.raises(BadRecordError, match="dictionary"):
        read(file_of(*packed.frames))
    other = pack([article(n).replace(b"menu", b"list") for n in range(30)])
    with pytest.raises(BadRecordError, match="dictionary"):
        read(file_of(*packed.frames, dictionary=other.dictionary))


async def test_a_file_put_in_the_place_of_another_is_read_with_its_own_dictionary(tmp_path: Path) -> None:
    """Dictionaries are remembered by file, and not by name."""
    _, done = await compacted(tmp_path)
    one = done.moved[3]
    whole = read_record(tmp_path, done.name, one.offset, one.length)
    other = pack([article(n).replace(b"menu", b"list") for n in range(30)])
    aside = tmp_path / "aside"
    (tmp_path / done.name).rename(aside)
    (tmp_path / done.name).write_bytes(other.dictionary + b"".join(other.frames))
    with pytest.raises(EvidenceError):
        read_record(tmp_path, done.name, one.offset, one.length)
    assert read_record(tmp_path, done.name, len(other.dictionary), len(other.frames[0])).startswith(b"<html>")
    aside.rename(tmp_path / done.name)
    assert read_record(tmp_path, done.name, one.offset, one.length) == whole


async def test_what_does_not_read_as_it_was_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk gives other bytes back, the draft goes and the original stays."""
    original, done = await compacted(tmp_path)
    (tmp_path / done.name).unlink()
    written = compacting._write

    def wrongly(draft: Path, pieces: object) -> int:
        length = written(draft, pieces)  # type: ignore[arg-type]
        data = bytearray(draft.read_bytes())
        data[-9] ^= 1
        draft.write_bytes(data)
        return length

    monkeypatch.setattr(compacting, "_write", wrongly)
    with pytest.raises(EvidenceError):
        remade(tmp_path, original)
    assert [one.name for one in files(tmp_path)] == [original]


async def test_a_file_that_is_not_what_was_verified_is_not_touched(tmp_path: Path) -> None:
    original, _ = await compacted(tmp_path, 1)
    right = hashlib.sha256((tmp_path / original).read_bytes()).hexdigest()
    assert survey(tmp_path, original, right)
    with pytest.raises(EvidenceError, match="not what was verified"):
        survey(tmp_path, original, "0" * 64)


def place(url: str | None, size: int = 10, *, about_file: bool = False, at: int = 0) -> Place:
    return Place("a.warc.gz", at, 5, size, b"", url, about_file)


def test_records_are_put_together_by_host_and_address() -> None:
    """All of an address stand together; a warcinfo goes with the record after it; small hosts share a file."""
    policy = PartPolicy(most=1000, least=50)
    places = [
        place(None, about_file=True), place("https://a.example/1", 100), place("https://b.example/1", 60),
        place("https://a.example/2", 100, at=1), place("https://a.example/1", 100, at=2),
        place("https://c.example/", 9), place("dns:a.example", 9), place("http://[bad/", 9),
    ]  # fmt: skip
    made = list(parts(places, policy))
    assert sorted(one for part in made for one in part.places) == sorted(places)
    assert {part.host: [one.url for one in part.places] for part in made} == {
        "a.example": [None, "https://a.example/1", "https://a.example/1", "https://a.example/2"],
        "b.example": ["https://b.example/1"],
        SEVERAL: ["https://c.example/", "dns:a.example", "http://[bad/"],
    }


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 60), st.booleans()), max_size=30),
    st.integers(1, 100),
    st.integers(0, 100),
)
def test_every_record_is_in_one_file(given: list[tuple[str, int, bool]], most: int, least: int) -> None:
    """And no file is larger than allowed, but for what cannot be cut."""
    places = [
        place(f"https://{host}.example/", size, about_file=about, at=n) for n, (host, size, about) in enumerate(given)
    ]
    made: list[Part] = list(parts(places, PartPolicy(most, least)))
    assert sorted(one.offset for part in made for one in part.places) == list(range(len(places)))
    for part in made:
        assert sum(one.size for one in part.places) <= most or sum(not one.about_file for one in part.places) <= 1


def test_the_host_of_a_record() -> None:
    assert host_of("https://News.Example:8443/a") == "news.example"
    assert host_of("dns:news.example") == host_of(None) == host_of("http://[x/") == MISC


@settings(max_examples=50)
@given(st.lists(st.binary(min_size=200, max_size=900), min_size=1, max_size=5))
def test_what_records_share_is_what_stands_in_two_of_them(records: list[bytes]) -> None:
    """Every byte of it comes from a record; what all share is there; a size given is kept."""
    both = [FURNITURE[:4000] + one for one in records]
    text = shared([*both, both[0]], 1 << 20)
    assert FURNITURE[200:3600] in text
    assert len(text) <= len(both[0]) + sum(map(len, both))
    assert len(shared([*both, both[0]], 100)) <= 100
    assert shared([], 100) == b""
