"""What an outlet shows at a given time: its articles, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.newsroom.history import Moment, Story
from tests.newsroom.sites import Site

LEDE = 180  # characters


@dataclass(frozen=True, slots=True)
class Item:
    """One article as its pages and feeds show it at some time; `path` is percent-encoded."""

    site: Site
    path: str
    title: str
    section: str
    number: int
    author: str
    caption: str
    credit: str
    published_at: datetime
    modified_at: datetime
    paragraphs: tuple[str, ...] = field(repr=False)

    @property
    def url(self) -> str:
        """Return its canonical URL."""
        return self.site.origin + self.path

    @property
    def lede(self) -> str:
        """Return the beginning of its text, cut between words."""
        first = self.paragraphs[0]
        return first if len(first) <= LEDE else first[:LEDE].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True, slots=True)
class Edition:
    """The articles a site shows, the newest first, and when any of them last changed (None without articles)."""

    site: Site
    items: tuple[Item, ...] = field(repr=False)
    modified_at: datetime | None = None

    def section(self, key: str) -> tuple[Item, ...]:
        """Return the articles of one section."""
        return tuple(item for item in self.items if item.section == key)


def edition(site: Site, stories: Iterable[Story], now: datetime) -> Edition:
    """Gather what a site shows at a time. A removed article is not shown; its removal counts as a change."""
    items, changes = [], []
    for story in stories:
        moment = story.at(now)
        if moment is None:
            continue
        changes += [past.at for past in story.moments if past.at <= now]
        if moment.status == 200:
            items.append(item(story, moment, now))
    items.sort(key=lambda shown: (shown.published_at, shown.number), reverse=True)
    return Edition(site, tuple(items), max(changes, default=None))


def item(story: Story, moment: Moment, now: datetime) -> Item:
    """Show a story as one of its moments has it."""
    text = story.text
    return Item(
        story.site,
        story.path_at(now),
        moment.title,
        text.section,
        text.number,
        moment.author,
        text.caption,
        text.credit,
        story.published_at,
        story.modified_at(now),
        moment.paragraphs,
    )
