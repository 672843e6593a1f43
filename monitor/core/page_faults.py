"""What may be wrong with a page, one function a fault: each says in words what it found, or None."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.core.error_pages import (
    ERROR_CODE,
    MISSING_PAGE,
    NO_ARTICLE,
    NO_PAGE_NOW,
    WALL_TEXT,
    WALL_TITLE,
    WITHDRAWN,
)
from monitor.core.sentences import sentences
from monitor.core.teasers import breaks_off, without_offer
from monitor.core.text_size import size
from monitor.core.walls import CONSENT_TEXT, CONSENT_TITLE, LOGIN_TEXT, LOGIN_TITLE
from monitor.model import Quality

_SEPARATOR = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|·•»]\s*")
_LEAD = re.compile(r"[.!?؟…۔।。:;,،\n]")
_QUOTES = tuple("\"'“”„‟«»‘’「『")
_POLITE_WORDS = 5  # "Sorry, we could not find", "К сожалению, запрошенная" before what is said


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the judge needs of the page beside text and headline; core/page_facts.py collects it.

    `page_title` is the content of `<title>`, `challenge` the mark of a bot wall found in the source, `broken` says how
    the source breaks off. `article`: the page says itself that it is an article, with a date. `free` is what JSON-LD
    says of free access, `paid_words` how much of the text stands in what it calls the paid part, `stated_words` its
    word count; None where it says nothing. `selling` is what a box of the page says that sells the rest, `overlaid`
    that this box lies over the page; `password`: it asks for one.
    """

    page_title: str | None = None
    challenge: str | None = None
    too_deep: bool = False
    broken: str | None = None
    article: bool = False
    free: bool | None = None
    paid_words: int | None = None
    stated_words: int | None = None
    selling: str | None = None
    overlaid: bool = False
    password: bool = False


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """Where the lines are, in words (as `size` counts them).

    A flash of two sentences has 20 to 40 words, a bot wall's page under 120, an error page that lists the latest
    articles below its apology up to a few hundred, a page that asks for consent up to 400. A teaser has up to
    `teaser_words`, where an article of its length is whole unless something says that it is not. A text is much shorter
    than its page states under `stated_share`. `paid_words` in the paid part are the article; `bare_words` beside what a
    page says of consent are none. A title of `signature` words behind "Page not found" is the outlet's name.
    """

    least_words: int = 8
    wall_words: int = 120
    apology_words: int = 60
    error_page_words: int = 400
    consent_words: int = 400
    teaser_words: int = 250
    stated_share: float = 0.6
    paid_words: int = 40
    bare_words: int = 25
    signature: int = 5
    notice_words: int = 14


@dataclass(frozen=True, slots=True)
class Page:
    """A page under judgement: its text with the count of its words, its titles, and what else it shows.

    What a page says that is no article stands among its first 20,000 characters: `start`.
    """

    text: str
    words: int
    titles: tuple[str, ...]
    facts: PageFacts
    policy: QualityPolicy

    @property
    def start(self) -> str:
        return self.text[:20_000]


def titles_of(title: str | None, facts: PageFacts) -> tuple[str, ...]:
    """Return what a page is called: its headline, and the content of its title element."""
    return tuple(dict.fromkeys(name.strip() for name in (title, facts.page_title) if name and name.strip()))


def _too_deep(page: Page) -> str | None:
    return "nested beyond what the parser keeps" if page.facts.too_deep else None


def _wall(page: Page) -> str | None:
    few = page.words < page.policy.least_words
    if page.words > page.policy.wall_words:
        return None
    said = _first_said(WALL_TEXT, page.start)
    titled = next((name for name in page.titles if WALL_TITLE.match(name)), None)
    if titled and (few or page.facts.challenge or said or WALL_TITLE.match(page.start)):
        return f"the page is titled “{titled[:80]}”"
    if said and not page.facts.article:
        return f"the page says “{said}”"
    return f"challenge page ({page.facts.challenge})" if page.facts.challenge and few else None


def _missing(page: Page) -> str | None:
    if page.words <= page.policy.notice_words and (gone := WITHDRAWN.search(page.start)):
        return f"the page says “{gone[0]}”"
    if page.words > page.policy.error_page_words or (page.facts.article and page.words >= page.policy.least_words):
        return None
    short = page.words <= page.policy.apology_words
    for name in page.titles:
        if _is_apology(name, page.policy, short=short):
            return f"the page is titled “{name[:80]}”"
    said = _first_said(MISSING_PAGE, page.text[:300]) if short else None
    return f"the page says “{said}”" if said else None


