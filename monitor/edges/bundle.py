"""Write a bundle: a zip with WARC records and plain files in it, there whole or not at all."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.edges.warc_export import WarcWriter
from monitor.edges.whole_file import whole_file

_MODE = 0o100644 << 16  # a file that everybody may read, in the upper half of the attributes


class Bundle:
    """A zip being written, one file after the other. `names` are the files in it."""

    def __init__(self, archive: zipfile.ZipFile, at: datetime) -> None:
        self._zip = archive
        self._at = at
        self.names: tuple[str, ...] = ()

    def add(self, name: str, data: bytes) -> None:
        """Write a file. Raises OSError."""
        self._zip.writestr(self._info(name, zipfile.ZIP_DEFLATED), data)

    @contextmanager
    def records(self, name: str) -> Iterator[WarcWriter]:
        """Write a file of WARC records; nothing else may be added until the block ends. Raises OSError."""
        with self._zip.open(self._info(name, zipfile.ZIP_STORED), "w", force_zip64=True) as out:
            yield WarcWriter(out)

    def _info(self, name: str, compression: int) -> zipfile.ZipInfo:
        self.names = (*self.names, name)
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type, info.external_attr = compression, _MODE
        return info


@contextmanager
def bundle(path: Path, at: datetime) -> Iterator[Bundle]:
    """Give a bundle to fill, which is at `path` when the block ends; `at` is the time of the files in it.

    Raises UsageError when something is there, NotFoundError without a folder, MonitorError when it cannot be written.
    """
    with whole_file(path) as out, zipfile.ZipFile(out, "w") as archive:
        yield Bundle(archive, at)
