"""An OpenTimestamps calendar of our own on the loopback, and blocks of a Bitcoin of our own."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from aiohttp import web
from bitcoin.core import CBlockHeader  # type: ignore[import-untyped]
from bitcoin.core.serialize import uint256_from_compact, uint256_from_str  # type: ignore[import-untyped]
from opentimestamps.core.notary import (  # type: ignore[import-untyped]
    BitcoinBlockHeaderAttestation,
    PendingAttestation,
    UnknownAttestation,
)
from opentimestamps.core.op import OpAppend, OpPrepend, OpSHA256  # type: ignore[import-untyped]
from opentimestamps.core.serialize import BytesSerializationContext  # type: ignore[import-untyped]
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp  # type: ignore[import-untyped]

from tests.edges.hub import free_port

HEIGHT = 880_000
EASY = 0x207FFFFF  # the work of a block that every second hash shows, as nBits


@dataclass
class Calendar:
    """A running calendar: it promises what comes, and tells of a block once there is one.

    `names` is the address in its promises, its own unless told. It says `says` instead of an answer when told.
    """

    port: int
    names: str = ""
    says: bytes | None = None
    status: int = 200
    asked: list[bytes] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    commitments: dict[str, bytes] = field(default_factory=dict)
    mined: bytes | None = None

    @property
    def url(self) -> str:
        """Its address, as it is configured."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[Self]:
        """Let one run on the loopback."""
        calendar = cls(free_port())
        app = web.Application()
        app.router.add_post("/digest", calendar._submit)
        app.router.add_get("/timestamp/{commitment}", calendar._tell)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", calendar.port).start()
        try:
            yield calendar
        finally:
            await runner.cleanup()

    def mine(self) -> bytes:
        """Make the block that holds the commitment last promised; return its header."""
        _, commitment = self.commitments.popitem()
        upgrade, header = mined(commitment)
        self.mined = raw(upgrade)
        return header

    async def _submit(self, request: web.Request) -> web.Response:
        digest = await request.read()
        self.asked.append(digest)
        self.heads.append(dict(request.headers))
        promise, commitment = promised(digest, self.names or self.url)
        self.commitments[commitment.hex()] = commitment
        return web.Response(body=raw(promise) if self.says is None else self.says, status=self.status)

    async def _tell(self, request: web.Request) -> web.Response:
        self.heads.append(dict(request.headers))
        if self.mined is None:
            return web.Response(status=404, text="Pending confirmation in Bitcoin blockchain")
        return web.Response(body=self.mined if self.says is None else self.says, status=self.status)


def promised(digest: bytes, url: str) -> tuple[Any, bytes]:
    """Return what a calendar promises of a digest, and the commitment that it keeps."""
    whole = Timestamp(digest)
    kept = whole.ops.add(OpPrepend(os.urandom(8))).ops.add(OpSHA256()).ops.add(OpAppend(os.urandom(8)))
    kept.attestations.add(PendingAttestation(url))
    return whole, kept.msg


def mined(commitment: bytes, height: int = HEIGHT, at: int | None = None) -> tuple[Any, bytes]:
    """Return how a commitment leads to a block, and the header of that block (its time in seconds since 1970, or now).

    It shows the work of an easy block: ask for the fixture `easy_blocks` where it is to be taken for Bitcoin's.
    """
    whole = Timestamp(commitment)
    root = whole.ops.add(OpAppend(b"beside it")).ops.add(OpSHA256()).ops.add(OpSHA256())
    root.attestations.add(BitcoinBlockHeaderAttestation(height))
    return whole, worked(root.msg, int(time.time()) if at is None else at)


def worked(root: bytes, at: int, *, bits: int = EASY, enough: bool = True) -> bytes:
    """Return the header of a block over a Merkle root whose hash shows the work of `bits`, or not `enough` of it."""
    for nonce in count():
        header = CBlockHeader(nVersion=4, hashMerkleRoot=root, nTime=at, nBits=bits, nNonce=nonce)
        if enough == (uint256_from_str(header.GetHash()) <= uint256_from_compact(bits)):
            break
    return bytes(header.serialize())


def unknown(digest: bytes) -> Any:
    """Return a timestamp that ends in a kind of attestation that nobody knows."""
    whole = Timestamp(digest)
    whole.attestations.add(UnknownAttestation(b"nobody's", b"secret"))
    return whole


def raw(timestamp: Any) -> bytes:
    """Return a timestamp as calendars write it."""
    ctx = BytesSerializationContext()
    timestamp.serialize(ctx)
    return bytes(ctx.getbytes())


def proof(timestamp: Any) -> bytes:
    """Return a timestamp as an .ots file."""
    ctx = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), timestamp).serialize(ctx)
    return bytes(ctx.getbytes())
