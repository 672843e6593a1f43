"""An article page gives its text, headline and data; the same bytes always give the same."""

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.extraction import ExtractionPolicy, extract_article
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
    assert found.extractor == f"trafilatura/{trafilatura.__version__} text=default"


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


@settings(max_examples=60, deadline=None)
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
