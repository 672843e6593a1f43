"""Read outlet files and know the outlets: by key, by host, by the names texts use."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from monitor.core.outlet_names import NameIndex
from monitor.core.urls import without_port
from monitor.errors import ConfigError
from monitor.model import Outlet

_TEXTS = ("domains", "aliases", "bare", "languages", "feeds")
_KEYS = ("name", *_TEXTS, "homes", "country")


@dataclass(frozen=True, slots=True)
class Registry:
    """The outlets known. `names` finds them in texts."""

    outlets: tuple[Outlet, ...] = ()
    names: NameIndex = field(default_factory=lambda: NameIndex.of(()), repr=False, compare=False)
    _by_key: dict[str, Outlet] = field(default_factory=dict, repr=False, compare=False)
    _by_domain: dict[str, Outlet] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, *groups: Iterable[Outlet]) -> "Registry":
        """Build a registry; an outlet of a later group replaces the one with its key, in its place."""
        by_key = {outlet.key: outlet for group in groups for outlet in group}
        outlets = tuple(by_key.values())
        by_domain = {domain: outlet for outlet in outlets for domain in outlet.domains}
        return cls(outlets, NameIndex.of(outlets), by_key, by_domain)

    def get(self, key: str) -> Outlet | None:
        """Return the outlet with that key, or None."""
        return self._by_key.get(key)

    def by_host(self, host: str) -> Outlet | None:
        """Return the outlet a host belongs to: the one with the longest domain that is the host or above it."""
        labels = without_port(host.lower()).rstrip(".").split(".")
        candidates = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._by_domain[domain] for domain in candidates if domain in self._by_domain), None)


def parse_outlets(text: str, name: str) -> tuple[Outlet, ...]:
    """Read an outlet file (TOML, one `[[outlet]]` a publisher); `name` is the file's name in messages.

    Raises ConfigError for what is not TOML, and for an entry with a missing, unknown or wrong key or with a domain
    that another entry has; the message names file, entry and key.
    """
    entries = _entries(text, name)
    outlets = tuple(_outlet(entry, f"{name}, outlet {_label(entry, number)}") for number, entry in entries)
    owners: dict[str, str] = {}
    for outlet in outlets:
        for domain in outlet.domains:
            if domain in owners:
                raise ConfigError(f"{name}: domain {domain!r} belongs to both {owners[domain]} and {outlet.name}")
            owners[domain] = outlet.name
    return outlets


def _entries(text: str, name: str) -> list[tuple[int, Any]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from error
    if unknown := table.keys() - {"outlet"}:
        raise ConfigError(f"{name}: unknown table {min(unknown)!r}", hint="write every outlet as [[outlet]]")
    entries = table.get("outlet", [])
    if not isinstance(entries, list):
        raise ConfigError(f"{name}: 'outlet' is one table", hint="write [[outlet]], with two brackets")
    return list(enumerate(entries, start=1))


def _label(entry: Any, number: int) -> str:
    named = entry.get("name") if isinstance(entry, dict) else None
    return f"{number} ({named})" if isinstance(named, str) else str(number)


def _outlet(entry: Any, where: str) -> Outlet:
    if not isinstance(entry, dict):
        raise ConfigError(f"{where}: not a table")
    if unknown := entry.keys() - set(_KEYS):
        raise ConfigError(f"{where}: unknown key {min(unknown)!r}", hint=f"accepted keys: {', '.join(_KEYS)}")
    texts = {key: _texts(entry, key, where) for key in _TEXTS}
    domains = tuple(_domain(domain, where) for domain in texts["domains"])
    if not domains:
        raise ConfigError(f"{where}: key 'domains' is missing or empty")
    return Outlet(
        key=domains[0],
        name=_name(entry, where),
        domains=domains,
        aliases=texts["aliases"],
        bare=texts["bare"],
        languages=texts["languages"],
        homes=_homes(entry, where),
        feeds=tuple(_web_address(feed, "feeds", where) for feed in texts["feeds"]),
        country=_country(entry, where),
    )


def _name(entry: dict[str, Any], where: str) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"{where}: key 'name' is missing, or not a text")
    return name.strip()


def _texts(entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = entry.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise ConfigError(f"{where}: key {key!r} is not a list of texts", hint=f'write {key} = ["...", "..."]')
    return tuple(value.strip() for value in values)


def _domain(domain: str, where: str) -> str:
    if "/" in domain or ":" in domain or "." not in domain.strip("."):
        raise ConfigError(f"{where}: key 'domains' has {domain!r}", hint="write the host alone, such as news.example")
    return domain.lower().strip(".")


def _homes(entry: dict[str, Any], where: str) -> tuple[tuple[str, str], ...]:
    homes = entry.get("homes", {})
    if not isinstance(homes, dict) or not all(isinstance(url, str) for url in homes.values()):
        hint = 'write homes = { fr = "https://..." }'
        raise ConfigError(f"{where}: key 'homes' is not a table of language and URL", hint=hint)
    return tuple((language, _web_address(url, "homes", where)) for language, url in homes.items())


def _web_address(url: str, key: str, where: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"{where}: key {key!r} has {url!r}", hint="write the whole URL, from https:// on")
    return url


def _country(entry: dict[str, Any], where: str) -> str | None:
    country = entry.get("country")
    if country is not None and not isinstance(country, str):
        raise ConfigError(f"{where}: key 'country' is not a text")
    return country
