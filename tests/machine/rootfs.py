"""Make fresh Debian systems: one base by debootstrap, and machines that are layers over it."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What Debian's installer leaves on a server, as far as it matters here. Nothing that only we need.
PACKAGES = ("systemd-sysv", "dbus", "libpam-systemd", "sudo", "ca-certificates", "less")
# How this system finds its packages; the machines ask as it does.
APT = ("etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/keyrings", "etc/apt/auth.conf.d")
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
PERSON = "ada"  # who keeps the machine


def made(folder: Path) -> Path:
    """Return the base below a folder; it is made where it is not there yet. Raises CalledProcessError."""
    base = folder / "base"
    if (folder / "made").exists():
        return base
    release = re.findall(r"^VERSION_CODENAME=(.*)$", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", release[0], str(base))
    like_here(base)
    within = ("chroot", str(base))
    run(*within, "useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo", PERSON)
    rule = base / "etc/sudoers.d/ada"
    rule.write_text(f"{PERSON} ALL=(ALL) NOPASSWD: ALL\n", encoding="utf-8")
    rule.chmod(0o440)
    run(*within, "apt-get", "update", "-qq")
    (folder / "made").touch()
    return base


def like_here(base: Path) -> None:
    """Have a system ask for packages, of Debian and of Python, as this one does."""
    for name in APT:
        here = Path("/") / name
        if here.is_dir():
            shutil.copytree(here, base / name, dirs_exist_ok=True)
        elif here.is_file():
            shutil.copy(here, base / name)
        else:
            (base / name).unlink(missing_ok=True)  # debootstrap's own list would ask twice
    for part in Path("/etc/apt/apt.conf.d").iterdir():
        if "Acquire::" in part.read_text(encoding="utf-8"):
            shutil.copy(part, base / "etc/apt/apt.conf.d")
    shutil.copy(Path("/") / CERTIFICATES, base / CERTIFICATES)
    lines = [f"{name} = {value}" for name, value in pip_options().items()]
    (base / "etc/pip.conf").write_text("\n".join(["[global]", *lines, ""]), encoding="utf-8")


def pip_options() -> dict[str, str]:
    """Return how pip is set up here."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    pairs = re.findall(r"^(?:global|:env:)\.([\w-]+)=(.*)$", told, re.MULTILINE)
    return {name: str(ast.literal_eval(value)) for name, value in pairs}


def shared() -> tuple[str, ...]:
    """Return the folders of this system that pip takes packages from: machines see them, and cannot change them."""
    words = " ".join(pip_options().values()).replace("file://", "").split()
    named = {Path(word) for word in words if word.startswith("/")}
    # An index (PEP 503) refers to what lies beside it.
    folders = {folder.parent if folder.name == "simple" else folder for folder in named if folder.is_dir()}
    return tuple(str(folder) for folder in sorted(folders))


@contextmanager
def layer(folder: Path, base: Path, name: str) -> Iterator[Path]:
    """Lay a machine's own files over a base; give its root. Everything of it is gone with the context."""
    own = folder / name
    for part in ("upper", "work", "root"):
        (own / part).mkdir(parents=True)
    options = f"lowerdir={base},upperdir={own / 'upper'},workdir={own / 'work'}"
    run("mount", "-t", "overlay", "overlay", "-o", options, str(own / "root"))
    try:
        (own / "root/etc/hostname").write_text(f"{name}\n", encoding="utf-8")
        (own / "root/etc/hosts").write_text(f"127.0.0.1 localhost db.example {name}\n", encoding="utf-8")
        yield own / "root"
    finally:
        run("umount", str(own / "root"))
        shutil.rmtree(own)


def run(*words: str) -> None:
    """Run a command; what it says is shown where it fails. Raises CalledProcessError."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        print(done.stdout[-3000:])
        done.check_returncode()
