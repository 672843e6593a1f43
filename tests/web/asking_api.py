"""Ask the API as a program does, and hold its answers against what the document promises."""

import json
from functools import cache
from typing import Any

from aiohttp import ClientResponse
from pydantic import TypeAdapter

from monitor.web import api
from monitor.web.api_routes import BASE, Operation
from monitor.web.under_way import UnderWay
from tests.web.asking import Client


@cache
def every_operation() -> tuple[Operation, ...]:
    """Return every operation of the API."""
    return api.operations(UnderWay())


@cache
def type_of(name: str) -> TypeAdapter[Any]:
    """Return what an operation answers, by its name, as the code has it."""
    return TypeAdapter(next(one.answer for one in every_operation() if one.name == name))


async def ask(client: Client, path: str, **parameters: object) -> Any:
    """Return the answer to a question that has one."""
    asked = {name.rstrip("_"): str(value) for name, value in parameters.items()}
    answer = await client.get(f"{BASE}{path}", params=asked)
    return await told(answer, 200)


async def told(answer: ClientResponse, status: int) -> Any:
    """Return what an answer says: JSON, or a problem that names its status."""
    text = await answer.text()
    assert answer.status == status, f"{answer.url}: {answer.status}\n{text[:2000]}"
    said = json.loads(text)
    assert answer.content_type == ("application/json" if status < 400 else "application/problem+json")
    if status >= 400:
        assert said["status"] == status
        assert said["title"]
        assert said["detail"]
    return said
