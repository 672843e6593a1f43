"""The network between the workers and the world: a Fetcher with troubles planned by a seed, and what servers saw."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from monitor.core.legs import permanent_url
from monitor.edges.decoding import Decoded, Ending
from monitor.edges.outcomes import Answer, Judgement, judge
from monitor.interfaces import Admit, Clock, FetchRequest, FetchResult, Hop
from monitor.model import Outcome
from tests.simulation.clock import SetClock
from tests.simulation.loop import OWNER, Owner
from tests.simulation.world import DAY, HOUR, MINUTE, NOT_FOUND, RELAY, SITES, UNWELL, World, etag_of

TIMEOUT_S = 60.0
TROUBLES = ("timeout", "reset", "dns", "storm", "patience", "cut", "slow", "robots", "missing", "unwell")
SHORT = ("missing", "unwell")  # what says that an article is missing never lasts as long as a takedown has to


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a host for a while."""

    host: str
    since: float
    until: float
    kind: str


@dataclass
class Request:
    """What a server saw of a request, by true time; `arrived` is when the answer was in the hands of a worker."""

    host: str
    url: str
    begun: float
    ended: float
    status: int | None = None
    trouble: str | None = None
    quiet_s: float = 0.0  # the Retry-After of its answer
    owner: Owner | None = None
    arrived: float | None = None
    whole: bool = False
    reached: bool = True


def plan_troubles(seed: int, until: float) -> tuple[Trouble, ...]:
    """Return the troubles of all hosts until a time."""
    planned: list[Trouble] = []
    for host in (*SITES, RELAY):
        chance = Random(f"{seed}:network:{host}")
        at = chance.expovariate(1 / (8 * HOUR))
        while at < until:
            kind = chance.choice(TROUBLES)
            longest = 2 * HOUR if kind in SHORT else 8 * HOUR
            lasts = min(longest, 5 * MINUTE + chance.expovariate(1 / (90 * MINUTE)))
            planned.append(Trouble(host, at, min(at + lasts, until), kind))
            at += lasts + chance.expovariate(1 / (18 * HOUR))
    return tuple(planned)


class Network:
    """What all workers share: the world, its troubles, and the log of the servers."""

    def __init__(self, world: World, clock: SetClock, troubles: tuple[Trouble, ...], chance: Random) -> None:
        self.world = world
        self.clock = clock
        self.troubles = troubles
        self.chance = chance
        self.log: list[Request] = []
        self.told: Callable[[Request], None] = lambda request: None

    def trouble_at(self, host: str, when: float) -> str | None:
        """Return what is wrong with a host at a time."""
        return next((one.kind for one in self.troubles if one.host == host and one.since <= when < one.until), None)

    def cut_off(self, owner: Owner, when: float) -> None:
        """End the requests of a worker that died: its kernel closes the connections."""
        for one in self.log[-100:]:
            if one.owner is owner and one.ended > when:
                one.ended = when


