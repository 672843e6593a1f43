"""Atom feeds of what an archive answered: the form that `monitor export` and the page have in common."""

from collections.abc import Iterable
from datetime import datetime

from monitor.answers import ChangeView
from monitor.core.atom import FeedAbout, authority_of, feed
from monitor.model import Alarm, Document
from monitor.settings import Settings


def atom(
    items: Iterable[ChangeView | Document | Alarm], *, title: str, at: datetime, self_url: str = "", base_url: str = ""
) -> str:
    """Return changes, documents or alarms as an Atom feed (RFC 4287), as they come; serve it as application/atom+xml.

    `at` is when the feed was last new: the time of its newest entry. `self_url` is where the feed is, `base_url` where
    the pages of the archive are (`web.public_url`): entries lead to /documents/... there, and without it to the
    articles. The ids of entries stay as long as the host of `base_url` does. All that came from outside is text.
    """
    place = base_url.rstrip("/")
    return feed(items, FeedAbout(title, at, self_url, place, authority_of(place or self_url)))


def about_export(settings: Settings, title: str, at: datetime) -> FeedAbout:
    """Return what a feed that is written to a file says of itself."""
    place = settings.web.public_url.rstrip("/")
    return FeedAbout(title, at, "", place, authority_of(place))
