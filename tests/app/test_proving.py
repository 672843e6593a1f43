"""A bundle proves a revision to somebody who has neither this program nor the archive, and an altered one does not."""

import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from opentimestamps.core.notary import (  # type: ignore[import-untyped]
    BitcoinBlockHeaderAttestation,
    PendingAttestation,
)
from opentimestamps.core.op import OpSHA256  # type: ignore[import-untyped]
from opentimestamps.core.serialize import BytesSerializationContext  # type: ignore[import-untyped]
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp  # type: ignore[import-untyped]
from sqlalchemy import Connection, text

from monitor import Archive
from monitor.app import sealing
from monitor.app.stamping import files_of
from monitor.core.chain import content_bytes
from monitor.edges.warc_reader import records_of
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.model import Capture, RemovalCause, Seal, StampMethod
from monitor.shipped import shipped
from monitor.store import removing
from tests.app.proofs import FEED, LINK, URL, current, page, proved, tell, unpacked
from tests.app.rig import Rig, add, play
from tests.app.website import SENTENCES, Website, rss
from tests.edges import judges
from tests.edges.authority import Authority, openssl
from tests.newsroom.days import MORNING, at
from tests.store.captured import add_captures

pytest_plugins = ["tests.newsroom.fixtures"]

DOCS = Path(__file__).parents[2] / "docs" / "proofs.md"
SAVED = "The old ferry\n\nThe ferry to the islands was built in the spring of 1911, the harbour office wrote.\n"


