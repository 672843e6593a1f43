"""Read the articles from `texts/<outlet>/<slug>.txt`: a small header, an empty line, paragraphs."""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Text:
    """An article as first published. `address` replaces the slug in its URL, for addresses in another script."""

    outlet: str
    slug: str
    title: str
    section: str
    number: int
    author: str
    caption: str
    credit: str
    paragraphs: tuple[str, ...] = field(repr=False)
    address: str = ""


def read_texts(folder: Path = FOLDER) -> tuple[Text, ...]:
    """Read every article under a folder, sorted by outlet and slug. Raises ValueError for one that is malformed."""
    return tuple(_read(path) for path in sorted(folder.glob("*/*.txt")))


def _read(path: Path) -> Text:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    try:
        values = dict(line.split(": ", 1) for line in head.splitlines())
        number = int(values.pop("number"))
        return Text(path.parent.name, path.stem, number=number, paragraphs=_paragraphs(body), **values)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in body.split("\n\n") if part.strip())
