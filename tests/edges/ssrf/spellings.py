"""The ways to write an address that is not public, so that it looks like something else."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

# One or two of every range that is not public, and the addresses that attackers want: metadata services, gateways.
_LISTED_4 = """
127.0.0.1 127.0.0.53 127.255.255.254 0.0.0.0 169.254.169.254 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254
192.168.0.1 192.168.255.255 100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7
203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
"""
_LISTED_6 = """
:: ::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 ::0001 fe80::1 fe80::a9fe:a9fe febf::1 fc00::1
fd00:ec2::254 fdff::1 fec0::1 ff02::1 ff05::2 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 3fff::1
5f00::1 2620:4f:8000::1 64:ff9b:1::1 4000::1 e000::1
"""
INSIDE_4 = tuple(_LISTED_4.split())
INSIDE_6 = tuple(_LISTED_6.split())


def _parts(address: str) -> list[int]:
    return [int(part) for part in address.split(".")]


def _number(address: str) -> int:
    return int(IPv4Address(address))


def _dotted(form: str) -> Callable[[str], str]:
    return lambda address: ".".join(format(part, form) for part in _parts(address))


def _short(parts: int, form: str) -> Callable[[str], str]:
    """Write in fewer parts, the last of which stands for several bytes."""

    def write(address: str) -> str:
        head = [format(part, form) for part in _parts(address)[: parts - 1]]
        return ".".join([*head, format(_number(address) % 256 ** (5 - parts), form)])

    return write


def _mixed(address: str) -> str:
    a, b, c, d = _parts(address)
    return f"0x{a:X}.{b:#o}.{c}.{d:#06x}".replace("0o", "0")


def _octal(text: str) -> str:
    return text.replace("0o", "0")


def _digits(zero: str, first: str) -> Callable[[str], str]:
    """Write with other digits, which compatibility folding (UTS 46) makes ASCII again."""
    table = {"0": zero} | {str(n): chr(ord(first) + n - 1) for n in range(1, 10)}
    return lambda address: "".join(table.get(letter, letter) for letter in address)


def _dots(dot: str) -> Callable[[str], str]:
    return lambda address: address.replace(".", dot)


def _percent(address: str) -> str:
    return "".join(f"%{ord(letter):02x}" for letter in address)


SPELLINGS_4: dict[str, Callable[[str], str]] = {
    "as it is": lambda address: address,
    "with a dot at the end": lambda address: address + ".",
    "one number": lambda address: str(_number(address)),
    "one hexadecimal number": lambda address: hex(_number(address)),
    "one hexadecimal number, padded": lambda address: f"0X{_number(address):016X}",
    "one octal number": lambda address: _octal(oct(_number(address))),
    "one octal number, padded": lambda address: f"0000{_number(address):o}",
    "hexadecimal parts": _dotted("#x"),
    "padded hexadecimal parts": _dotted("#010x"),
    "octal parts": lambda address: _octal(_dotted("#o")(address)),
    "padded octal parts": _dotted("06o"),
    "mixed parts": _mixed,
    "leading zeros": _dotted("04d"),
    "two parts": _short(2, "d"),
    "three parts": _short(3, "d"),
    "two hexadecimal parts": _short(2, "#x"),
    "overflowing number": lambda address: str(_number(address) + (1 << 32)),
    "overflowing part": lambda address: ".".join(str(part + 256) for part in _parts(address)),
    "five parts": lambda address: address + ".0",
    "full-width digits": _digits("０", "１"),
    "circled digits": _digits("⓪", "①"),
    "mathematical digits": _digits("𝟎", "𝟏"),
    "superscript digits": lambda address: address.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")),
    "Arabic-Indic digits": _digits("٠", "١"),
    "ideographic full stops": _dots("。"),
    "full-width full stops": _dots("．"),
    "half-width full stops": _dots("｡"),
    "percent-encoded": _percent,
    "percent-encoded dots": _dots("%2e"),
    "percent-encoded twice": _dots("%252e"),
    "soft hyphens": _dots(".\u00ad"),
    "a name as user": lambda address: f"news.test@{address}",
    "a name and port as user": lambda address: f"news.test:80@{address}",
    "an encoded at sign": lambda address: f"news.test%40{address}",
    "two at signs": lambda address: f"user@news.test@{address}",
    "a NUL and a name behind it": lambda address: f"{address}%00.news.test",
    "a line end and a name behind it": lambda address: f"{address}%0d%0a.news.test",
    "a tab inside": lambda address: address.replace(".", ".\t", 1),
    "in brackets": lambda address: f"[{address}]",
}


def _carried(prefix: int, shift: int = 0) -> Callable[[str], str]:
    return lambda address: f"[{IPv6Address(prefix | _number(address) << shift)}]"


def _teredo(address: str) -> str:
    return f"[{IPv6Address(0x20010000 << 96 | 0x08080808 << 64 | _number(address) ^ 0xFFFFFFFF)}]"


# A provider's own network, out of which an embedded address would have to lead.
_PROVIDER = 0x2A00_1450_4001_080B << 64
SPELLINGS_6: dict[str, Callable[[str], str]] = {
    "mapped": _carried(0xFFFF << 32),
    "mapped, dotted": lambda address: f"[::ffff:{address}]",
    "mapped, in full": lambda address: f"[0:0:0:0:0:FFFF:{_number(address) >> 16:04X}:{_number(address) & 0xFFFF:04X}]",
    "compatible": _carried(0),
    "compatible, dotted": lambda address: f"[::{address}]",
    "translated": _carried(0xFFFF << 48),
    "NAT64": _carried(0x64FF9B << 96),
    "NAT64, dotted": lambda address: f"[64:ff9b::{address}]",
    "local NAT64": _carried(0x64FF9B0001 << 80),
    "6to4": _carried(0x2002 << 112, 80),
    "6to4 with a host": _carried(0x2002 << 112 | 1, 80),
    "Teredo client": _teredo,
    "Teredo server": _carried(0x20010000 << 96, 64),
    "ISATAP": _carried(_PROVIDER | 0x5EFE << 32),
    "ISATAP, universal": _carried(_PROVIDER | 0x02005EFE << 32),
    "ISATAP, link-local": _carried(0xFE80 << 112 | 0x5EFE << 32),
    "mapped with a zone": lambda address: f"[::ffff:{address}%25eth0]",
    "mapped with a bare zone": lambda address: f"[::ffff:{address}%1]",
}
