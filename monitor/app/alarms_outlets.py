"""Which outlets have fallen silent, each by its own rhythm: all its sources together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core.alarming import Condition, Symptom
from monitor.core.silence import silent
from monitor.model import AlarmKind
from monitor.store import symptoms

BATCH = 10  # outlets that one reading of the database looks at, so that it holds nobody up
MOST = 50  # outlets that are called silent at a time: where it is more, it is not they who are


class SilenceWatch:
    """What looks at outlets in trouble, some at each look, in turn."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._reached = ""

    async def look(self, now: datetime, told: Sequence[str]) -> list[Symptom]:
        """Return the outlets that bring nothing new for far longer than is usual with them.

        Of those that have a source that is silent or fails (an outlet that keeps us out is silent as well) the next few
        are looked at, and always those that have been `told` of. At most MOST are returned, those told of first.
        """
        some = await self._ctx.db.read(symptoms.maybe_silent, now, self._reached)
        self._reached = some[-1] if len(some) == symptoms.OUTLETS else ""
        names = tuple(dict.fromkeys((*told, *some)))
        found: list[Symptom] = []
        for begin in range(0, len(names), BATCH):
            found += await self._ctx.db.read(_judged, names[begin : begin + BATCH], now)
            if len(found) >= MOST:
                break
        return found[: max(MOST, len(told))]


def _judged(conn: Connection, names: tuple[str, ...], now: datetime) -> list[Symptom]:
    return [one for name in names if (one := _outlet(conn, name, now)) is not None]


def _outlet(conn: Connection, name: str, now: datetime) -> Symptom | None:
    sources = symptoms.of_outlet(conn, name)
    said = silent(symptoms.appeared(conn, [one.id for one in sources]), now)
    if said is None:
        return None
    failing = [one for one in sources if one.failures]
    why = f"; {len(failing)} of its {len(sources)} sources fail: {failing[0].last_detail}" if failing else ""
    return Symptom(AlarmKind.SILENCE, name, Condition.WRONG, said + why)
