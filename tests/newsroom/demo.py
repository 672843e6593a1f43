"""`make demo`: the main job on the newsroom, as a person would do it with real outlets."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from monitor.edges.clock import DrivenClock, drive
from tests.newsroom.days import at
from tests.newsroom.process import newsroom_process
from tests.newsroom.settings import CORPUS, config_toml

BEGIN, END = at(16, 5, 30), at(19, 0)
RATE = 3600.0  # simulated seconds a second: the newsroom's three days in 67 s
FOLDER = Path("demo-data")
MONITOR = Path(sys.executable).with_name("monitor")

console = Console(highlight=False)


def main() -> int:
    """Run the demo; return the exit code."""
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    clock = FOLDER.resolve() / "clock.json"
    drive(clock, BEGIN)
    with newsroom_process(clock, FOLDER.resolve()) as room:
        config = FOLDER.resolve() / "monitor.toml"
        config.write_text(config_toml(FOLDER.resolve() / "archive", room, clock), encoding="utf-8")
        os.environ["MONITOR_CONFIG"] = str(config)
        os.environ["MONITOR_DAEMON__TICK"] = "0.1s"
        show(clock)
    farewell(time.monotonic() - began)
    return 0


def show(clock: Path) -> None:
    """Do the main job, step by step."""
    tell(
        "A local web of eight invented outlets is up, in French, Arabic, Indonesian, Spanish, Russian and Vietnamese.",
        "Six saved articles cite them. Import those, and watch what they cite:",
    )
    run("import-corpus", str(CORPUS.relative_to(Path.cwd())), "--add-sources")
    tell("One more outlet, by hand: what is at that address is found out.")
    run("add-source", "http://sevprichal.example", "--tag", "north")
    tell("Now the daemon. Three days of news pass in about a minute:")
    day(clock)
    tell("What changed, newest first:")
    run("changes", "--since", "3d", "--limit", "20")
    tell("The saved French article against the page as it is now: a number corrected, a claim withdrawn.")
    run("diff", "1")
    tell("What was taken down. Gone means: missed by several checks, spread over hours.")
    run("changes", "--kind", "removed")
    tell("Two searches, over saved and new texts at once. Neither accents nor the Arabic article matter:")
    run("search", "cooperation", "--limit", "3")
    run("search", "تحليه", "--limit", "3")
    tell("The sources, with the reason for the next check:")
    run("sources")
    tell("Is the evidence what it was? Every byte is read again, every text extracted again, the chain checked:")
    run("verify")
    tell("A proof of the corrected text for somebody who trusts nobody: no program of ours is needed to check it.")
    run("prove", "1", "--out", str(FOLDER / "proof.zip"))
    check_proof(FOLDER / "proof.zip")
    tell("And where it all lies:")
    run("status")


def tell(*lines: str) -> None:
    """Say something between two commands."""
    console.print()
    for line in lines:
        console.print(Text(line, style="bold"))


def run(*words: str) -> None:
    """Show a command and run it."""
    shown = " ".join(f'"{word}"' if " " in word else word for word in ("monitor", *words))
    console.print(Text(f"$ {shown}", style="cyan"))
    sys.stdout.flush()
    subprocess.run([MONITOR, *words], check=True)


def check_proof(bundle: Path) -> None:
    """Unpack a proof and check it by the page of Python that lies in it, as its receiver would."""
    folder = bundle.with_suffix("")
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(folder)
    console.print(Text(f"$ unzip {bundle} -d {folder} && cd {folder} && python3 check_proof.py", style="cyan"))
    sys.stdout.flush()
    subprocess.run([sys.executable, "-I", "check_proof.py"], cwd=folder, check=True)


@dataclass(slots=True)
class Tally:
    """What the daemon's log has told so far."""

    archived: int = 0
    changes: int = 0
    variants: int = 0
    lines: list[str] = field(default_factory=list)

    def hear(self, event: dict[str, str], now: datetime) -> None:
        """Count an event, and keep a line about the ones worth one."""
        if event["event"] == "document.archived":
            self.archived += 1
        elif event["event"] == "change.recorded" and event["kind"] == "variant":
            self.variants += 1
        elif event["event"] == "change.recorded":
            self.changes += 1
            title = (event.get("title") or "")[:38]
            self.lines.append(
                f"  {now:%a %H:%M}  [yellow]{event['kind']:<8}[/]  {escape(event['reason'])} ({escape(title)})"
            )

    def __str__(self) -> str:
        return f"{self.archived} articles, {self.changes} changes, {self.variants} A/B switches"


def day(clock: Path) -> None:
    """Run the daemon from BEGIN to END of the newsroom's days, telling what it does."""
    console.print(Text("$ monitor run", style="cyan"))
    tally = Tally()
    with daemon(FOLDER / "daemon.log") as log, Progress(
        TextColumn("  {task.fields[now]:%a %d %b %H:%M}"), BarColumn(30), TextColumn("{task.description}"),
        console=console, transient=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task(str(tally), total=(END - BEGIN).total_seconds(), now=BEGIN)
        drive(clock, BEGIN, RATE)
        while (now := DrivenClock(clock).now()) < END:
            for event in map(json.loads, log):
                tally.hear(event, now)
            for line in tally.lines:
                bar.console.print(line, no_wrap=True, overflow="ellipsis")
            tally.lines.clear()
            bar.update(task, completed=(now - BEGIN).total_seconds(), description=str(tally), now=now)
            time.sleep(0.2)
        drive(clock, END)
        bar.update(task, completed=(END - BEGIN).total_seconds(), now=END)
    if not console.is_terminal:
        console.print(f"  {tally}")


@contextmanager
def daemon(path: Path) -> Iterator[TextIO]:
    """Run `monitor run` with its log in a file; give the log, to read on as it grows."""
    with path.open("w", encoding="utf-8") as out, path.open(encoding="utf-8") as log:
        process = subprocess.Popen([MONITOR, "run"], stderr=out, env={**os.environ, "MONITOR_LOG__FORMAT": "json"})
        try:
            wait_until_ready(process, path)
            yield log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
    if process.returncode:
        raise SystemExit(f"the daemon ended with {process.returncode}; its log is {path}")


def wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the daemon says that it has started."""
    for _ in range(200):
        if "daemon.started" in log.read_text(encoding="utf-8") or process.poll() is not None:
            return
        time.sleep(0.1)


def farewell(seconds: float) -> None:
    """Say how to go on with real outlets."""
    console.print()
    console.print(Text(f"That was the main job, in {timedelta(seconds=round(seconds))}.", style="bold"))
    console.print(f"It lies in {FOLDER}/archive: archive.db (SQLite), evidence/ (WARC), corpus/ (plain files).")
    console.print("With real outlets, and your own folder of saved articles:")
    for line in (
        'export MONITOR_FETCH__CONTACT="https://your.site/about"   # sites see who asks',
        ".venv/bin/monitor import-corpus YOUR-FOLDER --add-sources",
        ".venv/bin/monitor add-source https://www.radiohc.cu/fr",
        "make run",
    ):
        console.print(Text(f"  {line}", style="cyan"), no_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
