"""What is asked of an export, and what it settles on before it begins."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from monitor.answers import DocumentFilter
from monitor.errors import UsageError
from monitor.telling_answers import TableFormat

EVERYTHING = DocumentFilter()
LONGEST_MARK = 80  # characters
_OF_CHANGES = (TableFormat.DIFFS, TableFormat.ATOM)  # unless told
_EITHER = (TableFormat.JSONL, TableFormat.CSV, TableFormat.PARQUET, TableFormat.ATOM)
# Lines can be cut off and gone on with; the footer of Parquet tells of all that is before it.
RESUMED = (*(TableFormat.JSONL, TableFormat.CSV), *(TableFormat.DIFFS, TableFormat.ATOM, TableFormat.TEXT))
STREAMED = (*(TableFormat.JSONL, TableFormat.CSV), *(TableFormat.DIFFS, TableFormat.ATOM, TableFormat.OPML))


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be written. `documents` are numbers; `packed` is gzip; `mark` names how far an earlier one came."""

    form: TableFormat
    query: str = ""
    which: DocumentFilter = EVERYTHING
    documents: tuple[int, ...] = ()
    changes: bool = False
    all_kinds: bool = False
    mark: str | None = None
    packed: bool = False

    def told(self) -> str:
        """Return all of it as a text that only the same request has."""
        return repr(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an export settles on when it begins, and keeps when it is gone on with.

    It is as of `at`, with what is numbered above `since` and up to `until` (a revision and a change), while so many
    documents were `redacted`.
    """

    at: datetime
    since: tuple[int, int]
    until: tuple[int, int]
    redacted: int

    def told(self) -> dict[str, Any]:
        """Return what `plan_of` reads."""
        return asdict(self) | {"at": self.at.isoformat()}


def plan_of(told: Mapping[str, Any]) -> Plan:
    """Read what `told` returned. Raises KeyError, TypeError or ValueError for anything else."""
    since, until = tuple(map(int, told["since"])), tuple(map(int, told["until"]))
    return Plan(datetime.fromisoformat(told["at"]), (since[0], since[1]), (until[0], until[1]), int(told["redacted"]))


def request_of(
    form: TableFormat,
    to: Path | BinaryIO,
    query: str,
    which: DocumentFilter | None,
    documents: tuple[int, ...],
    changes: bool | None,
    all_kinds: bool,
    mark: str | None,
) -> Request:
    """Return what is asked for, checked. Raises UsageError for what does not go together."""
    of_changes = form in _OF_CHANGES if changes is None else changes
    if changes is not None and form not in _EITHER and changes != (form in _OF_CHANGES):
        raise UsageError(f"{form} is {'of changes' if form in _OF_CHANGES else 'not of changes'}, always")
    if form is TableFormat.OPML and (query.strip() or documents or mark):
        raise UsageError(
            "OPML is of sources, all of them or those of an outlet", hint="--outlet and --source narrow it"
        )
    if mark is not None and not 0 < len(mark) <= LONGEST_MARK:
        raise UsageError(f"the name of a mark has 1 to {LONGEST_MARK} characters")
    if not isinstance(to, Path) and form not in STREAMED:
        raise UsageError(f"{form} goes into a file", hint="name one")
    packed = isinstance(to, Path) and to.name.lower().endswith(".gz")
    wanted = which or EVERYTHING
    return Request(form, query.strip(), wanted, tuple(sorted(set(documents))), of_changes, all_kinds, mark, packed)


def mark_of(
    form: TableFormat, to: Path, query: str, which: DocumentFilter | None, changes: bool | None, all_kinds: bool
) -> str:
    """Return the name of the mark that an export has unless it is given one: its form, place, and what it selects."""
    asked = repr((query.strip(), which or EVERYTHING, changes, all_kinds, str(to.absolute().parent)))
    own = f"{form}:{hashlib.sha256(asked.encode()).hexdigest()[:8]}:"
    return own + to.name[-(LONGEST_MARK - len(own)) :]
