"""RFC 3161: openssl is the authority that answers, and the judge of what is asked."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from monitor.edges import der, timestamps
from monitor.errors import ConfigError, EvidenceError
from tests.edges.authority import OTHER_POLICY, POLICY, YEAR, Authority, openssl

DATA = b'{"number":7}'
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that is to be trusted."""
    return Authority.make(tmp_path_factory.mktemp("authority") / "a")


def trusting(authority: Authority) -> timestamps.Certificates:
    """Return the certificates of those who trust an authority."""
    return timestamps.read_certificates(authority.root)


def test_openssl_reads_a_request(tmp_path: Path) -> None:
    """It is over the SHA-256 of the data, has a nonce of its own, and asks for certificates."""
    query = tmp_path / "seal.tsq"
    query.write_bytes(timestamps.request(DATA))
    said = openssl("ts", "-query", "-in", str(query), "-text")
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert "Nonce: 0x" in said
    assert said.replace("-", " ").replace(" ", "").count(DIGEST[:16]) == 1
    assert timestamps.request(DATA) != timestamps.request(DATA)


def test_an_answer_is_read_and_openssl_agrees(authority: Authority, tmp_path: Path) -> None:
    query, answer = tmp_path / "seal.tsq", tmp_path / "seal.tsr"
    query.write_bytes(timestamps.request(DATA))
    answer.write_bytes(authority.answer(query.read_bytes()))
    token = timestamps.check(answer.read_bytes(), query.read_bytes(), trusting(authority))
    assert abs(datetime.now(UTC) - token.at) < timedelta(minutes=1)
    assert (token.digest, token.policy, token.checked) == (DIGEST, POLICY, True)
    assert token.signer == "CN=Test Authority"
    assert timestamps.digest_of(answer.read_bytes()) == DIGEST
    by = ("-in", str(answer), "-CAfile", str(authority.root))
    assert "Verification: OK" in openssl("ts", "-verify", "-queryfile", str(query), *by)
    assert "Verification: OK" in openssl("ts", "-verify", "-digest", DIGEST, *by)


def test_without_certificates_the_signer_is_not_checked(authority: Authority) -> None:
    query = timestamps.request(DATA)
    token = timestamps.check(authority.answer(query), query, None)
    assert (token.checked, token.signer) == (False, "CN=Test Authority")


def test_certificates_may_come_in_any_order(authority: Authority) -> None:
    """OpenSSL does not sort them, and rfc3161-client reads only what is sorted; nothing else is moved."""
    query = timestamps.request(DATA)
    answer = authority.answer(query)
    ordered = der.with_sorted_certificates(answer)
    assert sorted(ordered) == sorted(answer)
    assert der.with_sorted_certificates(ordered) == ordered
    root = x509.load_pem_x509_certificate(authority.root.read_bytes()).public_bytes(Encoding.DER)
    first, second = sorted((root, authority.certificate))
    turned = ordered.replace(first + second, second + first)
    assert turned != ordered
    for one in (ordered, turned):
        assert timestamps.check(one, query, trusting(authority)).digest == DIGEST


def test_granted_with_modifications_is_granted(authority: Authority) -> None:
    """What could have been modified is compared; the library's verifier would refuse it."""
    query = timestamps.request(DATA)
    answer = authority.answer(query)
    modified = answer.replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x01", 1)
    assert modified != answer
    assert timestamps.check(modified, query, trusting(authority)).checked


def test_an_answer_to_another_request_is_refused(authority: Authority) -> None:
    """One over another digest, and one over ours with another nonce: an old answer sent again."""
    query = timestamps.request(DATA)
    with pytest.raises(EvidenceError, match="about another digest"):
        timestamps.check(authority.answer(timestamps.request(b"else")), query, trusting(authority))
    with pytest.raises(EvidenceError, match="nonce"):
        timestamps.check(authority.answer(timestamps.request(DATA)), query, trusting(authority))


def test_another_policy_than_asked_for_is_refused(authority: Authority, tmp_path: Path) -> None:
    asking = tmp_path / "policy.tsq"
    named = ("ts", "-query", "-digest", DIGEST, "-sha256", "-cert", "-tspolicy", OTHER_POLICY, "-no_nonce")
    openssl(*named, "-out", str(asking))
    plain = tmp_path / "plain.tsq"
    openssl(*named[:6], "-no_nonce", "-out", str(plain))
    assert timestamps.check(authority.answer(asking.read_bytes()), asking.read_bytes(), None).policy == OTHER_POLICY
    with pytest.raises(EvidenceError, match="another policy"):
        timestamps.check(authority.answer(plain.read_bytes()), asking.read_bytes(), None)


