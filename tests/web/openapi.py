"""`python -m tests.web.openapi`: write docs/openapi.json anew, from what the code declares."""

import json
from pathlib import Path

from monitor.web import api

PATH = Path(__file__).parents[2] / "docs/openapi.json"


def written() -> str:
    """Return the document as the file has it."""
    return json.dumps(api.specification(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
