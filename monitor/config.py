"""Find the configuration and check it: command line over environment over credentials over file over default.

The only module that reads the environment.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from monitor.errors import ConfigError
from monitor.layers import (
    COMMAND_LINE,
    FILE_VARIABLE,
    Findings,
    Given,
    Problem,
    from_credentials,
    from_environment,
    from_file,
    from_overrides,
)
from monitor.options import options, sections
from monitor.settings import Settings

SYSTEM_FILE = Path("/etc/monitor/monitor.toml")
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class SettingOrigin:
    """One option as it stands: its key, its value as a file would write it (secrets masked), where that is from."""

    key: str
    value: str
    origin: str


def load_settings(path: Path | None = None, overrides: Mapping[str, str] | None = None) -> Settings:
    """Find and check every option. `path` is `--config`, `overrides` are `--set key=value`.

    The file is `path`, else what MONITOR_CONFIG names, else monitor/monitor.toml in the user's configuration folder,
    else /etc/monitor/monitor.toml, else none. Raises ConfigError with one line for each problem found.
    """
    findings = [*_findings(path, overrides or {})]
    given = {found.option.key: found for found in findings if isinstance(found, Given) and not _is_unset(found)}
    problems = [found for found in findings if isinstance(found, Problem)]
    settings = _checked(given, problems)
    if settings is None or problems:
        raise _error(problems)
    return settings


def _findings(path: Path | None, overrides: Mapping[str, str]) -> Findings:
    """Yield what is found everywhere; what comes later wins."""
    for option in options().values():
        yield Given(option, option.default, DEFAULT)
    state = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]  # systemd's StateDirectory=
    home = platformdirs.user_data_path("monitor", appauthor=False)
    yield Given(options()["data_dir"], state or str(home), "environment STATE_DIRECTORY" if state else DEFAULT)
    if file := _file(path):
        yield from from_file(file)
    if credentials := os.environ.get("CREDENTIALS_DIRECTORY"):
        yield from from_credentials(Path(credentials))
    yield from from_environment(os.environ)
    yield from from_overrides(overrides)


def _file(path: Path | None) -> Path | None:
    named = str(path) if path else os.environ.get(FILE_VARIABLE)
    if named:
        return Path(os.path.expanduser(named)).absolute()
    own = platformdirs.user_config_path("monitor", appauthor=False) / "monitor.toml"
    return next((file for file in (own, SYSTEM_FILE) if os.path.exists(file)), None)


def _is_unset(given: Given) -> bool:
    return given.option.key == "data_dir" and given.value == ""


def _checked(given: Mapping[str, Given], problems: list[Problem]) -> Settings | None:
    try:
        settings = Settings.model_validate(_nested(given))
    except ValidationError as error:
        problems += dict.fromkeys(_problem(detail["loc"], detail, given) for detail in error.errors())
        return None
    settings._given = {key: (found.option.shown(found.value), found.origin) for key, found in given.items()}
    return settings


def _nested(given: Mapping[str, Given]) -> dict[str, Any]:
    values: dict[str, Any] = {section: {} for section in sections()}
    for key, found in given.items():
        section, _, name = key.rpartition(".")
        (values[section] if section else values)[name] = found.value
    return values


def _problem(place: tuple[int | str, ...], detail: Mapping[str, Any], given: Mapping[str, Given]) -> Problem:
    found = given.get(".".join(str(step) for step in place[:2])) or given.get(str(place[0]))
    if found is None:  # two options of a section contradict each other
        wrong = str(detail["ctx"]["error"])
        return Problem(f"{_origins(str(place[0]), wrong, given)}: [{place[0]}] {wrong}")
    shown = found.option.shown(found.value)
    shown = shown if len(shown) <= 100 else shown[:99] + "…"
    return Problem(f"{found.origin}: {found.option.key} is {shown}; it takes {found.option.form.text}")


def _origins(section: str, wrong: str, given: Mapping[str, Given]) -> str:
    named = (
        found.origin
        for key, found in given.items()
        if key.startswith(f"{section}.") and key[len(section) + 1 :] in wrong
    )
    return ", ".join(dict.fromkeys(origin for origin in named if origin != DEFAULT))


def _error(problems: list[Problem]) -> ConfigError:
    if len(problems) == 1:
        return ConfigError(problems[0].text, hint=problems[0].hint)
    return ConfigError("\n".join(problem.line for problem in problems))


def explain(settings: Settings) -> tuple[SettingOrigin, ...]:
    """Return every option with its value and where that came from; settings made in code say so."""
    return tuple(SettingOrigin(key, *settings._given.get(key, _in_code(settings, key))) for key in options())


def _in_code(settings: Settings, key: str) -> tuple[str, str]:
    value: object = settings
    for name in key.split("."):
        value = getattr(value, name)
    return options()[key].shown(value if value is not None else ""), "code"


def warnings(settings: Settings) -> tuple[str, ...]:
    """Return what is accepted but should be known, one sentence each."""
    return tuple(_warnings(settings))


def _warnings(settings: Settings) -> Iterator[str]:
    fetch = settings.fetch
    if not fetch.contact and not fetch.user_agent:
        yield "fetch.contact is not set: servers cannot tell who is asking, and block such visitors sooner"
    if fetch.allow_private:
        yield f"fetch.allow_private lets pages reach private addresses: {', '.join(fetch.allow_private)}"
    if settings.daemon.clock_file:
        yield f"daemon.clock_file is set: the time is simulated by {settings.daemon.clock_file}"
    if settings.daemon.lease < 3 * fetch.timeout:
        yield "daemon.lease is under three times fetch.timeout: another may take a host that is being asked"
    if settings.evidence.keep == "none":
        yield 'evidence.keep is "none": nothing that is archived can be proved later'
    yield from _exposed(settings)


def _exposed(settings: Settings) -> Iterator[str]:
    """Yield the secrets that others on this machine can read, by how they were given."""
    for key, (shown, origin) in settings._given.items():
        if not options()[key].hides(shown):
            continue
        if origin == COMMAND_LINE:
            yield f"{key} was given on the command line, which others on this machine can read: {_SAFER}"
        elif os.path.isabs(origin) and _is_readable_by_all(origin):
            yield f"{key} stands in {origin}, which everybody on this machine can read: chmod 600 it, or {_SAFER}"


_SAFER = "give it in the environment or as a credential"


def _is_readable_by_all(path: str) -> bool:
    try:
        return bool(os.stat(path).st_mode & stat.S_IROTH)
    except OSError:  # gone since it was read: nobody can read it now
        return False


def notify_socket() -> str | None:
    """Return the address where systemd wants to hear of us (sd_notify(3)), or None without one."""
    return os.environ.get("NOTIFY_SOCKET") or None


def watchdog_interval() -> float | None:
    """Return the seconds between signs of life, half of what systemd allows (sd_watchdog_enabled(3)).

    None when no watchdog is set or it is meant for another process.
    """
    allowed, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not allowed.isdecimal() or not int(allowed) or process not in ("", str(os.getpid())):
        return None
    return int(allowed) / 2_000_000


def passed_sockets() -> tuple[str, ...]:
    """Return the names of the sockets that systemd opened for us, in order (sd_listen_fds(3)).

    Empty when there are none, or when they are meant for another process.
    """
    count, process = os.environ.get("LISTEN_FDS", ""), os.environ.get("LISTEN_PID", "")
    if not count.isdecimal() or process != str(os.getpid()):
        return ()
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    return tuple(names[number] if number < len(names) else "" for number in range(int(count)))


def colour_wanted() -> bool:
    """Return whether a terminal may be coloured: not with NO_COLOR set, nor on a terminal that says it is dumb."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
