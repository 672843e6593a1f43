"""The fast way through plain feeds: to the same words as feedparser's, or not at all."""

from datetime import UTC, datetime
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.feed_fast import read_plain
from monitor.core.feed_lenient import read_lenient
from tests.core.feed_zoo import parts
from tests.core.feed_zoo.building import SHELLS, assemble, item_part, plain_item
from tests.core.feed_zoo.mutants import mutate
from tests.newsroom.edition import Edition, Item
from tests.newsroom.feeds import feed
from tests.newsroom.sites import Feed, read_sites

SPACES = st.one_of(
    st.just(parts.SPACES),
    st.sampled_from(sorted(parts.ODD_SPACES)).map(lambda prefix: parts.SPACES | {prefix: parts.ODD_SPACES[prefix]}),
)
SUMMARIES = ("description", "summary", "itunes:summary", "content:encoded", "media:description", "dc:description")


def agrees(text: str) -> bool:
    """Say whether the fast way was taken, after making sure that it led to the same place."""
    said = read_plain(text)
    if said is not None:
        assert said == read_lenient(text), text
    return said is not None


@st.composite
def feeds(draw: st.DrawFn) -> str:
    """Build a feed of a few odd items in any format."""

    def pick(choices: tuple[str, ...]) -> str:
        return draw(st.sampled_from(choices))

    items = []
    for plain in draw(st.lists(st.booleans(), min_size=1, max_size=3)):
        pieces = [item_part(pick) for _ in range(draw(st.integers(0, 3)))]
        items.append(draw(st.permutations([*pieces, *plain_item(pick)])) if plain else pieces)
    head = draw(st.lists(st.sampled_from(parts.CHANNEL_WHOLE), max_size=3))
    return assemble(draw(st.sampled_from(sorted(SHELLS))), head, items, draw(SPACES))


@settings(max_examples=600)
@given(feeds())
def test_the_fast_way_leads_to_the_same_place(text: str) -> None:
    """Whatever a feed holds, its fast reading is declined or says word for word what feedparser says."""
    agrees(text)


def test_mutants_are_read_alike() -> None:
    """Feeds with a fault or two, of which some are still well-formed: letters, tags and attributes go astray."""
    chance = Random(20261121)
    feeds = [plain_feed(chance).encode() for _ in range(50)]
    taken = 0
    for _ in range(6_000):
        mutant = mutate(chance, chance.choice(feeds), feeds, most=2).decode("utf-8", "replace")
        taken += agrees(mutant)
    assert taken > 500


def plain_feed(chance: Random) -> str:
    """Build a feed that takes the fast way, of pieces that have nothing odd about them alone."""
    while True:
        pieces = chance.sample(parts.ITEM_WHOLE, 3)
        head = chance.sample(parts.CHANNEL_WHOLE, 2)
        text = assemble(chance.choice(sorted(SHELLS)), head, [[*plain_item(chance.choice), *pieces]], parts.SPACES)
        if read_plain(text):
            return text


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_every_piece_is_read_alike(shell: str) -> None:
    """Each piece of the zoo, alone, after and before a title and a link, and in the channel."""
    taken = 0
    for piece in parts.ITEM_WHOLE:
        for item in ([piece], ["<title>T</title><link>/l</link>", piece], [piece, "<title>T</title><link>/l</link>"]):
            taken += agrees(assemble(shell, [], [item, ["<link>/next</link>"]], parts.SPACES))
    for piece in parts.CHANNEL_WHOLE:
        taken += agrees(assemble(shell, [piece], [["<title>T</title><link>/l</link>"]], parts.SPACES))
    assert taken >= (60 if shell != "atom03" else 0)


@pytest.mark.parametrize("name", [*parts.ITEM_TEXTS, *parts.ITEM_ADDRESSES, *parts.ITEM_DATES])
def test_every_text_is_mended_alike(name: str) -> None:
    """Every text in every element: entities, CDATA, white space, letters that were decoded twice."""
    for shell, text in product(("rss20", "atom10"), (*parts.TEXTS, *parts.ADDRESSES, *parts.DATES)):
        agrees(assemble(shell, [], [[f"<{name}>{text}</{name}>"]], parts.SPACES))


def test_the_order_of_descriptions_counts_alike() -> None:
    """Which of several texts is the summary depends on their order, even on texts of the channel."""
    heads = [[], ["<itunes:summary>c</itunes:summary>", "<description>d</description>"]]
    taken = 0
    for head, names in product(heads, [names for count in (1, 2, 3) for names in permutations(SUMMARIES, count)]):
        first = [f"<{name}>{number} {name}</{name}>" for number, name in enumerate(names)]
        items = [[*first, "<link>/a</link>"], [*reversed(first), f"<{names[0]}></{names[0]}>"]]
        taken += agrees(assemble("rss20", head, items, parts.SPACES))
    assert taken > 200


def test_prefixes_are_nothing_but_names() -> None:
    """Namespaces count, not prefixes; prefixes that mean two things are left to feedparser."""
    odd = assemble(
        "rss20", [], [["<link>/a</link><odd:date>2026-03-01</odd:date>"]], parts.SPACES | {"odd": parts.SPACES["dc"]}
    )
    said = read_plain(odd)
    assert said is not None
    assert (said.items[0].date, said.items[0].date_source) == ("2026-03-01", "dc:date")
    assert agrees(odd)
    assert read_plain(odd.replace("<odd:date>", '<odd:date xmlns:odd="urn:x">')) is None


@pytest.mark.parametrize("prefix", sorted(parts.ODD_SPACES))
def test_misleading_prefixes_are_read_alike(prefix: str) -> None:
    """Each usual prefix that stands for something else, on each element."""
    spaces = parts.SPACES | {prefix: parts.ODD_SPACES[prefix]}
    for name in ("title", "date", "description", "encoded", "creator", "link", "guid"):
        agrees(assemble("rss20", [], [["<link>/a</link>", f"<{prefix}:{name}>x</{prefix}:{name}>"]], spaces))


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item><title>cut off",
        '<!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
        '<rss version="2.0"><channel><title>&eacute;</title></channel></rss>',
        '<rss version="2.0" xml:base="/x"><channel/></rss>',
        '<rss version="2.0"><channel/><channel/></rss>',
        '<rss version="2.0"><item/></rss>',
        "<channel><item/></channel>",
        "<rss/>",
        '<feed xmlns="urn:other"><entry/></feed>',
        '<rss version="2.0"><channel>' + "<a>" * 300 + "</a>" * 300 + "</channel></rss>",
        '<rss version="2.0"><channel><title>\ud800</title></channel></rss>',
    ],
)
def test_what_is_not_plain_is_declined(text: str) -> None:
    """Nothing is guessed: the full reader sees to it."""
    assert read_plain(text) is None


@pytest.mark.parametrize("kind", ["rss20", "rss20-summary", "atom10", "rss10"])
def test_the_feeds_of_the_newsroom_take_the_fast_way(kind: str) -> None:
    """Feeds as newspapers' programs write them are plain."""
    for site in read_sites():
        now = datetime(2026, 11, 16, 12, tzinfo=UTC)
        said = (
            "<Fish> & “chips” — 5 %",
            next(iter(site.sections)),
            7,
            "Ann",
            "",
            "",
            now,
            now,
            ("It was & is.", "Совет <b>одобрил</b>."),
        )
        text = feed(Edition(site, (Item(site, "/a%20b", *said),)), Feed(kind, "/feed", tracking="?a=1&b=2"), now)
        assert agrees(text.partition("?>")[2].lstrip())
