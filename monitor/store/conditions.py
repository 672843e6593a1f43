"""Turn the conditions of a query into SQL over `document` and, where it is asked for changes, over `change`."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from monitor.answers import Condition, DocumentFilter
from monitor.model import Field
from monitor.store.schema import change, citation, document, entry, source

Sql = ColumnElement[bool]
OF_CHANGES = (Field.KIND, Field.CHANGED)


def wanted(which: DocumentFilter) -> list[Sql]:
    """Return what documents satisfy that a filter lets through; without a state asked for, they have a text."""
    found = [] if which.state is not None or _names_states(which.conditions) else [_READ]
    equal = {"outlet": which.outlet, "origin": which.origin, "state": which.state}
    found += [document.c[column] == value for column, value in equal.items() if value is not None]
    if which.source_id is not None:
        found.append(_told_by((which.source_id,)))
    if which.language is not None:
        found.append(_in_language((which.language,)))
    if which.since is not None:
        found.append(document.c.first_seen_at >= which.since)
    if which.until is not None:
        found.append(document.c.first_seen_at <= which.until)
    if which.cites is not None:
        found.append(_cites((which.cites,)))
    if which.changed_since is not None:
        found.append(_has_change(change.c.at >= which.changed_since))
    return [*found, *_stated(which.conditions)]


_READ = document.c.revision_count > 0


def _names_states(conditions: Iterable[Condition]) -> bool:
    return any(one.field is Field.STATE and not one.denied for one in conditions)


def _stated(conditions: Iterable[Condition]) -> Iterator[Sql]:
    """Yield what the conditions of a query state; `kind:` and `changed:` have to hold of one change, both at once."""
    asked = tuple(conditions)
    of_changes = [one for one in asked if one.field in OF_CHANGES and not one.denied]
    yield from (_of_document(one) for one in asked if one not in of_changes)
    if of_changes:
        yield _has_change(*map(of_change, of_changes))


def of_change(one: Condition) -> Sql:
    """Return what a change has to satisfy, the condition taken as not denied."""
    if one.field is Field.KIND:
        return change.c.kind.in_(one.values)
    return or_(*(change.c.at >= value for value in one.values))


def _has_change(*wanted: Sql) -> Sql:
    return exists().where(change.c.document_id == document.c.id, *wanted)


def _of_document(one: Condition) -> Sql:
    holds = _has_change(of_change(one)) if one.field in OF_CHANGES else _SQL[one.field](one.values)
    return not_(holds) if one.denied else holds


Values = tuple[str | int | datetime, ...]


def _outlet(values: Values) -> Sql:
    return and_(document.c.outlet.is_not(None), document.c.outlet.in_(values))


def _told_by(values: Values) -> Sql:
    """Return what documents satisfy that one of these sources told of; they are numbers, or URLs."""
    numbers = [value for value in values if isinstance(value, int)]
    urls = [value for value in values if isinstance(value, str)]
    ids = select(source.c.id).where(or_(source.c.id.in_(numbers), source.c.url.in_(urls)))
    told = select(entry.c.document_id).where(entry.c.source_id.in_(ids), entry.c.document_id.is_not(None))
    own = and_(document.c.source_id.is_not(None), document.c.source_id.in_(ids))
    return or_(document.c.id.in_(told), own)


def _in_language(values: Values) -> Sql:
    """Return what documents satisfy that are in one of these languages, whatever the region."""
    regions = (document.c.language.startswith(f"{value}-", autoescape=True) for value in values)
    return and_(document.c.language.is_not(None), or_(document.c.language.in_(values), *regions))


def _cites(values: Values) -> Sql:
    return exists().where(citation.c.document_id == document.c.id, citation.c.outlet.in_(values))


_SQL: dict[Field, Callable[[Values], Sql]] = {
    Field.OUTLET: _outlet,
    Field.SOURCE: _told_by,
    Field.LANG: _in_language,
    Field.ORIGIN: lambda values: document.c.origin.in_(values),
    Field.STATE: lambda values: document.c.state.in_(values),
    Field.SINCE: lambda values: or_(*(document.c.first_seen_at >= value for value in values)),
    Field.UNTIL: lambda values: or_(*(document.c.first_seen_at <= value for value in values)),
    Field.CITES: _cites,
}
