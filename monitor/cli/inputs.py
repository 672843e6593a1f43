"""Read what a person gives: times, numbers of documents, files, lists of URLs."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from monitor.errors import NotFoundError, UsageError
from monitor.moments import parse_since as parse_since
from monitor.moments import parse_time as parse_time
from monitor.moments import parse_until as parse_until

LARGEST_NUMBER = 2**63 - 1  # what a database can hold


def filled(text: str, what: str) -> str:
    """Return what a person gave, stripped. Raises UsageError for nothing, which a script's unset variable gives."""
    if not text.strip():
        raise UsageError(f"{what} is empty", hint="say what is meant; an option can be left out")
    return text.strip()


def database_url(text: str, what: str) -> str:
    """Return the URL of a database that a person gave, stripped. Raises UsageError for what is none."""
    url = filled(text, what)
    if not url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://", "sqlite:///")):
        raise UsageError(f"{what} is that of no database", hint="postgresql://USER@MACHINE/NAME, or sqlite:///FILE")
    return url


def named(name: str | None, usage: str) -> str:
    """Return the name that a person gave, stripped. Raises UsageError for none, with how it is written."""
    if name is None:
        raise UsageError("no name is given", hint=usage)
    return filled(name, "the name")


def number_or_text(text: str) -> int | str:
    """Return what names a document or source: its number, or else a URL.

    Raises UsageError for an impossible number, and for nothing.
    """
    given = filled(text, "the number or URL")
    bare = given.removeprefix("#")
    if not (bare.isascii() and bare.isdecimal()):
        return given
    if int(bare) > LARGEST_NUMBER:
        raise UsageError(f"{bare} is too large for a number of ours")
    return int(bare)


def read_file(name: str, hint: str) -> bytes:
    """Return what is in a file, or for `-` what standard input brings. Raises NotFoundError, with the hint."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as error:
        raise NotFoundError(f"{name}: {error.strerror}", hint=hint) from error


def read_urls(data: bytes, name: str) -> tuple[str, ...]:
    """Return the URLs of a list: one a line with `#` comments, or the xmlUrl of every OPML outline; each once.

    Which of the two is told by the content. `name` is the file in messages. Raises UsageError for what is neither.
    """
    if b"<opml" not in data[:4096].lower():
        return tuple(dict.fromkeys(_lines(data, name)))
    from monitor import opml_urls  # XML is slow to import, and rarely needed

    return opml_urls(data, name)


def _lines(data: bytes, name: str) -> Iterator[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text: byte {error.start} cannot be read", hint=_LIST_HINT) from error
    for number, line in enumerate(text.splitlines(), start=1):
        url = re.sub(r"(^|\s)#.*", "", line).strip()  # a # inside a URL is part of it
        if re.search(r"[\s<>\0]", url):
            raise UsageError(f"{name}, line {number}: {url[:60]!r} is no URL", hint=_LIST_HINT)
        if url:
            yield url


_LIST_HINT = "one URL a line, # begins a comment; or an OPML file"


def proxy_url(text: str) -> str:
    """Return the URL of a proxy, checked. Raises UsageError."""
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise UsageError(
            f"--proxy {text!r} is no proxy", hint="write it as http://host:port, or http://user:pw@host:port"
        )
    return text
