"""A disk that forgets what was not synced, and what a power cut may leave of it.

Two models. `strict` is what POSIX promises: a sync of a file keeps its bytes, a sync of a folder keeps the names in it,
and of all else any part may survive, each name and each sector of 512 bytes for itself. `ordered` is what ext4 and its
like do: every sync keeps all names given before it, in order, and of unsynced bytes a beginning survives, in pages of
4 KiB. Memory that processes share (`-shm`) survives never.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.torture.tracing import Event

SECTOR, PAGE = 512, 4096


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place; without bytes the file ends there."""

    at: int
    data: bytes | None


@dataclass(eq=False)
class Node:
    """A file or a folder: what of it is safe, and what is not yet."""

    is_folder: bool = False
    names: dict[str, "Node"] = field(default_factory=dict)  # as the processes see it
    safe_names: dict[str, "Node"] = field(default_factory=dict)
    safe: bytearray = field(default_factory=bytearray)
    waiting: list[Write] = field(default_factory=list)
    position: int = 0  # of the next write that names no place
    size: int = 0


@dataclass(frozen=True, slots=True)
class Naming:
    """Names that change at once: where, which, and what they lead to then."""

    changes: tuple[tuple[Node, str, Node | None], ...]


class Disk:
    """A disk with one folder on it, empty at first."""

    def __init__(self, root: Path, *, ordered: bool) -> None:
        self._prefix = os.fspath(root)
        self._root = Node(is_folder=True)
        self._ordered = ordered
        self._namings: list[Naming] = []
        self._begun: dict[int, tuple[Node, int, int]] = {}

    def happen(self, event: Event) -> None:
        """Let an event happen."""
        getattr(self, f"_{event.what}")(event)

    def _find(self, path: str) -> tuple[Node, str]:
        """Return the folder that a path is in, and its name there."""
        *folders, name = ["", *path.removeprefix(self._prefix).strip("/").split("/")]
        node = self._root
        for folder in filter(None, folders):
            node = node.names[folder]
        return node, name

    def _node(self, path: str) -> Node | None:
        folder, name = self._find(path)
        return folder.names.get(name) if name else self._root

    def _name(self, *changes: tuple[Node, str, Node | None]) -> None:
        for folder, name, node in changes:
            if node is None:
                folder.names.pop(name, None)
            else:
                folder.names[name] = node
        self._namings.append(Naming(changes))

    def _open(self, event: Event) -> None:
        folder, name = self._find(event.path)
        node = folder.names.get(name) if name else self._root
        if node is None and "O_CREAT" in event.flags:
            node = Node()
            self._name((folder, name, node))
        if node is not None and not node.is_folder and "O_RDONLY" not in event.flags:  # one writes to it at a time
            node.position = node.size if "O_APPEND" in event.flags else 0
            if "O_TRUNC" in event.flags and node.size:
                self._cut_off(node, 0)

    def _mkdir(self, event: Event) -> None:
        folder, name = self._find(event.path)
        if name:
            self._name((folder, name, Node(is_folder=True)))

    def _rename(self, event: Event) -> None:
        (was_in, was), (folder, name) = self._find(event.path), self._find(event.to)
        self._name((folder, name, was_in.names[was]), (was_in, was, None))

    def _link(self, event: Event) -> None:
        (first_in, first), (folder, name) = self._find(event.path), self._find(event.to)
        self._name((folder, name, first_in.names[first]))

    def _unlink(self, event: Event) -> None:
        folder, name = self._find(event.path)
        self._name((folder, name, None))

    def _write(self, event: Event) -> None:
        node = self._node(event.path)
        if node is None or event.path.endswith("-shm"):
            return
        at = node.position if event.position is None else event.position
        if event.position is None:
            node.position += len(event.data)
        node.waiting.append(Write(at, event.data))
        node.size = max(node.size, at + len(event.data))

    def _truncate(self, event: Event) -> None:
        node = self._node(event.path)
        if node is not None and event.position is not None and not event.path.endswith("-shm"):
            self._cut_off(node, event.position)

    def _extend(self, event: Event) -> None:
        node = self._node(event.path)
        if node is not None and (event.position or 0) > node.size:
            self._cut_off(node, event.position or 0)

    def _cut_off(self, node: Node, size: int) -> None:
        node.waiting.append(Write(size, None))
        node.size = size

    def _begin(self, event: Event) -> None:
        node = self._node(event.path)
        if node is not None:
            self._begun[event.call] = node, len(node.waiting), len(self._namings)

    def _end(self, event: Event) -> None:
        """Make safe what was there when the sync began."""
        node, writes, namings = self._begun.pop(event.call, (None, 0, 0))
        if node is None:
            return
        _apply(node.safe, node.waiting[:writes])
        del node.waiting[:writes]
        kept = [
            one for one in self._namings[:namings]
            if not self._ordered and all(folder is not node for folder, *_ in one.changes)
        ]  # fmt: skip
        for one in self._namings[:namings]:
            if one not in kept:
                _rename(one)
        self._namings[:namings] = kept
        # Of syncs under way at the same time, each counts what is still waiting.
        for call, (other, its_writes, its_namings) in self._begun.items():
            fewer = writes if other is node else 0
            self._begun[call] = other, max(0, its_writes - fewer), max(0, its_namings - (namings - len(kept)))

    def cut(self, chance: Random) -> "dict[str, bytes | None]":
        """Return what a power cut may leave now: the bytes of each file by path, None for a folder."""
        survive = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        names = self._surviving_names(chance, survive)
        left: dict[str, bytes | None] = {}
        for path, node in _walk(self._root, names, ""):
            if not path.endswith("-shm"):
                left[path] = None if node.is_folder else self._surviving_bytes(node, chance, survive)
        return left

    def whole(self) -> "dict[str, bytes | None]":
        """Return what is there when the power stays."""
        left: dict[str, bytes | None] = {}
        for path, node in _walk(self._root, {}, "", live=True):
            if not path.endswith("-shm"):
                data = bytearray(node.safe)
                _apply(data, node.waiting)
                left[path] = None if node.is_folder else bytes(data)
        return left

    def _surviving_names(self, chance: Random, survive: float) -> "dict[Node, dict[str, Node]]":
        if self._ordered:
            kept = self._namings[: chance.randint(0, len(self._namings))]
        else:
            kept = [one for one in self._namings if chance.random() < survive]
        names: dict[Node, dict[str, Node]] = {}
        for one in kept:
            for folder, name, node in one.changes:
                there = names.setdefault(folder, dict(folder.safe_names))
                if node is None:
                    there.pop(name, None)
                else:
                    there[name] = node
        return names

    def _surviving_bytes(self, node: Node, chance: Random, survive: float) -> bytes:
        data = bytearray(node.safe)
        if self._ordered:
            kept = node.waiting[: chance.randint(0, len(node.waiting))]
            if kept and kept[-1].data is not None:
                last = kept.pop()
                pages = chance.randint(0, -(-len(last.data or b"") // PAGE))
                kept.append(Write(last.at, (last.data or b"")[: pages * PAGE]))
        else:
            kept = [part for one in node.waiting for part in _sectors(one) if chance.random() < survive]
        _apply(data, kept)
        return bytes(data)


def _sectors(write: Write) -> Iterator[Write]:
    if write.data is None:
        yield write
        return
    start, end = write.at, write.at + len(write.data)
    while start < end:
        until = min(end, (start // SECTOR + 1) * SECTOR)
        yield Write(start, write.data[start - write.at : until - write.at])
        start = until


def _apply(data: bytearray, writes: list[Write]) -> None:
    for write in writes:
        if len(data) < write.at:
            data.extend(bytes(write.at - len(data)))
        if write.data is None:
            del data[write.at :]
        else:
            data[write.at : write.at + len(write.data)] = write.data


def _rename(naming: Naming) -> None:
    for folder, name, node in naming.changes:
        if node is None:
            folder.safe_names.pop(name, None)
        else:
            folder.safe_names[name] = node


def _walk(
    folder: Node, names: "dict[Node, dict[str, Node]]", path: str, *, live: bool = False
) -> "Iterator[tuple[str, Node]]":
    there = folder.names if live else names.get(folder, folder.safe_names)
    for name, node in there.items():
        yield path + name, node
        if node.is_folder:
            yield from _walk(node, names, f"{path}{name}/", live=live)