class SimulatedFetcher:
    """The Fetcher of one worker."""

    def __init__(self, network: Network, clock: Clock) -> None:
        self._network = network
        self._clock = clock

    async def fetch(self, request: FetchRequest, admit: Admit | None = None) -> FetchResult:
        """Return what came of the request; a redirect is never followed."""
        net = self._network
        host = request.url.removeprefix("https://").split("/", 1)[0]
        began, started_at = net.clock.true_s(), self._clock.now()
        trouble = net.trouble_at(host, began)
        seen = Request(host, request.url, began, began, trouble=trouble, owner=OWNER.get())
        took = self._takes(trouble)
        seen.ended, seen.reached = began + took, trouble not in ("dns", "reset")
        net.log.append(seen)
        net.told(seen)
        if seen.reached and request.sent is not None:
            request.sent(False)
        await asyncio.sleep(took)
        seen.arrived = net.clock.true_s()
        if trouble in ("dns", "reset", "timeout"):
            return self._failed(request, seen, started_at, trouble)
        return self._answered(request, seen, started_at, admit)

    async def close(self) -> None:
        """Hold nothing, release nothing."""

    def _takes(self, trouble: str | None) -> float:
        chance = self._network.chance
        if trouble == "timeout":
            return TIMEOUT_S
        return 2.0 + 18.0 * chance.random() if trouble == "slow" else 0.05 + 0.4 * chance.random()

    def _failed(self, request: FetchRequest, seen: Request, started_at: object, trouble: str) -> FetchResult:
        outcome = {"dns": Outcome.DNS_ERROR, "reset": Outcome.CONNECT_ERROR, "timeout": Outcome.TIMEOUT}[trouble]
        took = (seen.arrived or seen.begun) - seen.begun
        return FetchResult(request, outcome, started_at, took, detail=f"simulated: {trouble}")  # type: ignore[arg-type]

    def _answered(self, request: FetchRequest, seen: Request, started_at: object, admit: Admit | None) -> FetchResult:
        status, headers, body, cut = self._served(request, seen)
        seen.status, seen.whole = status, not cut
        fields = tuple((name.encode(), value.encode()) for name, value in headers.items())
        asked = ((b"host", seen.host.encode()),)
        line = b"GET /" + request.url.removeprefix("https://").split("/", 1)[1].encode() + b" HTTP/1.1"
        said = b"HTTP/1.1 %d Simulated" % status
        gap = "disconnect" if cut else None
        hop = Hop(request.url, started_at, line, asked, said, status, fields, body, "192.0.2.1", gap)  # type: ignore[arg-type]
        target = headers.get("location")
        if target is not None:
            judgement = Judgement(Outcome.REDIRECTED, admit(target) if admit else f"it leads to {target}")
        else:
            whole = Decoded(b"" if cut else body, Ending.TRUNCATED if cut else Ending.COMPLETE)
            conditional = bool(request.etag or request.last_modified)
            judgement = judge(Answer(hop, whole), conditional=conditional, now=self._clock.now())
        return FetchResult(
            request=request,
            outcome=judgement.outcome,
            started_at=started_at,  # type: ignore[arg-type]
            elapsed_s=(seen.arrived or seen.begun) - seen.begun,
            hops=(hop,),
            final_url=request.url,
            status=status,
            body=b"" if cut or target else body,
            detail=judgement.detail,
            retry_after=judgement.retry_after,
            permanent_url=permanent_url(judgement.outcome, (hop,), target),
            redirect_url=target,
        )

    def _served(self, request: FetchRequest, seen: Request) -> tuple[int, dict[str, str], bytes, bool]:
        net, trouble = self._network, seen.trouble
        is_robots, struck = seen.url.endswith("/robots.txt"), net.chance.random() < 0.5
        is_page = seen.url.endswith(".html")
        if (trouble == "storm" and struck) or (trouble == "robots" and is_robots):
            return 503, {"content-type": "text/html"}, UNWELL, False
        if trouble == "patience" and struck:
            seen.quiet_s = float(net.chance.randint(30, 1800))
            asked = {"retry-after": f"{seen.quiet_s:.0f}", "content-type": "text/html"}
            return net.chance.choice((429, 503)), asked, UNWELL, False
        if trouble == "missing" and is_page and struck:
            return 404, {"content-type": "text/html"}, NOT_FOUND, False
        if trouble == "unwell" and is_page and struck:
            return 200, {"content-type": "text/html"}, UNWELL, False
        status, headers, body = net.world.answer(request.url, seen.begun)
        if status == 200 and not is_robots and seen.host != SITES[3]:  # which knows no validators
            headers["etag"] = etag_of(body)
            if request.etag == headers["etag"]:
                return 304, headers, b"", False
        if trouble == "cut" and struck and body:
            return status, headers, body[: net.chance.randrange(len(body))], True
        return status, headers, body, False


def true_length(weeks: float) -> float:
    """Return the seconds of so many weeks."""
    return weeks * 7 * DAY
