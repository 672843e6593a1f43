"""Find the date an article states at its head: in its dateline, or in full in its first sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.date_grammar import Day, find_day, find_full_day, order_of_language
from monitor.core.date_words import fold

_HEAD = 1500  # characters in which a dateline can stand: a title, a summary, a photo caption and the dateline's line
_OPENING = 700  # characters that count as the first sentences
_FIRST_YEAR = 1990  # a date before the web is history the article tells, not its own date

# `Moscou, 19 novembre (RHC)`, `HAVANA, 18 Sept -`, `موسكو في 28 يناير (…)`: the place, the day, its end.
_PLACE = re.compile(
    r"^[ \t*_]*(?P<place>(?!\d)\w[\w'’.\- ]{1,40}?(?:[(,/][\w'’. ]{2,30}\)?)?)\s?(?:[,،:]\s|\s(?:في|em|en)\s)",
    re.MULTILINE,
)
_AFTER_DAY = re.compile(r"[\s.]*[,،]?\s*(?:[(/\[]|[-–—−:]|$)", re.MULTILINE)
_WEEKDAY_LONG = 14  # characters that may stand between place and day: `jeudi `, `on Thursday, `

# `( Agency / Agency - 28 كانون الثاني 2022ء)`: a credit in parentheses at the start of a line, with the day inside.
_CREDIT = re.compile(r"^[ \t]*[(\[](?P<inside>[^()\[\]\n]{4,120})[)\]]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A day as a text states it: `text[start:end] == raw`. `year` is None where the text leaves it to the reader."""

    raw: str
    start: int
    end: int
    year: int | None
    month: int
    day: int

    @property
    def iso(self) -> str:
        """Return `2022-01-28`, or `--11-19` when no year is stated (the truncated form of RFC 6350 section 4.3.1)."""
        year = f"{self.year:04}" if self.year else "-"
        return f"{year}-{self.month:02}-{self.day:02}"


def find_stated_date(text: str, language: str | None) -> StatedDate | None:
    """Return the date the head of an article states, or None.

    A dateline wins, with or without its year. Otherwise the first day with its year (1990 or later) in the opening;
    of a range such as `18 hingga 20 September 2021` the last day, which is the one written in full. `language`
    (BCP 47) settles all-number dates as in `parse_date`.
    """
    head = text[:_HEAD]
    datelines = (stated for start, end in _dateline_spans(head) if (stated := _in_dateline(head, start, end, language)))
    return next(datelines, None) or _in_opening(head, language)


def _dateline_spans(head: str) -> Iterator[tuple[int, int]]:
    """Yield where days of datelines may stand, in order."""
    spans = [match.span("inside") for match in _CREDIT.finditer(head)]
    spans += [(match.end(), min(match.end() + 60, len(head))) for match in _PLACE.finditer(head)]
    yield from sorted(spans)


def _in_dateline(head: str, start: int, end: int, language: str | None) -> StatedDate | None:
    line_end = head.find("\n", start, end)
    end = end if line_end < 0 else line_end
    stated = _stated(head, start, end, language, full=False)
    if stated is None:
        return None
    if _inside_credit(head, start, end):
        return stated
    near = stated.start - start <= _WEEKDAY_LONG
    return stated if near and _AFTER_DAY.match(head, stated.end) else None


def _inside_credit(head: str, start: int, end: int) -> bool:
    return head[start - 1 : start] in tuple("([") and head[end : end + 1] in tuple(")]")


def _in_opening(head: str, language: str | None) -> StatedDate | None:
    stated = _stated(head, 0, min(_OPENING, len(head)), language, full=True)
    return stated if stated and (stated.year or 0) >= _FIRST_YEAR else None


def _stated(head: str, start: int, end: int, language: str | None, *, full: bool) -> StatedDate | None:
    folded, origins = fold(head[start:end])
    day: Day | None = (find_full_day if full else find_day)(folded, order_of_language(language))
    if day is None:
        return None
    first, last = start + origins[day.start], start + origins[day.end - 1] + 1
    last -= head[last - 1] == "."
    return StatedDate(head[first:last], first, last, day.year, day.month, day.day)
