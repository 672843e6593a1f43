"""`export`: captures, texts, changes and sources for other programs. What is written is told by the file's name."""

from dataclasses import dataclass
from typing import Annotated

import typer

from monitor.cli import export_evidence, export_tables
from monitor.cli.choices import Json, OutletOption
from monitor.cli.export_query import Given
from monitor.cli.inputs import filled
from monitor.cli.session import session_of
from monitor.errors import UsageError
from monitor.evidence_answers import ExportFormat
from monitor.telling_answers import TableFormat

Form = ExportFormat | TableFormat

_SUFFIXES: dict[str, Form] = {
    ".warc.gz": ExportFormat.WARC,
    ".wacz": ExportFormat.WACZ,
    ".cdxj": ExportFormat.CDXJ,
    ".jsonl": TableFormat.JSONL,
    ".jsonl.gz": TableFormat.JSONL,
    ".csv": TableFormat.CSV,
    ".csv.gz": TableFormat.CSV,
    ".parquet": TableFormat.PARQUET,
    ".diff": TableFormat.DIFFS,
    ".patch": TableFormat.DIFFS,
    ".atom": TableFormat.ATOM,
    ".xml": TableFormat.ATOM,
    ".opml": TableFormat.OPML,
    "/": TableFormat.TEXT,
}
_HINT = (
    "end it with .jsonl, .csv, .parquet, .diff, .atom, .opml, .warc.gz, .wacz or .cdxj, or with / for a folder of texts"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How it is to be written, beside what."""

    file: str
    changes: bool | None
    every: bool
    mark: str | None
    resume: bool


def export(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to; its ending says as what. - is the screen.")],
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]...", help="What: a search, or documents by number or URL; all without."),
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON Lines: everything about each document.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="A table with the current texts.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same table with types; needs pyarrow.")] = False,
    text: Annotated[bool, typer.Option("--text", help="A folder of plain texts, as the corpus is laid out.")] = False,
    diffs: Annotated[bool, typer.Option("--diffs", help="Unified diffs of edits, as git apply reads them.")] = False,
    atom: Annotated[bool, typer.Option("--atom", help="An Atom feed of changes.")] = False,
    opml: Annotated[bool, typer.Option("--opml", help="The sources, for feed readers and import-opml.")] = False,
    warc: Annotated[bool, typer.Option("--warc", help="The captures as WARC.")] = False,
    wacz: Annotated[bool, typer.Option("--wacz", help="The captures as WACZ.")] = False,
    cdxj: Annotated[bool, typer.Option("--cdxj", help="An index of where the captures lie in the evidence.")] = False,
    changes: Annotated[
        bool | None,
        typer.Option("--changes/--documents", help="Of changes, or of documents."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Also changes that are none of an article.")] = False,
    source: Annotated[
        str | None, typer.Option("--source", metavar="SOURCE", help="Only this source and what it told of.")
    ] = None,
    outlet: OutletOption = None,
    copies_of: Annotated[
        str | None, typer.Option("--copies-of", metavar="ID", help="Only this document and its copies.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="WHEN",
            help="First seen (captures: captured) since: 24h, 7d, 2026-11-16 or a time. `last`: what is new since the "
            "export before.",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="And until: 24h, 2026-11-16 (all day) or a time.")
    ] = None,
    mark: Annotated[
        str | None, typer.Option("--mark", metavar="NAME", help="Which export --since last goes on from.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with one that was interrupted.")] = False,
    json: Json = False,
) -> None:
    """Write texts, changes or captures for other programs.

    The ending of FILE says as what: .jsonl, .jsonl.gz, .csv, .parquet, a folder/ of texts, .diff, .atom, .opml; the
    captures themselves as .warc.gz, .wacz or .cdxj. What is found by a search is written, all of it without one;
    numbers and URLs are documents, and words cannot stand beside them. The file appears when it is whole, and none is
    overwritten. docs/exports.md describes each form, docs/exchange.md those of captures: of these what is missing or
    damaged is left out, named, and ends the command with 6.

    Example: monitor export cuba.jsonl cuba outlet:granma.cu --since 30d
    """
    session = session_of(ctx, as_json=json)
    given = filled(file, "the name of the file")
    asked: dict[Form, bool] = {
        TableFormat.JSONL: jsonl,
        TableFormat.CSV: csv,
        TableFormat.PARQUET: parquet,
        TableFormat.TEXT: text,
        TableFormat.DIFFS: diffs,
        TableFormat.ATOM: atom,
        TableFormat.OPML: opml,
        ExportFormat.WARC: warc,
        ExportFormat.WACZ: wacz,
        ExportFormat.CDXJ: cdxj,
    }
    form = _form(given, asked)
    if given == "-" and json:
        raise UsageError("--json and - both want standard output", hint="name a file")
    what = Given(tuple(query or ()), source, outlet, copies_of, since, until)
    how = Asked(given, changes, every, mark, resume)
    if isinstance(form, ExportFormat):
        _refuse_for_evidence(form, how, since)
        return export_evidence.run(session, given, form, what)
    return export_tables.run(session, form, what, file=given, changes=changes, every=every, mark=mark, resume=resume)


def _form(given: str, asked: dict[Form, bool]) -> Form:
    """Return the form that the flags or the name of the file say. Raises UsageError."""
    flags = [form for form, wanted in asked.items() if wanted]
    named = [form for suffix, form in _SUFFIXES.items() if given.lower().endswith(suffix)]
    if len(flags) > 1:
        raise UsageError("a file has one form", hint=f"give one of {', '.join(f'--{form}' for form in flags)}")
    if not flags and not named:
        raise UsageError(f"{given} does not say what to write", hint=_HINT)
    found = (flags or named)[0]
    if given == "-" and found in (ExportFormat.WARC, ExportFormat.WACZ, TableFormat.PARQUET, TableFormat.TEXT):
        raise UsageError(
            f"{found.upper()} goes into a file", hint="--jsonl, --csv, --diffs, --atom, --opml, --cdxj may go to -"
        )
    return found


def _refuse_for_evidence(form: ExportFormat, how: Asked, since: str | None) -> None:
    """Raise UsageError for what captures are not asked by."""
    named = {"--changes": how.changes is not None, "--all": how.every, "--mark": how.mark, "--resume": how.resume}
    asked = [name for name, given in {**named, "--since last": since == "last"}.items() if given]
    if asked:
        hint = "leave it out; exports of texts and changes know it (docs/exports.md)"
        raise UsageError(f"{form.upper()} is of captures and does not know {asked[0]}", hint=hint)
