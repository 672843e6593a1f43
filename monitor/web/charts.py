"""Small charts as inline SVG: bars by hour and by day, a histogram, a line. Pure: figures in, markup out.

Each is a figure with a caption, an image that says what it shows in words, and its numbers as a table beside it.
Colours come from classes of the style sheet, and without one from the colour of the text. A chart is 360 units wide,
so that its letters can be read on a phone, where a unit is a pixel.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate

from markupsafe import Markup

from monitor.desk_answers import DayCount, Rhythm
from monitor.web.chart_shapes import (
    BAR_CLASSES,
    HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    Mark,
    Series,
    framed,
    grid,
    keyed,
    level,
    nice,
    picture,
    rect,
    short,
    tabled,
    text,
    under,
)

ROW, NAME = 20, 92  # of a histogram: the height of a row, the width of its name
MANY = 1_000_000  # is written shorter, lest it ran out of the picture
NOTHING = "Nothing in these days"


def of_rhythm(rhythm: Rhythm, checks: bool = True) -> tuple[Markup, ...]:
    """Return the charts of a rhythm: published and edited by hour, days, lags, and the checks that failed."""
    hours = tuple(f"{hour:02}:00" for hour in range(24))
    charts = [
        by_hour("published", "Published, by hour of the day (UTC)", hours, rhythm.published_by_hour),
        by_hour("edited", "Edited, by hour of the day (UTC)", hours, rhythm.edited_by_hour),
        by_day("days", "Day by day", rhythm.days),
        histogram("lags", "How soon after publication they were seen", rhythm.lags),
    ]
    return (*charts, failures("failures", "Checks that failed, % a day", rhythm.days)) if checks else tuple(charts)


def by_hour(name: str, caption: str, hours: Sequence[str], values: Sequence[int]) -> Markup:
    """Return bars, one an hour; `name` is an id of the page."""
    marks = [(number, f"{number:02}") for number in range(0, len(hours), 6)]
    return _bars(name, caption, hours, [Series("Articles", tuple(values))], marks)


def by_day(name: str, caption: str, days: Sequence[DayCount]) -> Markup:
    """Return bars, one a day: published, and stacked on it what was edited and removed."""
    series = [
        Series("Published", tuple(one.published for one in days)),
        Series("Edited", tuple(one.edited for one in days)),
        Series("Removed", tuple(one.removed for one in days)),
    ]
    return _bars(name, caption, [_day(one.day) for one in days], series, _days_marked(days))


def histogram(name: str, caption: str, counts: Sequence[tuple[str, int]]) -> Markup:
    """Return a bar beside each label, one below the other."""
    most, total = max((count for _, count in counts), default=0), sum(count for _, count in counts)
    shapes = [_row(number, label, count, most) for number, (label, count) in enumerate(counts)]
    told = _articles(total) if total else NOTHING
    every = f"{told}: " + ", ".join(f"{label} {count:,}" for label, count in counts) if total else NOTHING
    height = ROW * len(counts) + 4
    table = tabled(("Lag", "Articles"), [(label, (count,)) for label, count in counts])
    return framed(name, caption, told, picture(name, caption, every, height, shapes), table)


def failures(name: str, caption: str, days: Sequence[DayCount]) -> Markup:
    """Return a line: how many of a hundred checks failed each day; a day without checks is a gap in it."""
    shares = [100 * one.failures / one.fetches if one.fetches else None for one in days]
    known = [share for share in shares if share is not None]
    top = nice(max(known, default=0.0))
    shapes = [*grid(top, "%"), *_line(shares, top), *under(_days_marked(days), len(days))]
    failed, asked = sum(one.failures for one in days), sum(one.fetches for one in days)
    told = f"{failed:,} of {asked:,} checks failed" + (f", at worst {max(known):.0f} % a day" if failed else "")
    told = told if asked else "No check in these days"
    rows = [(_day(one.day), (one.fetches, one.failures)) for one in days if one.fetches]
    svg = picture(name, caption, told, HEIGHT, shapes)
    return framed(name, caption, told, svg, tabled(("Day", "Checks", "Failed"), rows))


def _bars(name: str, caption: str, labels: Sequence[str], series: Sequence[Series], marks: Sequence[Mark]) -> Markup:
    totals = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    top = nice(max(totals, default=0))
    stacks = [_stack(labels, series, at, top) for at in range(len(labels)) if totals[at]]
    shapes = [*grid(top), *stacks, *under(marks, len(labels))]
    told = _in_words(labels, series, totals)
    shown = [(label, tuple(one.values[at] for one in series)) for at, label in enumerate(labels) if totals[at]]
    table = tabled(("When", *(one.name for one in series)), shown)
    legend = keyed(series) if len(series) > 1 else Markup("")
    return framed(name, caption, told, picture(name, caption, told, HEIGHT, shapes), table, legend)


def _stack(labels: Sequence[str], series: Sequence[Series], at: int, top: float) -> Markup:
    """Draw what belongs to one place, each series on those before it."""
    step = (WIDTH - LEFT - RIGHT) / len(labels)
    left, width = LEFT + at * step + step * 0.12, step * 0.76
    figures = [one.values[at] for one in series]
    ends = list(accumulate(figures, initial=0))
    rects = Markup("").join(
        rect(BAR_CLASSES[number % 3], left, level(end, top), width, level(end - figure, top) - level(end, top))
        for number, (figure, end) in enumerate(zip(figures, ends[1:], strict=True))
        if figure
    )
    said = ", ".join(f"{one.name.lower()} {figure:,}" for one, figure in zip(series, figures, strict=True) if figure)
    return Markup("<g><title>{}: {}</title>{}</g>").format(labels[at], said, rects)


def _row(number: int, label: str, count: int, most: int) -> Markup:
    y, room = number * ROW + 2, WIDTH - NAME - 50
    width = room * count / most if most else 0
    bar = rect("bar", NAME, y + 3, max(width, 1.5), ROW - 7) if count else Markup("")
    return Markup("{}{}{}").format(
        text(NAME - 6, y + ROW / 2 + 3, "end", label),
        bar,
        text(NAME + width + 5, y + ROW / 2 + 3, "start", f"{count:,}" if count < MANY else short(count)),
    )


def _line(shares: Sequence[float | None], top: float) -> Iterator[Markup]:
    """Yield stretches of line, and a dot where a day stands alone or has failures."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(shares))
    stretch: list[str] = []
    for at, share in enumerate((*shares, None)):
        if share is None:
            if len(stretch) > 1:
                yield Markup('<polyline class="line" fill="none" stroke="currentColor" points="{}"/>').format(
                    " ".join(stretch)
                )
            stretch = []
            continue
        x, y = LEFT + (at + 0.5) * step, level(share, top)
        stretch.append(f"{x:.1f},{y:.1f}")
        alone = at == 0 or shares[at - 1] is None
        if share or alone:
            yield Markup('<circle class="bar" fill="currentColor" cx="{:.1f}" cy="{:.1f}" r="2.2"/>').format(x, y)


def _days_marked(days: Sequence[DayCount]) -> list[Mark]:
    """Return the first day, the last and one between."""
    places = sorted({0, len(days) // 2, len(days) - 1}) if days else []
    return [(at, f"{days[at].day.day} {days[at].day:%b}") for at in places]


def _in_words(labels: Sequence[str], series: Sequence[Series], totals: Sequence[int]) -> str:
    if not any(totals):
        return NOTHING
    sums = ", ".join(f"{sum(one.values):,} {one.name.lower()}" for one in series)
    sums = sums if len(series) > 1 else _articles(sum(totals))
    peak = max(range(len(totals)), key=totals.__getitem__)
    return (
        f"{sums}; most at {labels[peak]} ({totals[peak]:,})"
        if ":" in labels[peak]
        else f"{sums}; most on {labels[peak]} ({totals[peak]:,})"
    )


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
