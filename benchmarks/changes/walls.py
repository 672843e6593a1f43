"""What is answered instead of an article: walls, errors, and pages that break off. None of it is an edit."""

from dataclasses import dataclass
from html import escape

from benchmarks.changes.languages import Language
from benchmarks.changes.outlets import Outlet

# By status 200 unless told. The first ones replace the page, the last ones damage it (see replies.py).
STATUS = {"bot wall 403": 403, "spurious 404": 404, "spurious 503": 503, "outage 404": 404, "outage 503": 503}
REPLACED = ("consent", "bot wall", "bot wall 403", "spurious soft 404", "spurious 404", "spurious 503", "login")
DAMAGED = ("paywall", "cut HTML", "short body", "empty")
BAD = (*REPLACED, *DAMAGED, "paywall for good", "login redirect")


@dataclass(frozen=True, slots=True)
class Wall:
    """A page that stands for another one."""

    status: int
    html: str


def wall(kind: str, outlet: Outlet, spoken: Language, latest: tuple[str, ...]) -> Wall:
    """Return what is answered; `latest` are headlines that an error page lists."""
    said = spoken.walls
    status = STATUS.get(kind, 200)
    if kind == "consent":
        return Wall(status, _page(said["consent_title"], said["consent"], spoken))
    if kind in ("login", "login redirect"):
        title = f"{said['login_title']} - {outlet.name}"
        return Wall(status, _page(title, said["login"], spoken, '<input type="password" name="pw">'))
    if kind == "bot wall":
        text = "Checking your browser before accessing the site. Enable JavaScript and cookies to continue."
        return Wall(status, _page("Just a moment...", text, spoken, '<script src="/cdn-cgi/challenge-platform/h/b"/>'))
    if kind == "bot wall 403":
        return Wall(
            status, _page("Access Denied", "You don't have permission to access this. Reference #18.5e", spoken)
        )
    if status == 503:
        return Wall(status, _page("503 Service Temporarily Unavailable", "nginx", spoken))
    if status == 404 and kind != "404":
        return Wall(status, _page("404 Not Found", "nginx", spoken))
    listed = "".join(f'<li><a href="/">{escape(one)}</a></li>' for one in latest)
    return Wall(
        status, _page(f"{said['missing_title']} | {outlet.name}", said["missing"], spoken, f"<ul>{listed}</ul>")
    )


def _page(title: str, text: str, spoken: Language, rest: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken.code}"><head>{{charset}}<title>{escape(title)}</title></head><body>'
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p>{rest}</body></html>"
    )