@pytest.fixture
async def storied(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """An archive with an article that has two texts and five captures."""
    return await tell(site_rig, watcher, website)


async def test_a_third_party_checks_it_with_python_alone(storied: Archive, tmp_path: Path) -> None:
    """In an empty environment, isolated, elsewhere: the text, every record, the way to a seal."""
    bundle = await proved(storied, tmp_path)
    code, told = bundle.check()
    assert code == 0, told
    newest = (await storied.custody.seals(1))[0].seal
    assert "\nproved: the text and 2 records are in the chain, by\n" in told
    assert f"    seal {newest.number}, whose hash is {newest.hash}, of " in told
    assert f"ok  it was read from {URL}, fetched " in told
    assert told.count(f"    not sealed, and not proved: the request of {URL}") == 2
    assert "no stamp is here" in told
    one = await current(storied)
    assert (bundle.folder / "text.txt").read_bytes() == content_bytes(one.title, one.text)
    assert "import monitor" not in (bundle.folder / "check_proof.py").read_text()


async def test_what_the_bundle_holds(storied: Archive, tmp_path: Path) -> None:
    """The response that brought the text with its request, and the newest capture; if told, all that showed it."""
    assert [one.kind for one in (await proved(storied, tmp_path)).records].count("revisit") == 1
    bundle = unpacked(await storied.custody.prove(URL, None, tmp_path / "all.zip", every=True), tmp_path / "all")
    assert bundle.check()[0] == 0
    records = bundle.records
    kinds = [(one.kind, one.header("WARC-Target-URI")) for one in records]
    assert kinds[0] == ("warcinfo", None)
    assert kinds[1:3] == [("request", URL), ("response", URL)]
    assert [kind for kind, _ in kinds].count("revisit") == 2
    assert b"34 ships" in records[2].block


async def test_redirects_and_what_a_revisit_repeats_come_along(storied: Archive, tmp_path: Path) -> None:
    """The first text: the redirect to it, its response, and the check that found nothing new."""
    records = (await proved(storied, tmp_path, number=1)).records
    kinds = [(one.kind, one.header("WARC-Target-URI")) for one in records if one.kind != "request"]
    assert kinds == [("warcinfo", None), ("response", LINK), ("response", URL), ("revisit", URL)]
    assert records[-1].header("WARC-Refers-To") == [one for one in records if one.kind == "response"][-1].header(
        "WARC-Record-ID"
    )


async def test_records_are_the_same_to_the_byte(storied: Archive, tmp_path: Path) -> None:
    """As they lie in the evidence, uncompressed; warcio and fastwarc accept the file."""
    bundle = await proved(storied, tmp_path)
    kept = {
        one.header("WARC-Record-ID"): one.raw
        for file in storied.settings.evidence_dir.glob("*.warc*")
        for one in records_of(file)
    }
    mine = bundle.records[1:]
    assert [one.raw for one in mine] == [kept[one.header("WARC-Record-ID")] for one in mine]
    file = bundle.folder / "records.warc.gz"
    for verdict in (judges.run("warcio", "check", file), judges.fastwarc("check", file)):
        assert verdict.code == 0, verdict.out + verdict.err


async def test_the_report_says_what_it_proves(storied: Archive, tmp_path: Path) -> None:
    """And so does README.txt, with the hashes to compare."""
    report = await storied.custody.prove(URL, None, tmp_path)
    assert report.path == str(tmp_path / f"proof-{report.document.id}-2.zip")
    assert [one.record_type for one in report.captures] == ["response", "revisit"]
    assert f", as read from {URL} (record {report.captures[0].record_id})" in report.proves[0]
    assert report.proves[-1] == "Nobody else says when: no seal since is stamped"
    bundle = unpacked(report, tmp_path / "proof")
    readme = (bundle.folder / "README.txt").read_text()
    digest = hashlib.sha256((bundle.folder / "text.txt").read_bytes()).hexdigest()
    assert all(one in readme for one in (report.seal.hash, digest, URL, "no seal since is stamped"))
    assert max(map(len, readme.splitlines())) <= 120


async def test_another_reading_is_proved_by_the_bytes_it_was_read_from(storied: Archive, tmp_path: Path) -> None:
    """A revision that the present extractor made of old bytes has no captures of its own."""
    one = await current(storied)
    columns = "document_id, origin, title, text_sha256, first_seen_at, last_seen_at, word_count, asides"
    statement = text(
        f"INSERT INTO revision ({columns}, number, text, fingerprint, reextracts)"
        f" SELECT {columns}, 3, 'Read otherwise.', 'other', 2 FROM revision WHERE id = :id"
    )
    await storied._ctx.db.write(lambda conn: conn.execute(statement, {"id": one.id}).close())
    bundle = await proved(storied, tmp_path, number=3)
    assert bundle.check()[0] == 0
    assert [record.kind for record in bundle.records].count("response") == 1


async def test_a_saved_text_is_proved_by_its_leaf_and_its_file(storied: Archive, tmp_path: Path) -> None:
    """It was never fetched: there are no records."""
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "ferry.txt").write_text(SAVED)
    (imported,) = (await storied.import_corpus(tmp_path / "saved")).documents
    assert imported.document_id is not None
    report = await storied.custody.prove(imported.document_id, None, tmp_path / "proof.zip")
    bundle = unpacked(report, tmp_path / "proof")
    assert report.captures == ()
    assert not (bundle.folder / "records.warc.gz").exists()
    (file,) = (bundle.folder / "saved").iterdir()
    assert file.read_text() == SAVED
    code, told = bundle.check()
    assert code == 0, told


# --- stamps -----------------------------------------------------------------------------------------------------------


