"""Walk the guide for administrators from its first command to its last, on machines with a systemd of their own."""

import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.guide import Block, blocks, unseen
from tests.machine import releases, vault
from tests.machine.booted import Booted
from tests.machine.rootfs import PERSON
from tests.machine.stand_ins import CA_FILE
from tests.machine.trials import Trial, an_archive_of_another_release_is_not_tried_again

HOME = Path("home") / PERSON / "monitor"  # the checkout, and where the commands are given
ELSEWHERE = "another machine"  # of the reasons why the tests do not run a command
BACKUPS, COPY = "/var/backups/monitor", "/srv/monitor"
INSTALL = "Install"


@dataclass
class Walk:
    """The guide as it is walked by one way of installing; `make` makes another machine once it is needed."""

    way: str
    first: Booted
    make: Callable[[str], Booted]
    words: dict[str, str]
    certificate: Path
    wrong: list[str] = field(default_factory=list)
    heard: dict[str, str] = field(default_factory=dict)  # what each command printed, the last time
    _machines: dict[str, Booted] = field(default_factory=dict)

    def prepare(self, machine: Booted) -> None:
        """Bring what the guide takes for granted: the checkout and the wheel, and who vouches for the outlets."""
        home = machine.root / HOME
        releases.checkout(home)
        if self.way == "wheel":
            releases.wheel(home, home)
        shutil.copy(self.certificate, machine.root / CA_FILE.lstrip("/"))
        machine.need(f"chown -R {PERSON}: /{HOME}; chmod 644 {CA_FILE}")

    def go(self, until: str | None = None, since: str | None = None) -> None:
        """Do what stands in the chapters from one on, before another."""
        chapters = [block.chapter for block in blocks(self.way)]
        begin = chapters.index(since) if since else 0
        end = chapters.index(until) if until else len(chapters)
        for block in blocks(self.way)[begin:end]:
            self.do(block, self.machine(block.machine))

    def machine(self, name: str) -> Booted:
        """Return a machine; the second one gets the program as the first did when it is first asked for."""
        if name not in self._machines:
            made = self._machines[name] = self.first if name == "first" else self.make(name)
            self.prepare(made)
            for block in blocks(self.way) if made is not self.first else []:
                if block.chapter == INSTALL:
                    self.do(block, made)
        return self._machines[name]

    def do(self, block: Block, machine: Booted) -> None:
        """Write the file of a block, or give its commands."""
        if path := block.marks.get("file") or block.marks.get("file, more"):
            self.tell(machine.name, f"write {path}", 0.0, "")
            return machine.write(path, "\n" + self.said(block.text), more="file, more" in block.marks)
        if block.marks.get("not run") == "the next release":
            self._release(machine)
        if block.marks.get("not run") == ELSEWHERE:
            return self._copy(block, machine)
        self._give_all(block, machine)
        if block.marks.get("not run") == "the next release":
            self.tried([an_archive_of_another_release_is_not_tried_again])
        return None

    def _copy(self, block: Block, machine: Booted) -> None:
        """Give the commands that need a machine which takes copies, and compare what came there."""
        other = self.make("vault")
        vault.open_to(other, machine)
        self._give_all(block, machine)
        if not vault.is_like(other, COPY, machine, BACKUPS):
            self.wrong.append(f"{machine.name}: {COPY} on the other machine is not what {BACKUPS} is here")
        other.off()

    def _give_all(self, block: Block, machine: Booted) -> None:
        for command, shown in block.commands:
            self._give(machine, self.said(command), shown)

    def tried(self, every: Iterable[Trial]) -> None:
        """Try what systemd does with the service of the first machine."""
        for trial in every:
            began = time.monotonic()
            try:
                wrong = trial(self.first)
            except AssertionError as error:
                wrong = str(error)
            self.tell("first", trial.__name__.replace("_", " "), time.monotonic() - began, wrong)
            if wrong:
                self.wrong.append(f"{trial.__name__}: {wrong[:300]}")

    def _give(self, machine: Booted, command: str, shown: str) -> None:
        command = self._dated(machine, command)
        began = time.monotonic()
        done = machine.do(command, folder=f"/{HOME}", answer="y\n" * 9)
        self.heard[command] = done.said
        lacking = unseen(shown, done.said)
        wrong = f"ended with {done.code}" if done.code else f"did not print {lacking}" if lacking else ""
        self.tell(machine.name, f"$ {command}", time.monotonic() - began, wrong)
        if wrong:
            self.wrong.append(f"{machine.name}: {command}: {wrong}")
            print("\n".join(f"        {line}" for line in done.said.strip().splitlines()[-25:]), flush=True)

    def said(self, text: str) -> str:
        """Return what stands for a text here."""
        for words, stand_in in self.words.items():
            text = text.replace(words, stand_in)
        return text

    def _dated(self, machine: Booted, command: str) -> str:
        """Name the copy that `migrate` made as it is called."""
        copies = sorted(machine.do("ls /var/lib/monitor", user="root").said.split())
        made = [name for name in copies if name.startswith("archive.db.before-")]
        return re.sub(r"archive\.db\.before-\d{4}-\w+", lambda found: made[-1] if made else found[0], command)

    def _release(self, machine: Booted) -> None:
        """Have the next release come out."""
        home = machine.root / HOME
        if (home / f"migrations/versions/{releases.NEXT_SCHEMA}_nothing.py").exists():
            return
        releases.raise_version(home)
        if self.way == "wheel":
            releases.wheel(home, home)
        machine.need(f"chown -R {PERSON}: /{HOME}")

    def tell(self, name: str, what: str, seconds: float, wrong: str) -> None:
        """Print a line."""
        print(f"  {seconds:6.1f} s  {name:7} {what}{f'   <-- {wrong}' if wrong else ''}", flush=True)
