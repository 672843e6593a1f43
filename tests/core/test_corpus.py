"""Reading corpus files: plain text, HTML and JSON Lines, in the encodings files have, and files that are no texts."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.corpus import CorpusFileError, CorpusText, read_corpus_file
from monitor.core.outlets import Registry, parse_outlets

FRENCH = """

Le port de Mareverte rouvre ses quais après la tempête



Lisbonne, 19 novembre (RMV) Le ministre des Pêches a visité le port jeudi et promis de nouveaux quais.

« Les bateaux reviennent », a-t-elle dit, en précisant que la digue serait réparée avant l'été.

Source Agencia Litoral

<https://www.radio-mareverte.example/fr/noticias/5123-le-port-rouvre>



Radio Mareverte"""
ARABIC = "زار وزير الصيد البحري الميناء يوم الخميس ووعد ببناء أرصفة جديدة قبل نهاية هذا العام، بحسب بيان للوزارة."
RUSSIAN = "Министр рыболовства посетил порт в четверг и пообещал новые причалы до конца этого года."
SENTENCES = {
    "French": ("Le ministre a visité le port — « l’été prochain », dit-il — et promis des quais à côté.", "fr"),
    "Spanish": ("El ministro visitó el puerto y prometió que mañana habrá más muelles para los pescadores.", "es"),
    "Polish": ("Minister odwiedził w czwartek port i obiecał nowe nabrzeża, żeby łodzie mogły cumować.", "pl"),
    "Turkish": ("Balıkçılık bakanı perşembe günü limanı ziyaret etti ve yeni rıhtımlar sözü verdi.", "tr"),
    "Arabic": (ARABIC, "ar"),
    "Russian": (RUSSIAN, "ru"),
    "Chinese": ("渔业部长周四视察了港口，并承诺在年底前建成新码头，以便渔船停靠。", "zh"),
}
REGISTRY = Registry.of(
    parse_outlets('[[outlet]]\nname = "Radio Mareverte"\ndomains = ["radio-mareverte.example"]', "outlets.toml")
)


def read(name: str, data: str | bytes) -> CorpusText:
    reading = read_corpus_file(name, data.encode() if isinstance(data, str) else data)
    (text,) = reading.texts
    assert reading.problems == ()
    return text


def test_a_plain_text_is_untouched_and_told_about() -> None:
    """Title, own address, language and stated date are found; not one character of the text is changed."""
    text = read("000_abc.txt", FRENCH)
    assert text.text == FRENCH
    assert text.encoding == "utf-8"
    assert text.title == "Le port de Mareverte rouvre ses quais après la tempête"
    assert text.url == "https://www.radio-mareverte.example/fr/noticias/5123-le-port-rouvre"
    assert text.language == "fr"
    assert text.stated_date is not None
    assert text.stated_date.iso == "--11-19"
    assert (text.published_at, text.origin_line, text.extractor) == (None, None, None)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_any_utf8_text_is_kept_to_the_character(text: str) -> None:
    """Line ends, spaces and unusual characters survive, and a mark at the start is no part of the text."""
    written = f"Port\r\n {text} \r\n\t quai\n"
    assert read("a.txt", written).text == written
    assert read("a.txt", b"\xef\xbb\xbf" + written.encode()).text == written
    assert read("a.txt", written.encode("utf-16")).text == written


@pytest.mark.parametrize(
    ("language", "encoding", "recorded"),
    [
        ("French", "utf-8-sig", "utf-8-sig"),
        ("Arabic", "utf-16", "utf-16"),
        ("French", "cp1252", "cp1252"),
        ("Spanish", "iso8859-1", "cp1252"),
        ("Polish", "cp1250", "cp1250"),
        ("Turkish", "cp1254", "cp1254"),
        ("Turkish", "iso8859-9", "cp1254"),
        ("Arabic", "cp1256", "cp1256"),
        ("Arabic", "iso8859-6", "iso8859-6"),
        ("Russian", "cp1251", "cp1251"),
        ("Russian", "koi8-r", "koi8-r"),
        ("Chinese", "gb18030", "gb18030"),
    ],
)
def test_encodings_of_real_files_are_told_apart(language: str, encoding: str, recorded: str) -> None:
    """One sentence is enough, and the choice is recorded (cp1252 contains ISO-8859-1)."""
    sentence, code = SENTENCES[language]
    text = read("a.txt", sentence.encode(encoding))
    assert (text.text, text.encoding, text.language) == (sentence, recorded, code)


def test_utf8_cut_inside_a_character_is_still_utf8() -> None:
    """One broken byte does not turn a whole Arabic text into another alphabet; the damage is recorded."""
    text = read("a.txt", ARABIC.encode()[:-2])
    assert text.encoding == "utf-8 (damaged)"
    assert text.text.startswith(ARABIC[:-3])
    assert text.text.endswith("\ufffd")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Un port rouvre\n\nLe ministre a dit oui.", "Un port rouvre"),
        ("Un port rouvre\nUn port rouvre\n\nLe ministre a dit oui.", "Un port rouvre"),
        ("Un port rouvre\n\nUn port rouvre\n\nLe ministre a dit oui.", "Un port rouvre"),
        ("# Un port rouvre\n\nLe ministre a dit oui.", "Un port rouvre"),
        ("Le port rouvre-t-il ?\n\nLe ministre a dit oui.", "Le port rouvre-t-il ?"),
        ("Un port rouvre\nLe ministre a dit oui.", "Un port rouvre"),
        ("الميناء يفتح أبوابه\n\nقال الوزير نعم.", "الميناء يفتح أبوابه"),
        ("Le ministre a dit oui.\n\nPuis non.", None),
        ("زار الوزير الميناء.\n\nثم عاد.", None),
        ("Le ministre des Pêches a visité jeudi le\nport et promis des quais.", None),
        ("زار وزير الصيد البحري الميناء يوم\nالخميس ووعد بأرصفة.", None),
        ("(AFP) - Le ministre a dit\n\nOui.", None),
        ("Lima, 3 mai (RMV) Le ministre\n\nOui.", None),
        ("https://news.example/a/port\n\nLe ministre a dit oui.", None),
        ("Un port rouvre", None),
        ("Un port rouvre\nUn port rouvre", None),
        ("Port " * 60 + "\n\nLe ministre a dit oui.", None),
        ("---------\n\nLe ministre a dit oui.", None),
    ],
)
def test_a_first_line_is_a_title_when_it_reads_like_one(text: str, title: str | None) -> None:
    """Short, no sentence, no dateline, no address, and something follows; else there is none."""
    assert read("a.md", text).title == title


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Titre\n\nTexte.\n\n<https://a.example/fr/port-5>\n\nRadio", "https://a.example/fr/port-5"),
        ("https://a.example/port-5\n\nTitre\n\nTexte.", "https://a.example/port-5"),
        ("Texte.\nLien : https://a.example/port-5", "https://a.example/port-5"),
        ("Texte.\n(https://a.example/port-5)", "https://a.example/port-5"),
        ("Texte.\n\nwww.a.example/port-5", "https://www.a.example/port-5"),
        ("Texte.\n\nhttps://a.example/fr/", None),
        ("Texte, voir https://a.example/port-5", None),
        ("A\nB\nC\nD\nE\nhttps://a.example/port-5\nF\nG\nH\nI\nJ\nK\nL", None),
        ("Texte.\n\nhttps://a.example/port-5 et https://a.example/port-6", None),
    ],
)
def test_a_url_alone_on_a_line_near_an_end_is_the_texts_own(text: str, url: str | None) -> None:
    """Bracketed and labelled ones too; front pages, URLs in sentences and far from both ends are citations only."""
    assert read("a.txt", text).url == url


def test_the_url_on_the_site_of_an_outlet_named_in_the_text_is_preferred() -> None:
    """Two addresses stand at the end; the text is signed by the outlet of the first."""
    text = "Texte.\n\nhttps://www.radio-mareverte.example/fr/5-port\n\nRadio Mareverte\n\nhttps://other.example/port-5"
    with_registry = read_corpus_file("a.txt", text.encode(), registry=REGISTRY).texts[0]
    assert with_registry.url == "https://www.radio-mareverte.example/fr/5-port"
    assert read("a.txt", text).url == "https://other.example/port-5"


PAGE = """<!doctype html><html lang="fr"><head><meta charset="{charset}"><title>Le port rouvre - Radio</title>
<link rel="canonical" href="https://www.radio.example/fr/5-port">
<meta property="article:published_time" content="2021-11-19T10:00:00+01:00"></head><body><nav>Accueil Sports</nav>
<article><h1>Le port rouvre</h1><p>Le ministre des Pêches a visité le port jeudi et promis de nouveaux quais avant la
fin de l'année, selon un communiqué publié par son ministère.</p><p>Les bateaux reviennent, a-t-il dit, en
précisant que la digue serait réparée avant l'été et les pêcheurs indemnisés.</p></article></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_a_saved_page_is_read_like_a_live_one(charset: str) -> None:
    """The article without its frame; address, title, date and language from the page itself; options recorded."""
    text = read("a.html", PAGE.format(charset=charset).encode(charset))
    assert text.text.startswith("Le ministre des Pêches")
    assert "Accueil" not in text.text
    assert text.title == "Le port rouvre"
    assert text.url == "https://www.radio.example/fr/5-port"
    assert text.published_at is not None
    assert text.published_at.isoformat() == "2021-11-19T09:00:00+00:00"
    assert (text.language, text.encoding) == ("fr", "utf-8" if charset == "utf-8" else "cp1252")
    assert text.extractor is not None
    assert text.extractor.startswith("trafilatura/")


