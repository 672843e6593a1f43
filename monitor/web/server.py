"""The daemon's web server: where it listens, and the rules that every answer keeps."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from monitor import Archive
from monitor.errors import ConfigError, EvidenceError, MonitorError, NotFoundError, UsageError
from monitor.web import memento

log = structlog.get_logger(__name__)

# Nothing that is served runs, loads or embeds anything, whatever a browser makes of it.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOPBACK = ("127.", "[::1]", "localhost")
STATUS: tuple[tuple[type[MonitorError], int], ...] = (
    (NotFoundError, 404),
    (UsageError, 400),
    (EvidenceError, 502),
    (MonitorError, 500),
)


class WebServer:
    """Serve an archive where `web.listen` says; while that is empty, `start` and `stop` do nothing."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises ConfigError when the address cannot be had, or is not this machine's own."""
        listen = self._archive.settings.web.listen
        if not listen:
            return
        if not listen.startswith(LOOPBACK):
            raise ConfigError(
                f"web.listen is {listen}: whoever reaches that address could read the archive",
                hint="listen on 127.0.0.1, and lead others there by a proxy that asks who they are",
            )
        name, _, port = listen.rpartition(":")
        runner = web.AppRunner(application(self._archive, listen), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, name.strip("[]"), int(port)).start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigError(
                f"web.listen: {listen} cannot be had: {error.strerror}",
                hint="name a port that no other program has, another daemon of this archive among them",
            ) from error
        self._runner = runner
        log.info("web.started", url=f"http://{listen}/")

    async def stop(self) -> None:
        """Listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()


def application(archive: Archive, listen: str) -> web.Application:
    """Return the web application; only requests for `listen` itself, or this machine by name, are answered."""
    app = web.Application(middlewares=[_guarded(listen)])
    memento.add_routes(app, archive)
    return app


def _guarded(listen: str) -> Middleware:
    port = listen.rpartition(":")[2]
    hosts = {listen, *(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))}

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only those who asked for us by name: a page elsewhere may have its own name lead here (rebinding)."""
        if request.headers.get("Host", "").lower() not in hosts:
            return _told(421, "this address is not served here")
        if request.method not in ("GET", "HEAD"):
            return _told(405, "only GET and HEAD are answered")
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            return _told(error.status, error.reason or "")
        except MonitorError as error:
            status = next(status for kind, status in STATUS if isinstance(error, kind))
            return _told(status, str(error))
        answer.headers.update(HEADERS)
        return answer

    return guarded


def _told(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n", headers=HEADERS)
