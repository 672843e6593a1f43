"""What the tests of stamps ask of an archive."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

from monitor.app import stamp_checks
from monitor.app.context import Context
from monitor.evidence_answers import StampCheck, StampVerdict
from monitor.model import RemovalCause, Stamp, StampMethod
from monitor.store import schema, stamps

Opened = Callable[..., Context]
RFC3161, OTS, ED25519 = StampMethod.RFC3161, StampMethod.OPENTIMESTAMPS, StampMethod.ED25519


async def keep(ctx: Context) -> None:
    """Add something that the next seal has to cover."""
    values = {"at": ctx.clock.now(), "cause": RemovalCause.RETENTION, "reason": "a test"}
    await ctx.db.write(lambda conn: conn.execute(insert(schema.tombstone).values(**values)).close())


async def stored(ctx: Context) -> list[Stamp]:
    """Return all stamps."""
    return [one for _, one in await ctx.db.read(stamps.every)]


async def verdicts(ctx: Context, *headers: bytes) -> list[tuple[StampMethod, StampVerdict]]:
    """Return what the check says of each stamp."""
    return [(one.stamp.method, one.verdict) for one in await checked(ctx, *headers)]


async def checked(ctx: Context, *headers: bytes) -> tuple[StampCheck, ...]:
    """Return all checks, by the headers of blocks."""
    return await stamp_checks.check(ctx, [one.hex() for one in headers])


def expose(key: Path) -> Path:
    """Let others read a key."""
    key.chmod(0o644)
    return key
