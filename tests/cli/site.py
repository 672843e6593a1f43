"""A small web site on the loopback, whose pages a test may change while it is watched."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "diario.example"

PARAGRAPHS = (
    "El ayuntamiento aprobó el martes la ampliación del mercado central, una obra que los vecinos pedían desde hacía "
    "casi una década y que costará 12 millones de pesos según el proyecto presentado ante la comisión de urbanismo.",
    "La concejala Marta Ibarra explicó que los trabajos comenzarán en la primavera y que los puestos seguirán abiertos "
    "durante toda la reforma, repartidos entre la plaza y el antiguo depósito de tranvías.",
    "Los comerciantes recibieron la noticia con prudencia. Piden que se respete el calendario, que no suban las tasas "
    "y que la nueva cubierta deje pasar la luz como lo hacía la original antes del incendio.",
    "La oposición votó en contra porque considera que el presupuesto es insuficiente y reclama un estudio del tráfico "
    "en las calles vecinas, que ya hoy se llenan de camiones desde las cinco de la mañana.",
)


def page(title: str, paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    """Return an article page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f'<meta charset="utf-8"><title>{title}</title><meta property="og:title" content="{title}">'
    html = f'<!doctype html><html lang="es"><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body>'
    return html.encode()


class Site:
    """A site that runs in a thread; `pages` maps paths to bodies, all others answer 404."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                kind, body = site.pages.get(self.path, ("text/plain", b""))
                self.send_response(200 if self.path in site.pages else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def resolve(self) -> dict[str, str]:
        """Return where its host is found, for the option fetch.resolve."""
        return {f"{HOST}:80": f"127.0.0.1:{self._server.server_address[1]}"}

    def article(self, path: str, title: str, paragraphs: tuple[str, ...] = PARAGRAPHS) -> None:
        """Publish an article, or a new text of it."""
        self.pages[path] = ("text/html; charset=utf-8", page(title, paragraphs))

    def feed(self, *items: tuple[str, str]) -> None:
        """Publish the feed: paths and titles."""
        entries = "".join(
            f"<item><title>{title}</title><link>http://{HOST}{path}</link><guid>http://{HOST}{path}</guid>"
            "<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>"
            for path, title in items
        )
        rss = f'<rss version="2.0"><channel><title>Diario de Prueba</title><language>es</language>{entries}'
        self.pages["/rss"] = ("application/rss+xml", f"{rss}</channel></rss>".encode())

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
