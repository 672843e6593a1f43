"""An article page gives its text, headline and data; the same bytes always give the same."""

from dataclasses import replace

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.article_text import TextPolicy, article_text
from monitor.core.extraction import ExtractionPolicy, extract_article
from monitor.core.extractors import READER, mode_of
from monitor.core.htmltree import parse_html
from monitor.interfaces import Extraction, ReadRequest, Task
from monitor.model import Quality
from tests.core.newspages import SAMPLES, Sample, paragraphs

URL = "https://dailybell.example/world/bridge"
STORY = (
    "The assembly of Rivertown voted on Tuesday for a bridge over the river, after a debate of nine hours.",
    "Building will begin in spring, take eighteen months, and cost 1.5 million crowns, the mayor said.",
    "Shopkeepers in the old town fear for their trade, while cyclists call the decision a long awaited one.",
)


MARKS = "\u0316\u030d" * 30_000


def extract(html: str | bytes, *hints: tuple[str, str], content_type: str | None = "text/html") -> Extraction:
    """The extraction of a page."""
    body = html if isinstance(html, bytes) else html.encode()
    return extract_article(ReadRequest(Task.ARTICLE, URL, body, content_type, hints=hints))


def page(body: str, title: str = "Rivertown builds a bridge") -> str:
    """A page with that body."""
    return f"<!DOCTYPE html><html lang='en'><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.language))
def test_news_pages_in_six_languages(sample: Sample) -> None:
    """All that the article tells, nothing of the frame, and its data."""
    found = extract_article(ReadRequest(Task.ARTICLE, sample.url, sample.body, "text/html; charset=utf-8"))
    assert found.quality is Quality.COMPLETE
    assert found.title == sample.title
    assert all(sentence in found.text for sentence in sample.told)
    assert not any(words in found.text for words in sample.frame)
    assert (found.language, found.byline, found.site_name) == (sample.language, sample.byline, sample.site_name)
    assert found.published_at == sample.published_at


def test_paragraphs_are_lines_and_the_headline_is_not_repeated() -> None:
    """One line a paragraph; the h1 inside the article is the title, not its first paragraph."""
    found = extract(page(f"<article><h1>Rivertown builds a bridge</h1>{paragraphs(*STORY)}</article>"))
    assert found.text == "\n".join(STORY)
    assert found.title == "Rivertown builds a bridge"


def test_a_first_paragraph_that_says_more_than_the_headline_stays() -> None:
    """Only a repetition is left out."""
    lead = "Rivertown builds a bridge, and the old ferry goes."
    found = extract(page(f"<article><h1>Rivertown builds a bridge</h1>{paragraphs(lead, *STORY)}</article>"))
    assert found.text.startswith(lead)


def test_the_program_and_its_options_are_named() -> None:
    """So that a later version can extract again and compare."""
    found = extract(page(f"<article>{paragraphs(*STORY)}</article>"))
    assert found.extractor == f"trafilatura/{trafilatura.__version__} reader/{READER} text=default"


def test_tables_are_part_of_the_text_and_comments_are_not() -> None:
    """Results stand in tables; readers' remarks are not the outlet's words."""
    table = "<table><tr><th>Town</th><th>Votes</th></tr><tr><td>Marl</td><td>1204</td></tr></table>"
    comments = (
        "<div id='comments' class='comments'><p>What a silly bridge, who will ever pay for that, not me!</p></div>"
    )
    found = extract(page(f"<article>{paragraphs(*STORY)}{table}</article>{comments}"))
    assert "1204" in found.text
    assert "silly bridge" not in found.text


def test_a_poor_text_is_tried_again_for_recall() -> None:
    """When the page has far more in paragraphs than the default found, the other mode is tried, and named if kept."""
    html = page(f"<article><p>{STORY[0]}</p><figure>{paragraphs(*STORY * 3)}</figure></article>").encode()
    request = ReadRequest(Task.ARTICLE, URL, html, "text/html")
    assert extract_article(request, ExtractionPolicy(share=9.0, gain=0.5)).extractor.endswith("text=recall")
    assert extract_article(request, ExtractionPolicy(share=9.0, gain=1.5)).extractor.endswith("text=default")
    assert extract_article(request, ExtractionPolicy(share=0.0, gain=0.5)).extractor.endswith("text=default")
    assert extract_article(request, ExtractionPolicy(share=9.0, gain=0.5, short=1)).extractor.endswith("text=default")


def beside(many: int) -> str:
    """A page whose brief article stands beside a column of so many paragraphs."""
    column = paragraphs(*(f"{STORY[n % 3]} It was the {n}th time. {STORY[(n + 1) % 3]}" for n in range(many)))
    return page(f"<div class='article-body'>{paragraphs(*STORY)}</div><div class='sidebar'>{column}</div>")


