"""Decide in which encoding bytes from the web are written. The same bytes and header give the same text."""

import codecs
import re
from itertools import islice

_UTF_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a label means on the web (Encoding Standard, section 4.2), where Python's codec is narrower.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "utf-8-sig": "utf-8",
}
_TEXT_CODECS = tuple(
    """utf-8 utf-16-le utf-16-be utf-32-le utf-32-be cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    cp866 cp874 cp932 cp949 gb18030 big5hkscs euc_jp iso2022_jp koi8-r koi8-u mac-cyrillic mac-roman iso8859-2 iso8859-3
    iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16""".split()  # noqa: SIM905  forty quoted lines read worse
)
# Looked up once at import: codecs are modules, and a locked-down worker cannot open files later.
_KNOWN = frozenset(codecs.lookup(name).name for name in (*_TEXT_CODECS, *_WIDER))
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:+-]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta[^<>]{0,400}?charset\s*=\s*["']?\s*([\w.:+-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]+)""", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_ENOUGH = 10
_DOUBLE_BYTE = frozenset({"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "iso2022_jp"})
_LOOK_AT = 8192  # bytes searched for a <meta>; the standard says 1024, real pages put scripts before it


def decode_html(body: bytes, content_type: str | None) -> str:
    """Return the text of an HTML page.

    Order: byte order mark (it outranks the header: Encoding Standard, section 6), charset of the header, `<meta>`,
    UTF-8, windows-1252. A declared encoding that does not fit the bytes gives way to the next.

    Text that is valid UTF-8 is UTF-8 whatever is declared, for the declaration is often a server's or a template's
    default while the text is not UTF-8 by chance: every letter beyond ASCII would have to be followed by one of 64
    bytes, where the encodings of a byte a letter keep signs and capitals. Cyrillic, Greek, Hebrew and Arabic words
    never do that, nor does Thai beyond one syllable; `É®` does, and is read as one letter where nothing else beyond
    ASCII stands in the text. Encodings of two bytes a letter could (17 % of the common Chinese characters), and so
    give way only to ten such letters (a chance of 1 in 10 million).
    """
    found = _META.search(body[:_LOOK_AT])
    return _decode(body, _header_label(content_type), found[1].decode("ascii", "ignore") if found else None)


def decode_xml(body: bytes, content_type: str | None) -> str:
    """Return the text of an XML or JSON document: like `decode_html`, with the XML declaration for `<meta>`.

    A charset of the header outranks the declaration (RFC 7303 section 3.2).
    """
    found = _XML.match(body[:400])
    return _decode(body, _header_label(content_type), found[1].decode("ascii", "ignore") if found else None)


def _header_label(content_type: str | None) -> str | None:
    found = _CHARSET.search(content_type or "")
    return found[1] if found else None


def _decode(body: bytes, header: str | None, inside: str | None) -> str:
    for mark, name in _UTF_BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    candidates = [_by_zero_bytes(body), _wide(_codec(header, body), body), _readable(_codec(inside, body)), "utf-8"]
    for codec in dict.fromkeys(name for name in candidates if name):
        text = _as_utf8(body, codec)
        text = body.decode(codec, "replace") if text is None else text
        if _fits(text):
            return text
    return body.decode("cp1252", "replace")


def _codec(label: str | None, body: bytes) -> str | None:
    """Return the codec of a label, None for an unknown one (and for codecs that are no charset, such as idna)."""
    try:
        name = codecs.lookup((label or "").strip().removesuffix("-i")).name
    except LookupError:
        return None
    if name in {"utf-16", "utf-32"} and body[:1] == b"\0":
        return f"{name}-be"
    return _WIDER.get(name, name) if name in _KNOWN else None


def _readable(codec: str | None) -> str | None:
    """Refuse a UTF-16 that is declared in ASCII letters: the declaration could not have been read."""
    return None if codec and codec.startswith(("utf-16", "utf-32")) else codec


def _wide(codec: str | None, body: bytes) -> str | None:
    """Refuse a UTF-16 or UTF-32 that the server declares for bytes without a single zero at their start."""
    return None if codec and codec.startswith(("utf-16", "utf-32")) and b"\0" not in body[:_LOOK_AT] else codec


def _by_zero_bytes(body: bytes) -> str | None:
    """Recognise UTF-16 without its mark by the zero byte beside the first `<` (XML 1.0, appendix F)."""
    if body[:1] == b"<" and body[1:2] == b"\0" and body[2:4] != b"\0\0":
        return "utf-16-le"
    return "utf-16-be" if body[:2] == b"\0<" else None


def _as_utf8(body: bytes, declared: str) -> str | None:
    """Return the text that is UTF-8 after all, or None."""
    if declared.startswith("utf"):
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if declared in _DOUBLE_BYTE and sum(1 for _ in islice(_MULTIBYTE.finditer(body), _ENOUGH)) < _ENOUGH:
        return None
    return text


def _fits(text: str) -> bool:
    """Say whether an encoding fits: at most one character in twenty beyond ASCII is broken (a cut-off tail is)."""
    broken = text.count("\ufffd")
    return broken == 0 or broken * 20 <= len(text) - len(text.encode("ascii", "ignore"))
