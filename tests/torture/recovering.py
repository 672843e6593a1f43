"""Open an archive as the daemon does after its death, let it mend itself, and look at what is there then."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from monitor import open_archive
from monitor.settings import Settings
from tests.torture.examining import Look, examine
from tests.torture.press import Press
from tests.torture.said import Word


def mended(data: Path, words: Sequence[Word], press: Press) -> tuple[Look, int]:
    """Mend an archive and look at it; return what was found, and how many files had to be mended."""
    try:
        repairs = asyncio.run(_recovered(data))
        return examined(data, words, press), repairs
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what became of the archive
        return Look(faults=(f"{type(error).__name__}: {error}",)), 0


def examined(data: Path, words: Sequence[Word], press: Press) -> Look:
    """Look at an archive that was mended; a record that the database does not know is a fault unless `verify` tells."""
    look = examine(data, words, press)
    if not look.strays:
        return look
    told = asyncio.run(_verified(data))
    secret = [one for one in look.strays if all(one.offset < offset for offset in told.get(one.file, ()))]
    return replace(look, faults=(*look.faults, *(f"stray: {one.file} at {one.offset}: {one.url}" for one in secret)))


async def _recovered(data: Path) -> int:
    with structlog.testing.capture_logs() as logged:
        async with open_archive(Settings(data_dir=data)) as archive:
            await archive.recover()
    return sum(one["event"] == "evidence.repaired" for one in logged)


async def _verified(data: Path) -> dict[str, list[int]]:
    """Return where `verify` finds files wrong: at a record, from a place on, or (0) as a whole."""
    async with open_archive(Settings(data_dir=data)) as archive:
        report = await archive.custody.verify(again=True, texts=False)
    told: dict[str, list[int]] = {}
    for fault in report.faults:
        told.setdefault(fault.what, []).append(fault.offset or 0)
    return told
