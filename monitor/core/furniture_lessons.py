"""Decide what is furniture from what stands in many documents of an outlet, and what comes, goes or runs in many."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.core.furniture import rest_key, rewordings
from monitor.core.label_lines import (
    exact_key,
    field_of,
    had_key,
    has_news,
    has_number,
    has_stance,
    is_label,
    is_pattern,
    line_key,
    masked,
    numbers,
    run_key,
    shift_key,
    tells_of_harm,
)
from monitor.model import FurniturePart

EVERY = exact_key("")  # the empty line, which stands in every document: its count is how many were counted
MOST = 60  # lines of one text that are counted; an article has about ten labels, a page of results has thousands
REWRITING = 40  # lines come or gone; then it is another text, and no line of it tells of the outlet
SAMPLE = 200  # characters of a line that are kept to show


class Evidence(StrEnum):
    """What a document says of a line."""

    STANDS = "stands"  # a label stands in its text
    SHIFTS = "shifts"  # the line came or went between two checks
    RUNS = "runs"  # a label's numbers, and nothing else of it, changed between two checks, or it went with them
    ADDED = "added"  # stands beside the headline in `<title>`
    HEADS = "heads"  # is its headline, or was; of other articles it is furniture


@dataclass(frozen=True, slots=True)
class Lesson:
    """One document's word on one line: under which key it is counted, and the line."""

    evidence: Evidence
    key: str
    sample: str

    @property
    def part(self) -> FurniturePart:
        """Return where the furniture stands."""
        return FurniturePart.TITLE if self.evidence is Evidence.ADDED else FurniturePart.LINE


@dataclass(frozen=True, slots=True)
class LearningPolicy:
    """How many documents must tell, each of them once.

    stands   A label that just stands there may be content: the points and subheads of one story are repeated in the
             articles about it. So it must be on eight pages and a third of the outlet's, and with no news in it.
    shifts   What rotates comes and goes by itself. An editor who puts one label into three articles does it in one go:
             one article must have been seen without it two hours after another was seen with it. What may be news (a
             sentence, digits, a denial, a verdict, the field of a box) may be put into each article of a story: eight.
             Numbers in words are as common in slogans ("A kitchen in ten days"): five.
    at_once  What may have come everywhere in one go is an editor's work in a story's articles, or a new template: it
             must be more articles than a story has.
    runs     Numbers are what edits are about, so that counters must prove to be none: five documents, a third of those
             that have the label (visitors come to all, new death tolls do not), and a tenth of all the outlet's. The
             numbers of dead and hurt people never do.
    added    What stands in `<title>` beside three headlines is no part of them.
    """

    stands: int = 8
    stands_site_share: float = 1 / 3
    shifts: int = 3
    shifts_of_counts: int = 5
    shifts_of_news: int = 8
    at_once: int = 8
    at_once_of_news: int = 16
    apart: timedelta = timedelta(hours=2)
    runs: int = 5
    runs_share: float = 1 / 3
    runs_site_share: float = 0.1
    added: int = 3

    @property
    def least(self) -> int:
        """Return the fewest documents that may teach anything."""
        return min(self.stands, self.shifts, self.shifts_of_news, self.runs, self.added)


POLICY = LearningPolicy()


@dataclass(frozen=True, slots=True)
class Counted:
    """In how many documents a lesson was given, in how many the line stands, and how many the outlet has in all.

    `apart` says that the documents did not get or lose the line in one go.
    """

    documents: int
    standing: int
    of_the_site: int
    apart: bool = False


def learned(lesson: Lesson, counted: Counted, site: str, policy: LearningPolicy = POLICY) -> str | None:
    """Return in words why a line is furniture, or None while too few documents tell of it."""
    many = counted.documents
    if lesson.key == EVERY:
        return None
    match lesson.evidence:
        case Evidence.STANDS if many >= _bar_for_standing(counted, policy) and not has_news(lesson.sample):
            return f"stands in {many} articles of {site}"
        case Evidence.SHIFTS if many >= _bar_for_shifts(lesson.sample, counted, policy):
            return f"came to or went from {many} articles of {site} after they were first read"
        case Evidence.RUNS if many >= policy.runs and _runs_by_itself(lesson, counted, policy):
            return f"changes from check to check in {many} articles of {site}: a running number"
        case Evidence.ADDED if many >= policy.added:
            return f"stands beside the headlines of {many} articles of {site}"
    return None


def _bar_for_standing(counted: Counted, policy: LearningPolicy) -> float:
    return max(policy.stands, policy.stands_site_share * counted.of_the_site)


def _bar_for_shifts(line: str, counted: Counted, policy: LearningPolicy) -> int:
    if not is_label(line) or has_number(line) or has_stance(line) or field_of(line) is not None:
        return policy.shifts_of_news if counted.apart else policy.at_once_of_news
    if has_news(line):
        return policy.shifts_of_counts if counted.apart else policy.at_once_of_news
    return policy.shifts if counted.apart else policy.at_once


