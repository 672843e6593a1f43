"""What the API answers that is made of many nouns: what happened lately, outlets, sources, the corpus, copies."""

from monitor import Archive
from monitor.answers import ClusterView, Page, Stats
from monitor.desk_answers import (
    CorpusRow,
    CorpusText,
    FrontPage,
    OutletPage,
    OutletRow,
    Rhythm,
    SourcePage,
    SourceRow,
)
from monitor.model import Alarm
from monitor.running_answers import Readiness
from monitor.telling_answers import AlertView
from monitor.web.api_forms import NAME, NUMBER, flag
from monitor.web.api_routes import AFTER, LIMITED, Asked, Operation, Parameter, in_path

SOURCE = in_path("id", NUMBER, "The number of the source.")
OUTLET = in_path("key", NAME, "The key of the outlet: its first domain.")
CLUSTER = in_path("id", NUMBER, "The number of the cluster.")
SAVED = in_path("id", NUMBER, "The number of the saved text's document.")


ENDED = Parameter("ended", flag(), "Also those that have ended.")


async def front(archive: Archive, _: Asked) -> FrontPage:
    """Return what happened lately."""
    return await archive.desk.front()


async def stats(archive: Archive, _: Asked) -> Stats:
    """Return how much is kept."""
    return await archive.stats()


async def outlets(archive: Archive, _: Asked) -> Page[OutletRow]:
    """Return the outlets."""
    return Page(await archive.desk.outlets())


async def outlet(archive: Archive, asked: Asked) -> OutletPage:
    """Return all about an outlet."""
    return await archive.desk.outlet(asked["key"])


async def outlet_rhythm(archive: Archive, asked: Asked) -> Rhythm:
    """Return when an outlet publishes and edits."""
    return (await archive.desk.outlet(asked["key"])).rhythm


async def sources(archive: Archive, asked: Asked) -> Page[SourceRow]:
    """Return the sources."""
    return await archive.desk.sources(asked["limit"], asked["after"])


async def source(archive: Archive, asked: Asked) -> SourcePage:
    """Return all about a source."""
    return await archive.desk.source(asked["id"])


async def source_rhythm(archive: Archive, asked: Asked) -> Rhythm:
    """Return when a source brings something."""
    return (await archive.desk.source(asked["id"])).rhythm


async def clusters(archive: Archive, asked: Asked) -> Page[ClusterView]:
    """Return the clusters of copies."""
    return await archive.desk.clusters(asked["limit"], asked["after"])


async def cluster(archive: Archive, asked: Asked) -> ClusterView:
    """Return a cluster of copies."""
    return await archive.desk.cluster(asked["id"])


async def corpus(archive: Archive, asked: Asked) -> Page[CorpusRow]:
    """Return the saved texts."""
    return await archive.desk.corpus(asked["limit"], asked["after"])


async def corpus_text(archive: Archive, asked: Asked) -> CorpusText:
    """Return a saved text."""
    return await archive.desk.corpus_text(asked["id"])


async def alerts(archive: Archive, _: Asked) -> Page[AlertView]:
    """Return the alerts."""
    return Page(await archive.alerts.every())


async def alarms(archive: Archive, asked: Asked) -> Page[Alarm]:
    """Return the alarms."""
    return Page(await archive.health.alarms(open_only=not asked["ended"], limit=asked["limit"]))


async def health(archive: Archive, _: Asked) -> Readiness:
    """Return whether the archive does its work."""
    return await archive.health.readiness()


OPERATIONS = (
    Operation("getFront", "GET", "/front", "What happened lately.", FrontPage, front),
    Operation("getStats", "GET", "/stats", "How much is kept, and where.", Stats, stats),
    Operation("listOutlets", "GET", "/outlets", "Every outlet that anything is kept of.", Page[OutletRow], outlets),
    Operation("getOutlet", "GET", "/outlets/{key}", "All about an outlet.", OutletPage, outlet, (OUTLET,)),
    Operation(
        "getOutletRhythm",
        "GET",
        "/outlets/{key}/rhythm",
        "When an outlet publishes and edits, by hour of the day and day by day.",
        Rhythm,
        outlet_rhythm,
        (OUTLET,),
    ),
    Operation(
        "listSources",
        "GET",
        "/sources",
        "The sources, those in trouble first. Secrets are masked.",
        Page[SourceRow],
        sources,
        (LIMITED, AFTER),
        refusals=(422,),
    ),
    Operation("getSource", "GET", "/sources/{id}", "All about a source.", SourcePage, source, (SOURCE,)),
    Operation(
        "getSourceRhythm",
        "GET",
        "/sources/{id}/rhythm",
        "When a source brings something, by hour of the day and day by day.",
        Rhythm,
        source_rhythm,
        (SOURCE,),
    ),
    Operation(
        "listClusters",
        "GET",
        "/clusters",
        "The clusters of copies that grew last, newest first; in each, who had it first, first.",
        Page[ClusterView],
        clusters,
        (LIMITED, AFTER),
        refusals=(422,),
    ),
    Operation("getCluster", "GET", "/clusters/{id}", "A cluster of copies.", ClusterView, cluster, (CLUSTER,)),
    Operation(
        "listCorpus",
        "GET",
        "/corpus",
        "The saved texts, by the name of their file.",
        Page[CorpusRow],
        corpus,
        (LIMITED, AFTER),
        refusals=(422,),
    ),
    Operation(
        "getCorpusText",
        "GET",
        "/corpus/{id}",
        "A saved text as it was saved, with its citations.",
        CorpusText,
        corpus_text,
        (SAVED,),
    ),
    Operation(
        "listAlarms",
        "GET",
        "/alarms",
        "What is wrong with the running of the archive, oldest first; or the newest of all, newest first.",
        Page[Alarm],
        alarms,
        (LIMITED, ENDED),
    ),
    Operation("getHealth", "GET", "/health", "Whether the archive does its work, and if not why.", Readiness, health),
    Operation("listAlerts", "GET", "/alerts", "The alerts, and their outboxes in figures.", Page[AlertView], alerts),
)
