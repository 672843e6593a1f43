"""Tokens: who may ask over the network. Secrets are not here, only their SHA-256."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, or_, select, text, update

from monitor.model import Token
from monitor.store.dialects import is_sqlite
from monitor.store.schema import token
from monitor.store.types import columns_of, nouns


def add(conn: Connection, new: Token) -> Token | None:
    """Add a token and return it with its number; None where one that is active has its name."""
    if not is_sqlite(conn):  # there one writes at a time; here two could make one of the same name at once
        conn.execute(text("LOCK TABLE token IN SHARE ROW EXCLUSIVE MODE"))
    if _many(conn, token.c.name == new.name, _active(new.made_at)):
        return None
    made = conn.execute(insert(token).values(columns_of(new))).inserted_primary_key
    assert made is not None
    return replace(new, id=int(made[0]))


def every(conn: Connection, *, revoked: bool = False) -> tuple[Token, ...]:
    """Return the tokens, oldest first; those revoked only where asked."""
    return _many(conn, *([] if revoked else [token.c.revoked_at.is_(None)]))


def matching(conn: Connection, which: int | str) -> tuple[Token, ...]:
    """Return the tokens of a number or a name, oldest first; several of one name when the earlier ones ended."""
    return _many(conn, token.c.id == which if isinstance(which, int) else token.c.name == which)


def by_digest(conn: Connection, digest: str) -> Token | None:
    """Return the token whose secret has that SHA-256 (hex), or None."""
    return next(iter(_many(conn, token.c.secret_sha256 == digest)), None)


def is_active(conn: Connection, number: int, now: datetime) -> bool:
    """Return whether a token can be used: there, not revoked, not expired."""
    return bool(_many(conn, token.c.id == number, _active(now)))


def any_active(conn: Connection, now: datetime) -> bool:
    """Return whether there is a token that can be used."""
    return conn.execute(select(token.c.id).where(_active(now)).limit(1)).first() is not None


def revoke(conn: Connection, number: int, at: datetime) -> None:
    """Mark a token as revoked; one that was stays as it is."""
    conn.execute(update(token).where(token.c.id == number, token.c.revoked_at.is_(None)).values(revoked_at=at))


def mark_used(conn: Connection, number: int, at: datetime) -> None:
    """Note when a token was last used."""
    conn.execute(update(token).where(token.c.id == number).values(last_used_at=at))


def _active(now: datetime) -> ColumnElement[bool]:
    return token.c.revoked_at.is_(None) & or_(token.c.expires_at.is_(None), token.c.expires_at > now)


def _many(conn: Connection, *which: ColumnElement[bool]) -> tuple[Token, ...]:
    return nouns(Token, conn.execute(select(token).where(*which).order_by(token.c.id)))
