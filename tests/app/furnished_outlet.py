"""A made outlet: forty articles over eight rounds of checks, with furniture of every kind and edits among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

ARTICLES, ROUNDS = 40, 8
SUBJECTS = [
    "harbour",
    "council",
    "ferry",
    "school",
    "market",
    "bridge",
    "library",
    "orchard",
    "stadium",
    "clinic",
    "museum",
    "tramway",
]
VERBS = ["opens", "closes", "repairs", "expands", "sells", "rents", "paints", "moves"]
PLACES = ["Northport", "Easton", "Westbury", "Southam", "Midvale", "Harrow", "Lindfield", "Carrow"]
NAMES = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel"]
WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
EDITS = ("number", "negation", "headline", "paragraph", "note", "quote", "box", "cut", "subhead")


@dataclass(frozen=True)
class Reading:
    """A page of the outlet as one check finds it. `edit` names what its editors did to it since the last one."""

    article: int
    round: int
    title: str
    text: str
    title_rest: str
    edit: str | None


@dataclass
class Article:
    """What editors have in their hands."""

    number: int
    title: str
    paragraphs: list[str]


def readings(seed: int = 7) -> Iterator[Reading]:
    """Yield every reading, round by round; the same seed tells the same story."""
    chance = Random(seed)
    written = [_written(number, chance) for number in range(ARTICLES)]
    plan = _plan(chance)
    for number_of_round in range(ROUNDS):
        order = [one for one in written if one.number // 10 <= number_of_round]  # ten new ones a round
        chance.shuffle(order)
        for one in order:
            fresh = one.number // 10 == number_of_round
            edit = None if fresh else plan.get((one.number, number_of_round))
            if edit:
                _edit(one, edit, chance)
            title = one.title + (" | News Example" if chance.random() < 0.2 else "")
            text = "\n".join(_page(one, written, number_of_round, chance))
            yield Reading(one.number, number_of_round, title, text, "| News Example", edit)


def _plan(chance: Random) -> dict[tuple[int, int], str]:
    """Say which article is edited in which round, and how: each way six times."""
    free = [(one, at) for one in range(ARTICLES) for at in range(one // 10 + 1, ROUNDS)]
    return dict(zip(chance.sample(free, 6 * len(EDITS)), EDITS * 6, strict=True))


def _written(number: int, chance: Random) -> Article:
    subject, verb, place = SUBJECTS[number % 12], chance.choice(VERBS), PLACES[number % 8]
    title = f"{place} {subject} {verb} after {chance.choice(NAMES)} and {NAMES[number % 8]} plan number {number}"
    body = [_sentence(number, part, chance) for part in range(8)]
    return Article(number, title, [*body[:4], f"How {place} came to it, part {number}", *body[4:], "Killed: 12"])


def _sentence(number: int, part: int, chance: Random) -> str:
    people, name = chance.randrange(20, 900), chance.choice(NAMES)
    return (
        f"The {chance.choice(SUBJECTS)} of {chance.choice(PLACES)} had {people} visitors in part {WORDS[part % 8]} "
        f'of case {PLACES[number % 8]} {SUBJECTS[number % 12]}, and {name} said "we were open" to all of them.'
    )


def _edit(one: Article, how: str, chance: Random) -> None:
    at = chance.randrange(3)
    said = one.paragraphs
    match how:
        case "number":
            figure = next(word for word in said[at].split() if word.isdecimal())
            said[at] = said[at].replace(f" {figure} ", f" {int(figure) + 1} ", 1)
        case "negation":
            flip = ("had no visitors", "had some visitors")
            said[at] = said[at].replace(*(flip if flip[0] in said[at] else (" visitors", " visitors, not guests,")), 1)
        case "headline":
            one.title = f"{one.title.split(',')[0]}, {chance.choice(NAMES)} says {chance.randrange(10**6)}"
        case "paragraph":
            said.insert(at, _sentence(one.number, chance.randrange(100, 10**6), chance))
        case "note":
            said.append(f"Correction: an earlier version said {chance.randrange(10**6)}")
        case "quote":
            said[at] = said[at].replace("we were open", f"we were {chance.choice(NAMES).lower()} and open", 1)
        case "box":
            box = next(index for index, line in enumerate(said) if line.startswith("Killed: "))
            said[box] = f"Killed: {int(said[box].split()[1]) + 1}"
        case "cut":
            del said[at]
        case "subhead":
            said.insert(at + 1, f"What {one.title.split()[0]} says now, in {chance.randrange(10**6)} words")


def _page(one: Article, written: list[Article], at: int, chance: Random) -> Iterator[str]:
    """Yield the lines that an extractor finds: the article, and what leaks into it."""
    age = at - one.number // 10
    yield f"Updated {3 + chance.randrange(50)} minutes ago" if age == 0 else f"Updated {age * 3 + 1} hours ago"
    if chance.random() < 0.5:
        yield chance.choice(["Share", "Share this article", "Teilen • Share • Partager"])
    half = len(one.paragraphs) // 2
    yield from one.paragraphs[:half]
    yield "Advertisement" if chance.random() < 0.5 else f"Read also: {chance.choice(written).title}"
    yield from one.paragraphs[half:]
    yield f"{1200 + 7 * at + chance.randrange(10**5):,} views"
    if chance.random() < 0.7:
        yield f"{chance.randrange(3, 900)} comments on this article"
    yield "Tags: " + ", ".join(SUBJECTS[at % 5 : at % 5 + 4])
    yield "Most read"
    yield from (f"{NAMES[(at + place) % 8]} wins the cup of old year {at + place}" for place in range(3))
    if at < 4:
        yield "News Example is an agency with desks in thirty cities, and it has told the news since the war."
    else:
        yield from (
            "Our newsletter",
            "We send you the news of the day every morning at six, and you can leave any time.",
        )
    yield from (other.title for other in chance.sample(written, 3) if other is not one)