def _is_apology(title: str, policy: QualityPolicy, *, short: bool) -> bool:
    """Say whether a title is "Page not found" and at most an outlet's name; "Page not found: the mystery" is news."""
    found = ERROR_CODE.match(title) or next(_said(MISSING_PAGE, title), None)
    if found is None or (found.start() and not short):
        return False
    rest = title[found.end() :]
    return size(rest) <= policy.signature or MISSING_PAGE.search(rest) is not None


def _first_said(pattern: re.Pattern[str], text: str) -> str | None:
    return next((found[0] for found in _said(pattern, text)), None)


def _said(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what a text says itself, at or near the start of a sentence; what it quotes or reports does not count."""
    return (found for found in pattern.finditer(text) if _is_said(text[: found.start()]))


def _is_said(before: str) -> bool:
    lead = _LEAD.split(before)[-1]
    return not _quoted(before) and size(lead) <= _POLITE_WORDS


def _quoted(before: str) -> bool:
    return before.rstrip().endswith(_QUOTES)


def _broken(page: Page) -> str | None:
    return page.facts.broken


def _consent(page: Page) -> str | None:
    if page.words > page.policy.consent_words or page.facts.article:
        return None
    titled = next((name for name in page.titles if CONSENT_TITLE.fullmatch(_name_first(name))), None)
    parts = sentences(page.start)
    said = [one for one in parts if (found := CONSENT_TEXT.search(one)) and not _quoted(one[: found.start()])]
    if titled and (said or page.words < page.policy.least_words):
        return f"the page is titled “{titled[:80]}”"
    other = sum(size(one) for one in parts if one not in said and "ookie" not in one)
    asks = len(said) >= 2 and other < page.policy.bare_words
    return f"the page says “{said[0][:80]}”" if asks else None


def _login(page: Page) -> str | None:
    if page.words > page.policy.wall_words:
        return None
    titled = next((name for name in page.titles if LOGIN_TITLE.fullmatch(_name_first(name))), None)
    said = LOGIN_TEXT.search(page.start)
    if titled and (said or page.facts.password or page.words < page.policy.least_words):
        return f"the page is titled “{titled[:80]}”"
    asks = said and page.facts.password and not page.facts.article and page.words <= page.policy.apology_words
    return f"the page says “{said[0]}”" if said and asks else None


def _name_first(title: str) -> str:
    """Return a title without the outlet's name behind a separator."""
    return _SEPARATOR.split(title, maxsplit=1)[0].strip(" .…!")


def _paywall(page: Page) -> str | None:
    facts, policy = page.facts, page.policy
    if facts.paid_words is not None and facts.paid_words >= policy.paid_words:
        return None
    told, said = without_offer(page.text)
    cut = breaks_off(told)
    if said and (cut or facts.free is False or (size(told) <= policy.teaser_words and not facts.overlaid)):
        return f"the text ends “{said[:80]}”"
    return _unfree(page, size(told), cut) if facts.free is False or cut else None


def _unfree(page: Page, words: int, cut: bool) -> str | None:
    """Judge a text that its page calls not free, or that ends in an ellipsis: is it the whole article all the same?"""
    facts, policy = page.facts, page.policy
    selling = facts.selling if words <= policy.teaser_words else None
    if selling and (cut or facts.free is False):
        return f"the page says “{selling[:80]}”"
    if facts.free is not False or words > policy.error_page_words:
        return None
    if facts.stated_words and words < policy.stated_share * facts.stated_words:
        return f"{words} of the {facts.stated_words} words that the page states, and it is not free"
    if facts.paid_words is not None:
        return "the part that the page calls not free is not there"
    return "the text breaks off, and the page is not free" if cut else None


def _empty(page: Page) -> str | None:
    if page.words < page.policy.least_words:
        return f"{page.words} words of text" if page.words else "no text"
    if page.words < page.policy.apology_words:
        asked = NO_ARTICLE.search(page.start) or (None if page.facts.article else NO_PAGE_NOW.search(page.start))
        return f"only a notice: {asked[0]}" if asked else None
    return None


# In the order in which they are looked for: the first that is found names the quality.
FAULTS: tuple[tuple[Quality, Callable[[Page], str | None]], ...] = (
    (Quality.TOO_DEEP, _too_deep),
    (Quality.BOT_WALL, _wall),
    (Quality.SOFT_404, _missing),
    (Quality.TRUNCATED, _broken),
    (Quality.CONSENT, _consent),
    (Quality.LOGIN, _login),
    (Quality.PAYWALL, _paywall),
    (Quality.EMPTY, _empty),
)
