"""A receiver of webhooks on the loopback that checks signatures as the Standard Webhooks specification says."""

import asyncio
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "whsec_" + b64encode(b"a key that only two of us know!!").decode()


@dataclass
class Receiver:
    """A receiver that is as good as its fields say; they may be changed while it runs."""

    port: int = 0
    status: int = 204
    says: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    dies: bool = False  # take it, and close the connection without an answer
    bodies: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """Return the address of a channel that leads here."""
        return f"webhook+http://127.0.0.1:{self.port}/hook?token=verysecret"

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[Self]:
        """Serve until the context ends."""
        receiver = cls()
        app = web.Application()
        app.router.add_post("/hook", receiver._take)
        async with TestServer(app, host="127.0.0.1") as server:
            receiver.port = server.port or 0
            yield receiver
            receiver.release()

    def release(self) -> None:
        """Hang no more."""
        self._released.set()

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + raw
        digest = hmac.new(b64decode(KEY.removeprefix("whsec_")), content, sha256).digest()
        if request.headers["webhook-signature"] != f"v1,{b64encode(digest).decode()}":
            return web.Response(status=401, text="wrong signature")
        self.reached.set()
        self.ids.append(request.headers["webhook-id"])
        self.bodies.append(json.loads(raw))
        if self.hangs:
            await self._released.wait()
        if self.dies and request.transport is not None:
            request.transport.close()
        return web.Response(status=self.status, text=self.says or None, headers=self.headers)
