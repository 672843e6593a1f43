"""What is told arrives once, however channels and daemons behave."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import structlog

from monitor import Archive, daemon, open_archive
from monitor.app import alert_delivery
from monitor.model import AlertPace, NotificationState
from tests.app.alerting.room import MINUTE, NOON, Room, edit, one_round, publish, write
from tests.edges.mailbox import Mailbox
from tests.edges.receiver import Receiver

# Said by a module that apprise imports on Python 3.11 and 3.12.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


async def test_many_changes_are_one_message_to_people_and_all_of_them_to_programs(
    archive: Archive, mailbox: Mailbox, receiver: Receiver
) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["desk", "hook"])
    for number in range(7):
        await write(archive, edit, page, NOON + number * MINUTE)
    sent = await one_round(archive)
    assert sorted((one.channel, one.notifications) for one in sent) == [
        *(("desk", 7), ("hook", 1)),
        *(("hook", 3), ("hook", 3)),
    ]
    (mail,) = mailbox.mails
    assert mail["Subject"] == "edits: 7 changes"
    assert "and 4 more" in mail.get_content()
    told = [item["change"]["id"] for body in receiver.bodies for item in body["data"]["items"]]
    assert told == list(range(1, 8))
    assert len(set(receiver.ids)) == 3


async def test_digests_wait_for_their_hour(archive: Archive, room: Room, mailbox: Mailbox) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("hourly", "mercado", ["desk"], pace=AlertPace.HOURLY)
    await archive.alerts.add("daily", "mercado", ["desk"], pace=AlertPace.DAILY)
    for _ in range(3):
        room.wait(10 * MINUTE)
        await write(archive, edit, page, room.now)
        assert await one_round(archive) == ()
    room.wait(30 * MINUTE)
    assert [(one.alert, one.notifications) for one in await one_round(archive)] == [("hourly", 3)]
    room.wait(17 * 60 * MINUTE)
    assert [(one.alert, one.notifications) for one in await one_round(archive)] == [("daily", 3)]
    assert (await archive.alerts.show("daily")).alert.digest_at == room.now


async def test_a_channel_in_trouble_is_tried_again_later_under_the_same_id_and_then_given_up(
    archive: Archive, room: Room, receiver: Receiver
) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["hook"])
    await write(archive, edit, page, NOON)
    receiver.status, receiver.headers = 503, {"Retry-After": "3600"}
    assert [one.sent for one in await one_round(archive)] == [False]
    view = await archive.alerts.show("edits")
    assert (view.waiting, view.last_detail) == (1, "the receiver answered 503")
    assert view.next_try_at is not None
    assert view.next_try_at - room.now > timedelta(minutes=59)
    room.wait(59 * MINUTE)
    assert await one_round(archive) == (), "it asked for an hour"
    with structlog.testing.capture_logs() as logged:
        for _ in range(4):
            room.wait(62 * MINUTE)
            await one_round(archive)
    assert [one["event"] for one in logged] == ["alert.delayed", "alert.failed"]
    assert (await archive.alerts.show("edits")).failed == 1
    receiver.status = 200
    assert (await archive.alerts.retry("edits")).waiting == 1
    assert [one.sent for one in await one_round(archive)] == [True]
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 1


async def test_a_program_that_ends_between_sending_and_noting_it_repeats_with_the_same_id(
    archive: Archive, room: Room, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one way in which a message is told twice while the channel works."""
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["hook"])
    await write(archive, edit, page, NOON)

    def die(*_: object) -> int:
        raise RuntimeError

    await archive.alerts.gather()
    with monkeypatch.context() as patched:
        patched.setattr(alert_delivery, "after_try", die)
        with pytest.raises(RuntimeError):
            await archive.alerts.deliver()
    assert await one_round(archive) == (), "its lease runs"
    room.wait(alert_delivery.LEASE)
    assert [one.sent for one in await one_round(archive)] == [True]
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


async def test_two_daemons_at_once_tell_everything_once(archive: Archive, room: Room, receiver: Receiver) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["hook"])
    async with open_archive(room.settings) as other:
        for number in range(5):
            await write(archive, edit, page, NOON + number * MINUTE)
            await asyncio.gather(one_round(archive), one_round(other))
        await asyncio.gather(one_round(archive), one_round(other))
    told = [item["change"]["id"] for body in receiver.bodies for item in body["data"]["items"]]
    assert sorted(told) == [1, 2, 3, 4, 5]


async def test_a_channel_that_hangs_holds_up_no_other(
    archive: Archive, receiver: Receiver, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is sent one message at a time, however often the daemon looks."""
    page = await write(archive, publish, "a")
    for name in ("edits", "more"):
        await archive.alerts.add(name, "mercado", ["hook", "desk"])
    await write(archive, edit, page, NOON)
    receiver.hangs = True
    monkeypatch.setattr(daemon, "ALERTS_S", 0.05)
    async with _scheduled(archive):
        await receiver.reached.wait()
        await _mails(mailbox, 2)
        await write(archive, edit, page, NOON + MINUTE)
        await _mails(mailbox, 4)
        assert len(receiver.ids) == 1
        receiver.release()


async def _mails(mailbox: Mailbox, count: int) -> None:
    async with asyncio.timeout(20):
        while len(mailbox.mails) < count:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _scheduled(archive: Archive) -> AsyncIterator[None]:
    """Do what the daemon does again and again."""
    running = daemon.Daemon(archive)
    running._schedule()
    yield
    running._stop.set()
    running._scheduler.shutdown(wait=False)
    await asyncio.sleep(0)  # what was cut short ends


async def test_what_was_sent_long_ago_is_forgotten_and_not_told_again(archive: Archive, room: Room) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["desk"])
    await write(archive, edit, page, NOON)
    assert [one.sent for one in await one_round(archive)] == [True]
    room.wait(timedelta(days=179))
    await archive.custody.upkeep()
    assert (await archive.alerts.show("edits")).sent == 1
    room.wait(timedelta(days=2))
    await archive.custody.upkeep()
    assert (await archive.alerts.show("edits")).newest == ()
    assert await one_round(archive) == ()


async def test_addresses_are_kept_nowhere(archive: Archive, room: Room, receiver: Receiver) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["hook"])
    await write(archive, edit, page, NOON)
    receiver.status = 500
    with structlog.testing.capture_logs() as logged:
        sent = await one_round(archive)
    view = await archive.alerts.show("edits")
    assert "verysecret" not in json.dumps(logged, default=str) + repr(view) + repr(sent) + repr(room.settings)
    for file in room.settings.data_dir.glob("archive.db*"):
        assert b"verysecret" not in file.read_bytes()
    assert view.newest[0].state is NotificationState.WAITING
