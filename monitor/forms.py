"""The forms that option values take: how each is read and checked, and what a person is told it takes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BeforeValidator

from monitor.durations import parse_duration
from monitor.errors import UsageError
from monitor.sizes import parse_size


@dataclass(frozen=True, slots=True)
class Form:
    """What a value looks like: `text` completes "it takes ...". A `path` is anchored where its file is."""

    text: str
    shape: Literal["plain", "list", "table"] = "plain"
    path: bool = False
    secret: bool = False  # it may carry a password


def _by(parse: Callable[[Any], object]) -> BeforeValidator:
    """Read a value with a parser of ours, whose UsageError pydantic does not know."""

    def read(given: object) -> object:
        try:
            return parse(given)
        except UsageError as error:
            raise ValueError(str(error)) from error

    return BeforeValidator(read)


def _must(holds: Callable[[Any], object]) -> AfterValidator:
    """Refuse a value for which `holds` is not true; what it takes is told by its Form."""

    def check(value: Any) -> Any:
        if not holds(value):
            raise ValueError
        return value

    return AfterValidator(check)


def _above(bound: int) -> AfterValidator:
    return _must(lambda number: number > bound)


def _no_bool(given: object) -> object:
    if isinstance(given, bool):  # which pydantic would take for 0 or 1
        raise UsageError("a number is needed")
    return given


def _true_or_false(given: object) -> object:
    """Read a flag strictly; from the environment it comes as a word."""
    known = {"true": True, "false": False}
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in known:
        return known[given.lower()]
    raise UsageError("true or false is needed")


def _matches(pattern: str) -> AfterValidator:
    return _must(re.compile(pattern).fullmatch)


def _networks(given: tuple[str, ...]) -> bool:
    from ipaddress import ip_network  # rarely needed, and slow to import

    return all(ip_network(network, strict=False) for network in given)


def _is_address(given: str) -> bool:
    from ipaddress import ip_address  # rarely needed, and slow to import

    host, _, port = given.rpartition(":")
    ip_address(host.removeprefix("[").removesuffix("]"))
    return _is_port(port)


def _is_port(given: str) -> bool:
    return re.fullmatch("[0-9]{1,5}", given) is not None and 0 < int(given) < 65_536


def _addresses(given: Mapping[str, str]) -> bool:
    ports = all(key.rpartition(":")[0] and _is_port(key.rpartition(":")[2]) for key in given)
    return ports and all(map(_is_address, given.values()))


def _listens(given: str) -> bool:
    name, _, port = given.rpartition(":")
    return _is_port(port) if name == "localhost" else _is_address(given)


def _lowered(given: Mapping[str, float]) -> Mapping[str, float]:
    return {host.lower(): value for host, value in given.items()}


def _are_hosts(given: Mapping[str, float]) -> bool:
    return all(re.fullmatch(r"[^\s/@]+", host) for host in given)


def _climbs(ladder: tuple[float, ...]) -> bool:
    return bool(ladder) and ladder[0] > 0 and all(a < b for a, b in pairwise(ladder))


def _data_dir(given: object) -> object:
    return platformdirs.user_data_path("monitor", appauthor=False) if given == "" else given


_DURATION = 'such as "45s", "15m" or "1h30m"'
_SIZE = 'such as "500kB", "20MB" or "1GiB"'

Duration = Annotated[float, _by(parse_duration), Form(f"a duration {_DURATION}")]
PositiveDuration = Annotated[float, _by(parse_duration), _above(0), Form(f"a duration above zero, {_DURATION}")]
Size = Annotated[int, _by(parse_size), _above(0), Form(f"a size above zero, {_SIZE}")]
Whole = Annotated[int, _by(_no_bool), _above(-1), Form("a whole number from 0")]
Count = Annotated[int, _by(_no_bool), _above(0), Form("a whole number from 1")]
Share = Annotated[float, _by(_no_bool), _must(lambda share: 0 <= share < 1), Form("a number from 0 to below 1")]
DataDir = Annotated[Path, BeforeValidator(_data_dir), Form("the path of a folder", path=True)]
MaybePath = Annotated[
    Path | None,
    BeforeValidator(lambda given: None if given == "" else given),
    Form("the path of a file, or nothing", path=True),
]
MaybeFolder = Annotated[
    Path | None,
    BeforeValidator(lambda given: None if given == "" else given),
    Form("the path of a folder, or nothing", path=True),
]
Paths = Annotated[tuple[Path, ...], Form('paths of files, such as ["outlets.toml"]', shape="list", path=True)]
Contact = Annotated[
    str,
    _matches(
        r"|https?://[\x21-\x27\x2a-\x7e]+|(mailto:)?[\x21-\x27\x2a-\x3f\x41-\x7e]+@[\x21-\x27\x2a-\x3f\x41-\x7e]+"
    ),
    Form('a URL or a mail address, such as "https://archive.example/about"'),
]
Agent = Annotated[str, _matches(r"|[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?"), Form("one line of ASCII text, or nothing")]
DatabaseUrl = Annotated[
    str,
    _matches(r"|sqlite:///(?!:memory:)[^?]+|postgres(ql)?(\+psycopg)?://\S+"),
    Form('"postgresql://user@host/name", "sqlite:///file.db" or nothing', secret=True),
]
Keep = Annotated[Literal["all", "changes", "none"], Form('"all", "changes" or "none"')]
BackupEvidence = Annotated[Literal["copy", "reference", "none"], Form('"copy", "reference" or "none"')]
KEPT_BY = ("hourly", "daily", "weekly", "monthly", "yearly")
BackupKeep = Annotated[
    Mapping[str, Annotated[int, _by(_no_bool), _above(0)]],
    _must(lambda given: bool(given) and set(KEPT_BY).issuperset(given)),
    Form("whole numbers from 1 by " + ", ".join(f'"{name}"' for name in KEPT_BY), shape="table"),
]
WorkerName = Annotated[str, _matches(r"[^\s/](?:.{0,78}\S)?|"), Form("up to 80 characters on a line, or nothing")]
Flag = Annotated[bool, _by(_true_or_false), Form("true or false")]
MaybeDuration = Annotated[
    float | None,
    _by(lambda given: None if given in ("", None) else parse_duration(given)),
    _must(lambda seconds: seconds is None or seconds > 0),
    Form(f"a duration above zero {_DURATION}, or nothing"),
]
MaybeListen = Annotated[
    str,
    _must(lambda given: given == "" or _listens(given)),
    Form('an address and a port, such as "127.0.0.1:8474", or nothing'),
]
MaybeUrl = Annotated[str, _matches(r"|https?://[^\s/?#@]+(/\S*)?"), Form("a URL, or nothing")]
Urls = Annotated[
    tuple[str, ...],
    _must(lambda given: all(re.fullmatch(r"https?://[^\s/?#@]+(/\S*)?", url) for url in given)),
    Form("URLs", shape="list"),
]
Names = Annotated[
    tuple[str, ...],
    _must(lambda given: all(re.fullmatch(r"[^\s/@]+", name) for name in given)),
    Form('names of hosts, with a port where it is unusual, such as ["archive.example"]', shape="list"),
]
Channels = Annotated[
    Mapping[str, str],
    _must(lambda given: all(re.fullmatch(r"[\w.-]{1,80}", name) and ":" in to for name, to in given.items())),
    Form(
        'names with addresses, such as { "desk" = "mailto://user:password@mail.example" }', shape="table", secret=True
    ),
]
StoreUrl = Annotated[
    str,
    _matches(r"|(s3|gs|az)://[^\s/?#@:]+(/[^\s?#]*)?|file:///[^\s?#]+"),
    Form('a URL such as "s3://bucket/folder" or "file:///mnt/store", or nothing'),
]
StoreOptions = Annotated[
    Mapping[str, str],
    _must(lambda given: all(re.fullmatch("[a-z0-9_]+", name) for name in given)),
    Form('names with texts, such as { "endpoint" = "https://store.example:9000" }', shape="table", secret=True),
]
Secret = Annotated[str, Form("a secret, or nothing", secret=True)]
# What stands in an operator's template for `$name`; nothing else does, so that a template can run no code.
TEMPLATE_NAMES = frozenset(
    {"alert", "query", "what", "number", "headline", "items", "rest", "message", "link"},
)
MessageTemplate = Annotated[
    str,
    _must(lambda given: Template(given).is_valid() and TEMPLATE_NAMES.issuperset(Template(given).get_identifiers())),
    Form(f"a text with {', '.join(f'${name}' for name in sorted(TEMPLATE_NAMES))} in it, and $$ for a dollar"),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(lambda given: given.lower() if isinstance(given, str) else given),
    Form('"debug", "info", "warning" or "error"'),
]
LogFormat = Annotated[Literal["auto", "console", "json"], Form('"auto", "console" or "json"')]
HostDurations = Annotated[
    Mapping[str, Duration],
    AfterValidator(_lowered),
    _must(_are_hosts),
    Form('hosts with durations, such as { "news.example" = "10s" }', shape="table"),
]
HostCounts = Annotated[
    Mapping[str, Count],
    AfterValidator(_lowered),
    _must(_are_hosts),
    Form('hosts with whole numbers from 1, such as { "mirror.example" = 4 }', shape="table"),
]
PublicUrl = Annotated[
    str, _matches(r"|https?://[^\s/?#@]+(/[^\s?#]*)?"), Form('a URL such as "https://monitor.example/push", or nothing')
]
Listen = Annotated[str, _must(_listens), Form('an address and a port, such as "127.0.0.1:8473"')]
Addresses = Annotated[
    Mapping[str, str],
    _must(_addresses),
    Form('addresses by host and port, such as { "news.example:443" = "127.0.0.1:8443" }', shape="table"),
]
Networks = Annotated[
    tuple[str, ...], _must(_networks), Form('IP addresses and networks, such as ["192.168.7.0/24"]', shape="list")
]
Ladder = Annotated[
    tuple[Duration, ...], _must(_climbs), Form('growing durations, such as ["1h", "6h", "24h"]', shape="list")
]