def test_a_rejection_is_told_in_the_authority_s_words(authority: Authority) -> None:
    """openssl rejects a digest of a kind that it does not take."""
    query = timestamps.request(DATA)
    answer = authority.answer(b"no query at all")
    for read in (timestamps.digest_of, lambda one: timestamps.check(one, query, None)):
        with pytest.raises(EvidenceError, match="did not grant a time-stamp: rejection"):
            read(answer)


def test_someone_else_s_answer_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    """With the same names and another key."""
    other, query = Authority.make(tmp_path / "other"), timestamps.request(DATA)
    with pytest.raises(EvidenceError, match="cannot be trusted"):
        timestamps.check(other.answer(query), query, trusting(authority))


def test_a_certificate_that_had_ended_is_not_trusted(tmp_path: Path) -> None:
    ended, query = Authority.make(tmp_path / "ended", until=datetime.now(UTC) - YEAR), timestamps.request(DATA)
    with pytest.raises(EvidenceError, match="certificate has expired"):
        timestamps.check(ended.answer(query), query, trusting(ended))


def test_a_certificate_for_something_else_is_not_trusted(authority: Authority) -> None:
    """RFC 3161 2.3: whoever got one for a web site cannot tell times with it. All else about the answer is right."""
    query = timestamps.request(DATA)
    answer = authority.answer(query)
    for usage, fits in ((ExtendedKeyUsageOID.TIME_STAMPING, True), (ExtendedKeyUsageOID.SERVER_AUTH, False)):
        swapped = answer.replace(authority.certificate, authority.certificate_for(usage))
        assert swapped != answer
        if fits:
            assert timestamps.check(swapped, query, trusting(authority)).checked
        else:
            with pytest.raises(EvidenceError, match="unsuitable certificate purpose"):
                timestamps.check(swapped, query, trusting(authority))


def test_an_answer_without_certificates_is_refused(authority: Authority, tmp_path: Path) -> None:
    """They were asked for; without them others could not check it."""
    query = tmp_path / "no.tsq"
    openssl("ts", "-query", "-digest", DIGEST, "-sha256", "-no_nonce", "-out", str(query))
    answer = authority.answer(query.read_bytes())
    for trusted in (None, trusting(authority)):
        with pytest.raises(EvidenceError):
            timestamps.check(answer, query.read_bytes(), trusted)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x30",
        b"\x30\x00",
        b"<html>busy</html>",
        b"\x30\x80\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x03\x02\x01\x00",
    ],
)
def test_what_is_no_answer_is_refused(bad: bytes) -> None:
    query = timestamps.request(DATA)
    for read in (timestamps.digest_of, lambda one: timestamps.check(one, query, None)):
        with pytest.raises(EvidenceError):
            read(bad)


def test_nothing_may_follow_and_nothing_may_be_huge(authority: Authority) -> None:
    query = timestamps.request(DATA)
    answer = authority.answer(query)
    with pytest.raises(EvidenceError):
        timestamps.check(answer + b"\x00", query, None)
    with pytest.raises(EvidenceError, match="larger than"):
        timestamps.check(answer + bytes(timestamps.MOST), query, None)


def test_a_damaged_answer_is_refused_or_says_the_same(authority: Authority) -> None:
    """Whatever bytes change: never another error, another time or another digest."""
    query, chance = timestamps.request(DATA), random.Random(3161)
    answer, trusted = authority.answer(query), trusting(authority)
    told = timestamps.check(answer, query, trusted)
    refused = 0
    for _ in range(1_500):
        damaged = bytearray(answer)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = len(damaged) if chance.random() < 0.9 else chance.randrange(len(damaged))
        try:
            found = timestamps.check(bytes(damaged[:cut]), query, trusted)
        except EvidenceError:
            refused += 1
        else:
            assert (found.at, found.digest) == (told.at, told.digest)
    assert refused > 500


def test_a_file_of_certificates_needs_a_root(authority: Authority, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    cases = ((nothing, "no certificates"), (authority.folder / "signer.pem", "root"), (tmp_path, "directory"))
    for path, why in cases:
        with pytest.raises(ConfigError, match=why):
            timestamps.read_certificates(path)
    both = tmp_path / "both.pem"
    both.write_bytes((authority.folder / "signer.pem").read_bytes() + authority.root.read_bytes())
    found = timestamps.read_certificates(both)
    assert (len(found.roots), len(found.others)) == (1, 1)
    query = timestamps.request(DATA)
    assert timestamps.check(authority.answer(query), query, found).checked
