"""Decode text files as people have them: UTF-8 first, then marks, then the encoding whose reading makes sense.

charset-normalizer alone takes short French and Spanish for windows-1250 (6 of 8 sentences tried); so it decides among
alphabets far from ASCII, and the language that comes out decides among Latin ones.
"""

import codecs

from charset_normalizer import from_bytes

from monitor.core.language import identify

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_ALPHABETS = ["cp1256", "cp1251", "iso8859_6", "iso8859_5", "koi8_r", "cp1253", "iso8859_7"]
_MULTIBYTE = ["gb18030", "big5", "cp932", "euc_jp", "cp949"]
_LATIN = (
    ("cp1254", frozenset({"tr", "az"})),
    ("cp1250", frozenset({"pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro", "sq"})),
)
_FOREIGN = 0.3  # share of non-ASCII bytes from which the letters are not Latin; French has 4 %, Vietnamese 1258 20 %
_GOOD_TO_BROKEN = 20  # other encodings read as UTF-8 break nearly every letter beyond ASCII
_SAMPLE = 65536  # bytes looked at to choose; the whole is decoded strictly all the same


def decode_file(data: bytes) -> tuple[str, str] | None:
    """Return the text and the encoding it is in, or None when no encoding reads it.

    A byte order mark decides, and is not part of the text; then strict UTF-8; then UTF-8 with a few broken bytes
    (`utf-8 (damaged)`, each broken place U+FFFD); then one of windows-1250 to 1256, ISO-8859, KOI8-R and the common
    Chinese, Japanese and Korean ones, by what makes a language of it.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if found := _strictly(data, "utf-8") or _damaged(data):
        return found
    return next(filter(None, (_strictly(data, name) for name in _guesses(data))), None)


def _damaged(data: bytes) -> tuple[str, str] | None:
    """Read UTF-8 that was cut inside a character or lost a byte: twenty good letters to a broken one."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    return (text, "utf-8 (damaged)") if good >= _GOOD_TO_BROKEN * broken else None


def _guesses(data: bytes) -> list[str]:
    sample = data[:_SAMPLE]
    letters = sum(1 for byte in sample if byte > 127 or chr(byte).isalpha())
    foreign = sum(1 for byte in sample if byte > 127)
    if foreign <= _FOREIGN * letters:
        return [*_latin_guesses(sample), "cp1252", "iso8859_15", "latin_1"]
    best = (from_bytes(sample, cp_isolation=names).best() for names in (_OTHER_ALPHABETS, _MULTIBYTE))
    return [match.encoding for match in best if match]


def _latin_guesses(sample: bytes) -> list[str]:
    return [name for name, languages in _LATIN if identify(sample.decode(name, "replace")) in languages]


def _strictly(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), codecs.lookup(encoding).name
    except UnicodeDecodeError:
        return None
