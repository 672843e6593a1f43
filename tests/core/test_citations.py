"""Finding citations: URLs, source lines, datelines, credits, mentions, and the words that only look like them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.citations import find_citations
from monitor.core.outlets import Registry, parse_outlets
from monitor.model import Citation, CitationKind

REGISTRY = Registry.of(
    parse_outlets((Path(__file__).parents[2] / "config" / "outlets.toml").read_text("utf-8"), "outlets.toml")
)
URL, SOURCE, DATELINE = CitationKind.URL, CitationKind.SOURCE_LINE, CitationKind.DATELINE
WIRE, PHOTO, MENTION = CitationKind.WIRE_CREDIT, CitationKind.PHOTO_CREDIT, CitationKind.MENTION


def cite(text: str, language: str | None = None) -> list[tuple[CitationKind, str, str | None]]:
    return [(c.kind, c.cited, c.outlet) for c in find_citations(text, REGISTRY, language=language)]


def only(text: str, language: str | None = None) -> Citation:
    (citation,) = find_citations(text, REGISTRY, language=language)
    return citation


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Voir https://news.example/fr/port-5, puis", "https://news.example/fr/port-5"),
        ("<https://news.example/fr/port>", "https://news.example/fr/port"),
        ("(https://news.example/port).", "https://news.example/port"),
        ("(https://news.example/port_(mer))", "https://news.example/port_(mer)"),
        ("«https://news.example/port»", "https://news.example/port"),
        ('"https://news.example/port".', "https://news.example/port"),
        ("الرابط https://news.example/ميناء-5، ثم", "https://news.example/ميناء-5"),
        ("انظر https://news.example/port؟", "https://news.example/port"),
        ("见https://news.example/port。然后", "https://news.example/port"),
        ("\u200ehttps://news.example/port\u200f", "https://news.example/port"),
        ("[site](https://news.example/port)", "https://news.example/port"),
        ("HTTP://News.Example/Port?a=1&b=2#c!", "HTTP://News.Example/Port?a=1&b=2#c"),
        ("https://news.example", "https://news.example"),
    ],
)
def test_urls_are_cut_exactly(text: str, url: str) -> None:
    """Brackets, quotes and punctuation of every script around a URL are not part of it."""
    citation = only(text)
    assert (citation.kind, citation.cited, citation.url, citation.confidence) == (URL, url, url, 1.0)


def test_a_url_names_the_outlet_of_its_domain() -> None:
    """The longest domain decides, and names inside of the URL are not cited once more."""
    text = "https://arabic.rt.com/Granma/1 https://www.rt.com/TASS/2 https://www.radiohc.cu/fr/x"
    assert [c.outlet for c in find_citations(text, REGISTRY)] == ["arabic.rt.com", "rt.com", "radiohc.cu"]


def test_an_address_without_scheme_counts_with_www_or_for_an_outlet() -> None:
    """`www.` and outlets' domains are addresses; other words with dots, mail and a bare domain are not URLs."""
    assert only("Tomado de www.granma.cu/cuba/5.").url == "https://www.granma.cu/cuba/5"
    assert only("www.news.example").url == "https://www.news.example"
    assert only("en granma.cu/cuba/5 hoy").url == "https://granma.cu/cuba/5"
    assert cite("dijo granma.cu hoy") == [(MENTION, "granma.cu", "granma.cu")]
    assert cite("mail a redaccion@granma.cu, e.g. news.example/x") == []


@pytest.mark.parametrize("text", ["http://", "https://localhost/x", "https://[::1", "www.", "https:// x.example"])
def test_what_is_no_address_is_not_cited(text: str) -> None:
    """A scheme alone, a host without a dot and a broken address are left out."""
    assert cite(text) == []


