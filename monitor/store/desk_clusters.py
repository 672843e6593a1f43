"""Clusters as a list: those that grew last, page by page."""

from datetime import datetime

from sqlalchemy import Connection, literal, select, tuple_

from monitor.model import Cluster
from monitor.store.schema import cluster, copy
from monitor.store.types import UtcTime, noun

Grown = tuple[Cluster, datetime]


def newest(conn: Connection, limit: int, after: tuple[datetime, int] | None = None) -> list[Grown]:
    """Return clusters with the time they last grew, newest first; `after` is the time and number to go on behind.

    They are met in the index by time, each at its newest member: no list of all is made first.
    """
    later = copy.alias("later")
    grew_on = select(later.c.document_id).where(
        later.c.cluster_id == copy.c.cluster_id, later.c.joined_at > copy.c.joined_at
    )
    place = (copy.c.joined_at, copy.c.cluster_id)
    statement = select(*place).where(~grew_on.exists()).distinct()
    if after is not None:
        statement = statement.where(tuple_(*place) < tuple_(literal(after[0], UtcTime), literal(after[1])))
    statement = statement.order_by(copy.c.joined_at.desc(), copy.c.cluster_id.desc()).limit(limit)
    grown = [(row[1], row[0]) for row in conn.execute(statement)]
    known = conn.execute(select(cluster).where(cluster.c.id.in_([number for number, _ in grown]))).mappings()
    found = {row["id"]: noun(Cluster, row) for row in known}
    return [(found[number], at) for number, at in grown]
