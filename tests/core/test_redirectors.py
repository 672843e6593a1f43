"""A link that says where it leads is read as that place; one that does not say it stays as it is."""

import base64
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.redirectors import unwrapped

PAGE = "https://bell.example/world/story?id=5&x=a%20b"
QUOTED = "https%3A%2F%2Fbell.example%2Fworld%2Fstory%3Fid%3D5%26x%3Da%2520b"
PLAIN = "https://bell.example/world/story"


def google_news(url: str) -> str:
    """An article id of Google News as it was while it held the address."""
    address = url.encode()
    length = bytes([len(address)]) if len(address) < 128 else bytes([len(address) & 127 | 128, len(address) >> 7])
    return base64.urlsafe_b64encode(b"\x08\x13\x22" + length + address + b"\xd2\x01\x00").decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?sa=t&rct=j&q=&esrc=s&url={QUOTED}&usg=AOv",
        f"https://www.google.com/url?q={QUOTED}&sa=D",
        f"http://google.co.uk/url?rct=j&url={QUOTED}",
        f"https://news.google.com/news/url?sa=T&url={QUOTED}",
        f"https://l.facebook.com/l.php?u={QUOTED}&h=AT0",
        f"https://lm.facebook.com/l.php?u={QUOTED}&h=AT0",
        f"https://www.facebook.com/flx/warn/?u={QUOTED}",
        f"https://l.instagram.com/?u={QUOTED}&e=AT",
        f"https://vk.com/away.php?to={QUOTED}&cc_key=",
        f"https://m.vk.com/away?to={QUOTED}",
        f"https://eur01.safelinks.protection.outlook.com/?url={QUOTED}&data=05&reserved=0",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={QUOTED.lower()}&c=2&mkt=en-us",
        f"https://www.youtube.com/redirect?event=video_description&q={QUOTED}",
        f"https://www.linkedin.com/redir/redirect?url={QUOTED}&urlhash=a",
        f"https://out.reddit.com/t3_x?url={QUOTED}&token=A",
        f"https://duckduckgo.com/l/?uddg={QUOTED}&rut=1",
        f"https://t.me/iv?url={QUOTED}&rhash=5",
        f"https://yandex.ru/turbo?text={QUOTED}",
        f"https://sba.yandex.net/redirect?url={QUOTED}",
        f"https://slack-redir.net/link?url={QUOTED}",
        f"https://getpocket.com/redirect?url={QUOTED}",
        f"https://www.google.com/url?q={QUOTED.replace('%', '%25')}",
        f"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D"
        f"{QUOTED.replace('%', '%25')}%26sa%3DD&data=1",
        f"https://web.archive.org/web/20261105101500/{PAGE}",
        f"https://web.archive.org/web/2026/https:/{PAGE.removeprefix('https://')}",
        f"https://web.archive.org/web/20261105101500id_/{PAGE}",
        f"https://archive.ph/20261105/{PAGE}",
        f"https://archive.is/newest/{PAGE}",
        f"https://href.li/?{PAGE}",
        f"https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU={QUOTED}/RK=2/RS=x-",
        f"https://news.google.com/rss/articles/{google_news(PAGE)}?oc=5",
        f"https://news.google.com/articles/{google_news(PAGE)}",
        f"https://www.bing.com/ck/a?!&&p=1&u=a1{base64.urlsafe_b64encode(PAGE.encode()).decode().rstrip('=')}&ntb=1",
    ],
)
def test_redirectors_are_unwrapped(link: str) -> None:
    """Search engines, networks, mail filters and archives; escaped once or twice, and one within another."""
    assert unwrapped(link) == PAGE


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/amp/s/bell.example/world/story",
        "https://www.google.ru/amp/s/bell.example/world/story",
        "https://www.bing.com/amp/s/bell.example/world/story",
        "https://bell-example.cdn.ampproject.org/c/s/bell.example/world/story",
        "https://bell-example.cdn.ampproject.org/v/s/bell.example/world/story",
        "https://cdn.ampproject.org/c/s/bell.example/world/story",
        "https://bell-example.bing-amp.com/c/s/bell.example/world/story",
        "https://yandex.ru/turbo/bell.example/s/world/story",
        "https://bell-example.turbopages.org/bell.example/s/world/story",
        "https://turbopages.org/turbo/bell.example/s/world/story",
    ],
)
def test_caches_of_pages_are_unwrapped(link: str) -> None:
    """AMP and Turbo pages belong to their publishers."""
    assert unwrapped(link) == PLAIN


