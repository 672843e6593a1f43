"""Options that several commands share, and what their values stand for in the archive."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import DocumentFilter
from monitor.cli.inputs import number_or_text, parse_since
from monitor.errors import NotFoundError
from monitor.model import DocumentState, Origin, Outlet

if TYPE_CHECKING:
    from monitor import Archive

Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]
OutletOption = Annotated[
    str | None, typer.Option("--outlet", metavar="NAME", help="Only of this outlet: its key or a name.")
]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="SOURCE", help="Only what this source told of: number or URL.")
]
LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="LANG", help="Only in this language, such as es or ar.")
]
OriginOption = Annotated[Origin | None, typer.Option("--origin", help="Only saved texts, or only what was fetched.")]
StateOption = Annotated[DocumentState | None, typer.Option("--state", help="Only pages in this state.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="WHEN", help="First seen since: 24h, 7d, 2026-11-16 or a time.")
]
ChangedOption = Annotated[
    str | None, typer.Option("--changed", metavar="WHEN", help="With a change since: 24h, 7d, 2026-11-16.")
]


def limit(default: int) -> int:
    """Declare --limit with its default."""
    given: int = typer.Option(default, "--limit", metavar="N", min=1, help="At most so many.")
    return given


async def chosen(
    archive: "Archive",
    which: DocumentFilter,
    *,
    outlet: str | None = None,
    source: str | None = None,
    since: str | None = None,
    changed: str | None = None,
) -> DocumentFilter:
    """Return a filter completed by what must be looked up. Raises UsageError for a bad time, NotFoundError."""
    now = archive.now()
    return replace(
        which,
        outlet=outlet_key(archive.outlets, outlet) if outlet else None,
        source_id=(await archive.source(number_or_text(source))).id if source else None,
        since=parse_since(since, now) if since else None,
        changed_since=parse_since(changed, now) if changed else None,
    )


def outlet_key(outlets: tuple[Outlet, ...], given: str) -> str:
    """Return the key of the outlet that a person means: its key, a domain, a name, or a part that only it has.

    A domain that the archive does not know is its own key. Raises NotFoundError for what fits none or several.
    """
    wanted = given.strip().casefold().removeprefix("www.")
    exact = [one.key for one in outlets if wanted == one.key] or [one.key for one in outlets if wanted in _names(one)]
    if exact:
        return exact[0]
    part = [one.key for one in outlets if any(wanted in name for name in (one.key, one.name.casefold()))]
    if len(part) == 1:
        return part[0]
    if not part and "." in wanted:
        return wanted
    said = f"{given!r} fits {len(part)} outlets: {', '.join(part[:5])}" if part else f"there is no outlet {given!r}"
    raise NotFoundError(said, hint="`monitor outlets` lists them")


def _names(outlet: Outlet) -> set[str]:
    named = (outlet.key, outlet.name, *outlet.domains, *outlet.aliases, *outlet.bare)
    return {name.casefold() for name in named}
