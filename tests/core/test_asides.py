"""Lines that a page marks as no part of the article are named; sentences, corrections and press reviews are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.article_text import article_text
from monitor.core.aside_words import announces, is_date, is_label, is_sentence, names_author, signed
from monitor.core.asides import page_asides
from monitor.core.extraction import DEFAULT
from monitor.core.htmltree import parse_html
from tests.core.newspages import SAMPLES, Sample, paragraphs

STORY = (
    "The town council of Marl voted on Tuesday to close the old river bridge for repairs until the spring.",
    "Twelve members were in favour and five against, after a debate that lasted more than three hours.",
    "The works will cost 1.5 million and take eighteen months, said the mayor, Helen Marsh, after the session.",
    "Shopkeepers of the old town fear that their customers will stay away for the whole of the winter.",
)


def _asides(
    html: str, text: str, byline: str | None = None, raw: str | None = None, section: str | None = None
) -> tuple[str, ...]:
    page = parse_html(f"<html><body>{html}</body></html>")
    assert page is not None
    return page_asides(page.root, text, byline=byline, published_raw=raw, section=section)


def _around(html: str, *lines: str) -> tuple[str, ...]:
    """Return the asides of a story with a piece of a page after its second paragraph, extracted as these lines."""
    body = f"<article><div class='body'>{paragraphs(*STORY[:2])}{html}{paragraphs(*STORY[2:])}</div></article>"
    return _asides(body, "\n".join((*STORY[:2], *lines, *STORY[2:])))


LABELS = """
Sign up for our newsletter and never miss a story|Follow us on Telegram and WhatsApp
Suscríbase a nuestro boletín y no se pierda nada|Daftar buletin kami gratis|Подпишитесь на нашу рассылку
اشترك في نشرتنا البريدية كل صباح|12 条评论|更新于 2026-03-05 10:15|3 分钟前更新|12 ความคิดเห็น|อัปเดตเมื่อ 5 นาทีที่แล้ว
Share|Share Tweet Mail Print|Share on Facebook|1,234 views|1.2K views|12 comments|Comments (12)|5 min read
Follow us on X|Advertisement|Sign up for our newsletter|Related articles|You may also like
Be the first to comment|Reading time: 3 min
Updated 3 minutes ago|Last updated: 3 March 2026, 10:15 GMT|Published on Monday, 2 March 2026
2 hours ago|5 min ago
Partager sur Facebook|Lu 245 fois|Temps de lecture : 3 min|3 commentaires|À lire aussi|Sur le même sujet|Publicité
Mis à jour le 5 mars 2026 à 10h30|il y a 3 minutes|Publié le 5 mars 2026
Compartir|245 visitas|Tiempo de lectura: 3 minutos|Lea también|Te puede interesar|Publicidad|Síguenos en Twitter
Actualizado el 5 de marzo de 2026|hace 5 minutos|Compartilhar|Leia também|Publicidade|há 2 horas
Teilen|3 Kommentare|Lesezeit: 3 Minuten|Lesen Sie auch|Anzeige|vor 3 Stunden|Aktualisiert am 5. März 2026
Bagikan|245 kali dibagikan|Komentar (3)|Baca juga|Berita terkait|Iklan|3 menit lalu|Dibaca 1.234 kali
Diperbarui Senin, 7 September 2026 10:15 WIB
Поделиться|Просмотров: 120|12 комментариев|Читайте также|Реклама|5 минут назад|Опубликовано 10 ноября 2026, 12:00
Chia sẻ|245 lượt xem|3 bình luận|Tin liên quan|Quảng cáo|3 phút trước|Cập nhật lúc 10:30, 5/3/2026
شارك|عدد المشاهدات: ٢٤٥|التعليقات (3)|اقرأ أيضا|إعلان|منذ 3 دقائق|آخر تحديث: 10:30|نشر في 5 مارس 2026
شیئر کریں|3 تبصرے|مزید پڑھیں|اشتہار|3 منٹ پہلے|آخری اپ ڈیٹ: 10 نومبر 2026
"""
NEWS = """
Updated figures show 12 dead.|Updated figures show 12 dead|Three killed|Sudan|What happened on Monday|Hace 20 años
Follow the money|Subscribers up 12 in May|12 คนเสียชีวิต|十二人死亡
Подписка дорожает
Twenty years ago|12 dead|The minister shares the view|A comment by the mayor|Comment voter dimanche|Il y a 20 ans
Correction: 12, not 13|Update: the toll has risen to 5|Mise à jour : le bilan passe à 5 morts|Ralat: 12 orang
Advertising: 60 %|Subscriptions 40 %|Ads: $12|Read the law before you sign|Los más pobres|В городе тихо
رئيس الوزراء يستقيل|Hai người chết|Harga cabai naik|Lecture de la Bible|Share prices fall
Views differ
Next Monday: the verdict|وزیر اعظم مستعفی|Reklamasi pantai|Die Woche der Wahrheit
Trends 2027|Related to the king|Published poet dies
"""


def _lines(table: str) -> list[str]:
    return [line for line in table.replace("\n", "|").split("|") if line]


@pytest.mark.parametrize("line", _lines(LABELS))
def test_labels_counters_and_stamps_are_asides_wherever_they_stand(line: str) -> None:
    """In the archive's languages, without any mark in the page."""
    assert _around(f"<p>{line}</p>", line) == (line,)


