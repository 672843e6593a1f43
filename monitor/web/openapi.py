"""The OpenAPI 3.1 document of the API, made of what its operations declare and of the types they answer."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter

from monitor.web.api_routes import BASE, Operation, Parameter
from monitor.web.problems import MEDIA_TYPE
from monitor.web.routes import Access

_REF = "#/components/schemas/{model}"
_JSON = "application/json"
_ABOUT = (
    "Everything that is kept and watched, as `--json` of a command prints it. Lists come in pages: `next`, and the "
    "header Link, lead on. Answers carry a strong ETag. Times are UTC, ISO 8601. Problems are application/problem+json "
    "(RFC 9457) with a `hint` for the person."
)
_PROBLEMS = {
    400: "A parameter or the body has not the form it must have, or is not known here; `detail` says which.",
    401: "A token is needed, or the one shown is not valid.",
    403: "This may not be asked with this token.",
    404: "There is no such thing.",
    408: "The body did not come in time.",
    409: "Another process is at it; try again in a minute.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    421: "This server is not asked by this name.",
    422: "All has its form, and cannot be done: a query, a time or `after` that means nothing, a URL that is refused.",
    429: "Too much was asked at once.",
    500: "Something failed here; the log says more.",
    502: "The evidence cannot be read.",
    503: "The database is busy, or the question took longer than it may.",
}
_ALWAYS = (400, 401, 404, 421, 429, 500, 502, 503)
_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["title", "status"],
    "properties": {
        "type": {"type": "string", "description": "about:blank: the status says it all."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened here."},
        "hint": {"type": "string", "description": "What a person can do."},
        "report": {"type": "object", "description": "What came of trying, where something was tried."},
    },
}
_AFTER_S = {"Retry-After": {"description": "In so many seconds.", "schema": {"type": "string"}}}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the document; the same operations give the same one, to the byte."""
    every = tuple(operations)
    answers, schemas = _schemas(every)
    paths: dict[str, dict[str, Any]] = {}
    for one in every:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, answers[one.name])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Monitor", "version": "1", "description": _ABOUT},
        "servers": [{"url": BASE}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM},
            "responses": {f"Problem{status}": _problem(status) for status in _PROBLEMS},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation, answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": one.name, "summary": one.about, "responses": dict(_responses(one, answer))}
    # To read, a token is needed only where others than this machine may ask.
    told["security"] = [{"token": []}] if one.access is Access.WRITE else [{}, {"token": []}]
    if one.parameters:
        told["parameters"] = [_parameter(parameter) for parameter in one.parameters]
    if one.body is not None:
        required = any(field.is_required() for field in one.body.model_fields.values())
        schema = {"$ref": _REF.format(model=one.body.__name__)}
        told["requestBody"] = {"required": required, "content": {_JSON: {"schema": schema}}}
    return told


def _parameter(one: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "in": "path" if one.in_path else "query", "description": one.about}
    told |= {"required": True} if one.in_path else {}
    told |= {"style": "form", "explode": False} if one.form.several else {}
    return {**told, "schema": dict(one.form.schema)}


def _responses(one: Operation, answer: Any) -> Iterator[tuple[str, Any]]:
    for status, about in one.answers:
        yield str(status), {"description": about, **_headers(one, status), "content": {_JSON: {"schema": answer}}}
    if one.method == "GET":
        yield "304", {"description": "What the asker has (If-None-Match) is still the answer."}
    else:
        yield "408", {"$ref": "#/components/responses/Problem408"}
    for status in sorted({*_ALWAYS, *one.refusals}):
        yield str(status), {"$ref": f"#/components/responses/Problem{status}"}


def _problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
    headers = {"headers": _AFTER_S} if status in (429, 503) else {}
    return {"description": _PROBLEMS[status], **headers, "content": content}


def _headers(one: Operation, status: int) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if one.method == "GET":
        said["ETag"] = {"description": "Of this very answer.", "schema": {"type": "string"}}
    if one.method == "GET" and any(parameter.name == "after" for parameter in one.parameters):
        said["Link"] = {"description": 'rel="next": what follows, where anything does.', "schema": {"type": "string"}}
    if status == 201:
        said["Location"] = {"description": "The source.", "schema": {"type": "string"}}
    return {"headers": said} if said else {}


def _schemas(operations: tuple[Operation, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schemas of answers by operation, and those that they and the bodies refer to, by name."""
    answers = [(one.name, "serialization", TypeAdapter(one.answer)) for one in operations]
    bodies = [(f"{one.name} body", "validation", TypeAdapter(one.body)) for one in operations if one.body]
    found, told = TypeAdapter.json_schemas([*answers, *bodies], ref_template=_REF)  # type: ignore[list-item]
    named = {_called(name): schema for name, schema in told.get("$defs", {}).items()}
    sent = {one.body.__name__ for one in operations if one.body}
    for name, schema in named.items():
        _tidy(schema, complete=name not in sent)
    asked = {name: {"$ref": _called(found[name, "serialization"]["$ref"])} for name, _, _ in answers}
    return asked, dict(sorted(named.items()))


def _called(name: str) -> str:
    """Return a name without the marks of what it is made of: Page_Document_ is DocumentPage."""
    return re.sub(r"\bPage_(\w+)_$", r"\1Page", name)


def _tidy(schema: Any, *, complete: bool) -> None:
    """Say of answers that no field is ever left out; leave away titles, which repeat the names."""
    if complete and "properties" in schema:
        schema |= {"required": list(schema["properties"]), "additionalProperties": False}
    for one in schema.get("properties", {}).values():
        one.pop("title", None)
        if complete:
            one.pop("default", None)
