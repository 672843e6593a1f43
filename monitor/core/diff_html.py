"""Write a comparison as one HTML page that needs nothing else and runs nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape

from monitor.answers import DiffView, Segment
from monitor.core.diff_style import STYLE
from monitor.core.words import count_words
from monitor.model import Document, Revision

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_TAGS = {"delete": "del", "insert": "ins"}
_AWAY, _COME = "away", "come"


def diff_page(view: DiffView) -> str:
    """Return a comparison as one accessible page: headline, what, when, why, and the text with its changes.

    No script, no font, nothing from a network: a policy in the page forbids it. Everything from outside is escaped;
    the address is a link only where it is http or https. Each paragraph takes its direction from its own letters.
    """
    lang = _attribute("lang", view.after.language)
    headline = "".join(_inline(view.title)) or escape(view.document.title or view.document.url or "Untitled")
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(_plain_title(view))}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>",
            f'<p class="kicker">{escape(_kicker(view))}</p>',
            f'<h1 dir="auto"{lang}>{headline}</h1>\n<dl>',
            *_about(view, view.reason),
            "</dl>\n</header>",
            _LEGEND,
            f"<main{lang}>",
            *_paragraphs(view.text),
            "</main>",
            *_left_out(view.left_out),
            f"<footer><p>{escape(_source(view))}</p></footer>\n</body>\n</html>\n",
        )
    )


_LEGEND = (
    '<p class="legend"><del>removed</del> <ins>new</ins> '
    '<span class="moved">moved, with a link to where it stood or stands</span></p>'
)


def _plain_title(view: DiffView) -> str:
    title = view.after.title or view.document.title or view.document.url or "Untitled"
    return f"What changed: {title}"


def _kicker(view: DiffView) -> str:
    if view.other is None:
        return f"{_outlet(view.document)} — what changed"
    return f"{_outlet(view.other)} — {_outlet(view.document)}: what the second altered"


def _outlet(document: Document) -> str:
    return document.outlet or document.host or "A saved text"


def _about(view: DiffView, reason: str | None) -> Iterator[str]:
    yield _row("What", escape(_size(view)))
    if view.other is None:
        yield _row("When", f"between {_time(view.before.last_seen_at)} and {_time(view.after.first_seen_at)}")
    else:
        yield _row("First", f"{_named(view.other, view.before)}, seen {_time(view.before.first_seen_at)}")
        yield _row("Second", f"{_named(view.document, view.after)}, seen {_time(view.after.first_seen_at)}")
    if reason:
        yield _row("Why", escape(reason))
    for document in (view.document, view.other):
        if document and document.url:
            yield _row("Where", _link(document.url))


def _row(name: str, html: str) -> str:
    return f"<div><dt>{name}</dt><dd>{html}</dd></div>"


def _named(document: Document, revision: Revision) -> str:
    return escape(f"{_outlet(document)}, document {document.id}, revision {revision.number}")


def _size(view: DiffView) -> str:
    """Say how much came, went and was moved, and what did not change."""
    counts = Counter[str]()
    for segment in (*view.title, *view.text):
        if segment.move is None:
            counts[segment.op] += count_words(segment.text)
    moves = len({segment.move for segment in view.text if segment.move is not None})
    parts = [(counts["insert"], "word", "new"), (counts["delete"], "word", "removed"), (moves, "passage", "moved")]
    told = [f"{count} {noun}{'' if count == 1 else 's'} {what}" for count, noun, what in parts if count]
    if not told:
        same = all(segment.op == "equal" for segment in (*view.title, *view.text))
        return "the text is the same" if same else "punctuation only"
    if all(segment.op == "equal" for segment in view.title):
        told.append("the headline stands")
    return ", ".join(told)


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at.day} {at:%B %Y, %H:%M} UTC</time>'


def _link(url: str) -> str:
    shown = f'<bdi dir="ltr">{escape(url)}</bdi>'
    if not url.startswith(("http://", "https://")):
        return shown
    return f'<a href="{escape(url)}" rel="noreferrer noopener nofollow">{shown}</a>'


def _attribute(name: str, value: str | None) -> str:
    return f' {name}="{escape(value)}"' if value else ""


def _paragraphs(segments: Iterable[Segment]) -> Iterator[str]:
    """Yield the paragraphs; an edit that goes over several is marked in each."""
    inside: list[str] = []
    told: set[str] = set()
    for segment in segments:
        for number, line in enumerate(segment.text.split("\n")):
            if number and inside:
                yield _paragraph(inside)
                inside = []
            if line:
                inside.append(_marked(segment, line, told))
    if inside:
        yield _paragraph(inside)


def _paragraph(inside: list[str]) -> str:
    return f'<p dir="auto">{"".join(inside)}</p>'


def _inline(segments: Sequence[Segment]) -> Iterator[str]:
    return (_marked(segment, segment.text, set()) for segment in segments)


def _marked(segment: Segment, text: str, told: set[str]) -> str:
    """Return a stretch in its element; the first of each end of a move can be linked to, and links to the other."""
    tag = _TAGS.get(segment.op)
    if tag is None:
        return escape(text)
    if segment.move is None:
        return f"<{tag}>{escape(text)}</{tag}>"
    here, there = (_AWAY, _COME) if tag == "del" else (_COME, _AWAY)
    name = f"{here}-{segment.move}"
    if name in told or not text.strip():
        return f'<{tag} class="moved">{escape(text)}</{tag}>'
    told.add(name)
    where = "where it stands now" if tag == "del" else "where it stood"
    link = f'<a href="#{there}-{segment.move}" aria-label="Moved passage {segment.move}: {where}">{segment.move}</a>'
    return f'<{tag} class="moved" id="{name}">{link}{escape(text)}</{tag}>'


def _left_out(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    if lines:
        rows = "".join(
            f'<li><bdi>{escape(line)}</bdi> <span lang="en">{escape(why)}</span></li>' for line, why in lines
        )
        count = "One line" if len(lines) == 1 else f"{len(lines)} lines"
        yield f"<aside><details><summary>{count} of the page not compared</summary><ul>{rows}</ul></details></aside>"


def _source(view: DiffView) -> str:
    numbers = f"revisions {view.before.number} and {view.after.number}"
    return f"Document {view.document.id}, {numbers}. Every revision is kept with the bytes it was read from."
