"""Speak WebSub as a subscriber: find hubs, ask them, and judge what they send. How a subscription lives is beside it.

The sections named are those of the W3C Recommendation of 23 January 2018 (w3.org/TR/2018/REC-websub-20180123).
"""

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from monitor.core.subscribing import PushPolicy
from monitor.core.urls import join
from monitor.interfaces import ParsedFeed
from monitor.model import Subscription, SubscriptionState

ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # 7.1.1
LONGEST_LEASE_S = 365 * 86_400.0  # "MUST NOT issue perpetual lease durations" (5.3.1), and some hubs do

_LONGEST_HEADER = 16_384  # bytes of Link headers that are read
_MOST_LINKS = 100
_LINK = re.compile(r'<([^<>]{0,2000})>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)')
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
_CHALLENGE = re.compile(r"[\x20-\x7e]{1,1024}")  # 8.2: limit its length and reject binary data
_SECONDS = re.compile(r"[0-9]{1,12}")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Advert:
    """What a publisher says of its hub: whom to ask, and under which address the feed is known there."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a hub is answered, and what the subscription becomes by it (None leaves it as it is)."""

    status: int
    body: bytes = b""
    known: Subscription | None = None


def find_hub(headers: Sequence[tuple[bytes, bytes]], parsed: ParsedFeed | None, url: str) -> Advert | None:
    """Return the hub that an answer names, or None; `url` is where the answer came from.

    Section 4: Link headers (RFC 8288) first, then what stands in the feed. Of several hubs the first with https is
    taken (8.2 favours it). A feed that names a hub and no self is asked for by its own address.
    """
    links = list(_links(headers, url))
    hubs = [target for rel, target in links if rel == "hub"]
    told = next((target for rel, target in links if rel == "self"), None)
    inside = parsed.self_url if parsed else None
    if hubs:
        return Advert(next((hub for hub in hubs if hub.startswith("https:")), hubs[0]), told or inside or url)
    hub = join(url, parsed.hub) if parsed and parsed.hub else None
    return Advert(hub, inside or told or url) if hub else None


def _links(headers: Sequence[tuple[bytes, bytes]], base: str) -> Iterator[tuple[str, str]]:
    """Yield relation and target of each link about this answer; those with an anchor are about something else."""
    value = b", ".join(value for name, value in headers if name.lower() == b"link")[:_LONGEST_HEADER].decode("latin-1")
    for link in islice(_LINK.finditer(value), _MOST_LINKS):
        parameters: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(link[2]):
            parameters.setdefault(name.lower(), quoted or bare)  # of repeated ones the first counts (RFC 8288 3.3)
        target = join(base, link[1])
        if target is not None and "anchor" not in parameters:
            yield from ((rel, target) for rel in parameters.get("rel", "").lower().split())


def callback_url(public_url: str, token: str) -> str:
    """Return where the hub reaches one subscription: an address that nobody guesses (5.1.1, 8.2)."""
    return f"{public_url.rstrip('/')}/{token}"


def request_form(known: Subscription, callback: str, policy: PushPolicy) -> dict[str, str]:
    """Return the fields that ask a hub to begin or renew a subscription (5.1).

    The secret goes to hubs without https too, although 5.1 would rather have none there: whoever listens in learns
    the callback with it or without it, and for everybody else the signature remains.
    """
    return {
        "hub.callback": callback,
        "hub.mode": "subscribe",
        "hub.topic": known.topic,
        "hub.lease_seconds": str(round(policy.lease_s)),
        "hub.secret": known.secret,
        "hub.verify": "async",  # hubs of PubSubHubbub 0.3 need it, all others ignore it
    }


def judge_verification(
    known: Subscription, query: Mapping[str, str], now: datetime, policy: PushPolicy, jitter: float
) -> Reply:
    """Judge a hub's GET at our callback: does it confirm, or deny, what we asked for? `jitter` is in [0, 1).

    5.3.1: what agrees with a subscription that we want is answered with its challenge, all else with 404; so is every
    `unsubscribe`, since we never ask for one. A hub may confirm again what it has confirmed (5). 5.2: `denied` ends it,
    whenever it comes. Without a lease, as from older hubs, the one that we asked for is taken.
    """
    mode, topic = query.get("hub.mode"), query.get("hub.topic", "")
    wanted = known.state in (SubscriptionState.REQUESTED, SubscriptionState.ACTIVE)
    if not wanted or not _is_same(topic, known.topic):
        return Reply(404)
    if mode == "denied":
        return Reply(200, b"", _denied(known, query.get("hub.reason", "")))
    challenge = query.get("hub.challenge", "")
    if mode != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        return Reply(404)
    lease = _lease(query.get("hub.lease_seconds", ""), policy)
    return Reply(200, challenge.encode("ascii"), _confirmed(known, lease, now, policy, jitter))


def _is_same(topic: str, other: str) -> bool:
    """Compare topics, in normal form where hubs have rewritten them (5.1.1 has them decode and encode)."""
    normal = join("", topic)
    return topic == other or (normal is not None and normal == join("", other))


def _denied(known: Subscription, reason: str) -> Subscription:
    said = _UNPRINTABLE.sub(" ", reason).strip()[:300]
    detail = f"the hub denied it: {said}" if said else "the hub denied it"
    return replace(known, state=SubscriptionState.DENIED, lease_until=None, renew_at=None, detail=detail)


def _lease(text: str, policy: PushPolicy) -> float:
    seconds = float(text) if _SECONDS.fullmatch(text) else 0.0
    return min(seconds, LONGEST_LEASE_S) or policy.lease_s


def _confirmed(known: Subscription, lease_s: float, now: datetime, policy: PushPolicy, jitter: float) -> Subscription:
    """Plan the renewal well before the lease ends, at random a little earlier; a tiny lease is not run after."""
    after = max(lease_s * policy.renewed_after * (1.0 - policy.jitter * jitter), policy.retry_s)
    return replace(
        known,
        state=SubscriptionState.ACTIVE,
        lease_until=now + timedelta(seconds=lease_s),
        renew_at=now + timedelta(seconds=after),
        failures=0,
        detail=None,
    )


class SignatureCheck:
    """Check the X-Hub-Signature of one content distribution (7.1) while its body passes by; none of it is kept."""

    def __init__(self, secret: str, header: str | None) -> None:
        method, _, self._given = (header or "").strip().partition("=")
        self._method = method.strip().lower()
        self._missing = not header
        known = self._method if self._method in ALGORITHMS else "sha256"
        self._mac = hmac.new(secret.encode(), digestmod=known)

    def take(self, chunk: bytes) -> None:
        """Take the next bytes of the body, as they came."""
        self._mac.update(chunk)

    def problem(self) -> str | None:
        """Return why the body must be ignored (7.1.2), or None when it was signed with our secret.

        SHA-1 is accepted, since most hubs sign with it; as an HMAC it is not broken.
        """
        if self._missing:
            return "it is not signed"
        if self._method not in ALGORITHMS:
            return f"it is signed by {self._method[:20]!r}, which WebSub does not know"
        given = self._given.strip().lower().encode("utf-8", "replace")
        same = hmac.compare_digest(self._mac.hexdigest().encode(), given)  # in constant time
        return None if same else "its signature is wrong"