@pytest.mark.parametrize("line", _lines(NEWS))
def test_short_lines_that_tell_something_are_article(line: str) -> None:
    """Subheadings, corrections, figures, sentences that begin like a label."""
    assert _around(f"<p>{line}</p>", line) == ()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.language)
def test_nothing_of_what_an_article_tells_is_an_aside(sample: Sample) -> None:
    """On ordinary pages only the byline and the articles announced are."""
    page = parse_html(sample.html)
    assert page is not None
    text = article_text(page.root, DEFAULT).text
    found = page_asides(page.root, text, byline=sample.byline, published_raw=None, section=None)
    assert not set(found) & set(sample.told)
    expected = {"fr": ("Par Marc Bellanger",), "id": ("Baca juga: Harga cabai kembali naik",)}
    assert found == expected.get(sample.language, ())


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<p><a href='/x'>The ferry of Lindach runs again after a week</a></p>", None),
        ("<p><strong><a href='/x'>The ferry of Lindach runs again</a></strong></p>", None),
        ("<p>Read also: <a href='/x'>Why does the ferry of Lindach not run any more?</a></p>", None),
        ("<p>Baca juga: <a href='/x'>Harga cabai</a> | <a href='/y'>Harga beras</a></p>", None),
        ("<p>Tags: <a href='/t'>Sudan</a>, <a href='/u'>War</a></p>", None),
        ("<div><a href='/t'>Sudan</a> / <a href='/u'>War</a></div>", "Sudan / War"),
        ("<ul><li><a href='/x'>The ferry of Lindach runs again</a></li></ul>", "- The ferry of Lindach runs again"),
        ("<p>Lire aussi :<br><a href='/x'>Le bac de Lindach navigue</a></p>", "Le bac de Lindach navigue"),
        ("<p>Lea también: Vuelve el barco de Lindach</p>", None),
    ],
)
def test_lines_of_links_are_asides(html: str, line: str | None) -> None:
    """Related headlines, tags, "read also" with and without a link."""
    page = parse_html(html)
    assert page is not None
    line = line or " ".join("".join(page.root.itertext()).split())
    assert line in _around(html, line)


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>The council meets again on <a href='/x'>Friday at noon</a></li></ul>",
        "<p><a href='#crack'>The cracks in the pillars</a></p>",
        "<p>The mayor <a href='/x'>Helen Marsh</a></p>",
        "<p><a href='/x'>The council of Lindach has also closed its bridge, on Monday of last week.</a></p>",
        "<p><a name='top'>The cracks in the pillars</a></p>",
    ],
)
def test_lines_that_merely_hold_a_link_are_article(html: str) -> None:
    """List items, sentences, links into the page itself."""
    page = parse_html(html)
    assert page is not None
    assert _around(html, " ".join("".join(page.root.itertext()).split())) == ()


