"""Find the page behind a link that goes through somebody else, where the link itself says which page it is."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from monitor.core.url_syntax import UrlParts, put_together, take_apart

_NESTED = 5  # links through a mail filter through a search engine through a cache exist; a loop cannot

# Most addresses are none of these; one look spares them the rest.
_MAYBE = re.compile(
    r"https?(?:%3a|:)/?/?.|https?%253a|/amp/|ampproject|bing-amp|turbo|news\.google|bing\.com/ck|/ru=", re.IGNORECASE
)

# Host and path of redirectors that carry the target in a query parameter, with its names.
_BY_QUERY = tuple(
    (re.compile(place, re.IGNORECASE), names.split())
    for place, names in (
        (r"(?:www\.|m\.|news\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?/(?:news/)?url", "q url"),
        (r"(?:l|lm|m|www)\.facebook\.com/(?:l\.php|flx/warn)/?", "u"),
        (r"l\.(?:instagram\.com|messenger\.com|threads\.(?:net|com))/", "u"),
        (r"(?:m\.|www\.)?vk\.(?:com|ru)/away(?:\.php)?", "to"),
        (r"(?:m\.|www\.)?ok\.ru/dk", "st.link"),
        (r"click\.mail\.ru/redir", "u"),
        (r"[a-z0-9-]+\.safelinks\.protection\.outlook\.com/.*", "url"),
        (r"www\.bing\.com/news/apiclick\.aspx", "url"),
        (r"(?:www\.)?youtube\.com/redirect", "q"),
        (r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)/?", "url"),
        (r"out\.reddit\.com/.*", "url"),
        (r"(?:www\.)?steamcommunity\.com/linkfilter/?", "u url"),
        (r"slack-redir\.net/link", "url"),
        (r"t\.umblr\.com/redirect", "z"),
        (r"getpocket\.com/redirect", "url"),
        (r"(?:www\.)?duckduckgo\.com/l/", "uddg"),
        (r"link\.zhihu\.com/", "target"),
        (r"weibo\.cn/sinaurl", "u"),
        (r"t\.me/iv", "url"),
        (r"(?:www\.)?yandex\.[a-z]{2,3}(?:\.[a-z]{2})?/turbo", "text"),
        (r"sba\.yandex\.(?:net|ru|com)/(?:safety/)?redirect", "url"),
        (r"go\.(?:skimresources|redirectingat)\.com/", "url"),
    )
)

# The same of those that carry it in the path: caches of AMP and Turbo pages, and copies in web archives.
_BY_PATH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:www\.)?(?:google|bing)\.[a-z]{2,3}(?:\.[a-z]{2})?/amp/(?P<https>s/)?(?P<bare>[^/?]+\..+)",
        r"(?:[^/]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)/(?:wp/)?[acv]/(?P<https>s/)?(?P<bare>[^/?]+\..+)",
        r"(?:[^/]+\.)?turbopages\.org/(?:turbo/)?(?P<host>[^/?]+\.[^/?]+)/s/(?P<rest>.*)",
        r"(?:www\.)?yandex\.[a-z]{2,3}(?:\.[a-z]{2})?/turbo/(?P<host>[^/?]+\.[^/?]+)/s/(?P<rest>.*)",
        r"web\.archive\.org/web/\d{4,14}\*?(?:[a-z]{2}_)?/(?P<url>https?:.+)",
        r"archive\.(?:ph|is|today|li|vn|fo|md)/(?:newest|oldest|\d{4,14}|o/\w+)/(?P<url>https?:.+)",
        r"r\.search\.yahoo\.com/.*/ru=(?P<escaped>[^/]+)/.*",
        r"(?:href\.li|anonym\.to)/\?(?P<url>https?:.+)",
    )
)
_GOOGLE_NEWS = re.compile(r"news\.google\.com/(?:rss/)?(?:articles|read)/(CBMi[\w-]+)")
_BING_CLICK = re.compile(r"www\.bing\.com/ck/a\?(?:.*&)?u=a1([\w-]+)")
_ONE_SLASH = re.compile(r"(https?):/(?!/)", re.IGNORECASE)  # servers merge the two slashes within a path


def unwrapped(url: str) -> str:
    """Return the page a redirecting link leads to, when the link holds its address; else the URL as it is.

    Reads search engines' and social networks' way out, mail filters, AMP and Turbo caches, Google News (older links
    only) and copies in web archives, also one within another. Nothing is fetched: short links (t.co, feedburner) stay.
    """
    for _ in range(_NESTED):
        target = _target(url) if _MAYBE.search(url, 8) else None
        if target is None:
            return url
        url = target
    return url


def _target(url: str) -> str | None:
    try:
        parts = take_apart(url)
    except ValueError:
        return None
    found = _in_query(parts) or _in_path(parts) or _in_base64(parts)
    try:
        return put_together(take_apart(found)) if found else None
    except ValueError:
        return None


def _in_query(parts: UrlParts) -> str | None:
    place = parts.host + parts.path
    names = next((names for pattern, names in _BY_QUERY if pattern.fullmatch(place)), ())
    said = dict(piece.partition("=")[::2] for piece in reversed(parts.query.split("&")))
    return next((target for name in names if (target := _decoded(said.get(name, "")))), None)


def _in_path(parts: UrlParts) -> str | None:
    match = _matched(parts)
    if match is None:
        return None
    said = match.groupdict()
    if said.get("bare"):
        return f"http{'s' if said['https'] else ''}://{said['bare']}"
    if said.get("host"):
        return f"https://{said['host']}/{said['rest']}"
    if said.get("escaped"):
        return _decoded(said["escaped"])
    return _ONE_SLASH.sub(r"\1://", said["url"], count=1)


def _matched(parts: UrlParts) -> re.Match[str] | None:
    rest = put_together(parts).partition("://")[2]
    return next((match for pattern in _BY_PATH if (match := pattern.fullmatch(rest))), None)


def _in_base64(parts: UrlParts) -> str | None:
    rest = put_together(parts).partition("://")[2]
    if news := _GOOGLE_NEWS.match(rest):
        return _field(_bytes(news[1]))
    click = _BING_CLICK.match(rest)
    return _text(_bytes(click[1])) if click else None


def _field(message: bytes) -> str | None:
    """Return the address in a Google News id: field 4 of a protocol buffer, after its length in one or two bytes."""
    start = message.find(b"\x22") + 1
    if start == 0 or start + 2 > len(message):
        return None
    length, begin = message[start], start + 1
    if length > 127:
        length, begin = (length & 127) | message[begin] << 7, begin + 1
    return _text(message[begin : begin + length])


def _decoded(value: str) -> str | None:
    """Return an escaped address, escaped once or twice, or None when it is none."""
    text = _text(unquote_to_bytes(value))
    return text or _text(unquote_to_bytes(unquote_to_bytes(value)))


def _text(value: bytes) -> str | None:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    return text if text[:8].lower().startswith(("http://", "https://")) else None


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
