"""Make pages of templates: everything escaped, nothing undefined, the same page never sent twice to who has it."""

import shlex
from collections.abc import Iterator
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from multidict import MultiMapping

from monitor.durations import format_duration
from monitor.sizes import format_size
from monitor.web import wording
from monitor.web.addresses import outlet_url, url_of
from monitor.web.assets import static
from monitor.web.headers import PRIVATE
from monitor.web.tongues import direction, tongue
from monitor.wording import KINDS, alarmed, counted, stood, weight_of

FOLDER = Path(__file__).with_name("templates")


def page(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """Return a template filled in, as the answer to a request; 304 where the asker has the very same page.

    Beside `values` a template knows `here` (the path asked for), `guarded` (that it asks for a token), and
    `again(name=value)`: the address asked for with other values in its query, None for one left out. Raises
    jinja2.UndefinedError for a value that it lacks.
    """
    known = {
        "here": request.path,
        "again": partial(_again, request.path, request.query),
        "guarded": request.get(PRIVATE, False),
    }
    body = environment().get_template(template).render(known | values).encode()
    headers = {"Cache-Control": "private, no-cache"}
    if status != 200 or request.method not in ("GET", "HEAD"):
        return _html(status, body, headers)
    headers["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
    if headers["ETag"] in _tags(request.headers.get("If-None-Match", "")):
        return web.Response(status=304, headers=headers)
    return _html(status, body, headers)


def _html(status: int, body: bytes, headers: dict[str, str]) -> web.Response:
    return web.Response(status=status, body=body, content_type="text/html", charset="utf-8", headers=headers)


def _tags(said: str) -> Iterator[str]:
    """Yield the entity tags of If-None-Match; weak ones count (RFC 9110, 13.1.2)."""
    return (tag.strip().removeprefix("W/") for tag in said.split(","))


def _again(path: str, query: MultiMapping[str], **changed: object) -> str:
    """Return an address with some values of its query replaced."""
    kept = [(name, value) for name, value in query.items() if name not in changed]
    asked = [*kept, *((name, str(value)) for name, value in changed.items() if value is not None)]
    together = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in asked)
    return f"{quote(path)}?{together}" if together else quote(path)


@cache
def environment() -> Environment:
    """Return the templates' environment, made once: templates are compiled when first used, and kept."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "when": wording.when,
        "published": wording.published,
        "day": wording.day,
        "dir": direction,
        "tongue": tongue,
        "url_of": url_of,
        "outlet_url": outlet_url,
        "number": "{:,}".format,
        "counted": counted,
        "size": format_size,
        "lasting": format_duration,
        "marked": marked,
        "paragraphs": paragraphs,
        "coded": coded,
        "in_path": partial(quote, safe=""),
        "quoted": shlex.quote,
        "weight": weight_of,
        "sizes": wording.sizes,
        "stood": stood,
        "alarmed": alarmed,
        "standing": wording.standing,
    }
    made.globals |= {
        "static": static,
        "KINDS": KINDS,
        "STATES": wording.STATES,
        "ORIGINS": wording.ORIGINS,
        "SOURCE_KINDS": wording.SOURCES,
        "CITATION_KINDS": wording.CITATIONS,
        "NAV": NAV,
    }
    return made


def compile_all() -> None:
    """Compile every template, so that no reader waits for it; a fifth of a second, and nothing the second time."""
    for name in environment().list_templates():
        environment().get_template(name)


# The pages of the navigation: where, and what it says there.
NAV = (
    ("/search", "Search"),
    ("/changes", "Changes"),
    ("/documents", "Documents"),
    ("/clusters", "Copies"),
    ("/outlets", "Outlets"),
    ("/sources", "Sources"),
    ("/corpus", "Corpus"),
    ("/alerts", "Alerts"),
)


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> Markup:
    """Return a text with its spans (in order and apart) in `<mark>`, escaped."""
    parts, done = [], 0
    for start, end in spans:
        parts += [escape(text[done:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        done = end
    return Markup("").join([*parts, escape(text[done:])])


def coded(words: str) -> Markup:
    """Return words with what stands between backticks, a command, in `<code>`; escaped."""
    parts = words.split("`")
    if len(parts) % 2 == 0:  # one backtick has no other
        return escape(words)
    told = (Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts))
    return Markup("").join(told)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the lines of a text that are not blank: one is a paragraph, as extractors write them."""
    return tuple(line for line in text.splitlines() if line.strip())
