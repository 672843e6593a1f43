"""`stamp`: have the newest seal of the chain stamped, and check the stamps."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.inputs import filled
from monitor.cli.screen import Screen
from monitor.cli.session import Session, session_of
from monitor.cli.text import plural
from monitor.cli.times import moment
from monitor.errors import EvidenceError, UsageError
from monitor.evidence_answers import StampCheck, StampReport, StampVerdict
from monitor.model import Seal, StampMethod

if TYPE_CHECKING:
    from monitor import Archive

RequestOption = Annotated[
    str | None, typer.Option("--request", metavar="FILE", help="Write what is to be stamped to a file; send nothing.")
]
AnswerOption = Annotated[
    str | None, typer.Option("--answer", metavar="FILE", help="Take the answer to it: a .tsr or .ots file.")
]
HeaderOption = Annotated[
    list[str] | None,
    typer.Option("--block-header", metavar="HEX", help="With --check: the header of a Bitcoin block. Repeatable."),
]


def stamp(
    ctx: typer.Context,
    rfc3161: Annotated[bool, typer.Option("--rfc3161", help="By the time-stamping authority.")] = False,
    ots: Annotated[bool, typer.Option("--ots", help="By OpenTimestamps, in a Bitcoin block.")] = False,
    sign: Annotated[bool, typer.Option("--sign", help="By the operator's key: says who, not when.")] = False,
    request: RequestOption = None,
    answer: AnswerOption = None,
    check: Annotated[bool, typer.Option("--check", help="Check all stamps, without asking anybody.")] = False,
    block_header: HeaderOption = None,
    json: Json = False,
) -> None:
    """Prove when all that is kept was there, by others.

    Seals what is new and has the newest seal stamped in every way that is configured, or as told. Nobody is asked who
    is not named under [stamp] in the configuration. Without the network: --request writes a file to give to an
    authority, --answer takes what comes back. What Bitcoin was promised to hold takes hours; run it again then. Ends
    with 6 when a stamp fails or is wrong; docs/stamps.md has the whole.

    Example: monitor stamp --rfc3161 --request seal.tsq
    """
    session = session_of(ctx, as_json=json)
    flags = {StampMethod.RFC3161: rfc3161, StampMethod.OPENTIMESTAMPS: ots, StampMethod.ED25519: sign}
    methods = tuple(method for method, wanted in flags.items() if wanted)
    if sum((request is not None, answer is not None, check)) > 1:
        raise UsageError("--request, --answer and --check are three things to do", hint="one at a time")
    if block_header and not check:
        raise UsageError("--block-header goes with --check")
    if methods and (check or answer is not None):
        raise UsageError("which kind of stamp it is, the stamp tells", hint="leave --rfc3161, --ots and --sign out")
    if check:
        _check(session, block_header or (), json=json)
    elif answer is not None:
        _answer(session, Path(filled(answer, "--answer")), json=json)
    elif request is not None:
        _request(session, methods, Path(filled(request, "--request")), json=json)
    else:
        _stamp(session, methods, json=json)


def _stamp(session: Session, methods: Sequence[StampMethod], *, json: bool) -> None:
    async def work(archive: "Archive") -> tuple[StampReport, ...]:
        with session.screen.progress("stamping") as progress:
            return await archive.custody.stamp(methods, progress=progress)

    reports = session.ask(work)
    if json:
        session.screen.json(reports)
    else:
        show_stamps(session.screen, reports)
    if failed := [one for one in reports if one.problem is not None]:
        raise EvidenceError("\n".join(f"{one.method}: {one.problem}" for one in failed))
    if not json:
        session.screen.hint("stamp --check")


def _request(session: Session, methods: Sequence[StampMethod], to: Path, *, json: bool) -> None:
    if len(methods) > 1:
        raise UsageError("one file holds one request", hint="--rfc3161 or --ots")
    method = methods[0] if methods else StampMethod.RFC3161
    report = session.ask(lambda archive: archive.custody.stamp_request(method, to))
    if json:
        return session.screen.json(report)
    session.screen.line(f"{_named(report.seal)}: written to {', '.join(report.files)}")
    return session.screen.note(report.detail)


def _answer(session: Session, file: Path, *, json: bool) -> None:
    report = session.ask(lambda archive: archive.custody.stamp_answer(file))
    if json:
        session.screen.json(report)
    else:
        show_stamps(session.screen, (report,))


def _check(session: Session, headers: Sequence[str], *, json: bool) -> None:
    found = session.ask(lambda archive: archive.custody.check_stamps(headers))
    if json:
        session.screen.json(found)
    else:
        show_checks(session.screen, found)
    if wrong := sum(one.verdict is StampVerdict.WRONG for one in found):
        raise EvidenceError(f"{wrong} of {plural(len(found), 'stamp')} wrong")


def show_stamps(screen: Screen, reports: Sequence[StampReport]) -> None:
    """Show what came of each method, below the seal that it is about."""
    shown: Seal | None = None
    for one in reports:
        if one.seal != shown:
            shown = one.seal
            screen.line(_named(shown))
        screen.line(f"{one.method}: {one.detail}", indent=2)
        for note in one.notes:
            screen.note(f"{one.method}: {note}")


def show_checks(screen: Screen, found: Sequence[StampCheck]) -> None:
    """Show what each stamp proves, and how many are what."""
    if not found:
        screen.note("there are no stamps yet; docs/stamps.md tells the ways to have them")
        return
    for one in found:
        screen.line(f"{one.verdict}  seal {one.seal.number}  {one.stamp.method}: {one.detail}")
    counted = Counter(one.verdict for one in found)
    told = ", ".join(f"{counted[verdict]} {verdict}" for verdict in StampVerdict if counted[verdict])
    screen.line(f"{plural(len(found), 'stamp')}: {told}")


def next_step(session: Session) -> str:
    """Return the command that has the chain stamped, or begins it where nobody is configured to."""
    told = session.settings.stamp
    return "stamp" if told.authority or told.calendars or told.key else "stamp --rfc3161 --request seal.tsq"


def _named(seal: Seal) -> str:
    return f"seal {seal.number} of {moment(seal.at)}, {seal.hash}"
