"""The tokens: who may ask over the network. Their secrets are shown once and kept as SHA-256 only."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from monitor.app.context import Context
from monitor.core.token_secrets import CHANCE, checked_name, digest, is_secret, secret_from
from monitor.errors import NotFoundError, UsageError
from monitor.model import Token, TokenScope
from monitor.store import tokens
from monitor.telling_answers import NewToken

USE_NOTED = timedelta(minutes=1)  # more often than this the use of a token is not written down


class Tokens:
    """What `archive.tokens` offers."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def create(
        self, name: str, scope: TokenScope = TokenScope.READ, *, expires_at: datetime | None = None
    ) -> NewToken:
        """Make a token and return it with its secret, which is told this once.

        Raises UsageError for a name that an active token has or that is none, and for an end that is not to come.
        """
        now = self._ctx.clock.now()
        if expires_at is not None and expires_at <= now:
            raise UsageError("a token must expire in the future", hint="write it like 90d")
        secret = secret_from(secrets.token_bytes(CHANCE))
        new = Token(checked_name(name), scope, digest(secret), now, expires_at=expires_at)
        made = await self._ctx.db.write(tokens.add, new)
        if made is None:
            raise UsageError(
                f"there is a token {new.name!r} already", hint=f"`monitor token revoke {new.name!r}` ends it"
            )
        return NewToken(made, secret)

    async def every(self, *, revoked: bool = False) -> tuple[Token, ...]:
        """Return the tokens, oldest first, expired ones included; with those revoked where asked."""
        return await self._ctx.db.read(tokens.every, revoked=revoked)

    async def revoke(self, which: int | str) -> Token:
        """Revoke a token for good, by number or name; one that was revoked stays so. Raises NotFoundError."""
        found = await self._ctx.db.read(tokens.matching, which)
        if not found:
            raise NotFoundError(f"there is no token {which}", hint="`monitor token list` names them")
        await self._ctx.db.write(tokens.revoke, found[-1].id, self._ctx.clock.now())
        return (await self._ctx.db.read(tokens.matching, found[-1].id))[0]

    async def check(self, secret: str) -> Token | None:
        """Return the token that this is the secret of, None where it is of none, or of one revoked or expired.

        That it was used is noted, once a minute at most.
        """
        if not is_secret(secret):
            return None
        asked, now = digest(secret), self._ctx.clock.now()
        # Found by an index over hashes: how long that takes tells nothing of the secret, which has 256 bits of chance.
        found = await self._ctx.db.read(tokens.by_digest, asked)
        if found is None or not compare_digest(found.secret_sha256, asked) or not _is_active(found, now):
            return None
        if found.last_used_at is None or now - found.last_used_at >= USE_NOTED:
            await self._ctx.db.write(tokens.mark_used, found.id, now)
        return found

    async def is_active(self, number: int) -> bool:
        """Return whether the token of a number can still be used."""
        return await self._ctx.db.read(tokens.is_active, number, self._ctx.clock.now())

    async def any_active(self) -> bool:
        """Return whether there is a token that can be used."""
        return await self._ctx.db.read(tokens.any_active, self._ctx.clock.now())


def _is_active(one: Token, now: datetime) -> bool:
    return one.revoked_at is None and (one.expires_at is None or one.expires_at > now)
