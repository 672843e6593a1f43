"""Take off words their endings, and what clings to their front, where Snowball has no stemmer or a poor one.

Its Arabic stemmer takes the first letter of وزير and فلسطيني for a conjunction, so that الوزير is another word. All
words come folded (core/folding.py): without marks, article, and forms of one letter.
"""

from collections.abc import Callable

Stems = Callable[[str], tuple[str, ...]]


def _without(word: str, endings: tuple[str, ...], least: int) -> str:
    """Return a word without the first of these endings that leaves `least` letters."""
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


# Plurals that change inside the word, those of the news, each with its singular's stem.
_PLURALS = (
    "مدن مدين, وزراء وزير, روساء رييس, شعوب شعب, حروب حرب, احزاب حزب, قاده قايد, اطفال طفل, شهداء شهيد, اسري اسير, "
    "جرحي جريح, قتلي قتيل, اخبار خبر, تقارير تقرير, مشاريع مشروع, قوانين قانون, قذايف قذيف, صواريخ صاروخ, جنود جندي, "
    "كتب كتاب, عمال عامل, طلاب طالب, بلاد بلد, اسعار سعر, اسواق سوق, ملوك ملك, رجال رجل, بيوت بيت, منازل منزل, "
    "مصادر مصدر, مدارس مدرس, مراكز مركز, طرق طريق, مصانع مصنع, نواب نايب, سفراء سفير, خبراء خبير, علماء عالم, "
    "زعماء زعيم, حدود حد, حقوق حق, اعضاء عضو, مواني ميناء, سفن سفين, مناطق منطق, جرايم جريم, ضحايا ضحي, قضايا قضي"
)
_BROKEN = dict(pair.split() for pair in _PLURALS.split(", "))
_ARABIC_ENDINGS = (
    *("اتهم", "اتها", "تهما", "يون", "يين", "يات", "تهم", "تها", "هما", "ات", "ون", "ين", "ان", "ها", "هم", "يه"),
    *("ته", "ه", "ي"),
)
_CLINGING = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "س", "وس")


def arabic(word: str) -> tuple[str, ...]:
    """Return the stems of an Arabic word: its own first, then those without what may cling to its front.

    و and ف fall before three letters, ب ل ك س, alone or behind them, before four: لجنة is no "for a garden".
    """
    fronts = [word]
    for cling in _CLINGING:
        rest = word[len(cling) :]
        if word.startswith(cling) and len(rest) >= (3 if cling in "وف" else 4):
            fronts.append(rest)
    return tuple(dict.fromkeys(_arabic(one) for one in fronts))


def _arabic(word: str) -> str:
    stem = _without(word, _ARABIC_ENDINGS, 3) if word not in _BROKEN else word
    return _BROKEN.get(stem, _without(stem, ("ا",), 4))


_PERSIAN_ENDINGS = ("هايشان", "هايي", "هاي", "ها", "ترين", "تر", "يان", "گان", "ان", "ات", "ي")
_URDU_ENDINGS = ("يوں", "ييں", "وں", "يں", "ات", "ا", "ي", "و", "ه")


def persian(word: str) -> tuple[str, ...]:
    """Return the stem of a Persian word: without plural, comparison and ezafe."""
    return (_without(word, _PERSIAN_ENDINGS, 3),)


def urdu(word: str) -> tuple[str, ...]:
    """Return the stem of an Urdu word: without the endings of number, gender and case."""
    return (_without(word, _URDU_ENDINGS, 2),)


_OF_NOUNS = "ами ями ей ах ях ів їв ам ям ом ем єм ою ею єю ові еві єві ії ію ія і ї и а я у ю е є о ь й"
_OF_ADJECTIVES = "ого ому ими іми их іх ій ої ий ая яя ое ее"
_OF_VERBS = "ує ила или ило ив ала али ало ав яла яли яв"
_UKRAINIAN_ENDINGS = tuple(sorted(f"{_OF_NOUNS} {_OF_ADJECTIVES} {_OF_VERBS}".split(), key=len, reverse=True))


def ukrainian(word: str) -> tuple[str, ...]:
    """Return the stem of a Ukrainian word: without the endings of nouns, adjectives and the past tense."""
    stem = _without(word, _UKRAINIAN_ENDINGS, 3)
    return (stem.removesuffix("ь"),)


_KOREAN = (
    "은 는 이 가 을 를 의 에 도 만 로 와 과 들 들이 들은 들을 들의 에서 에게 에는 에도 "
    "으로 까지 부터 보다 처럼 하고 이다 에서는 으로는 에서도 "
    "이라고 라고 했다 한다 하는 하기"
)
_PARTICLES = tuple(sorted(_KOREAN.split(), key=len, reverse=True))


def korean(word: str) -> tuple[str, ...]:
    """Return the stem of a Korean word: without the particle behind it, where two syllables are left."""
    return (_without(_without(word, _PARTICLES, 2), ("들",), 2),)