@pytest.mark.parametrize(
    ("line", "language", "cited", "outlet"),
    [
        ("Source Prensa Latina", "fr", "Prensa Latina", "prensa-latina.cu"),
        ("Source : Prensa Latina", "fr", "Prensa Latina", "prensa-latina.cu"),
        ("(Source: AFP)", "en", "AFP", "afp.com"),
        ("Fuente: prensa latina", "es", "prensa latina", "prensa-latina.cu"),
        ("FUENTE: PL", "es", "PL", "prensa-latina.cu"),
        ("Fonte: Agência Lusa", "pt", "Agência Lusa", "lusa.pt"),
        ("Sumber: Antara", "id", "Antara", "antaranews.com"),
        ("Nguồn: TTXVN", "vi", "TTXVN", "vietnamplus.vn"),
        ("Источник: РИА Новости", "ru", "РИА Новости", "ria.ru"),
        ("المصدر: RT Arabic", "ar", "RT Arabic", "arabic.rt.com"),
        ("المصدر: RT", "ar", "RT", "arabic.rt.com"),
        ("المصدر : روسيا اليوم", "ar", "روسيا اليوم", "arabic.rt.com"),
        ("Quelle: dpa", "de", "dpa", "dpa.com"),
        ("Kaynak: AA", "tr", "AA", "aa.com.tr"),
        ("来源：新华社", "zh", "新华社", "news.cn"),
        ("Fuente: granma.cu", "es", "granma.cu", "granma.cu"),
    ],
)
def test_source_lines_name_their_outlet(line: str, language: str, cited: str, outlet: str) -> None:
    """In every language, with or without a colon; names that are ordinary words elsewhere count here."""
    text = f"Le port rouvre demain.\n\n{line}\n\nFin du texte, encore une phrase."
    (citation,) = find_citations(text, REGISTRY, language=language)
    assert (citation.kind, citation.cited, citation.outlet) == (SOURCE, cited, outlet)
    assert citation.confidence >= 0.9


def test_a_source_line_with_several_outlets_cites_each() -> None:
    """Each has its own span; agencies in general are nobody."""
    assert cite("المصدر: سبوتنيك + RT + وكالات", "ar") == [
        (SOURCE, "سبوتنيك", "sputniknews.com"),
        (SOURCE, "RT", "arabic.rt.com"),
    ]
    assert cite("El puerto reabre. Fuente: PL / EFE", "es") == [
        (SOURCE, "PL", "prensa-latina.cu"),
        (SOURCE, "EFE", "efe.com"),
    ]


def test_a_source_line_naming_a_stranger_is_kept_with_less_confidence() -> None:
    """It is worth knowing, and no outlet is made up for it."""
    citation = only("Source : Le Courrier du Port")
    assert (citation.kind, citation.cited, citation.outlet) == (SOURCE, "Le Courrier du Port", None)
    assert citation.confidence < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Source: agences",
        "المصدر: وكالات",
        "Des sources proches du dossier : rien",
        "La source de vie",
        "Source :",
        "Source: 12",
    ],
)
def test_source_lines_that_name_no_one_cite_no_one(text: str) -> None:
    """Agencies in general, sentences about sources and empty labels are left out."""
    assert cite(text) == []


@pytest.mark.parametrize(
    ("text", "language", "kind", "cited", "outlet"),
    [
        ("Lisbonne, 19 novembre (RHC) Le ministre a dit", "fr", DATELINE, "RHC", "radiohc.cu"),
        ("MOSCÚ, 3 feb (Prensa Latina) El puerto", "es", DATELINE, "Prensa Latina", "prensa-latina.cu"),
        ("LIMA (Reuters) - The port", "en", DATELINE, "Reuters", "reuters.com"),
        ("BEIJING, Jan. 28 (Xinhua) -- The port", "en", DATELINE, "Xinhua", "news.cn"),
        ("JAKARTA (ANTARA) - Menteri", "id", DATELINE, "ANTARA", "antaranews.com"),
        ("Hà Nội (TTXVN) - Ngày", "vi", DATELINE, "TTXVN", "vietnamplus.vn"),
        ("МОСКВА, 28 января. /ТАСС/. Порт", "ru", DATELINE, "ТАСС", "tass.ru"),
        ("МОСКВА, 28 янв — РИА Новости. Порт", "ru", DATELINE, "РИА Новости", "ria.ru"),
        ("دمشق-سانا أعلن الوزير", "ar", DATELINE, "سانا", "sana.sy"),
        ("باريس (أ ف ب) - أعلن", "ar", DATELINE, "أ ف ب", "afp.com"),
        ("(VOVWORLD) - Menteri", "id", WIRE, "VOVWORLD", "vovworld.vn"),
        ("(AFP) - Le port", "fr", WIRE, "AFP", "afp.com"),
        ("AFP - Le port rouvre", "fr", WIRE, "AFP", "afp.com"),
        ("Le port rouvre demain. (AFP)", "fr", WIRE, "AFP", "afp.com"),
        ("Порт открыт, заявил министр /Sputnik/ вчера", "ru", WIRE, "Sputnik", "sputniknews.com"),
    ],
)
def test_datelines_and_wire_credits(text: str, language: str, kind: CitationKind, cited: str, outlet: str) -> None:
    """At the head of a line, after a place or a date, or closing a paragraph, a name in brackets is a credit."""
    citation = only(text, language)
    assert (citation.kind, citation.cited, citation.outlet) == (kind, cited, outlet)
    assert citation.confidence >= 0.8