def _runs_by_itself(lesson: Lesson, counted: Counted, policy: LearningPolicy) -> bool:
    enough = max(policy.runs_share * counted.standing, policy.runs_site_share * counted.of_the_site)
    return counted.documents >= enough and not tells_of_harm(lesson.sample)


def of_first(title: str | None, text: str, title_rest: str | None) -> tuple[Lesson, ...]:
    """Return what the first text of a document says of its outlet's furniture: its labels, and what `<title>` adds."""
    own = line_key(title or "")
    labels = [line for line in _lines(text) if is_label(line) and line_key(line) != own]
    stand = (Lesson(Evidence.STANDS, line_key(line), line[:SAMPLE]) for line in labels[:MOST])
    added = _of_title(title_rest)
    return _once((Lesson(Evidence.STANDS, EVERY, ""), *stand, *added))


def _of_title(rest: str | None) -> Iterator[Lesson]:
    if rest and rest_key(rest) != EVERY:
        yield Lesson(Evidence.ADDED, rest_key(rest), rest[:SAMPLE])


def of_later(title: str | None, before: str, after: str, earlier: Sequence[str] = ()) -> tuple[Lesson, ...]:
    """Return what a later text says of its outlet's furniture: lines that came or went, labels whose numbers ran.

    `earlier` are its other texts: what changed in them already has been counted. A line that took the place of one
    like it was reworded, which tells of no coming and going.
    """
    old, new = _by_key(before), _by_key(after)
    gone, come = ([line for key, line in one.items() if key not in other] for one, other in ((old, new), (new, old)))
    gone, come = ([line for line in lines if not _is(line, title)] for lines in (gone, come))
    paired = {masked(line) for line in gone} & {masked(line) for line in come}
    texts = [_by_key(text) for text in earlier]
    runs = _running(gone, come, _facts(title, before, after), texts)
    shifts = [line for line in (*gone, *come) if masked(line) not in paired]
    if len(shifts) > REWRITING:
        shifts = [line for line in shifts if is_label(line)]
    stepped = [line for line in shifts[:MOST] if _is_first_step(line, line in come, texts)]
    reworded = {exact_key(line) for pair in rewordings(before, after) for line in pair}
    shifted = [line for line in stepped if exact_key(line) not in reworded]
    standing = [line for line in stepped if line in come and is_label(line)]
    return _once(
        (
            *runs,
            *(Lesson(Evidence.SHIFTS, shift_key(line), line[:SAMPLE]) for line in shifted),
            *(Lesson(Evidence.STANDS, line_key(line), line[:SAMPLE]) for line in standing),
        )
    )


def _running(
    gone: list[str], come: list[str], facts: frozenset[str], texts: Sequence[Mapping[str, str]]
) -> Iterator[Lesson]:
    """Yield the labels whose numbers ran, or that went, for the first time in this document.

    Between values that the article itself names they did not run: that was an edit, unless by chance. One that came
    tells nothing: "Correction: an earlier version said 12" comes to many articles with other numbers.
    """
    for line in gone:
        mask = masked(line)
        if not is_pattern(line):
            continue
        was = {exact_key(one): one for one in gone if masked(one) == mask}
        was |= {key: one for text in texts for key, one in text.items() if masked(one) == mask}
        now = [one for one in come if masked(one) == mask]
        ran_before = len(was) > 1 and not all(numbers(one) <= facts for one in was.values())
        if not ran_before and not all(numbers(one) <= facts for one in (*now, *was.values())):
            yield Lesson(Evidence.RUNS, run_key(line), line[:SAMPLE])


def _is_first_step(line: str, came: bool, texts: Sequence[Mapping[str, str]]) -> bool:
    """Say whether a line that came was in no earlier text, or one that went in all of them."""
    key = exact_key(line)
    return all((key not in text) if came else (key in text) for text in texts)


def _facts(title: str | None, before: str, after: str) -> frozenset[str]:
    """Return the numbers that the article itself names: in its headline and its sentences."""
    sentences = (line for line in dict.fromkeys((*before.split("\n"), *after.split("\n"))) if not is_label(line))
    return frozenset().union(*(numbers(line) for line in (title or "", *sentences)))


def _is(line: str, title: str | None) -> bool:
    return exact_key(line) == exact_key(title or "")


def of_headline(title: str | None) -> tuple[Lesson, ...]:
    """Return that an article has this headline: lists on other pages show it, also when it has got another since."""
    return (Lesson(Evidence.HEADS, had_key(exact_key(title)), title[:SAMPLE]),) if title and title.strip() else ()


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.split("\n") if line.strip())


def _by_key(text: str) -> dict[str, str]:
    return {exact_key(line): line for line in _lines(text)}


def _once(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    return tuple({(lesson.part, lesson.key): lesson for lesson in lessons}.values())
