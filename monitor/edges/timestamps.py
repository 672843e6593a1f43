"""RFC 3161: make time-stamp requests, and check what authorities answer. Sends nothing (edges/authorities.py does)."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client._rust import parse_timestamp_request  # the only way that it has to read a request

from monitor.edges import der
from monitor.errors import ConfigError, EvidenceError

MOST = 262_144  # bytes of an answer; those of public authorities have 2,000 to 8,000
_SHA256 = "2.16.840.1.101.3.4.2.1"
_STATUS = {status.value: status.name.lower().replace("_", " ") for status in PKIStatus}
_GRANTED = (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)  # with either there is a token (2.4.2)
_REASON = re.compile(r'data: "(?:Verify error: ?)?([^"]+)"|reason: "([^"]+)"')
_IN_CODE = re.compile(r":? ?\w* ?\{")
# What the parsers raise for bytes that are not what they should be.
_BAD_BYTES = (ValueError, KeyError, TypeError, OverflowError, IndexError, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Whom answers are checked by: `roots` are self-signed and trusted, `others` lead to them."""

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """What an authority says: this digest was there at that time. `signer` is its certificate's subject.

    `checked` is whether its signature was, by certificates that the operator trusts.
    """

    at: datetime
    digest: str
    policy: str
    signer: str
    checked: bool


def request(data: bytes) -> bytes:
    """Return a request for a time-stamp over the SHA-256 of `data`, in DER: with a nonce, asking for certificates."""
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def read_certificates(path: Path) -> Certificates:
    """Read an authority's certificates as PEM. Raises ConfigError for a file without a root (one self-signed)."""
    try:
        with path.open("rb") as file, _quietly():
            found = x509.load_pem_x509_certificates(file.read(16 * MOST))
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise _unusable(path, "it holds no certificates as PEM") from error
    roots = tuple(one for one in found if one.issuer == one.subject)
    if not roots:
        raise _unusable(path, "none of its certificates is a root (signed by itself)")
    return Certificates(roots, tuple(one for one in found if one not in roots))


def _unusable(path: Path, why: str) -> ConfigError:
    hint = "it must be a file of PEM certificates, the authority's root among them"
    return ConfigError(f"stamp.authority_certificates: {path} cannot be used: {why}", hint=hint)


def digest_of(answer: bytes) -> str:
    """Return the digest, in hex, that an answer is about. Raises EvidenceError for one that grants nothing."""
    with _reading():
        return _granted(answer).tst_info.message_imprint.message.hex()


def check(answer: bytes, asked: bytes, certificates: Certificates | None) -> Token:
    """Return what an answer says to a request (RFC 3161 2.2 and 2.4.2). Raises EvidenceError where it does not fit.

    It must grant a token over the digest asked for, with the nonce and, where one was asked for, the policy. With
    `certificates` its signature must lead to one of their roots by certificates that were valid at the time it tells,
    the signer's being for time-stamping alone. Without them who signed is not checked at all.
    """
    with _reading():
        response = _granted(answer)
        _compare(response, asked)
        if certificates is not None:
            _verify(response, asked, certificates)
        return _token(response, certificates is not None)


@contextmanager
def _quietly() -> Iterator[None]:
    """Do without warnings of odd certificates: chains are judged by OpenSSL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _reading() -> Iterator[None]:
    try:
        with _quietly():
            yield
    except _BAD_BYTES as error:
        raise EvidenceError(f"what came is no time-stamp response{_said(error)}") from error


def _granted(answer: bytes) -> TimeStampResponse:
    if len(answer) > MOST:
        raise EvidenceError(f"the answer is larger than {MOST:,} bytes, which no time-stamp is")
    response = decode_timestamp_response(der.with_sorted_certificates(answer))
    if response.status not in _GRANTED:
        told = "; ".join(map(str, response.status_string))
        said = _STATUS.get(response.status, f"status {response.status}")
        raise EvidenceError(f"the authority did not grant a time-stamp: {said}" + (f" ({told[:200]})" if told else ""))
    return response


def _compare(response: TimeStampResponse, asked: bytes) -> None:
    """Compare all that the request fixes; the library's verifier does so only after the signature."""
    query, info = parse_timestamp_request(asked), response.tst_info
    if info.message_imprint.hash_algorithm.dotted_string != _SHA256:
        raise EvidenceError("the answer is over a digest of another kind than SHA-256")
    if info.message_imprint.message != query.message_imprint.message:
        raise EvidenceError(f"the answer is about another digest: {info.message_imprint.message.hex()[:128]}")
    if info.nonce != query.nonce:
        raise EvidenceError("the answer is to another request: its nonce is not the one that was sent")
    if query.policy is not None and info.policy != query.policy:
        raise EvidenceError(f"the answer follows another policy than was asked for: {info.policy.dotted_string}")


def _verify(response: TimeStampResponse, asked: bytes, certificates: Certificates) -> None:
    verifier = VerifierBuilder(roots=list(certificates.roots), intermediates=list(certificates.others)).build()
    # The verifier does not take what was granted with modifications; what they could be was compared above.
    plain = decode_timestamp_response(der.granted(response.time_stamp_token()))
    try:
        verifier.verify(plain, parse_timestamp_request(asked).message_imprint.message)
    except VerificationError as error:
        raise EvidenceError(f"the signature cannot be trusted: {_reason(str(error))}") from error


def _reason(said: str) -> str:
    """Return what OpenSSL says of a chain, without where in its sources."""
    reasons = ["".join(found) for found in _REASON.findall(said)]
    return ", ".join(dict.fromkeys(reasons)) or said.splitlines()[0][:200]


def _token(response: TimeStampResponse, checked: bool) -> Token:
    info = response.tst_info
    return Token(
        at=info.gen_time.astimezone(UTC),
        digest=info.message_imprint.message.hex(),
        policy=info.policy.dotted_string,
        signer=_signer(response),
        checked=checked,
    )


def _signer(response: TimeStampResponse) -> str:
    """Return the name in the signer's certificate; only a claim, until the signature is checked."""
    (info,) = response.signed_data.signer_infos  # ValueError where there are several
    for one in map(x509.load_der_x509_certificate, response.signed_data.certificates):
        if one.issuer == info.issuer and one.serial_number == info.serial_number:
            return one.subject.rfc4514_string()
    raise EvidenceError("the answer lacks its signer's certificate, which was asked for")


def _said(error: Exception) -> str:
    """Return what an error says to a person: what follows in braces, and all of other kinds, names places in code."""
    told = _IN_CODE.split(str(error))[0].splitlines() if isinstance(error, ValueError) else []
    return f": {told[0][:200]}" if told else ""