def test_a_subheading_that_is_linked_elsewhere_on_the_page_is_article() -> None:
    """What stands unmarked in one place is article, whatever the menu holds."""
    html = f"<nav><a href='/s'>Sudan</a></nav><article>{paragraphs(*STORY)}<h2>Sudan</h2>{paragraphs(*STORY)}</article>"
    assert _asides(html, "\n".join((*STORY, "Sudan", *STORY))) == ()


def test_the_linked_titles_of_a_press_review_are_kept() -> None:
    """With a paragraph under each, and also when the links are most of the text."""
    headline = "The Bell of {} writes of the old bridge"
    entries = [headline.format(name) for name in ("Marl", "Lindach", "Oberau")]
    html = "".join(f"<h3><a href='/{n}'>{entry}</a></h3><p>{STORY[n]}</p>" for n, entry in enumerate(entries))
    text = "\n".join(line for n, entry in enumerate(entries) for line in (entry, STORY[n]))
    assert _asides(f"<article>{html}</article>", text) == ()
    links = "".join(f"<p><a href='/{n}'>{entry}</a></p>" for n, entry in enumerate(entries))
    assert _asides(f"<article>{links}<p>{STORY[0]}</p></article>", "\n".join((*entries, STORY[0]))) == ()


def test_a_flash_with_more_related_headlines_than_text_is_left_its_text() -> None:
    """A box, or an announcement, and the links in it: two signs."""
    related = [f"The council of {name} votes on its own old bridge" for name in ("Lindach", "Oberau", "Senn", "Toll")]
    items = "".join(f"<li><a href='/{n}'>{one}</a></li>" for n, one in enumerate(related))
    text = "\n".join((STORY[0], *(f"- {one}" for one in related)))
    for box in (f"<div class='post__related'><ul>{items}</ul></div>", f"<div class='relatedArticles'>{items}</div>"):
        assert len(_asides(f"<article><p>{STORY[0]}</p>{box}</article>", text)) == 4
    announced = "\n".join((STORY[0], "Related", *(f"- {one}" for one in related)))
    html = f"<article><p>{STORY[0]}</p><h3>Related</h3><ul>{items}</ul></article>"
    assert len(_asides(html, announced)) == 5


@pytest.mark.parametrize(
    "opening",
    [
        "<div class='newsletter-box'>",
        "<div id='comments'>",
        "<section class='article__relatedNews'>",
        "<div class='authorBio author-bio'>",
        "<div class='baca-juga'>",
        "<div class='lire-aussi'>",
        "<div class='tin-lien-quan'>",
    ],
)
def test_sentences_in_what_is_plainly_no_article_are_asides(opening: str) -> None:
    """A class of the page is worth more than a sentence's form."""
    line = "Every morning the news of the region, chosen by our editors and sent to you before breakfast."
    assert _around(f"{opening}<p>{line}</p></div>", line) == (line,)


@pytest.mark.parametrize(
    "opening",
    ["<div class='share-holders-news'>", "<div class='quote'>", "<aside>", "<div class='date'>", "<p class='x'>"],
)
def test_sentences_in_other_elements_are_article(opening: str) -> None:
    """Boxes of facts, quotations, and what is classed as a date but tells something."""
    line = "Every morning the bridge carried two thousand people to the market on the other bank, until Tuesday."
    assert _around(f"{opening}{line}", line) == ()


def test_a_correction_is_article_in_whatever_box_it_stands() -> None:
    """It is the most important line of the page."""
    line = "Correction: 12, not 13"
    assert _around(f"<div class='meta'><p class='correction'>{line}</p></div>", line) == ()


def test_an_article_whose_own_element_has_a_marking_class_is_article() -> None:
    """Classes of content systems name subjects: tag-sudan, comments-open, share."""
    html = f"<div class='post tag-sudan comments share'>{paragraphs(*STORY)}<h2>What now</h2></div>"
    assert _asides(html, "\n".join((*STORY, "What now"))) == ()


def test_byline_date_and_section_are_asides_at_the_head() -> None:
    """By what the page states of them; a date in the middle of a text is an event's."""
    head = ("Politics", "By Anna Perez and Bill Weaver", "3 March 2026, 10:15")
    html = f"<article>{paragraphs(*head, *STORY, '12 March 2026, 20:00', *STORY)}</article>"
    text = "\n".join((*head, *STORY, "12 March 2026, 20:00", *STORY))
    assert _asides(html, text, "Anna Perez, Bill Weaver", "2026-03-03T10:15:00Z", "Politics") == head


