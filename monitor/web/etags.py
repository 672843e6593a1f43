"""Send nobody what they have: entity tags (RFC 9110, 8.8.3 and 13.1.2)."""

from hashlib import sha256

from aiohttp import web


def tagged(request: web.Request, answer: web.Response) -> web.Response:
    """Return an answer with a strong tag of its body; 304 without the body where the asker has just this one."""
    assert isinstance(answer.body, bytes)
    tag = f'"{sha256(answer.body).hexdigest()[:32]}"'
    answer.headers["ETag"] = tag
    if not _has(request, tag):
        return answer
    kept = {name: value for name, value in answer.headers.items() if name in ("ETag", "Link", "Cache-Control")}
    return web.Response(status=304, headers=kept)


def _has(request: web.Request, tag: str) -> bool:
    """Compare weakly, as If-None-Match is; it may come in several lines."""
    said = ",".join(request.headers.getall("If-None-Match", []))
    return said.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in said.split(","))
