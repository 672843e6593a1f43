"""Name the lines of an extracted text that its page marks as no part of the article."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from lxml.html import HtmlElement

from monitor.core.aside_marks import Mark, mark_of
from monitor.core.aside_words import announces, is_date, is_label, is_sentence, names_author, signed
from monitor.core.line_places import Place, find_places, plain_line
from monitor.core.typography import normalise

_SEPARATORS = frozenset("|/·•,;:()[]<>»«›‹→←▶►+-–—#…")
_FRAME = ("body", "html")
_LEVELS = 40
_LABEL_WORDS = 8  # beside links


@dataclass(frozen=True, slots=True)
class AsidePolicy:
    """Where the lines are, in words: what may be an aside, and how much of a text.

    Labels, stamps and bylines have up to `short` words, headlines up to `headline`. A line that stands among the
    first `head` or the last `tail` may be byline, date or section without a label. What only its being a link tells
    is left in when it is more than `share` of the text (a press review, a live blog), what two signs tell (a link
    under "Read also", a link in a box of related articles) when it is more than `most`: a flash of two sentences
    with five related headlines. An element that holds more than `share` of the running text is the article, whatever
    its class. `prose` is a paragraph that makes the linked heading above it an entry of the article. Of a text of
    more than `lines` lines, which are not words, nothing is said.
    """

    short: int = 12
    headline: int = 25
    head: int = 4
    tail: int = 3
    share: float = 0.3
    most: float = 0.75
    prose: int = 20
    lines: int = 2_000


DEFAULT = AsidePolicy()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int  # among the lines with text
    text: str  # as it stands
    plain: str
    words: int
    places: tuple[Place, ...]


def page_asides(
    root: HtmlElement,
    text: str,
    *,
    byline: str | None,
    published_raw: str | None,
    section: str | None,
    policy: AsidePolicy = DEFAULT,
) -> tuple[str, ...]:
    """Return the lines of `text`, as they stand and in their order, that the page marks as no part of the article.

    Of three kinds. A line that is nothing but links to other pages, or a label ("Read also:") and links. A line in an
    element whose class, id, role or tag says so (core/aside_marks.py), unless it is a correction. A line that is the
    byline, the date, the section, or a label, a counter, a stamp (core/aside_words.py). A line that stands elsewhere
    on the page unmarked is article; so is a sentence of more than 8 words, unless its element is plainly of another
    kind (related, comments, newsletter). `root` is not changed. One pass over the tree, only for texts with a line
    of up to 25 words: about 1 ms, a fifth of what finding the text costs.
    """
    raw = [line for line in text.split("\n") if line.strip()]
    sizes = [len(line.split()) for line in raw]
    if len(raw) > policy.lines or not any(size <= policy.headline for size in sizes):
        return ()
    plain = [plain_line(line) for line in raw]
    places = find_places(root, plain)
    lines = [_Line(n, raw[n], plain[n], sizes[n], places[plain[n]]) for n in range(len(raw))]
    return tuple(line.text for line in _chosen(lines, _Facts(byline, published_raw, section), policy))


@dataclass(frozen=True, slots=True)
class _Facts:
    byline: str | None
    published_raw: str | None
    section: str | None


def _chosen(lines: Sequence[_Line], facts: _Facts, policy: AsidePolicy) -> list[_Line]:
    """Return the asides, the surest signs first as far as the bounds let them."""
    marks = _marks(lines, policy)
    total = sum(line.words for line in lines)
    labels = {line.number for line in lines if _is_label(line, len(lines), facts, policy)}
    weak = {line.number for line in lines if _is_weak(line, marks, policy)}
    linked = {line.number for line in lines if _is_linked(line, lines, policy)}
    strong = {line.number for line in lines if marks[line.number] is Mark.STRONG}
    announced = _announced(lines, linked)
    kept: set[int] = set()
    for found, share in (
        (labels | weak, policy.most),
        (linked & (strong | announced), policy.most),
        (strong, policy.share),
        (linked, policy.share),
    ):
        added = kept | {number for number in found if marks[number] is not Mark.ARTICLE}
        if sum(lines[number].words for number in added) <= share * total or added == kept:
            kept = added
    return [line for line in lines if line.number in kept]


def _marks(lines: Sequence[_Line], policy: AsidePolicy) -> list[Mark]:
    """Return how each line is marked: as its least marked place, among ancestors that do not hold the article."""
    prose: dict[HtmlElement, int] = {}
    for line in lines:
        for place in line.places:
            if place.unlinked is None:
                for element in _upwards(place.element):
                    prose[element] = prose.get(element, 0) + line.words
    most = policy.share * max(sum(line.words for line in lines if _is_prose(line)), 1)

    def mark(place: Place) -> Mark:
        around = (one for one in _upwards(place.element) if prose.get(one, 0) <= most)
        return max(map(mark_of, around), default=Mark.NONE)

    return [_least([mark(place) for place in line.places]) for line in lines]


def _least(found: Sequence[Mark]) -> Mark:
    return Mark.ARTICLE if Mark.ARTICLE in found else min(found, default=Mark.NONE)


def _is_prose(line: _Line) -> bool:
    return any(place.unlinked is None for place in line.places)


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield an element and those around it, below body, 40 levels at the most."""
    yield from islice((one for one in chain((element,), element.iterancestors()) if one.tag not in _FRAME), _LEVELS)


