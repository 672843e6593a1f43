"""Verify that what the object store holds of a file is, to the byte, the file."""

import asyncio
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from monitor.app.verifying_pace import Pace
from monitor.store.files import OF_OBJECT

if TYPE_CHECKING:
    from monitor.edges.object_store import ObjectStore

OBJECT_MISSING = f"{OF_OBJECT}missing"
OBJECT_ALTERED = f"{OF_OBJECT}altered"


class Wrong(NamedTuple):
    """What is wrong with an object."""

    kind: str
    detail: str


async def stored_fault(store: "ObjectStore", name: str, length: int, sha256: str, pace: Pace) -> Wrong | None:
    """Read an object, no faster than told, and say what is wrong with it. Raises UnreachableError."""
    from monitor.edges.object_store import MissingObjectError

    await asyncio.to_thread(store.need)
    try:
        stream = await asyncio.to_thread(store.open, name)
    except MissingObjectError:
        return Wrong(OBJECT_MISSING, f"it is not in {store.url}, and was stored there; the file itself is right")
    found, size = hashlib.sha256(), 0
    with stream:
        while data := await asyncio.to_thread(stream.read, pace.step):
            found.update(data)
            size += len(data)
            await pace.passed(len(data))
    if (size, found.hexdigest()) == (length, sha256):
        return None
    return Wrong(
        OBJECT_ALTERED,
        f"{store.named(name)} has {size} bytes with the SHA-256 {found.hexdigest()}; the file itself, which is right, "
        f"has {length} with {sha256}",
    )
