"""Alerts tell of what fits their rules once, as soon as it stands, and never of the past."""

from datetime import timedelta

import pytest
import structlog
from sqlalchemy import Connection

from monitor import Archive
from monitor.errors import ConfigError, NotFoundError, UsageError
from monitor.model import AlertAbout, DocumentState, Standing
from monitor.store import alerts, changes, documents, revisions
from tests.app.alerting.room import MINUTE, NOON, TITLES, Room, edit, one_round, publish, remove, write
from tests.edges.mailbox import Mailbox
from tests.edges.receiver import Receiver
from tests.store.examples import a_document, a_revision

# Said by a module that apprise imports on Python 3.11 and 3.12.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


async def test_a_confirmed_edit_is_told_once_by_mail_and_by_webhook(
    archive: Archive, room: Room, mailbox: Mailbox, receiver: Receiver
) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado kind:both", ["desk", "hook"])
    await write(archive, edit, page, NOON)
    sent = await one_round(archive)
    assert sorted((one.channel, one.sent, one.notifications) for one in sent) == [("desk", True, 1), ("hook", True, 1)]
    assert await one_round(archive) == ()
    (mail,), (body,) = mailbox.mails, receiver.bodies
    assert mail["Subject"] == "edits: 1 change"
    text = mail.get_content()
    assert f"was: {TITLES[0]}" in text
    assert "https://archive.example/documents/1/diff?from=1&to=2" in text
    assert body["data"]["items"][0]["change"]["reason"] == "a number changed"
    view = await archive.alerts.show("edits")
    assert (view.waiting, view.sent, view.failed) == (0, 2, 0)
    assert {one.sent_at for one in view.newest} == {NOON}


async def test_a_rule_made_today_does_not_tell_of_the_past_nor_of_what_does_not_fit(archive: Archive) -> None:
    page = await write(archive, publish, "a")
    await write(archive, edit, page, NOON)
    await archive.alerts.add("edits", "mercado", ["desk"])
    await archive.alerts.add("other", "tranvía", ["desk"])
    assert await one_round(archive) == ()
    await write(archive, edit, page, NOON + MINUTE)
    assert [one.alert for one in await one_round(archive)] == ["edits"]


async def test_what_was_seen_once_is_told_when_it_was_seen_again_however_much_came_meanwhile(
    archive: Archive, room: Room, mailbox: Mailbox
) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["desk"])
    once = await write(archive, edit, page, NOON, Standing.ONCE)
    flicker = await write(archive, edit, page, NOON + MINUTE, Standing.ONCE)
    assert await one_round(archive) == ()
    assert {one.next_try_at for one in (await archive.alerts.show("edits")).newest} == {None}
    await write(archive, remove, page, NOON)
    assert [one.notifications for one in await one_round(archive)] == [1]

    def settle(conn: Connection) -> int:
        changes.set_fields(conn, once, standing=Standing.CONFIRMED)
        changes.set_fields(conn, flicker, standing=Standing.FLICKER)
        return 0

    await write(archive, settle)
    room.wait(30 * timedelta(days=1))
    assert [one.notifications for one in await one_round(archive)] == [1]
    assert "headline and text changed" in mailbox.mails[1].get_content()
    assert (await archive.alerts.show("edits")).waiting == 0, "the flicker is forgotten"


async def test_new_documents_are_told_when_they_were_read_and_not_when_they_were_heard_of(
    archive: Archive, mailbox: Mailbox
) -> None:
    await archive.alerts.add("new", "mercado", ["desk"], about=AlertAbout.DOCUMENTS)

    def hear(conn: Connection) -> int:
        return documents.add(conn, a_document("https://radio.example/heard"))[0].id

    heard = await write(archive, hear)
    await write(archive, publish, "read")
    assert [one.notifications for one in await one_round(archive)] == [1]

    def read(conn: Connection) -> int:
        return revisions.add(conn, a_revision(heard, "Otro mercado.", "Tarde")).id

    await write(archive, read)
    await write(archive, edit, heard, NOON)
    assert [one.notifications for one in await one_round(archive)] == [1], "later texts are no new documents"
    assert "monitor show" in mailbox.mails[1].get_content()


