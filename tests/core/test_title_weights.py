"""The weights of the headline's places, argued for by pages drawn at random from how outlets are known to fail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

import pytest

from monitor.core.htmltree import parse_html
from monitor.core.jsonld import read_nodes
from monitor.core.titles import DEFAULT, TitlePolicy, vote_title

PAGES = 200
WORDS = ("port", "council", "budget", "river", "storm", "election", "harvest", "bridge", "ferry", "market", "verdict")
NAME = "Daily Bell"


@dataclass(frozen=True, slots=True)
class Habits:
    """How an outlet fills the places. Each is a share of 1; a place that is neither absent nor wrong is right.

    `shared` is a wording for sharing, in og and twitter alike; `searched` one for search engines, in `<title>`; `logo`
    and `section` stand in h1 in place of the headline; `stale` is a headline that was edited since JSON-LD, og or the
    feed were written.
    """

    no_ld: float
    no_og: float
    no_h1: float
    shared: float
    searched: float
    logo: float
    section: float
    stale_ld: float
    stale_og: float
    stale_feed: float
    no_feed: float


OUTLETS = {
    "well kept": Habits(0.05, 0.02, 0.02, 0.05, 0.05, 0.02, 0.02, 0.02, 0.02, 0.1, 0.3),
    "edits often, caches share data": Habits(0.1, 0.05, 0.02, 0.05, 0.05, 0.02, 0.02, 0.1, 0.25, 0.4, 0.2),
    "rewords for sharing and for search": Habits(0.2, 0.0, 0.05, 0.5, 0.3, 0.05, 0.05, 0.05, 0.05, 0.1, 0.3),
    "old templates": Habits(0.8, 0.5, 0.1, 0.05, 0.05, 0.3, 0.15, 0.05, 0.05, 0.1, 0.2),
}


def drawn(habits: Habits, chance: Random) -> tuple[str, str, str | None]:
    """A page as that outlet would make it, its headline, and the feed's title."""
    headline, stale, shared, searched = (" ".join(chance.sample(WORDS, 5)) for _ in range(4))

    def happens(share: float) -> bool:
        return chance.random() < share

    spread = shared if happens(habits.shared) else stale if happens(habits.stale_og) else headline
    title = searched if happens(habits.searched) else headline
    heading = chance.choices(
        (NAME, "Politics", headline), (habits.logo, habits.section, max(0.0, 1 - habits.logo - habits.section))
    )[0]
    ld = json.dumps({"@type": "NewsArticle", "headline": stale if happens(habits.stale_ld) else headline})
    parts = (
        f"<title>{title} | {NAME}</title>",
        "" if happens(habits.no_og) else f"<meta property='og:title' content='{spread}'>",
        f"<meta name='twitter:title' content='{spread}'>" if happens(0.6) else "",
        "" if happens(habits.no_ld) else f"<script type='application/ld+json'>{ld}</script>",
        "" if happens(habits.no_h1) else f"<body><h1>{heading}</h1></body>",
    )
    feed = None if happens(habits.no_feed) else stale if happens(habits.stale_feed) else headline
    return "".join(parts), headline, feed


def share_right(habits: Habits, weights: Mapping[str, int]) -> float:
    """The share of pages whose headline the vote finds with these weights; the same pages for all weights."""
    chance = Random(2026)
    policy: TitlePolicy = replace(DEFAULT, weights=tuple(weights.items()))
    right = 0
    for _ in range(PAGES):
        source, headline, feed = drawn(habits, chance)
        page = parse_html(source)
        assert page
        nodes = read_nodes(page.root)
        article = nodes[0] if nodes else {}
        found = vote_title(page.root, article, hint=feed, site_names=(NAME,), policy=policy)
        right += found.text == headline
    return right / PAGES


OURS = dict(DEFAULT.weights)
OTHERS = {
    "og alone": dict.fromkeys(OURS, 0) | {"og": 9},
    "h1 alone": dict.fromkeys(OURS, 0) | {"h1": 9},
    "JSON-LD alone": dict.fromkeys(OURS, 0) | {"json-ld": 9},
    "title alone": dict.fromkeys(OURS, 0) | {"title": 9},
    "all alike": dict.fromkeys(OURS, 1),
}


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_place_alone_is_better(outlet: str) -> None:
    """Nor are equal weights, for any kind of outlet; a well kept one is right nearly always."""
    ours = share_right(OUTLETS[outlet], OURS)
    assert ours >= {"well kept": 0.99}.get(outlet, 0.95)
    assert {name: share for name, w in OTHERS.items() if (share := share_right(OUTLETS[outlet], w)) > ours} == {}
