"""Proposing sources from citations: home pages in the right language, section fronts, merged over many texts."""

from pathlib import Path

from monitor.core.citations import find_citations
from monitor.core.homes import ProposedSource, merge_proposals, propose_homes
from monitor.core.outlets import Registry, parse_outlets
from monitor.model import SourceKind

REGISTRY = Registry.of(
    parse_outlets((Path(__file__).parents[2] / "config" / "outlets.toml").read_text("utf-8"), "outlets.toml")
)


def propose(text: str, language: str | None) -> tuple[ProposedSource, ...]:
    return propose_homes(find_citations(text, REGISTRY, language=language), REGISTRY, language)


def urls(text: str, language: str | None = None) -> list[str]:
    return [proposal.url for proposal in propose(text, language)]


def test_an_outlet_leads_to_its_home_in_the_texts_language() -> None:
    """The French home for a French text, the first home where there is none in the language."""
    assert urls("Lisbonne, 3 mai (RHC) Le port", "fr") == ["https://www.radiohc.cu/fr"]
    assert urls("Lisbonne, 3 mai (RHC) Le port", "de") == ["https://www.radiohc.cu/"]
    assert urls("(VOVWORLD) - Menteri", "id") == ["https://vovworld.vn/id-ID.vov"]


def test_an_article_url_leads_to_the_front_of_its_edition_or_its_site() -> None:
    """The outlet's home above it, the language folder, or the root; the text's language does not matter."""
    assert urls("https://www.radiohc.cu/fr/noticias/5-port", "ar") == ["https://www.radiohc.cu/fr"]
    assert urls("https://www.news.example/en-GB/port/5") == ["https://www.news.example/en-GB"]
    assert urls("https://www.news.example/port/5") == ["https://www.news.example/"]
    assert urls("https://vovworld.vn/fr-CH/actualites/5.vov") == ["https://vovworld.vn/fr-CH.vov"]
    assert urls("https://en.granma.cu/cuba/5") == ["https://en.granma.cu/"]


def test_sites_where_everybody_publishes_are_not_proposed() -> None:
    """A post on a social network says nothing about a front page to watch."""
    assert urls("https://t.me/agency/5 https://www.facebook.com/x https://youtu.be/5 https://x.com/a/5") == []


def test_doubtful_and_unknown_citations_propose_nothing() -> None:
    """Strangers in source lines have no home, and words that may be no citation are not followed."""
    assert urls("Source : Le Courrier du Port") == []
    assert urls("قالت «روسيا اليوم» أمس", "ar") == []


def test_one_page_is_proposed_once_with_its_count_and_reasons() -> None:
    """Name and URL of one outlet come together, the most cited first."""
    text = "Lima, 3 mai (RHC) Selon Prensa Latina, oui.\n\n<https://www.radiohc.cu/fr/x/5>\n\nRadio Habana Cuba"
    first, second = propose(text, "fr")
    assert (first.url, first.count, first.outlet, first.language) == (
        "https://www.radiohc.cu/fr",
        3,
        "radiohc.cu",
        "fr",
    )
    assert first.reason == "cited as dateline, url, mention"
    assert (second.outlet, second.count) == ("prensa-latina.cu", 1)


def test_the_kind_is_told_only_where_no_feed_is_known() -> None:
    """A listing where the registry knows no feed; otherwise discovery has to look."""
    assert propose("(VOVWORLD) - Menteri", "id")[0].kind is SourceKind.LISTING
    assert propose("Source Prensa Latina", "es")[0].kind is None


def test_proposals_of_many_texts_are_merged() -> None:
    """Counts add up over texts, the reason says so, and what is cited most comes first."""
    merged = merge_proposals(
        [propose("Source Prensa Latina", "es"), propose("(AFP) - Le port", "es"), propose("Fuente: PL", "es")]
    )
    assert [(proposal.outlet, proposal.count) for proposal in merged] == [("prensa-latina.cu", 2), ("afp.com", 1)]
    assert merged[0].reason == "cited 2 times in 2 texts"
    assert merged[1].reason == "cited as wire credit"
