"""Follow redirects by hand, so that each hop is checked and kept."""

from urllib.parse import urljoin

from yarl import URL

from monitor.edges.guard import RefusedError, safe_url
from monitor.edges.outcomes import DeadEndError, plain
from monitor.interfaces import Hop

REDIRECTS = frozenset({300, 301, 302, 303, 305, 306, 307, 308})
_FOLLOWED = frozenset({300, 301, 302, 303, 307, 308})  # RFC 9110 15.4: 305 and 306 are retired
_PERMANENT = frozenset({301, 308})


class Trail:
    """The hops of one fetch, at most `max_redirects` beyond the first."""

    def __init__(self, max_redirects: int) -> None:
        self.hops: list[Hop] = []
        self._max_redirects = max_redirects

    def next_url(self, hop: Hop) -> URL | None:
        """Add a hop and return where it leads, or None when it is the answer.

        Raises DeadEndError for a loop, for too many redirects and for one without a target, and RefusedError when
        the target is nothing we fetch.
        """
        self.hops.append(hop)
        if hop.status not in REDIRECTS:
            return None
        target = _target(hop)
        if str(target) in {one.url for one in self.hops}:
            raise DeadEndError(f"redirects in a loop, back to {target}")
        if len(self.hops) > self._max_redirects:
            raise DeadEndError(f"more than {self._max_redirects} redirects")
        return target

    def permanent_url(self) -> str | None:
        """Return where an unbroken chain of 301 and 308 led, or None."""
        *before, last = self.hops
        return last.url if before and all(hop.status in _PERMANENT for hop in before) else None


def _target(hop: Hop) -> URL:
    location = next((value for name, value in hop.headers if name.lower() == b"location"), b"").strip()
    if hop.status not in _FOLLOWED or not location:
        raise DeadEndError(f"status {hop.status} names no place to go")
    text = _text(location)
    try:
        return safe_url(urljoin(hop.url, text))
    except RefusedError as error:
        raise RefusedError(f"redirect to {plain(text)}: {error.reason}") from error
    except ValueError as error:
        raise RefusedError(f"redirect to {plain(text)}: {error}") from error


def _text(location: bytes) -> str:
    """Decode a Location: UTF-8 where it is, else Latin-1, as browsers do."""
    try:
        return location.decode("utf-8")
    except UnicodeDecodeError:
        return location.decode("latin-1")