def test_a_page_gives_its_address_by_og_url_too() -> None:
    """Without a canonical link the address for sharing is taken; without both there is none."""
    plain = PAGE.replace('<link rel="canonical" href="https://www.radio.example/fr/5-port">', "{link}")
    shared = plain.replace("{link}", '<meta property="og:url" content="https://www.radio.example/fr/5-port">')
    assert read("a.htm", shared).url == "https://www.radio.example/fr/5-port"
    assert read("a.htm", plain.replace("{link}", "")).url is None


def test_json_lines_are_one_document_each() -> None:
    """Keys of several exports are known, the metadata is believed, and the line is remembered."""
    lines = [
        {"text": ARABIC, "title": "الميناء", "url": "https://a.example/1", "date": "2021-11-19", "language": "ar-EG"},
        {"content": RUSSIAN, "link": "no address", "published": "19 ноября 2021, 10:00 мск", "extra": [1, 2]},
        {"body": "Texte.\u2028Suite."},
    ]
    data = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n"
    first, second, third = read_corpus_file("a.jsonl", data.encode()).texts
    assert (first.text, first.title, first.url, first.language) == (ARABIC, "الميناء", "https://a.example/1", "ar")
    assert (first.origin_line, second.origin_line, third.origin_line) == (1, 2, 3)
    assert first.published_at is not None
    assert second.published_at is not None
    assert (first.published_at.hour, second.published_at.hour) == (0, 7)
    assert (second.text, second.url, second.language) == (RUSSIAN, None, "ru")
    assert third.text == "Texte.\u2028Suite."