def test_a_cached_page_without_https_is_at_http() -> None:
    """The `s/` in the path of a cache says which."""
    assert unwrapped("https://x.cdn.ampproject.org/c/bell.example/a") == "http://bell.example/a"


def test_a_long_address_in_google_news_is_read() -> None:
    """Its length takes two bytes."""
    long = f"https://bell.example/{'a' * 300}"
    assert unwrapped(f"https://news.google.com/rss/articles/{google_news(long)}") == long


@pytest.mark.parametrize(
    "link",
    [
        PAGE,
        "https://t.co/AbCdEf",
        "https://bit.ly/3x",
        "https://feedproxy.google.com/~r/bell/~3/x/",
        "https://feeds.feedburner.com/~r/bell/~3/x/story.html",
        "https://www.google.com/search?q=https%3A%2F%2Fbell.example%2F",
        "https://www.google.com/url?q=bell",
        "https://www.google.com/url?q=javascript:alert(1)//http://x",
        "https://www.google.com/url?q=https%3A%2F%2F",
        "https://www.google.com/url?q=https%3A%2F%2Fa..b%2F",
        "https://www.google.com/url?q=https%3A%2F%2Fbell.example%2F%FF",
        "https://google.com.evil.example/url?q=https%3A%2F%2Fbell.example%2F",
        "https://notfacebook.com/l.php?u=https%3A%2F%2Fbell.example%2F",
        "https://bell.example/share?url=https%3A%2F%2Fother.example%2F",
        "https://bell.example/login?next=https://bell.example/story",
        "https://bell.example/amp/s/other.example/story",
        "https://web.archive.org/web/*/https://bell.example/",
        "https://web.archive.org/save/https://bell.example/",
        "https://news.google.com/rss/articles/CBMiWkFVX3lxTE0?oc=5",
        "https://news.google.com/topstories",
        "https://www.bing.com/ck/a?u=a1!!!",
        "https://translate.google.com/translate?u=https%3A%2F%2Fbell.example%2F",
        "no address at all http://",
    ],
)
def test_other_links_stay_as_they_are(link: str) -> None:
    """Short links, searches, translations, other sites' parameters, and targets that are no addresses."""
    assert unwrapped(link) == link


def test_a_loop_ends() -> None:
    """However deep links are nested; a link within itself many times over is left at some depth."""
    link = PAGE
    for _ in range(12):
        link = f"https://web.archive.org/web/2026/{link}"
    assert unwrapped(link).startswith("https://web.archive.org/web/2026/")


WRAPPERS = st.sampled_from(
    [
        *("https://www.google.com/url?q=", "https://web.archive.org/web/2026/", "https://t.me/iv?url=", "https://"),
        *("https://news.google.com/articles/CBMi", "https://www.bing.com/ck/a?u=a1", "https://www.google.com/amp/s/"),
    ]
)


@given(WRAPPERS, st.text(max_size=60))
def test_any_link_is_unwrapped_without_raising(wrapper: str, rest: str) -> None:
    """What comes out is the link itself or an address on the web."""
    link = wrapper + rest
    found = unwrapped(link)
    assert found == link or found.startswith(("http://", "https://"))


@pytest.mark.parametrize("piece", ["/amp/s/", "https://", "%25", "/web/2026/", "&u=", "a.", "RU=/", "CBMi"])
def test_no_link_takes_long(piece: str) -> None:
    """Not even of 100 KB."""
    started = process_time()
    for host in ("web.archive.org", "r.search.yahoo.com", "www.google.com", "x.safelinks.protection.outlook.com"):
        unwrapped(f"https://{host}/{piece * (100_000 // len(piece))}")
    assert process_time() - started < 2
