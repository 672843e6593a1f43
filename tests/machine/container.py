"""`python -m tests.machine.container`: the container, built, run and asked as docs/service.md says.

The image that it begins with is not to be had everywhere: a fresh Debian with a Python of the same version stands for
it. Needs root, podman, runc, debootstrap, the registries of Debian and Python, and some 5 GB below `--folder`; about
five minutes. Ends with 1 where something was wrong.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.machine import rootfs

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "packaging" / "Containerfile"
RELEASE = "trixie"  # of Debian, which has that Python
BASE = re.compile(r"^FROM (\S+python:3\.13-\S+)", re.MULTILINE)
GUIDE = re.compile(r"^## In a container$.*?^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOTED = '[fetch]\ncontact = "desk@news.example"\n'
PATIENCE_S = 60.0
# For where there is no network but the loopback, and no right to raise limits to what podman gives by default.
AS_HERE = ("--network", "host", "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")


class Podman:
    """Containers below a folder: their images and volumes are none of the machine's, and go with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        engine, storage = folder / "containers.conf", folder / "storage.conf"
        engine.write_text('[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
        storage.write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/images"\nrunroot = "{folder}/running"\n'
        )
        self._told = {"CONTAINERS_CONF": str(engine), "CONTAINERS_STORAGE_CONF": str(storage)}

    def do(self, *words: str, fails: bool = False) -> str:
        """Run a command of it, and return what it printed. Raises AssertionError where it fails, unless it may."""
        print("$ podman", shlex.join(words), flush=True)
        done = subprocess.run(
            ["podman", *words],
            cwd=ROOT if words[0] == "build" else self.folder,
            env={**os.environ, **self._told, "BUILDAH_ISOLATION": "chroot"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert fails or done.returncode == 0, f"podman {words[0]} ended with {done.returncode}: {done.stdout[-3000:]}"
        return done.stdout


def main() -> int:
    """Build it, run it and ask it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.machine.container")
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/monitor-container"))
    folder = parser.parse_args().folder.resolve()
    if lacking := [name for name in ("podman", "runc", "debootstrap") if shutil.which(name) is None]:
        parser.error(f"these are not installed: {', '.join(lacking)}")
    folder.mkdir(parents=True)
    podman = Podman(folder)
    try:
        build, run, hup = _commands()
        _make_base(podman)
        podman.do("build", "--network", "host", *_packages(), *build[2:])
        wrong = list(_tried(podman, run, hup))
    finally:
        podman.do("rm", "--force", "--all", fails=True)
        shutil.rmtree(folder)
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


def _commands() -> list[list[str]]:
    """Return the commands of the guide: how it is built, run, and told to read its configuration anew."""
    found = GUIDE.search((ROOT / "docs" / "service.md").read_text(encoding="utf-8"))
    assert found, "the guide tells nothing of containers"
    return [shlex.split(line) for line in found[1].replace("\\\n", " ").splitlines()]


def _make_base(podman: Podman) -> None:
    """Make what stands for the image of the recipe, under its name."""
    (name,) = set(BASE.findall(RECIPE.read_text(encoding="utf-8")))
    base, packages = podman.folder / "base", "ca-certificates,python3,python3-pip,python3-venv"
    rootfs.run("debootstrap", "--variant=minbase", f"--include={packages}", RELEASE, str(base))
    (base / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    next((base / "usr/lib").glob("python3.*/EXTERNALLY-MANAGED")).unlink()  # that image's Python is nobody's
    rootfs.like_here(base)
    archive = podman.folder / "base.tar"
    rootfs.run("tar", "--create", f"--directory={base}", f"--file={archive}", ".")
    podman.do("import", "--quiet", str(archive), name)
    archive.unlink()


def _packages() -> list[str]:
    return [word for folder in rootfs.shared() for word in ("--volume", f"{folder}:{folder}:ro")]


def _tried(podman: Podman, run: list[str], hup: list[str]) -> Iterator[str]:
    """Yield what is wrong with a container that was begun as the guide says."""
    config = podman.folder / "monitor.toml"
    config.write_text(NOTED, encoding="utf-8")
    podman.do("run", *AS_HERE, *run[2:])
    yield from _alive(podman)
    if "desk@news.example" not in (told := podman.do("exec", "monitor", "monitor", "doctor", fails=True)):
        yield f"the configuration was not read: {told}"
    if not re.search(r"^good +reading worker: confined", told, re.MULTILINE):
        yield f"its reading workers are not confined: {told}"
    if "Read-only file system" not in podman.do("exec", "monitor", "touch", "/x", fails=True):
        yield "its root can be written"
    podman.do("exec", "monitor", "monitor", "backup")
    config.write_text(NOTED + 'gap = "7s"\n', encoding="utf-8")
    podman.do(*hup[1:])
    if not _heard(podman, '"event": "config.reloaded", "applied": ["fetch.gap"]'):
        yield f"it did not read its configuration anew: {podman.do('logs', 'monitor')}"
    podman.do("stop", "monitor")
    if (code := podman.do("inspect", "monitor", "--format", "{{.State.ExitCode}}").strip()) != "0":
        yield f"it ended with {code}: {podman.do('logs', 'monitor')}"
    podman.do("rm", "monitor")
    podman.do("run", *AS_HERE, *run[2:])  # with the volumes of the first
    yield from _alive(podman)
    if "no backups" in (told := podman.do("exec", "monitor", "monitor", "backup", "--list", fails=True)):
        yield f"its backups went with the container: {told}"


def _alive(podman: Podman) -> Iterator[str]:
    if not _heard(podman, '"event": "daemon.started"'):
        yield f"it did not start: {podman.do('logs', 'monitor')}"
    podman.do("healthcheck", "run", "monitor")  # which fails where it is not well, or nobody looks
    if not _heard(podman, '"ready": true', "exec", "monitor", "monitor-alive", "/readyz"):  # a round has to begin first
        yield f"it is not ready: {podman.do('logs', 'monitor')}"


def _heard(podman: Podman, words: str, *asked: str) -> bool:
    """Wait until its log says something, or what it is asked."""
    until = time.monotonic() + PATIENCE_S
    while words not in podman.do(*(asked or ("logs", "monitor")), fails=True):
        if time.monotonic() > until:
            return False
        time.sleep(1)
    return True


if __name__ == "__main__":
    sys.exit(main())
