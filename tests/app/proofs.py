"""A document with a history to be proved, and a bundle of proof as a third party has it."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor import Archive
from monitor.edges.warc_reader import RawRecord, records_of
from monitor.evidence_answers import ProofReport
from monitor.model import Revision
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING, at

FEED, LINK, URL = "http://one.example/rss", "http://one.example/go/1", "http://one.example/news/harbour-reopens"


def page(number: int, etag: str = "", visitors: int = 0) -> Page:
    """Return the article; `number` is in its text, `visitors` only in its bytes."""
    return Page(article("The harbour reopens", number) + b"<!-- %d visitors -->" % visitors, etag=etag)


async def tell(rig: Rig, archive: Archive, website: Website) -> Archive:
    """Let an article be read after a redirect, again unchanged, changed, and answered with a 304."""
    website.pages |= {FEED: rss((LINK, "The harbour reopens")), LINK: redirect(URL), URL: page(12, visitors=1)}
    await add(archive, FEED, every_s=3600)
    await play(rig, archive, MORNING)
    website.pages[URL] = page(12, visitors=2)
    await play(rig, archive, at(16, 9))
    website.pages[URL] = page(34, etag='"34"')
    await play(rig, archive, at(16, 14), at(17, 2), at(18, 8))
    return archive


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A bundle as a third party has it: in a folder of its own."""

    folder: Path

    @property
    def proof(self) -> dict[str, Any]:
        """What proof.json says."""
        return dict(json.loads((self.folder / "proof.json").read_text()))

    @property
    def runs(self) -> list[range]:
        """The numbers of the seals in it, run by run."""
        return [range(one["first"], one["first"] + len(one["seals"])) for one in self.proof["chain"]]

    @property
    def records(self) -> list[RawRecord]:
        """The records in it."""
        return list(records_of(self.folder / "records.warc.gz"))

    def check(self) -> tuple[int, str]:
        """Run the checker as README.txt says; return its exit code and all that it printed."""
        command = [sys.executable, "-I", str(self.folder / "check_proof.py")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})
        return done.returncode, done.stdout + done.stderr

    def run(self, command: str) -> None:
        """Run a command of README.txt in its folder; one that fails is a failure of the test."""
        done = subprocess.run(command.split(), cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"


async def proved(
    archive: Archive, tmp_path: Path, which: int | str = URL, number: int | None = None, *, every: bool = False
) -> Unpacked:
    """Prove a revision and unpack the bundle."""
    report = await archive.custody.prove(which, number, tmp_path / "proof.zip", every=every)
    return unpacked(report, tmp_path / "proof")


def unpacked(report: ProofReport, folder: Path) -> Unpacked:
    """Unpack a bundle that holds what its report says."""
    with zipfile.ZipFile(report.path) as bundle:
        assert tuple(bundle.namelist()) == report.files
        bundle.extractall(folder)
    return Unpacked(folder)


async def current(archive: Archive) -> Revision:
    """Return the text that stands."""
    view = await archive.document(URL)
    return view.revisions[-1]
