"""Sources as OPML, for feed readers and for another archive."""

import asyncio
from pathlib import Path
from typing import BinaryIO

from monitor.app.context import Context
from monitor.app.export_request import Request
from monitor.app.export_writers import write_all
from monitor.core import opml
from monitor.edges.whole_file import refuse_place, whole_file
from monitor.store import export_rows
from monitor.telling_answers import TableFormat, TableReport


async def write(ctx: Context, request: Request, to: Path | BinaryIO, *, resume: bool) -> TableReport:
    """Write the sources that are not removed, of an outlet or one where told; never a secret of theirs."""
    found = await ctx.db.read(export_rows.watched, request.which.outlet, request.which.source_id)
    text = opml.head("Sources of Monitor", ctx.clock.now()) + opml.outlines(found) + opml.TAIL
    data = text.encode("utf-8", "replace")
    await asyncio.to_thread(_write, ctx, to, data)
    secret = sum(map(opml.has_secrets, found))
    notes = [f"left out as secret: headers, or a proxy with its password, of {secret:,}"] if secret else []
    if resume:
        notes.append("opml is always begun anew")
    name = str(to) if isinstance(to, Path) else "-"
    return TableReport(name, TableFormat.OPML, len(found), len(data), notes=tuple(notes))


def _write(ctx: Context, to: Path | BinaryIO, data: bytes) -> None:
    if isinstance(to, Path):
        refuse_place(to, ctx.settings.data_dir)
        with whole_file(to) as out:
            out.write(data)
    else:
        write_all(to, data)
        to.flush()
