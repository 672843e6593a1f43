"""What the newsroom serves is well formed, and its script plays as written."""

import hashlib
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.newsroom.days import END, at
from tests.newsroom.events import EventKind, read_events
from tests.newsroom.history import Moment
from tests.newsroom.library import open_desks, truth
from tests.newsroom.settings import CORPUS
from tests.newsroom.sites import read_sites
from tests.newsroom.texts import read_texts

SITES = {site.key: site for site in read_sites()}
SAVED = {
    0: "http://www.radio-mareverte.example/fr/actualites/277616-accord-cooperation-portuaire",
    1: "https://marsat.example/ar/siyasa/20261112/muthakkirat-al-mawani",
    2: "http://difaf-alyawm.example/news/3107/safinat-al-tadrib",
    3: "http://www.radio-mareverte.example/fr/culture/277609-voix-de-la-mer-archives",
    4: "http://kabarmuara.example/berita/90412/kerja-sama-perikanan",
    5: "http://diariosotavento.example/local/escuela-de-redes-8783.html",
}


def moments(key: str, slug: str) -> tuple[Moment, ...]:
    """Return all that happens to one article."""
    stories = next(desk for desk in open_desks() if desk.site.key == key).stories
    return next(story for story in stories if story.text.slug == slug).moments


def test_the_library_is_large_enough_and_well_formed() -> None:
    """Eight outlets in six languages, eight articles each, six to twelve paragraphs, sections that exist."""
    texts = read_texts()
    assert len(texts) >= 60
    assert len({SITES[text.outlet].language for text in texts}) == 6
    for text in texts:
        assert text.section in SITES[text.outlet].sections, text.slug
        assert 6 <= len(text.paragraphs) <= 12, text.slug
        assert not any("  " in part or "\n" in part for part in text.paragraphs), text.slug


def test_copies_share_most_of_the_agency_s_paragraphs() -> None:
    """The papers carry agency copy with small alterations: most paragraphs equal, not all."""
    texts = {(text.outlet, text.slug): set(text.paragraphs) for text in read_texts()}
    pairs = [
        (("marsat", slug), ("difaf", slug))
        for _, slug in texts
        if ("difaf", slug) in texts and ("marsat", slug) in texts
    ]
    pairs.append((("litoral", "tormenta-costa-norte"), ("sotavento", "temporal-cala-honda")))
    for original, copy in pairs:
        assert 3 <= len(texts[original] & texts[copy]) < len(texts[original])


def test_every_kind_of_event_happens() -> None:
    """The script uses each kind; the first day publishes 25 articles between 06:00 and 22:00."""
    events = read_events()
    assert {event.kind for event in events} == set(EventKind)
    published = [event.at for event in events if event.kind is EventKind.PUBLISH]
    assert sum(at(16, 6) <= moment <= at(16, 22) for moment in published) == 25
    assert all(moment.day in (17, 18) for moment in published if moment > at(16, 22))


def test_filler_is_the_same_every_time() -> None:
    """Made-up articles give volume without chance."""
    once, again = truth(open_desks(5), END), truth(open_desks(5), END)
    assert len(once) == len(truth(open_desks(), END)) + 5 * len(SITES)
    assert once == again


def test_a_number_is_corrected_and_the_copy_keeps_the_old_one() -> None:
    """12 families become 21 at the agency; the paper that copied it still says 12."""
    agency, paper = moments("litoral", "tormenta-costa-norte"), moments("sotavento", "temporal-cala-honda")
    assert ["12 familias" in moment.body for moment in agency] == [True, False]
    assert "21 familias" in agency[1].body
    assert "12 familias" in paper[-1].body


def test_two_headlines_take_turns() -> None:
    """An A/B test changes the headline every hour and ends with the first; the text stays."""
    turns = moments("mareverte", "saison-vanille-recolte")
    titles = [moment.title for moment in turns]
    assert len(set(titles)) == 2
    assert all(before != after for before, after in pairwise(titles[:-1]))
    assert titles[-1] == titles[0]
    assert len({moment.body for moment in turns}) == 1
    assert turns[2].at - turns[1].at == timedelta(hours=1)


def test_a_byline_is_corrected_and_nothing_else() -> None:
    """Another author, the same headline and text."""
    signed, corrected = moments("muara", "dermaga-baru-pelabuhan")
    assert (signed.author, corrected.author) == ("Laras Puspaningtyas", "Dimas Lokananta")
    assert (signed.title, signed.body) == (corrected.title, corrected.body)


def test_saved_articles_are_named_after_their_urls() -> None:
    """A corpus file is named with a number and the first 16 hex digits of its URL's SHA-256."""
    names = [f"{number:03d}_{hashlib.sha256(url.encode()).hexdigest()[:16]}.txt" for number, url in SAVED.items()]
    assert sorted(path.name for path in CORPUS.iterdir()) == names


@pytest.mark.parametrize(("number", "old", "new"), [(0, "12 projets", "21 projets"), (1, "54 مرشدا", "45 مرشدا")])
def test_two_saved_articles_are_earlier_states_of_live_ones(number: int, old: str, new: str) -> None:
    """The saved text has every paragraph of the first state; live, a number is corrected since."""
    saved = " ".join(next(CORPUS.glob(f"{number:03d}_*")).read_text(encoding="utf-8").split())
    states = truth(open_desks(), at(16, 6))[SAVED[number]]
    assert all(part in saved for part in states[0].paragraphs)
    assert old in saved
    assert old not in states[-1].body
    assert new in states[-1].body
