"""What stands for the rest of the world: a web of outlets, a mail server and an object store, on this system."""

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from monitor.edges.clock import SystemClock, drive
from tests.edges.mailbox import Mailbox
from tests.edges.object_stores import s3_bucket, s3_server
from tests.newsroom.process import newsroom_process
from tests.newsroom.room import RoomInfo

CA_FILE = "/etc/ssl/newsroom-ca.pem"  # on the machines


@contextmanager
def world(folder: Path) -> Iterator[tuple[dict[str, str], Mailbox, Path]]:
    """Serve it; give the words of the guide with what stands for them, what comes by mail, and the CA's certificate."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    drive(folder / "clock.json", SystemClock().now(), rate=1.0)
    with ExitStack() as stack:
        room = stack.enter_context(newsroom_process(folder / "clock.json", folder))
        box = stack.enter_context(_mailbox())
        store = s3_bucket(stack.enter_context(s3_server(folder)), "monitor")
        options = ", ".join(f"{name} = {json.dumps(value)}" for name, value in store.options.items())
        words = {
            "[fetch]\n": _fetch(room),
            "https://www.radiohc.cu/fr": "http://www.radio-mareverte.example/fr/",
            "mailtos://monitor:PASSWORD@mail.example?to=desk@news.example": box.address,
            "s3://my-archive/monitor": store.url,
            'region = "eu-west-1", access_key_id = "KEY", secret_access_key = "SECRET"': options,
        }
        yield words, box, Path(room.ca_file)


def _fetch(room: RoomInfo) -> str:
    """Return the head of the options of fetching, with how the outlets are found."""
    found = ", ".join(f"{json.dumps(host)} = {json.dumps(here)}" for host, here in room.resolve.items())
    return f'[fetch]\nresolve = {{ {found} }}\nca_file = "{CA_FILE}"\ngap = "0s"\n'


@contextmanager
def _mailbox() -> Iterator[Mailbox]:
    """Take mail, in a thread of its own."""
    ready = threading.Event()
    found: list[tuple[Mailbox, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        async with Mailbox.start() as box:
            over = asyncio.Event()
            found.append((box, asyncio.get_running_loop(), over))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    box, loop, over = found[0]
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
