"""Every format in every encoding, and the traps that real feeds set."""

import json
from datetime import UTC, datetime
from itertools import product

import pytest

from monitor.core.feeds import parse_feed
from monitor.core.items import with_keys
from monitor.interfaces import FeedItem, ParsedFeed, ReadRequest, Task

URL = "https://outlet.example/news/feed.xml"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(body: str | bytes, content_type: str | None = "application/xml") -> ParsedFeed:
    """Parse a feed found at the test address, on 2 March 2026."""
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(ReadRequest(Task.FEED, URL, raw, content_type, NOW))


def rss(items: str, head: str = "") -> str:
    """Wrap items in an RSS 2.0 channel with the prefixes in use."""
    spaces = (
        ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dcterms="http://purl.org/dc/terms/"'
    )
    return f'<rss version="2.0"{spaces}><channel><title>Outlet</title>{head}{items}</channel></rss>'


def said(**parts: str) -> FeedItem:
    """Return the only item of a feed, whose parts are given by the names of its elements (`dc_date` for dc:date)."""
    inside = "".join(f"<{name.replace('_', ':')}>{text}</{name.replace('_', ':')}>" for name, text in parts.items())
    (only,) = read(rss(f"<item><link>/a</link>{inside}</item>")).items
    return only


FORMATS = {
    "rss091u": '<rss version="0.91"><channel><title>{t}</title><item><title>{t}</title><link>/a</link></item>'
    "</channel></rss>",
    "rss092": '<rss version="0.92"><channel><title>{t}</title><item><title>{t}</title><link>/a</link></item>'
    "</channel></rss>",
    "rss20": '<rss version="2.0"><channel><title>{t}</title><item><title><![CDATA[{t}]]></title><link>/a</link></item>'
    "</channel></rss>",
    "rss090": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple'
    '/0.9/"><channel><title>{t}</title></channel><item><title>{t}</title><link>/a</link></item></rdf:RDF>',
    "rss10": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
    "<title>{t}</title></channel><item><title>{t}</title><link>/a</link></item></rdf:RDF>",
    "atom03": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>{t}</title><entry><title>{t}</title>'
    '<link rel="alternate" type="text/html" href="/a"/></entry></feed>',
    "atom10": '<feed xmlns="http://www.w3.org/2005/Atom"><title>{t}</title><entry><title>{t}</title><link href="/a"/>'
    "</entry></feed>",
}
LETTERS = {
    "utf-8": "Hội đồng thông qua — 5 €",
    "utf-16": "Hội đồng thông qua",
    "utf-16-le": "Hội đồng thông qua",
    "utf-16-be": "Hội đồng thông qua",
    "windows-1250": "Rada zatwierdziła żółty most",
    "windows-1251": "Совет одобрил мост",
    "windows-1252": "Le conseil a approuvé l’œuvre",
    "windows-1253": "Το συμβούλιο ενέκρινε τη γέφυρα",
    "windows-1254": "Köprü için İmza ağı",
    "windows-1255": "המועצה אישרה את הגשר",
    "windows-1256": "وافق المجلس على الجسر",
    "iso-8859-1": "Le conseil a décidé",
    "iso-8859-2": "Rada zatwierdziła żółty most",
    "iso-8859-5": "Совет одобрил мост",
    "iso-8859-6": "وافق المجلس",
    "iso-8859-7": "Το συμβούλιο ενέκρινε",
    "iso-8859-9": "Köprü için İmza ağı",
    "iso-8859-15": "Le prix: 5 €, œuvre",
    "koi8-r": "Совет одобрил мост",
    "koi8-u": "Рада схвалила міст",
    "gb18030": "理事会批准修建大桥",
    "gb2312": "理事会批准修建大桥",
    "big5": "議會批准興建大橋",
    "shift_jis": "議会が橋を承認した",
    "euc-jp": "議会が橋を承認した",
    "euc-kr": "의회가 다리를 승인했다",
}


