"""What the API answers of changes."""

from monitor import Archive
from monitor.answers import ChangeView, Page
from monitor.model import Field
from monitor.moments import parse_since, parse_until
from monitor.web.api_filters import FILTERS, QUERY_TEXT, query_of
from monitor.web.api_forms import WHEN, flag, share
from monitor.web.api_routes import AFTER, LIMITED, Asked, Operation, Parameter

_OF_THE_CHANGE = (Field.SINCE, Field.UNTIL)


async def changes(archive: Archive, asked: Asked) -> Page[ChangeView]:
    """Return the changes that fit."""
    now = archive.now()
    return await archive.find_changes(
        query_of(asked, without=_OF_THE_CHANGE),
        since=parse_since(asked["since"], now) if asked["since"] else None,
        until=parse_until(asked["until"], now) if asked["until"] else None,
        at_least=asked["at_least"],
        all_kinds=asked["all_kinds"],
        limit=asked["limit"],
        after=asked["after"],
    )


OPERATIONS = (
    Operation(
        "listChanges",
        "GET",
        "/changes",
        "Changes with their documents, newest first. `kind` and `changed` mean the change itself, words its text.",
        Page[ChangeView],
        changes,
        (
            QUERY_TEXT,
            *(one for one in FILTERS if one.name not in _OF_THE_CHANGE),
            Parameter("since", WHEN, "Which happened since then."),
            Parameter("until", WHEN, "Which happened until then; a date counts with its whole day."),
            Parameter("at_least", share(0.0), "Which weigh at least as much."),
            Parameter("all_kinds", flag(), "Those that are no edits as well: furniture, another extractor."),
            LIMITED,
            AFTER,
        ),
        refusals=(422,),
    ),
)
