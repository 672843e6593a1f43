"""A time-stamping authority of our own on the loopback: its answers are made by `openssl ts -reply`."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.edges.hub import free_port

YEAR = timedelta(days=365)
POLICY, OTHER_POLICY = "1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2"
_CONFIG = """
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = {policy}
other_policies = {other}
digests = sha256
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """An authority's folder, with its keys: `answer` grants, `root` is what it is trusted by.

    A running one says `says` instead of an answer when told, with `status`; `asked` is what came.
    """

    folder: Path
    root_key: ec.EllipticCurvePrivateKey
    key: ec.EllipticCurvePrivateKey
    port: int = 0
    status: int = 200
    says: bytes | None = None
    asked: list[bytes] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path, *, until: datetime | None = None) -> Self:
        """Make the keys and certificates of one whose certificate is good for a year, or `until` then."""
        folder.mkdir()
        until = until or datetime.now(UTC) + YEAR
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate(_name("Root"), root_key, root_key, datetime.now(UTC) + YEAR, None)
        mine = _certificate(_name("Authority"), key, root_key, until, ExtendedKeyUsageOID.TIME_STAMPING)
        (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "signer.pem").write_bytes(mine.public_bytes(Encoding.PEM))
        (folder / "signer.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(_CONFIG.format(folder=folder, policy=POLICY, other=OTHER_POLICY))
        return cls(folder, root_key, key)

    @property
    def certificate(self) -> bytes:
        """The certificate that it signs with, in DER."""
        return x509.load_pem_x509_certificate((self.folder / "signer.pem").read_bytes()).public_bytes(Encoding.DER)

    def certificate_for(self, usage: x509.ObjectIdentifier) -> bytes:
        """Return that certificate for another use: the same key, serial number and size, signed by the same root."""
        mine = x509.load_der_x509_certificate(self.certificate)
        until = mine.not_valid_after_utc
        while True:  # a signature has 70 to 72 bytes
            made = _certificate(_name("Authority"), self.key, self.root_key, until, usage, mine.serial_number)
            if len(der := made.public_bytes(Encoding.DER)) == len(self.certificate):
                return der

    @property
    def root(self) -> Path:
        """The file of the certificate that it is trusted by."""
        return self.folder / "root.pem"

    @property
    def url(self) -> str:
        """Where it answers, while it runs."""
        return f"http://127.0.0.1:{self.port}/tsa"

    def answer(self, query: bytes, *options: str) -> bytes:
        """Return what it answers to a query."""
        asked, answered = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query)
        config = str(self.folder / "openssl.cnf")
        openssl("ts", "-reply", "-config", config, "-queryfile", str(asked), "-out", str(answered), *options)
        return answered.read_bytes()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Let it answer on the loopback."""
        app = web.Application()
        app.router.add_post("/tsa", self._reply)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self.port = free_port()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _reply(self, request: web.Request) -> web.Response:
        query = await request.read()
        self.asked.append(query)
        self.types.append(request.headers["Content-Type"])
        said = await asyncio.to_thread(self.answer, query) if self.says is None else self.says
        return web.Response(body=said, status=self.status, content_type="application/timestamp-reply")


def openssl(*args: str) -> str:
    """Run openssl and return what it printed; one that fails is a failure of the test."""
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test {name}")])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    until: datetime,
    usage: x509.ObjectIdentifier | None,
    serial: int | None = None,
) -> x509.Certificate:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(_name("Root")).public_key(key.public_key())
    made = made.serial_number(serial or x509.random_serial_number())
    made = made.not_valid_before(until - 2 * YEAR).not_valid_after(until)
    made = made.add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
    if usage is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return made.add_extension(authority, critical=False).sign(signer, hashes.SHA256())
