"""Put the units of the service in place, and take exactly them away. Works without an open archive."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import platformdirs

from monitor.app.service_units import SYSTEM, SYSUSERS, USERS, Kept, UnitFile, packaged, program_for, unit
from monitor.config import SYSTEM_FILE, load_settings
from monitor.edges import systemd
from monitor.errors import MonitorError, UsageError
from monitor.running_answers import ServiceReport

BACKUPS = Path("/var/backups/monitor")  # what the unit may write to while backup.folder names none
Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How the service is put in place: for the system or one user, with what beside it, and below which root.

    `executable` is the program that the units run, else this one; `force` replaces files that were edited.
    """

    user: bool = False
    now: bool = False
    backup: bool = False
    socket: bool = False
    root: Path = Path("/")
    executable: Path | None = None
    force: bool = False
    dry_run: bool = False


def install_service(options: ServiceOptions | None = None) -> ServiceReport:
    """Put the units in place; tell systemd where it runs, else say the commands.

    A file that somebody edited stays as it is, and the report says so. Raises UsageError for options that do not fit,
    a program that no service could see, and beside the units of a package unless forced; MonitorError where files
    cannot be written or systemd refuses.
    """
    chosen = options or ServiceOptions()
    if chosen.user and (chosen.backup or chosen.socket):
        raise UsageError("--user goes without --backup and --socket", hint="they are for the system's service")
    _check_unpackaged(chosen)
    folder = _backup_folder(chosen) if chosen.backup else None
    files = _files(chosen, program_for(chosen.executable, system=not chosen.user), folder)
    states = {file: _state(file) for file in files}
    edited = [file for file in files if states[file] is Kept.EDITED and not chosen.force]
    fresh = [file for file in files if states[file] is not Kept.CURRENT and file not in edited]
    if not chosen.dry_run:
        for file in fresh:
            _write(file)
    starting = tuple(_starting(chosen))
    commands = _do([*_preparing(chosen, folder), *(starting if chosen.now else ())], chosen)
    commands += () if chosen.now else _written(starting)
    left = tuple(str(file.path) for file in files if file not in fresh)
    return ServiceReport(_paths(fresh), commands, _problems(chosen, edited, folder), left)


def uninstall_service(options: ServiceOptions | None = None) -> ServiceReport:
    """Take away the files that `install_service` put in place; archive, configuration and system user stay.

    A file that somebody edited stays too, unless forced. Raises MonitorError where files cannot be removed.
    """
    chosen = options or ServiceOptions()
    there = {file: state for file in _every(chosen, None) if (state := _state(file)) is not Kept.ABSENT}
    edited = [file for file in there if there[file] is Kept.EDITED and not chosen.force]
    ours = [file for file in there if file not in edited]
    units = [file.path.name.replace("@", "@*") for file in ours if file.path.suffix != ".conf"]
    done = _do([_systemctl(chosen, "stop", *units)] if units else [], chosen)
    if not chosen.dry_run:
        for file in ours:
            _remove(file)
    done += _do([_systemctl(chosen, "daemon-reload")] if ours else [], chosen)
    additions = (file.path.with_name(f"{file.path.name}.d") for file in ours)  # by `systemctl edit`
    left = (*_paths(edited), *(str(path) for path in additions if path.is_dir()))
    told = (f"{path} is a package's: it goes with the package" for path in packaged(chosen.root, user=chosen.user)[:1])
    return ServiceReport(_paths(ours), done, (*_kept(edited), *told), left)


def service_files(options: ServiceOptions | None = None) -> tuple[tuple[str, str], ...]:
    """Return every file that the service may have, and what lies there in words. Raises MonitorError."""
    chosen = options or ServiceOptions()
    ours = _every(chosen, None if chosen.user else _backup_folder(chosen))
    theirs = packaged(chosen.root, user=chosen.user)
    return (*((str(file.path), str(_state(file))) for file in ours), *((str(path), "a package's") for path in theirs))


def _check_unpackaged(chosen: ServiceOptions) -> None:
    """Refuse beside a package: units of ours would hide its own, miss its upgrades, and stay when it goes."""
    theirs = () if chosen.force else packaged(chosen.root, user=chosen.user)
    for path in theirs[:1]:
        start = shlex.join((*_systemctl(chosen, "enable", "--now"), *_started(chosen)))
        raise UsageError(
            f"a package has put its units into {path.parent}; those of this command would hide them",
            hint=f"`{start}` starts what the package brings; --force hides it",
        )