async def test_a_redacted_document_is_never_told_of(archive: Archive, mailbox: Mailbox) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "origin:web", ["desk"])
    await write(archive, edit, page, NOON)
    await archive.alerts.gather()

    def redact(conn: Connection) -> int:
        documents.set_fields(conn, page, state=DocumentState.REDACTED)
        return remove(conn, page, NOON)

    await write(archive, redact)
    assert await one_round(archive) == ()
    assert mailbox.mails == []
    assert (await archive.alerts.show("edits")).newest == ()
    assert await archive.alerts.latest("edits") == ()


async def test_a_paused_rule_goes_on_from_what_comes_then(archive: Archive) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["desk"])
    await archive.alerts.pause("edits")
    await write(archive, edit, page, NOON)
    assert await one_round(archive) == ()
    await archive.alerts.pause("edits", paused=False)
    assert await one_round(archive) == ()
    await write(archive, edit, page, NOON + MINUTE)
    assert [one.notifications for one in await one_round(archive)] == [1]


async def test_what_a_removed_rule_had_is_told_no_more(archive: Archive, mailbox: Mailbox) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["desk"])
    await write(archive, edit, page, NOON)
    await archive.alerts.gather()
    assert (await archive.alerts.remove("edits")).waiting == 1
    assert await archive.alerts.deliver() == ()
    assert mailbox.mails == []
    with pytest.raises(NotFoundError):
        await archive.alerts.show("edits")
    await archive.alerts.add("edits", "mercado", ["desk"])


async def test_a_test_shows_what_was_last_is_marked_and_leaves_no_trace(archive: Archive, mailbox: Mailbox) -> None:
    page = await write(archive, publish, "a")
    await write(archive, edit, page, NOON)
    await write(archive, edit, page, NOON + MINUTE, Standing.ONCE)
    await archive.alerts.add("edits", "mercado", ["desk", "hook"])
    sent = await archive.alerts.test("edits")
    assert [(one.channel, one.sent, one.notifications, one.detail) for one in sent] == [
        ("desk", True, 1, "a test"),
        ("hook", True, 1, "a test"),
    ]
    assert mailbox.mails[0]["Subject"] == "[test] edits: 1 change"
    assert (await archive.alerts.show("edits")).sent == 0


async def test_wrong_rules_are_refused_when_they_are_made(archive: Archive) -> None:
    for query in ("kind:removd", "since:yesterdayish", "source:99"):
        with pytest.raises(UsageError):
            await archive.alerts.add("edits", query, ["desk"])
    with pytest.raises(UsageError):
        await archive.alerts.add("../x", "mercado", ["desk"])
    with pytest.raises(ConfigError, match="no channel chat"):
        await archive.alerts.add("edits", "mercado", ["chat"])
    assert await archive.alerts.every() == ()
    await archive.alerts.add("edits", "mercado", ["desk", "desk"])
    with pytest.raises(UsageError, match="there is an alert"):
        await archive.alerts.add("edits", "mercado")


async def test_a_rule_that_cannot_be_read_any_more_is_told_of_once_and_catches_up(
    archive: Archive, mailbox: Mailbox
) -> None:
    page = await write(archive, publish, "a")
    await archive.alerts.add("edits", "mercado", ["desk"])
    await write(archive, edit, page, NOON)
    rule = (await archive.alerts.show("edits")).alert

    def ask(conn: Connection, query: str) -> int:
        alerts.set_fields(conn, rule.id, query=query)
        return 0

    await write(archive, ask, "outlet:unknownname")
    with structlog.testing.capture_logs() as logged:
        assert await one_round(archive) == ()
        assert await one_round(archive) == ()
    assert [one["event"] for one in logged] == ["alert.unreadable"]
    await write(archive, ask, "mercado")
    assert [one.notifications for one in await one_round(archive)] == [1]
