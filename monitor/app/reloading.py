"""Go by other settings while the daemon runs: what can be applied is, and what cannot waits for a restart."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.app import opening
from monitor.app.context import Context
from monitor.interfaces import Fetcher
from monitor.options import options
from monitor.settings import Settings

# Sections and options that are asked for whenever they are needed, or whose edge is made anew. Everything else was
# built into something at the start: a database, a server, worker processes, an evidence file that says who asked.
_SECTIONS = frozenset({"fetch", "schedule", "recheck", "retention", "stamp", "corpus", "alerts", "health", "backup"})
_OPTIONS = frozenset(
    {
        *("evidence.keep", "evidence.min_free", "evidence.verify_every", "evidence.verify_rate"),
        *("evidence.compact", "evidence.compact_after"),
        *("daemon.hosts", "daemon.lease", "push.lease", "log.level"),
    }
)
# Every evidence file says at its head who asks: another name begins with another file.
_AT_RESTART = frozenset({"fetch.contact", "fetch.user_agent"})
GRACE_S = 60.0  # that requests of a fetcher which was replaced have, beyond its own limit, to end


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The options that changed, by name: those in effect now, and those that are after a restart."""

    applied: tuple[str, ...]
    needs_restart: tuple[str, ...]


class Reloading:
    """Replaces the settings of an open archive."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._leaving: set[asyncio.Task[None]] = set()

    def reload(self, fresh: Settings) -> Reloaded:
        """Go by new settings, as far as that can be done without a restart.

        The files of outlets and certificates are read again also where their names stayed. Requests under way end as
        they began. Raises ConfigError for a bad file of these, and changes nothing then.
        """
        old, outlets = self._ctx.settings, self._ctx.registry.outlets
        changed = tuple(key for key in options() if _value(old, key) != _value(fresh, key))
        applied = tuple(key for key in changed if can_be_applied(key))
        merged = _merged(old, fresh, applied)
        registry, seams = opening.load_registry(merged), opening.seams_of(merged, self._ctx.clock)
        fetcher = seams.fetcher()
        self._ctx.adopt(merged, registry, seams)
        self._leave(self._ctx.exchange_fetcher(fetcher), old.fetch.timeout + GRACE_S)
        if registry.outlets != outlets and "corpus.outlets" not in applied:
            applied = (*applied, "corpus.outlets")
        return Reloaded(applied, tuple(key for key in changed if key not in applied))

    async def close(self) -> None:
        """Close what was replaced and is still waited for."""
        for task in self._leaving:
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    def _leave(self, replaced: Fetcher | None, seconds: float) -> None:
        if replaced is not None:
            task = asyncio.create_task(_close_later(replaced, seconds), name="close a replaced fetcher")
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)


async def _close_later(fetcher: Fetcher, seconds: float) -> None:
    """Close a fetcher once its requests have ended: each has a time limit."""
    try:
        await asyncio.sleep(seconds)
    finally:
        await fetcher.close()


def can_be_applied(key: str) -> bool:
    """Return whether an option takes effect without a restart."""
    return key not in _AT_RESTART and (key in _OPTIONS or key.partition(".")[0] in _SECTIONS)


def _merged(old: Settings, fresh: Settings, applied: tuple[str, ...]) -> Settings:
    """Return the old settings with what can be applied of the new ones."""
    by_section: dict[str, dict[str, Any]] = {}
    for key in applied:
        section, _, name = key.rpartition(".")
        by_section.setdefault(section, {})[name] = _value(fresh, key)
    sections = {name: getattr(old, name).model_copy(update=new) for name, new in by_section.items()}
    merged = old.model_copy(update=sections)
    merged._given = _given(old, fresh, applied)
    return merged


def _given(old: Settings, fresh: Settings, applied: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    return {**old._given, **{key: fresh._given[key] for key in applied if key in fresh._given}}


def _value(settings: Settings, key: str) -> object:
    value: object = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value
