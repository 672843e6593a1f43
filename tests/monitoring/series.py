"""Write the table of docs/metrics.md: `python -m tests.monitoring.series`."""

import re
from pathlib import Path

from monitor.app.metrics_series import LABELS, SERIES

FILE = Path(__file__).parents[2] / "docs" / "metrics.md"
BEGIN = "<!-- series: written by `python -m tests.monitoring.series` -->\n"
MARKED = re.compile(rf"(?<={re.escape(BEGIN)}).*(?=<!-- end -->)", re.DOTALL)


def table() -> str:
    """Return the series as a table."""
    rows = [f"| `{name}` | {kind} | {_label(name, label)} | {about} |" for name, (kind, about, label) in SERIES.items()]
    return "\n".join(["| Series | Kind | Label | What it is |", "|---|---|---|---|", *rows]) + "\n"


def _label(name: str, label: str | None) -> str:
    if label is None:
        return ""
    values = ", ".join(LABELS.get(name, ()))
    return f"`{label}`: {values}" if values else f"`{label}`"


if __name__ == "__main__":
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(MARKED.sub(lambda _: table(), text), encoding="utf-8")
