"""A story whose every trace bears a marker, for the tests of redaction."""

import gzip
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from monitor import Archive
from monitor.answers import DocumentView
from tests.app.rig import Rig, add, play
from tests.app.website import SENTENCES, Page, Website, article, rss
from tests.newsroom.days import MORNING, at

FEED = "http://one.example/rss"
LIST = "http://one.example/all"
STORY, OTHER = "http://one.example/news/ships", "http://one.example/news/market"
HOP = "http://go.example/x1"
MARKER = "Quokkazilla"
TITLE = f"{MARKER} accuses the harbour office of looking away"
NEW_TITLE = f"{MARKER} takes back what she said of the harbour office"
TOLD = (f"The pilot {MARKER} told this paper that she had seen it with her own eyes on two evenings.", *SENTENCES)
WHY = "court order 4 O 112/26"


def page(title: str, sentences: tuple[str, ...]) -> Page:
    """Return an article with a byline."""
    by = f'<meta name="author" content="Ann {MARKER}"></head>'.encode()
    return Page(article(title, 12, sentences).replace(b"</head>", by))


def told(*items: tuple[str, str]) -> Page:
    """Return a feed whose items have a summary, in which the person of the marker is named."""
    feed = rss(*items)
    summary = f"</link><description>&lt;p&gt;What {MARKER} saw.&lt;/p&gt;</description>".encode()
    return replace(
        feed, body=feed.body.replace(b"</link><guid>" + STORY.encode(), summary + b"<guid>" + STORY.encode())
    )


def publish(website: Website) -> None:
    """Publish two articles, one of which the feed links through another host."""
    website.pages |= {
        FEED: told((STORY, TITLE), (OTHER, "The market opens late and sells out")),
        STORY: page(TITLE, TOLD),
        OTHER: Page(article("The market opens late and sells out", 40)),
    }


async def record(rig: Rig, website: Website) -> None:
    """Archive both, then an edit of the first; the feed is closed with the archive."""
    publish(website)
    async with rig.open() as archive:
        await add(archive, FEED, every_s=3600)
        await play(rig, archive, MORNING)
        website.pages[STORY] = page(NEW_TITLE, (*TOLD, f"Then {MARKER} took back her words and sailed for home."))
        website.pages[FEED] = told((STORY, NEW_TITLE), (OTHER, "The market opens late and sells out"))
        await play(rig, archive, at(16, 9))
        await archive.custody.seal()


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each file under a folder, and what is in the compressed ones."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path.name, data
            if data.startswith(b"\x1f\x8b"):
                yield f"in {path.name}", gzip.decompress(data)


def with_marker(folder: Path) -> list[str]:
    """Return the files in which the marker stands, in any writing."""
    return [name for name, data in everything(folder) if MARKER.lower().encode() in data.lower()]


def words(database: Path) -> set[str]:
    """Return the words of the full-text index."""
    with sqlite3.connect(database) as conn:
        conn.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, revision_search, row)")
        found = {row[0] for row in conn.execute("SELECT term FROM temp.v")}
    conn.close()
    return found


async def of(archive: Archive, url: str) -> DocumentView:
    return await archive.document(url)
