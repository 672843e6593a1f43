"""`prove`: write a bundle that proves a revision to others."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled, number_or_text
from monitor.cli.interruption import told_of
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.stamp import next_step
from monitor.cli.text import plural
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import ProofReport

if TYPE_CHECKING:
    from monitor import Archive


def prove(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="Its number or URL.")],
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", min=1, help="This revision, instead of the current one.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE", help="Where to write it: a .zip file, or a folder that is there."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="With every capture that showed it, not only those that tell something new.")
    ] = False,
    json: Json = False,
) -> None:
    """Write a zip that proves a revision to others.

    Nobody needs this program to check it. In it are the text, the WARC records that it was read from, that brought it
    back, and that showed it last, their way to a seal of the chain, the stamps that prove when, and two pages of Python
    that check all this; README.txt says how, step by step. What is new is sealed first. Without --out it is
    proof-ID-N.zip, here. Have the chain stamped before (`monitor stamp`), or nobody but this archive says when.
    Records that are missing or damaged are left out, named, and end the command with 6.

    Example: monitor prove 17 --revision 2 --out proof.zip
    """
    session = session_of(ctx, as_json=json)
    which, place = number_or_text(document), None if out is None else _place(filled(out, "--out"))

    async def work(archive: "Archive") -> ProofReport:
        return await archive.custody.prove(which, revision, place, every=every)

    with told_of(session.screen, lambda: "a bundle is there whole or not at all"):
        report = session.ask(work)
    if json:
        session.screen.json(report)
    else:
        show_proof(session.screen, report)
    if report.left_out:
        were = "was" if len(report.left_out) == 1 else "were"
        raise EvidenceError(
            f"{plural(len(report.left_out), 'record')} could not be read and {were} left out",
            hint="`monitor verify` says what is wrong with the evidence",
        )
    if not json and not report.stamps:
        session.screen.hint(next_step(session))


def _place(given: str) -> Path:
    """Return the file or folder to write to. Raises UsageError, NotFoundError."""
    place = Path(given)
    if not place.is_dir() and given.endswith(os.sep):
        raise NotFoundError(f"there is no folder {place}", hint="make it first, or name a .zip file")
    if not place.is_dir() and place.suffix.lower() != ".zip":
        raise UsageError(f"{given} is no name for a bundle", hint="end it with .zip, or name a folder that is there")
    return place


def show_proof(screen: Screen, report: ProofReport) -> None:
    """Show where the bundle is and what it proves; what it lacks on standard error."""
    screen.line(f"{report.path}: {len(report.files)} files")
    for one in report.proves:
        screen.line(f"{one}.", indent=2)
    for one in report.left_out:
        screen.note(f"left out: {one}")
