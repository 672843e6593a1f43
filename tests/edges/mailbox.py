"""A small mail server of our own on the loopback (SMTP, RFC 5321): it keeps what it takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self


@dataclass
class Mailbox:
    """A server that is as good as its fields say; they may be changed while it runs."""

    port: int = 0
    refuses: str = ""  # what it says to a recipient instead of taking mail for it
    silent: bool = False  # take connections, and say nothing
    dies: bool = False  # take the text, and end without a word: nobody can know whether it arrived
    recipients: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def address(self) -> str:
        """Return the address of a channel that leads here."""
        return f"mailto://127.0.0.1:{self.port}/?from=monitor@archive.example&to=desk@news.example&mode=insecure"

    @property
    def mails(self) -> list[EmailMessage]:
        """Return what was taken, as a mail program reads it."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[Self]:
        """Serve until the context ends."""
        box = cls()
        server = await asyncio.start_server(box._talk, "127.0.0.1", 0)
        box.port = server.sockets[0].getsockname()[1]
        try:
            yield box
        finally:
            server.close()
            for writer in box._open:
                writer.close()
            await asyncio.sleep(0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await (reader.read() if self.silent else self._serve(reader, writer))
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                self.raw.append(text[:-3].replace(b"\r\n..", b"\r\n."))
                if self.dies:
                    return
            elif verb == b"RCPT" and self.refuses:
                writer.write(f"{self.refuses}\r\n".encode())
                continue
            elif verb == b"RCPT":
                self.recipients.append(line.decode().strip())
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
            if verb == b"QUIT":
                return
