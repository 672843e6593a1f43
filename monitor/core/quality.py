"""Judge how far an extraction can be trusted, before anything is concluded from it."""

import re
from dataclasses import dataclass

from monitor.core.error_pages import CHALLENGE_MARKS, ERROR_CODE, MISSING_PAGE, NEEDS_SCRIPT, WALL_TEXT, WALL_TITLE
from monitor.model import Quality

_WIDE = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# How files begin that servers send under the address and the label of a page.
_FILES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (b"\x1f\x8b\x08", "gzip data"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a sound, film or picture"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound or film"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"wOF", "a font"),
    (b"\x7fELF", "a program"),
)
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")  # without NUL and the escape of ISO-2022
_FTYP = b"ftyp"  # at the fifth byte: MP4, QuickTime, HEIC, AVIF
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the judge needs of the page beside text and headline.

    `page_title` is the content of `<title>`, `challenge` the mark of a bot wall found in the source.
    """

    page_title: str | None = None
    challenge: str | None = None
    too_deep: bool = False


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """Where the lines are, in words (as `size` counts them).

    A flash of two sentences has 20 to 40 words, a bot wall's page under 120, an error page that lists the latest
    articles below its apology up to a few hundred.
    """

    least_words: int = 8
    wall_words: int = 120
    apology_words: int = 60
    error_page_words: int = 400


DEFAULT = QualityPolicy()


def judge(
    text: str, title: str | None, facts: PageFacts, policy: QualityPolicy = DEFAULT
) -> tuple[Quality, str | None]:
    """Return the quality of an extraction, with the reason in words unless it is complete.

    Of several faults the first of these is named: too deep, bot wall, soft 404, empty. COLLAPSED is not judged here,
    since it takes the revision before (see `collapsed`), nor is FAILED, which is the absence of an extraction.
    """
    words = size(text)
    if facts.too_deep:
        return Quality.TOO_DEEP, "nested beyond what the parser keeps"
    if reason := _wall(text, title, facts, words, policy):
        return Quality.BOT_WALL, reason
    if reason := _missing(text, title, facts, words, policy):
        return Quality.SOFT_404, reason
    if words < policy.least_words:
        return Quality.EMPTY, f"{words} words of text" if words else "no text"
    if words < policy.apology_words and (asked := NEEDS_SCRIPT.search(text)):
        return Quality.EMPTY, f"only a notice: {asked[0]}"
    return Quality.COMPLETE, None


def collapsed(before_words: int, after_words: int) -> bool:
    """Say whether a text shrank too far to be believed at once: to under 30 % of its words, and by 50 or more.

    What is left after a failed extraction is a caption or a teaser, while an editor who cuts leaves more. The lines
    are a judgement, not a measurement: a flash of under 50 words never collapses, and a short one replaced by a
    correction is kept. The caller keeps the capture and lets a later check decide.
    """
    return after_words < 0.3 * before_words and before_words - after_words >= 50


def size(text: str) -> int:
    """Count words; scripts written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Korean) as two signs a word."""
    wide = len(_WIDE.findall(text))
    return len(_WORD.findall(_WIDE.sub(" ", text) if wide else text)) + wide // 2


def no_page(body: bytes, source: str) -> str | None:
    """Say in words what bytes are that are no page, or return None; they would decode into thousands of "words".

    Known by how files of that kind begin, and by control characters: over 2 % of the first 20,000 characters.
    """
    head = body[:16].lstrip(b"\r\n\t \xef\xbb\xbf")
    if body[4:8] == _FTYP:
        return "a film or picture"
    beginning = source[:20_000]
    binary = len(_CONTROLS.findall(beginning)) > 0.02 * len(beginning)
    return next((what for mark, what in _FILES if head.startswith(mark)), "binary data" if binary else None)


def challenge_mark(source: str) -> str | None:
    """Return the first mark of a bot wall in a page's source, or None. Looks at the first 200,000 characters."""
    head = source[:200_000].lower()
    return next((mark for mark in CHALLENGE_MARKS if mark in head), None)


def _titles(title: str | None, facts: PageFacts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in (title, facts.page_title) if name and name.strip()))


def _wall(text: str, title: str | None, facts: PageFacts, words: int, policy: QualityPolicy) -> str | None:
    if words > policy.wall_words:
        return None
    titled = next((name for name in _titles(title, facts) if WALL_TITLE.match(name)), None)
    if titled and (words < policy.least_words or facts.challenge or WALL_TEXT.search(text) or WALL_TITLE.match(text)):
        return f"the page is titled “{titled[:80]}”"
    if said := WALL_TEXT.search(text):
        return f"the page says “{said[0]}”"
    return f"challenge page ({facts.challenge})" if facts.challenge and words < policy.least_words else None


def _missing(text: str, title: str | None, facts: PageFacts, words: int, policy: QualityPolicy) -> str | None:
    if words > policy.error_page_words:
        return None
    for name in _titles(title, facts):
        found = ERROR_CODE.match(name) or MISSING_PAGE.match(name)
        if found or (words <= policy.apology_words and MISSING_PAGE.search(name)):
            return f"the page is titled “{name[:80]}”"
    said = MISSING_PAGE.search(text[:300]) if words <= policy.apology_words else None
    return f"the page says “{said[0]}”" if said else None
