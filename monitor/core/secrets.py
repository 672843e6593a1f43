"""Mask what an operator gave us in confidence: the values of headers, the password of a proxy."""

from dataclasses import replace
from urllib.parse import urlsplit

from monitor.model import Source

MASK = "***"


def without_secrets(source: Source) -> Source:
    """Return a source as it may be shown, printed and passed on."""
    headers = tuple(f"{line.partition(':')[0].strip()}: {MASK}" for line in source.headers)
    return replace(source, headers=headers, proxy=source.proxy and masked_url(source.proxy))


def masked_url(url: str) -> str:
    """Return a URL with its user and password masked."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{MASK}@{parts.netloc.rpartition('@')[2]}").geturl() if "@" in parts.netloc else url
