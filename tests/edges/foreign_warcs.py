"""Files of other archives, written as their programs write them; all that is in them is ours."""

import gzip
import hashlib
import io
import json
import zipfile
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from uuid import UUID

from backports import zstd

_IDS = count(1)
CRLF = b"\r\n"
PARAGRAPH = (
    "The council of the harbour town voted on Tuesday evening for the new bridge, after a debate of four hours about"
    " its cost, its place and the trees that have to make room for it. The mayor said that work begins in spring."
)


def new_id() -> str:
    """Return the id of a record that no other has in this run."""
    return f"<urn:uuid:{UUID(int=0xABC << 100 | next(_IDS))}>"


def sha1(data: bytes) -> str:
    """Return a digest as most programs write it."""
    return "sha1:" + b32encode(hashlib.sha1(data).digest()).decode()


def sha256_hex(data: bytes) -> str:
    """Return a digest as browsertrix writes it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def stamp(at: datetime, decimals: bool = False) -> str:
    """Return a WARC-Date."""
    return at.isoformat(timespec="milliseconds" if decimals else "seconds").replace("+00:00", "Z")


def record(
    kind: str, fields: dict[str, str], block: bytes, *, version: str = "WARC/1.0", length: int | None = None
) -> bytes:
    """Return a record without compression. A field of an empty value is left out."""
    given = {"WARC-Type": kind, "WARC-Record-ID": new_id()} | fields
    given |= {"Content-Length": str(len(block) if length is None else length)}
    lines = [version, *(f"{name}: {value}" for name, value in given.items() if value), "", ""]
    return "\r\n".join(lines).encode() + block + CRLF * 2


def html(title: str, *paragraphs: str) -> bytes:
    """Return an article as a page."""
    body = "".join(f"<p>{one}</p>" for one in (paragraphs or (PARAGRAPH, PARAGRAPH.replace("bridge", "ferry pier"))))
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title><meta property='og:type' content='article'></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def chunked(body: bytes, size: int = 700) -> bytes:
    """Return a body in chunks, as it crosses the wire."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def answer(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """Return a response as it crossed the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def asked(url: str) -> bytes:
    """Return a request as it crossed the wire."""
    host, _, path = url.partition("://")[2].partition("/")
    return f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: other/1\r\n\r\n".encode()


def response(url: str, at: datetime, block: bytes, **fields: str) -> bytes:
    """Return a response record with right digests, unless told otherwise (underscores stand for hyphens)."""
    body = block.partition(CRLF * 2)[2]
    common = {
        "WARC-Target-URI": url,
        "WARC-Date": stamp(at),
        "WARC-Payload-Digest": sha1(body),
        "WARC-Block-Digest": sha1(block),
        "Content-Type": "application/http; msgtype=response",
    }
    return record("response", common | _named(fields), block)


def page(url: str, at: datetime, title: str = "The bridge is coming", *paragraphs: str, **fields: str) -> bytes:
    """Return a response record that holds an article."""
    return response(url, at, answer(html(title, *paragraphs)), **fields)


def revisit(url: str, at: datetime, original_at: datetime, body: bytes, refers_to: str = "", **fields: str) -> bytes:
    """Return a revisit of an identical payload, as pywb and warcio write it."""
    block = answer(b"")
    common = {
        "WARC-Target-URI": url,
        "WARC-Date": stamp(at),
        "WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        "WARC-Refers-To": refers_to,
        "WARC-Refers-To-Target-URI": url,
        "WARC-Refers-To-Date": stamp(original_at),
        "WARC-Payload-Digest": sha1(body),
        "Content-Type": "application/http; msgtype=response",
    }
    return record("revisit", common | _named(fields), block)


def _named(fields: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in fields.items()}


