"""Object stores to test with: a folder, and a server that speaks S3 (moto), with ways to look at and alter objects."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import obstore
import pytest
from obstore.store import ObjectStore as Raw
from obstore.store import from_url

from monitor.edges.object_store import MARK
from tests.edges import judges

_STARTS_WITHIN_S = 60.0
BUCKET = "archive"


@dataclass(frozen=True)
class Bucket:
    """A place for objects: what the archive is told of it, and the same place by another client."""

    url: str
    options: dict[str, str]
    raw: Raw

    def alter(self, name: str, data: bytes) -> None:
        """Put other bytes under a name."""
        obstore.put(self.raw, name, data)

    def names(self) -> set[str]:
        """Return the names of all objects."""
        return {one["path"] for some in obstore.list(self.raw) for one in some} - {MARK}

    def get(self, name: str) -> bytes:
        """Return the bytes of an object."""
        return bytes(obstore.get(self.raw, name).bytes())

    def remove(self, name: str) -> None:
        """Remove an object."""
        obstore.delete(self.raw, name)


def folder_bucket(folder: Path) -> Bucket:
    """Return a folder as a store."""
    folder.mkdir(exist_ok=True)
    url = f"file://{folder}"
    return Bucket(url, {}, from_url(url))


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Run a server that speaks S3, with one bucket in it; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [str(judges.judge("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log, subprocess.Popen(program, cwd=folder, stdout=log, stderr=log) as up:
        try:
            _make_bucket(port, up, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            up.kill()


def s3_bucket(endpoint: str, prefix: str) -> Bucket:
    """Return a part of the bucket of a server."""
    options = {
        "endpoint": endpoint,
        "region": "us-east-1",
        "access_key_id": "an-id",
        "secret_access_key": "a-secret-of-the-tests",
    }
    url = f"s3://{BUCKET}/{prefix}"
    raw = from_url(url, config=options, client_options={"allow_http": True})  # type: ignore[call-overload]
    return Bucket(url, options, raw)


def _make_bucket(port: int, program: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and program.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("PUT", f"/{BUCKET}")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    pytest.fail(f"the S3 server did not start: {log.read_text(errors='replace')[-2000:]}")
