"""A world of outlets, told from a seed: what is published, edited, taken down, moved when; the truth of it all."""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

from tests.simulation.clock import START

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
LISTED = 15  # items of a feed
SITES = ("www.tidings.example", "courier.example", "news.harbour.example", "gazette.example")
RELAY = "go.relay.example"  # links of the third site lead through here
# fmt: off
_WORDS = (
    "harbour", "council", "budget", "river", "ministry", "teachers", "strike", "bridge", "verdict", "election",
    "farmers", "drought", "railway", "hospital", "tariff", "museum", "festival", "earthquake", "senate", "treaty",
    "satellite", "orchard", "port", "union", "inquiry", "factory", "border", "vaccine", "archive", "witness",
    "parade", "lighthouse", "reservoir", "embassy", "curfew", "pension", "quarry", "tunnel", "ferry", "mayor",
)
# fmt: on
_DOINGS = ("opens", "closes", "delays", "rejects", "approves", "studies", "rebuilds", "sells", "funds", "suspends")


@dataclass(frozen=True)
class Text:
    """What an article says for a while."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Gone:
    """It was taken down: 404 or 410."""

    status: int


@dataclass(frozen=True)
class Moved:
    """It redirects for good."""

    url: str


State = Text | Gone | Moved


@dataclass
class Article:
    """An article at one address; `states` are what stood there from when on, in true seconds."""

    url: str
    site: str
    number: int
    published: float
    states: list[tuple[float, State]] = field(default_factory=list)
    hidden: bool = False  # robots.txt forbids it
    root: str = ""  # the address it had first

    def at(self, when: float) -> State | None:
        """Return what stands at a time, None before it was published."""
        index = bisect_right([since for since, _ in self.states], when) - 1
        return self.states[index][1] if index >= 0 else None

    def texts(self) -> list[Text]:
        """Return every text that ever stood."""
        return [state for _, state in self.states if isinstance(state, Text)]

    def is_gone_between(self, since: float, until: float) -> bool:
        """Say whether it was gone at some moment of a time."""
        moments = [since, until, *(at for at, _ in self.states if since <= at <= until)]
        return any(isinstance(self.at(moment), Gone) for moment in moments)


class World:
    """Outlets that publish for `length` seconds, then fall quiet."""

    def __init__(self, seed: int, length: float, per_day: float = 2.5) -> None:
        self.length = length
        self.articles: dict[str, Article] = {}
        self._by_site: dict[str, list[Article]] = {site: [] for site in SITES}
        for number, site in enumerate(SITES):
            chance = Random(f"{seed}:world:{number}")
            for one in _publish(site, chance, length, per_day):
                self._by_site[site].append(one)
                self.articles[one.url] = one
                for _, state in one.states:
                    if isinstance(state, Moved):
                        there = replace(one, url=state.url, states=[(one.states[-1][0], _last(one))], hidden=False)
                        self.articles[there.url] = there

    def add(self, one: Article) -> None:
        """Publish an article that no seed told of."""
        self._by_site[one.site].append(one)
        self.articles[one.url] = one

    def of_site(self, site: str) -> list[Article]:
        """Return the articles of a site, oldest first."""
        return self._by_site[site]

    def sources(self) -> tuple[str, ...]:
        """Return the addresses of what tells of articles."""
        return (*(f"https://{site}/feed.xml" for site in SITES), f"https://{SITES[0]}/news-sitemap.xml")

    def listed(self, site: str, when: float) -> list[Article]:
        """Return what the feed of a site tells of, newest first."""
        there = [one for one in self._by_site[site] if isinstance(one.at(when), Text)]
        return there[::-1][:LISTED]

    def answer(self, url: str, when: float) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body that a healthy server gives."""
        site, path = url.removeprefix("https://").split("/", 1)
        if path == "robots.txt":
            return 200, {"content-type": "text/plain"}, _robots(site)
        if site == RELAY:
            target = f"https://{SITES[2]}/{path.removeprefix('r/')}"
            return 302, {"location": target, "content-type": "text/html"}, b""
        if path == "feed.xml":
            return 200, {"content-type": "application/rss+xml"}, self._feed(site, when)
        if path == "news-sitemap.xml":
            return 200, {"content-type": "application/xml"}, self._sitemap(site, when)
        one = self.articles.get(url)
        state = one.at(when) if one else None
        if one is not None and isinstance(state, Text):
            return 200, {"content-type": "text/html; charset=utf-8"}, page(one, state)
        if isinstance(state, Moved):
            return 301, {"location": state.url, "content-type": "text/html"}, b""
        return (state.status if isinstance(state, Gone) else 404), {"content-type": "text/html"}, NOT_FOUND

    def _feed(self, site: str, when: float) -> bytes:
        items = "".join(_item(one, one.at(when)) for one in self.listed(site, when))
        head = f"<title>{site}</title><link>https://{site}/</link><description>All of {site}</description>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def _sitemap(self, site: str, when: float) -> bytes:
        new = [one for one in self.listed(site, when) if one.published > when - 2 * DAY]
        told = "".join(_told(one) for one in new)
        spaces = (
            'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        )
        return f'<?xml version="1.0"?><urlset {spaces}>{told}</urlset>'.encode()


NOT_FOUND = b"<!doctype html><html><head><title>Not found</title></head><body><p>404</p></body></html>"
UNWELL = b"<!doctype html><html><head><title>Maintenance</title></head><body><p>Back soon.</p></body></html>"


def etag_of(body: bytes) -> str:
    """Return the validator of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def delay_of(site: str) -> float:
    """Return the Crawl-delay that a site asks for, in seconds."""
    return 9.0 if site == SITES[1] else 0.0


def page(one: Article, text: Text) -> bytes:
    """Return the page of an article."""
    body = "".join(f"<p>{escape(each)}</p>\n" for each in text.paragraphs)
    when = (START + timedelta(seconds=one.published)).isoformat()
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(text.title)}</title>'
        f'<meta property="article:published_time" content="{when}"><meta property="og:type" content="article">'
        f"</head><body><main><article><h1>{escape(text.title)}</h1>\n{body}</article></main></body></html>"
    ).encode()


def _robots(site: str) -> bytes:
    delay = f"Crawl-delay: {delay_of(site):g}\n" if delay_of(site) else ""
    return f"User-agent: *\nDisallow: /hidden/\n{delay}".encode()


def _item(one: Article, state: State | None) -> str:
    title = state.title if isinstance(state, Text) else ""
    url = one.url if one.site != SITES[2] else one.url.replace(f"https://{SITES[2]}/", f"https://{RELAY}/r/")
    date = format_datetime(START + timedelta(seconds=one.published))
    about = f"<title>{escape(title)}</title><link>{url}</link><guid>{url}</guid><pubDate>{date}</pubDate>"
    return f"<item>{about}</item>"


def _told(one: Article) -> str:
    when = (START + timedelta(seconds=one.published)).isoformat()
    name = f"<news:publication><news:name>{one.site}</news:name><news:language>en</news:language></news:publication>"
    title = one.texts()[0].title
    news = f"<news:news>{name}<news:publication_date>{when}</news:publication_date><news:title>{title}</news:title>"
    return f"<url><loc>{one.url}</loc>{news}</news:news></url>"


def _last(one: Article) -> Text:
    return one.texts()[-1]


def _publish(site: str, chance: Random, length: float, per_day: float) -> list[Article]:
    made: list[Article] = []
    at = -DAY  # some were there before
    while (at := at + chance.expovariate(per_day / DAY)) < length:
        number = len(made) + 1
        hidden = chance.random() < 0.05
        slug = "-".join(chance.sample(_WORDS, 4))
        folder = "hidden" if hidden else "2026/11"
        url = f"https://{site}/{folder}/{slug}-{number:06d}.html"
        one = Article(url, site, number, at, hidden=hidden, root=url)
        one.states = list(_life(one, chance, length))
        made.append(one)
    return made


def _life(one: Article, chance: Random, length: float) -> list[tuple[float, State]]:
    text = written(one, chance)
    states: list[tuple[float, State]] = [(one.published, text)]
    at = one.published
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        at += 10 * MINUTE + chance.expovariate(1 / (5 * HOUR))
        before = [state for _, state in states if isinstance(state, Text)]
        returns = len(before) > 1 and chance.random() < 0.2
        text = before[-2] if returns else edited(before[-1], chance)
        states.append((at, text))
    fate = chance.random()
    at += HOUR + chance.expovariate(1 / DAY)
    if fate < 0.12:
        states.append((at, Gone(chance.choice((404, 410)))))
        if chance.random() < 0.3:
            states.append((at + 2 * DAY + chance.expovariate(1 / DAY), text))
    elif fate < 0.16:
        states.append((at, Moved(one.url.replace("/2026/11/", "/archive/2026/").replace("/hidden/", "/archive/"))))
    return [(when, state) for when, state in states if when < length]


def written(one: Article, chance: Random) -> Text:
    """Return what an article says at first."""
    title = f"{chance.choice(_WORDS).capitalize()} {chance.choice(_DOINGS)} {chance.choice(_WORDS)} plan {one.number}"
    return Text(title, tuple(_paragraph(chance) for _ in range(chance.randint(5, 9))))


def _paragraph(chance: Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(3, 5)))


def _sentence(chance: Random) -> str:
    one, two, three, four = chance.sample(_WORDS, 4)
    number = chance.randint(2, 9000)
    return (
        f"The {one} {chance.choice(_DOINGS)} the {two} after {number} people from the {three} asked about the {four}."
    )


def edited(text: Text, chance: Random) -> Text:
    """Return a text with an edit: of the headline, of a paragraph, or one paragraph more."""
    if chance.random() < 0.3:
        return Text(f"{text.title}, {chance.choice(_WORDS)} says {chance.randint(10, 99)}", text.paragraphs)
    paragraphs = list(text.paragraphs)
    if chance.random() < 0.5:
        paragraphs.append(_paragraph(chance))
    else:
        paragraphs[chance.randrange(len(paragraphs))] = _paragraph(chance)
    return Text(text.title, tuple(paragraphs))
