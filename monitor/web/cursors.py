"""Pages of answers: what comes next, and where."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web

from monitor.answers import Page

T = TypeVar("T")


def link_to_next(request: web.Request, after: str) -> str:
    """Return the Link (RFC 8288) to what follows: the same question, with another `after`."""
    kept = [(name, value) for name, value in request.query.items() if name != "after"]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in (*kept, ("after", after)))
    return f'<{quote(request.path)}?{query}>; rel="next"'


def cut(every: Sequence[T], number: Callable[[T], int], limit: int, after: int | None) -> Page[T]:
    """Return those of a short list, in the order of their numbers, that come after one."""
    rest = sorted((one for one in every if after is None or number(one) > after), key=number)
    items = tuple(rest[:limit])
    return Page(items, str(number(items[-1])) if len(rest) > limit else None)