def mode(html: str, *hints: tuple[str, str], policy: ExtractionPolicy = ExtractionPolicy()) -> str | None:  # noqa: B008  frozen
    """The way in which a page was read."""
    request = ReadRequest(Task.ARTICLE, URL, html.encode(), "text/html", hints=hints)
    return mode_of(extract_article(request, policy).extractor)


def test_a_page_near_a_line_is_read_as_it_was_before() -> None:
    """The frame grows and shrinks at every load; what was read one way is read that way until that is clearly poor."""
    html = page(f"<article><p>{STORY[0]}</p><figure>{paragraphs(*STORY * 3)}</figure></article>")
    near, beyond = ExtractionPolicy(share=1.1, gain=0.5), ExtractionPolicy(share=9.0, gain=0.5)
    assert mode(html, policy=near) == "recall"
    assert mode(html, ("mode", "default"), policy=near) == "default"
    assert mode(html, ("mode", "default"), policy=beyond) == "recall"
    assert mode(html, ("mode", "recall"), policy=replace(near, share=0.5)) == "recall"
    assert mode(html, policy=replace(near, share=0.5)) == "default"
    assert mode(html, ("mode", "recall"), policy=replace(near, share=0.5)) == "recall"


def test_a_column_that_grows_does_not_become_article_at_once() -> None:
    """trafilatura's second try takes it in, by lines of its own; both ways are stuck to."""
    assert [mode(beside(many)) for many in (4, 7, 20)] == ["default", "wide", "wide"]
    assert [mode(beside(many), ("mode", "default")) for many in (4, 7, 20)] == ["default", "default", "wide"]
    assert [mode(beside(many), ("mode", "wide")) for many in (4, 7, 20)] == ["default", "wide", "wide"]


FLASH = "<p>The ferry to Orsa is cancelled until noon because of the swell, the port authority said.</p>"
RELATED = "<ul>{}</ul>".format(
    "".join(f"<li><a href=/{at}>Pilots go on strike in {at} ports</a></li>" for at in (3, 4, 5))
)


@pytest.mark.parametrize("before", [(), (("mode", "default"),), (("mode", "brief"),)])
def test_a_flash_is_read_line_by_line(before: tuple[tuple[str, str], ...]) -> None:
    """Too short for an article of trafilatura's, which would give the whole page on one line, headline and all."""
    head = "<header><h1>Ferry cancelled</h1><p>By Ana Ferrer, 12.03.2026 08:10</p></header>"
    html = page(f"<main><article>{head}<p class=b1>812 views</p>{FLASH}{RELATED}</article></main>")
    found = extract_article(ReadRequest(Task.ARTICLE, "http://a.example/1", html.encode(), hints=before))
    assert "The ferry to Orsa is cancelled until noon because of the swell, the port authority said." in (
        found.text.splitlines()
    )
    assert "text=brief" in found.extractor


def test_a_page_of_many_blocks_is_read_as_it_was_before() -> None:
    """Around the bound beyond which the fallbacks cost too much."""
    html = page(f"<article>{paragraphs(*STORY)}</article><ul>{'<li>x</li>' * 100}</ul>")
    few, many = ExtractionPolicy(blocks=110), ExtractionPolicy(blocks=95)
    assert (mode(html, policy=few), mode(html, ("mode", "fast"), policy=few)) == ("default", "fast")
    assert (mode(html, policy=many), mode(html, ("mode", "default"), policy=many)) == ("fast", "default")
    assert mode(html, ("mode", "default"), policy=ExtractionPolicy(blocks=50)) == "fast"
    assert mode(html, ("mode", "fast"), policy=ExtractionPolicy(blocks=200)) == "default"


def test_a_mode_nobody_knows_changes_nothing() -> None:
    """Names of modes may come and go between versions."""
    html = page(f"<article>{paragraphs(*STORY)}</article>")
    assert mode(html, ("mode", "of old")) == mode(html, ("mode", "none")) == mode(html, ("mode", "cheap")) == "default"


@pytest.mark.parametrize("before", ["default", "wide", "recall", "fast"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.language))
def test_any_mode_before_gives_the_text_of_an_ordinary_page(sample: Sample, before: str) -> None:
    """Stickiness is for pages near a line; elsewhere the ways agree on what the article tells."""
    request = ReadRequest(Task.ARTICLE, sample.url, sample.body, "text/html", hints=(("mode", before),))
    found = extract_article(request)
    assert all(sentence in found.text for sentence in sample.told)
    assert extract_article(request) == found


def test_the_default_is_trafilaturas_own_without_its_second_try() -> None:
    """`wide` is with it: where the text covers enough of the page, the two are the same."""
    for sample in SAMPLES:
        tree = parse_html(sample.html)
        assert tree
        own = trafilatura.extract(sample.html, output_format="txt", include_comments=False)
        assert article_text(tree.root, TextPolicy(page_share=9.0)) == article_text(tree.root, TextPolicy())
        assert article_text(tree.root, TextPolicy()).text == own


