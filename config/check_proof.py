#!/usr/bin/env python3
"""Check a bundle that `monitor prove` wrote. Needs Python 3.8 or newer and nothing else; no part of Monitor is used.

    unzip proof.zip -d proof
    python3 -I proof/check_proof.py

It ends with `proved` and exit code 0, or says what does not hold and ends with 1. The definitions are in README.txt.
Take this file from a source you trust, or write your own: it is one page.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zlib
from pathlib import Path
from typing import Any


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: dict[str, Any]) -> bytes:
    """RFC 8785, for objects of strings, whole numbers and null."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hold(true: bool, what: str) -> None:
    if not true:
        sys.exit(f"NOT PROVED: {what}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


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


def records_of(data: bytes) -> dict[str, Any]:
    """The responses and revisits of a .warc.gz, by record id: the fields of each, its SHA-256, its block."""
    found: dict[str, Any] = {}
    while data:
        engine = zlib.decompressobj(wbits=31)
        raw = engine.decompress(data) + engine.flush()
        hold(engine.eof, "records.warc.gz breaks off")
        data = engine.unused_data
        head, _, block = raw[:-4].partition(b"\r\n\r\n")
        lines = [line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n")[1:]]
        fields = {name.lower(): value.strip() for name, _, value in lines}
        if fields["warc-type"] in ("response", "revisit"):
            hold(fields["warc-record-id"] not in found, "records.warc.gz has two records of one id")
            found[fields["warc-record-id"]] = (fields, sha256(raw), block)
    return found


def check_record(leaf: dict[str, Any], fields: dict[str, str], digest: str, block: bytes) -> None:
    name = f"the record {leaf['id']}"
    hold(fields["warc-type"] == leaf["type"], f"{name} is a {fields['warc-type']}, sealed was a {leaf['type']}")
    hold(fields["warc-target-uri"].strip("<>") == leaf["url"], f"{name} is of another address than was sealed")
    hold(leaf["at"].startswith(fields["warc-date"].rstrip("Z")[:19]), f"{name} is of another time than was sealed")
    if leaf["record"] is not None:
        hold(digest == leaf["record"], f"{name} is not the one that was sealed: its SHA-256 is another")
    elif leaf["type"] == "response":  # sealed by a release that knew only the digest of the payload
        sha1 = base64.b32encode(hashlib.sha1(block.partition(b"\r\n\r\n")[2]).digest()).decode()
        hold(leaf["payload"] == f"sha1:{sha1}", f"the payload of {name} is not the one that was sealed")
    less = " (not its bytes)" if leaf["type"] == "revisit" else " (of its bytes only the payload)"
    say(f"ok  {leaf['type']} of {leaf['url']}, fetched {leaf['at']}{'' if leaf['record'] else less}")


def check(folder: Path) -> None:
    proof = json.loads((folder / "proof.json").read_text("utf-8"))
    hold(proof["format"] == "monitor-proof/1", "this is a bundle of another format")

    chain = proof["seals"]
    hold(bool(chain), "there is no seal")
    for place, seal in enumerate(chain):
        fields = {name: seal[name] for name in ("at", "leaves", "number", "previous", "root")}
        hold(sha256(canonical(fields)) == seal["hash"], f"the hash of seal {seal['number']} is another")
        before = (chain[place - 1]["hash"], chain[place - 1]["number"] + 1) if place else None
        hold(before in (None, (seal["previous"], seal["number"])), f"seal {seal['number']} does not follow")
    seals, last = {seal["number"]: seal for seal in chain}, chain[-1]
    say(f"ok  seals {min(seals)} to {max(seals)}, each with its hash and that of the one before it")

    for leaf in proof["leaves"]:
        hold(leaf["seal"] in seals, f"seal {leaf['seal']} is not in the bundle")
        seal = seals[leaf["seal"]]
        digest = sha256(b"\0" + canonical(leaf["content"]))
        root = root_of(digest, leaf["place"], seal["leaves"], leaf["path"])
        hold(root == seal["root"], f"the path of a {leaf['content']['kind']} does not lead to seal {leaf['seal']}")
        say(f"ok  leaf {leaf['place']} of seal {leaf['seal']}: a {leaf['content']['kind']}")

    contents = [leaf["content"] for leaf in proof["leaves"]]
    texts = [content for content in contents if content["kind"] == "revision"]
    hold(len(texts) == 1, "there is not one text that is sealed")
    text = (folder / "text.txt").read_bytes()
    hold(sha256(text) == texts[0]["content"], "text.txt is not the text that was sealed")
    say(f"ok  text.txt is the text that was sealed, {len(text)} bytes")

    kept = folder / "records.warc.gz"
    records = records_of(kept.read_bytes()) if kept.exists() else {}
    captures = {content["id"]: content for content in contents if content["kind"] == "capture"}
    hold(records.keys() == captures.keys(), "the records are not those that the leaves are of")
    for name, leaf in captures.items():
        check_record(leaf, *records[name])

    for stamp in proof["stamps"]:
        hold(stamp["seal"] in seals, f"seal {stamp['seal']}, which is stamped, is not in the bundle")
        seal = seals[stamp["seal"]]
        files = {name: (folder / Path(name).name).read_bytes() for name in stamp["files"]}
        named = [bytes.fromhex(seal["hash"]) in data or seal["hash"].encode() in data for data in files.values()]
        hold(any(named), f"the {stamp['method']} stamp is of something else than seal {seal['number']}")
        say(f"    seal {seal['number']} is stamped ({stamp['method']}): {', '.join(files)}")

    say(f"proved: all of this is in the chain whose seal {last['number']} has the hash {last['hash']}")
    if proof["stamps"]:
        say("Since when is told by the stamps: check them with other tools, as README.txt says.")
    else:
        say("Since when is not told by anybody else: no stamp is here. Compare that hash with one that was published.")
        say(f"By the archive's own clock the seal was made at {last['at']}.")


if __name__ == "__main__":
    try:
        check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        sys.exit(f"NOT PROVED: the bundle cannot be read: {type(error).__name__}: {error}")
