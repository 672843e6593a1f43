"""The chain: canonical leaves, Merkle trees as RFC 9162 defines them, seals that name the one before."""

import json
import runpy
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core import chain
from monitor.model import Capture, Origin, RemovalCause, Tombstone
from monitor.shipped import shipped

CHECKER = runpy.run_path(str(shipped("config") / "check_proof.py"), run_name="checker")
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
CAPTURE = Capture(
    file="a.warc.gz",
    offset=10,
    length=20,
    record_id="<urn:uuid:1>",
    record_type="response",
    url="https://one.example/المقال",
    captured_at=NOON,
    digest="sha1:AAAA",
    sha256="ab" * 32,
    id=7,
    status=200,
    record_sha256="cd" * 32,
)


def leaves(size: int) -> list[str]:
    """Return that many different leaf hashes."""
    return [sha256(b"leaf %d" % number).hexdigest() for number in range(size)]


def halves(size: int) -> int:
    """Return the largest power of two smaller than a size, as RFC 9162 names k."""
    return 1 << (size - 1).bit_length() - 1


def root_by_definition(digests: list[str]) -> bytes:
    """Compute MTH word for word as RFC 9162 2.1.1 has it."""
    if not digests:
        return sha256(b"").digest()
    if len(digests) == 1:
        return bytes.fromhex(digests[0])
    k = halves(len(digests))
    return sha256(b"\x01" + root_by_definition(digests[:k]) + root_by_definition(digests[k:])).digest()


def path_by_definition(place: int, digests: list[str]) -> list[str]:
    """Compute PATH word for word as RFC 9162 2.1.3.1 has it."""
    if len(digests) == 1:
        return []
    k = halves(len(digests))
    if place < k:
        return [*path_by_definition(place, digests[:k]), root_by_definition(digests[k:]).hex()]
    return [*path_by_definition(place - k, digests[k:]), root_by_definition(digests[:k]).hex()]


def root_by_checker(digest: str, place: int, size: int, path: Sequence[str]) -> str | None:
    """Return the root that the checker of proofs, which others run, finds; None where it finds none."""
    try:
        root: str = CHECKER["root_of"](digest, place, size, list(path))
    except SystemExit:
        return None
    return root


def test_a_small_tree_by_hand() -> None:
    """Three leaves: the third goes up as it is."""
    a, b, c = map(bytes.fromhex, leaves(3))
    ab = sha256(b"\x01" + a + b).digest()
    assert chain.merkle_root(leaves(3)) == sha256(b"\x01" + ab + c).hexdigest()
    assert chain.audit_path(leaves(3), 0) == (b.hex(), c.hex())
    assert chain.audit_path(leaves(3), 2) == (ab.hex(),)
    assert chain.merkle_root(leaves(1)) == a.hex()
    assert chain.audit_path(leaves(1), 0) == ()
    assert chain.merkle_root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_path_leads_to_the_root(tree: tuple[int, int]) -> None:
    """Whatever the size and the place; root and path are those of the RFC's recursive definition."""
    size, place = tree
    digests = leaves(size)
    root, path = chain.merkle_root(digests), chain.audit_path(digests, place)
    assert root == root_by_definition(digests).hex()
    assert list(path) == path_by_definition(place, digests)
    assert root_by_checker(digests[place], place, size, path) == root


@given(st.integers(2, 120), st.data())
def test_one_bit_is_enough_to_fail(size: int, data: st.DataObject) -> None:
    """In the leaf or anywhere on its path; and so are another place, a shorter or a longer path."""
    digests = leaves(size)
    place = data.draw(st.integers(0, size - 1))
    root, path = chain.merkle_root(digests), list(chain.audit_path(digests, place))
    parts = [digests[place], *path]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = f"{int(parts[which], 16) ^ 1 << bit:064x}"
    assert root_by_checker(parts[0], place, size, parts[1:]) != root
    other = data.draw(st.integers(0, size - 1))
    assume(other != place)
    assert root_by_checker(digests[place], other, size, path) != root
    assert root_by_checker(digests[place], place, size, path[:-1]) != root
    assert root_by_checker(digests[place], place, size, [*path, root]) != root


@pytest.mark.parametrize("place", [-1, 3])
def test_a_leaf_that_is_not_in_the_tree_has_no_path(place: int) -> None:
    """And no path leads from it."""
    assert root_by_checker(leaves(3)[0], place, 3, leaves(2)) is None
    with pytest.raises(ValueError, match="no leaf"):
        chain.audit_path(leaves(3), place)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)


@given(st.dictionaries(TEXT, TEXT | WHOLE | st.none()))
def test_canonical_json_is_json(content: dict[str, str | int | None]) -> None:
    """It says the same, in UTF-8, and not in another order for another order of writing."""
    told = chain.canonical(content)
    assert json.loads(told.decode("utf-8")) == content
    assert chain.canonical(dict(reversed(content.items()))) == told


