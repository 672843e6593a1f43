"""Choose what to watch for a URL: itself, what it names, or what its site names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.answers import SourceOptions
from monitor.app import probing
from monitor.app.context import Context
from monitor.app.probing import Probe
from monitor.app.terms import Terms
from monitor.core.discovery import NO_ANSWER, best, robots_sitemaps
from monitor.core.feed_links import SPEAKS
from monitor.core.feed_ranking import LAST
from monitor.core.pages import language_in_url
from monitor.core.sitemap_order import is_news_address
from monitor.core.sitemaps import as_news, is_fresh, news_first
from monitor.core.urls import canonical_url, host_of, is_front_page, same_page
from monitor.errors import MonitorError, SourceError
from monitor.interfaces import Candidate, PageReading, ParsedFeed
from monitor.model import Outcome, Outlet, SourceKind
from monitor.wording import counted

# How many candidates are fetched before settling for the page itself. Named ones come first.
TRIES = 8
# Below this score nobody named the candidate; such guesses only help a front page, since they speak for a whole site.
NAMED = 0.35
LISTED = 5  # links to articles that make a page worth watching as a listing


@dataclass(frozen=True, slots=True)
class Choice:
    """What will be watched, and why; `verified` when it was fetched and tells of articles."""

    url: str
    kind: SourceKind
    reason: str
    title: str | None = None
    language: str | None = None
    candidates: tuple[Candidate, ...] = ()
    verified: bool = True


async def choose(ctx: Context, url: str, options: SourceOptions) -> Choice:
    """Fetch a URL and decide what to watch. Raises SourceError when it cannot be reached or is nothing to watch."""
    search = _Search(ctx, url, options)
    if options.kind in (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.LISTING):
        return await search.as_told(options.kind)
    return await search.find()


def terms_for(asked: str, url: str, options: SourceOptions) -> Terms:
    """Return the operator's terms for a URL found by way of another; secrets and trust stay with the host asked for."""
    terms = Terms(options.headers, options.proxy, options.insecure_tls, options.ignore_robots)
    return terms.at(url, asked)


class _Search:
    """The search for what to watch in place of one URL."""

    def __init__(self, ctx: Context, url: str, options: SourceOptions) -> None:
        self._ctx = ctx
        self._url = url
        self._options = options
        self._language = options.language
        self._candidates: tuple[Candidate, ...] = ()  # everything named on the way
        self._index_read = False
        self._last_resort: Choice | None = None  # a sitemap that may hold no news

    async def as_told(self, kind: SourceKind) -> Choice:
        """Take the URL for the kind the operator says, if it reads as one."""
        probe = await self._probe(self._url)
        parsed = await probing.read_as(self._ctx, probe, kind)
        if not parsed.items and not parsed.parts:
            said = parsed.problem or "it tells of no article"
            raise SourceError(f"{self._url} is no {kind}: {said}", hint="leave --kind out to find out what it is")
        return Choice(probe.url, kind, _said(parsed), parsed.title, parsed.language)

    async def find(self) -> Choice:
        """Find out what is at the URL."""
        probe = await probing.ask(self._ctx, self._url, terms_for(self._url, self._url, self._options))
        if probe.result.outcome is Outcome.FORBIDDEN:
            return await self._walled_off(probe, probing.failure(probe))
        probing.check(probe)
        if self._options.kind is SourceKind.PAGE:
            return Choice(probe.url, SourceKind.PAGE, "watched as one page, as told")
        reading = await probing.read_page(self._ctx, probe)
        if reading.reason.startswith(NO_ANSWER):
            return await self._walled_off(probe, reading.reason.removeprefix(NO_ANSWER) + " came instead")
        if reading.kind in (SourceKind.FEED, SourceKind.SITEMAP):
            return _itself(probe, reading.kind, reading.reason, reading)
        return await self._of_page(probe, reading)

    async def _probe(self, url: str) -> Probe:
        return await probing.probe(self._ctx, url, terms_for(self._url, url, self._options))

    async def _walled_off(self, probe: Probe, why: str) -> Choice:
        """Try only what the outlet file or robots.txt names: a site that keeps us out is not searched by guesses."""
        self._language = self._language or language_in_url(probe.url)
        if choice := await self._first_good(self._known(probe)):
            return replace(choice, reason=f"{choice.reason}; the page itself: {why}")
        raise SourceError(
            f"{self._url} cannot be read: {why}",
            hint="a feed or sitemap of the site may be open: give its address; --force keeps this one all the same",
        )

    async def _of_page(self, probe: Probe, reading: PageReading) -> Choice:
        """Choose among what a page names: the first candidate that tells of articles, else the page itself."""
        self._language = self._language or reading.language
        ranked = _ranked(probe.url, (*self._known(probe), *reading.candidates))
        choice = await self._first_good(_worth_trying(probe.url, reading, ranked))
        offered = (one for one in (*ranked, *self._candidates) if one.score >= NAMED)
        candidates = best(offered)
        if choice is not None:
            about = "; the page asked for is one article" if reading.reason.startswith("one article") else ""
            language = choice.language or self._language
            return replace(choice, reason=f"{choice.reason}{about}", language=language, candidates=candidates)
        links = len(reading.article_links)
        if self._last_resort and links < LISTED and is_front_page(probe.url):
            return replace(self._last_resort, language=self._language, candidates=candidates)
        if links >= LISTED or reading.kind is SourceKind.LISTING:
            reason = f"no feed found; the page links {counted(links, 'article')}, which will be followed"
            return replace(_itself(probe, SourceKind.LISTING, reason, reading), candidates=candidates)
        return replace(_itself(probe, SourceKind.PAGE, f"one page: {reading.reason}", reading), candidates=candidates)

    def _known(self, probe: Probe) -> tuple[Candidate, ...]:
        """Return what the outlet file remembers and robots.txt names."""
        outlet = self._ctx.registry.by_host(host_of(probe.url))
        return (*_hinted(outlet, probe.url, self._language), *robots_sitemaps(probe.robots_text or "", probe.url))

    async def _first_good(self, candidates: Iterable[Candidate]) -> Choice | None:
        """Try the best candidates, at most eight; what a page of feeds names on the way is tried in its turn."""
        left, tried = list(candidates), set[str]()
        while left and len(tried) < TRIES:
            candidate = left.pop(0)
            tried.add(canonical_url(candidate.url))
            found = await self._try(candidate)
            if isinstance(found, Choice):
                return found
            self._candidates += found
            left = [one for one in best((*found, *left)) if canonical_url(one.url) not in tried]
        return None

    async def _try(self, candidate: Candidate, *, of_index: bool = False) -> Choice | tuple[Candidate, ...]:
        """Fetch a candidate, `of_index` when an index named it; return what it names itself when it is no source."""
        try:
            probe = await self._probe(candidate.url)
            parsed = await probing.read_as(self._ctx, probe, candidate.kind)
            if not parsed.items and not parsed.parts:
                return await self._named_there(probe, candidate)
        except MonitorError:
            return ()  # a guess that failed is no error of the page that led to it; the next one is tried
        if why := self._no_news(candidate, parsed):
            self._last_resort = self._last_resort or _found(probe, parsed, replace(candidate, reason=why))
            return ()
        news = None if of_index else next((part for part in news_first(parsed.parts) if is_news_address(part)), None)
        if news and isinstance(choice := await self._try(replace(candidate, url=news), of_index=True), Choice):
            return choice  # the part with the news is a better source than the index of the whole site
        return _found(probe, parsed, candidate)

    def _no_news(self, candidate: Candidate, parsed: ParsedFeed) -> str | None:
        """Say why a sitemap is no source of news: no news tags under such a name, or no page touched lately."""
        if is_news_address(candidate.url) and as_news(parsed) != parsed:
            return as_news(parsed).problem
        fresh = is_fresh(parsed, self._ctx.clock.now())
        return None if fresh else "no page in it is dated within the last month"

    async def _named_there(self, probe: Probe, candidate: Candidate) -> tuple[Candidate, ...]:
        """Return the feeds on a page of feeds, to which "RSS" leads on many sites; one such page is read."""
        if self._index_read or SPEAKS not in candidate.reason:
            return ()
        self._index_read = True
        wanted = (("wanted", self._url), ("wanted_language", self._language or ""))
        reading = await probing.read_page(self._ctx, probe, wanted)
        return tuple(one for one in reading.candidates if one.score >= NAMED and one.kind is not SourceKind.LISTING)