def _every(chosen: ServiceOptions, folder: Path | None) -> tuple[UnitFile, ...]:
    """Return all files that an installation may have had; the program in them is the one that they would have now."""
    every = replace(chosen, backup=not chosen.user, socket=not chosen.user)
    return _files(every, program_for(chosen.executable, system=False), folder)


def _files(chosen: ServiceOptions, program: str, folder: Path | None) -> tuple[UnitFile, ...]:
    if chosen.user:
        own = platformdirs.user_config_path() / USERS
        return (unit("user/monitor.service", _below(chosen.root, own) / "monitor.service", program),)
    names = ["monitor.service", "monitor@.service"]
    names += ["monitor-backup.service", "monitor-backup.timer"] if chosen.backup else []
    names += ["monitor-web.socket"] if chosen.socket else []
    units = [unit(name, chosen.root / SYSTEM / name, program, folder) for name in names]
    return (*units, unit("monitor.sysusers", chosen.root / SYSUSERS, program))


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to(path.anchor)


def _preparing(chosen: ServiceOptions, folder: Path | None) -> Iterator[Command]:
    if not chosen.user:
        yield ("systemd-sysusers", SYSUSERS.name)
    if folder is not None and not _below(chosen.root, folder).is_dir():
        yield ("install", "-d", "-o", "monitor", "-g", "monitor", "-m", "0750", str(folder))
    yield _systemctl(chosen, "daemon-reload")


def _starting(chosen: ServiceOptions) -> Iterator[Command]:
    """Yield what starts it: one that runs already is stopped before, since a socket cannot be opened beside it."""
    units = _started(chosen)
    yield _systemctl(chosen, "enable", *units)
    yield _systemctl(chosen, "stop", "monitor.service")
    yield _systemctl(chosen, "start", *reversed(units))


def _started(chosen: ServiceOptions) -> list[str]:
    units = ["monitor.service", *(["monitor-backup.timer"] if chosen.backup else [])]
    return units + (["monitor-web.socket"] if chosen.socket else [])


def _systemctl(chosen: ServiceOptions, *words: str) -> Command:
    return ("systemctl", *(["--user"] if chosen.user else []), *words)


def _do(commands: Sequence[Command], chosen: ServiceOptions) -> tuple[str, ...]:
    """Run commands where systemd runs this machine; return those that are left to a person."""
    if chosen.dry_run or chosen.root != Path("/") or not systemd.is_running():
        return _written(commands)
    for command in commands:
        systemd.command(*command)
    return ()


def _written(commands: Sequence[Command]) -> tuple[str, ...]:
    return tuple(shlex.join(command) for command in commands)


def _backup_folder(chosen: ServiceOptions) -> Path | None:
    """Return the folder that the system's configuration names for backups, if any. Raises ConfigError."""
    file = _below(chosen.root, SYSTEM_FILE)
    return load_settings(file).backup.folder if file.exists() else None


def _problems(chosen: ServiceOptions, edited: Sequence[UnitFile], folder: Path | None) -> tuple[str, ...]:
    told = _kept(edited)
    if chosen.backup and folder is None:
        told.append(f'backup.folder is not set: write [backup] and folder = "{BACKUPS}" into {SYSTEM_FILE}')
    return tuple(told)


def _kept(edited: Sequence[UnitFile]) -> list[str]:
    return [f"{file.path} was edited or is not ours: it stays without --force" for file in edited]


def _paths(files: Sequence[UnitFile]) -> tuple[str, ...]:
    return tuple(str(file.path) for file in files)


def _state(file: UnitFile) -> Kept:
    try:
        return file.state()
    except OSError as error:
        raise _refused(file, error) from error


def _write(file: UnitFile) -> None:
    """Write a file whole: a unit that is half there is none."""
    draft = file.path.with_name(f".{file.path.name}.new")
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(file.text, encoding="utf-8")
        draft.chmod(0o644)
        draft.replace(file.path)
    except OSError as error:
        raise _refused(file, error) from error


def _remove(file: UnitFile) -> None:
    """Remove a file, and the links by which it was enabled."""
    try:
        for link in file.path.parent.glob("*.wants/*"):
            if fnmatch(link.name, file.path.name.replace("@", "@*")):
                link.unlink()
        file.path.unlink()
    except OSError as error:
        raise _refused(file, error) from error


def _refused(file: UnitFile, error: OSError) -> MonitorError:
    return MonitorError(f"{file.path}: {error.strerror or error}", hint="be root, take --user, or name a --root DIR")
