#!/usr/bin/env python3
"""Check a bundle that `monitor prove` wrote. Needs Python 3.8 or newer and nothing else; no part of Monitor is used.

    unzip proof.zip -d proof
    python3 -I proof/check_proof.py

It ends with `proved` and exit code 0, or says what does not hold and ends with 1. The definitions are in README.txt.
Take this file from a source you trust, or write your own: it is two pages.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE, MOST = 1 << 14, 1 << 30  # bytes read at once, and of one record uncompressed


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: dict[str, Any]) -> bytes:
    """RFC 8785, for objects of strings, whole numbers and null."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hold(true: bool, what: str) -> None:
    if not true:
        sys.exit(f"NOT PROVED: {what}")


def say(line: str) -> None:
    sys.stdout.write("".join(one if one.isprintable() else "?" for one in line) + "\n")


def root_of(leaf: str, place: int, size: int, path: list[str]) -> str:
    """RFC 9162 2.1.3.2: the root of the tree of `size` leaves that this path leads to."""
    here, last, found = place, size - 1, bytes.fromhex(leaf)
    hold(0 <= place < size, f"there is no leaf {place} among {size}")
    for step in map(bytes.fromhex, path):
        hold(last > 0, "a path is too long")
        if here % 2 or here == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        here, last = here >> 1, last >> 1
    hold(last == 0, "a path is too short")
    return found.hex()


