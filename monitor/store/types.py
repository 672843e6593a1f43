"""Column types: how the nouns' values lie in a row, the same on both databases."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import DateTime, Dialect, Result, RowMapping, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time: `timestamptz` on PostgreSQL, sortable ISO 8601 text with a Z elsewhere."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of that database."""
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(DateTime(timezone=True) if native else String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a time into what the database keeps; a naive one is a bug and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        if dialect.name == "postgresql":
            return moment
        return moment.isoformat(timespec="microseconds")[:-6] + "Z"  # instead of +00:00

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the database kept into an aware UTC time."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """An enumeration kept as its text, so that a person reads the table without a key."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """Turn a member, or its text, into text."""
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        """Turn text into the member."""
        return None if value is None else self.words(value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings kept as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """Turn a tuple into JSON."""
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """Turn JSON into a tuple."""
        return tuple(json.loads(value)) if value else ()


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A tuple of whole numbers kept as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str:
        """Turn a tuple into JSON."""
        return json.dumps(list(value or ()))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...]:
        """Turn JSON into a tuple."""
        return tuple(json.loads(value)) if value else ()


class Noun(Protocol):
    """A dataclass of the model."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


N = TypeVar("N", bound=Noun)


def noun(kind: type[N], row: RowMapping) -> N:
    """Make a noun of a row; columns that the noun does not have are left out."""
    return kind(**{name: row[name] for name in _fields(kind)})


def first(kind: type[N], found: Result[Any]) -> N | None:
    """Make a noun of the first row that was found, None where there is none."""
    row = found.mappings().first()
    return noun(kind, row) if row else None


def nouns(kind: type[N], found: Result[Any]) -> tuple[N, ...]:
    """Make nouns of all rows that were found, in their order."""
    return tuple(noun(kind, row) for row in found.mappings())


def columns_of(value: Noun, *without: str) -> dict[str, Any]:
    """Return a noun's fields as column values, `id` left out so that the database gives it."""
    return {name: getattr(value, name) for name in _fields(type(value)) if name != "id" and name not in without}


@cache
def _fields(kind: type[Noun]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
