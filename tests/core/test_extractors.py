"""Readings are compared only with those that the same program made."""

import subprocess
import sys

import pytest

from monitor.core.extractors import READER, extractor_name, mode_of, same_extractor


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("trafilatura/2.3.1 reader/2 text=default", "trafilatura/2.3.1 reader/2 text=recall tree=flat", True),
        ("trafilatura/2.3.1 reader/2 text=default", "trafilatura/2.3.1 reader/3 text=default", False),
        ("trafilatura/2.3.1 reader/2 text=default", "trafilatura/2.3.10 reader/2 text=default", False),
        ("trafilatura/2.3.1 reader/2 text=default", "trafilatura/2.3.1 reader/20 text=default", False),
        ("trafilatura/2.3.1 text=default", "trafilatura/2.3.1 reader/1 text=fast", True),
        ("trafilatura/2.3.1 text=default", "trafilatura/2.3.1 reader/2 text=default", False),
        ("other/1 reader/2", "trafilatura/1 reader/2", False),
        (None, None, True),
        (None, "trafilatura/2.3.1 reader/2 text=default", False),
        ("", "", True),
        ("by hand", "by foot", False),
    ],
)
def test_program_and_reader_make_the_extractor(left: str | None, right: str | None, same: bool) -> None:
    """The way a page was read is no version; whichever stands first."""
    assert same_extractor(left, right) is same
    assert same_extractor(right, left) is same


def test_the_mode_is_read_from_the_name() -> None:
    """What was found one way is sought that way again."""
    name = extractor_name("trafilatura/2.3.1", "recall", flattened=True)
    assert name == f"trafilatura/2.3.1 reader/{READER} text=recall tree=flat"
    assert mode_of(name) == "recall"
    assert mode_of(None) is None
    assert mode_of("by hand") is None


def test_comparing_names_costs_no_import_of_the_extractor() -> None:
    """The daemon compares; its workers extract."""
    told = "import sys, monitor.core.extractors; print('trafilatura' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
