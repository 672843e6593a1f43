"""The style sheet, the script and the icon, kept by browsers for as long as their content is the same."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from monitor import Archive
from monitor.errors import NotFoundError
from monitor.web import routes
from monitor.web.routes import Access

FOLDER = Path(__file__).with_name("static")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that comes with the program. `version` changes with its content."""

    body: bytes
    media_type: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Return the files by name, read once."""
    found = (path for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES)
    return {path.name: _read(path) for path in found}


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, TYPES[path.suffix], sha256(body).hexdigest()[:12])


def static(name: str) -> str:
    """Return the address of a file, which names its content. Raises KeyError for one there is not."""
    return f"/static/{name}?v={assets()[name].version}"


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the files to an application; they are no secret."""
    routes.add(app, "GET", "/static/{name}", _serve, Access.OPEN)


async def _serve(request: web.Request) -> web.Response:
    """Answer with a file; one asked for by the version it has needs never be asked for again."""
    asset = assets().get(request.match_info["name"])
    if asset is None:
        raise NotFoundError("there is no such file")
    current = request.query.get("v") == asset.version
    headers = {"Cache-Control": FOR_EVER if current else "no-cache", "ETag": f'"{asset.version}"'}
    if f'"{asset.version}"' in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.body, content_type=asset.media_type, charset="utf-8", headers=headers)
