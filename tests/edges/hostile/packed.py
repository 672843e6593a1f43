"""Servers that lie in Content-Encoding, and bodies that explode."""

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import zstandard

from monitor.model import Outcome
from tests.edges.hostile.behaviours import PAGE, Behaviour, answering, fine, forever
from tests.edges.loopback import whole

_BAD = Outcome.UNDECODABLE
_LARGE = Outcome.TOO_LARGE
_DAMAGED = (Outcome.UNDECODABLE, Outcome.TRUNCATED)
_MIB = 1 << 20
_NOISE = random.Random(7).randbytes(1 << 16)


def _coded(coding: str, body: bytes) -> bytes:
    return whole(body, f"Content-Encoding: {coding}")


def gzip_bomb(mebibytes: int, block: bytes = bytes(_MIB)) -> bytes:
    """Return gzip of as many times a block of 1 MiB, packed once and repeated."""
    engine = zlib.compressobj(9, wbits=31)
    first = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    again = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    return first + again * (mebibytes - 1) + engine.flush()


def deflate_bomb(mebibytes: int) -> bytes:
    """Return the same without the wrapping of gzip."""
    return gzip_bomb(mebibytes)[10:-8]


def brotli_bomb(times: int = 128, block: bytes = bytes(16 * _MIB), window: int = 24) -> bytes:
    """Return brotli of as many times a block: 2 GiB of zeros are less than 2 KB, in a window of 16 MiB."""
    engine = brotli.Compressor(quality=5, lgwin=window)
    first = engine.process(block) + engine.flush()
    again = engine.process(block) + engine.flush()
    packed: bytes = first + again * (times - 1) + engine.finish()
    return packed


def zstd_frame(*blocks: bytes, window: int = 23) -> bytes:
    """Return the start of a zstd frame (RFC 8878 3.1.1), of a window of 2 to the power given, and blocks."""
    return b"\x28\xb5\x2f\xfd\x00" + bytes(((window - 10) << 3,)) + b"".join(blocks)


# A block of type RLE, not the last: three bytes of head and one to repeat 128 Ki times.
_RLE = ((1 << 17) << 3 | 1 << 1).to_bytes(3, "little") + b"A"
_ZSTD_BOMB = zstd_frame(_RLE * 16_000)  # 64 KB for 2 GiB
_OPEN = b"HTTP/1.1 200 OK\r\nContent-Encoding: "


