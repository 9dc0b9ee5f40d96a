"""The OpenAPI 3.1 document, made from the table of endpoints and the shapes that validate and serialise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from web.requests import Nothing
from web.schema import Schema, schema_of
from web.shapes import Problem

PREFIX = "/api/v1"
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_PROBLEMS = {
    400: "What was sent cannot be read.",
    401: "Sign in first: send an API token as Authorization: Bearer.",
    403: "This can be read, but the action is somebody else's.",
    404: "There is nothing here, or nothing this reader may know of.",
    409: "The same thing exists already, or changed meanwhile.",
    413: "More was sent than is taken at once.",
    415: "Send application/json.",
    422: "Something in it cannot be taken; `field` names it.",
    503: "The knowledge base cannot be reached.",
}
_WITH_BODY = {400, 409, 413, 415}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the interface. `path` is as Flask writes it; `answer` is the shape of what comes back with
    `status`."""

    method: str
    path: str
    name: str
    summary: str
    answer: type
    query: type = Nothing
    body: type | None = None
    status: int = 200


def document(endpoints: Sequence[Endpoint], version: str, server: str) -> dict[str, Any]:
    """The whole document; `server` is the public address, or "/" for wherever this was read."""
    named: dict[str, Schema] = {}
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(_PART.sub(r"{\1}", each.path), {})[each.method.lower()] = _operation(each, named)
    schema_of(Problem, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Quisait",
            "version": version,
            "summary": "Who knows? The procedure that applies, what colleagues answered, and whom to ask.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": f"{server.rstrip('/')}{PREFIX}"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(named.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "From /tokens or `quisait token`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "quisait"},
            },
        },
    }


def _operation(endpoint: Endpoint, named: dict[str, Schema]) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": endpoint.name, "summary": endpoint.summary}
    parameters = [_parameter(name, "path", {"type": "string"}, True) for name in _PART.findall(endpoint.path)]
    asked = schema_of(endpoint.query)
    parameters += [
        _parameter(name, "query", each, name in asked["required"]) for name, each in asked["properties"].items()
    ]
    if parameters:
        made["parameters"] = parameters
    if endpoint.body is not None:
        content = {"application/json": {"schema": schema_of(endpoint.body, named)}}
        made["requestBody"] = {"required": True, "content": content}
    answer: dict[str, Any] = {
        "description": "Made." if endpoint.status == 201 else "What was asked for.",
        "content": {"application/json": {"schema": schema_of(endpoint.answer, named)}},
    }
    if endpoint.status == 201:
        answer["headers"] = {"Location": {"description": "Where it can be read.", "schema": {"type": "string"}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = {
        str(status): {"description": said, "content": problem}
        for status, said in _PROBLEMS.items()
        if endpoint.body is not None or status not in _WITH_BODY
    }
    made["responses"] = {str(endpoint.status): answer, **refusals}
    return made


def _parameter(name: str, place: str, schema: Schema, required: bool) -> dict[str, Any]:
    told = {key: value for key, value in schema.items() if key != "description"}
    made: dict[str, Any] = {"name": name, "in": place, "required": required, "schema": told}
    if "description" in schema:
        made["description"] = schema["description"]
    return made
