"""Sign with the operator's own Ed25519 key (RFC 8032), as `openssl pkeyutl -rawin` does and checks.

A signature says who, and not when. `cryptography` is imported when first needed: most commands sign nothing.
"""

import hashlib
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import ConfigError, EvidenceError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_HOW = "`openssl genpkey -algorithm ed25519 -out stamp.key` makes one"
_MOST = 65_536  # bytes of a key file; real ones have 119


def statement(seal_hash: str) -> bytes:
    """Return the text that is signed: the seal's hash, 64 hex characters and a line feed, in ASCII."""
    return f"{seal_hash}\n".encode("ascii")


def sign(key: Path, text: bytes) -> bytes:
    """Return the signature of a text, 64 bytes. Raises ConfigError when the key cannot be used."""
    return _private(key).sign(text)


def public_key(key: Path) -> bytes:
    """Return the public half of a private key as PEM. Raises ConfigError when the key cannot be used."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return _private(key).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def verify(public: bytes, text: bytes, signature: bytes) -> None:
    """Check a signature by a public key in PEM. Raises EvidenceError when it does not hold."""
    from cryptography.exceptions import InvalidSignature

    try:
        _public(public).verify(signature, text)
    except InvalidSignature as error:
        raise EvidenceError("the signature is not of this seal, or not by this key") from error


def fingerprint(public: bytes) -> str:
    """Return the SHA-256 of a public key's DER form, in hex. Raises EvidenceError when it is none."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = _public(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def exposed(key: Path) -> str | None:
    """Return why a key is not only its owner's, or None. Raises ConfigError when it cannot be looked at."""
    try:
        mode = stat.S_IMODE(key.stat().st_mode)
    except OSError as error:
        raise _unusable(key, error.strerror or str(error)) from error
    return f"others on this machine may read {key} (mode {mode:o}): chmod 600 it" if mode & 0o077 else None


def _private(key: Path) -> "Ed25519PrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        loaded = load_pem_private_key(_bytes(key), password=None)
    except TypeError as error:
        raise _unusable(key, "it is locked with a passphrase, and nobody can be asked for it") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(key, "it holds no private key as PEM") from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise _unusable(key, "it holds a key of another kind than Ed25519")
    return loaded


def _bytes(key: Path) -> bytes:
    try:
        with key.open("rb") as file:
            return file.read(_MOST)
    except OSError as error:
        raise _unusable(key, error.strerror or str(error)) from error


def _unusable(key: Path, why: str) -> ConfigError:
    return ConfigError(f"stamp.key: {key} cannot be used: {why}", hint=_HOW)


def _public(public: bytes) -> "Ed25519PublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        loaded = load_pem_public_key(public)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError("what is stored as the public key is none") from error
    if not isinstance(loaded, Ed25519PublicKey):
        raise EvidenceError("what is stored as the public key is of another kind than Ed25519")
    return loaded
