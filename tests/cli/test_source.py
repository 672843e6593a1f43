"""`monitor sources SOURCE`: all about one; and what `add-source` takes that concerns how it is asked."""

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.site import HOST, Site

FEED = f"http://{HOST}/rss"


@pytest.fixture(autouse=True)
def _site(site: Site) -> None:
    """The commands here ask the site."""


def test_a_source_is_shown_with_its_plan_and_its_fetches(run: Run) -> None:
    """Why the next check is when it is, what came of every fetch, and the newest of them."""
    run("add-source", FEED)
    run("check", 1)
    told = run("sources", 1)
    assert told.code == 0
    assert FEED in told.out
    assert "ok, last checked" in told.out
    assert "next check in" in told.out
    assert "told of" in told.out
    rows = [line.split() for line in told.out.splitlines()]
    assert ["outcome", "times"] in rows
    assert ["ok", "1"] in rows


def test_a_source_as_json_is_its_view(run: Run) -> None:
    run("add-source", FEED)
    run("check", 1)
    view = json.loads(run("sources", "rss", "--json").out)
    assert list(view) == ["source", "host", "articles", "outcomes", "fetches", "subscription"]
    assert view["outcomes"] == [["ok", 1]]
    assert view["host"]["name"] == HOST


def test_an_unknown_source_is_named(run: Run) -> None:
    run("add-source", FEED)
    told = run("sources", 7)
    assert told.code == 4
    assert "there is no source 7" in told.err


def test_how_a_source_is_asked_is_kept_and_its_secrets_are_not_shown(run: Run) -> None:
    run("add-source", FEED, "--header", "Cookie: plan=9f3c", "--ignore-robots", "--insecure-tls")
    told = run("sources", 1).out
    assert "sends Cookie: ***" in told
    assert "its robots.txt is ignored, as told" in told
    assert "its certificate is not checked, as told" in told
    for shown in (told, run("sources", "--json").out, run("sources", 1, "--json").out):
        assert "9f3c" not in shown


def test_a_proxy_s_password_is_not_shown(run: Run) -> None:
    told = run("add-source", FEED, "--proxy", "http://ann:pw77@127.0.0.1:9", "--force", "--kind", "feed")
    assert "pw77" not in told.out + told.err
    assert "asked through http://***@127.0.0.1:9" in run("sources", 1).out


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--header", "Cookie", "is no header"),
        ("--header", "Co okie: a", "is no header"),
        ("--header", "Cookie: a\nHost: b", "is no header"),
        ("--header", "Cookie: ключ", "is no header"),
        ("--header", "Host: two.example", "Host cannot be set"),
        ("--header", "transfer-encoding: chunked", "transfer-encoding cannot be set"),
        ("--proxy", "socks5://localhost:9050", "is no proxy"),
        ("--proxy", "localhost:8080", "is no proxy"),
    ],
)
def test_what_cannot_be_sent_is_refused(run: Run, option: str, value: str, said: str) -> None:
    told = run("add-source", FEED, option, value)
    assert told.code == 2
    assert said in told.err
    assert run("sources").out == ""


def test_a_header_is_for_one_host(run: Run) -> None:
    """It may be a secret, which the second host is not to hear."""
    told = run("add-source", FEED, "http://two.example/rss", "--header", "Cookie: a=b")
    assert told.code == 2
    assert "several hosts" in told.err
    assert run("sources").out == ""


def test_a_source_may_have_a_policy_of_evidence_of_its_own(run: Run) -> None:
    assert run("add-source", FEED, "--evidence", "all", "--retain", "90d").code == 0
    told = run("sources", 1).out
    assert "every response is kept in full" in told
    assert "its captures are kept for 90 d" in told
    source = json.loads(run("sources", 1, "--json").out)["source"]
    assert (source["evidence"], source["retain_s"]) == ("all", 90 * 86_400)


def test_a_retention_of_nothing_is_refused(run: Run) -> None:
    told = run("add-source", FEED, "--retain", "0s")
    assert told.code == 2
    assert "--evidence none" in told.err
