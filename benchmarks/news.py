"""News pages as large as outlets make them, and a server of them: the other end of the benchmark of articles.

`python -m benchmarks.news ARTICLES HOSTS` prints its port and serves until its input ends. Every host has a feed at
/feed.xml and its share of the articles. The articles are the newsroom's (tests/newsroom), eight outlets in six
languages; around each stand the menus, teasers, styles and scripts that make a news page weigh 200 KB.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from itertools import cycle, islice
from random import Random
from subprocess import PIPE, Popen
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.server import ZONE
from tests.newsroom.edition import Item, edition, item
from tests.newsroom.furniture import furnish
from tests.newsroom.history import Moment, Story
from tests.newsroom.library import open_desks
from tests.newsroom.pages import article_page
from tests.newsroom.replies import Desk

AT = datetime(2026, 11, 19, 12, tzinfo=UTC)
OUTLETS = 8
MENU, TEASERS, COMMENTS = 300, 160, 40  # with the article's own about 3,000 tags; news pages have 500 to 10,000
STYLES, SCRIPTS = 15_000, 40_000  # characters


@dataclass(frozen=True, slots=True)
class Page:
    """An article as a server sends it."""

    url: str
    title: str
    body: bytes
    content_type: str = "text/html; charset=utf-8"


def pages(articles: int, hosts: int) -> tuple[Page, ...]:
    """Make that many articles, dealt out to the hosts; the same ones every time."""
    desks = open_desks(filler=-(-articles // OUTLETS))
    editions = {desk.site.key: edition(desk.site, desk.stories, AT).items for desk in desks}
    dealt = islice(zip(_stories(desks), cycle(range(hosts)), strict=False), articles)
    return tuple(
        _page(story, moment, editions[desk.site.key], n, host) for n, ((desk, story, moment), host) in enumerate(dealt)
    )


def _stories(desks: tuple[Desk, ...]) -> Iterator[tuple[Desk, Story, Moment]]:
    """Yield stories that stand, with what they say, an outlet after the other."""
    standing = [
        [(desk, story, now) for story in desk.stories if (now := story.at(AT)) and now.status == 200] for desk in desks
    ]
    for row in zip(*standing, strict=False):
        yield from row


def _page(story: Story, moment: Moment, others: tuple[Item, ...], number: int, host: int) -> Page:
    origin = f"http://h{host}.{ZONE}"
    told = replace(moment, title=f"{moment.title} {number}", paragraphs=_words_anew(moment.paragraphs, number))
    markup = article_page(item(story, told, AT), furnish(number, others, AT)).replace(story.site.origin, origin)
    url = f"{origin}/2026/11/19/{story.text.slug}-{number}"
    return Page(url, told.title, _framed(markup.encode(), number, [(one.title, one.lede) for one in others]))


def _words_anew(paragraphs: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Return twice as many paragraphs of the same words in another order, so that no article is another's copy."""
    chance = Random(number)
    words = [part.split() for part in paragraphs * 2]
    return tuple(" ".join(chance.sample(part, len(part))) for part in words)


def _framed(page: bytes, number: int, others: list[tuple[str, str]]) -> bytes:
    """Put around an article what stands around articles."""
    chance = Random(number)
    words = " ".join(title for title, _ in others).split()
    start = page.index(b">", page.index(b"<body")) + 1
    end = page.rindex(b"</body>")
    head = page.index(b"</head>")
    parts = (page[:head], _styles(chance), page[head:start], _menu(chance, words), page[start:end])
    return b"".join((*parts, _teasers(chance, others), _comments(chance, others), _scripts(chance), page[end:]))


def _styles(chance: Random) -> bytes:
    rule = ".c-{n:x} > .{n:x}__item{{margin:0 {m}px;padding:{m}px;color:#{n:06x};display:flex}}\n"
    rules = (rule.format(n=chance.getrandbits(24), m=chance.randrange(32)) for _ in iter(int, 1))
    return f"<style>{_up_to(STYLES, rules)}</style>".encode()


def _scripts(chance: Random) -> bytes:
    state = ({"id": chance.getrandbits(40), "seen": chance.random(), "tags": ["x"] * 4} for _ in iter(int, 1))
    told = _up_to(SCRIPTS, (json.dumps(one) + "," for one in state))
    return f"<script>window.__STATE__=[{told}0]</script>".encode()


def _up_to(length: int, pieces: Iterator[str]) -> str:
    made, total = [], 0
    while total < length:
        made.append(next(pieces))
        total += len(made[-1])
    return "".join(made)


def _menu(chance: Random, words: list[str]) -> bytes:
    links = (f'<li class="menu__item"><a href="/s/{n}">{escape(chance.choice(words))}</a></li>' for n in range(MENU))
    return f'<nav class="menu" role="navigation"><ul>{"".join(links)}</ul></nav>'.encode()


def _teasers(chance: Random, others: list[tuple[str, str]]) -> bytes:
    card = (
        '<div class="card card--{n}"><a class="card__link" href="/2026/11/18/{n}"><picture><source srcset="/i/{n}.webp'
        ' 960w"><img loading="lazy" src="/i/{n}.jpg" alt=""></picture>'
        '<h3 class="card__title">{title}</h3></a><p class="card__text">{lede}</p><span>{minutes} min</span></div>'
    )
    told = (
        card.format(
            n=chance.getrandbits(24), title=escape(title), lede=escape(lede[:140]), minutes=chance.randrange(60)
        )
        for title, lede in (chance.choice(others) for _ in range(TEASERS))
    )
    return f'<aside class="related-articles"><h2>+</h2>{"".join(told)}</aside>'.encode()


def _comments(chance: Random, others: list[tuple[str, str]]) -> bytes:
    titles = (escape(chance.choice(others)[0]) for _ in range(COMMENTS))
    said = "".join(f'<li class="comment"><b>reader {n}</b><p>{title}?</p></li>' for n, title in enumerate(titles))
    return f'<div id="comments" class="comments"><ol>{said}</ol></div>'.encode()


def feed(host: str, listed: list[Page]) -> bytes:
    """Write the feed of a host."""
    items = "".join(
        f"<item><title>{escape(page.title)}</title><link>{page.url}</link><guid>{page.url}</guid>"
        "<pubDate>Thu, 19 Nov 2026 10:00:00 GMT</pubDate></item>"
        for page in listed
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Serving(asyncio.Protocol):
    """Answer each head with the page of that host and path; keep the connection."""

    def __init__(self, answers: dict[tuple[bytes, bytes], bytes]) -> None:
        self._answers = answers
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole head."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            path = head.split(b" ", 2)[1]
            host = next(line[5:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
            self._transport.write(self._answers.get((host, path), _MISSING))


def _answers(made: tuple[Page, ...]) -> dict[tuple[bytes, bytes], bytes]:
    by_host: dict[str, list[Page]] = {}
    for page in made:
        by_host.setdefault(urlsplit(page.url).netloc, []).append(page)
    answers = {}
    for host, own in by_host.items():
        answers[host.encode(), b"/feed.xml"] = _ok(feed(host, own), "application/rss+xml")
        answers |= {(host.encode(), urlsplit(one.url).path.encode()): _ok(one.body, one.content_type) for one in own}
    return answers


def _ok(body: bytes, content_type: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@contextmanager
def serving(articles: int, hosts: int) -> Iterator[int]:
    """Run the server in a process of its own until the context ends; give its port."""
    command = [sys.executable, "-m", "benchmarks.news", str(articles), str(hosts)]
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


async def _serve(articles: int, hosts: int) -> None:
    answers = _answers(pages(articles, hosts))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Serving(answers), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
