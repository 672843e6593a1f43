"""What charts are drawn of: a frame with its words, a scale, marks; and the figures as a table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, LEFT, RIGHT = 360, 34, 4
TOP, PLOT, FOOT = 8, 104, 18
HEIGHT = TOP + PLOT + FOOT
BAR_CLASSES = ("bar", "bar bar-2", "bar bar-3")

Mark = tuple[int, str]
NONE = Markup("")


@dataclass(frozen=True, slots=True)
class Series:
    """A name and a figure for each place of a chart."""

    name: str
    values: tuple[int, ...]


def grid(top: float, unit: str = "") -> Iterator[Markup]:
    """Yield the lines at nothing, half and all of the scale, with their figures."""
    for value in (0, top / 2, top):
        y = level(value, top)
        yield Markup('<path class="{}" stroke="currentColor" stroke-opacity="{}" d="M{} {:.1f}H{}"/>').format(
            "grid" if value else "axis", 0.25 if value else 0.8, LEFT, y, WIDTH - RIGHT
        )
        yield text(LEFT - 5, y + 4, "end", f"{short(value)}{unit if value else ''}")


def under(marks: Iterable[Mark], places: int) -> Iterator[Markup]:
    """Yield what is said below the bars, in the middle of its place and within the picture."""
    step = (WIDTH - LEFT - RIGHT) / max(1, places)
    for at, said in marks:
        x = LEFT + (at + 0.5) * step
        half = len(said) * 3
        yield text(min(max(x, LEFT + half), WIDTH - RIGHT - half), HEIGHT - 4, "middle", said)


def level(value: float, top: float) -> float:
    return TOP + PLOT * (1 - value / top)


def nice(most: float) -> float:
    """Return the top of a scale: 2, 4, 10, 20, 40, 100, ... whose half is a whole number as well."""
    scale = 1
    while True:
        for step in (2, 4, 10):
            if most <= step * scale:
                return float(step * scale)
        scale *= 10


def short(value: float) -> str:
    """Return a figure in few letters, to three digits beyond 999: 950, 20k, 1.25M."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:g}"


def framed(name: str, caption: str, told: str, svg: Markup, table: Markup, legend: Markup = NONE) -> Markup:
    return Markup(
        '<figure class="chart" id="chart-{}"><figcaption>{}</figcaption>{}{}<p class="told">{}</p>{}</figure>'
    ).format(name, caption, svg, legend, told, table)


def picture(name: str, caption: str, told: str, height: float, shapes: Iterable[Markup]) -> Markup:
    """Return the picture; its direction is its own, whatever that of the page is."""
    return Markup(
        '<svg role="img" aria-labelledby="{0}-title {0}-desc" viewBox="0 0 {1} {2}" width="{1}" height="{2}"'
        ' direction="ltr"><title id="{0}-title">{3}</title><desc id="{0}-desc">{4}</desc>{5}</svg>'
    ).format(name, WIDTH, height, caption, told, Markup("").join(shapes))


def rect(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" fill="currentColor" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, x, y, width, max(height, 0.8)
    )


def text(x: float, y: float, anchor: str, said: str) -> Markup:
    return Markup('<text fill="currentColor" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, said
    )


def keyed(series: Sequence[Series]) -> Markup:
    keys = (
        Markup(
            '<span class="key"><svg width="10" height="10" aria-hidden="true"><rect class="{}" width="10" height="10"'
            ' fill="currentColor"/></svg> {}</span>'
        ).format(BAR_CLASSES[number % 3], one.name)
        for number, one in enumerate(series)
    )
    return Markup('<p class="legend">{}</p>').format(Markup(" ").join(keys))


def tabled(head: Sequence[str], rows: Sequence[tuple[str, tuple[int, ...]]]) -> Markup:
    if not rows:
        return Markup("")
    names = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="number"') if at else "", name)
        for at, name in enumerate(head)
    )
    lines = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            label, Markup("").join(Markup('<td class="number">{:,}</td>').format(figure) for figure in figures)
        )
        for label, figures in rows
    )
    return Markup(
        "<details><summary>The figures</summary><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></details>"
    ).format(names, lines)
