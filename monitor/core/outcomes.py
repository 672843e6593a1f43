"""Sort the outcomes of fetches by what they mean for those who plan."""

from monitor.model import Outcome

SUCCESSES = frozenset({Outcome.OK, Outcome.NOT_MODIFIED})

# Ours: no request left the house, so they say nothing about the host.
UNSENT = frozenset({Outcome.REFUSED, Outcome.ROBOTS})

# The host's own troubles, as against those of one page.
HOST_FAILURES = frozenset(
    {
        Outcome.CONNECT_ERROR,
        Outcome.DNS_ERROR,
        Outcome.TLS_ERROR,
        Outcome.TIMEOUT,
        Outcome.SERVER_ERROR,
        Outcome.RATE_LIMITED,
        Outcome.PROTOCOL_ERROR,
    }
)

# How much a failure slows the next check. Media Cloud, with 180,000 feeds, weighs hard, soft and temporary failures
# 1, 0.5 and 0.25: a 404 rarely heals by itself, a timeout mostly does.
TEMPORARY = frozenset(
    {Outcome.TIMEOUT, Outcome.RATE_LIMITED, Outcome.CONNECT_ERROR, Outcome.DNS_ERROR, Outcome.REDIRECTED}
)
SOFT = frozenset(
    {
        Outcome.SERVER_ERROR,
        Outcome.TLS_ERROR,
        Outcome.PROTOCOL_ERROR,
        Outcome.TRUNCATED,
        Outcome.UNDECODABLE,
        Outcome.TOO_LARGE,
    }
)


def failure_weight(outcome: Outcome) -> float:
    """Return 0 for a success, 0.25 for a temporary failure, 0.5 for a soft one, 1 for a hard one."""
    if outcome in SUCCESSES:
        return 0.0
    if outcome in TEMPORARY:
        return 0.25
    return 0.5 if outcome in SOFT else 1.0


def say_outcome(outcome: Outcome) -> str:
    """Return an outcome in words: "timeout", "not found"."""
    return outcome.value.replace("_", " ")


_BY_STATUS = {404: Outcome.NOT_FOUND, 410: Outcome.GONE, 304: Outcome.NOT_MODIFIED, 429: Outcome.RATE_LIMITED}
_FORBIDDEN = frozenset({401, 402, 403, 451})


def of_status(status: int | None) -> Outcome:
    """Return what a response alone tells of a fetch, as far as a status can: of one that others made, or a lost one."""
    if status is None:
        return Outcome.PROTOCOL_ERROR
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in _FORBIDDEN:
        return Outcome.FORBIDDEN
    families = {2: Outcome.OK, 3: Outcome.REDIRECTED, 4: Outcome.CLIENT_ERROR, 5: Outcome.SERVER_ERROR}
    return families.get(status // 100, Outcome.PROTOCOL_ERROR)
