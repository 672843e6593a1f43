"""Take the typography out of a text, and nothing else: what is left differs only where the words or figures do."""

import re
import unicodedata

from monitor.core.words import BLOCKS

_QUOTES = {'"': "“”„‟«»＂「」『』〝〞❝❞⹂", "'": "‘’‚‛‹›ʼ`´＇❛❜"}
_DASHES = "‐‑‒–—―−⸺⸻﹘﹣－"
_TYPOGRAPHY = str.maketrans(
    {form: plain for plain, forms in _QUOTES.items() for form in forms} | dict.fromkeys(_DASHES, "-") | {"…": "..."}
)
_FORMS = frozenset(map(chr, _TYPOGRAPHY))
# Soft hyphen, joiners and non-joiners, bidi controls, word joiners, tatweel, variation selectors. The non-joiner is
# orthography in Persian, Urdu and Indic scripts, but whether it is there depends on the keyboard and the system that
# published, and no reader sees another word: it falls, as every zero-width control does.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0640\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]+"
)
# Letters stored by their shape: Arabic in its joined forms, and Latin ligatures. Left out are those that NFKC makes a
# space or a tatweel with a mark (FC5E-FC63, FCF2-FCF4, FE70-FE7F), whole phrases (FDF0-FDFB) and the rial sign.
_SHAPED = re.compile("[\ufb00-\ufb06\ufb50-\ufbb1\ufbd3-\ufc5d\ufc64-\ufcf1\ufcf5-\ufd3d\ufd50-\ufdc7\ufe80-\ufefc]+")
_INSIDE_GUILLEMETS = re.compile(r"(?<![^\s(])(?P<open>[«‹])\s+|\s+(?P<close>[»›])(?=\W|$)")
_GUILLEMETS = re.compile("[«»‹›]")
_AFTER_NO_SPACE = ";:!?؛؟"
_DASH_RUN = re.compile(r"-{2,}")
_TWO_APOSTROPHES = re.compile(r"(?<!')''(?!')")

# What is another character to the archive, but the same letter or digit to a reader: digits of all scripts, the
# Arabic, Persian and Urdu forms of ya, kaf and ha, and the marks that Arabic texts may leave out.
_ARABIC_FORMS = {"ی": "ي", "ى": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ە": "ه", "ھ": "ه", "ۃ": "ة"}
_ARABIC_MARKS = (*range(0x610, 0x61B), *range(0x64B, 0x653), 0x670)


def normalise(text: str) -> str:
    """Return a text without its typography; doing it twice changes nothing.

    NFC; white space runs are one space; bidi and zero-width controls (with the joiner and the non-joiner), soft
    hyphens, tatweel and variation selectors fall; Arabic presentation forms and Latin ligatures are their letters;
    quotation marks are " or ', without the spaces French puts inside guillemets, two apostrophes are ";
    dashes and minus are -; the ellipsis is three points; no space before ; : ! ?. Digits (of every script, as they
    are), signs, units, letters and their case stay.
    """
    if text.isascii():
        return _plain(text)
    present = "".join(set(text))  # a text has few signs, and what none of them needs is not looked for
    if _SHAPED.search(present):
        text = _SHAPED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    if _INVISIBLE.search(present) or "\u0640" in text:
        text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFC", text)
    if _GUILLEMETS.search(present):
        text = " ".join(text.split())  # a long run of spaces would be gone over again from each of them
        text = _INSIDE_GUILLEMETS.sub(lambda found: found["open"] or found["close"], text)
    for form in _FORMS.intersection(present):
        text = text.replace(form, _TYPOGRAPHY[ord(form)])
    return unicodedata.normalize("NFC", _plain(text))


def same_to_readers(text: str) -> str:
    """Return a normalised text without what weighs nothing: case, the script of digits, forms of Arabic letters."""
    return text.casefold() if text.isascii() else text.casefold().translate(_READ_ALIKE)


def _plain(text: str) -> str:
    dashed = _DASH_RUN.sub("-", text) if "--" in text else text
    quoted = _TWO_APOSTROPHES.sub('"', dashed) if "''" in dashed else dashed
    spaced = " ".join(quoted.split())
    for mark in _AFTER_NO_SPACE:
        spaced = spaced.replace(f" {mark}", mark)
    return spaced


def _read_alike() -> dict[int, str | None]:
    codes = (code for first, end in BLOCKS for code in range(first, end))
    digits: dict[int, str | None] = {
        code: str(unicodedata.decimal(chr(code))) for code in codes if chr(code).isdecimal()
    }
    letters: dict[int, str | None] = {ord(form): letter for form, letter in _ARABIC_FORMS.items()}
    return digits | letters | dict.fromkeys(_ARABIC_MARKS)


_READ_ALIKE = _read_alike()
