"""What an operation of the API is: declared once as data, which the server and the OpenAPI document both read."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from monitor import Archive
from monitor.web.api_forms import CURSOR, NUMBER, Form, whole
from monitor.web.routes import Access

BASE = "/api/v1"
LIMIT, MOST = 50, 500

# What a request asks for: its parameters by name, those left out with their default or None; its body as "body".
Asked = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, or a part of the path. Each may be given once."""

    name: str
    form: Form
    about: str
    in_path: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a write: its status, and where the noun is that it was about."""

    answer: object
    status: int = 200
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """That all was understood and nothing was done: why (RFC 9457), and what came of trying."""

    detail: str
    hint: str | None = None
    status: int = 422
    report: object = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What may be asked, and the type of the answer; `run` returns it, or a Done or Refused.

    `answers` are its statuses of success with what they mean, `refusals` the statuses of problems that only some
    operations have. `body` is the model that a body must fit.
    """

    name: str
    method: str
    path: str
    about: str
    answer: Any
    run: Callable[[Archive, Asked], Awaitable[object]]
    parameters: tuple[Parameter, ...] = ()
    answers: tuple[tuple[int, str], ...] = ((200, "What was asked for."),)
    refusals: tuple[int, ...] = ()
    body: type[BaseModel] | None = None
    access: Access = Access.READ


def in_path(name: str, form: Form, about: str) -> Parameter:
    """Return a part of the path."""
    return Parameter(name, form, about, in_path=True)


LIMITED = Parameter("limit", whole(1, MOST, LIMIT), "How many at most.")
AFTER = Parameter("after", CURSOR, "Go on from here: what `next` of the answer before says, with the same question.")
AFTER_NUMBER = Parameter("after", NUMBER, "Go on from here: what `next` of the answer before says.")
