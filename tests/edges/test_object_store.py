"""An object store keeps what it is given, is never written over, and says so when it has something else.

Every promise is asked of a folder and of a real server that speaks S3.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.edges.object_store import MissingObjectError, ObjectStore, OtherBytesError, UnreachableError
from monitor.edges.warc_files import MissingFileError
from monitor.edges.warc_places import Places
from monitor.errors import ConfigError, EvidenceError
from tests.edges.object_stores import Bucket, folder_bucket, s3_bucket, s3_server
from tests.edges.warcs import evidence_in, hop, result

NAME = "monitor-20261122000000-00000000-00001.warc.gz"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that speaks S3."""
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture(params=["file", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    """A store, once of each kind."""
    if request.param == "file":
        return folder_bucket(tmp_path / "bucket")
    return s3_bucket(request.getfixturevalue("endpoint"), tmp_path.name)


@pytest.fixture
def store(bucket: Bucket) -> ObjectStore:
    """The same, as evidence uses it."""
    return ObjectStore(bucket.url, bucket.options)


def a_file(folder: Path, size: int = 10_000) -> tuple[Path, str]:
    """Return a file and its SHA-256."""
    path, data = folder / NAME, os.urandom(size)
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("size", [10_000, 17 << 20], ids=["at once", "in parts"])
def test_a_file_is_stored_whole_once_however_often(
    store: ObjectStore, bucket: Bucket, tmp_path: Path, size: int
) -> None:
    """It is there to the byte; storing it again changes nothing; ranges and the whole can be read."""
    path, sha256 = a_file(tmp_path, size)
    store.put(path, NAME, sha256)
    store.put(path, NAME, sha256)
    assert (store.size(NAME), bucket.names()) == (size, {NAME})
    assert store.read(NAME, size - 10, 10) == path.read_bytes()[-10:]
    with store.open(NAME) as stream:
        assert stream.read(7) + stream.read() == path.read_bytes()
    store.fetch(NAME, tmp_path / "back", sha256)
    assert (tmp_path / "back").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("size", [10_000, 17 << 20], ids=["at once", "in parts"])
def test_nothing_is_ever_written_over(store: ObjectStore, bucket: Bucket, tmp_path: Path, size: int) -> None:
    """Other bytes under the name stay, and whoever stores is told; so is one who checks, or fetches."""
    bucket.alter(NAME, b"what somebody else put there")
    path, sha256 = a_file(tmp_path, size)
    with pytest.raises(OtherBytesError, match="were expected"):
        store.put(path, NAME, sha256)
    with pytest.raises(OtherBytesError):
        store.fetch(NAME, tmp_path / "back", sha256)
    assert bucket.get(NAME) == b"what somebody else put there"
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("size", [10_000, 9 << 20], ids=["at once", "in parts"])
def test_what_is_not_what_was_verified_never_arrives(
    store: ObjectStore, bucket: Bucket, tmp_path: Path, size: int
) -> None:
    """A file that changed since is not stored, not even in part."""
    path, _ = a_file(tmp_path, size)
    with pytest.raises(EvidenceError, match="not what was verified"):
        store.put(path, NAME, "0" * 64)
    assert bucket.names() == set()


def test_what_is_removed_is_gone(store: ObjectStore, bucket: Bucket, tmp_path: Path) -> None:
    """Also when it was before; what is not there is said to be missing."""
    store.put(*_named(a_file(tmp_path)))
    store.remove(NAME)
    store.remove(NAME)
    assert (store.size(NAME), bucket.names()) == (None, set())
    with pytest.raises(MissingObjectError):
        store.open(NAME)
    with pytest.raises(MissingObjectError):
        store.read(NAME, 0, 10)


def _named(file: tuple[Path, str]) -> tuple[Path, str, str]:
    return file[0], NAME, file[1]


async def test_records_are_read_from_the_store_by_their_range(
    store: ObjectStore, bucket: Bucket, tmp_path: Path
) -> None:
    """The same to the byte as from the folder; a file that is in neither is missing."""
    evidence = evidence_in(tmp_path / "evidence")
    kept = [await evidence.append(result(hop(raw_body=f"page {number}".encode()))) for number in range(3)]
    await evidence.close()
    places = Places(tmp_path / "evidence", lambda: store)
    before = [places.read_record(one.file, one.offset, one.length) for one in kept]
    path = tmp_path / "evidence" / kept[0].file
    store.put(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    path.unlink()
    assert [places.read_record(one.file, one.offset, one.length) for one in kept] == before
    with pytest.raises(MissingFileError):
        places.read_record("monitor-none.warc.gz", 0, 10)


def test_a_store_that_does_not_answer_is_no_missing_object(tmp_path: Path) -> None:
    """It says so within the patience it has, with what to look at."""
    nobody = {"endpoint": "http://127.0.0.1:1", "region": "x", "access_key_id": "a", "secret_access_key": "hush-hush"}
    store = ObjectStore("s3://archive/nowhere", nobody)
    with pytest.raises(UnreachableError, match="cannot be used") as caught:
        store.size(NAME)
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize("options", [{"no_such_option": "1"}, {"region": "x", "colour": "red"}])
def test_a_wrong_option_is_told_before_anything_is_asked(options: dict[str, str]) -> None:
    """As an error of the configuration."""
    with pytest.raises(ConfigError, match=r"evidence\.store"):
        ObjectStore("s3://archive", options)