def gzipped(records: Sequence[bytes]) -> bytes:
    """Return a file with one gzip member a record, as it should be."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def one_member(records: Sequence[bytes]) -> bytes:
    """Return a file that was compressed as a whole, as `gzip FILE.warc` does."""
    return gzip.compress(b"".join(records), mtime=0)


def zst(records: Sequence[bytes], dictionary: bytes = b"", *, compressed: bool = False) -> bytes:
    """Return a file with one zstd frame a record, with a dictionary before all if given."""
    known = zstd.ZstdDict(dictionary, is_raw=True) if dictionary else None
    held = zstd.compress(dictionary) if compressed else dictionary
    first = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held if dictionary else b""
    return first + b"".join(zstd.compress(one, zstd_dict=known) for one in records)


def warcinfo(software: str, **fields: str) -> bytes:
    """Return the record that files begin with."""
    block = f"software: {software}\r\nformat: WARC File Format 1.0\r\n".encode()
    common = {"WARC-Date": "2021-01-01T00:00:00Z", "Content-Type": "application/warc-fields"}
    return record("warcinfo", common | _named(fields), block)


def wget(url: str, at: datetime, body: bytes) -> list[bytes]:
    """Return what `wget --warc-file` writes: addresses in brackets, chunks kept, a log at the end as a resource."""
    block = answer(chunked(body), "Transfer-Encoding: chunked")
    asking = new_id()
    info = {"WARC-Target-URI": f"<{url}>", "WARC-Date": stamp(at)}
    request = {"WARC-Record-ID": asking, "Content-Type": "application/http;msgtype=request"}
    return [
        warcinfo("Wget/1.21.3 (linux-gnu)"),
        record("request", info | request, asked(url)),
        response(
            url, at, block, WARC_Target_URI=f"<{url}>", WARC_Concurrent_To=asking, WARC_IP_Address="203.0.113.7"
        ),
        record(
            "resource",
            {"WARC-Target-URI": "<metadata://gnu.org/software/wget/warc/wget.log>", "WARC-Date": stamp(at)},
            b"a log\n",
        ),
    ]  # fmt: skip


def heritrix(url: str, at: datetime, body: bytes) -> list[bytes]:
    """Return what Heritrix writes: a lookup of the name, then response, request and metadata."""
    block = answer(chunked(body), "Transfer-Encoding: chunked")
    answering = new_id()
    info = {"WARC-Target-URI": url, "WARC-Date": stamp(at), "WARC-Concurrent-To": answering}
    host = url.split("/")[2]
    return [
        warcinfo("Heritrix/3.4 http://crawler.archive.org"),
        record(
            "response",
            {"WARC-Target-URI": f"dns:{host}", "WARC-Date": stamp(at), "Content-Type": "text/dns"},
            b"20210101000000\nnews.example. 60 IN A 203.0.113.7\n",
        ),
        response(url, at, block, WARC_Record_ID=answering),
        record("request", info | {"Content-Type": "application/http; msgtype=request"}, asked(url)),
        record("metadata", info | {"Content-Type": "application/warc-fields"}, b"fetchTimeMs: 12\r\n"),
    ]


def browsertrix(url: str, at: datetime, body: bytes) -> list[bytes]:
    """Return what browsertrix writes: WARC/1.1, SHA-256 in hex, milliseconds, facts of pages as resources."""
    answering, block = new_id(), answer(body, "x-orig-content-encoding: br")
    info = {"WARC-Target-URI": url, "WARC-Date": stamp(at, decimals=True)}
    said = {"WARC-Payload-Digest": sha256_hex(body), "WARC-Block-Digest": sha256_hex(block)}
    http = {"Content-Type": "application/http; msgtype=response", "WARC-Record-ID": answering}
    request = {"WARC-Concurrent-To": answering, "Content-Type": "application/http; msgtype=request"}
    about = {"WARC-Target-URI": f"urn:pageinfo:{url}", "Content-Type": "application/json", "WARC-Date": stamp(at)}
    return [
        warcinfo("Browsertrix-Crawler 1.3 (with warcio.js 2.3)"),
        record("response", info | said | http, block, version="WARC/1.1"),
        record("request", info | request, asked(url), version="WARC/1.1"),
        record("resource", about, b"{}", version="WARC/1.1"),
    ]


def wacz(members: dict[str, bytes], *, package: object = None, listed: bool = True) -> bytes:
    """Return a WACZ of these members, with the list of all of them."""
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": sha256_hex(data), "bytes": len(data)}
        for name, data in members.items()
    ]
    told = (
        package if package is not None else {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data)
        if listed:
            file.writestr("datapackage.json", json.dumps(told))
    return out.getvalue()