@pytest.mark.parametrize(("form", "codec"), list(product(FORMATS, LETTERS)))
def test_every_format_in_every_encoding(form: str, codec: str) -> None:
    """Named by the header, by the XML declaration, or by both, the letters come out as they were written."""
    text, title = FORMATS[form].format(t=LETTERS[codec]), LETTERS[codec]
    declared = f'<?xml version="1.0" encoding="{codec}"?>{text}'
    for body, content_type in (
        (text.encode(codec), f"application/xml; charset={codec}"),
        (declared.encode(codec), "text/xml"),
        (declared.encode(codec), f'text/html;charset="{codec.upper()}"'),
    ):
        feed = read(body, content_type)
        assert (feed.format, feed.title, feed.problem) == (form, title, None)
        assert [(item.title, item.url) for item in feed.items] == [(title, "https://outlet.example/a")]


@pytest.mark.parametrize("codec", LETTERS)
def test_json_feeds_in_every_encoding(codec: str) -> None:
    """JSON is UTF-8 by its standard; a header that says otherwise is believed where it fits."""
    value = {"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a", "title": LETTERS[codec]}]}
    feed = read(json.dumps(value, ensure_ascii=False).encode(codec), f"application/json; charset={codec}")
    assert [item.title for item in feed.items] == [LETTERS[codec]]


@pytest.mark.parametrize(
    "declared", ["windows-1251", "windows-1256", "iso-8859-1", "koi8-r", "gb2312", "euc-kr", "utf-16"]
)
@pytest.mark.parametrize(
    "title", ["Совет одобрил мост в субботу", "وافق المجلس على بناء الجسر", "理事会批准修建大桥周六"]
)
def test_utf_8_is_utf_8_whatever_is_declared(declared: str, title: str) -> None:
    """A template keeps the declaration of the encoding it was once written in."""
    body = f'<?xml version="1.0" encoding="{declared}"?>{FORMATS["rss20"].format(t=title)}'.encode()
    assert read(body, "text/xml").title == title
    assert read(body, f"text/xml; charset={declared}").title == title


def test_entities_of_html_need_no_declaration() -> None:
    """Named, decimal and hexadecimal, once and twice escaped, in CDATA and outside."""
    for written in ("Caf&eacute; &ndash; open", "Caf&#233; &#8211; open", "Caf&#xE9; &amp;ndash; open"):
        assert said(title=written).title == "Café – open"
    assert said(title="<![CDATA[Caf&eacute; &ndash; open]]>").title == "Café – open"


@pytest.mark.parametrize("prefix", ["dc", "d", "ns0", "DC", "media"])
def test_namespaces_count_and_not_prefixes(prefix: str) -> None:
    """A date of Dublin Core is one under any prefix, even one that is usually another namespace's."""
    body = f"""<rss version="2.0" xmlns:{prefix}="http://purl.org/dc/elements/1.1/"><channel><item><link>/a</link>
    <{prefix}:date>2026-03-01</{prefix}:date></item></channel></rss>"""
    (only,) = read(body).items
    if prefix != "media":  # feedparser goes by the prefix here
        assert (only.raw_date, only.date_source) == ("2026-03-01", "dc:date")


def test_atom_under_a_prefix_is_atom() -> None:
    """A feed whose every element has a prefix."""
    body = """<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Outlet</a:title><a:entry>
    <a:title>A bridge</a:title><a:link href="/a"/><a:updated>2026-03-01T05:00:00Z</a:updated></a:entry></a:feed>"""
    feed = read(body)
    assert (feed.format, feed.title, feed.items[0].title) == ("atom10", "Outlet", "A bridge")
    assert feed.items[0].date_source == "updated"


def test_captions_are_not_the_item() -> None:
    """Titles and descriptions of photos and podcasts stand aside, wherever they stand."""
    caption = "<media:title>Photo</media:title><media:description><![CDATA[A <b>caption</b>]]></media:description>"
    own = "<title>A bridge</title><description>It opens.</description>"
    for media in (
        caption,
        f"<media:content url='/a.jpg'>{caption}</media:content>",
        f"<media:group>{caption}</media:group>",
    ):
        for inside in (media + own, own + media):
            for broken in ("", "&nbsp;"):
                (only,) = read(rss(f"<item><link>/a</link>{inside}{broken}</item>")).items
                assert (only.title, only.summary) == ("A bridge", "It opens.")


def test_a_podcast_is_a_feed() -> None:
    """Its own elements are passed over, and an episode's page is its address."""
    only = said(title="Episode 1", itunes_title="1", itunes_duration="9:59", itunes_summary="We talk.", guid="e1")
    assert (only.title, only.summary, only.guid, only.key) == ("Episode 1", "We talk.", "e1", "e1")


