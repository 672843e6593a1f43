"""Keep current texts as plain files: `corpus/seed`, `corpus/new`, and `corpus/index.jsonl` beside them."""

import asyncio
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping

from monitor.app.context import Context
from monitor.edges.warc_files import make_directory, sync_directory
from monitor.errors import MonitorError
from monitor.model import Document, Revision
from monitor.progress import Progress
from monitor.store import corpus, counters, documents, revisions
from monitor.store import mirror as store

# NNN_<16 hex>: a running number, and the first 16 hex digits of the SHA-256 of the URL.
NAMED = re.compile(r"(?P<number>\d{3,})_[0-9a-f]{16}\.\w+")
BATCH = 200
INDEX = "index.jsonl"
HOME = "mirror_home"  # the counter that has the number of the folder that holds the mirror (PostgreSQL)
HOME_FILE = ".home"  # in that folder, with its number
SEED = "mirror_seed"  # the counter of how many saved texts that folder was given
STATES = "mirror_states"  # the counter of how far the index tells of states
OWED = -1  # there: the index is to be written, whoever looks next
_drafts = count()


class Text(NamedTuple):
    """What to write of a document; `had_number` says that it may have a file already."""

    document: Document
    number: int
    revision: Revision
    had_number: bool

    @property
    def name(self) -> str | None:
        """Return its file name; None for one that gave its address up to the article that it is."""
        return name_of(self.number, self.document.url) if self.document.url else None


def name_of(number: int, url: str, suffix: str = ".txt") -> str:
    """Return a text's file name in the mirror."""
    return f"{number:03d}_{hashlib.sha256(url.encode()).hexdigest()[:16]}{suffix}"


def number_in(name: str) -> int | None:
    """Return the running number of a name that follows the mirror's pattern, or None."""
    found = NAMED.fullmatch(name)
    return int(found["number"]) if found else None


async def update(ctx: Context, *, rebuild: bool = False, progress: Progress | None = None) -> int:
    """Bring the mirror up to date, all of it with `rebuild`; return how many files were written or removed.

    `progress` is told of articles, which are by far the most. Of workers on several machines one keeps it: whoever
    takes over, with another folder, writes all of it. Raises MonitorError while another keeps it in its own folder.
    """
    if not ctx.db.is_shared:
        return await _update(ctx, rebuild, progress)
    async with ctx.db.alone("mirror") as mine:
        at_home = await _is_at_home(ctx)
        if not mine and not at_home:
            raise MonitorError("another worker keeps the mirror, in a folder of its own", hint=_HINT)
        moved = not at_home and await _move_in(ctx)
        written = await _update(ctx, rebuild or moved, progress)
        return written + await _seed_of_others(ctx)


_HINT = "`monitor workers` lists them; daemon.mirror says which may keep it"


async def _is_at_home(ctx: Context) -> bool:
    """Say whether the folder here is the one that the database knows to hold what is marked as written."""
    known = await ctx.db.read(counters.get, HOME)
    return known != 0 and known == await asyncio.to_thread(_number_of, ctx.settings.mirror_dir)


