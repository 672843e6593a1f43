"""Read corpus files: plain texts, saved HTML pages and JSON Lines, in the encodings such files have."""

import re
from dataclasses import dataclass
from datetime import datetime

from monitor.core.corpus_encoding import decode_file
from monitor.core.corpus_heads import find_own_url, find_title
from monitor.core.corpus_lines import Line, read_lines
from monitor.core.dates import parse_date
from monitor.core.language import identify
from monitor.core.outlets import Registry
from monitor.core.stated_dates import StatedDate, find_stated_date
from monitor.errors import MonitorError

_TEXT = (".txt", ".text", ".md", ".markdown")
_HTML = (".html", ".htm", ".xhtml")
_LINES = (".jsonl", ".ndjson")
_SUPPORTED = (*_TEXT, *_HTML, *_LINES)

_MAGIC = (
    (b"%PDF-", "a PDF", "save its text as .txt"),
    (b"PK\x03\x04", "a zip archive or office document", "unpack it, or save its text as .txt"),
    (b"\x1f\x8b", "gzip-compressed", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save its text as .txt"),
    (b"{\\rtf", "a rich text document", "save its text as .txt"),
    (b"\x89PNG", "an image", None),
    (b"\xff\xd8\xff", "an image", None),
    (b"GIF8", "an image", None),
)
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_SAMPLE = 10_000  # characters looked at for control characters
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u00ad\u2060"


class CorpusFileError(MonitorError):
    """A corpus file cannot be read; the message names it and says why in one line."""


@dataclass(frozen=True, slots=True)
class CorpusText:
    """One text of a corpus file, as read. `language` is ISO 639-1; `title` is None where the text has no title line.

    `url` is what the text states as its own address. `stated_date` is what its head states, `published_at` what the
    metadata of an HTML page or JSON line gives. `origin_line` is the line in a JSON Lines file, from 1. `extractor`
    names program and options that made the text out of HTML; other texts are untouched.
    """

    text: str
    encoding: str
    title: str | None = None
    url: str | None = None
    language: str | None = None
    stated_date: StatedDate | None = None
    published_at: datetime | None = None
    origin_line: int | None = None
    extractor: str | None = None


@dataclass(frozen=True, slots=True)
class CorpusReading:
    """The texts of a file, at least one, and in words the lines of a JSON Lines file that could not be read."""

    texts: tuple[CorpusText, ...]
    problems: tuple[str, ...] = ()


def read_corpus_file(
    name: str, data: bytes, *, max_bytes: int = 10_000_000, registry: Registry | None = None
) -> CorpusReading:
    """Read the bytes of a corpus file; `name` gives its kind by suffix (.txt .md .html .jsonl and their likes).

    Plain text is decoded and otherwise untouched, line ends included. HTML goes through the extraction that live
    pages go through. JSON Lines hold one document a line: text (or content, body), title, url, date, language.
    `registry` helps to tell the text's own URL among several. Raises CorpusFileError for a file that is empty, binary,
    larger than `max_bytes`, in no known encoding, of another kind, or without a single readable line.
    """
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if suffix not in _SUPPORTED:
        raise CorpusFileError(f"{name}: not a kind of file that is read", hint=f"read are {', '.join(_SUPPORTED)}")
    text, encoding = _decoded(name, data, max_bytes)
    if suffix in _LINES:
        return _lines(name, text, encoding)
    return CorpusReading((_page(name, text, encoding) if suffix in _HTML else _plain(text, encoding, registry),))


def _decoded(name: str, data: bytes, max_bytes: int) -> tuple[str, str]:
    if len(data) > max_bytes:
        hint = "split it, or raise the limit"
        raise CorpusFileError(f"{name}: too large ({len(data):,} bytes, at most {max_bytes:,} are read)", hint=hint)
    if not data:
        raise CorpusFileError(f"{name}: the file is empty")
    _refuse_binary(name, data)
    decoded = decode_file(data)
    if decoded is None:
        raise CorpusFileError(f"{name}: its encoding is not known", hint="save it as UTF-8")
    text, encoding = decoded
    if not text.strip(_INVISIBLE).strip():
        raise CorpusFileError(f"{name}: there is only white space in it")
    if "\0" in text or len(_CONTROL.findall(text[:_SAMPLE])) * 50 > len(text[:_SAMPLE]):  # more than 2 %
        raise CorpusFileError(f"{name}: binary data, no text")
    return text, encoding


def _refuse_binary(name: str, data: bytes) -> None:
    for magic, kind, hint in _MAGIC:
        if data.startswith(magic):
            raise CorpusFileError(f"{name}: {kind}, no text", hint=hint)
    if b"\0" in data and not data.startswith(_UNICODE_MARKS):
        raise CorpusFileError(f"{name}: binary data, no text", hint="if it is text in UTF-16, save it as UTF-8")


def _plain(text: str, encoding: str, registry: Registry | None) -> CorpusText:
    language = identify(text)
    return CorpusText(
        text=text,
        encoding=encoding,
        title=find_title(text),
        url=find_own_url(text, registry),
        language=language,
        stated_date=find_stated_date(text, language),
    )


def _page(name: str, source: str, encoding: str) -> CorpusText:
    # Imported here: trafilatura takes most of a second to import, and most corpora are plain text.
    from monitor.core.corpus_pages import read_page

    page = read_page(source)
    if not page.text.strip():
        raise CorpusFileError(f"{name}: no article text found in the page", hint="save the text itself as .txt")
    return CorpusText(
        text=page.text,
        encoding=encoding,
        title=page.title,
        url=page.canonical_url,
        language=page.language,
        stated_date=find_stated_date(page.text, page.language),
        published_at=page.published_at,
        extractor=page.extractor,
    )


def _lines(name: str, text: str, encoding: str) -> CorpusReading:
    lines, problems = read_lines(text)
    if not lines:
        message = f"{name}: {problems[0]}" if problems else f"{name}: there is no line in it"
        raise CorpusFileError(message, hint='write one JSON object a line, with its text under "text"')
    return CorpusReading(tuple(_of_line(line, encoding) for line in lines), problems)


def _of_line(line: Line, encoding: str) -> CorpusText:
    language = line.language or identify(line.text)
    return CorpusText(
        text=line.text,
        encoding=encoding,
        title=line.title,
        url=line.url,
        language=language,
        stated_date=find_stated_date(line.text, language),
        published_at=parse_date(line.date, language=language) if line.date else None,
        origin_line=line.number,
    )
