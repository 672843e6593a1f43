"""What the outlets answer at a time, and what is true of that answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from random import Random

from benchmarks.changes import feeds
from benchmarks.changes.disguises import disguise
from benchmarks.changes.edits import State
from benchmarks.changes.furniture import Piece, piece
from benchmarks.changes.histories import HERE, History
from benchmarks.changes.languages import language
from benchmarks.changes.outlets import Outlet
from benchmarks.changes.templates import Page, render
from benchmarks.changes.walls import DAMAGED, wall

HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of an answer about an article.

    `state` is what a good, complete answer says; `bad` names what stood for it; `place` is where the article is.
    `noise` holds what may differ between two answers with one state, by name.
    """

    state: State | None
    place: str
    bad: str | None = None
    noise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `short` sends less than Content-Length says. `truth` is None where it is about no article."""

    status: int
    body: bytes = b""
    kind: str = HTML
    location: str | None = None
    short: bool = False
    history: History | None = None
    truth: Truth | None = None


class Publisher:
    """One outlet that answers requests; it counts those for each article."""

    def __init__(self, outlet: Outlet, made: Sequence[History]) -> None:
        self.outlet = outlet
        self.histories = made
        self._spoken = language(outlet.language)
        self._by_path = {path: one for one in made for path in one.paths}
        self._asked: Counter[int] = Counter()

    def answer(self, path: str, now: datetime) -> Reply:
        """Return what is answered at a path."""
        there = [one for one in self.histories if one.published <= now]
        if path == "/":
            return Reply(200, self._encoded(feeds.front_page(self.outlet, there, now), now)[0])
        if path in ("/feed.xml", "/sitemap-news.xml"):
            return Reply(200, feeds.feed(self.outlet, there, now), "application/xml")
        if path == "/login":
            return self._html(wall("login redirect", self.outlet, self._spoken, ()).html, 200, now)
        history = self._by_path.get(path)
        if history is None or history.published > now:
            return self._html(wall("404", self.outlet, self._spoken, ()).html, 404, now)
        return self._article(history, path, now)

    def _article(self, history: History, path: str, now: datetime) -> Reply:
        step = history.at(now)
        if step.place == HERE and step.state.path != path:
            return Reply(301, location=step.state.path, history=history, truth=Truth(None, HERE))
        self._asked[history.number] += 1
        if step.place != HERE:
            return replace(self._ended(history, step.place, now), history=history, truth=Truth(None, step.place))
        bad = self._bad(history, now)
        if bad == "login redirect":
            return Reply(302, location="/login", history=history, truth=Truth(None, HERE, bad))
        if bad is not None and bad not in DAMAGED:
            found = wall(bad, self.outlet, self._spoken, self._headlines(history)[:5])
            reply = self._html(found.html, found.status, now)
            return replace(reply, history=history, truth=Truth(None, HERE, bad))
        return self._shown(history, step.state, bad, now)

    def _bad(self, history: History, now: datetime) -> str | None:
        outage = self.outlet.outage
        if outage is not None and outage.start <= now < outage.end:
            return f"outage {outage.status}"
        if history.bad_since is not None and now >= history.bad_since[0]:
            return history.bad_since[1]
        return history.bad.get(self._asked[history.number])

    def _ended(self, history: History, place: str, now: datetime) -> Reply:
        if place in ("404", "410"):
            return self._html(wall("404", self.outlet, self._spoken, ()).html, int(place), now)
        if place == "home":
            return Reply(302, location="/")
        if place == "other article":
            return Reply(301, location=history.target)
        return self._html(wall("soft 404", self.outlet, self._spoken, self._headlines(history)[:5]).html, 200, now)

    def _shown(self, history: History, state: State, bad: str | None, now: datetime) -> Reply:
        count = self._asked[history.number]
        noise = {"look": self.outlet.look(now), "encoding": "/".join(self.outlet.encoding(now))}
        if history.other and Random(f"{history.number} {count}").random() < 0.5:
            state = replace(state, headline=history.other)
        shown = state
        if history.disguised and count % 2 == 0:
            shown = disguise(history.disguised, state)
            noise["disguise"] = history.disguised
        inside, beside = self._pieces(self.outlet.inside, history, now), self._pieces(self.outlet.beside, history, now)
        noise |= {f"{one.kind} inside": "\n".join(one.lines) for one in inside}
        noise |= {f"{one.kind} beside": "\n".join(one.lines) for one in beside}
        if bad in ("paywall", "empty"):
            kept = state.paragraphs[:1] if bad == "paywall" else ()
            notice = (self._spoken.walls["paywall"],) if bad == "paywall" else ()
            shown, inside = replace(state, paragraphs=(*kept, *notice)), []
        nonce = 0 if self.outlet.validators else int(sha256(f"{history.number} {count}".encode()).hexdigest()[:8], 16)
        modified = history.at(now).at
        html = render(
            self.outlet.look(now), Page(self.outlet, self._spoken, shown, modified, inside, beside, nonce)
        )  # fmt: skip
        reply = self._html(html, 200, now)
        if bad in ("cut HTML", "short body"):
            # Broken off within the paragraphs, where a reader would see a shorter article.
            where = reply.body.index(b"<p>") + (reply.body.rindex(b"</p>") - reply.body.index(b"<p>")) // 2
            reply = replace(reply, short=bad == "short body", body=reply.body[:where])
        return replace(reply, history=history, truth=Truth(None if bad else state, HERE, bad, noise))

    def _pieces(self, kinds: Sequence[str], history: History, now: datetime) -> list[Piece]:
        others = self._headlines(history)
        return [piece(kind, self._spoken, others, history.number, now) for kind in kinds]

    def _headlines(self, but: History) -> tuple[str, ...]:
        return tuple(one.steps[0].state.headline for one in self.histories if one is not but)

    def _html(self, html: str, status: int, now: datetime) -> Reply:
        body, kind = self._encoded(html, now)
        return Reply(status, body, kind)

    def _encoded(self, html: str, now: datetime) -> tuple[bytes, str]:
        encoding, declared = self.outlet.encoding(now)
        meta = f'<meta charset="{encoding}">' if declared in ("meta", "wrong") else ""
        body = html.replace("{charset}", meta, 1).encode(encoding, "xmlcharrefreplace")
        if declared == "mark":
            body = b"\xef\xbb\xbf" + body
        said = {"header": f"{HTML}; charset={encoding}", "wrong": f"{HTML}; charset=iso-8859-1"}
        return body, said.get(declared, HTML)
