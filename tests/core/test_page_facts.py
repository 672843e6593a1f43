"""What a page shows beside its text: where it breaks off, what it says of access, who asks for money beside it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.article_text import article_text
from monitor.core.extraction import DEFAULT
from monitor.core.htmltree import parse_html, read_metas
from monitor.core.jsonld import read_nodes
from monitor.core.page_facts import broken_off, page_facts
from monitor.core.page_faults import PageFacts
from monitor.core.quality import judge
from monitor.model import Quality
from tests.core.newspages import SAMPLES, Sample, paragraphs

STORY = (
    "The town council of Marl voted on Tuesday to close the old river bridge for repairs until the spring.",
    "Twelve members were in favour and five against, after a debate that lasted more than three hours.",
    "The works will cost 1.5 million and take eighteen months, said the mayor, Helen Marsh, after the session.",
    "Shopkeepers of the old town fear that their customers will stay away for the whole of the winter.",
)


def _page(body: str, head: str = "", *, end: str = "</body></html>") -> str:
    return f"<!DOCTYPE html><html><head><title>Bridge closed</title>{head}</head><body>{body}{end}"


def _linked(**said: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Bridge closed", **said}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def _facts(html: str) -> tuple[str, PageFacts]:
    page = parse_html(html)
    assert page is not None
    text = article_text(page.root, DEFAULT).text
    nodes, metas = read_nodes(page.root), read_metas(page.root)
    return text, page_facts(page.root, html, text, nodes=nodes, metas=metas, page_title="Bridge closed")


def _quality(html: str) -> Quality:
    text, facts = _facts(html)
    return judge(text, "Bridge closed", facts)[0]


ARTICLE = _page(f"<main><article><h1>Bridge closed</h1><div class='text'>{paragraphs(*STORY)}</div></article></main>")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.language)
def test_ordinary_pages_do_not_break_off(sample: Sample) -> None:
    """Whole pages in six languages."""
    assert broken_off(sample.html) is None


@pytest.mark.parametrize(
    "end",
    [
        "</div></article></main>",
        "</div></article></main>\n<!-- served in 0.2 s -->\n",
        "</div></article></main><script>var a = '<b>';</script>",
        "</div></article></main><img src='/pixel.gif'>",
        "</div></article></main><br/>",
        "</div></article></main><iframe src='/t'></iframe>",
        "</div></article></main></body></html><!-- cached -->",
        "</div></article></main></body></html>\nserved by web3",
        "</div></article></main><p>© The Daily Bell",
        "</div></article></main><footer><a href='/'>Home</a></footer>",
    ],
)
def test_pages_that_leave_out_their_last_tags_are_whole(end: str) -> None:
    """HTML lets an author leave out the ends of p, body and html."""
    html = _page(f"<main><article><div class='text'>{paragraphs(*STORY)}", end=end)
    assert broken_off(html) is None
    assert _quality(html) is Quality.COMPLETE


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("<p>The works will co", "in the text"),
        ("<p>The works <b>will</b>", "in the text"),
        ("<p>The works will cost <a href='/wor", "inside a tag"),
        ("</div><scr", "inside a tag"),
        ("</div></article><script>var a = [1, 2", "<script>"),
        ("</div></article><style>.a { color", "<style>"),
        ("</div><!-- advertisement", "in a comment"),
        ("</div></article></main><div>", "after <div>"),
    ],
)
def test_pages_that_break_off_are_truncated(end: str, said: str) -> None:
    """Inside of a tag, of a script, of a text."""
    html = _page(f"<main><article><div class='text'>{paragraphs(*STORY)}", end=end)
    assert said in (broken_off(html) or "")
    assert _quality(html) is Quality.TRUNCATED


@given(st.integers(min_value=ARTICLE.index("The works"), max_value=ARTICLE.index("</article>")))
def test_a_page_cut_anywhere_in_its_article_breaks_off_or_ends_a_block(cut: int) -> None:
    """What is left is never taken for a whole page but at the end of a block."""
    left = ARTICLE[:cut]
    assert broken_off(left) is not None or left.endswith(("</p>", "</p>\n", "<p>", "</div>", "</article>", "<p>\n"))


@given(st.text(alphabet="<>/!-abdivscript =\"'\n", max_size=80))
def test_any_source_can_be_judged(source: str) -> None:
    """A fragment is no page, and so does not break off."""
    assert broken_off(source) is None or "<" in source


def test_a_dated_article_is_known_by_json_ld_or_meta() -> None:
    """An article's type alone is on many error pages."""
    assert _facts(_page(paragraphs(*STORY), _linked(datePublished="2026-11-03")))[1].article
    meta = '<meta property="article:published_time" content="2026-11-03T10:00:00Z">'
    assert _facts(_page(paragraphs(*STORY), meta))[1].article
    assert not _facts(_page(paragraphs(*STORY), '<meta property="og:type" content="article">'))[1].article