def test_what_classes_call_author_or_date_is_believed_of_short_lines() -> None:
    """Without metadata and without a label."""
    assert _around("<div class='post-author'>Anna Perez in Marl</div>", "Anna Perez in Marl") == ("Anna Perez in Marl",)
    assert _around("<div class='detail__date date'>Ayer</div>", "Ayer") == ("Ayer",)


def test_lists_and_tables_of_figures_are_article() -> None:
    """A counter has its own line; a list may count views as well."""
    assert _around("<ul><li>Views: 1200</li></ul>", "- Views: 1200") == ()


@pytest.mark.parametrize(
    ("line", "byline", "expected"),
    [
        ("By Anna Perez", "Anna Perez", True),
        ("Anna PEREZ | 3 March 2026", "Anna Perez", True),
        ("Oleh Budi Hartono, Senin 7 September", "Budi Hartono", True),
        ("كتبت: ليلى منصور", "ليلى منصور", True),
        ("Anna Perez resigns", "Anna Perez", False),
        ("By Anna", "Anna Perez", False),
        ("12 dead", "", False),
    ],
)
def test_a_line_names_the_author_and_nothing_else(line: str, byline: str, expected: bool) -> None:
    """Labels and dates may stand beside the name."""
    assert names_author(line, byline) is expected


def test_signatures_are_told_from_phrases() -> None:
    """By a label and capitals; in scripts without them by the colon."""
    assert all(signed(line) for line in ("By Anna Perez", "Par Marc Bellanger", "Oleh: Budi Hartono", "كتب: أحمد سالم"))
    assert not any(
        signed(line) for line in ("By midnight tonight", "Por la mañana", "كتب جديدة في المعرض", "By Monday, 3 May")
    )


def test_dates_are_told_from_numbers() -> None:
    """A date has a month, a day's name or a clock."""
    assert all(
        is_date(line)
        for line in ("3 March 2026", "Senin, 7 September 2026 10:15 WIB", "02/11/2026 08:00", "10 نومبر 2026")
    )
    assert not any(is_date(line) for line in ("12 dead", "2026", "March", "May wins 3 seats"))


def test_announcements_name_what_follows_only_after_a_colon() -> None:
    """Else the line would be a sentence about it."""
    assert announces("Baca juga")
    assert announces("Lire aussi : le pont de Marl")
    assert not announces("Related cases in Lindach")


VOCABULARY = (
    "share views updated minutes ago 12 by Anna Perez the council dead comments related read also اقرأ أيضا منذ دقائق "
    "baca juga читайте также просмотров bridge closed"
)
WORDS = st.sampled_from(VOCABULARY.split())
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), min_size=1, max_size=12)


@given(LINES, st.sampled_from(["<p>{}</p>", "<p class='share'>{}</p>", "<li><a href='/x'>{}</a></li>", "{}<br>"]))
def test_asides_are_lines_of_the_text_in_its_order(lines: list[str], form: str) -> None:
    """And the tree stays as it is; the same request gives the same answer."""
    html = "".join(form.format(line) for line in lines)
    found = _asides(html, "\n".join(lines), byline="Anna Perez")
    rest = iter(lines)
    assert all(line in rest for line in found)
    assert found == _asides(html, "\n".join(lines), byline="Anna Perez")


@given(st.lists(WORDS, min_size=9, max_size=30).map(lambda words: f"{' '.join(words)} end."))
def test_no_long_sentence_is_an_aside_by_its_words(line: str) -> None:
    """Whatever labels it is made of."""
    assert is_sentence(line)
    assert not is_label(line)
    assert _around(f"<p>{line}</p>", line) == ()


@given(st.text(max_size=60), st.text(max_size=300))
def test_any_text_beside_any_page_is_read(html: str, text: str) -> None:
    """A line that stands nowhere on the page is judged by its words."""
    assert set(_asides(f"<p>x</p>{html}", text)) <= set(text.split("\n"))
