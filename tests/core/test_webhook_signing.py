"""Webhooks are signed as the Standard Webhooks specification says."""

import subprocess
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from monitor.core.webhook_signing import keys_of, signed_headers
from monitor.errors import ConfigError

KEY = b"a key of the archive in Havana!!"
WRITTEN = "whsec_" + b64encode(KEY).decode()
AT = datetime(2026, 11, 16, 12, 0, 0, 999_999, tzinfo=UTC)


def test_another_program_comes_to_the_same_signature() -> None:
    """The content that is signed is id, Unix seconds and body, parted by dots."""
    body = '{"title":"حذف"}'.encode()
    headers = signed_headers(keys_of(WRITTEN), "msg_1", AT, body)
    digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{KEY.hex()}", "-binary"],
        input=b"msg_1.1794830400." + body,
        capture_output=True,
        check=True,
    ).stdout
    assert headers["webhook-id"] == "msg_1"
    assert headers["webhook-timestamp"] == "1794830400"
    assert headers["webhook-signature"] == f"v1,{b64encode(digest).decode()}"


def test_several_keys_sign_side_by_side_so_that_one_can_be_replaced() -> None:
    other = "whsec_" + b64encode(KEY[::-1]).decode()
    both = signed_headers(keys_of(f"{WRITTEN} {other}"), "msg_1", AT, b"{}")["webhook-signature"]
    assert both.split() == [
        signed_headers(keys_of(one), "msg_1", AT, b"{}")["webhook-signature"] for one in (WRITTEN, other)
    ]


@pytest.mark.parametrize("written", ["", "  ", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", WRITTEN[6:]])
def test_a_key_that_is_none_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(ConfigError) as caught:
        keys_of(written)
    assert len(written) < 7 or written not in str(caught.value)
    assert caught.value.hint
