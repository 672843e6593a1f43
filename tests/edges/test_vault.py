"""The folder of backups: what has a name is whole, and only one process writes at a time."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.manifests import Piece
from monitor.edges.vault import Vault
from monitor.edges.vault_writer import AHEAD, VaultWriter
from monitor.errors import EvidenceError, MonitorError, NotFoundError


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A new folder."""
    made = Vault(tmp_path / "backups")
    made.make()
    return made


def object_of(vault: Vault, piece: Piece) -> Path:
    return vault.folder / "objects" / piece.sha256[:2] / piece.sha256


def test_a_piece_is_kept_once(vault: Vault) -> None:
    """The second time it costs nothing, and what is given back is what was put."""
    data = b"the same words " * 1000
    piece, added = vault.put(data)
    assert 0 < added < 1000
    assert vault.put(data) == (piece, 0)
    assert vault.get(piece) == data
    assert object_of(vault, piece).stat().st_size == added


def test_a_stream_comes_back_in_order(vault: Vault) -> None:
    """However many pieces are under way at once."""
    chunks = [os.urandom(1000 + number) for number in range(100)]
    with VaultWriter(vault) as writer:
        stowed = writer.stow(chunks)
    assert b"".join(map(vault.get, stowed.pieces)) == b"".join(chunks)
    assert stowed.length == sum(map(len, chunks))


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_a_flipped_bit_is_found(vault: Vault, at: int) -> None:
    """Wherever it is in the file; and what is damaged is given to nobody."""
    piece, _ = vault.put(os.urandom(500))
    path = object_of(vault, piece)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(EvidenceError, match="damaged"):
        vault.get(piece)
    vault.set_aside(piece)
    assert not vault.has(piece)
    with pytest.raises(EvidenceError, match="missing"):
        vault.get(piece)


def test_a_piece_under_another_name_is_found(vault: Vault) -> None:
    """Whole, of the right length, and not what it is called."""
    one, _ = vault.put(b"a" * 100)
    two, _ = vault.put(b"b" * 100)
    object_of(vault, one).write_bytes(object_of(vault, two).read_bytes())
    with pytest.raises(EvidenceError, match="SHA-256 is another"):
        vault.get(one)


def test_nothing_half_written_has_a_name(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails leaves a draft, which the next backup takes away."""

    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MonitorError, match="No space left"):
        vault.put(b"words")
    monkeypatch.undo()
    assert list(vault.pieces()) == []
    assert len(list(vault.drafts.iterdir())) == 1
    with vault.held():
        assert list(vault.drafts.iterdir()) == []


def test_few_bytes_are_in_memory_at_a_time(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the pieces are: a row of a table may have a whole file in it."""
    size, given, kept, most = 5_000_000, 0, list[int](), 0

    def put(data: bytes) -> tuple[Piece, int]:
        kept.append(len(data))
        return Piece("a" * 64, len(data)), 0

    monkeypatch.setattr(vault, "put", put)

    def rows() -> Iterator[bytes]:
        nonlocal given, most
        for _ in range(20):
            most = max(most, given - len(kept))
            given += 1
            yield bytes(size)

    with VaultWriter(vault) as writer:
        writer.stow(rows())
    assert most * size <= AHEAD


def test_what_others_put_there_is_left_alone(vault: Vault) -> None:
    """A file browser's, a file server's: it is no piece, and stops nobody."""
    piece, added = vault.put(b"words")
    (vault.folder / "objects" / ".DS_Store").write_bytes(b"x")
    (object_of(vault, piece).parent / ".nfs000000001").write_bytes(b"x")
    assert list(vault.pieces()) == [(piece.sha256, added)]


def test_one_writes_at_a_time(vault: Vault) -> None:
    """A second one is refused at once; readers keep each other company."""
    other = Vault(vault.folder)
    with vault.held(), pytest.raises(MonitorError, match="another backup"), other.held():
        pass
    with vault.held(shared=True), other.held(shared=True), pytest.raises(MonitorError, match="another"), vault.held():
        pass
    with other.held():
        pass


def test_only_a_folder_of_backups_is_used(tmp_path: Path) -> None:
    """Somebody's photographs are left alone, and where there is nothing there are no backups."""
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(MonitorError, match="no backup"):
        Vault(tmp_path).make()
    with pytest.raises(NotFoundError, match="no backups"):
        Vault(tmp_path / "nowhere").must_exist()


def test_others_may_not_read_it(vault: Vault) -> None:
    """An archive holds what was never published, and the backup holds the archive."""
    piece, _ = vault.put(b"words")
    vault.add_manifest("one", "{}")
    paths = [vault.folder, *vault.folder.rglob("*")]
    assert object_of(vault, piece) in paths
    assert [path for path in paths if path.stat().st_mode & 0o077] == []
