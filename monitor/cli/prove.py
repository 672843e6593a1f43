"""`prove`: write a bundle that proves a revision to others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled, number_or_text
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
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
        str | None, typer.Option("--out", metavar="FILE", help="Where to write it: a .zip file, or a folder.")
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

    Example: monitor prove 17 --revision 2 --out proof.zip
    """
    session = session_of(ctx, as_json=json)
    which, place = number_or_text(document), None if out is None else Path(filled(out, "--out"))

    async def work(archive: "Archive") -> ProofReport:
        return await archive.custody.prove(which, revision, place, every=every)

    report = session.ask(work)
    if json:
        return session.screen.json(report)
    show_proof(session.screen, report)
    return None


def show_proof(screen: Screen, report: ProofReport) -> None:
    """Show where the bundle is and what it proves; what it lacks on standard error."""
    screen.line(f"{report.path}: {len(report.files)} files")
    for one in report.proves:
        screen.line(f"{one}.", indent=2)
    for one in report.left_out:
        screen.note(f"left out: {one}")
    if not report.stamps:
        screen.hint("stamp")