def _number_of(root: Path) -> int:
    try:
        return int((root / HOME_FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


async def _move_in(ctx: Context) -> bool:
    """Make the folder here the one that holds the mirror; say whether another was it, so that all is written anew."""
    number = 1 + secrets.randbelow(1 << 31)
    await asyncio.to_thread(write_file, ctx.settings.mirror_dir / HOME_FILE, str(number).encode())
    return await ctx.db.write(_settled, number) != 0


def _settled(conn: Connection, number: int) -> int:
    before = counters.get(conn, HOME)
    counters.put(conn, HOME, number)
    counters.put(conn, SEED, 0)
    return before


async def _seed_of_others(ctx: Context) -> int:
    """Write saved texts that were imported on other machines."""
    there, told = await ctx.db.read(corpus.count_files), await ctx.db.read(counters.get, SEED)
    if there == told:
        return 0
    written = await _write_seed(ctx, ctx.settings.mirror_dir, missing=True)
    await write_index(ctx)
    await ctx.db.write(counters.put, SEED, there)
    return written


async def _update(ctx: Context, rebuild: bool, progress: Progress | None) -> int:
    root = ctx.settings.mirror_dir
    rebuild = rebuild or (not (root / INDEX).exists() and await ctx.db.read(documents.count) > 0)
    written = await _write_seed(ctx, root) if rebuild else 0
    if rebuild:
        await ctx.db.write(store.forget)
    written += await _write_new(ctx, root / "new", progress)
    if written or not (root / INDEX).exists() or await ctx.db.read(_is_stale):
        await (write_index(ctx) if ctx.mirror_pace.may_write() else ctx.db.write(counters.put, STATES, OWED))
    return written


async def _write_new(ctx: Context, folder: Path, progress: Progress | None) -> int:
    """Write every article that the mirror lacks; return how many files were written or removed."""
    written, done, there = 0, 0, None
    lacking = await ctx.db.read(store.count_lacking) if progress else 0
    while await ctx.db.read(store.lacking, 1):
        batch = await ctx.db.write(_numbered, BATCH)
        await asyncio.to_thread(_write_batch, folder, batch)
        if there is None and any(one.had_number for one in batch):
            there = await asyncio.to_thread(_names, folder)
        removed = await asyncio.to_thread(_remove_old, folder, batch, there or {})
        await ctx.db.write(_mark, batch)
        written += sum(one.name is not None for one in batch) + removed
        done += len(batch)
        if progress:
            progress(done, max(done, lacking))
    return written


def _numbered(conn: Connection, limit: int) -> list[Text]:
    """Take the next documents to write, giving each a number that it keeps."""
    found = []
    for one, number in store.lacking(conn, limit):
        revision = revisions.get(conn, one.revision_id or 0)
        assert revision is not None
        taken = number if number is not None else _take_number(conn, one)
        found.append(Text(one, taken, revision, had_number=number is not None))
    return found


def _take_number(conn: Connection, one: Document) -> int:
    number = corpus.next_number(conn)
    documents.set_fields(conn, one.id, mirror_number=number)
    return number


def _mark(conn: Connection, batch: list[Text]) -> None:
    for one in batch:
        store.mark(conn, one.document, one.revision.id)


def _write_batch(folder: Path, batch: list[Text]) -> None:
    for one in batch:
        if one.name:
            write_file(folder / one.name, as_file(one.document, one.revision).encode())
    if folder.is_dir():
        sync_directory(folder)  # before the database says that they are there


def _names(folder: Path) -> dict[int, list[str]]:
    """Return the names of the files there, by number."""
    found: dict[int, list[str]] = {}
    for name in os.listdir(folder) if folder.is_dir() else ():
        if (number := number_in(name)) is not None:
            found.setdefault(number, []).append(name)
    return found


def _remove_old(folder: Path, batch: list[Text], there: dict[int, list[str]]) -> int:
    """Remove the files that articles had by their former addresses, one name each; return how many."""
    old = [name for one in batch for name in there.get(one.number, ()) if name != one.name]
    for name in old:
        (folder / name).unlink(missing_ok=True)
    return len(old)


def as_file(one: Document, revision: Revision) -> str:
    """Return an article in the corpus layout: title, text, and its URL in angle brackets."""
    parts = (revision.title, revision.text, f"<{one.url}>" if one.url else None)
    return "\n\n".join(part for part in parts if part) + "\n"


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part, also after the power went."""
    for folder in (path.parent.parent, path.parent):
        if not folder.is_dir():
            make_directory(folder)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{next(_drafts)}.new")  # another thread may write it too
    try:
        with draft.open("wb") as stream:
            stream.writelines([data] if isinstance(data, bytes) else data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


async def complete_seed(ctx: Context) -> int:
    """Write the saved files that a process killed while importing did not; return how many."""
    return await _write_seed(ctx, ctx.settings.mirror_dir, missing=True)


async def _write_seed(ctx: Context, root: Path, *, missing: bool = False) -> int:
    names = await ctx.db.read(corpus.names)
    if missing:
        names = {name: sha256 for name, sha256 in names.items() if not (root / "seed" / name).exists()}
    for name, sha256 in names.items():
        data = await ctx.db.read(corpus.read_bytes, sha256)
        await asyncio.to_thread(write_file, root / "seed" / name, data)
    if names:
        await asyncio.to_thread(sync_directory, root / "seed")
    return len(names)


async def write_index(ctx: Context) -> None:
    """Write `index.jsonl`: one line a text, seed and new."""
    began = monotonic()
    states = await ctx.db.read(_write_lines, ctx.settings.mirror_dir / INDEX)
    await ctx.db.write(counters.put, STATES, states)
    ctx.mirror_pace.took(monotonic() - began)


def _is_stale(conn: Connection) -> bool:
    """Say whether a document changed its state, which the index tells, since the index was written."""
    return store.newest_state(conn) != counters.get(conn, STATES)


def _write_lines(conn: Connection, path: Path) -> int:
    """Write the lines as they are read, however many they are; return up to which change of state they tell."""
    rows = chain(store.seed_lines(conn), store.new_lines(conn))
    write_file(path, (_line(row).encode() for row in rows))
    return store.newest_state(conn)


def _line(row: RowMapping) -> str:
    file = f"seed/{row['name']}" if row["name"] else f"new/{name_of(row['mirror_number'], row['url'] or '')}"
    told = ("document", "origin", "url", "outlet", "title", "language")
    times = {key: iso(row[key]) for key in ("published_at", "first_seen_at")}
    rest = {key: row[key] for key in ("state", "revision", "sha256")}
    values = {"file": file, "line": row["line"] or None, **{key: row[key] for key in told}, **times, **rest}
    return json.dumps({key: value for key, value in values.items() if value is not None}, ensure_ascii=False) + "\n"


def iso(moment: datetime | None) -> str | None:
    """Return a time as the index has it."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