async def test_the_commands_of_the_readme_check_the_stamps(site_rig: Rig, storied: Archive, tmp_path: Path) -> None:
    """Each as it is written there: openssl confirms the authority's time and the operator's signature."""
    authority, key = Authority.make(tmp_path / "authority"), tmp_path / "stamp.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(key))
    key.chmod(0o600)
    await storied.stop()
    rig = replace(site_rig, overrides={**site_rig.overrides, "stamp.key": str(key)})
    async with rig.open() as signing:
        (report,) = await signing.custody.stamp([StampMethod.ED25519])
        await signing.custody.stamp_request(StampMethod.RFC3161, tmp_path / "asked.tsq")
        (tmp_path / "answer.tsr").write_bytes(authority.answer((tmp_path / "asked.tsq").read_bytes()))
        await signing.custody.stamp_answer(tmp_path / "answer.tsr")
        bundle = await proved(signing, tmp_path)
    code, told = bundle.check()
    assert code == 0, told
    assert "told by the stamps" in told
    shutil.copy(authority.root, bundle.folder / "ca.pem")
    commands = re.findall(r"^ {7}(openssl .*)$", (bundle.folder / "README.txt").read_text(), re.MULTILINE)
    assert [one.split()[1] for one in commands] == ["pkeyutl", "ts", "ts"]
    for command in commands:
        bundle.run(command)
    assert {one["seal"] for one in bundle.proof["stamps"]} == {report.seal.number}


async def test_the_chain_goes_to_the_first_stamp_after_all(site_rig: Rig, storied: Archive, tmp_path: Path) -> None:
    """No further: later seals add nothing to the proof; and the first text is covered by an earlier stamp as well."""
    key = tmp_path / "stamp.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(key))
    key.chmod(0o600)
    await storied.stop()
    rig = replace(site_rig, overrides={**site_rig.overrides, "stamp.key": str(key)})
    async with rig.open() as signing:
        (report,) = await signing.custody.stamp([StampMethod.ED25519])
        await play(site_rig, signing, at(18, 20))
        assert (await signing.custody.seals(1))[0].seal.number > report.seal.number
        proof = await signing.custody.prove(URL, 1, tmp_path / "proof.zip")
    bundle = unpacked(proof, tmp_path / "proof")
    (numbers,) = bundle.runs
    assert numbers[-1] == proof.seal.number == report.seal.number
    assert bundle.check()[0] == 0
    (stamp,) = proof.stamps
    assert set(proof.files) >= {name for name, _ in files_of(stamp, report.seal)}


async def test_a_promise_does_not_stand_for_a_block(storied: Archive, tmp_path: Path) -> None:
    """A calendar that was asked first may never keep it; a later proof that leads to a block is what counts."""
    await sealing.seal(storied._ctx)
    first = (await storied.custody.seals(1))[0].seal
    await _stamped(storied, tmp_path, first, PendingAttestation("https://dead.calendar.example"))
    alone = await storied.custody.prove(URL, None, tmp_path / "alone.zip")
    assert [one.seal for one in alone.stamps] == [first.number]
    await storied._ctx.db.write(add_captures, 1000, 1)
    later = await storied.custody.seal()
    assert later is not None
    await _stamped(storied, tmp_path, later, BitcoinBlockHeaderAttestation(880_000))
    proof = await storied.custody.prove(URL, None, tmp_path / "proof.zip")
    assert [one.seal for one in proof.stamps] == [later.number]
    assert proof.seal == later
    assert unpacked(proof, tmp_path / "proof").check()[0] == 0


async def _stamped(archive: Archive, tmp_path: Path, seal: Seal, by: object) -> None:
    """Let a proof by OpenTimestamps come for a seal."""
    stamp, out = Timestamp(bytes.fromhex(seal.hash)), BytesSerializationContext()
    stamp.attestations.add(by)
    DetachedTimestampFile(OpSHA256(), stamp).serialize(out)
    (tmp_path / "answer.ots").write_bytes(out.getbytes())
    await archive.custody.stamp_answer(tmp_path / "answer.ots")


async def test_seals_between_a_block_and_the_next_capture_are_left_out(
    site_rig: Rig, storied: Archive, tmp_path: Path
) -> None:
    """They add nothing to when the first was there, and are most of a year."""
    await sealing.seal(storied._ctx)
    first = (await storied.custody.seals(1))[0].seal
    await _stamped(storied, tmp_path, first, BitcoinBlockHeaderAttestation(880_000))
    for number in range(5):
        await storied._ctx.db.write(add_captures, 1000 + number, 1)
        await storied.custody.seal()
    await play(site_rig, storied, at(24, 8))
    bundle = await proved(storied, tmp_path)
    covered, later = bundle.runs
    assert covered[-1] == first.number
    assert later[0] > first.number + 5
    code, told = bundle.check()
    assert code == 0, told
    assert told.count("by the archive's own clock") == 2


