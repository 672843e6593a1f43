"""Three others on the same answers at the same times: they call changed what hashes differently than it last did.

`page`: the whole visible text, as changedetection.io compares. `fingerprint`: `<title>` and extracted text without
punctuation and white space, as diffengine compares. `trafilatura`: its text with its defaults. All see a page with
status 200, decoded as we would, and call an article removed at the first 404 or 410.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context

from benchmarks.changes.serving import Observation
from monitor.core.charset import decode_html

NAMES = ("page", "fingerprint", "trafilatura")
MISSING = (404, 410)

Hashes = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rival said of one history: at which observations it was changed, and at which removed."""

    changed: frozenset[int]
    removed: frozenset[int]


def hash_all(bodies: Mapping[str, tuple[bytes, str]], workers: int) -> dict[str, Hashes]:
    """Return the three hashes of every page, by its key."""
    keys = list(bodies)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return dict(zip(keys, pool.map(_hashes, [bodies[key] for key in keys], chunksize=50), strict=True))


def judge(seen: Sequence[Observation], hashes: Mapping[str, Hashes], rival: int) -> Judged:
    """Return what a rival says of a history. An answer that broke off is an error to it, and is not compared."""
    last: str | None = None
    changed, removed, gone = set(), set(), False
    for index, one in enumerate(seen):
        if one.status in MISSING:
            if not gone and last is not None:
                removed.add(index)
            gone = True
        if one.status != 200 or one.short:
            continue
        gone, now = False, hashes[one.body][rival]
        if last is not None and now != last:
            changed.add(index)
        last = now
    return Judged(frozenset(changed), frozenset(removed))


def _hashes(page: tuple[bytes, str]) -> Hashes:
    import trafilatura
    from lxml import etree, html

    source = decode_html(*page)
    tree = html.document_fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8"))
    title = tree.findtext(".//title") or ""
    text = trafilatura.extract(source) or ""
    etree.strip_elements(tree, "script", "style", "noscript", "head", with_tail=False)
    visible = " ".join(" ".join(str(part) for part in tree.itertext()).split())
    bare = "".join(sign for sign in title + text if unicodedata.category(sign)[0] in "LNM")
    return _hash(visible), _hash(bare), _hash(text)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
