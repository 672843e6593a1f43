"""Encodings: the bytes of a page become the letters its author wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.charset import decode_html, decode_xml

RUSSIAN = "Совет одобрил строительство моста"
ARABIC = "وافق المجلس على بناء الجسر"
VIETNAMESE = "Hội đồng thông qua việc xây cầu"
CHINESE = "理事会批准修建大桥"
FRENCH = "Le conseil a approuvé l’œuvre à 5 €"


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "KOI8-R", "koi8-r"),
        (RUSSIAN, "iso-8859-5", "iso8859-5"),
        (ARABIC, "windows-1256", "cp1256"),
        (ARABIC, "ISO-8859-6", "iso8859-6"),
        (FRENCH, "iso-8859-1", "cp1252"),  # as every browser reads that label
        ("ağ İş", "iso-8859-9", "cp1254"),
        (CHINESE, "gb2312", "gb18030"),
        (CHINESE, "GBK", "gbk"),
        ("會議批准", "big5", "big5"),
        ("会議の承認", "Shift_JIS", "cp932"),
        ("회의 승인", "euc-kr", "cp949"),
        (VIETNAMESE, "utf8", "utf-8"),
        ("Hồng".replace("ồ", "ô"), "windows-1258", "cp1258"),
    ],
)
def test_declared_encodings_are_followed(text: str, label: str, codec: str) -> None:
    """The label of the header, of a meta element and of an XML declaration mean the same encoding."""
    body = text.encode(codec)
    assert decode_html(body, f'text/html; charset="{label}"') == text
    meta = f'<meta http-equiv="content-type" content="text/html; charset={label}">'.encode()
    assert decode_html(meta + body, "text/html").endswith(text)
    assert decode_xml(f"<?xml version='1.0' encoding='{label}'?>".encode() + body, None).endswith(text)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_outranks_every_label(codec: str) -> None:
    """A mark is never the first letters of a text, a header is often a server's default."""
    mark = "\ufeff".encode(codec)
    assert decode_html(mark + VIETNAMESE.encode(codec), "text/html; charset=iso-8859-1") == VIETNAMESE


def test_utf_16_is_recognised_without_its_mark() -> None:
    """The zero bytes around the first bracket tell."""
    text = f"<?xml version='1.0' encoding='utf-16'?><t>{RUSSIAN}</t>"
    assert decode_xml(text.encode("utf-16-le"), "text/xml") == text
    assert decode_xml(text.encode("utf-16-be"), "text/xml; charset=utf-16") == text


def test_the_header_outranks_the_page() -> None:
    """A page converted on its way keeps the meta element of its old encoding."""
    body = b"<meta charset=koi8-r>" + RUSSIAN.encode("cp1251")
    assert decode_html(body, "text/html; charset=windows-1251").endswith(RUSSIAN)


def test_valid_utf_8_wins_over_a_latin_1_default() -> None:
    """Servers declare iso-8859-1 for everything; text in another encoding is never UTF-8 by chance."""
    assert decode_html(ARABIC.encode(), "text/html; charset=ISO-8859-1") == ARABIC


@pytest.mark.parametrize("label", ["windows-1251", "windows-1256", "koi8-r", "iso-8859-7", "tis-620", "utf-16"])
@pytest.mark.parametrize("text", [RUSSIAN, ARABIC, VIETNAMESE, CHINESE, "it’s"])
def test_valid_utf_8_wins_over_every_encoding_of_single_bytes(label: str, text: str) -> None:
    """Templates keep old declarations; what is valid UTF-8 was hardly ever meant otherwise."""
    assert decode_html(text.encode(), f"text/html; charset={label}") == text
    assert decode_xml(f"<?xml version='1.0' encoding='{label}'?>{text}".encode(), None).endswith(text)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("windows-1251", "cp1251", "Да"),
        ("koi8-r", "koi8-r", "Да"),
        ("windows-1256", "cp1256", "لا"),
        ("windows-1253", "cp1253", "Όχι"),
        ("windows-1255", "cp1255", "לא"),
        ("tis-620", "cp874", "เกม"),
        ("iso-8859-5", "iso8859-5", "МОСКВА И ТАТАРСТАН"),
        ("windows-1252", "cp1252", "À la carte, garçon"),
    ],
)
def test_short_words_are_not_utf_8_by_chance(label: str, codec: str, text: str) -> None:
    """One word of a script is enough to tell it from UTF-8."""
    assert decode_html(text.encode(codec), f"text/html; charset={label}") == text


def test_two_bytes_a_letter_need_more_than_a_word() -> None:
    """Chinese can be valid UTF-8 by chance for a word, not for a sentence."""
    word = bytes([0xC2, 0xA1]).decode("gbk")  # a letter that is also one of UTF-8
    assert decode_html(word.encode("gbk"), "text/html; charset=gbk") == word
    assert decode_html((CHINESE * 2).encode(), "text/html; charset=gbk") == CHINESE * 2


def test_a_wrong_label_gives_way_to_the_next() -> None:
    """UTF-8 declared for windows-1251 bytes would make a page of question marks."""
    body = b"<meta charset=windows-1251>" + RUSSIAN.encode("cp1251")
    assert decode_html(body, "text/html; charset=utf-8").endswith(RUSSIAN)


def test_a_cut_off_character_does_not_change_the_encoding() -> None:
    """A truncated body ends in half a character; the rest is UTF-8 all the same."""
    assert decode_html((ARABIC * 3).encode()[:-1], "text/html; charset=utf-8").startswith(ARABIC)


def test_undeclared_western_text_is_windows_1252() -> None:
    """Without any declaration, what is not UTF-8 is read as the web's oldest default."""
    assert decode_html(FRENCH.encode("cp1252"), None) == FRENCH


@pytest.mark.parametrize(
    "label", ["rot13", "base64", "idna", "punycode", "unicode_escape", "utf-7", "zlib", "nonsense"]
)
def test_labels_that_are_no_charset_are_passed_over(label: str) -> None:
    """Python has codecs that no web page may choose."""
    assert decode_html(b"caf\\u00e9 +AGE-", f"text/html; charset={label}") == "caf\\u00e9 +AGE-"


@given(st.binary(max_size=300), st.sampled_from([None, "text/html; charset=utf-8", "x; charset=utf-16", "charset=gbk"]))
def test_any_bytes_give_text(body: bytes, content_type: str | None) -> None:
    """Nothing raises, and nothing that could not be stored comes out."""
    for decode in (decode_html, decode_xml):
        text = decode(body, content_type)
        assert text.encode("utf-8").decode() == text
