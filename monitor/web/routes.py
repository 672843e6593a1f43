"""What every route says of itself: who may ask. A route that does not say is answered to nobody."""

from enum import StrEnum

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler


class Access(StrEnum):
    """Who may ask."""

    OPEN = "open"  # everybody: the way to log in, style sheets
    READ = "read"  # on loopback everybody, elsewhere who has a token
    WRITE = "write"  # who has a token to write, everywhere


ACCESS = web.AppKey("access", dict[tuple[str, str], Access])
_OF_RESOURCE = web.AppKey("access_of_resource", dict[tuple[web.AbstractResource | None, str], Access])


def prepare(app: web.Application) -> None:
    """Make an application ready for `add`."""
    app[ACCESS], app[_OF_RESOURCE] = {}, {}


def add(app: web.Application, method: str, path: str, handler: Handler, access: Access = Access.READ) -> None:
    """Add a route with what it asks for; GET answers HEAD as well. Raises ValueError for one that is there."""
    declared = app[ACCESS]
    key = (method, path)
    if key in declared:
        raise ValueError(f"{method} {path} is routed twice")
    declared[key] = access
    if method == hdrs.METH_GET:
        route = app.router.add_get(path, handler, allow_head=True)
    else:
        route = app.router.add_route(method, path, handler)
    app[_OF_RESOURCE][route.resource, method] = access


def access_of(request: web.Request) -> Access | None:
    """Return who may ask for the route that a request found; None where it does not say.

    What leads nowhere asks for as much as a page does, so that a stranger is not told which addresses there are.
    """
    if request.match_info.http_exception is not None:
        return Access.READ
    method = hdrs.METH_GET if request.method == hdrs.METH_HEAD else request.method
    return request.app[_OF_RESOURCE].get((request.match_info.route.resource, method))
