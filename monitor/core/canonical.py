"""Judge whether the address that a page calls its canonical one can be believed."""

import re
from dataclasses import replace
from urllib.parse import unquote

from monitor.core.pages import language_in_url
from monitor.core.url_shape import article_shape
from monitor.core.url_syntax import UrlParts, put_together, take_apart
from monitor.core.url_variants import without_amp
from monitor.core.urls import canonical_url, is_front_page, same_page, site_of
from monitor.errors import UsageError

# Parameters that choose the article or its page, whatever they are called: `id`, `newsid`, `story_id`, `p`, `page`.
_CHOOSES = re.compile(
    r"(?:\w*id|p|pg|pages?|paged|pagina|seite|nr?|num|nomer|art(?:ikel|icle|iculo)?|story|news|noticia|berita|item|doc|key"
    r"|slug|date|day|q|search|lang|language|hl)",
    re.IGNORECASE,
)
_ONE_TEXT = re.compile(r"(?:all|full|single|complete)", re.IGNORECASE)  # `page=all` is the article on one page
_PAGE_NUMBER = re.compile(r"/(?:page/|p)?(\d{1,3})/?$")
_NUMBER = re.compile(r"\d{5,}")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SLUG_WORDS = 3


def believed_canonical(page_url: str, canonical: str) -> str | None:
    """Return the canonical address that the page at `page_url` names, clean, when it is that article's; else None.

    Another spelling of the same page (AMP, http, `www.`, final slash) is believed, with https where the page has it.
    Another address is believed only within the registrable domain, and not when it is a front page, a section or a
    date archive, in another language, on another port, or without a parameter or page number that chooses the text;
    nor when number or words of both addresses name two articles. A template that names one wrong article on every
    page is seen only where the addresses tell; the caller compares the texts before it takes two documents for one.
    """
    try:
        page, url = canonical_url(page_url), _secure(canonical_url(canonical), page_url)
    except UsageError:
        return None
    if same_page(page, url):
        return url
    if site_of(page) != site_of(url) or language_in_url(page) != language_in_url(url):
        return None
    mine, named = without_amp(take_apart(page)), take_apart(url)
    if mine.fragment or named.fragment or (named.port is not None and named.port != mine.port):
        return None
    if is_front_page(page) or is_front_page(url):
        return url if is_front_page(page) and is_front_page(url) else None
    return None if _loses_choice(mine, named) or _names_another(mine, named) else url


def _secure(url: str, page_url: str) -> str:
    """Return the address with https when the page was served with it: templates are slow to learn."""
    secure = page_url.lower().startswith("https:")
    return put_together(replace(take_apart(url), scheme="https")) if secure else url


def _loses_choice(mine: UrlParts, named: UrlParts) -> bool:
    """Say whether the parameter or the page number that chose this text is missing from the address named."""
    kept = set(named.query.split("&"))
    pieces = (piece.partition("=") for piece in mine.query.split("&") if piece not in kept)
    dropped = [name for name, _, value in pieces if _CHOOSES.fullmatch(name) and not _ONE_TEXT.fullmatch(value)]
    if mine.path == named.path:
        return bool(dropped)
    if mine.path.startswith(named.path.rstrip("/") + "/"):  # printed, shared; but not page 2 and not a section
        return bool(dropped) or _PAGE_NUMBER.search(mine.path) is not None or _shape(named) < 1
    return any(name.lower().startswith("pag") for name in dropped)


def _names_another(mine: UrlParts, named: UrlParts) -> bool:
    """Say whether one is a section, or long numbers, or else the words of the slugs, are those of two articles."""
    if mine.path == named.path:
        return False
    if _shape(named) < min(1, max(_shape(mine), 0)):
        return True
    numbers, others = set(_NUMBER.findall(mine.path)), set(_NUMBER.findall(named.path))
    if numbers and others:
        return not numbers & others
    words, other_words = _slug_words(mine.path), _slug_words(named.path)
    return min(len(words), len(other_words)) >= _SLUG_WORDS and not words & other_words


def _shape(parts: UrlParts) -> int:
    return article_shape(put_together(parts))


def _slug_words(path: str) -> set[str]:
    segments = [segment for segment in unquote(path).split("/") if segment]
    return max((set(_WORD.findall(segment.lower())) for segment in segments[-2:]), key=len, default=set())
