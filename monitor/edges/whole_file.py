"""Write a file that is there whole or not at all, and never in the place of another."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from monitor.edges.warc_files import sync_directory
from monitor.errors import MonitorError, NotFoundError, UsageError

LONGEST = 220  # bytes of a name that gets something before and behind it; file systems take 255


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a stream to a temporary file beside `path`, which gets that name when the block ends without an error.

    Raises UsageError when something has the name already, at the beginning or by then, NotFoundError when there is no
    folder for it, MonitorError when it cannot be written.
    """
    refuse_taken(path)
    waiting = path.with_name(f".{shortened(path.name)}.{secrets.token_hex(4)}.part")
    try:
        with waiting.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        give_name(waiting, path)
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):  # it has its name by now, or what went wrong is raised
            waiting.unlink(missing_ok=True)


def refuse_place(path: Path, archive: Path) -> None:
    """Raise what `refuse_taken` does, and UsageError for a place in the archive's own folder."""
    refuse_taken(path)
    if path.resolve().is_relative_to(archive.resolve()):
        raise UsageError(f"{path} would lie in the archive itself", hint=f"name a place outside of {archive}")


def refuse_taken(path: Path) -> None:
    """Raise UsageError for a place where something is, NotFoundError for one in no folder."""
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already", hint="nothing is overwritten: take another name, or remove it")
    if not path.parent.is_dir():
        raise NotFoundError(f"there is no folder {path.parent}")


def shortened(name: str) -> str:
    """Return a file's name, or one that is made of it where it is so long that nothing could be added."""
    own = os.fsencode(name)
    if len(own) <= LONGEST:
        return name
    return f"{own[: LONGEST - 9].decode('utf-8', 'ignore')}-{hashlib.sha256(own).hexdigest()[:8]}"


def give_name(waiting: Path, path: Path) -> None:
    """Let a file that is whole also be called `path`. Raises UsageError when something has the name by now."""
    try:
        os.link(waiting, path)  # fails where a rename would overwrite
    except FileExistsError:
        refuse_taken(path)
        raise
    except OSError:  # a file system without links
        refuse_taken(path)
        waiting.rename(path)
    sync_directory(path.parent)
