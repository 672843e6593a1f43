"""Which network addresses belong to the public internet, so that a page cannot send us to somebody's machine room."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from monitor.errors import ConfigError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The IANA special-purpose registry, with Azure's virtual host added: a public number that answers only inside. An
# explicit list, since `is_global` changes with the version of Python and calls `::ffff:100.64.0.1` global.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and the metadata service of one cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's virtual host
        "169.254.0.0/16",  # link-local, and the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_UNICAST_6 = IPv6Network("2000::/3")  # all of IPv6 that is handed out; the rest is special or empty
_NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # the upper half of the interface identifier
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# In these the IPv4 address is where the packet goes; the others are dead, and judged as IPv6 too.
_CARRIERS = (_MAPPED, _NAT64, _6TO4)


@lru_cache(maxsize=4_096)
def is_public(address: str | Address) -> bool:
    """Say whether an address is on the public internet. What is no address is not.

    IPv4 carried inside IPv6 is judged by the IPv4 address: mapped (RFC 4291), compatible (RFC 4291), NAT64
    (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380, the server and the client), ISATAP (RFC 5214 6.1). The ranges are
    IANA's special-purpose registries (RFC 6890 and its successors). A NAT64 prefix of a network's own cannot be known
    here.
    """
    parsed = _parsed(address)
    if parsed is None:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_PUBLIC_4)
    inner = carried(parsed)
    if not all(is_public(one) for one in inner):
        return False
    if inner and any(parsed in network for network in _CARRIERS):
        return True
    return parsed in _UNICAST_6 and not any(parsed in network for network in _NOT_PUBLIC_6)


def carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses that an IPv6 address carries, if any."""
    value = int(address)
    if any(address in network for network in (_MAPPED, _COMPATIBLE, _NAT64)):
        return (IPv4Address(value & 0xFFFFFFFF),)
    if address in _TEREDO:
        return IPv4Address(value >> 64 & 0xFFFFFFFF), IPv4Address(value & 0xFFFFFFFF ^ 0xFFFFFFFF)
    relay = (IPv4Address(value >> 80 & 0xFFFFFFFF),) if address in _6TO4 else ()
    tail = (IPv4Address(value & 0xFFFFFFFF),) if value >> 32 & 0xFFFFFFFF in _ISATAP else ()
    return relay + tail


def literal(host: str) -> Address | None:
    """Return the address that the host of a URL is, brackets taken off, or None when it is a name.

    Raises ValueError for a host that ends in a number and is no address in its usual spelling. Programs disagree about
    `127.1`, `0x7f000001` and `010.0.0.1` (URL standard 3.5 reads them all, others half), and no site is called that.
    """
    if ":" in host:
        return IPv6Address(host)
    bare = host.removesuffix(".")
    return IPv4Address(bare) if _NUMBER.fullmatch(bare.rpartition(".")[2]) else None


def is_within(address: str | Address, ranges: Iterable[Network]) -> bool:
    """Say whether an address lies in one of the ranges; a mapped IPv4 address counts as itself (RFC 4291 2.5.5.2)."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address) and parsed in _MAPPED:
        parsed = carried(parsed)[0]
    return parsed is not None and any(parsed in network for network in ranges)


def parse_ranges(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks written as `10.0.0.0/8`, `fd00::/8` or one address. Raises ConfigError."""
    return tuple(_parse_range(text) for text in texts)


def _parse_range(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no address range", hint="write it as 10.0.0.0/8 or fd00::/8") from error


def _parsed(address: str | Address) -> Address | None:
    if not isinstance(address, str):
        return address
    try:
        return ip_address(address)
    except ValueError:
        return None