def test_canonical_json_to_the_byte() -> None:
    """RFC 8785: only quotes, backslashes and control characters are escaped, the latter as short as can be."""
    told = chain.canonical({"b": 'é"\\/\u2028\x7f\x1f\n\t\b\f\r', "a": -3, "c": None})
    assert told == '{"a":-3,"b":"é\\"\\\\/\u2028\x7f\\u001f\\n\\t\\b\\f\\r","c":null}'.encode()


@pytest.mark.parametrize(("value", "why"), [(2**53, "2\\^53"), (-(2**53), "2\\^53"), ("\ud800", "surrogates")])
def test_what_would_not_be_the_same_everywhere_is_refused(value: str | int, why: str) -> None:
    """Numbers that other readers round, and text that is no Unicode."""
    with pytest.raises(ValueError, match=why):
        chain.canonical({"a": value})


def test_the_leaf_of_a_capture() -> None:
    """Where its record lies is not in it, nor what was judged of it later."""
    told = chain.canonical(chain.capture_content(CAPTURE)).decode()
    assert told == (
        '{"at":"2026-11-16T12:00:00.000000Z","id":"<urn:uuid:1>","kind":"capture","payload":"sha1:AAAA","record":"'
        + "cd" * 32
        + '","sha256":"'
        + "ab" * 32
        + '","status":200,"type":"response","url":"https://one.example/المقال","v":1}'
    )
    moved = replace(CAPTURE, file="b.warc.zst", offset=0, length=1, revision_id=3, removed_at=NOON)
    assert chain.capture_content(moved) == chain.capture_content(CAPTURE)


def test_the_leaf_of_a_revision_is_of_title_and_text() -> None:
    """A text without a title begins with the empty line, so that no line can pass for a title."""
    assert chain.content_bytes("Title", "Text\nmore") == b"Title\n\nText\nmore"
    assert chain.content_bytes(None, "نص") == "\n\nنص".encode()
    digest = sha256(b"Title\n\nText").hexdigest()
    assert chain.content_sha256("Title", "Text") == digest
    of_web = chain.revision_content(9, Origin.WEB, digest, chain.ReadFrom("<urn:uuid:1>", "https://one.example/"))
    assert of_web == {
        "v": 1, "kind": "revision", "id": 9, "origin": "web", "content": digest,
        "record": "<urn:uuid:1>", "url": "https://one.example/", "file": None,
    }  # fmt: skip
    saved = chain.revision_content(9, Origin.CORPUS, digest, chain.ReadFrom(file="ab" * 32))
    assert (saved["record"], saved["url"], saved["file"]) == (None, None, "ab" * 32)


def test_the_leaf_of_a_tombstone() -> None:
    """Which, when, why."""
    stone = Tombstone(NOON, RemovalCause.RETENTION, "kept for 90 days", 3, 7, None, 1, "cd" * 32)
    assert chain.canonical(chain.tombstone_content(stone, "<urn:uuid:1>")).decode() == (
        '{"at":"2026-11-16T12:00:00.000000Z","capture":"<urn:uuid:1>","cause":"retention","digest":"'
        + "cd" * 32
        + '","document":1,"kind":"tombstone","reason":"kept for 90 days","revision":null,"v":1}'
    )


def test_times_are_written_in_one_way() -> None:
    """UTC to the microsecond, whatever zone they came in."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=3, minutes=30)))
    assert chain.written(elsewhere) == chain.written(NOON) == "2026-11-16T12:00:00.000000Z"


def test_a_leaf_is_no_node() -> None:
    """What is hashed of a leaf begins with another byte than what is hashed of two."""
    content = {"v": 1}
    assert chain.leaf_digest(content) == sha256(b'\x00{"v":1}').hexdigest()


def test_each_seal_names_the_one_before() -> None:
    """The hash of a seal is of all that it says, so that none can be taken out, put in or altered."""
    first = chain.next_seal(None, NOON, leaves(3))
    second = chain.next_seal(first, NOON + timedelta(minutes=1), leaves(1))
    assert (first.number, first.previous, first.leaves) == (1, "0" * 64, 3)
    assert (second.number, second.previous) == (2, first.hash)
    at, root = "2026-11-16T12:01:00.000000Z", leaves(1)[0]
    told = f'{{"at":"{at}","leaves":1,"number":2,"previous":"{first.hash}","root":"{root}"}}'
    assert second.hash == sha256(told.encode()).hexdigest() == chain.seal_hash(second)
    changes = ({"number": 3}, {"at": NOON}, {"leaves": 2}, {"root": "0"}, {"previous": "0"})
    assert second.hash not in {chain.seal_hash(replace(second, **one)) for one in changes}


def test_the_definition_stays() -> None:
    """An archive sealed by this version must be checked by every later one."""
    digests = [chain.leaf_digest(chain.capture_content(CAPTURE)), chain.leaf_digest({"v": 1, "kind": "revision"})]
    seal = chain.next_seal(None, NOON, digests)
    assert (digests[0], seal.hash) == (
        "46326cb75252a4f2cd8fff5ed36d04f52578131033a3dda7c2cc913dd809a6b9",
        "cc04b57be1155958d85f5ed87cbbe4575e0f950c3e555ed027ee7725ae662526",
    )
