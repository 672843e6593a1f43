"""What several test files of the edges need."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.edges.warc import WarcEvidence
from tests.edges.warcs import evidence_in


@pytest.fixture
async def evidence(tmp_path: Path) -> AsyncIterator[WarcEvidence]:
    """Give evidence that writes to the test's own directory."""
    kept = evidence_in(tmp_path)
    yield kept
    await kept.close()
