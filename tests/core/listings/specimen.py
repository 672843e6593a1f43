"""A listing page of our own making, and what is to be read out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

Stories = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A page at a URL, with the articles it lists: references and titles in page order.

    `traps` are other links of the page, for the measure of precision to bite on.
    """

    name: str
    url: str
    html: str
    stories: Stories
    traps: int

    @property
    def expected(self) -> tuple[tuple[str, str], ...]:
        """Return the articles by absolute address."""
        return tuple((urljoin(self.url, href), title) for href, title in self.stories)


def whole(lang: str, title: str, body: str, head: str = "") -> str:
    """Return an HTML page."""
    return f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def specimen(name: str, url: str, html: str, stories: Stories) -> Specimen:
    """Return a specimen, its other links counted."""
    return Specimen(name, url, html, tuple(stories), html.count("<a ") - len(stories))
