"""Which addresses a fetch may go to."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.addresses import carried, is_public, is_within, literal, parse_ranges
from monitor.errors import ConfigError

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "168.63.129.15", "169.253.255.255", "172.15.255.255", "172.32.0.0",
    "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001:80b::200e", "2400:cb00::1",
    "2a00:1450::5efe:808:808", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
]  # fmt: skip
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254", "169.254.0.0", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1",
    "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3",
    "64:ff9b:1::127.0.0.1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:0:7f00:1:0:0:f7f7:f7f7", "2001:0:808:808:0:0:80ff:fffe", "2001:db8::1", "2002:7f00:1::1",
    "2002:a00:1::1", "2002:c0a8:101::1", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fd12:3456::1", "fe80::1",
    "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1", "fe80::1%eth0", "fec0::1", "ff02::1", "2620:4f:8000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """Ordinary addresses, and those beside every special range, are public."""
    assert is_public(address)
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_special_addresses_do_not_pass(address: str) -> None:
    """Every special range, its first and last neighbours inside, and every way to carry it in IPv6, is not public."""
    assert not is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1:80", "[::1]"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    """A spelling that is no address gets no benefit of the doubt."""
    assert not is_public(text)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_as_public_as_itself(inner: IPv4Address) -> None:
    """Mapping, NAT64 and 6to4 neither hide a private address nor lose a public one."""
    value = int(inner)
    for outer in (0xFFFF << 32 | value, 0x64FF9B << 96 | value, 0x2002 << 112 | value << 80 | 1):
        assert carried(IPv6Address(outer)) == (inner,)
        assert is_public(IPv6Address(outer)) == is_public(inner)


@given(st.ip_addresses(v=4))
def test_dead_tunnels_are_never_public(inner: IPv4Address) -> None:
    """IPv4-compatible and Teredo addresses are refused whatever they carry, for nothing answers there."""
    value = int(inner)
    assert not is_public(IPv6Address(value))
    assert not is_public(IPv6Address(0x20010000 << 96 | 0x08080808 << 64 | value ^ 0xFFFFFFFF))


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address: IPv4Address | IPv6Address) -> None:
    """The list is at least as strict as the interpreter's own, of any version, save for carried IPv4."""
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert not is_public(address) or (isinstance(address, IPv6Address) and carried(address))


def test_teredo_carries_server_and_client() -> None:
    """RFC 4380 section 4: the server in clear, the client inverted."""
    teredo = IPv6Address("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    assert carried(teredo) == (IPv4Address("65.54.227.120"), IPv4Address("192.0.2.45"))


def test_isatap_carries_an_address_within_its_network() -> None:
    """RFC 5214 6.1: the interface identifier holds it, whether its first bits say universal or not."""
    assert carried(IPv6Address("2a00::5efe:10.0.0.1")) == (IPv4Address("10.0.0.1"),)
    assert carried(IPv6Address("2a00::200:5efe:10.0.0.1")) == (IPv4Address("10.0.0.1"),)
    assert carried(IPv6Address("2002:7f00:1::5efe:10.0.0.1")) == (IPv4Address("127.0.0.1"), IPv4Address("10.0.0.1"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("1.2.3.4", "1.2.3.4"), ("1.2.3.4.", "1.2.3.4"), ("::1", "::1"), ("news.example", None), ("1.2.3.4.example", None),
     ("news.0xyz", None), ("", None), ("x1", None)],
)  # fmt: skip
def test_literals_are_told_from_names(host: str, expected: str | None) -> None:
    """A host is an address or a name."""
    assert literal(host) == (ip_address(expected) if expected else None)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "1.2.3", "news.1", "1.2.3.4..0x"])
def test_a_host_that_only_ends_in_a_number_is_neither(host: str) -> None:
    """Other spellings are nobody's address, since programs read them differently."""
    with pytest.raises(ValueError, match=r"\S"):
        literal(host)


def test_ranges_are_parsed() -> None:
    """Networks, single addresses and networks with host bits set are understood."""
    assert parse_ranges([" 10.0.0.0/8 ", "fd00::/8", "127.0.0.1", "192.168.1.7/24"]) == (
        ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("127.0.0.1/32"), ip_network("192.168.1.0/24"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "intranet", "10.0.0.0/33", "10.0.0"])
def test_a_bad_range_is_named(text: str) -> None:
    """What is no range is a configuration error that shows the text and the way to write it."""
    with pytest.raises(ConfigError) as caught:
        parse_ranges([text])
    assert repr(text) in str(caught.value)
    assert caught.value.hint


def test_within_sees_through_mapping() -> None:
    """A range of IPv4 addresses also holds their mapped spelling."""
    ranges = parse_ranges(["127.0.0.0/8", "fd00::/8"])
    assert is_within("127.0.0.1", ranges)
    assert is_within("::ffff:127.0.0.1", ranges)
    assert is_within("fd00::5", ranges)
    assert not is_within("128.0.0.1", ranges)
    assert not is_within("::127.0.0.1", ranges)
    assert not is_within("nonsense", ranges)
