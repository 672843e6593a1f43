"""Judge which of the feeds that were found suits the page a person gave: its language, its section, its purpose."""

import re
import unicodedata
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from monitor.core.language_tags import same_language
from monitor.core.pages import language_in_url
from monitor.core.url_shape import article_shape
from monitor.core.urls import page_key
from monitor.interfaces import Candidate

LAST = 0.02  # the score of what is never watched for a page unless a person asks for it
_SAME_SECTION, _SECTION_ABOVE, _OTHER_SECTION = 0.1, 0.06, -0.1

FEED_WORD = re.compile(r"(?:^|[/._?&=-])(?:rss\d?|feeds?|atom|rdf|xml|fil-rss|flux)(?=[/._?&=-]|\d|$)", re.IGNORECASE)
_COMMENTS = re.compile(
    r"comments\b|comment[ -]feed|commentaires|kommentar|comentario|comentário|commenti|коммента|تعليق|bình luận"
    r"|komentar|yorum|replies|评论|コメント",
    re.IGNORECASE,
)
_PODCAST = re.compile(
    r"\b(?:podcasts?|audio|episod\w+|omny\w*|megaphone|simplecast|libsyn|spreaker|ivoox|soundcloud|acast|art19|buzzsprout"
    r"|пода?каст\w*)\b|بودكاست|پادکست",
    re.IGNORECASE,
)
_OF_ARTICLE = re.compile(r"/(?:feed|rss|atom)/?$", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:xml|rss|rdf|atom|json|html?|php|aspx?|vov|epl)$")
_LANGUAGE_PART = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")
# What addresses call everything, and what they put before the name of a section.
_EVERYTHING = re.compile(
    r"all|latest|home(?:page)?|main|top|topnews|default|index|news|general|full|export|archive|portada|inicio|ultimas?"
    r"|ultimasnoticias|noticias|une|alaune|actualites?|toutes?|tinmoinhat|trangchu|tinmoi|novosti|lenta|glavnoe|vse"
    r"|terbaru|terkini|beranda|semua|destaques|schlagzeilen|alles|ultimora|anasayfa|sondakika|outboundfeeds|arc|service"
    r"|sections?|categor(?:y|ies|ia|ias|ie)|kategori|secci(?:on|ones)|rubri(?:que|ques|ka|ki|k|ek)|canal|channel"
    r"|c|s|chuyenmuc|topics?|edition|editions|public|content"
)
# Languages as feeds name themselves in their titles; only names that are no ordinary words of news.
_AUTONYMS = {
    "english": "en", "inglés": "en", "anglais": "en",
    "français": "fr", "francais": "fr", "french": "fr", "francés": "fr",
    "español": "es", "spanish": "es", "castellano": "es", "espagnol": "es", "português": "pt", "portuguese": "pt",
    "العربية": "ar", "arabic": "ar", "عربي": "ar", "русский": "ru", "russian": "ru", "tiếng việt": "vi",
    "vietnamese": "vi", "deutsch": "de", "german": "de", "italiano": "it", "italian": "it", "türkçe": "tr",
    "turkish": "tr", "فارسی": "fa", "persian": "fa", "اردو": "ur", "urdu": "ur", "中文": "zh", "chinese": "zh",
    "日本語": "ja", "한국어": "ko", "bahasa indonesia": "id", "indonesian": "id", "esperanto": "eo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page that a source is looked for. `is_article`: it is one itself, and its own feed is of comments."""

    url: str
    language: str | None = None
    is_article: bool = False


def suited(candidate: Candidate, wanted: Wanted) -> Candidate:
    """Weigh a candidate for a page by language, section and purpose, with the reason where it falls.

    Same language +0.05, another -0.5; a language is that of `hreflang`, of the address, or named in the title. The
    page's own section +0.1 and one above it +0.06, by the address or the title; another section -0.1. A podcast -0.4,
    unless the page is about podcasts. A feed of comments or of one article ranks last whatever else speaks for it.
    """
    path = unquote(urlsplit(candidate.url).path)
    if _COMMENTS.search(f"{candidate.title or ''} {path}"):
        return replace(candidate, score=LAST, reason=f"{candidate.reason}; a feed of comments")
    if _is_of_one_article(candidate.url, wanted):
        return replace(candidate, score=LAST, reason=f"{candidate.reason}; the feed of one article")
    language = candidate.language or language_in_url(candidate.url) or _named_language(candidate.title)
    match = same_language(language, wanted.language)
    score = candidate.score + {True: 0.05, False: -0.5, None: 0.0}[match] + _section(candidate, wanted.url)
    reason = f"{candidate.reason}; in another language ({language})" if match is False else candidate.reason
    if _is_podcast(candidate) and not _PODCAST.search(wanted.url):
        score, reason = score - 0.4, f"{reason}; a podcast"
    return replace(candidate, score=_within(score), reason=reason, language=language)


def _within(score: float) -> float:
    return round(min(0.99, max(LAST + 0.01, score)), 3)


def _is_of_one_article(url: str, wanted: Wanted) -> bool:
    """Say whether a feed hangs below an article, as WordPress's feeds of comments do."""
    parts = urlsplit(url)
    page = _OF_ARTICLE.sub("/", parts.path)
    if page == parts.path or page == "/":
        return False
    above = f"{parts.scheme}://{parts.netloc}{page}"
    return article_shape(above) >= 4 or (wanted.is_article and page_key(above) == page_key(wanted.url))


def _is_podcast(candidate: Candidate) -> bool:
    return _PODCAST.search(f"{candidate.title or ''} {unquote(candidate.url)}") is not None


def _named_language(title: str | None) -> str | None:
    said = (title or "").lower()
    found = (name for name in _AUTONYMS if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said))
    return next((_AUTONYMS[name] for name in found), None)


def _section(candidate: Candidate, page: str) -> float:
    """Compare the directories of the page's address with those of the feed's, and with the feed's title."""
    wanted, has = directories(page), directories(candidate.url)
    if wanted and (has[-1:] == wanted[-1:] or _names(candidate.title, wanted[-1])):
        return _SAME_SECTION
    if not has:
        return 0.0
    return _SECTION_ABOVE if wanted[: len(has)] == has else _OTHER_SECTION


def _names(title: str | None, section: str) -> bool:
    """Say whether a title ends with the name of a section (`Outlet - Thế giới` for /the-gioi)."""
    return len(section) >= 4 and _letters(title or "").endswith(section)


def directories(url: str) -> list[str]:
    """Return the sections in an address: languages, feed words, numbers and words for "everything" left out."""
    path = _EXTENSION.sub("", unquote(urlsplit(url).path).lower())
    named = (re.sub(r"[-_]?\d+$", "", word) for word in path.split("/"))
    words = [_letters(word) for word in named if not (FEED_WORD.fullmatch(word) or _LANGUAGE_PART.fullmatch(word))]
    return [word for word in words if word and not _EVERYTHING.fullmatch(word)]


def _letters(text: str) -> str:
    """Return the letters of a text alone, without accents, as addresses write them."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("đ", "d").replace("ı", "i"))
    return "".join(char for char in bare if char.isalnum())