def test_what_an_exotic_field_breaks_is_read_without_it() -> None:
    """feedparser gives up on a whole feed for a chapter without a start; its items are read all the same."""
    body = rss("<item><title>A bridge</title><link>/a</link><psc:chapter title='x'/></item>").replace(
        "<rss ", '<rss xmlns:psc="http://podlove.org/simple-chapters" xmlns:gml="http://www.opengis.net/gml" '
    )
    chapters = body.replace("<psc:chapter title='x'/>", "<psc:chapters><psc:chapter title='x'/></psc:chapters>")
    for broken in (chapters, body.replace("<psc:chapter title='x'/>", "<gml:pos>x</gml:pos>")):
        feed = read(broken)
        assert ([item.title for item in feed.items], feed.problem) == (["A bridge"], None)


@pytest.mark.parametrize(
    ("element", "source"),
    [
        ("pubDate", "pubDate"),
        ("dc_date", "dc:date"),
        ("published", "published"),
        ("issued", "issued"),
        ("updated", "updated"),
        ("dcterms_modified", "modified"),
        ("dcterms_created", "created"),
        ("atom_updated", "updated"),
    ],
)
@pytest.mark.parametrize("broken", ["", "&nbsp;"])
def test_the_element_of_the_date_is_told(element: str, source: str, broken: str) -> None:
    """For each element that may hold one, in plain and in broken feeds."""
    only = said(**{element: "2026-03-01T05:00:00Z", "title": broken})
    assert (only.raw_date, only.date_source) == ("2026-03-01T05:00:00Z", source)
    assert only.published_at == datetime(2026, 3, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("broken", ["", "&nbsp;"])
def test_publication_counts_before_update(broken: str) -> None:
    """Whichever stands first; an update only where nothing else is dated."""
    for names in (
        ("updated", "pubDate"),
        ("pubDate", "updated"),
        ("dc_date", "dcterms_issued"),
        ("modified", "created"),
    ):
        only = said(**{name: f"2026-03-0{number}" for number, name in enumerate(names, 1)}, title=broken)
        first = next(name for name in names if name in {"pubDate", "dcterms_issued", "created"})
        assert (only.raw_date, only.date_source) == (f"2026-03-0{names.index(first) + 1}", first.rpartition("_")[2])
    assert (said(pubDate=" ", updated="2026-03-01").date_source) == "updated"
    assert (said(title="T").date_source, said(title="T").date_flag) == (None, None)


def test_odd_dates_are_flagged() -> None:
    """Dates of the future, of clocks that were never set, and those whose day and month cannot be told apart."""
    assert said(pubDate="Mon, 02 Mar 2027 05:00:00 GMT").date_flag == "future"
    assert said(pubDate="Thu, 01 Jan 1970 00:00:00 GMT").date_flag == "epoch"
    doubtful = said(pubDate="04/03/2026 10:00")
    assert (doubtful.date_flag, doubtful.published_at, doubtful.raw_date) == ("ambiguous", None, "04/03/2026 10:00")
    assert said(pubDate="Sun, 01 Mar 2026 05:00:00 GMT").date_flag is None


def test_a_date_beyond_twelve_settles_the_order_for_its_feed() -> None:
    """What one item proves holds for the others."""
    dates = ("04/03/2026", "25/02/2026")
    items = "".join(f"<item><link>/{n}</link><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates))
    assert read(rss(items)).items[0].published_at == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("<hour>0</hour><hour>1</hour><hour>23</hour>", (0, 1, 23)),
        ("<hour>24</hour><hour>3</hour>", (0, 3)),
        ("<hour>7</hour><hour>x</hour><hour>25</hour><hour>-1</hour><hour>99</hour>", (7,)),
        ("".join(f"<hour>{hour}</hour>" for hour in range(24)), ()),
        ("\n <hour> 5 </hour>\n<hour>5</hour>", (5,)),
        ("", ()),
    ],
)
@pytest.mark.parametrize("place", ["before", "after", "broken"])
def test_the_hours_without_polls(written: str, hours: tuple[int, ...], place: str) -> None:
    """Read wherever they stand in the channel; what is no hour is passed over, and all hours are nonsense."""
    block, item = f"<skipHours>{written}</skipHours>", "<item><link>/a</link></item>"
    body = rss(item + block) if place == "after" else rss(item, block)
    assert read(body.replace("Outlet", "Outlet&nbsp;") if place == "broken" else body).skip_hours == hours


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("<day>Saturday</day><day>sunday</day>", (5, 6)),
        ("<day>Monday</day><day>Lundi</day><day>1</day>", (0,)),
        ("".join(f"<day>{day}day</day>" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")), ()),
    ],
)
def test_the_days_without_polls(written: str, days: tuple[int, ...]) -> None:
    """Named in English, as RSS 2.0 says; all seven are nonsense."""
    assert read(rss("<item><link>/a</link></item>", f"<skipDays>{written}</skipDays>")).skip_days == days


