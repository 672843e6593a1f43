"""Tell what an export is asked for: documents by name, or a search."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.answers import DocumentFilter
from monitor.cli.choices import outlet_key
from monitor.cli.inputs import number_or_text, parse_since, parse_until
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor import Archive

LAST = "last"
_DOCUMENT = re.compile(r"#?[0-9]+|https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed: the words as they stand, and the options."""

    words: tuple[str, ...]
    source: str | None
    outlet: str | None
    copies_of: str | None
    since: str | None
    until: str | None

    @property
    def documents(self) -> tuple[int | str, ...]:
        """Return the documents that are named. Raises UsageError where words stand beside them."""
        named = [word for word in self.words if _DOCUMENT.fullmatch(word.strip())]
        others = [word for word in self.words if word.strip() and word not in named]
        if named and others:
            hint = f"to search for it: '\"{named[0]}\"'; for the document leave out the words"
            raise UsageError(f"{named[0]} beside {others[0]!r}: is it a document or a word?", hint=hint)
        return tuple(number_or_text(word) for word in named)

    @property
    def query(self) -> str:
        """Return the search, "" where documents are named or nothing."""
        return "" if self.documents else " ".join(word for word in self.words if word.strip())


async def filtered(archive: "Archive", given: Given) -> DocumentFilter:
    """Return what the options narrow by, times left aside. Raises NotFoundError."""
    which = DocumentFilter()
    if given.outlet is not None:
        which = replace(which, outlet=outlet_key(archive.outlets, given.outlet))
    if given.source is not None:
        which = replace(which, source_id=(await archive.source(number_or_text(given.source))).id)
    return which


async def documents_of(archive: "Archive", given: Given) -> tuple[int | str, ...] | None:
    """Return the documents that are named, and as copies of one; None where neither was asked for."""
    if given.copies_of is None:
        return given.documents or None
    alike = await archive.exports.copies_of(number_or_text(given.copies_of))
    if given.query:
        raise UsageError("--copies-of and words of a search are given", hint="leave one of them out")
    named = await archive.exports.numbers(given.documents)
    return tuple(one for one in alike if not named or one in named)


def with_times(archive: "Archive", given: Given) -> str:
    """Return the search with --since and --until as fields of it, so that the same words mean the same search.

    Raises UsageError for a bad time.
    """
    now, fields = archive.now(), []
    if given.since is not None and given.since != LAST:
        parse_since(given.since, now)
        fields.append(f'since:"{given.since.strip()}"')
    if given.until is not None:
        parse_until(given.until, now)
        fields.append(f'until:"{given.until.strip()}"')
    return " ".join((given.query, *fields)).strip()
