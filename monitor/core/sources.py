"""A source as it begins: of where it is, and what was said of it."""

from datetime import datetime

from monitor.answers import SourceOptions
from monitor.core.urls import host_of
from monitor.model import Source, SourceKind


def new_source(
    url: str, kind: SourceKind, title: str | None, options: SourceOptions, now: datetime, *, verified: bool = True
) -> Source:
    """Return a source that is due now. Raises UsageError for a URL that has no host."""
    return Source(
        url=url,
        kind=kind,
        host=host_of(url),
        title=title,
        outlet=options.outlet,
        language=options.language,
        tags=options.tags,
        every_s=options.every_s,
        cron=options.cron,
        include=options.include,
        exclude=options.exclude,
        verified=verified,
        added_at=now,
        next_check_at=now,
        plan_reason="new",
        headers=options.headers,
        proxy=options.proxy,
        insecure_tls=options.insecure_tls,
        ignore_robots=options.ignore_robots,
        evidence=options.evidence,
        retain_s=options.retain_s,
    )
