"""Write WACZ 1.1.1: a ZIP of WARC records with their index and pages (specs.webrecorder.net/wacz/1.1.1).

As replayweb.page and pywb read it: what is compressed already is stored as it is, so that a reader can take one record
out of it; the index is `index.cdx.gz` with `index.idx` beside it. What comes from the web stands in JSON only.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from monitor.edges.cdxj import ENCODING, compress

VERSION = "1.1.1"
ARCHIVE = "data.warc.gz"  # as index lines name it: what is in `archive/` is named without the folder
_INDEX = "index.cdx.gz"


class Entry:
    """A file of the ZIP being written, which counts and hashes what goes into it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.size = 0
        self.sha256 = sha256()

    def write(self, data: bytes, /) -> int:
        """Write all of it. Raises OSError."""
        self.size += len(data)
        self.sha256.update(data)
        return self._out.write(data)


class WaczWriter:
    """A WACZ on its way into a stream: first `archive`, then `index` and `pages`, then `finish`. Raises OSError."""

    def __init__(self, out: BinaryIO, at: datetime) -> None:
        self._zip = ZipFile(out, "w", allowZip64=True)
        self._at = at
        self._resources: list[dict[str, object]] = []

    @contextmanager
    def archive(self) -> Iterator[Entry]:
        """Give what the WARC file is written to."""
        with self._entry(f"archive/{ARCHIVE}", ZIP_STORED) as entry:
            yield entry

    def index(self, lines: Iterable[str]) -> None:
        """Write sorted index lines, which name the WARC file `data.warc.gz`."""
        with self._entry(f"indexes/{_INDEX}", ZIP_STORED) as entry:
            blocks = list(compress(iter(lines), entry, _INDEX))
        with self._entry("indexes/index.idx", ZIP_DEFLATED) as entry:
            entry.write("".join(blocks).encode(ENCODING))

    def pages(self, lines: Iterable[bytes]) -> None:
        """Write the lines of `page_line`, in order."""
        with self._entry("pages/pages.jsonl", ZIP_DEFLATED) as entry:
            head = {"format": "json-pages-1.0", "id": "pages", "title": "All pages", "hasText": True}
            entry.write(json.dumps(head).encode() + b"\n")
            for line in lines:
                entry.write(line)

    def finish(self, about: Mapping[str, str]) -> None:
        """Write the manifest, and the hash of that; `about` are title, description and software. Ends the ZIP."""
        created = f"{self._at:%Y-%m-%dT%H:%M:%SZ}"
        package = {"profile": "data-package", "wacz_version": VERSION, "created": created, **about}
        manifest = json.dumps(package | {"resources": self._resources}, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(manifest).hexdigest()}"}
        self._zip.writestr(self._info("datapackage.json", ZIP_DEFLATED), manifest)
        self._zip.writestr(self._info("datapackage-digest.json", ZIP_DEFLATED), json.dumps(digest, indent=2))
        self._zip.close()

    def close(self) -> None:
        """Let go of what was not finished: its bytes are nobody's."""
        if self._zip.fp is not None:
            with suppress(OSError, ValueError):  # whoever failed before has told it
                self._zip.close()

    @contextmanager
    def _entry(self, path: str, compression: int) -> Iterator[Entry]:
        with self._zip.open(self._info(path, compression), "w", force_zip64=True) as out:
            entry = Entry(out)
            yield entry
        found = {"hash": f"sha256:{entry.sha256.hexdigest()}", "bytes": entry.size}
        self._resources.append({"name": path.rpartition("/")[2], "path": path} | found)

    def _info(self, path: str, compression: int) -> ZipInfo:
        info = ZipInfo(path, (max(self._at.year, 1980), *self._at.timetuple()[1:6]))
        info.compress_type = compression
        info.external_attr = 0o644 << 16
        return info


def page_line(record_id: str, url: str, at: datetime, title: str | None, text: str | None) -> bytes:
    """Return the line of a page, with its line end; `at` to the second, as the index has it."""
    told = {"id": record_id, "url": url, "ts": f"{at:%Y-%m-%dT%H:%M:%SZ}", "title": title, "text": text}
    return json.dumps({name: value for name, value in told.items() if value is not None}).encode() + b"\n"