def _is_label(line: _Line, count: int, facts: _Facts, policy: AsidePolicy) -> bool:
    """Say whether a line is a label, a stamp, the byline, the date or the section, by its words."""
    if line.words > policy.short or is_sentence(line.plain):
        return False
    listed = line.plain != line.text.strip() and any(sign.isdecimal() for sign in line.plain)
    if is_label(line.plain) and not listed and "|" not in line.plain.strip("|"):
        return True
    if facts.byline and names_author(line.plain, facts.byline):
        return True
    beside = line.number < policy.head or line.number >= count - policy.tail
    return beside and not listed and _is_head(line.plain, facts)


def _is_head(line: str, facts: _Facts) -> bool:
    same = {_key(said) for said in (facts.byline, facts.published_raw, facts.section) if said}
    return _key(line) in same or is_date(line) or signed(line)


def _key(text: str) -> str:
    return normalise(text).casefold()


def _is_weak(line: _Line, marks: Sequence[Mark], policy: AsidePolicy) -> bool:
    return marks[line.number] in (Mark.WEAK, Mark.STRONG) and line.words <= policy.short and not is_sentence(line.plain)


def _is_linked(line: _Line, lines: Sequence[_Line], policy: AsidePolicy) -> bool:
    """Say whether a line is links and nothing else wherever it stands, or a label and links."""
    if line.words > policy.headline:
        return False
    if not line.places or not all(_nothing_but_links(place.unlinked) for place in line.places):
        return ":" in line.plain and announces(line.plain) and not is_sentence(line.plain)
    if is_sentence(line.plain) and line.plain.rstrip("\"'”’»)")[-1:] in ".。۔।":
        return False
    following = lines[line.number + 1] if line.number + 1 < len(lines) else None
    entry = following is not None and following.words >= policy.prose and _is_prose(following)
    return not (entry and any(_is_heading(place.element) for place in line.places))


def _nothing_but_links(unlinked: str | None) -> bool:
    if unlinked is None:
        return False
    rest = unlinked.strip("".join(_SEPARATORS) + " ")
    if not any(sign.isalnum() for sign in rest):
        return True
    return len(rest.split()) <= _LABEL_WORDS and (is_label(rest) or is_date(rest))


def _is_heading(element: HtmlElement) -> bool:
    around = [element, *element.iterancestors(), *element.iterdescendants()]
    return any(one.tag in ("h1", "h2", "h3", "h4", "h5", "h6") for one in around)


def _announced(lines: Sequence[_Line], linked: Iterable[int]) -> set[int]:
    """Return the links that follow an announcement ("Read also") at once, and each other, or carry it themselves."""
    found: set[int] = set()
    for number in sorted(linked):
        before = lines[number - 1] if number else None
        follows = before is not None and (before.number in found or announces(before.plain))
        if follows or announces(lines[number].plain):
            found.add(number)
    return found
