"""What the fields of a query mean."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.answers import Condition
from monitor.core.query import Narrowing, read_query
from monitor.core.query_fields import Known, conditions
from monitor.errors import UsageError
from monitor.model import Field, Outlet

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
OUTLETS = (
    Outlet("granma.cu", "Granma", ("granma.cu",), ("Diario Granma",)),
    Outlet("prensa-latina.cu", "Prensa Latina", ("prensa-latina.cu", "plenglish.com"), (), ("PL",)),
)
KNOWN = Known(OUTLETS, NOW)


def read(text: str) -> tuple[Condition, ...]:
    return conditions(read_query(text).fields, KNOWN)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("outlet:GRANMA", ("granma.cu",)),
        ('outlet:"diario granma",pl', ("granma.cu", "prensa-latina.cu")),
        ("outlet:www.plenglish.com,granma,granma.cu", ("prensa-latina.cu", "granma.cu")),
        ("outlet:unheard-of.example", ("unheard-of.example",)),
        ("cites:granma", ("granma.cu",)),
        ("source:7,#8", (7, 8)),
        ("source:HTTPS://Radio.example/feed", ("https://radio.example/feed",)),
        ("lang:es-419,PT_br", ("es", "pt")),
        ("origin:Corpus", ("corpus",)),
        ("state:gone,live", ("gone", "live")),
        ("kind:Removed", ("removed",)),
        ("since:2026-11-16", (datetime(2026, 11, 16, tzinfo=UTC),)),
        ("since:24h", (datetime(2026, 11, 15, 12, tzinfo=UTC),)),
        ("until:2026-11-15", (datetime(2026, 11, 15, 23, 59, 59, 999_999, tzinfo=UTC),)),
        ("changed:7d", (datetime(2026, 11, 9, 12, tzinfo=UTC),)),
    ],
)
def test_values_are_what_a_person_means(text: str, values: tuple[object, ...]) -> None:
    assert read(text) == (Condition(read_query(text).fields[0].field, values),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("kind:remvoed", "'remvoed' is none of them", "did you mean removed? it can be headline, body"),
        ("state:dead", "'dead' is none of them", "it can be pending, saved"),
        ("lang:español", "'español' is no language", "write its tag"),
        ("since:soon", "'soon' is no time", "write it like"),
        ("outlet:nobody", "there is no outlet 'nobody'", "`monitor outlets` lists them"),
        ('outlet:""', "the name of the outlet is empty", "say what is meant"),
        ("source:radio", "not a URL", "give an address"),
        (f"source:{2**63}", "too large", None),
    ],
)
def test_what_cannot_be_meant_is_said_with_what_can(text: str, said: str, hint: str | None) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read(text)
    assert str(caught.value).startswith(f"{read_query(text).fields[0].field}: ")
    assert hint is None or hint in (caught.value.hint or "")


@given(st.sampled_from(Field), st.text(), st.booleans())
@settings(max_examples=1_000)
def test_any_value_is_read_or_refused(field: Field, value: str, denied: bool) -> None:
    found = attempt(Narrowing(field, (value,), denied))
    if isinstance(found, UsageError):
        assert str(found).startswith(f"{field}: ")
    else:
        assert (found.field, found.denied, len(found.values)) == (field, denied, 1)


def attempt(one: Narrowing) -> Condition | UsageError:
    """Read what may mean nothing; any other error than UsageError fails the test."""
    try:
        return conditions([one], KNOWN)[0]
    except UsageError as error:
        return error
