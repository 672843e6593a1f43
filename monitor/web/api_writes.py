"""What the API may change: add a source, pause it, poll it again, check it now, forget it. Each may be repeated."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from monitor import Archive
from monitor.answers import AddReport, VisitReport
from monitor.errors import DatabaseError, EvidenceError, MonitorError, NotFoundError, UsageError
from monitor.model import Source
from monitor.naming import outlet_key
from monitor.web.api_bodies import NewSource, Pausing
from monitor.web.api_desk import SOURCE
from monitor.web.api_routes import BASE, Asked, Done, Operation, Refused
from monitor.web.routes import Access
from monitor.web.under_way import UnderWay

WAIT_S = 20.0  # for sites that answer slowly; then whoever asked is told that it goes on
STATES = (401, 403, 413, 415)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What came of checking a source; `done` is false while it goes on, and `visits` are told when it has ended."""

    source_id: int
    done: bool
    visits: tuple[VisitReport, ...] = ()


def operations(under_way: UnderWay) -> tuple[Operation, ...]:
    """Return the writes; what they start goes on in `under_way`."""
    writes = _Writes(under_way)
    return (
        Operation(
            "addSource",
            "POST",
            "/sources",
            "Find out what a URL is, and watch it.",
            AddReport,
            writes.add,
            body=NewSource,
            answers=(
                (200, "It is watched already; what was said of it now changes nothing."),
                (201, "It is watched from now on."),
                (202, "Its site is slow, and it is still found out: ask again."),
            ),
            refusals=(*STATES, 422),
            access=Access.WRITE,
        ),
        _on_source("pauseSource", "pause", "Stop polling a source until it is resumed.", Source, _pause, Pausing),
        _on_source("resumeSource", "resume", "Poll a paused source again, at once.", Source, _resume),
        Operation(
            "checkSource",
            "POST",
            "/sources/{id}/check",
            "Poll a source now and read what is new, explaining every decision.",
            CheckReport,
            writes.check,
            (SOURCE,),
            answers=(
                (200, "It was checked."),
                (202, "The check goes on; the source tells of its fetches when it has ended."),
            ),
            refusals=(401, 403, 409, 413),
            access=Access.WRITE,
        ),
        Operation(
            "removeSource",
            "DELETE",
            "/sources/{id}",
            "Forget a source; what it told of stays.",
            Source,
            _remove,
            (SOURCE,),
            refusals=(401, 403, 413),
            access=Access.WRITE,
        ),
    )


def _on_source(
    name: str,
    verb: str,
    about: str,
    answer: Any,
    run: Callable[[Archive, Asked], Awaitable[object]],
    body: type[Pausing] | None = None,
) -> Operation:
    refusals = STATES if body else (401, 403, 413)
    path = f"/sources/{{id}}/{verb}"
    return Operation(
        name, "POST", path, about, answer, run, (SOURCE,), refusals=refusals, body=body, access=Access.WRITE
    )


async def _pause(archive: Archive, asked: Asked) -> Source:
    return await archive.pause(asked["id"], asked["body"].reason)


async def _resume(archive: Archive, asked: Asked) -> Source:
    return await archive.resume(asked["id"])


async def _remove(archive: Archive, asked: Asked) -> Source:
    return await archive.remove_source(asked["id"])


class _Writes:
    """The writes that ask sites, which may be slow. To ask the same while it goes on is to wait for the same."""

    def __init__(self, under_way: UnderWay) -> None:
        self._under_way = under_way

    async def add(self, archive: Archive, asked: Asked) -> Done | Refused:
        """Add a source."""
        body: NewSource = asked["body"]
        came = await self._under_way.join(("add", body), lambda: _add(archive, body), WAIT_S)
        if came is None:
            return Done(AddReport(body.url, "under way", "its site has not said yet what it is"), 202)
        location = f"{BASE}/sources/{came.source.id}" if came.source else None
        if came.status in ("added", "unverified"):
            return Done(came, 201, location)
        if came.status == "known":
            return Done(came, 200, location)
        return Refused(came.reason, came.hint, report=came)

    async def check(self, archive: Archive, asked: Asked) -> Done | Refused:
        """Check a source."""
        number: int = asked["id"]
        try:
            came = await self._under_way.join(("check", number), lambda: archive.check(number), WAIT_S)
        except (DatabaseError, EvidenceError, NotFoundError, UsageError):
            raise
        except MonitorError as error:  # another process is visiting its host
            return Refused(str(error), error.hint, 409)
        if came is None:
            return Done(CheckReport(number, False), 202, f"{BASE}/sources/{number}")
        return Done(CheckReport(number, True, came))


async def _add(archive: Archive, body: NewSource) -> AddReport:
    options = body.options()
    key = outlet_key(archive.outlets, options.outlet) if options.outlet else None
    (report,) = await archive.add_sources([body.url], replace(options, outlet=key))
    return report
