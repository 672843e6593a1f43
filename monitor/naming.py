"""Tell which outlet a person means."""

from collections.abc import Iterable

from monitor.errors import NotFoundError, UsageError
from monitor.model import Outlet


def outlet_key(outlets: Iterable[Outlet], given: str) -> str:
    """Return the key of the outlet that a person means: its key, a domain, a name, or a part that only it has.

    A domain that the archive does not know is its own key. Raises UsageError for nothing, NotFoundError for what fits
    none or several.
    """
    wanted = given.strip().casefold().removeprefix("www.")
    if not wanted:
        raise UsageError("the name of the outlet is empty", hint="leave it out, or say what is meant")
    known = tuple(outlets)
    exact = [one.key for one in known if wanted == one.key] or [one.key for one in known if wanted in _names(one)]
    if exact:
        return exact[0]
    part = [one.key for one in known if any(wanted in name for name in (one.key, one.name.casefold()))]
    if len(part) == 1:
        return part[0]
    if not part and "." in wanted:
        return wanted
    said = f"{given!r} fits {len(part)} outlets: {', '.join(part[:5])}" if part else f"there is no outlet {given!r}"
    raise NotFoundError(said, hint="`monitor outlets` lists them")


def _names(outlet: Outlet) -> set[str]:
    named = (outlet.key, outlet.name, *outlet.domains, *outlet.aliases, *outlet.bare)
    return {name.casefold() for name in named}
