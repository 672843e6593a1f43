"""Judge the headers that an operator gives for a source."""

import re

from monitor.errors import UsageError

# These are the connection's: a request that carried them would be another one, or never end.
_NOT_OURS = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te",
     "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?")


def is_ours(name: str) -> bool:
    """Say whether a header of that name can be sent and is the request's own, not the connection's."""
    return _TOKEN.fullmatch(name) is not None and name.lower() not in _NOT_OURS


def header_line(text: str) -> str:
    """Return a line as `Name: value`, checked (RFC 9110 5.1, 5.5). Raises UsageError."""
    name, _, value = (part.strip() for part in text.partition(":"))
    if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
        raise UsageError(f"{text!r} is no header", hint='write it as "Name: value", in ASCII')
    if not is_ours(name):
        raise UsageError(f"the header {name} cannot be set", hint="it is the connection's own")
    return f"{name}: {value}"