def _near_the_ratio(times: int) -> bytes:
    """Return a megabyte that packs about that many times: noise between zeros."""
    return b"".join(_NOISE[n * 64 : n * 64 + 64] + bytes(64 * (times - 1)) for n in range(_MIB // (64 * times)))


def _stacked(body: bytes, *codings: str) -> bytes:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress, "deflate": zlib.compress,
        "br": lambda data: brotli.compress(data, quality=5), "zstd": zstandard.ZstdCompressor().compress,
    }  # fmt: skip
    for coding in codings:
        body = packers[coding](body)
    return _coded(", ".join(codings), body)


def _heavy(name: str, outcome: Outcome, *parts: bytes) -> Behaviour:
    return answering(name, outcome, *parts, heavy=True)


def _within(coding: str, inner: str, bomb: bytes) -> bytes:
    """Pack a bomb, itself of the coding `inner`, once more."""
    return _stacked(bomb, coding).replace(b"g: " + coding.encode(), f"g: {inner}, {coding}".encode(), 1)


_GZIPPED = gzip.compress(PAGE)
# A block of noise as it is (RFC 8878 3.1.1.2): three bytes of head, not the last.
_NOISE_BLOCK = (len(_NOISE) << 3).to_bytes(3, "little") + _NOISE
_SKIPPED = b"\x50\x2a\x4d\x18\0\0\0\0"
_STORED = b"\0\0\0\xff\xff"

PACKED: tuple[Behaviour, ...] = (
    # Honest, if odd.
    fine("gzip and br", _stacked(PAGE, "gzip", "br")),
    fine("three codings", _stacked(PAGE, "gzip", "br", "zstd")),
    fine("gzip of many members", _coded("gzip", b"".join(map(gzip.compress, PAGE.splitlines(keepends=True))))),
    fine("gzip and padding", _coded("gzip", gzip.compress(PAGE) + bytes(5000))),
    fine("raw deflate", _coded("deflate", zlib.compress(PAGE)[2:-4])),
    fine("identity", _coded("identity", PAGE)),
    fine("an empty coding", _coded("", PAGE)),
    fine("a charset for a coding", _coded("utf-8", PAGE)),
    fine("a body packed but not said to be", whole(gzip.compress(PAGE, mtime=0)), body=gzip.compress(PAGE, mtime=0)),
    fine("nothing, packed", _coded("gzip", b""), body=b""),
    # Lies.
    answering("gzip that is plain", _BAD, _coded("gzip", PAGE)),
    answering("br that is plain", _BAD, _coded("br", PAGE)),
    answering("zstd that is plain", _BAD, _coded("zstd", PAGE)),
    answering("deflate that is plain", _BAD, _coded("deflate", PAGE)),
    answering("gzip that is br", _BAD, _coded("gzip", brotli.compress(PAGE))),
    answering("gzip once that says twice", _BAD, _coded("gzip, gzip", gzip.compress(PAGE))),
    answering("an unknown coding", _BAD, _coded("rot13", PAGE)),
    answering("compress", _BAD, _coded("compress", PAGE)),
    answering("a coding of rubbish", _BAD, whole(PAGE, b"Content-Encoding: \xff\x80;q=1")),
    answering("a coding of 60 KB", _BAD, _coded("x" * 60_000, PAGE)),
    answering("gzip with a wrong checksum", _BAD, _coded("gzip", _GZIPPED[:-8] + bytes(8))),
    answering("gzip with a byte changed", _DAMAGED, _coded("gzip", _GZIPPED[:-9] + b"\xff" + _GZIPPED[-8:])),
    answering("gzip without its end", Outcome.TRUNCATED, _coded("gzip", _GZIPPED[:-9])),
    answering("br without its end", Outcome.TRUNCATED, _coded("br", brotli.compress(PAGE)[:-1])),
    answering("zstd without its end", Outcome.TRUNCATED, _coded("zstd", zstandard.compress(PAGE)[:-1])),
    answering("ten codings", _BAD, _stacked(PAGE, *["gzip"] * 10)),
    answering("a thousand codings", _BAD, _coded(", ".join(["gzip"] * 1000), PAGE)),
    _heavy("a zstd window of 2 GiB", _BAD, _coded("zstd", zstd_frame(_RLE * 16_000, window=31))),
    _heavy("a zstd window of 128 MiB", _BAD, _coded("zstd", zstd_frame(_RLE * 16_000, window=27))),
    # Bombs.
    _heavy("a gzip bomb", _LARGE, _coded("gzip", gzip_bomb(2048))),
    _heavy("a deflate bomb", _LARGE, _coded("deflate", deflate_bomb(2048))),
    _heavy("a brotli bomb", _LARGE, _coded("br", brotli_bomb())),
    _heavy("a zstd bomb", _LARGE, _coded("zstd", _ZSTD_BOMB)),
    _heavy("a gzip bomb in gzip", _LARGE, _within("gzip", "gzip", gzip_bomb(512))),
    _heavy("a gzip bomb in br", _LARGE, _within("br", "gzip", gzip_bomb(512))),
    _heavy("a brotli bomb in gzip", _LARGE, _within("gzip", "br", brotli_bomb())),
    _heavy("a zstd bomb in zstd", _LARGE, _within("zstd", "zstd", _ZSTD_BOMB)),
    _heavy("a bomb in ten codings", _BAD, _stacked(gzip_bomb(64), *["gzip"] * 10)),
    _heavy("a bomb below the ratio", _LARGE, _coded("gzip", gzip_bomb(200, _near_the_ratio(100)))),
    _heavy("a brotli bomb below the ratio", _LARGE, _coded("br", brotli_bomb(200, _near_the_ratio(100), 16))),
    _heavy("a million empty members", _BAD, _coded("gzip", gzip.compress(b"") * 900_000)),
    _heavy("a million empty frames", _BAD, _coded("zstd", _SKIPPED * 1_000_000)),
    _heavy("four million empty blocks", Outcome.TRUNCATED, _coded("deflate", _STORED * 4_000_000)),
    _heavy("five million empty zstd blocks", Outcome.TRUNCATED, _coded("zstd", zstd_frame(bytes(15_000_000)))),
    _heavy("a bomb on an error page", Outcome.NOT_FOUND, _coded("gzip", gzip_bomb(2048)).replace(b"200", b"404", 1)),
    Behaviour("a bomb without end", forever(_OPEN + b"gzip\r\n\r\n", gzip_bomb(64)), _LARGE, heavy=True),
    Behaviour(
        "noise packed without end", forever(_OPEN + b"zstd\r\n\r\n" + zstd_frame(), _NOISE_BLOCK), _LARGE, heavy=True
    ),
)  # fmt: skip
