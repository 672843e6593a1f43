"""Judge whether robots.txt lets us fetch a URL, and keep the copy it is judged by (RFC 9309)."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from protego import Protego

from monitor.interfaces import Action, Verdict

PARSED_BYTES = 500 * 1024  # RFC 9309 2.5: at least 500 KiB must be parsed; more is not
LONGEST_AGE = timedelta(hours=24)  # RFC 9309 2.4
RETRY_UNREACHABLE = timedelta(minutes=15)
LARGE = 32_768  # characters; a file of 500 KiB takes a quarter of a second to parse: see `prepare`
EXPLAINED_LINES = 2000  # a longer file still judges, but the line that refused is not looked for beyond

_AGENT, _DISALLOW = "user-agent", "disallow"


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """What is known of a host's robots.txt.

    `text` is the last good copy: "" when the host answered that there is none, None when it never answered.
    `status` is the newest answer's, None when there was no answer. `fetched_at` is when it was last asked for.
    """

    text: str | None = None
    status: int | None = None
    fetched_at: datetime | None = None


def absorb(previous: RobotsCopy, status: int | None, body: bytes | None, now: datetime) -> RobotsCopy:
    """Return the copy after a fetch of robots.txt; `status` is None when the host gave no answer.

    2xx replaces the text, 304 confirms it, 4xx and endless redirects empty it (RFC 9309 2.3.1.2, 2.3.1.3). Anything
    else means "unreachable" (2.3.1.4) and keeps the last good text; so do 429, which asks for patience and does not
    say that there are no rules, and a 2xx whose body could not be read (None).
    """
    if status == 304:
        return RobotsCopy(previous.text, previous.status, now)
    if status is not None and 200 <= status < 300 and body is not None:
        return RobotsCopy(_decode(body), status, now)
    if status is not None and 300 <= status < 500 and status != 429:
        return RobotsCopy("", status, now)
    return RobotsCopy(previous.text, status if status is not None and status >= 300 else None, now)


def robots_due(copy: RobotsCopy, now: datetime, max_age: timedelta) -> bool:
    """Tell whether robots.txt is to be fetched again.

    It is when it was never fetched, when the copy is older than `max_age` (at most 24 h, RFC 9309 2.4), and 15 minutes
    after a try that found the host unreachable. A copy from the future, left by a clock set back, is due.
    """
    if copy.fetched_at is None:
        return True
    life = min(max_age, LONGEST_AGE) if _answered(copy) else RETRY_UNREACHABLE
    return not timedelta(0) <= now - copy.fetched_at < life


def judge(copy: RobotsCopy, url: str, user_agent: str, now: datetime) -> Verdict:
    """Say whether `url` may be fetched as `user_agent`, whose product token (before "/") the rules are matched with.

    GO and REFUSE by the last good copy, the longest match winning and Allow winning ties (RFC 9309 2.2.2). WAIT
    until the next try while the host is unreachable and there is no copy to go by.
    """
    if copy.text is None:
        until = now if copy.fetched_at is None else max(now, copy.fetched_at + RETRY_UNREACHABLE)
        return Verdict(Action.WAIT, _no_copy(copy), until)
    if not copy.text:
        return Verdict(Action.GO, f"there is no robots.txt ({copy.status})")
    try:
        allowed = _parsed(copy.text).can_fetch(url, _token(user_agent))
    except ValueError as error:
        return Verdict(Action.REFUSE, f"not a URL that robots.txt can be asked about: {error}")
    if allowed:
        return Verdict(Action.GO, "robots.txt allows it" + ("" if _answered(copy) else " (the last good copy)"))
    return Verdict(Action.REFUSE, _refusal(copy.text, url, _token(user_agent)))


def is_large(text: str | None) -> bool:
    """Say whether rules take long enough to parse to be prepared in a thread."""
    return text is not None and len(text) > LARGE


def prepare(text: str) -> None:
    """Parse rules now, so that judging by them is quick for a while."""
    _parsed(text)


def crawl_delay(text: str | None, user_agent: str) -> float | None:
    """Return the seconds of Crawl-delay that robots.txt asks of `user_agent`, or None. Not in the RFC, yet meant."""
    return _parsed(text).crawl_delay(_token(user_agent)) if text else None


def _answered(copy: RobotsCopy) -> bool:
    return copy.status is not None and copy.status < 500 and copy.status != 429


def _no_copy(copy: RobotsCopy) -> str:
    if copy.fetched_at is None:
        return "robots.txt has not been read yet"
    return f"robots.txt is unreachable ({copy.status or 'no answer'}) and there is no earlier copy"


def _decode(body: bytes) -> str:
    return body[:PARSED_BYTES].removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").replace("\0", "")


def _token(user_agent: str) -> str:
    words = user_agent.split("/")[0].split()
    return words[0] if words else "*"


def _parsed(text: str) -> Protego:
    return _parsed_large(text) if len(text) > LARGE else _parsed_small(text)


# Parsed rules take 36 times the room of their text: 64 of the one kind and 2 of the other are 110 MiB at the worst.
@lru_cache(maxsize=64)
def _parsed_small(text: str) -> Protego:
    return Protego.parse(text)


@lru_cache(maxsize=2)
def _parsed_large(text: str) -> Protego:
    return Protego.parse(text)


def _refusal(text: str, url: str, token: str) -> str:
    """Name the longest rule that refuses, from the group that names us or else from the group for all."""
    for agent in (token.lower(), "*"):
        rules = [(len(value), number, value) for number, value in _disallows(text, agent) if _refuses(value, url)]
        if rules:
            _, number, value = max(rules, key=lambda rule: (rule[0], -rule[1]))
            return f"robots.txt forbids it (line {number}: Disallow: {value[:100]})"
    return "robots.txt forbids it"


def _refuses(value: str, url: str) -> bool:
    return not Protego.parse(f"User-agent: *\nDisallow: {value}").can_fetch(url, "*")


def _disallows(text: str, agent: str) -> Iterator[tuple[int, str]]:
    """Yield number and value of the Disallow lines in the groups for `agent`."""
    agents: set[str] = set()
    opened = False
    for number, line in enumerate(text.splitlines()[:EXPLAINED_LINES], start=1):
        field, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if field.lower() == _AGENT:
            agents = {value.lower()} if not opened else agents | {value.lower()}
            opened = True
        elif field:
            opened = opened and field.lower() == "sitemap"
            if field.lower() == _DISALLOW and value and agent in agents:
                yield number, value
