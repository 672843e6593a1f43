"""The words of dates: month names and numerals as news in eleven languages write them, folded alike.

One table serves all languages: after folding, no spelling below names two different months.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

# One row a month: English, French, Spanish, Portuguese, Indonesian, Russian, Vietnamese, German, Italian, Turkish, and
# Arabic in its Gulf and Egyptian, Levantine, Algerian and Tunisian, and Moroccan forms.
_MONTH_ROWS = (
    "january|jan|janvier|janv|enero|ene|janeiro|januari|января|январь|янв|tháng một|tháng giêng|januar|jänner|jänn|jän|"
    "gennaio|gen|ocak|oca|يناير|كانون الثاني|كانون ثاني|كانون ثان|جانفي",
    "february|feb|février|févr|fév|febrero|fevereiro|fev|februari|pebruari|peb|февраля|февраль|февр|фев|tháng hai|"
    "februar|feber|febr|febbraio|şubat|şub|فبراير|شباط|فيفري",
    "march|mar|mars|marzo|março|maret|марта|март|мар|tháng ba|märz|maerz|mär|mrz|mart|مارس|آذار",
    "april|apr|avril|avr|abril|abr|апреля|апрель|апр|tháng tư|tháng bốn|aprile|nisan|nis|أبريل|إبريل|نيسان|أفريل",
    "may|mai|mayo|maio|mei|мая|май|tháng năm|maggio|mag|mayıs|مايو|أيار|ماي|مايس",
    "june|jun|juin|junio|junho|juni|июня|июнь|июн|tháng sáu|giugno|giu|haziran|haz|يونيو|يونيه|حزيران|جوان",
    "july|jul|juillet|juill|juil|julio|julho|juli|июля|июль|июл|tháng bảy|luglio|lug|temmuz|tem|يوليو|يوليه|تموز|"
    "جويلية|يوليوز|جويليه",
    "august|aug|août|agosto|ago|agustus|agust|agt|ags|agu|августа|август|авг|tháng tám|ağustos|ağu|أغسطس|آب|أوت|غشت",
    "september|sept|sep|septembre|septiembre|setiembre|setembro|set|сентября|сентябрь|сент|сен|tháng chín|settembre|"
    "sett|eylül|eyl|سبتمبر|أيلول|شتنبر",
    "october|oct|octobre|octubre|outubro|out|oktober|okt|октября|октябрь|окт|tháng mười|ottobre|ott|ekim|eki|"
    "أكتوبر|تشرين الأول|تشرين أول|اكتوبر",
    "november|nov|novembre|noviembre|novembro|nopember|nop|ноября|ноябрь|нояб|ноя|tháng mười một|kasım|kas|"
    "نوفمبر|تشرين الثاني|تشرين ثاني|تشرين ثان|نونبر",
    "december|dec|décembre|déc|diciembre|dic|dezembro|dez|desember|des|декабря|декабрь|дек|tháng mười hai|tháng chạp|"
    "dezember|dicembre|aralık|ara|ديسمبر|كانون الأول|كانون أول|دجنبر",
)

_TATWEEL = "\u0640"  # stretches Arabic words and means nothing
_LOOK_ALIKES = {"ى": "ي", "ی": "ي", "ک": "ك"}  # Egyptian final yeh; the letters of Persian and Urdu keyboards


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


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Cf") or char == _TATWEEL:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs":
        return " "
    if category == "Pd" or char == "\u2212":
        return "-"
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    if "\uac00" <= char <= "\ud7a3":  # a Hangul syllable would fall apart into its letters
        return char
    return "".join(
        c for c in unicodedata.normalize("NFKD", char).casefold() if unicodedata.category(c) != "Mn"
    ).replace("ı", "i")


MONTHS: Mapping[str, int] = MappingProxyType(
    {fold(word)[0]: number for number, row in enumerate(_MONTH_ROWS, start=1) for word in row.split("|")}
)

_NAMES = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(MONTHS, key=len, reverse=True))

# A month as a word, given twice in the Arabic press (`شباط/فبراير`, `أبريل(نيسان)`), or numbered in Vietnamese
# (`tháng 11`, `Th11`).
_WORD_MONTH = rf"(?P<word>{_NAMES})(?![^\W\d_])\.?(?:\s?[/(]\s?(?:{_NAMES})\)?)?"
MONTH = rf"(?<![^\W\d_])(?:{_WORD_MONTH}|(?<!\d)(?:thang|thg|th)\.?\s*(?P<nth>\d{{1,2}})(?!\d))"

# The months of the Islamic calendar, whose dates the Arabic press sets beside ours.
_HIJRI_NAMES = (
    "محرم|المحرم|صفر|ربيع الأول|ربيع الثاني|ربيع الآخر|جمادى الأولى|جمادى الأول|جمادى الثانية|جمادى الثاني|جمادى الآخرة"
    "|رجب|شعبان|رمضان|شوال|ذو القعدة|ذي القعدة|ذو الحجة|ذي الحجة"
)
HIJRI_MONTH = rf"(?:{fold(_HIJRI_NAMES)[0]})(?!\w)"


def month_number(word: str) -> int:
    """Return 1 to 12 for a folded month name. Raises KeyError for any other word."""
    return MONTHS[" ".join(word.split())]