def _found(probe: Probe, parsed: ParsedFeed, candidate: Candidate) -> Choice:
    reason = f"{_said(parsed)}; {candidate.reason}"
    title, language = parsed.title or candidate.title, parsed.language or candidate.language
    return Choice(probe.url, parsed.kind, reason, title, language)


def _itself(probe: Probe, kind: SourceKind, reason: str, reading: PageReading) -> Choice:
    return Choice(probe.url, kind, reason, reading.title, reading.language, reading.candidates)


def _hinted(outlet: Outlet | None, url: str, language: str | None) -> tuple[Candidate, ...]:
    """Return the feeds that the outlet file remembers for this site, those in the page's language first."""
    if outlet is None:
        return ()
    feeds = [feed for feed in outlet.feeds if host_of(feed) == host_of(url)]
    marked = [feed for feed in feeds if language and f"/{language}" in urlsplit(feed).path]
    score = 0.55 if is_front_page(url) else 0.38
    return tuple(
        Candidate(feed, SourceKind.FEED, score + (0.05 if feed in marked else 0.0), "remembered in the outlet file")
        for feed in feeds
    )


def _ranked(url: str, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Put the best first, each address once."""
    return tuple(one for one in best(candidates) if not same_page(one.url, url) or one.kind is not SourceKind.PAGE)


def _worth_trying(url: str, reading: PageReading, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out the page itself, feeds of comments, and for a section what would speak for the whole site unasked.

    Those are guesses, and the sitemaps of robots.txt: the section itself is a better source than the whole site.
    """
    front = is_front_page(url)
    is_section = not front and reading.kind is SourceKind.LISTING
    tried = (one for one in candidates if one.kind is not SourceKind.LISTING and one.score > LAST)
    named = (one for one in tried if front or one.score >= NAMED)
    return [one for one in named if not (is_section and one.kind is SourceKind.SITEMAP)]


def _said(parsed: ParsedFeed) -> str:
    what = counted(len(parsed.parts), "part") if parsed.parts else counted(len(parsed.items), "article")
    return f"a {parsed.kind} ({parsed.format}) with {what}"