def test_a_credit_of_two_agencies_cites_both() -> None:
    """Each with its own words, the date between them left out."""
    text = "( أردو بوینت نتورك ۔ / سبوتنيك - 12 شباط 2021ء) أعلن وزير الصيد"
    assert cite(text, "ar") == [
        (DATELINE, "أردو بوینت نتورك", "urdupoint.com"),
        (DATELINE, "سبوتنيك", "sputniknews.com"),
    ]


@pytest.mark.parametrize(
    ("text", "cited", "outlet"),
    [
        ("Menteri menyambut tamu (Foto: VNA)", "VNA", "vietnamplus.vn"),
        ("Ảnh: TTXVN", "TTXVN", "vietnamplus.vn"),
        ("Photo: J. Dupont / AFP", "AFP", "afp.com"),
        ("Photo by AP", "AP", "apnews.com"),
        ("(صورة: رويترز)", "رويترز", "reuters.com"),
        ("تصوير رويترز", "رويترز", "reuters.com"),
        ("© AFP 2021", "AFP", "afp.com"),
        ("© Sputnik / Someone", "Sputnik", "sputniknews.com"),
        ("Фото: РИА Новости", "РИА Новости", "ria.ru"),
    ],
)
def test_photo_credits(text: str, cited: str, outlet: str) -> None:
    """A labelled picture or a copyright sign names the agency, not the photographer."""
    citation = only(f"Un titre de presse assez long\n\nUne phrase.\n{text}\nUne phrase.\nDeux.\nTrois.\nQuatre.")
    assert (citation.kind, citation.cited, citation.outlet) == (PHOTO, cited, outlet)


@pytest.mark.parametrize(
    ("text", "cited", "outlet", "least", "most"),
    [
        ("Le ministre a dit à Prensa Latina que oui", "Prensa Latina", "prensa-latina.cu", 0.6, 0.6),
        ("لوكالة سبوتنيك قال الوزير", "سبوتنيك", "sputniknews.com", 0.8, 0.8),
        ('وكالة الأنباء الروسية "سبوتنيك" قالت', "سبوتنيك", "sputniknews.com", 0.8, 0.8),
        ('جاء في نبأ لـ"القاهرة الإخبارية" أمس', "القاهرة الإخبارية", "alqaheranews.net", 0.75, 0.75),
        ("تقرير في صحيفة كومرسانت، ذكر", "كومرسانت", "kommersant.ru", 0.8, 0.8),
        ("según el diario Granma de ayer", "Granma", "granma.cu", 0.7, 0.7),
        ("la agencia prensa latina informó", "prensa latina", "prensa-latina.cu", 0.7, 0.7),
        ("kantor berita Antara melaporkan", "Antara", "antaranews.com", 0.7, 0.7),
        ("агентство «Спутник» сообщило", "Спутник", "sputniknews.com", 0.7, 0.7),
        ("the Granma newspaper wrote", "Granma", "granma.cu", 0.7, 0.7),
        ("قالت «روسيا اليوم» أمس", "روسيا اليوم", "arabic.rt.com", 0.4, 0.5),
        ("le média (RT) a dit que oui", "RT", "rt.com", 0.5, 0.7),
        ("Vaccin : Sputnik interroge le ministre", "Sputnik", "sputniknews.com", 0.1, 0.4),
    ],
)
def test_mentions_are_graded_by_what_stands_beside_them(
    text: str, cited: str, outlet: str, least: float, most: float
) -> None:
    """A word such as "agency" makes a name surer, quotes a little, talk of vaccines less sure."""
    citation = only(text)
    assert (citation.kind, citation.cited, citation.outlet) == (MENTION, cited, outlet)
    assert least <= citation.confidence <= most


