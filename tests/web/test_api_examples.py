"""Every example of docs/api.md runs, and what the page shows is in what it prints."""

import asyncio
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.web.asking import Client

pytest_plugins = ["tests.web.newsstand", "tests.web.api_stand"]

PAGE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
SHOWN_AT = "http://127.0.0.1:8474"


def commands() -> list[tuple[str, str]]:
    """Return the commands of the page, each with the output that it shows."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
    found = (one.partition("\n") for one in re.split(r"^\$ ", blocks, flags=re.MULTILINE)[1:])
    return [(command, shown) for command, _, shown in found]


async def printed(*arguments: str) -> str:
    """Return what a program prints; it ends well."""
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    out = (await process.communicate())[0].decode()
    assert process.returncode == 0, (arguments, out)
    return out


@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="curl is not installed")
async def test_the_examples_run_and_show_what_the_page_shows(writing: tuple[Client, str]) -> None:
    """On the newsstand: words of six letters and more."""
    client, secret = writing
    here = str(client.make_url("")).rstrip("/")
    for command, shown in commands():
        out = await printed(*shlex.split(command.replace(SHOWN_AT, here).replace("$TOKEN", secret)))
        assert [word for word in re.findall(r"[^\W\d]{6,}", shown) if word not in out] == [], (command, out)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    out = await printed(sys.executable, "-c", program.replace(SHOWN_AT, here))
    assert "The harbour stays shut after the storm" in out
    assert len(commands()) > 5
