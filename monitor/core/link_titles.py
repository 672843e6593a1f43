"""Choose, of everything linked to one article, the words that are its headline."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from monitor.core.htmltree import squeeze
from monitor.core.link_cards import Link, shown
from monitor.core.markup import title_text

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SHORT, LONG = 12, 25  # letters from which a text can be a headline, and from which it hardly is anything else
_LONGEST = 300  # characters
_LOOKED_AT = 60  # elements of an anchor or a card
_TOO_LONG = 180  # letters: teasers begin here

_BLOCKS = frozenset({"div", "p", "li", "ul", "figcaption", "section", "header", "strong", *HEADINGS})
_MORE = re.compile(
    r"(?:read|see|view|learn|find out)? ?(?:more|on|full story|full article)|continue reading|continue"
    r"|(?:click|tap) here|(?:watch|play)(?: video| now)?|details?|comments?"
    r"|lire (?:la suite|plus|l['’]article)|(?:voir|en savoir) plus|la suite|suite"
    r"|leer (?:m[aá]s|nota|completo)|ver (?:m[aá]s|nota)|m[aá]s información|(?:seguir|sigue) leyendo"
    r"|leia mais|saiba mais|ver mais|continue lendo|(?:baca )?selengkapnya"
    r"|baca (?:juga|lagi)|lihat (?:semua|lainnya)|читать(?: далее| дальше| полностью)?|подробнее|далее"
    r"|(?:اقرأ|إقرأ|قراءة|عرض|شاهد)? ?المزيد|للمزيد|اقرأ أيضا|التفاصيل|مزید(?: پڑھیں)?|(?:مزید )?تفصیل|ادامه مطلب|بیشتر"
    r"|(?:xem|đọc) (?:thêm|tiếp|chi tiết)|chi tiết|weiterlesen|mehr(?: lesen| erfahren)?|lesen sie mehr|zum artikel"
    r"|leggi (?:tutto|di più|l['’]articolo)|continua(?: a leggere)?|devamı(?:nı oku)?|haberin devamı|devamını oku"
    r"|(?:查看|阅读)?(?:更多|全文|详细|详情)|続きを読む|もっと見る|더 ?보기|자세히(?: 보기)?"
    r"|\d+ ?(?:comments?|comentarios?|commentaires?|min(?:utes?)?(?: read)?)?|[»>→…›.+\-\s]+",
    re.IGNORECASE,
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_TITLE_CLASS = re.compile(
    r"(?:^|[\s_-])(?<!sub[_-])(?:title|titles?-?link|headline|heading|titulo|titular|titre|titolo|titel|judul|tieu-?de"
    r"|baslik|hed)(?:$|[\s_-])|(?<![\s_-])(?<!sub)(?:title|headline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.!?。؟]\s+\S")
_CUT_OFF = re.compile(r"\s*(?:\.{3}|…)$")


@dataclass(frozen=True, slots=True)
class Title:
    """A headline. `standing` is 2 in a heading, 1 in an element classed as a title, 0 elsewhere."""

    text: str
    standing: int = 0


def letters(text: str) -> int:
    """Count letters and digits; characters of wide scripts, which say as much as two, count double."""
    return sum(char.isalnum() for char in text) + len(_WIDE.findall(text))


def is_headed(anchor: HtmlElement) -> bool:
    """Say whether an anchor is, holds or stands in a heading or an element classed as a title."""
    return _standing_around(anchor) > 0 or any(map(_standing, islice(anchor.iter("*"), _LOOKED_AT)))


def labels_of(links: Iterable[Link]) -> frozenset[str]:
    """Return the texts that stand on links to three pages or more: they name an action or a section, no article."""
    pairs = {(shown(anchor), link.url) for link in links for anchor in link.anchors}
    counts = Counter(text for text, _ in pairs)
    return frozenset(text for text, count in counts.items() if count >= 3)


def title_of(link: Link, labels: frozenset[str]) -> Title | None:
    """Return the most headline-like text of a link, or None.

    First those in headings, then in elements classed as titles, then other texts of its anchors, of these the longest
    that is not several sentences; then headings and titles elsewhere in the card; last, `aria-label` and `title` of
    the anchors, and the `alt` of an image. "Read more" in any language and what stands on many links is none. A text
    cut off with dots is completed from an attribute that says it whole.
    """
    found = [title for anchor in link.anchors for title in _titles(anchor)]
    good = [title for title in found if not _is_label(title.text, labels)]
    best = max(good, key=_rank, default=None)
    if best is None or (best.standing == 0 and (letters(best.text) < SHORT or letters(best.text) > _TOO_LONG)):
        best = max(_in_card(link, labels), key=_rank, default=best)
    said = [text for anchor in link.anchors for text in _attributes(anchor) if not _is_label(text, labels)]
    if best is None or (best.standing == 0 and letters(best.text) < SHORT):
        best = max([*([best] if best else []), *map(Title, said)], key=lambda title: letters(title.text), default=None)
    return Title(_completed(best.text, said)[:_LONGEST], best.standing) if best else None


def _is_label(text: str, labels: frozenset[str]) -> bool:
    return text in labels or _MORE.fullmatch(text) is not None


def _rank(title: Title) -> tuple[int, bool, bool, int]:
    size = letters(title.text)
    return title.standing, size >= SHORT, size <= _TOO_LONG and not _is_prose(title.text), size


def _is_prose(text: str) -> bool:
    return _SENTENCES.search(text) is not None or (text.endswith((".", "。", "…")) and letters(text) > 60)


def _titles(anchor: HtmlElement) -> Iterator[Title]:
    """Yield the texts of an anchor: of its headings and titles, of its blocks where it has several, else the whole."""
    around = _standing_around(anchor)
    inside = [
        (element, _standing(element)) for element in islice(anchor.iter("*"), _LOOKED_AT) if element is not anchor
    ]
    named = [(element, standing) for element, standing in inside if standing]
    yield from (Title(text, standing) for element, standing in named if (text := title_text(shown(element))))
    if not named:
        yield from (Title(text, around) for part in _parts(anchor) if (text := title_text(part)))


def _standing(element: HtmlElement) -> int:
    if element.tag in HEADINGS:
        return 2
    return int(_TITLE_CLASS.search(element.get("class") or "") is not None)


def _standing_around(anchor: HtmlElement) -> int:
    near = [anchor, *(above for above, _ in zip(anchor.iterancestors(), range(3), strict=False))]
    if next(anchor.iterancestors(*HEADINGS), None) is not None:
        return 2
    return max(_standing(element) if _has_few(element) else 0 for element in near)


def _has_few(element: HtmlElement) -> bool:
    """Say whether an element has three children at most; `len` walks them all, and a list has 100,000."""
    return next(islice(element.iterchildren(), 3, None), None) is None


def _parts(anchor: HtmlElement) -> list[str]:
    """Return the texts of the innermost blocks; spans are blocks where an anchor holds nothing but elements."""
    children = list(islice(anchor.iterchildren(), _LOOKED_AT))
    bare = len(children) > 1 and not squeeze(anchor.text) and all(not squeeze(child.tail) for child in children)
    tags = _BLOCKS | {"span"} if bare else _BLOCKS
    found = islice(anchor.iter(*tags), _LOOKED_AT)
    blocks = [element for element in found if next(element.iterdescendants(*tags), None) is None]
    texts = [text for block in blocks if (text := shown(block))]
    return texts if len(texts) > 1 else [shown(anchor)]


def _in_card(link: Link, labels: frozenset[str]) -> Iterator[Title]:
    """Yield the headings and titles of a card, whoever links them."""
    if link.card is None:
        return
    for element in islice(link.card.iter("*"), _LOOKED_AT):
        standing = _standing(element)
        text = title_text(shown(element)) if standing else None
        if text and not _is_label(text, labels):
            yield Title(text, standing)


def _attributes(anchor: HtmlElement) -> Iterator[str]:
    said = [
        anchor.get("aria-label"),
        anchor.get("title"),
        *(image.get("alt") for image in islice(anchor.iter("img"), 5)),
    ]
    yield from (text for value in said if (text := title_text(value)))


def _completed(text: str, said: list[str]) -> str:
    """Return what an attribute says in full where the text is cut off with dots."""
    stem = _CUT_OFF.sub("", text)
    if stem == text or len(stem) < SHORT:
        return text
    whole = [other for other in said if other.startswith(stem) and not _CUT_OFF.search(other)]
    return max(whole, key=len, default=text)
