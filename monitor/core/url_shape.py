"""Judge by its address alone whether a page is an article."""

import re
from urllib.parse import unquote, urlsplit

from monitor.core.urls import is_front_page

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|pdf|docx?|xlsx?|pptx?|zip|gz|mp[34]|m4a|m3u8?|avi|css|js|json|xml|rss|rdf|atom"
    r"|txt|apk|exe|ics)$",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"/(?:tags?|etiquetas?|categor(?:y|ies|ia|ias|ie)|kategori|topics?|temas?|themes?|authors?|autore?s?|auteurs?|penulis"
    r"|log-?in|log-?out|sign-?(?:in|up)|register|connexion|inscription|account|profile|users?|subscri(?:be|ptions?)"
    r"|abonn\w*|suscri\w+|share|search|recherche|buscar|cari|tim-kiem|page|indeks|rss|feeds?|newsletters?|podcasts?"
    r"|contact(?:s|-us|o|ez-nous)?|about(?:-us)?|impressum|imprint|privacy[\w-]*|cookies?[\w-]*|terms[\w-]*|legal[\w-]*"
    r"|mentions-legales|advertis\w*|jobs|careers|shop|store|apps?|faq|help|sitemap|wp-(?:admin|login|json)[\w.]*"
    r"|copyright|horoscopes?|crosswords?|hubs?|sections?|secciones|thema|dossiers?|shows|schedule|live-?tv)(?:/|\.\w{2,5}$|$)",
    re.IGNORECASE,
)
_DAY = re.compile(r"[/_-](?:19|20)\d\d([/_-]?)(?:0?[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?=\D|$)")
_MONTH = re.compile(r"/(?:19|20)\d\d/?(?:0[1-9]|1[0-2])(?=/)")
_NAMED_DAY = re.compile(
    r"/(?:19|20)\d\d/(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/\d{1,2}(?=/)", re.IGNORECASE
)
_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}/?$")
_NUMBER = re.compile(r"\d{5,}")
_HASH = re.compile(r"(?:^|[^0-9a-z])(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z]{10,}(?:$|[^0-9a-z])")
_NAMED = re.compile(r"/(?:articles?|articulos?|artikel|story|stories|read|berita|noticias?|news-story)/[^/]{4,}")
_QUERY_ID = re.compile(
    r"(?:^|&)(?:(?:article|news|story|post|item|content)?_?id|nid|aid|sid|p|art)=[\w-]{3,}", re.IGNORECASE
)
_PLAIN_NAME = re.compile(r"(?:index|default|content|article|c|story|amp)(?:\.\w{2,5})?$", re.IGNORECASE)
_PAGE_FILE = re.compile(r"\.(?!php)[a-z]{3,5}$", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)


NO_ARTICLE = -10  # surely none


def article_shape(url: str) -> int:
    """Return how far an address looks like an article's: 1 and more may be one, 5 surely, below 1 it is not.

    Counts: a day in the path 3 (a year and month 2); a slug of four words or 25 characters 3, of three words 2; a
    number of five digits, a hash, or an id in the query 2; a segment such as `/article/` before the last 1; an ending
    such as `.html` 1. Front pages, files, date archives, and paths of tags, authors, accounts, search or legal pages
    count -10; a single short segment, the shape of a section, -2.
    """
    pieces = urlsplit(url)
    path = unquote(pieces.path)
    if is_front_page(url) or _FILE.search(path) or _ELSEWHERE.search(path) or _ARCHIVE.search(path):
        return NO_ARTICLE
    segments = [segment for segment in path.split("/") if segment]
    named = [segment for segment in segments if not _PLAIN_NAME.fullmatch(segment)][-2:]
    found = _date(path) + max(map(_slug, named), default=0) + _identity(named, pieces.query)
    found += bool(_NAMED.search(path)) + bool(named and named[-1] == segments[-1] and _PAGE_FILE.search(path))
    return found if found or len(segments) > 1 else -2


def _date(path: str) -> int:
    if _DAY.search(path) or _NAMED_DAY.search(path):
        return 3
    return 2 if _MONTH.search(path) else 0


def _slug(segment: str) -> int:
    """Count the words of a slug; scripts without spaces or capitals write long ones without hyphens."""
    bare = _EXTENSION.sub("", segment)
    words = [word for word in re.split(r"[-_+ ,]+", bare) if word and not word.isdigit()]
    if len(words) >= 4 or (len(words) > 1 and len(bare) >= 25) or (not bare.isascii() and len(bare) >= 12):
        return 3
    return 2 if len(words) == 3 else 0


def _identity(segments: list[str], query: str) -> int:
    in_path = any(_NUMBER.search(segment) or _HASH.search(segment.lower()) for segment in segments)
    return 2 if in_path or _QUERY_ID.search(query) else 0
