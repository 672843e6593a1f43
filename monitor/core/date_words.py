"""The words of dates: month names, numerals and zone names as news in twelve languages write them, folded alike.

One table serves all languages: after folding, no spelling below names two different months.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

# One row a month: English, French, Spanish, Portuguese, Indonesian, Russian, Vietnamese, German, Italian, Turkish, and
# Arabic in its Gulf and Egyptian, Levantine, Algerian and Tunisian, and Moroccan forms.
_MONTH_ROWS = (
    "january|jan|janvier|janv|enero|ene|janeiro|januari|января|январь|янв|tháng một|tháng giêng|januar|jänner|"
    "gennaio|gen|ocak|oca|يناير|كانون الثاني|كانون ثاني|جانفي",
    "february|feb|février|févr|fév|febrero|fevereiro|fev|februari|pebruari|peb|февраля|февраль|февр|фев|tháng hai|"
    "februar|feber|febbraio|şubat|şub|فبراير|شباط|فيفري",
    "march|mar|mars|marzo|março|maret|марта|март|мар|tháng ba|märz|mär|mrz|mart|مارس|آذار",
    "april|apr|avril|avr|abril|abr|апреля|апрель|апр|tháng tư|aprile|nisan|nis|أبريل|إبريل|نيسان|أفريل",
    "may|mai|mayo|maio|mei|мая|май|tháng năm|maggio|mag|mayıs|مايو|أيار|ماي|مايس",
    "june|jun|juin|junio|junho|juni|июня|июнь|июн|tháng sáu|giugno|giu|haziran|haz|يونيو|يونيه|حزيران|جوان",
    "july|jul|juillet|juil|julio|julho|juli|июля|июль|июл|tháng bảy|luglio|lug|temmuz|tem|يوليو|يوليه|تموز|جويلية|"
    "يوليوز",
    "august|aug|août|agosto|ago|agustus|agt|agu|августа|август|авг|tháng tám|ağustos|ağu|أغسطس|آب|أوت|غشت",
    "september|sept|sep|septembre|septiembre|setiembre|setembro|set|сентября|сентябрь|сент|сен|tháng chín|settembre|"
    "eylül|eyl|سبتمبر|أيلول|شتنبر",
    "october|oct|octobre|octubre|outubro|out|oktober|okt|октября|октябрь|окт|tháng mười|ottobre|ott|ekim|eki|"
    "أكتوبر|تشرين الأول|تشرين أول|اكتوبر",
    "november|nov|novembre|noviembre|novembro|nopember|nop|ноября|ноябрь|нояб|ноя|tháng mười một|kasım|kas|"
    "نوفمبر|تشرين الثاني|تشرين ثاني|نونبر",
    "december|dec|décembre|déc|diciembre|dic|dezembro|dez|desember|des|декабря|декабрь|дек|tháng mười hai|dezember|"
    "dicembre|aralık|ara|ديسمبر|كانون الأول|كانون أول|دجنبر",
)

# Hours east of UTC. North American names as RFC 822 section 5.1 has them; a name that means two zones (IST, AST) is
# left out on purpose.
ZONES: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("z", "ut", "utc", "gmt", "wet", "гринвич", "غرينتش", "جرينتش"), 0.0),
        **dict.fromkeys(("cet", "mez", "bst", "west", "wat"), 1.0),
        **dict.fromkeys(("cest", "mesz", "eet", "cat", "sast"), 2.0),
        **dict.fromkeys(("eest", "msk", "мск", "trt", "eat"), 3.0),
        **dict.fromkeys(("gst",), 4.0),
        **dict.fromkeys(("pkt",), 5.0),
        **dict.fromkeys(("wib", "ict"), 7.0),
        **dict.fromkeys(("wita", "sgt", "hkt", "myt", "pht", "awst"), 8.0),
        **dict.fromkeys(("wit", "jst", "kst"), 9.0),
        **dict.fromkeys(("aest",), 10.0),
        **dict.fromkeys(("aedt",), 11.0),
        **dict.fromkeys(("brt", "art", "adt"), -3.0),
        **dict.fromkeys(("edt", "clt", "bot"), -4.0),
        **dict.fromkeys(("est", "cdt", "cot", "pet"), -5.0),
        **dict.fromkeys(("cst", "mdt"), -6.0),
        **dict.fromkeys(("mst", "pdt"), -7.0),
        **dict.fromkeys(("pst",), -8.0),
    }
)


def fold(text: str) -> tuple[str, list[int]]:
    """Fold case, accents, digits and invisible characters away; return the text and where each character came from.

    The second value has one index into `text` for each folded character, and `len(text)` as its last item.
    """
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    folded: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        plain = _fold_char(char)
        folded.append(plain)
        origins.extend([index] * len(plain))
    return "".join(folded), [*origins, len(text)]


def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs":
        return " "
    if category == "Pd" or char == "\u2212":
        return "-"
    if "\uac00" <= char <= "\ud7a3":  # a Hangul syllable would fall apart into its letters
        return char
    return "".join(
        c for c in unicodedata.normalize("NFKD", char).casefold() if unicodedata.category(c) != "Mn"
    ).replace("ı", "i")


MONTHS: Mapping[str, int] = MappingProxyType(
    {fold(word)[0]: number for number, row in enumerate(_MONTH_ROWS, start=1) for word in row.split("|")}
)

_NAMES = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(MONTHS, key=len, reverse=True))

# A month as a word, given twice in the Arabic press (`شباط/فبراير`, `أبريل(نيسان)`), or numbered in Vietnamese.
MONTH = rf"(?<![^\W\d_])(?:(?P<word>{_NAMES})(?![^\W\d_])\.?(?:\s?[/(]\s?(?:{_NAMES})\)?)?|thang\s+(?P<nth>\d{{1,2}}))"


def month_number(word: str) -> int:
    """Return 1 to 12 for a folded month name. Raises KeyError for any other word."""
    return MONTHS[" ".join(word.split())]
