"""The outbox loses nothing and hands nothing out twice, on both databases."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from monitor.answers import ChangeView, DocumentFilter
from monitor.core.alerting import Step, key_of
from monitor.core.query import read_query
from monitor.errors import DatabaseBusyError
from monitor.model import (
    Alert,
    AlertAbout,
    Change,
    ChangeKind,
    DocumentState,
    Notification,
    NotificationState,
    Standing,
)
from monitor.store import alerts, changes, documents, outbox, revisions
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_revision, minutes

SENT = Step(NotificationState.SENT, None, None)
LEASE = timedelta(minutes=5)


async def _rule(db: Database, name: str = "desk", about: AlertAbout = AlertAbout.CHANGES, **values: Any) -> Alert:
    await db.write(alerts.add, Alert(name, "kind:body", about, ("mail",), made_at=NOON, **values))
    made = await db.read(alerts.by_name, name)
    assert made is not None
    return made


async def _changed(db: Database, standing: Standing | None = Standing.CONFIRMED, weight: float = 0.5) -> Change:
    document, _ = await db.write(documents.add, a_document())
    change = Change(ChangeKind.BODY, NOON, document_id=document.id, standing=standing, significance=weight)
    return Change(ChangeKind.BODY, NOON, await db.write(changes.add, change), document.id, standing=standing)


def _note(rule: Alert, change_id: int, at: datetime | None = NOON, channel: str = "mail") -> Notification:
    key, waiting = key_of(rule.id, channel, change_id=change_id), NotificationState.WAITING
    return Notification(key, rule.id, channel, NOON, waiting, change_id=change_id, next_try_at=at)


async def _queued(db: Database, count: int = 1, at: datetime | None = NOON) -> Alert:
    rule = await _rule(db)
    ids = [(await _changed(db)).id for _ in range(count)]
    assert await db.write(outbox.queue, rule, ids[-1], [_note(rule, one, at) for one in ids]) == count
    return rule


async def _claim(
    db: Database, rule: Alert, at: datetime = NOON, name: str = "m1", most: int = 50
) -> list[Notification]:
    return [*await db.write(outbox.claim, rule.id, "mail", at, at + LEASE, name, most)]


async def test_a_rule_starts_where_things_are_now(db: Database) -> None:
    change = await _changed(db)
    rule = await _rule(db)
    assert rule.position == change.id
    assert await db.write(alerts.add, rule) is None, "its name is taken"


async def test_what_was_found_and_how_far_was_looked_are_stored_together_and_once(db: Database) -> None:
    """Who looked from the same position as well, another daemon, stores nothing."""
    rule, change = await _rule(db), await _changed(db)
    assert await db.write(outbox.queue, rule, change.id, [_note(rule, change.id)]) == 1
    assert await db.write(outbox.queue, rule, change.id, [_note(rule, change.id)]) is None
    now = await db.read(alerts.get, rule.id)
    assert now is not None
    assert now.position == change.id
    assert await db.write(outbox.queue, now, change.id, [_note(rule, change.id)]) == 0, "its key is there"
    assert len(await db.read(outbox.newest, rule.id, 10)) == 1


async def test_of_two_daemons_one_gets_the_message(db: Database) -> None:
    rule = await _queued(db, 3)
    both = await asyncio.gather(_claim(db, rule, name="m1"), _claim(db, rule, name="m2"))
    assert sorted(map(len, both)) == [0, 3]


async def test_a_message_that_nobody_settled_is_had_again_after_the_lease_under_its_id(db: Database) -> None:
    """As after a crash between sending and noting it."""
    rule = await _queued(db, 2)
    assert {one.message_id for one in await _claim(db, rule)} == {"m1"}
    assert await _claim(db, rule, NOON + LEASE - minutes(0.1), "m2") == []
    again = await _claim(db, rule, NOON + LEASE, "m2")
    assert {(one.message_id, one.attempts) for one in again} == {("m1", 2)}


async def test_who_lost_the_lease_does_not_settle_what_another_tries(db: Database) -> None:
    rule = await _queued(db)
    await _claim(db, rule)
    await _claim(db, rule, NOON + LEASE)
    failed = Step(NotificationState.FAILED, None, "late")
    assert await db.write(outbox.settle, "m1", 1, failed, NOON) == 0
    assert await db.write(outbox.settle, "m1", 2, SENT, NOON) == 1
    assert await db.write(outbox.settle, "m1", 2, failed, NOON) == 0, "what was sent stays sent"


async def test_what_comes_while_a_message_is_to_wait_is_told_after_it_together(db: Database) -> None:
    rule = await _queued(db)
    await _claim(db, rule)
    later = Step(NotificationState.WAITING, NOON + minutes(60), "busy")
    await db.write(outbox.settle, "m1", 1, later, NOON)
    position = rule.position
    for _ in range(2):
        now = await db.read(alerts.get, rule.id)
        assert now is not None
        change = await _changed(db)
        await db.write(outbox.queue, now, change.id, [_note(rule, change.id)])
        position = change.id
    assert position
    assert await db.read(outbox.due, NOON + minutes(30)) == ()
    assert await _claim(db, rule, NOON + minutes(30), "m2") == []
    assert await db.read(outbox.due, NOON + minutes(60)) == ((rule.id, "mail"),)
    assert [one.message_id for one in await _claim(db, rule, NOON + minutes(60), "m2")] == ["m1"]
    await db.write(outbox.settle, "m1", 2, SENT, NOON)
    assert [one.message_id for one in await _claim(db, rule, NOON + minutes(61), "m3")] == ["m3", "m3"]


async def test_a_message_takes_the_oldest_up_to_a_limit_and_nothing_before_its_time(db: Database) -> None:
    rule = await _queued(db, 5, NOON + minutes(60))
    assert await db.read(outbox.due, NOON) == ()
    assert await _claim(db, rule) == []
    first = await _claim(db, rule, NOON + minutes(60), most=3)
    assert [one.id for one in first] == sorted(one.id for one in first)
    assert len(first) == 3


async def test_a_paused_rule_is_neither_looked_at_nor_sent(db: Database) -> None:
    rule = await _queued(db)
    await db.write(alerts.set_fields, rule.id, paused_at=NOON)
    assert await db.read(outbox.due, NOON) == ()
    assert await _claim(db, rule) == []
    now = await db.read(alerts.get, rule.id)
    assert now is not None
    assert await db.write(outbox.queue, now, 99, []) is None


async def test_what_is_held_is_found_once_its_change_stands_or_is_gone(db: Database) -> None:
    rule = await _rule(db)
    kept = [await _changed(db, Standing.ONCE) for _ in range(3)]
    await db.write(outbox.queue, rule, kept[-1].id, [_note(rule, one.id, None) for one in kept])
    assert await db.read(outbox.held, 10) == ()
    assert await db.read(outbox.due, NOON + minutes(1e6)) == ()
    await db.write(changes.set_fields, kept[0].id, standing=Standing.CONFIRMED)
    await db.write(changes.set_fields, kept[1].id, standing=Standing.FLICKER)
    found = await db.read(outbox.held, 10)
    assert [(note.change_id, change.standing, to.name) for note, change, _, to in found] == [
        (kept[0].id, Standing.CONFIRMED, "desk"),
        (kept[1].id, Standing.FLICKER, "desk"),
    ]
    assert await db.write(outbox.release, found[0][0].id, NOON)
    assert not await db.write(outbox.release, found[0][0].id, NOON + minutes(5)), "it is not held any more"
    await db.write(outbox.drop, [found[1][0].id])
    assert [one.change_id for one in await _claim(db, rule)] == [kept[0].id]
    assert await db.read(outbox.held, 10) == ()


async def test_a_document_redacted_meanwhile_is_not_told_of(db: Database) -> None:
    rule = await _queued(db, 2)
    notes = await _claim(db, rule)
    assert len((await db.read(outbox.items, notes, 50))[0]) == 2
    await db.write(documents.set_fields, 1, state=DocumentState.REDACTED)
    assert await db.read(outbox.items, notes, 50) == ((), 0)


async def test_what_turned_out_to_be_furniture_while_it_waited_is_not_told(db: Database) -> None:
    rule = await _queued(db, 2)
    notes = await _claim(db, rule)
    await db.write(changes.set_fields, notes[0].change_id or 0, kind=ChangeKind.FURNITURE)
    (kept,), more = await db.read(outbox.items, notes, 50)
    assert (isinstance(kept, ChangeView) and kept.change.id, more) == (notes[1].change_id, 0)


async def test_what_was_sent_is_forgotten_later_and_what_waits_or_was_given_up_never(db: Database) -> None:
    rule = await _queued(db, 3)
    for name, step in (("m1", SENT), ("m2", Step(NotificationState.FAILED, None, "gone"))):
        await _claim(db, rule, name=name, most=1)
        await db.write(outbox.settle, name, 1, step, NOON)
    assert await db.write(outbox.forget, NOON, 10) == 0
    assert await db.write(outbox.forget, NOON + minutes(1), 10) == 1
    left = [one.state for one in await db.read(outbox.newest, rule.id, 10)]
    assert left == [NotificationState.WAITING, NotificationState.FAILED]


async def test_figures_tell_what_waits_what_was_sent_and_what_was_said(db: Database) -> None:
    rule = await _queued(db, 2)
    (figures,) = (await db.read(outbox.summaries)).values()
    assert (figures.waiting, figures.sent, figures.failed, figures.next_try_at) == (2, 0, 0, NOON)
    await _claim(db, rule, most=1)
    await db.write(outbox.settle, "m1", 1, Step(NotificationState.FAILED, None, "no such desk"), NOON)
    await _claim(db, rule, name="m2")
    await db.write(outbox.settle, "m2", 1, SENT, NOON)
    figures = (await db.read(outbox.summaries, rule.id))[rule.id]
    assert (figures.waiting, figures.sent, figures.failed, figures.last_detail) == (0, 1, 1, "no such desk")
    assert await db.write(outbox.again, rule.id, NOON) == 1
    assert [one.message_id for one in await _claim(db, rule, name="m3")] == ["m1"], "a repeat keeps its id"


async def test_a_clock_that_was_ahead_keeps_nothing_for_a_year(db: Database) -> None:
    """Neither what is fresh, nor what was claimed under the wrong time."""
    year = timedelta(days=365)
    rule = await _queued(db, 2, NOON + year)
    assert len(await _claim(db, rule, NOON + year, most=1)) == 1
    assert await db.read(outbox.due, NOON) == ((rule.id, "mail"),)
    for message in ("m1", "m2"):
        (note,) = await _claim(db, rule, name="m2")
        assert note.message_id == message
        assert await db.read(outbox.due, NOON) == (), "it is claimed now"
        await db.write(outbox.settle, message, note.attempts, SENT, NOON)


async def test_a_rule_goes_with_its_outbox(db: Database) -> None:
    rule = await _queued(db, 2)
    await db.write(alerts.remove, rule.id)
    assert await db.read(alerts.every) == ()
    assert await _claim(db, rule) == []


async def test_first_texts_are_found_by_their_words_in_the_order_they_came(db: Database) -> None:
    for number, words in enumerate(("mercado central", "tranvía", "el mercado viejo")):
        page, _ = await db.write(documents.add, a_document(f"https://radio.example/{number}"))
        await db.write(revisions.add, a_revision(page.id, words))
    await db.write(revisions.add, a_revision(2, "el mercado nuevo"))

    async def found(query: str, after: int = 0) -> list[tuple[int, int]]:
        words, all_of_them = read_query(query).words, DocumentFilter()
        some = await db.read(alerts.first_texts, words, all_of_them, after=after, until=4, limit=10)
        return [(number, one.id) for number, one in some]

    assert await found("mercado") == [(1, 1), (3, 3)]
    assert await found("mercado", after=1) == [(3, 3)]
    assert await found("origin:web -viejo") == [(1, 1), (2, 2)]
    assert await found("mercado -viejo") == [(1, 1)]
    await db.write(documents.set_fields, 1, state=DocumentState.REDACTED)
    assert await found("mercado") == [(3, 3)]


def _add_uncommitted(conn: Connection, document_id: int) -> None:
    changes.add(conn, Change(ChangeKind.BODY, NOON, document_id=document_id))


async def test_no_number_is_passed_over_that_a_slow_transaction_was_given(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a higher number may be seen before a lower one."""
    monkeypatch.setattr(alerts, "PATIENCE_MS", 50)
    db = Database.open(postgresql_url)
    try:
        await _changed(db)
        with db._writer.connect() as slow:
            _add_uncommitted(slow, 1)
            await db.write(_add_uncommitted, 1)
            with pytest.raises(DatabaseBusyError):
                await db.write(alerts.settled, AlertAbout.CHANGES)
            assert await db.write(alerts.settled, AlertAbout.DOCUMENTS) == 0, "whoever writes to the other is let be"
            slow.commit()
        assert await db.write(alerts.settled, AlertAbout.CHANGES) == 3
        assert (await db.read(lambda conn: conn.execute(text("SELECT count(*) FROM change")).scalar_one())) == 3
    finally:
        db.close()
