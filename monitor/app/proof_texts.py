"""What a bundle of proof says in words: what it proves, and how to check that with ordinary tools."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import fill
from typing import Any

from monitor.app.proof_chain import ChainPart
from monitor.app.stamp_files import files_of
from monitor.core.chain import content_sha256
from monitor.model import Capture, Revision, Seal, Stamp, StampMethod

_README = """\
A PROOF
=======

It is about revision {number} of
    {name}
as an archive of news read and kept it. It was made by the program Monitor; checking it needs no part of that program.

What it proves
--------------
{proves}

What it does not prove
----------------------
- That the server told the truth, or that others were sent the same. It proves what this archive kept.
- When, by the archive's word alone. A time is proved by a stamp of somebody whom you trust. Without one, compare the
  hash of the last seal with one that was published, or that you kept, at the time.
- That the text is all of the page. It is what a program took for the article; read the page yourself (step 3).
- That the text was on any page but the one that its leaf names. The other records are what the server sent then, each
  sealed for itself; read them, and see.
- What no leaf says: the request records are here to be read, and in no seal; nor is the document's number in the
  archive, or what is said under "document" and "revision" in proof.json.

What is in it
-------------
- text.txt         the title, an empty line, the text: exactly what is hashed
- records.warc.gz  what crossed the network, as WARC/1.1 (ISO 28500), each record the same to the byte as it was kept
- saved/           the file that was imported, where the text came from one
- proof.json       what the chain says of them, and their way to a seal
- seal-N.*         stamps of seals by others, or signatures
- check_proof.py   two pages of Python that check all but the stamps. Do not trust them: read them

How to check it
---------------
1. The text, the records and the chain:

       unzip FILE.zip -d proof
       python3 -I proof/check_proof.py

   It must end with `proved`, and name by their hashes
{hashes}

   By hand: the SHA-256 of text.txt is
       {content}
   and stands in proof.json, in the leaf of kind "revision" (as "content"), beside the record that it was read from.

2. The time, which makes it a proof to others:
{stamps}
3. What the server sent: any reader of WARC files opens records.warc.gz (replayweb.page in a browser, pywb, warcio).
   `gzip -dc records.warc.gz | less` shows it where bodies were not compressed.

How it works
------------
All hashes are SHA-256, in hex.
- A leaf is the hash of a zero byte and of its content as canonical JSON (RFC 8785): keys sorted, no blanks, UTF-8.
  "record" is the hash of a whole WARC record uncompressed, its end mark (two CR LF) included; "payload" is its
  WARC-Payload-Digest; "sha256" is of the body after its content coding was undone. In the leaf of a text, "content" is
  the hash of text.txt; "record" and "url" name the record that it was read from, "file" is the hash of the saved file.
- Leaves are joined to a Merkle tree as RFC 9162 has it (2.1.1); "path" leads from a leaf to the "root" of its seal
  (2.1.3.2), by its "place" among the "leaves" of that seal.
- The hash of a seal is that of the canonical JSON of its "at", "leaves", "number", "previous" and "root". "previous" is
  the hash of the seal before it, so that nothing can be put in, taken out or altered later without changing every hash
  that follows. Under "chain" in proof.json are runs of seals: the number of the "first", the hash "previous" to it, of
  each its "at", "leaves" and "root", and the "hash" of the last. Between two runs seals are left out, where a stamp
  says already when what comes before them was there.
- What is stamped is the hash of a seal: all that is in it and before it was there by then.
"""

_NO_STAMP = """\
   No seal since then is stamped. Ask whoever gave you this for a bundle made after `monitor stamp`, or compare the hash
   above with one that was published at the time.
"""


def proves(
    revision: Revision, captures: Sequence[Capture], part: ChainPart, removed: int, damaged: int
) -> tuple[str, ...]:
    """Return what a bundle proves, and what it lacks, a sentence each."""
    first, last = part.runs[0][0], part.runs[-1][-1]
    made = f"made at {_moment(first.at)} UTC by the archive's own clock"
    leaf = part.leaves[0]
    told = [f"The text of revision {revision.number} is in the chain, from seal {leaf['seal']} on{_read_from(leaf)}"]
    if captures:
        span = sorted(one.captured_at for one in captures)
        told.append(f"So is what the server sent, {_records(len(captures))}, {_span(span[0], span[-1])}")
    if removed:
        told.append(f"Not here: {_records(removed)} removed since; tombstones in the chain say why")
    if damaged:
        told.append(f"Not here: {_records(damaged)} damaged or missing in the archive")
    told.append(
        f"The first seal is number {first.number}, {made}; the last is {last.number}, of {_moment(last.at)} UTC"
    )
    told += [_attested(one, part.seals[one.seal]) for one in part.stamps]
    if not part.stamps:
        told.append("Nobody else says when: no seal since is stamped")
    return tuple(told)


def _read_from(leaf: Mapping[str, Any]) -> str:
    told = leaf["content"]
    if told["record"] is not None:
        return f", as read from {told['url']} (record {told['record']})"
    return ", as read from the saved file" if told["file"] is not None else "; what it was read from was not kept"


def _records(count: int) -> str:
    return f"{count} record{'s' if count != 1 else ''}"


def _span(first: datetime, last: datetime) -> str:
    return " to ".join(dict.fromkeys(map(_moment, (first, last)))) + " UTC"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _attested(one: Stamp, seal: Seal) -> str:
    by = f" by {one.authority}" if one.authority else ""
    detail = f": {one.detail}" if one.detail else ""
    if one.method is StampMethod.ED25519:
        return f"Seal {seal.number} is signed with a key{by}, which says who and not when{detail}"
    return f"Seal {seal.number} is stamped ({one.method}){by}{detail}"


def readme(name: str, revision: Revision, part: ChainPart, told: Sequence[str]) -> str:
    """Return what stands in README.txt."""
    hashes = (f"       seal {run[-1].number}: {run[-1].hash}" for run in part.runs)
    return _README.format(
        number=revision.number,
        name=name,
        proves="\n".join(fill(f"- {one}.", 118, subsequent_indent="  ", break_long_words=False) for one in told),
        hashes="\n".join(hashes),
        content=content_sha256(revision.title, revision.text),
        stamps="".join(_how_to_check(one, part.seals[one.seal]) for one in part.stamps) or _NO_STAMP,
    )


def _how_to_check(one: Stamp, seal: Seal) -> str:
    names = [name for name, _ in files_of(one, seal)]
    if one.method is StampMethod.RFC3161:
        why = "a time-stamping authority says when (its certificates, ca.pem, you get from itself)"
        command = f"openssl ts -verify -digest {seal.hash} -in {names[-1]} -CAfile ca.pem"
        more = f"openssl ts -reply -in {names[-1]} -text"
    elif one.method is StampMethod.OPENTIMESTAMPS:
        why = "the Bitcoin block chain says when (the client is at opentimestamps.org)"
        command = f"ots verify -d {seal.hash} {names[0]}"
        more = f"ots info {names[0]}"
    else:
        why = f"the holder of a key signed it, which does not say when; {names[0]} is the hash of the seal"
        command = f"openssl pkeyutl -verify -pubin -inkey {names[2]} -rawin -in {names[0]} -sigfile {names[1]}"
        more = f"cat {names[0]}"
    return f"\n   Seal {seal.number}: {why}.\n\n       {command}\n       {more}\n\n"