def test_a_name_alone_on_the_last_line_signs_the_text() -> None:
    """It counts more than the same name in a sentence."""
    text = "Le port rouvre.\n\nSelon Radio Habana Cuba, demain.\n\nFin.\n\nRadio Habana Cuba"
    sentence, signature = find_citations(text, REGISTRY)
    assert signature.confidence > sentence.confidence
    assert (signature.kind, signature.start) == (MENTION, text.rindex("Radio"))


@pytest.mark.parametrize(
    "text",
    [
        "la prensa latina publicó ayer",
        "en la prensa latina se dijo",
        "Llegó el granma a la costa",
        "el yate Granma zarpó",
        "en Granma, la provincia del este",
        "la provincia Granma tiene costa",
        "diario en Granma",
        "RT and AP and PL and VOA in a sentence",
        "El Partido Liberal (PL) ganó",
        "ganó el Partido Liberal (PL)",
        "la vacuna Sputnik V llegó",
        "la vacuna rusa Sputnik llegó",
        "le vaccin Sputnik-V",
        "وصل لقاح سبوتنيك أمس",
        "the Sputnik satellite flew",
        "Запуск «Спутник-1» в космос",
        "спутник Земли",
        "الوضع في روسيا اليوم صعب",
        "في شبه الجزيرة العربية",
        "صحيفة من الشرق الأوسط",
        "Antara lain, menteri datang",
        "Tempo hari, menteri datang",
        "El País Vasco",
        "the AFPX and XAFP letters",
    ],
)
def test_words_that_only_look_like_outlets_are_left_out(text: str) -> None:
    """The Latin press, the boat and the province, bare letters, the vaccine and the satellite, "Russia today"."""
    assert cite(f"Un titre de presse assez long\n\nUne phrase.\n\nDeux.\n\n{text}.\n\nTrois.\n\nQuatre.\n\nCinq.") == []


def test_bare_letters_beside_their_own_name_are_cited() -> None:
    """`Prensa Latina (PL)` explains the letters by the outlet itself."""
    assert cite("informó la agencia Prensa Latina (PL) ayer") == [
        (MENTION, "Prensa Latina", "prensa-latina.cu"),
        (MENTION, "PL", "prensa-latina.cu"),
    ]


def test_a_text_without_citations_has_none() -> None:
    """Nothing is found where nothing is cited."""
    assert cite("Le ministre des Pêches a visité le port jeudi et promis de nouveaux quais.") == []


NAMES = ("Prensa Latina", "RT", "(AFP)", "سبوتنيك", "新华社", "Sputnik", " V", "https://granma.cu/x", "www.", "28 янв ")
LABELS = ("Source : ", "Foto: ", "المصدر: ", "©")
MARKS = ("و", "ـ", "/", "(", ")", "«", "»", " ", "\n", ".", "،", "- ", "\u0301", "\u200f", "é", "İ")
PIECES = st.sampled_from((*NAMES, *LABELS, *MARKS))


@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)), st.sampled_from([None, "ar", "fr"])
)
def test_spans_cut_exactly_the_cited_words_of_any_text(text: str, language: str | None) -> None:
    """In order, without overlap, with a confidence between 0 and 1; URLs are URLs and outlets are known."""
    end = 0
    for citation in find_citations(text, REGISTRY, language=language):
        assert text[citation.start : citation.end] == citation.cited != ""
        assert citation.start >= end
        assert 0 < citation.confidence <= 1
        assert (citation.url is not None) == (citation.kind is URL)
        assert citation.outlet is None or REGISTRY.get(citation.outlet)
        end = citation.end


def test_long_texts_take_time_in_proportion() -> None:
    """Many thousand names on one line, full of names, brackets and URLs, are read like many small texts."""
    text = "Selon l'agence Sputnik (AFP) et https://granma.cu/x, la source : rien. " * 3_000
    assert len(find_citations(text, REGISTRY)) == 9_000
