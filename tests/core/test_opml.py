"""OPML: what an archive wrote comes back as it was, what others wrote is read, and nothing else happens."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.answers import SourceOptions
from monitor.core.opml import TAIL, Outline, has_secrets, head, outlines, read_opml
from monitor.errors import UsageError
from monitor.model import EvidencePolicy, Source, SourceKind, SourceState

AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def written(*sources: Source) -> bytes:
    """Return a file of these sources."""
    return (head("Sources", AT) + outlines(sources) + TAIL).encode()


def a_source(url: str = "https://radio.example/feed", **values: object) -> Source:
    """Return a feed."""
    return Source(url, SourceKind.FEED, "radio.example", **values)  # type: ignore[arg-type]


def test_everything_comes_back() -> None:
    """Rhythm, patterns, outlet, tags with commas and quotes, what is kept, and that it is paused."""
    source = a_source(
        title='Radio "Uno" <1>',
        outlet="radio.example",
        language="es-419",
        tags=("a, b", 'c"d', "e\nf"),
        every_s=900,
        include=("/economia/", "*?a=1&b=2"),
        exclude=("<x>",),
        state=SourceState.PAUSED,
        state_reason="too slow",
        insecure_tls=True,
        ignore_robots=True,
        evidence=EvidencePolicy.ALL,
        retain_s=86_400,
        proxy="http://proxy.example:3128",
    )
    (read,) = read_opml(written(source), "a.opml")
    assert read == Outline(
        url=source.url,
        title=source.title,
        options=SourceOptions(
            kind=SourceKind.FEED,
            every_s=900,
            outlet="radio.example",
            language="es-419",
            tags=source.tags,
            include=source.include,
            exclude=source.exclude,
            proxy=source.proxy,
            insecure_tls=True,
            ignore_robots=True,
            evidence=EvidencePolicy.ALL,
            retain_s=86_400,
        ),
        paused="too slow",
    )


def test_secrets_are_never_written() -> None:
    """Neither the values of headers nor the password of a proxy, not even masked."""
    source = a_source(headers=("Cookie: session=hunter2",), proxy="http://me:hunter2@proxy.example:3128")
    data = written(source)
    assert b"hunter2" not in data
    assert b"Cookie" not in data
    assert b"proxy" not in data
    assert has_secrets(source)
    assert not has_secrets(a_source())


def test_feed_readers_find_what_they_know() -> None:
    """OPML 2.0 asks for text, and of subscriptions for type and xmlUrl."""
    root = etree.fromstring(written(a_source(title="Uno"), a_source("https://b.example/")))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    found = [(one.get("text"), one.get("type"), one.get("xmlUrl")) for one in root.iter("outline")]
    assert found == [("Uno", "rss", "https://radio.example/feed"), ("https://b.example/", "rss", "https://b.example/")]


def test_files_of_others_are_read() -> None:
    """Outlines inside of others, attributes in any case; categories are tags."""
    data = b"""<?xml version="1.0"?><OPML version="1.1"><body><outline text="News">
      <outline text="Uno" XMLURL="https://a.example/feed" category="/politics,world"/>
      <outline text="Dos" xmlUrl="https://a.example/feed2"/><outline text="none"/></outline></body></OPML>"""
    read = read_opml(data, "a.opml")
    assert [(one.url, one.title, one.options.kind, one.options.tags) for one in read] == [
        ("https://a.example/feed", "Uno", None, ("politics", "world")),
        ("https://a.example/feed2", "Dos", None, ()),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"https://a.example/feed",
        b"<opml><body>",
        b"<html><body/></html>",
        b'<opml xmlns:m="urn:monitor:opml:1"><outline xmlUrl="https://a.example/" m:kind="novel"/></opml>',
        b'<opml xmlns:m="urn:monitor:opml:1"><outline xmlUrl="https://a.example/" m:kind="feed" m:every="-5"/></opml>',
        b'<opml xmlns:m="urn:monitor:opml:1"><outline xmlUrl="https://a.example/" m:kind="feed" m:tags="{}"/></opml>',
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    """By its name."""
    with pytest.raises(UsageError, match=r"a\.opml"):
        read_opml(data, "a.opml")


def test_entities_are_not_followed() -> None:
    """Neither into files nor into themselves."""
    data = b"""<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "&x;&x;">]>
      <opml version="2.0"><body><outline text="&y;" xmlUrl="https://a.example/"/></body></opml>"""
    try:
        read = read_opml(data, "a.opml")
    except UsageError:
        return
    assert all(not one.title for one in read)


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


@given(title=TEXTS, tags=st.lists(TEXTS.filter(bool), max_size=3), every=st.integers(1, 10**6))
def test_any_text_comes_back(title: str, tags: list[str], every: int) -> None:
    """Of what XML can hold."""
    (read,) = read_opml(written(a_source(title=title or None, tags=tuple(tags), every_s=every)), "a.opml")
    holds = "".join(char for char in title if char not in "\ufffe\uffff")
    assert (read.title or "").replace("\ufffd", "") == holds.replace("\ufffd", "")
    assert (len(read.options.tags), read.options.every_s) == (len(tags), every)
