"""What every answer says of itself to browsers."""

from aiohttp import web

# Nothing that was archived runs, loads or embeds anything, whatever a browser makes of it.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "Monitor",
}
PRIVATE = web.RequestKey("private", bool)  # whether who asks had to show a token


async def dress(request: web.Request, answer: web.StreamResponse) -> None:
    """Give an answer the headers that every answer has; called right before it is sent, however it was made."""
    answer.headers.update(HEADERS)
    answer.headers.setdefault("Content-Security-Policy", _policy(answer))
    if request.get(PRIVATE):
        answer.headers["Cache-Control"] = "private, no-store"
    else:
        answer.headers.setdefault("Cache-Control", "private, no-cache")


def _policy(answer: web.StreamResponse) -> str:
    is_page = answer.content_type == "text/html" and "Content-Disposition" not in answer.headers
    return PAGE if is_page else SANDBOX