def test_hours_inside_an_item_are_words() -> None:
    """Only the channel asks for anything."""
    item = "<item><link>/a</link><description><![CDATA[<skipHours><hour>1</hour></skipHours>]]></description></item>"
    assert read(rss(item + item)).skip_hours == ()


@pytest.mark.parametrize("broken", ["", "&nbsp;"])
def test_the_hub_is_found(broken: str) -> None:
    """In Atom, in RSS by Atom's namespace, and in JSON Feed; relative addresses are resolved."""
    links = '<{0}link rel="hub" href="//hub.example/"/><{0}link rel="self" href="/news/feed.xml"/>'
    found = ("https://hub.example/", "https://outlet.example/news/feed.xml")
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{broken}</title>{links.format("")}<entry/></feed>'
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "hubs": [{"type": "rssCloud", "url": "/no"}, {"type": "WebSub", "url": "//hub.example/"}],
        "feed_url": "/news/feed.xml",
        "items": [],
    }
    for body in (atom, rss(f"<item/>{broken}", links.format("atom:")), json.dumps(value)):
        feed = read(body)
        assert (feed.hub, feed.self_url) == found


@pytest.mark.parametrize("href", ["mailto:hub@outlet.example", "javascript:x", "", "urn:hub"])
def test_a_hub_is_asked_by_http_only(href: str) -> None:
    """Anything else is no hub."""
    assert read(rss("<item/>", f'<atom:link rel="hub" href="{href}"/>')).hub is None
    assert read(json.dumps({"items": [], "hubs": [{"type": "WebSub", "url": href}, 1], "feed_url": 2})).hub is None


def test_numbers_and_nonsense_in_json_are_no_dates() -> None:
    """Only what stands in a date's field, and what is a date."""
    items: list[dict[str, object]] = [
        {"url": "/a", "date_published": "2026-03-01T05:00:00Z", "date_modified": "2026-03-02"},
        {"url": "/b"},
    ]
    items += [{"url": "/c", "date_modified": "2026-03-02"}, {"url": "/d", "id": 42, "date_published": None}]
    found = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})).items
    assert [item.date_source for item in found] == ["date_published", None, "date_modified", None]
    assert found[3].key == "42"
    assert said(title="T", guid="42").published_at is None


def test_endless_summaries_are_cut_alike() -> None:
    """Whole articles stand where summaries should; only their beginning is kept, whole words of it or not."""
    article = "<p>" + "Совет <a href='https://outlet.example/x'>одобрил</a> мост. " * 2_000 + "</p>"
    summary = said(description=f"<![CDATA[{article}]]>").summary or ""
    assert summary.startswith("Совет одобрил мост. Совет")
    assert 1_990 <= len(summary) <= 2_000
    assert "<" not in summary
    empty = "<p>" + "<img src='x'>" * 1_000 + "At last a word.</p>"
    assert said(description=f"<![CDATA[{empty}]]>").summary == "At last a word."


def test_all_guids_may_change_at_once() -> None:
    """A site that moves to https gets new keys, and the same addresses: nothing has to be fetched again."""
    old, new = (
        with_keys(
            FeedItem(key="", url=f"https://outlet.example/{n}", guid=f"{scheme}://outlet.example/?p={n}")
            for n in (1, 2)
        )
        for scheme in ("http", "https")
    )
    assert not {item.key for item in old} & {item.key for item in new}
    assert [item.url for item in old] == [item.url for item in new]
