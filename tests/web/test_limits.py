"""How often a client may ask, and who a client is."""

import pytest
from aiohttp.test_utils import make_mocked_request
from aiohttp.web import Application
from hypothesis import given
from hypothesis import strategies as st

from monitor import Settings
from monitor.errors import ConfigError
from monitor.web.limits import Buckets
from monitor.web.names import NAMES, Names, client_of, names_of

STEPS = st.lists(st.floats(0, 5), min_size=1, max_size=200)


@given(STEPS, st.integers(1, 20), st.integers(1, 20))
def test_over_any_time_no_more_is_let_through_than_the_rate_and_one_burst(
    steps: list[float], rate: int, burst: int
) -> None:
    buckets, now, let_through = Buckets(rate, burst), 0.0, list[float]()
    for step in steps:
        now += step
        if not buckets.take("one", now):
            let_through.append(now)
    for start, began in enumerate(let_through):
        for end, ended in enumerate(let_through[start:], start=1):
            assert end <= burst + rate * (ended - began) + 1e-6


@given(STEPS, st.integers(1, 20), st.integers(1, 20))
def test_who_waits_as_long_as_told_is_let_through(steps: list[float], rate: int, burst: int) -> None:
    """And whoever asks `wait` is told the same, without it being counted."""
    buckets, now = Buckets(rate, burst), 0.0
    for step in steps:
        now += step / 50
        if wait := buckets.take("one", now):
            assert buckets.wait("one", now) == pytest.approx(wait)
            now += wait + 1e-6
            assert not buckets.take("one", now)


def test_clients_are_counted_apart_and_the_oldest_is_forgotten() -> None:
    """Whatever number of addresses somebody has, they take no more memory."""
    buckets = Buckets(1, 1, most=3)
    assert [buckets.take(name, 0.0) for name in "abc"] == [0, 0, 0]
    assert buckets.take("a", 0.0) == 1
    buckets.take("d", 0.0)
    assert len(buckets) == 3
    assert buckets.take("a", 0.0) == 1
    assert buckets.take("b", 0.0) == 0


@pytest.mark.parametrize(
    ("remote", "said", "public", "client"),
    [
        ("192.0.2.7", [], "https://a.example", "192.0.2.7"),
        ("127.0.0.1", ["192.0.2.1, 192.0.2.2"], "https://a.example", "192.0.2.2"),
        ("127.0.0.1", ["192.0.2.1", "192.0.2.2"], "https://a.example", "192.0.2.2"),
        ("127.0.0.1", [], "https://a.example", "127.0.0.1"),
        ("127.0.0.1", ["<script>"], "https://a.example", "unknown"),
        ("127.0.0.1", ["192.0.2.1"], "", "127.0.0.1"),  # nothing was said of a proxy
        ("192.0.2.7", ["192.0.2.1"], "https://a.example", "192.0.2.7"),  # which sits at this machine
        ("2001:db8:1:2:3:4:5:6", [], "", "2001:0db8:0001:0002::/64"),  # one household, however many addresses
        ("::ffff:192.0.2.7", [], "", "192.0.2.7"),
        ("fe80::1%eth0", [], "", "fe80:0000:0000:0000::/64"),
        (None, [], "", "unknown"),
    ],
)
def test_a_client_is_an_address_that_it_cannot_choose(
    remote: str | None, said: list[str], public: str, client: str
) -> None:
    app = Application()
    app[NAMES] = Names(frozenset(), frozenset(), False, public)
    headers = [("X-Forwarded-For", one) for one in said]
    request = make_mocked_request("GET", "/", headers, app=app).clone(remote=remote or "")
    assert client_of(request) == client


def named(listen: str, **web: object) -> Names:
    return names_of(Settings.model_validate({"data_dir": "/tmp", "web": web}), listen)


def test_by_itself_it_is_asked_by_this_machines_names_alone() -> None:
    names = named("127.0.0.1:8474")
    assert names.hosts == {"127.0.0.1:8474", "localhost:8474", "[::1]:8474"}
    assert "http://localhost:8474" in names.origins
    assert names.is_open
    assert not names.is_secure
    assert "localhost" in named("127.0.0.1:80").hosts


def test_a_tunnel_by_another_port_of_this_machine_stays_open() -> None:
    assert named("127.0.0.1:8474", hosts=["localhost:9000"]).is_open
    assert named("[::1]:8474", hosts=["[::1]:9000"]).is_open


@pytest.mark.parametrize(
    ("listen", "web"),
    [
        ("127.0.0.1:8474", {"hosts": ["archive.example"]}),
        ("127.0.0.1:8474", {"public_url": "https://archive.example"}),
        ("192.0.2.7:8474", {}),
        ("0.0.0.0:8474", {"hosts": ["archive.lan"]}),
        ("[::]:8474", {"hosts": ["localhost"]}),
    ],
)
def test_whatever_others_may_reach_is_not_open(listen: str, web: dict[str, object]) -> None:
    """A proxy that asks by a loopback name is told by nothing but the options that announce it."""
    assert not named(listen, **web).is_open


def test_a_public_address_is_the_only_origin_of_its_name() -> None:
    """A page that was sent without TLS under the same name is somebody else's."""
    names = named("127.0.0.1:8474", public_url="https://Archive.example/", hosts=["archive.lan"])
    assert "https://archive.example" in names.origins
    assert "http://archive.example" not in names.origins
    assert {"http://archive.lan", "http://archive.lan:8474"} <= names.origins
    assert {"archive.example", "archive.lan", "archive.lan:8474"} <= names.hosts
    assert names.is_secure


@pytest.mark.parametrize(
    ("listen", "web", "said"),
    [
        ("0.0.0.0:8474", {}, "by which name"),
        ("127.0.0.1:8474", {"public_url": "https://archive.example/news"}, "a name of their own"),
    ],
)
def test_what_nobody_could_ask_is_refused(listen: str, web: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        named(listen, **web)
