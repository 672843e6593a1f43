"""What `doctor` looks at of the machine: configuration, folders, disk, service, backups."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from monitor.app.examining import Patient, bad, good, skipped, warn
from monitor.config import explain, warnings
from monitor.core.symptoms import rounded
from monitor.edges.clock import DrivenClock
from monitor.running_answers import Finding
from monitor.sizes import format_size

RUNNING = Path("/run/systemd/system")  # which is there where systemd is at work (sd_booted(3))
UNITS = (
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "~/.config/systemd/user",
)
FEW_INODES = 0.05  # of all that a file system has


def configuration(patient: Patient) -> Iterator[Finding]:
    """Tell where the configuration came from, and what is accepted but should be known."""
    origins = {one.origin for one in explain(patient.settings)} - {"default", "code"}
    yield good("configuration", f"read from {', '.join(sorted(origins))}" if origins else "all options as they come")
    for sentence in warnings(patient.settings):
        if not sentence.startswith("fetch.contact"):  # which has a line of its own
            yield warn("configuration", sentence, "docs/configuration.md tells what each option does")
    if patient.settings.daemon.clock_file:
        DrivenClock(Path(patient.settings.daemon.clock_file)).now()  # raises where it is none


def data_folder(patient: Patient) -> Iterator[Finding]:
    """Look whether the data folder can be written by us, and by nobody else."""
    folder = patient.settings.data_dir
    if not folder.exists():
        yield warn("data folder", f"{folder} is not there yet", "the first command that keeps anything makes it")
        return
    if not folder.is_dir():
        yield bad("data folder", f"{folder} is no folder", "name another one: data_dir")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield bad("data folder", f"{folder} cannot be written by this user", f"as its owner, or chown it: {folder}")
    mode = folder.stat().st_mode
    if mode & stat.S_IWOTH:
        yield bad("data folder", f"everybody on this machine can write to {folder}", f"chmod o-w {folder}")
    elif os.access(folder, os.W_OK):
        yield good("data folder", str(folder))


def disk(patient: Patient) -> Iterator[Finding]:
    """Look at the space and the inodes that are left."""
    folder = next(one for one in (patient.settings.data_dir, *patient.settings.data_dir.parents) if one.is_dir())
    free, settings = shutil.disk_usage(folder).free, patient.settings
    told = f"{format_size(free)} are free in {folder}"
    if free < settings.evidence.min_free:
        yield bad("disk", f"{told}, and nothing is fetched with less than evidence.min_free", "make room")
    elif free < settings.health.min_free:
        least = format_size(settings.health.min_free)
        yield warn(
            "disk", f"{told}, less than health.min_free ({least})", "make room: docs/storage.md, docs/retention.md"
        )
    else:
        yield good("disk", told)
    inodes = os.statvfs(folder)
    if inodes.f_files and inodes.f_favail < FEW_INODES * inodes.f_files:
        yield warn("disk", f"only {inodes.f_favail:,} inodes are free in {folder}", "files there are many: make room")


def service(_: Patient) -> Iterator[Finding]:
    """Look whether systemd knows of us."""
    if not RUNNING.is_dir():
        yield skipped("service", "systemd is not at work here; something else has to keep `monitor run` running")
        return
    places = [Path(os.path.expanduser(folder)) / "monitor.service" for folder in UNITS]
    unit = next((one for one in places if one.is_file()), None)
    if unit is None:
        yield warn("service", "no unit is installed for systemd", "`monitor service install`")
    else:
        yield good("service", f"installed as {unit}")


def backups(patient: Patient) -> Iterator[Finding]:
    """Look at the age of the newest backup."""
    folder, after = patient.settings.backup.folder, patient.settings.health.backup_after
    if not folder:
        yield warn("backups", "none are configured", "`monitor backup FOLDER`, or backup.folder with the timer")
        return
    from monitor.app.backing_up import snapshots

    newest = max((one.made_at for one in snapshots(Path(folder))), default=None)
    if newest is None:
        yield bad("backups", f"there is none in {folder} yet", "`monitor backup` makes one")
        return
    old = patient.now - newest
    told = f"the newest in {folder} is {rounded(old)} old"
    if after and old.total_seconds() > after:
        yield bad("backups", told, "`monitor backup` makes one; is its timer running?")
    else:
        yield good("backups", told)
