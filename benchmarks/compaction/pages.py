"""News pages as heavy as outlets serve them, several checks of each: what compaction is measured on.

A page is mostly what its outlet puts around every article (styles, scripts, menus, icons: the same on every page),
then lists of teasers that move with the hour, then the article with the metadata and the state that scripts want of
it, and last what is new at every answer: nonces, ids, times. How much of each there is was set so that the pages
compress as real ones did (docs/compaction.md has both). Words are the newsroom's (tests/newsroom); nothing is random
but by its seed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import escape
from random import Random

from benchmarks.compaction import furniture
from tests.newsroom.texts import read_texts

AT = datetime(2026, 11, 19, 6, tzinfo=UTC)
LISTED = 40  # teasers on a page, the newest articles
RELATED = 16  # more teasers, those of the article
STATED = 110  # things that a page tells its scripts, beside the article
ASKED = 90  # and what is new at every answer


@dataclass(frozen=True, slots=True)
class Article:
    """One article: `number` counts those of its outlet, an hour apart."""

    number: int
    path: str
    title: str
    lede: str
    paragraphs: tuple[str, ...]
    image: str
    at: datetime


@dataclass(frozen=True)
class Outlet:
    """An outlet: how heavy its pages are (1.0 is some 170 KB), and what it writes with."""

    host: str
    words: tuple[str, ...] = field(repr=False)
    weight: float
    seed: int

    @cached_property
    def furniture(self) -> furniture.Furniture:
        """Return what stands around every article."""
        return furniture.of(self.host, self.words, self.weight, self.seed)

    def article(self, number: int) -> Article:
        """Return an article, the same one every time."""
        chance = Random(f"{self.seed}/{number}")
        title = _said(chance, self.words, 9).capitalize()
        path = f"/2026/11/{number % 28 + 1}/{'-'.join(chance.sample(self.words, 4))}-{chance.getrandbits(28)}".lower()
        paragraphs = tuple(_said(chance, self.words, chance.randrange(25, 70)) + "." for _ in range(16))
        image = f"https://img.{self.host}/{chance.getrandbits(64):016x}/{chance.getrandbits(40):x}"
        return Article(
            number, path, title, _said(chance, self.words, 24), paragraphs, image, AT + timedelta(hours=number)
        )

    def page(self, number: int, check: int) -> bytes:
        """Return the page of an article as it is answered at its first, second, ... check, hours apart.

        From the second check on a paragraph more stands in it.
        """
        article, now = self.article(number), number + 3 * check
        chance = Random(f"{self.seed}/{number}/{check}")
        parts = _article(self, article, check)
        related = [
            self.article(Random(f"{self.seed}/{number}/{one}").randrange(-3000, number)) for one in range(RELATED)
        ]
        latest = [self.article(now - one) for one in range(1, round(LISTED * self.weight))]
        return self.furniture.around(
            article.title,
            _metadata(self, article, check),
            parts + _teasers("related", related) + _teasers("latest", latest),
            _state(self, article, now, chance),
        )


def outlets(count: int) -> tuple[Outlet, ...]:
    """Return that many outlets, in the languages of the newsroom, every other one with pages twice as heavy."""
    words: dict[str, list[str]] = {}
    for text in read_texts():
        words.setdefault(text.outlet, []).extend(" ".join((text.title, *text.paragraphs)).split())
    sets = [tuple(dict.fromkeys(_plain(own))) for own in words.values()]
    return tuple(Outlet(f"outlet{n}.example", sets[n % len(sets)], 1.9 if n % 2 else 1.0, seed=n) for n in range(count))


def _plain(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if plain := "".join(char for char in word if char.isalpha()):
            yield plain


def _said(chance: Random, words: Sequence[str], count: int) -> str:
    """Return words as often as language has them: few all the time, most of them rarely."""
    size = len(words)
    return " ".join(words[int(size * chance.random() ** 2.2)] for _ in range(count))


def _paragraphs(article: Article, check: int) -> tuple[str, ...]:
    return article.paragraphs if not check else (*article.paragraphs, f"{check}: {article.paragraphs[0]}")


def _article(outlet: Outlet, article: Article, check: int) -> str:
    body = "".join(
        f'<p class="article-body__p" data-block="{n}">{escape(text)}</p>\n'
        for n, text in enumerate(_paragraphs(article, check))
    )
    return (
        f'<article class="article" data-id="{article.number}"><h1 class="article__title">{escape(article.title)}</h1>'
        f'<p class="article__lede">{escape(article.lede)}</p>{_picture(article, 960)}\n<div class="article-body">'
        f"{body}</div></article>\n"
    )


def _picture(article: Article, width: int) -> str:
    sizes = ", ".join(f"{article.image}/{width // part}.webp {width // part}w" for part in (1, 2, 3, 4))
    return (
        f'<picture class="picture"><source type="image/webp" srcset="{sizes}"><img loading="lazy" class="picture__img" '
        f'src="{article.image}/{width}.jpg" alt="{escape(article.title)}" width="{width}"></picture>'
    )


def _teasers(name: str, listed: Sequence[Article]) -> str:
    cards = "".join(
        f'<li class="card card--compact"><a class="card__link" href="{one.path}" data-track="{name}:{one.number}">'
        f'{_picture(one, 320)}<h3 class="card__title">{escape(one.title)}</h3></a>'
        f'<p class="card__text">{escape(one.lede[:110])}</p><time class="card__time" datetime="{one.at.isoformat()}">'
        f"{one.at:%H:%M}</time></li>\n"
        for one in listed
    )
    return f'<aside class="{name}"><ul class="{name}__list">{cards}</ul></aside>\n'


def _metadata(outlet: Outlet, article: Article, check: int) -> str:
    url = f"https://{outlet.host}{article.path}"
    told = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title,
        "description": article.lede, "datePublished": article.at.isoformat(), "mainEntityOfPage": url,
        "dateModified": (article.at + timedelta(hours=3 * check)).isoformat(), "image": [article.image],
        "articleBody": " ".join(_paragraphs(article, check)),
    }  # fmt: skip
    named = {
        "og:title": article.title, "og:description": article.lede, "og:url": url, "og:image": article.image,
        "twitter:title": article.title, "twitter:description": article.lede, "twitter:image": article.image,
    }  # fmt: skip
    metas = "".join(f'<meta property="{name}" content="{escape(value)}">\n' for name, value in named.items())
    written = json.dumps(told, ensure_ascii=False)
    return f'<link rel="canonical" href="{url}">\n{metas}<script type="application/ld+json">{written}</script>\n'


def _state(outlet: Outlet, article: Article, now: int, chance: Random) -> str:
    """Return what is told to scripts: of the article, of what else is read, and what is new at every answer."""
    own = Random(f"{outlet.seed}/{article.number}/state")
    slots = [_slot(own, outlet) for _ in range(round(STATED * outlet.weight))]
    read = [outlet.article(now - one * 5) for one in range(1, 12)]
    asked = round(ASKED * outlet.weight)
    told = {
        "article": {"id": article.number, "title": article.title, "blocks": article.paragraphs, "slots": slots},
        "mostRead": [{"id": one.number, "path": one.path, "title": one.title} for one in read],
        "session": {name: f"{chance.getrandbits(128):032x}" for name in ("csrf", "nonce", "request", "view", "trace")},
        "served": {"at": 1_790_000_000_000 + now * 3_600_000 + chance.randrange(10**6), "by": chance.randrange(40)},
        "bids": [{"id": f"{chance.getrandbits(64):016x}", "floor": chance.randrange(900)} for _ in range(asked)],
        "readers": [chance.randrange(10**5) for _ in range(asked)],
    }
    return json.dumps(told, ensure_ascii=False)


def _slot(chance: Random, outlet: Outlet) -> dict[str, object]:
    return {
        "slot": f"inline-{chance.randrange(9)}", "uuid": f"{chance.getrandbits(64):016x}",
        "tags": chance.sample(outlet.words, 2), "score": round(chance.random(), 4), "lazy": chance.random() < 0.5,
    }  # fmt: skip
