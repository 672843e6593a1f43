"""A program of another make reads the OpenAPI document, and holds the server to it by good and bad questions."""

import asyncio
import re
from pathlib import Path

import pytest

from monitor.web.api_routes import BASE
from tests.edges import judges
from tests.web.asking import Client
from tests.web.asking_api import every_operation

pytest_plugins = ["tests.web.newsstand", "tests.web.api_stand"]

# Of what has its form, no schema can say that it means something: there may be no such outlet, no such site (422).
CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
"""
OPTIONS = (
    *("--seed", "6", "--max-examples", "2", "--workers", "1", "--phases", "coverage,fuzzing,stateful"),
    *("--generation-database", "none", "--no-color", "--continue-on-failure"),
)


@pytest.mark.slow
async def test_schemathesis_finds_nothing(writing: tuple[Client, str], tmp_path: Path) -> None:
    """Every check it has, over every operation, writes included: the sites it adds are down, or not to be had."""
    client, secret = writing
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        judges.judge("schemathesis"),
        *("--config-file", config, "run", str(client.make_url(f"{BASE}/openapi.json"))),
        *("--header", f"Authorization: Bearer {secret}", *OPTIONS),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said[-6000:]
    tested = re.search(r"Tested: ([0-9]+)", said)
    assert tested is not None, said
    assert int(tested[1]) == len(every_operation())
