"""What an outlet puts around every article: styles, scripts, menus, icons. Written by rule, the same on every page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from random import Random

_PARTS = "card teaser menu nav list item head foot body text media grid wrap inner label badge button icon link live"
_STATES = ("", ":hover", ":focus-visible", "--active", "--wide", "__inner", "__title", "::before", " > li + li")
_RULES = (
    "display:flex;align-items:center", "margin:0 auto", "padding:{a}px {b}px", "font:{c}00 {a}px/1.{b} var(--serif)",
    "color:#{h:06x}", "background:var(--tone-{b}) url(/static/{h:06x}.svg) no-repeat {a}% 50%", "max-width:{a}rem",
    "border-bottom:{c}px solid rgba({a},{b},{a},.{c})", "grid-template-columns:repeat({c},minmax(0,1fr))",
    "transition:opacity .{b}s ease-in-out,transform .{a}s", "letter-spacing:.0{c}em", "position:absolute;inset:0",
)  # fmt: skip
_LINES = (
    "function {f}({x},{y}){{return {x}.{m}({y}||{n},function(){{{g}({y}.{p},{n})}})}}",
    "var {x}={g}({n}),{y}={f}.{m};{x}&&{y}({x}.{p},\"{w}\");",
    "if(!{x}.{p}||{y}>{n}){{{f}({x});return void 0}}",
    "{g}.prototype.{m}=function({x}){{for(var {y}=0;{y}<{x}.length;{y}++)this.{p}[{y}]={f}({x}[{y}],{n})}};",
    "e.exports={{{p}:{f},{m}:\"{w}-{n}\",{x}:!{c}}};",
    "case {n}:return {f}.{m}(\"data-{w}\",{x}.{p}?{g}:{y});",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Furniture:
    """The markup before, between and after what is an article's own."""

    before: str
    head: str
    body: str
    after: str

    def around(self, title: str, metadata: str, article: str, state: str) -> bytes:
        """Return a whole page."""
        start = f"{self.before}<title>{escape(title)}</title>\n{metadata}{self.head}"
        return f"{start}{article}<script>window.__STATE__={state}</script>\n{self.after}".encode()


def of(host: str, words: Sequence[str], weight: float, seed: int) -> Furniture:
    """Return the furniture of an outlet: some 110 KB with a weight of 1."""
    chance = Random(seed)
    styles = _up_to(34_000 * weight, _styles(chance))
    scripts = _up_to(38_000 * weight, _scripts(chance, words))
    before = (
        f'<!doctype html>\n<html lang="x" class="no-js">\n<head><meta charset="utf-8"><base href="https://{host}">\n'
    )
    head = f"<style>{styles}</style>\n</head>\n<body>\n{_icons(chance, 5_000 * weight)}{_menu(chance, words, 60)}"
    after = f"{_menu(chance, words, 70)}<script>{scripts}</script>\n</body>\n</html>\n"
    return Furniture(before, head, "", after)


def _up_to(length: float, pieces: Iterator[str]) -> str:
    made, total = [], 0
    while total < length:
        made.append(next(pieces))
        total += len(made[-1])
    return "".join(made)


def _styles(chance: Random) -> Iterator[str]:
    parts, colours = _PARTS.split(), [chance.getrandbits(24) for _ in range(24)]
    while True:
        name = f".{chance.choice(parts)}-{chance.choice(parts)}{chance.choice(_STATES)}"
        rules = (
            rule.format(
                a=chance.randrange(64), b=chance.randrange(10), c=chance.randrange(1, 9), h=chance.choice(colours)
            )
            for rule in chance.sample(_RULES, chance.randrange(1, 5))
        )
        yield f"{name}{{{';'.join(rules)}}}\n"


def _scripts(chance: Random, words: Sequence[str]) -> Iterator[str]:
    names = [
        f"{chance.choice('abcdefghijklmnopqrstuvw')}{chance.choice('abcdefghijklmnopqrstuvw$_')}" for _ in range(40)
    ]
    members = [f"{chance.choice(words)}{chance.choice(_PARTS.split()).title()}" for _ in range(50)]
    while True:
        yield chance.choice(_LINES).format(
            f=chance.choice(names), g=chance.choice(names), x=chance.choice("enrtio"), y=chance.choice("sacul"),
            m=chance.choice(members), p=chance.choice(members), w=chance.choice(words), n=chance.randrange(99),
            c=chance.randrange(2),
        )  # fmt: skip


def _icons(chance: Random, length: float) -> str:
    def paths() -> Iterator[str]:
        while True:
            points = " ".join(
                f"{chance.choice('lLcCaA')}{chance.random() * 24:.2f} {chance.random() * 24:.2f}" for _ in range(12)
            )
            yield f'<symbol id="i-{chance.randrange(10**4)}" viewBox="0 0 24 24"><path d="M{points}z"/></symbol>\n'

    return f'<svg hidden xmlns="http://www.w3.org/2000/svg">{_up_to(length, paths())}</svg>\n'


def _menu(chance: Random, words: Sequence[str], links: int) -> str:
    items = "".join(
        f'<li class="menu__item menu__item--{n}"><a class="menu__link" href="/{word.lower()}" data-nav="{n}">{word}</a>'
        "</li>\n"
        for n, word in enumerate(chance.choices(words, k=links))
    )
    return f'<nav class="menu" aria-label="menu"><ul class="menu__list">{items}</ul></nav>\n'
