"""Options that several commands share, and what their values stand for in the archive."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import DocumentFilter
from monitor.cli.completion import outlet_keys
from monitor.cli.inputs import filled, number_or_text, parse_since, parse_until
from monitor.errors import UsageError
from monitor.model import DocumentState, Origin
from monitor.naming import outlet_key as outlet_key

if TYPE_CHECKING:
    from monitor import Archive

MOST = 2**31 - 1  # rows that a database can be asked for

Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]
OutletOption = Annotated[
    str | None,
    typer.Option(
        "--outlet", metavar="NAME", help="Only of this outlet: its key or a name.", autocompletion=outlet_keys
    ),
]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="SOURCE", help="Only what this source told of: number or URL.")
]
LangOption = Annotated[
    str | None,
    typer.Option("--lang", metavar="LANG", help="Only in this language, such as es or ar; its regions count."),
]
OriginOption = Annotated[Origin | None, typer.Option("--origin", help="Only saved texts, or only what was fetched.")]
StateOption = Annotated[DocumentState | None, typer.Option("--state", help="Only pages in this state.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="WHEN", help="First seen since: 24h, 7d, 2026-11-16 or a time.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="WHEN", help="First seen until: 24h, 2026-11-16 (all day) or a time.")
]
CitesOption = Annotated[
    str | None,
    typer.Option(
        "--cites",
        metavar="NAME",
        help="Saved texts that cite this outlet: its key or a name.",
        autocompletion=outlet_keys,
    ),
]
ChangedOption = Annotated[
    str | None, typer.Option("--changed", metavar="WHEN", help="With a change since: 24h, 7d, 2026-11-16.")
]


def limit(default: int) -> int:
    """Declare --limit with its default."""
    given: int = typer.Option(default, "--limit", metavar="N", callback=_at_least_one, help="At most so many.")
    return given


def _at_least_one(given: int) -> int:
    if given < 1:
        raise UsageError(f"--limit {given} is too few", hint="it must be 1 or more")
    return min(given, MOST)


async def chosen(
    archive: "Archive",
    which: DocumentFilter,
    *,
    outlet: str | None = None,
    cites: str | None = None,
    source: str | None = None,
    lang: str | None = None,
    since: str | None = None,
    until: str | None = None,
    changed: str | None = None,
) -> DocumentFilter:
    """Return a filter completed by what must be looked up. Raises UsageError for a bad time, NotFoundError."""
    now = archive.now()
    return replace(
        which,
        outlet=None if outlet is None else outlet_key(archive.outlets, outlet),
        cites=None if cites is None else outlet_key(archive.outlets, cites),
        source_id=None if source is None else (await archive.source(number_or_text(source))).id,
        language=None if lang is None else primary_tag(lang),
        since=None if since is None else parse_since(since, now),
        until=None if until is None else parse_until(until, now),
        changed_since=None if changed is None else parse_since(changed, now),
    )


def primary_tag(language: str) -> str:
    """Return the language that a person means, without region or script, which stored texts rarely tell: `es`."""
    return re.split("[-_]", filled(language, "--lang"))[0].lower()
