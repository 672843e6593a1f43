"""Learn from the addresses a site is known by what the addresses of its articles are shaped like."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor.core.urls import canonical_url, page_key
from monitor.errors import UsageError

ARTICLE, NO_ARTICLE = "article", "no_article"  # the names of hints (ReadRequest.hints)

_MOST_FOR, _MOST_AGAINST = 4, 6
_MOST_FOR_WORDS = 2  # where one or two plain words are all there is: sections have such addresses as well
# How many known addresses a shape needs before it is believed: narrow, wide, ending.
_NEEDED = (2, 3, 5)
_LONG_PATH, _SEGMENTS = 500, 8  # characters and segments from the end that make a shape
_KEPT = 2_000  # hints that are learned from; more teach nothing new
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-_.]?(?:0?[1-9]|1[0-2])[-_.]?(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ID = re.compile(r"\d{4,}")
_NUMBER = re.compile(r"\d+")
_HASH = re.compile(r"(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z]{8,}", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_TELLING = re.compile(r"(?:id|date|hash)\}")
_WORDS = re.compile(r"[-_+ ,.]+")


@dataclass(frozen=True, slots=True)
class LinkShapes:
    """How often each shape of address was an article's, and how often it was not.

    `read` and `dismissed` are the known addresses themselves, as `page_key` writes them.
    """

    articles: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    read: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()

    def points(self, url: str) -> int:
        """Return what is known of addresses shaped like this one: 4 for articles, -6 for others, 0 for nothing.

        The narrowest shape that enough known addresses have decides, by how many of them were articles. Being no
        article weighs more: a page that was fetched in vain will be fetched in vain again.
        """
        for shape, needed in zip(shapes_of(url), _NEEDED, strict=True):
            good, bad = self.articles[shape], self.others[shape]
            if good + bad >= needed:
                lean = (good - bad) / (good + bad + 1)
                most = _MOST_FOR_WORDS if shape.endswith("{word}") else _MOST_FOR
                return round(lean * (most if lean > 0 else _MOST_AGAINST))
        return 0

    def holds(self, url: str) -> bool:
        """Say whether an article has this wide shape, or an ending with a number, date or hash like this one's."""
        _, wide, ending = shapes_of(url)
        return self.articles[wide] > 0 or (_TELLING.search(ending) is not None and self.articles[ending] > 0)


NOTHING_LEARNED = LinkShapes()


def learn(hints: Iterable[tuple[str, str]]) -> LinkShapes:
    """Learn from pairs ("article", URL) and ("no_article", URL); other names, and what is no URL, are passed over."""
    known = {ARTICLE: dict[str, str](), NO_ARTICLE: dict[str, str]()}
    for name, url in hints:
        if name in known and len(known[name]) < _KEPT and (key := _key(url)):
            known[name][key] = url
    return LinkShapes(
        articles=_count(known[ARTICLE].values()),
        others=_count(known[NO_ARTICLE].values()),
        read=frozenset(known[ARTICLE]),
        dismissed=frozenset(known[NO_ARTICLE]) - frozenset(known[ARTICLE]),
    )


def learn_articles(urls: Iterable[str]) -> LinkShapes:
    """Learn from addresses that are articles' for other reasons, such as the headings they stand in."""
    return LinkShapes(articles=_count(urls))


@lru_cache(maxsize=8192)
def shapes_of(url: str) -> tuple[str, str, str]:
    """Return three shapes of a URL, from narrow to wide.

    Numbers, dates, hashes and long slugs stand for their kind in all of them: `{id}` has four digits, `{slug}` three
    words, `{slug-id}` both. The narrow shape keeps host and short words (`/video/{slug-id}.html`), the wide one keeps
    neither (`/{word}/{slug-id}.html`), and the ending is the last segment alone. Of a query the names count and the
    kind of its values.
    """
    parts = urlsplit(url)
    segments = [unquote(segment) for segment in parts.path[-_LONG_PATH:].split("/") if segment][-_SEGMENTS:]
    narrow = "/".join(_kind(segment, keep=True) for segment in segments)
    wide = [_kind(segment, keep=False) for segment in segments]
    query = sorted((name.lower(), value) for name, value in parse_qsl(parts.query)[:10])
    asked = "&".join(f"{name}={_kind(value, keep=False)}" for name, value in query)
    ending = f"?{asked}" if asked else ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}/{narrow}{ending}", f"/{'/'.join(wide)}{ending}", f".../{wide[-1] if wide else ''}{ending}"


def tells(shape: str) -> bool:
    """Say whether a shape has a number, a date or a hash of its own, as articles have and few sections."""
    return _TELLING.search(shape) is not None or shape.endswith(("={n}", "/{n}"))


def _kind(segment: str, *, keep: bool) -> str:
    """Name the kind of a path segment; one or two plain words stay when `keep`."""
    extension = _EXTENSION.search(segment)
    tail = extension[0].lower() if extension else ""
    bare = segment[: extension.start()] if extension else segment
    if _YEAR.fullmatch(bare):
        return "{year}" + tail
    marked = _DATE.sub(" {date} ", bare)
    words = [word for word in _WORDS.split(marked) if word]
    plain = [word for word in words if not _ID.search(word) and word != "{date}"]
    named = "slug" if _is_slug(plain) else ""
    number = "date" if "{date}" in words else _number(words)
    if named or len(words) != len(plain):
        return _put(named or ("word" if plain else ""), number) + tail
    kind = _short(bare)
    return (_NUMBER.sub("{n}", bare.lower()) if keep and kind == "{word}" else kind) + tail


def _is_slug(words: list[str]) -> bool:
    letters = "".join(words)
    return len(words) >= 3 or len(letters) >= 25 or (not letters.isascii() and len(letters) >= 12)


def _number(words: list[str]) -> str:
    return "id" if any(_ID.search(word) for word in words) else ""


def _put(*names: str) -> str:
    return "{" + "-".join(name for name in names if name) + "}"


def _short(word: str) -> str:
    if _NUMBER.fullmatch(word):
        return "{n}"
    return "{hash}" if _HASH.fullmatch(word) else "{word}"


def _key(url: str) -> str | None:
    try:
        return page_key(url)
    except UsageError:
        return None


def _count(urls: Iterable[str]) -> Counter[str]:
    """Count how many of these addresses have each shape."""
    return Counter(shape for url in urls for shape in shapes_of(canonical_url(url)))
