"""Sign webhooks as the Standard Webhooks specification 1.0 has it: symmetric, HMAC-SHA256, version `v1`."""

import binascii
import hmac
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

from monitor.errors import ConfigError

PREFIX = "whsec_"
LEAST, MOST = 24, 64  # bytes of a key ("Signature scheme")
_HINT = 'make one with `echo "whsec_$(openssl rand -base64 32)"`, and give it to the receiver as well'


def keys_of(written: str) -> tuple[bytes, ...]:
    """Return the keys in `alerts.webhook_key`: `whsec_` and Base64 of 24 to 64 bytes each, parted by blanks.

    Several sign each message, so that a key can be replaced without a message that fails. Raises ConfigError, which
    does not repeat what was written.
    """
    if not written.strip():
        raise ConfigError("alerts.webhook_key is not set: webhooks are never sent unsigned", hint=_HINT)
    return tuple(_key(each) for each in written.split())


def _key(written: str) -> bytes:
    try:
        key = b64decode(written.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not written.startswith(PREFIX) or not LEAST <= len(key) <= MOST:
        raise ConfigError(f"alerts.webhook_key is no {PREFIX} with Base64 of {LEAST} to {MOST} bytes", hint=_HINT)
    return key


def signed_headers(keys: tuple[bytes, ...], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that sign a body: `webhook-id`, `webhook-timestamp` (Unix seconds) and `webhook-signature`."""
    seconds = str(int(at.timestamp()))
    content = f"{message_id}.{seconds}.".encode() + body
    signatures = (b64encode(hmac.new(key, content, sha256).digest()).decode("ascii") for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }
