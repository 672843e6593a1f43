"""Signatures: openssl makes the keys and checks what is signed."""

from pathlib import Path

import pytest

from monitor.edges import signing
from monitor.errors import ConfigError, EvidenceError
from tests.edges.authority import openssl

HASH = "5b" * 32


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key as docs/stamps.md makes one."""
    made = tmp_path / "stamp.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(made))
    made.chmod(0o600)
    return made


def test_openssl_checks_a_signature(key: Path, tmp_path: Path) -> None:
    text, signature, public = tmp_path / "seal.txt", tmp_path / "seal.sig", tmp_path / "seal.pub.pem"
    text.write_bytes(signing.statement(HASH))
    signature.write_bytes(signing.sign(key, text.read_bytes()))
    public.write_bytes(signing.public_key(key))
    assert text.read_bytes() == HASH.encode() + b"\n"
    check = ("pkeyutl", "-verify", "-pubin", "-inkey", str(public), "-rawin", "-in", str(text))
    assert "Verified Successfully" in openssl(*check, "-sigfile", str(signature))
    assert public.read_text() == openssl("pkey", "-in", str(key), "-pubout")


def test_a_signature_of_openssl_holds(key: Path, tmp_path: Path) -> None:
    text, made = tmp_path / "seal.txt", tmp_path / "seal.sig"
    text.write_bytes(signing.statement(HASH))
    openssl("pkeyutl", "-sign", "-inkey", str(key), "-rawin", "-in", str(text), "-out", str(made))
    signing.verify(signing.public_key(key), text.read_bytes(), made.read_bytes())


def test_a_signature_is_of_one_text_by_one_key(key: Path, tmp_path: Path) -> None:
    other, text = tmp_path / "other.key", signing.statement(HASH)
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(other))
    public, signature = signing.public_key(key), signing.sign(key, text)
    for bad in (
        (public, signing.statement("5c" * 32), signature),
        (signing.public_key(other), text, signature),
        (public, text, signature[:-1]),
        (public, text, b""),
        (b"", text, signature),
        (b"-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----\n", text, signature),
    ):
        with pytest.raises(EvidenceError):
            signing.verify(*bad)


def test_the_fingerprint_is_what_openssl_and_sha256sum_give(key: Path, tmp_path: Path) -> None:
    der = tmp_path / "pub.der"
    openssl("pkey", "-in", str(key), "-pubout", "-outform", "DER", "-out", str(der))
    digest = openssl("dgst", "-sha256", "-r", str(der)).split()[0]
    assert signing.fingerprint(signing.public_key(key)) == digest


def test_a_key_that_others_may_read_is_told_of(key: Path) -> None:
    assert signing.exposed(key) is None
    key.chmod(0o640)
    assert "mode 640" in str(signing.exposed(key))


def test_a_key_that_cannot_be_used_says_why(key: Path, tmp_path: Path) -> None:
    """And how to make one."""
    rsa, locked, text = tmp_path / "rsa", tmp_path / "locked", tmp_path / "text"
    openssl("genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(rsa))
    openssl("pkey", "-in", str(key), "-aes256", "-passout", "pass:x", "-out", str(locked))
    text.write_text("no key")
    cases = ((rsa, "another kind"), (locked, "passphrase"), (text, "no private key"), (tmp_path, "directory"))
    for path, why in (*cases, (tmp_path / "nowhere", "No such file")):
        with pytest.raises(ConfigError, match=why) as refused:
            signing.sign(path, b"x")
        assert "openssl genpkey" in str(refused.value.hint)
    with pytest.raises(ConfigError, match="No such file"):
        signing.exposed(tmp_path / "nowhere")
