"""Follow redirects by hand, so that each hop is checked and kept."""

from urllib.parse import urljoin

from yarl import URL

from monitor.core.legs import dead_end
from monitor.edges.guard import RefusedError, safe_url
from monitor.edges.outcomes import DeadEndError, HeldBackError, plain
from monitor.interfaces import Admit, Hop

REDIRECTS = frozenset({300, 301, 302, 303, 305, 306, 307, 308})
_FOLLOWED = frozenset({300, 301, 302, 303, 307, 308})  # RFC 9110 15.4: 305 and 306 are retired


class Trail:
    """The hops of one fetch, at most `max_redirects` beyond the first, each as far as `admit` lets it.

    `redirect_url` is the target that `admit` held back, if it came to that.
    """

    def __init__(self, max_redirects: int, admit: Admit | None = None) -> None:
        self.hops: list[Hop] = []
        self.redirect_url: str | None = None
        self._max_redirects = max_redirects
        self._admit = admit

    def next_url(self, hop: Hop) -> URL | None:
        """Add a hop and return where it leads, or None when it is the answer.

        Raises DeadEndError for a loop, for too many redirects and for one without a target, RefusedError when the
        target is nothing we fetch, and HeldBackError when it is not to be fetched now.
        """
        self.hops.append(hop)
        if hop.status not in REDIRECTS:
            return None
        target = _target(hop)
        if reason := dead_end(self.hops, str(target), self._max_redirects):
            raise DeadEndError(reason)
        if self._admit is not None and (reason := self._admit(str(target))):
            self.redirect_url = str(target)
            raise HeldBackError(reason)
        return target


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
