"""The OpenAPI document says what the server does."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query import read_query
from monitor.errors import UsageError
from monitor.web import api
from monitor.web.api_filters import FILTERS, query_of
from monitor.web.api_forms import CURSOR, LANGUAGE, NAME, NUMBER, QUERY, URL, WHEN, Form, flag, listed, share
from monitor.web.routes import Access
from tests.web.asking_api import every_operation
from tests.web.openapi import PATH, written

DOCUMENT: dict[str, Any] = json.loads(written())


def test_the_file_of_the_documents_is_up_to_date() -> None:
    """`python -m tests.web.openapi` writes it anew."""
    assert PATH.read_text(encoding="utf-8") == written()


def test_every_operation_is_there_once() -> None:
    names = [one.name for one in every_operation()]
    assert len(set(names)) == len(names)
    told = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert told == {(one.method, one.path) for one in every_operation()}
    for one in every_operation():
        in_path = {parameter.name for parameter in one.parameters if parameter.in_path}
        assert in_path == set(re.findall(r"{(\w+)}", one.path))
        assert (one.method == "GET") == (one.access is Access.READ)


def test_every_reference_leads_somewhere() -> None:
    """And everything that is named is referred to."""
    named = {
        f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in DOCUMENT["components"][kind]
    }
    assert set(_references(DOCUMENT)) <= named
    unused = {one.rpartition("/")[2] for one in named - set(_references(DOCUMENT))}
    assert unused <= {"Problem403", "Problem408"}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def test_an_answer_leaves_no_field_out() -> None:
    """A program may rely on each; what may be sent says what may be left out."""
    schemas = DOCUMENT["components"]["schemas"]
    change = schemas["Change"]
    assert change["required"] == list(change["properties"])
    assert change["additionalProperties"] is False
    assert schemas["NewSource"]["required"] == ["url"]
    assert schemas["NewSource"]["additionalProperties"] is False


def test_to_write_takes_a_token() -> None:
    paths = DOCUMENT["paths"]
    assert paths["/sources"]["post"]["security"] == [{"token": []}]
    assert {} in paths["/sources"]["get"]["security"]
    assert DOCUMENT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


FORMS = [CURSOR, LANGUAGE, NAME, NUMBER, QUERY, URL, WHEN, flag(), share(0.5), listed(NUMBER), listed(NAME)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.takes[:30])
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_is_read_or_refused(form: Form, text: str) -> None:
    """By ValueError and nothing else, whatever Unicode has."""
    try:
        value = form.read(text)
    except ValueError:
        return
    assert "\x00" not in str(value)


TELLING = st.characters(codec="utf-8") | st.sampled_from("\"“”„‟«»＂',:- *")


@given(st.text(TELLING, min_size=1, max_size=30), st.text(TELLING, max_size=20))
def test_a_name_that_is_let_through_is_the_value_of_a_field(name: str, query: str) -> None:
    """Whatever else is searched, and whichever quotes the search knows."""
    try:
        NAME.read(name)
    except ValueError:
        return
    try:
        typed = read_query(
            query_of({one.name: (name,) if one.name == "outlet" else None for one in FILTERS} | {"q": query})
        )
    except UsageError:
        return
    assert typed.fields[0].values == (name.strip(),)


@given(st.from_regex(WHEN.schema["pattern"], fullmatch=True))
def test_what_the_pattern_of_a_time_lets_through_is_read(text: str) -> None:
    """Python and JSON Schema agree on the pattern, but for a line's end, which is none here."""
    if "\n" not in text:
        assert WHEN.read(text) == text


def test_the_specification_is_the_same_whenever_it_is_made() -> None:
    assert api.specification() == api.specification()