PAID = {"isAccessibleForFree": False, "hasPart": {"isAccessibleForFree": "False", "cssSelector": ".paid"}}


def test_an_article_called_not_free_that_is_there_is_complete() -> None:
    """As sites send it to readers with free articles left, and to search engines."""
    lead, rest = paragraphs(*STORY[:1]), paragraphs(*STORY[1:])
    whole = _page(f"<article>{lead}<div class='more paid'>{rest}</div></article>", _linked(**PAID))
    text, facts = _facts(whole)
    assert facts.free is False
    assert facts.paid_words is not None
    assert facts.paid_words > 40
    assert judge(text, None, facts)[0] is Quality.COMPLETE
    overlay = "<div class='modal subscribe'><p>Subscribe to continue reading</p></div>"
    assert _quality(whole.replace("</article>", f"</article>{overlay}")) is Quality.COMPLETE


def test_an_article_called_not_free_whose_paid_part_is_missing_is_a_teaser() -> None:
    """Also when a box that sells it has the name of the part."""
    lead = paragraphs(*STORY[:2])
    box = "<div class='paid'><p>Subscribe to continue reading.</p><p>Subscribe and unlock this article today.</p></div>"
    assert _quality(_page(f"<article>{lead}</article>", _linked(**PAID))) is Quality.PAYWALL
    assert _quality(_page(f"<article>{lead}{box}</article>", _linked(**PAID))) is Quality.PAYWALL


@pytest.mark.parametrize(
    ("said", "free"), [(True, True), ("False", False), ("true", True), ("no", False), (None, None)]
)
def test_access_is_read_as_sites_write_it(said: object, free: bool | None) -> None:
    """Booleans, and their names."""
    linked = {} if said is None else {"isAccessibleForFree": said}
    assert _facts(_page(paragraphs(*STORY), _linked(**linked)))[1].free is free


def test_a_box_that_sells_is_seen_unless_it_is_hidden() -> None:
    """Templates carry it on every page, and show it when they want to."""
    box = "<div class='paywall'{}><p>Subscribe to continue reading</p></div>"
    shown, hidden = box.format(""), box.format(" style='display: none'")
    over = f"<div role='dialog'>{shown}</div>"
    article = paragraphs(*STORY[:2])
    assert _facts(_page(article + shown))[1].selling == "Subscribe to continue reading"
    assert _facts(_page(article + hidden))[1].selling is None
    assert _facts(_page(article + over))[1].overlaid
    assert not _facts(_page(article + over + shown))[1].overlaid


def test_a_form_for_a_password_is_seen_on_short_pages() -> None:
    """It stands on many long ones, unseen."""
    form = "<form><input type='password' name='p'></form>"
    assert _facts(_page(paragraphs(STORY[0]) + form))[1].password
    assert not _facts(_page(paragraphs(*(STORY * 8)) + form))[1].password