def test_what_surrounds_a_headline_in_the_title_is_told_and_known() -> None:
    """The rest of `<title>`, and the other way round: a known rest is taken off."""
    html = page(f"<article><h1>Rivertown builds</h1>{paragraphs(*STORY)}</article>", "Rivertown builds | World - Bell")
    found = extract(html)
    assert (found.title, found.title_rest) == ("Rivertown builds", "| World - Bell")
    bare = page(f"<article>{paragraphs(*STORY)}</article>", "Rivertown builds | World - Bell")
    assert extract(bare).title == "Rivertown builds | World - Bell"
    known = extract(bare, ("title_rest", "| Sport - Bell"), ("title_rest", "| World - Bell"))
    assert (known.title, known.title_rest) == ("Rivertown builds", "| World - Bell")
    assert extract(bare, ("title_rest", "| World - Bell"), ("title_rest", "| Sport - Bell")) == known


def test_the_data_of_the_page_is_handed_on() -> None:
    """Each with its source, and the zones that the dates were stated with."""
    head = (
        "<meta name='author' content='Ann Lee'><meta property='article:section' content='World'>"
        "<meta property='article:published_time' content='2026-11-05T10:15:00+03:00'>"
        "<meta property='article:modified_time' content='2026-11-06T09:00:00Z'>"
    )
    found = extract(page(f"<article>{paragraphs(*STORY)}</article>").replace("</head>", f"{head}</head>"))
    assert (found.byline, found.byline_source, found.section) == ("Ann Lee", "meta", "World")
    assert (found.published_raw, found.published_source) == ("2026-11-05T10:15:00+03:00", "meta")
    assert (found.published_zone, found.modified_zone) == ("+03:00", "+00:00")
    assert (found.modified_raw, found.modified_source) == ("2026-11-06T09:00:00Z", "meta")


def test_lines_that_the_page_marks_as_no_article_are_named_and_stay() -> None:
    """The stored text is whole; what to leave out of a comparison is told beside it."""
    found = extract(page(f"<article>{paragraphs(*STORY)}<p>Share this article</p></article>"))
    assert found.asides == ("Share this article",)
    assert "Share this article" in found.text.split("\n")


def test_the_feeds_title_has_a_voice() -> None:
    """With the feed on its side, `<title>` outvotes what is written for sharing."""
    html = page(f"<meta property='og:title' content='Wow, a bridge!'><article>{paragraphs(*STORY)}</article>")
    assert extract(html, ("feed_title", "Rivertown builds a bridge")).title == "Rivertown builds a bridge"


def test_legacy_encodings_are_read() -> None:
    """windows-1251 by header, windows-1256 by meta."""
    russian = page(f"<article>{paragraphs(*SAMPLES[4].told)}</article>", "Больница").encode("cp1251")
    assert SAMPLES[4].told[0] in extract(russian, content_type="text/html; charset=windows-1251").text
    arabic = page(f"<meta charset='windows-1256'><article>{paragraphs(*SAMPLES[1].told)}</article>").encode("cp1256")
    assert SAMPLES[1].told[0] in extract(arabic, content_type="text/html").text


def test_unclosed_inline_tags_lose_nothing() -> None:
    """300 unclosed `<b>` nest beyond what the parser keeps by default; the text is whole, and the way is named."""
    found = extract(page(f"<article>{'<b>' * 300}{paragraphs(*STORY)}</article>"))
    assert all(sentence in found.text for sentence in STORY)
    assert found.quality is Quality.COMPLETE
    assert found.extractor.endswith("tree=flat")


@pytest.mark.parametrize("levels", [300, 2500])
def test_a_page_nested_too_deeply_is_no_removal(levels: int) -> None:
    """Whatever is left of it, it cannot take text away."""
    found = extract(page(f"{'<div>' * levels}{paragraphs(*STORY)}{'</div>' * levels}"))
    assert found.quality is Quality.TOO_DEEP
    assert found.quality_reason


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00\x00", b"<", b"<html>", b"<!-- -->", b"\xff\xfe", b"%PDF-1.7 xx"])
def test_what_is_no_page_is_empty(body: bytes) -> None:
    """Never an exception, never a revision."""
    assert extract(body).quality is Quality.EMPTY