def test_a_bad_json_line_is_reported_and_the_others_are_kept() -> None:
    """Each problem names its line."""
    data = '{"text": "Un"}\n{"text": \n[1]\n{"title": "x"}\n' + "[" * 100_000 + '\n{"text": "Deux\\ud800\\u0000"}'
    reading = read_corpus_file("a.ndjson", data.encode())
    assert [(text.text, text.origin_line) for text in reading.texts] == [("Un", 1), ("Deux\ufffd\ufffd", 6)]
    assert [problem.split(" ")[1] for problem in reading.problems] == ["2", "3", "4", "5"]
    assert "not JSON" in reading.problems[0]
    assert "text" in reading.problems[2]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "text")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t \n", "white space"),
        ("a.txt", "\ufeff\u200b \u00a0".encode(), "white space"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "image"),
        ("a.txt", b"\xff\xd8\xff\xe0\0\x10JFIF", "image"),
        ("a.txt", b"%PDF-1.7\n1 0 obj", "PDF"),
        ("a.txt", zipped(), "zip"),
        ("a.txt", gzip.compress(b"text", mtime=0), "gzip"),
        ("a.txt", b"text\0text", "binary"),
        ("a.txt", "text".encode("utf-16-le"), "binary"),
        ("a.txt", b"\xff\xfet\0e", "encoding"),
        ("a.txt", bytes(range(1, 256)) * 4, "encoding"),
        ("a.txt", b"text \x01\x02\x03 text", "binary"),
        ("a.txt", b"\xe9t\xe9 \x8d\x90\x9d plain words around", "binary"),
        ("a.txt", b"x" * 1001, "large"),
        ("a.docx", b"x", "kind"),
        ("README", b"x", "kind"),
        ("a.html", b"<html><body><nav></nav></body></html>", "article text"),
        ("a.jsonl", b"not json\n[]\n", "line 1"),
        ("a.jsonl", b'{"title": "x"}', "line 1"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(name: str, data: bytes, words: str) -> None:
    """The message names the file and what is wrong with it."""
    with pytest.raises(CorpusFileError) as caught:
        read_corpus_file(name, data, max_bytes=1000 if words == "large" else 10_000_000)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert words in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a"])
def test_other_kinds_of_file_are_answered_with_the_kinds_there_are(name: str) -> None:
    """The hint lists the suffixes."""
    with pytest.raises(CorpusFileError) as caught:
        read_corpus_file(name, b"x")
    assert ".jsonl" in (caught.value.hint or "")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.jsonl"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    """No bytes raise anything but the error that says why, and what is read has something in it."""
    try:
        reading = read_corpus_file(name, data)
    except CorpusFileError:
        return
    assert all(text.text.strip() for text in reading.texts)


def test_files_of_the_shipped_configuration_are_no_corpus() -> None:
    """A configuration file picked up by accident is refused by its suffix."""
    path = Path(__file__).parents[2] / "config" / "outlets.toml"
    with pytest.raises(CorpusFileError):
        read_corpus_file(path.name, path.read_bytes())