# --- what is refused --------------------------------------------------------------------------------------------------


async def test_what_is_damaged_is_left_out_and_named(storied: Archive, tmp_path: Path) -> None:
    """The rest is proved; not so without what the text was read from, or where nothing is left: no file is made."""
    files = sorted(storied.settings.evidence_dir.glob("*.warc*"))
    report = await storied.custody.prove(URL, None, tmp_path / "whole.zip")
    first = report.captures[1]
    _damage(files, first)
    damaged = await storied.custody.prove(URL, None, tmp_path / "less.zip")
    assert [one.id for one in damaged.captures] == [one.id for one in report.captures if one.id != first.id]
    assert len(damaged.left_out) == 1
    assert any("1 record damaged or missing" in one for one in damaged.proves)
    assert unpacked(damaged, tmp_path / "less").check()[0] == 0
    _damage(files, report.captures[0])
    with pytest.raises(EvidenceError, match="the record that it was read from cannot be read"):
        await storied.custody.prove(URL, None, tmp_path / "none.zip")
    assert not [name for name in os.listdir(tmp_path) if "none" in name]


def _damage(files: list[Path], one: Capture) -> None:
    for file in files:
        if file.name.startswith(one.file):
            data = bytearray(file.read_bytes())
            data[one.offset + one.length // 2] ^= 0xFF
            file.write_bytes(data)


async def test_what_it_was_read_from_may_be_removed(storied: Archive, tmp_path: Path) -> None:
    """A tombstone in the chain stands for it; the checker says so, and does without no record that nothing explains."""
    report = await storied.custody.prove(URL, None, tmp_path / "before.zip")
    await storied._ctx.db.write(
        removing.mark, [report.captures[0].id], RemovalCause.RETENTION, "older than a year", at(19, 8)
    )  # fmt: skip
    bundle = await proved(storied, tmp_path)
    code, told = bundle.check()
    assert code == 0, told
    assert f"IT WAS READ FROM {URL}, record {report.captures[0].record_id}, which was REMOVED SINCE" in told
    proof = bundle.proof
    proof["leaves"] = [one for one in proof["leaves"] if one["content"]["kind"] != "tombstone"]
    (bundle.folder / "proof.json").write_text(json.dumps(proof))
    code, told = bundle.check()
    assert (code, "the record that the text was read from is not here" in told) == (1, True)


async def test_a_text_is_not_ascribed_to_another_page(storied: Archive, website: Website, tmp_path: Path) -> None:
    """Where the rows of a document name the text of another, what was sealed of that text speaks against it."""
    one = await current(storied)
    await sealing.seal(storied._ctx)
    statements = (
        "INSERT INTO document (origin, state, first_seen_at, url, revision_count, doubts, misses)"
        " SELECT origin, state, first_seen_at, 'http://one.example/other', 1, 0, 0 FROM document WHERE id = 1",
        "UPDATE revision SET document_id = (SELECT max(id) FROM document), number = 1 WHERE id = :id",
    )

    def alter(conn: Connection) -> None:
        for each in statements:
            conn.execute(text(each), {"id": one.id} if ":id" in each else {})

    await storied._ctx.db.write(alter)
    with pytest.raises(EvidenceError, match=f"was read from {URL}, as it was sealed, which is document 1"):
        await storied.custody.prove("http://one.example/other", 1, tmp_path / "proof.zip")


async def test_a_row_altered_after_its_seal_is_not_proved(storied: Archive, tmp_path: Path) -> None:
    """The bundle would not hold; the archive says so itself."""
    await sealing.seal(storied._ctx)
    one = await current(storied)
    statement = text("UPDATE revision SET text = text || '.' WHERE id = :id")
    await storied._ctx.db.write(lambda conn: conn.execute(statement, {"id": one.id}).close())
    with pytest.raises(EvidenceError, match=f"revision {one.id} is not as it was"):
        await storied.custody.prove(URL, None, tmp_path / "proof.zip")
    assert not (tmp_path / "proof.zip").exists()


async def test_without_evidence_there_is_nothing_to_prove(
    site_rig: Rig, website: Website, watcher: Archive, tmp_path: Path
) -> None:
    """The policy was none: it says so, and what can be done."""
    await watcher.stop()
    rig = replace(site_rig, overrides={**site_rig.overrides, "evidence.keep": "none"})
    website.pages |= {FEED: rss((URL, "The harbour reopens")), URL: page(12)}
    async with rig.open() as archive:
        await add(archive, FEED, every_s=3600)
        await play(site_rig, archive, MORNING)
        with pytest.raises(EvidenceError, match="nothing is kept") as refused:
            await archive.custody.prove(URL, None, tmp_path / "proof.zip")
    assert "evidence.keep" in str(refused.value.hint)


async def test_what_cannot_be_proved_is_refused(storied: Archive, tmp_path: Path) -> None:
    """A document or revision that is not there, a file in the way, no folder."""
    for which, number, error in ((99, None, NotFoundError), (URL, 9, NotFoundError)):
        with pytest.raises(error):
            await storied.custody.prove(which, number, tmp_path / "proof.zip")
    (tmp_path / "proof.zip").write_text("mine")
    data_dir = storied.settings.data_dir
    for out, refusal in (
        (tmp_path / "proof.zip", UsageError),
        (tmp_path / "nowhere" / "proof.zip", NotFoundError),
        (storied.settings.evidence_dir, UsageError),
        (data_dir / "proof.zip", UsageError),
    ):
        with pytest.raises(refusal):
            await storied.custody.prove(URL, None, out)
    assert (tmp_path / "proof.zip").read_text() == "mine"
    assert [*data_dir.rglob("*.zip")] == []


async def test_a_document_that_gave_its_address_away_is_named_by_where_it_was_read(
    storied: Archive, tmp_path: Path
) -> None:
    """In README.txt and in proof.json: the sealed record tells the address."""
    number = (await current(storied)).document_id
    forget = text("UPDATE document SET url = NULL WHERE id = :id")
    await storied._ctx.db.write(lambda conn: conn.execute(forget, {"id": number}).close())
    bundle = await proved(storied, tmp_path, number)
    assert f"It is about revision 2 of\n    {URL}\n" in (bundle.folder / "README.txt").read_text()
    assert bundle.proof["document"] == {"number": number, "url": URL}
    assert bundle.check()[0] == 0


async def test_times_are_written_as_people_read_them(storied: Archive, tmp_path: Path) -> None:
    """To the second, all in one way; proof.json has them as they were hashed."""
    report = await storied.custody.prove(URL, None, tmp_path)
    told = " ".join(report.proves)
    assert len(re.findall(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", told)) >= 3
    assert re.search(r"\d\dT\d\d", told) is None


# --- the documents ----------------------------------------------------------------------------------------------------


def test_the_checker_is_in_the_documents_whole() -> None:
    """Who does not trust the bundle's copy reads it there."""
    assert (shipped("config") / "check_proof.py").read_text() in DOCS.read_text()


def test_every_kind_of_fault_is_documented() -> None:
    """With its meaning."""
    source = Path(sealing.__file__).read_text()
    kinds = set(re.findall(r'Fault\("([a-z-]+)"', source))
    assert len(kinds) >= 8
    assert kinds == set(re.findall(r"^\| `([a-z]+-[a-z]+)` \|", DOCS.read_text(), re.MULTILINE))


def test_the_text_of_the_tests_is_ours() -> None:
    """The word that is altered above is in it."""
    assert "{number} ships" in SENTENCES[0]