def test_a_soft_404_and_a_bot_wall_are_told_from_articles() -> None:
    """Both come under status 200."""
    missing = page("<h1>Página no encontrada</h1><p>Lo sentimos.</p>", "Página no encontrada - Diario")
    assert extract(missing).quality is Quality.SOFT_404
    wall = page("<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={}</script>")
    assert extract(wall.replace("Rivertown builds a bridge", "Just a moment...")).quality is Quality.BOT_WALL


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"%PDF-1.7\n" + b"1 0 obj << /Type /Page >> endobj words " * 100, "a PDF document"),
        (b"PK\x03\x04" + b"words of an office document " * 100, "a ZIP archive or an office document"),
        (b"\x1f\x8b\x08" + b"words of packed data " * 100, "gzip data"),
        (b"\0\0\0\x20ftypmp42" + b"words of a film " * 100, "a film or picture"),
        (b"words \x01\x02\x03 and other bytes " * 100, "binary data"),
    ],
)
def test_files_that_are_no_pages_have_no_text(body: bytes, what: str) -> None:
    """Their bytes decode into hundreds of words."""
    found = extract(body)
    assert (found.quality, found.text) == (Quality.EMPTY, "")
    assert found.quality_reason == f"the answer is {what}, not a page"


@pytest.mark.parametrize("label", ["utf-16-le", "utf-16-be", "iso2022_jp", "koi8-r"])
def test_texts_in_encodings_with_low_bytes_are_no_binary_data(label: str) -> None:
    """UTF-16 is half zeros, ISO-2022 full of escapes."""
    words = paragraphs(*STORY) if "jp" not in label else paragraphs("橋の建設は春に始まる。" * 20)
    body = page(f"<article>{words}</article>").encode(label)
    assert extract(body, content_type=f"text/html; charset={label}").quality is Quality.COMPLETE


def test_a_page_of_many_blocks_is_read_without_the_costly_fallbacks() -> None:
    """The results of 3,000 towns: the text is found, in time."""
    rows = "".join(f"<tr><td>Town {n}</td><td>{n} votes</td></tr>" for n in range(3_000))
    found = extract(page(f"<article>{paragraphs(*STORY)}</article><nav><table>{rows}</table></nav>"))
    assert found.extractor.endswith("text=fast")
    assert found.quality is Quality.COMPLETE
    assert all(sentence in found.text for sentence in STORY)


def test_the_cheaper_mode_gives_a_text_that_is_not_compared() -> None:
    """With its headline; faults are named as ever."""
    html = page(f"<article class='x'><h1>Rivertown builds a bridge</h1>{paragraphs(*STORY)}</article>").encode()
    found = extract_article(ReadRequest(Task.ARTICLE, URL, html, "text/html", cheap=True))
    assert found.text == "\n".join(STORY)
    assert found.title == "Rivertown builds a bridge"
    assert found.quality is Quality.FAILED
    assert found.extractor.endswith("text=cheap")
    missing = page("<h1>Page not found</h1><p>Sorry.</p>", "Page not found").encode()
    gone = extract_article(ReadRequest(Task.ARTICLE, URL, missing, "text/html", cheap=True))
    assert gone.quality is Quality.SOFT_404


def test_a_page_of_endless_tags_or_text_is_not_compared() -> None:
    """200,000 tags, and a text beyond any article's length."""
    tags = extract(page(f"<article>{paragraphs(*STORY)}</article>{'<i></i>' * 110_000}"))
    assert (tags.quality, tags.extractor.endswith("text=cheap")) == (Quality.FAILED, True)
    html = page(f"<article>{paragraphs(*STORY)}</article>").encode()
    long = extract_article(ReadRequest(Task.ARTICLE, URL, html, "text/html"), ExtractionPolicy(longest=200))
    assert (long.quality, len(long.text)) == (Quality.FAILED, 200)


def test_letters_with_endless_marks_are_tamed() -> None:
    """Normalising them would take minutes, here and wherever the text goes."""
    found = extract(page(f"<article>{paragraphs(*STORY)}<p>B{MARKS} is all it says.</p></article>"))
    assert len(found.text) < 1_000
    assert all(sentence in found.text for sentence in STORY)


def test_order_does_not_matter() -> None:
    """No page leaves a trace in the extraction of another."""
    requests = [ReadRequest(Task.ARTICLE, sample.url, sample.body, "text/html") for sample in SAMPLES]
    once = [extract_article(request) for request in requests]
    again = [extract_article(request) for request in reversed(requests)]
    assert once == again[::-1]


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "<article>",
                "<table><tr>",
                "<svg>",
                "&#0;",
                "\x00",
                "é",
                "<h1>",
                '<script type="application/ld+json">',
                "{",
                '"headline":',
                "</script>",
                "<time datetime=",
                ">",
                "text, more. ",
                "<!--",
            ]
        ),
        max_size=60,
    )
)
def test_no_page_raises(pieces: list[str]) -> None:
    """Broken markup gives an extraction like any other."""
    found = extract("".join(pieces))
    assert (found.quality is Quality.COMPLETE) == (found.quality_reason is None)
