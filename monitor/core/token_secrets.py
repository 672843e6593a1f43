"""The secrets of tokens: how they are written, told from typing mistakes, and known again by their hash alone.

`mon_`, 43 digits of base 62 (256 bits of chance) and 6 more that are the CRC-32 of what stands before them. The prefix
lets scanners for leaked secrets find one, the checksum tells a mistake from a token that was revoked.
"""

import re
from hashlib import sha256
from zlib import crc32

from monitor.errors import UsageError

PREFIX = "mon_"
CHANCE = 32  # bytes: nobody guesses one, so a plain hash keeps it as safe as a slow one
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 43  # digits of base 62 that 256 bits take
_CHECK = 6  # and 32 bits
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_LENGTH + _CHECK}}}")
_NAME = re.compile(r"[\w.@-][\w .@-]{0,78}[\w.@-]|[\w.@-]")


def secret_from(chance: bytes) -> str:
    """Return the secret that 32 bytes of chance make. Raises ValueError for another number of bytes."""
    if len(chance) != CHANCE:
        raise ValueError(f"{CHANCE} bytes are needed")
    body = PREFIX + _in_base_62(int.from_bytes(chance), _LENGTH)
    return body + _check(body)


def is_secret(text: str) -> bool:
    """Return whether a text has the form of a secret, with the checksum it must have."""
    return _FORM.fullmatch(text) is not None and text[-_CHECK:] == _check(text[:-_CHECK])


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hex: all that is kept of it."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def checked_name(name: str) -> str:
    """Return the name of a token, stripped.

    Raises UsageError for one that is a number (which names another token), empty, longer than 80 characters, or not of
    letters, digits, blanks and `. _ - @`.
    """
    told = name.strip()
    if told.isdecimal():
        raise UsageError(f"{told!r} is a number, and no name", hint="the number of a token is given to it")
    if not _NAME.fullmatch(told):
        raise UsageError(
            f"{told[:80]!r} is no name of a token",
            hint="up to 80 letters, digits, blanks and . _ - @: who or what it is for, such as laptop",
        )
    return told


def _check(body: str) -> str:
    return _in_base_62(crc32(body.encode("ascii")), _CHECK)


def _in_base_62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