def seals_of(run: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The seals of a run by their numbers, each with its hash, which the one after it names."""
    found, previous = {}, run["previous"]
    for number, (at, leaves, root) in enumerate(run["seals"], run["first"]):
        seal = {"at": at, "leaves": leaves, "number": number, "previous": previous, "root": root}
        previous = sha256(canonical(seal))
        found[number] = {**seal, "hash": previous}
    hold(
        bool(found) and previous == run["hash"], f"the seals from {run['first']} on do not lead to the hash of the last"
    )
    return found


def members(file: BinaryIO) -> Iterator[bytes]:
    """The members of a gzip file, each uncompressed."""
    data = file.read(PIECE)
    while data:
        engine, raw = zlib.decompressobj(wbits=31), bytearray()
        while not engine.eof:
            hold(bool(data), "records.warc.gz breaks off")
            raw += engine.decompress(data, MOST + 1 - len(raw))
            hold(len(raw) <= MOST, f"a record is larger than {MOST} bytes")
            data = engine.unused_data if engine.eof else engine.unconsumed_tail or file.read(PIECE)
        yield bytes(raw)
        data = data or file.read(PIECE)


def is_plain(lines: list[str]) -> bool:
    """Whether every reader takes the head of a record for the same: no field twice, none folded, no control codes."""
    names = [line.partition(":")[0].strip().lower() for line in lines[1:]]
    once = [name for name in names if name != "warc-concurrent-to"]
    folded = any(line[:1] in (" ", "\t", "") or ":" not in line for line in lines[1:])
    control = any(ord(one) < 32 for line in lines for one in line)
    return lines[0] in ("WARC/1.0", "WARC/1.1") and len(set(once)) == len(once) and not folded and not control


def records_of(file: BinaryIO) -> tuple[dict[str, Any], list[str]]:
    """The responses and revisits of a .warc.gz, by record id: the fields of each, what proves it, if its head is plain.

    And the addresses of the requests. Whatever else a reader of WARC files could find is refused.
    """
    found: dict[str, Any] = {}
    requests = []
    for raw in members(file):
        head, _, rest = raw.partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "replace").split("\r\n")
        parts = [line.partition(":") for line in lines[1:]]
        fields = {name.strip().lower(): value.strip() for name, _, value in parts}
        kind, length = fields["warc-type"], int(fields["content-length"])
        hold(kind in ("warcinfo", "request", "response", "revisit"), f"there is a record of the type {kind[:80]!r}")
        hold(length >= 0 and rest[length:] == b"\r\n\r\n", f"the block of a {kind} is not as long as it says")
        if kind in ("response", "revisit"):
            hold(fields["warc-record-id"] not in found, "records.warc.gz has two records of one id")
            payload = hashlib.sha1(rest[:length].partition(b"\r\n\r\n")[2]).digest()
            digests = {"record": sha256(raw), "payload": f"sha1:{base64.b32encode(payload).decode()}"}
            found[fields["warc-record-id"]] = (fields, digests, is_plain(lines))
        else:
            hold(is_plain(lines), f"the head of a {kind} can be read in two ways")
            requests += [fields["warc-target-uri"].strip("<>")] if kind == "request" else []
    return found, requests


def check_record(leaf: dict[str, Any], fields: dict[str, str], digests: dict[str, str], plain: bool) -> None:
    name = f"the record {leaf['id']}"
    hold(fields["warc-type"] == leaf["type"], f"{name} is a {fields['warc-type']}, sealed was a {leaf['type']}")
    hold(fields["warc-target-uri"].strip("<>") == leaf["url"], f"{name} is of another address than was sealed")
    hold(leaf["at"].startswith(fields["warc-date"].rstrip("Z")[:19]), f"{name} is of another time than was sealed")
    if leaf["record"] is not None:
        hold(digests["record"] == leaf["record"], f"{name} is not the one that was sealed: its SHA-256 is another")
    else:  # sealed by a release that knew only the digest of the payload
        hold(plain, f"the head of {name}, which is not sealed, can be read in two ways")
        same = leaf["type"] == "revisit" or digests["payload"] == leaf["payload"]
        hold(same, f"the payload of {name} is not the one that was sealed")
    less = " (not its bytes)" if leaf["type"] == "revisit" else " (of its bytes only the payload)"
    say(f"ok  {leaf['type']} of {leaf['url']}, fetched {leaf['at']}{'' if leaf['record'] else less}")


def check_leaf(leaf: dict[str, Any], seals: dict[int, Any]) -> None:
    hold(leaf["seal"] in seals, f"seal {leaf['seal']} is not in the bundle")
    seal, kind = seals[leaf["seal"]], leaf["content"]["kind"]
    root = root_of(sha256(b"\0" + canonical(leaf["content"])), leaf["place"], seal["leaves"], leaf["path"])
    hold(root == seal["root"], f"the path of a {kind} does not lead to seal {leaf['seal']}")
    say(f"ok  leaf {leaf['place']} of seal {leaf['seal']}: a {kind}")


def check_text(folder: Path, leaf: dict[str, Any], captures: dict[str, Any], removed: set[str]) -> None:
    """The text is the sealed one, and what it was read from is here, or was removed as a sealed tombstone says."""
    text, record = (folder / "text.txt").read_bytes(), leaf["record"]
    hold(sha256(text) == leaf["content"], "text.txt is not the text that was sealed")
    say(f"ok  text.txt is the text that was sealed, {len(text)} bytes")
    saved = [sha256(one.read_bytes()) for one in (folder / "saved").glob("*")]
    hold(saved == ([leaf["file"]] if leaf["file"] else []), "saved/ is not the file that the text was read from")
    if record in captures:
        hold(captures[record]["url"] == leaf["url"], "the text was read from another address than its record is of")
        say(f"ok  it was read from {leaf['url']}, fetched {captures[record]['at']}: the record {record}")
    elif record is not None:
        hold(record in removed, f"the record that the text was read from is not here: {record} of {leaf['url']}")
        say(f"    IT WAS READ FROM {leaf['url']}, record {record}, which was REMOVED SINCE")
    elif saved:
        say("ok  it was read from the file in saved/")
    else:
        say("    WHAT IT WAS READ FROM WAS NOT KEPT: nothing here shows on which page it stood")


def check_stamp(folder: Path, stamp: dict[str, Any], seals: dict[int, Any]) -> None:
    hold(stamp["seal"] in seals, f"seal {stamp['seal']}, which is stamped, is not in the bundle")
    digest = seals[stamp["seal"]]["hash"]
    files = {name: (folder / Path(name).name).read_bytes() for name in stamp["files"]}
    named = any(bytes.fromhex(digest) in data or digest.encode() in data for data in files.values())
    hold(named, f"the {stamp['method']} stamp is of something else than seal {stamp['seal']}")
    say(f"    seal {stamp['seal']} is stamped ({stamp['method']}): {', '.join(files)}")


def check(folder: Path) -> None:
    proof = json.loads((folder / "proof.json").read_text("utf-8"))
    hold(proof["format"] == "monitor-proof/1", "this is a bundle of another format")
    seals: dict[int, Any] = {}
    for run in proof["chain"]:
        more = seals_of(run)
        hold(not seals or min(more) > max(seals), "the runs of seals are not in order")
        seals.update(more)
        say(f"ok  seals {min(more)} to {max(more)}, each with the hash of the one before it")
    hold(bool(seals), "there is no seal")
    for leaf in proof["leaves"]:
        check_leaf(leaf, seals)

    contents = [leaf["content"] for leaf in proof["leaves"]]
    texts = [content for content in contents if content["kind"] == "revision"]
    captures = {content["id"]: content for content in contents if content["kind"] == "capture"}
    removed = {content["capture"] for content in contents if content["kind"] == "tombstone"}
    hold(len(texts) == 1, "there is not one text that is sealed")
    check_text(folder, texts[0], captures, removed)

    records: dict[str, Any] = {}
    requests: list[str] = []
    if (folder / "records.warc.gz").exists():
        with (folder / "records.warc.gz").open("rb") as file:
            records, requests = records_of(file)
    hold(records.keys() == captures.keys(), "the records are not those that the leaves are of")
    for name, leaf in captures.items():
        check_record(leaf, *records[name])
    for url in requests:
        say(f"    not sealed, and not proved: the request of {url}")
    for stamp in proof["stamps"]:
        check_stamp(folder, stamp, seals)

    say(f"proved: the text and {len(records)} record{'s' * (len(records) != 1)} are in the chain, by")
    for run in proof["chain"]:
        last = run["first"] + len(run["seals"]) - 1
        say(f"    seal {last}, whose hash is {run['hash']}, of {seals[last]['at']} by the archive's own clock")
    if proof["stamps"]:
        say("Since when is told by the stamps: check them with other tools, as README.txt says.")
    else:
        say("Since when is not told by anybody else: no stamp is here. Compare the hash with one that was published.")


if __name__ == "__main__":
    try:
        check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        sys.exit(f"NOT PROVED: the bundle cannot be read: {type(error).__name__}: {error}")
