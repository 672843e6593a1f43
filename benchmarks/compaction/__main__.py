"""What a news page costs on the disk: as WARC with gzip, with plain zstd, and compacted per host by the program.

`python -m benchmarks.compaction [--outlets N] [--articles N]`. Articles of several outlets, each checked up to three
times, are kept as evidence, verified and compacted, through the program. Beside it the same records, each for itself:
zlib as the program's writer uses it, zstd at two levels, and zstd with one page of the host as dictionary. Then the
same pages as servers send them that compress: there compaction gains nothing, and is refused.
"""

import argparse
import asyncio
import gzip
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from backports import zstd

from benchmarks.aims import state
from benchmarks.compaction.archive import Sizes, archived, compacted
from benchmarks.compaction.pages import Outlet, outlets
from monitor import log

KIB = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What captures cost: bytes each, and how many MB of them a second were done (0: not measured)."""

    name: str
    each: float
    rate: float


def main() -> None:
    """Print a table for each weight of pages, and state the aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=4)
    parser.add_argument("--articles", type=int, default=60, help="of each outlet, with one to three captures each")
    asked = parser.parse_args()
    log.configure("warning")
    made = outlets(asked.outlets)
    for weight in sorted({one.weight for one in made}):
        own = [one for one in made if one.weight == weight]
        _compare(own, _pages(own, asked.articles))
    _as_sent(made[:1], asked.articles)


def _pages(own: Sequence[Outlet], articles: int) -> list[tuple[str, bytes]]:
    return [
        (f"https://{one.host}{one.article(number).path}", one.page(number, check))
        for number in range(articles)
        for one in own
        for check in range(1 + number % 3)
    ]


def _compare(own: Sequence[Outlet], pages: Sequence[tuple[str, bytes]]) -> None:
    size = sum(len(body) for _, body in pages)
    print(f"\n{len(pages)} captures of {size / len(pages) / KIB:.0f} KiB from {len(own)} outlets")
    bodies = [body for _, body in pages]
    first = {one.host: one.page(0, 0) for one in own}
    beside = (
        _cost("zlib 6, as the writer has it", bodies, lambda body: zlib.compress(body, 6)),
        _cost("zstd 3", bodies, lambda body: zstd.compress(body, 3)),
        _cost("zstd 19", bodies[:: max(1, len(bodies) // 20)], lambda body: zstd.compress(body, 19)),
        _with_one_page(pages, first),
    )
    kept = _through_the_program(pages)
    whole = (
        Cost("our .warc.gz", kept.before / len(pages), 0),
        Cost("our .warc.zst, dictionaries included", kept.after / len(pages), size / kept.took_s / 1e6),
    )
    for cost in (*beside, *whole):
        rate = f"{cost.rate:7.1f} MB/s" if cost.rate else ""
        print(f"  {cost.name:38}{cost.each / KIB:7.1f} KiB a capture  {rate}")
    heavy = f"of {size / len(pages) / KIB:.0f} KiB"
    each, gz = whole[1].each / KIB, whole[0].each / KIB
    state(f"a page {heavy} compacted", f"{each:.1f} KiB, gzip {gz:.1f}", "10 KiB or less", each <= 10)
    print(f"  {whole[1].rate / beside[0].rate:.2f} of the pace of zlib: read, compressed, read again and compared")


def _cost(name: str, bodies: Sequence[bytes], compress: Callable[[bytes], bytes]) -> Cost:
    began = time.perf_counter()
    size = sum(len(compress(body)) for body in bodies)
    return Cost(name, size / len(bodies), sum(map(len, bodies)) / (time.perf_counter() - began) / 1e6)


def _with_one_page(pages: Sequence[tuple[str, bytes]], first: dict[str, bytes]) -> Cost:
    """Compress each page with the first of its outlet as dictionary: how much alike the pages of an outlet are."""
    dictionaries = {host: zstd.ZstdDict(body, is_raw=True).as_digested_dict for host, body in first.items()}
    some = pages[:: max(1, len(pages) // 40)]
    size = sum(len(zstd.compress(body, 10, zstd_dict=dictionaries[url.split("/")[2]])) for url, body in some)
    return Cost("zstd 10, one page of the host", size / len(some), 0)


def _through_the_program(pages: Sequence[tuple[str, bytes]], headers: Sequence[tuple[bytes, bytes]] = ()) -> Sizes:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_kept(Path(folder), pages, headers))


async def _kept(folder: Path, pages: Sequence[tuple[str, bytes]], headers: Sequence[tuple[bytes, bytes]]) -> Sizes:
    settings = await archived(folder, pages, headers)
    return await compacted(settings)


def _as_sent(own: Sequence[Outlet], articles: int) -> None:
    """Show that bodies kept as a server compressed them are left alone."""
    coded = [(url, gzip.compress(body, 6, mtime=0)) for url, body in _pages(own, articles)]
    kept = _through_the_program(coded, ((b"Content-Encoding", b"gzip"),))
    print(
        f"\n{len(coded)} captures as a server sends them that compresses: {kept.before / len(coded) / KIB:.1f} KiB each"
    )
    for line in kept.left:
        print(f"  left as it is: {line.partition(': ')[2]}")
    state("files of compressed bodies", "left alone" if kept.left else "rewritten", "left alone", bool(kept.left))


if __name__ == "__main__":
    main()
