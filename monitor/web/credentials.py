"""What a request shows of whoever sends it: a token, in a header. Never in an address, which logs and browsers keep."""

import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass

from aiohttp import web

_SAID = re.compile(r"(?i:(?P<scheme>bearer|basic)) +(?P<value>[A-Za-z0-9._~+/=-]+)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret that was shown; `bearer` unless it came as a password (Basic), which browsers send by themselves."""

    secret: str
    bearer: bool


def shown(request: web.Request) -> Shown | None:
    """Return the secret that a request shows, or None.

    As `Authorization: Bearer` (RFC 6750, 2.1), or as the password of `Authorization: Basic`, for feed readers; any user
    name will do.
    """
    found = _SAID.fullmatch(request.headers.get("Authorization", "").strip())
    if found is None:
        return None
    if found["scheme"].lower() == "bearer":
        return Shown(found["value"], bearer=True)
    return Shown(_password(found["value"]), bearer=False)


def _password(coded: str) -> str:
    try:
        return b64decode(coded, validate=True).decode("utf-8").partition(":")[2]
    except (Error, UnicodeDecodeError):
        return ""


def challenge(request: web.Request, *, wrong: bool = False) -> str:
    """Return what WWW-Authenticate asks for: of feed readers a password, since they know nothing else."""
    if request.path.startswith("/atom/"):
        return 'Basic realm="monitor", charset="UTF-8"'
    return 'Bearer realm="monitor"' + (', error="invalid_token"' if wrong else "")
