"""What the state of an archive says of its health: how each thing looks, for `alarming` to decide on."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from monitor.core.alarming import Condition, Symptom, above, below
from monitor.durations import format_duration
from monitor.model import AlarmKind, Worker
from monitor.sizes import format_size

ROOM = 1.1  # times the least free space is room enough again


def room(subject: str, free: int, least: int, stops: int) -> Symptom:
    """Judge the free space of a disk, in bytes: wrong below `least`; below `stops` nothing is fetched."""
    detail = f"{format_size(free)} are free, {format_size(least)} are wanted"
    detail += f", and below {format_size(stops)} nothing is fetched"
    return Symptom(AlarmKind.DISK, subject, below(free, least, least * ROOM), detail)


def readable(read: Mapping[str, int], unread: Mapping[str, int], least: int, share: float) -> Iterator[Symptom]:
    """Judge how many articles could not be read, all together and of each outlet that has at least so many.

    Wrong above `share`, well again at half of it. While all together are wrong no outlet is blamed alone.
    """
    whole = _readable("", sum(read.values()), sum(unread.values()), least, share)
    yield whole
    for outlet in read:
        one = _readable(outlet, read[outlet], unread.get(outlet, 0), least, share)
        if outlet and not (whole.condition is one.condition is Condition.WRONG):
            yield one


def _readable(subject: str, total: int, bad: int, least: int, share: float) -> Symptom:
    condition = above(bad / total, share, share / 2) if total >= max(1, least) else Condition.WELL
    return Symptom(AlarmKind.EXTRACTION, subject, condition, f"{bad:,} of the last {total:,} articles cannot be read")


def alive(known: Iterable[Worker], now: datetime, after: timedelta) -> Iterator[Symptom]:
    """Judge each worker by the newest of its name: one that came back, or said goodbye, is well."""
    newest = {one.name or one.machine: one for one in sorted(known, key=lambda one: (one.beat_at, one.id))}
    for name, one in newest.items():
        dead = one.stopped_at is None and now - one.beat_at > after
        detail = f"{one.machine}, process {one.process}: no sign of life since {one.beat_at:%Y-%m-%d %H:%M} UTC"
        yield Symptom(AlarmKind.WORKER, name, Condition.WRONG if dead else Condition.WELL, detail)


def backed_up(folder: str, newest: datetime | None, now: datetime, after: timedelta) -> Symptom:
    """Judge when the last backup into a folder was made; None says that there is none."""
    if newest is None:
        return Symptom(AlarmKind.BACKUP, "", Condition.WRONG, f"there is no backup in {folder} yet")
    old = now - newest
    condition = Condition.WRONG if old > after else Condition.WELL
    return Symptom(AlarmKind.BACKUP, "", condition, f"the last backup in {folder} is {rounded(old)} old")


def fetching(reached: datetime, failed: int, now: datetime, *, wrong: bool) -> Symptom:
    """Say that no fetch has succeeded since a time, and whether that is wrong."""
    if not wrong:
        return Symptom(AlarmKind.FETCHING, "", Condition.WELL, "")
    detail = f"no fetch has succeeded for {rounded(now - reached)}, and {failed:,} failed in that time"
    return Symptom(AlarmKind.FETCHING, "", Condition.WRONG, detail)


def rounded(span: timedelta) -> str:
    """Return a span in words, to the minute, and to the hour where it is longer than a day."""
    unit = 3600 if span >= timedelta(days=1) else 60
    return format_duration(float(int(span.total_seconds() // unit * unit)))
