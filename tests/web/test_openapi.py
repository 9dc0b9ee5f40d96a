"""The OpenAPI document is valid, complete, and made of the shapes that validate and serialise."""

from __future__ import annotations

import re
from typing import Any, TypedDict

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from web.api import ENDPOINTS, pages
from web.openapi import document
from web.requests import RouteRequest
from web.schema import Refused, check, schema_of


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return document(ENDPOINTS, "1.2.3", "https://quisait.example.org")


def test_the_document_is_valid_openapi_3_1(spec: dict[str, Any]) -> None:
    validate(spec, cls=OpenAPIV31SpecValidator)
    assert spec["info"]["version"] == "1.2.3"
    assert spec["servers"] == [{"url": "https://quisait.example.org/api/v1"}]


def test_every_address_of_the_interface_is_in_the_document(spec: dict[str, Any]) -> None:
    from flask import Flask

    app = Flask(__name__)
    app.register_blueprint(pages)
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(path, method) for path, methods in spec["paths"].items() for method in methods}


def test_every_endpoint_says_what_it_does_and_what_may_go_wrong(spec: dict[str, Any]) -> None:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            problems = {status for status in operation["responses"] if not status.startswith("2")}
            assert {"401", "404", "422"} <= problems
            assert ("requestBody" in operation) == (method == "post")


def test_every_reference_leads_somewhere(spec: dict[str, Any]) -> None:
    names = set(re.findall(r"#/components/schemas/(\w+)", str(spec)))
    assert names <= set(spec["components"]["schemas"])


class Sample(TypedDict):
    """A sample."""

    words: list[str]


def test_a_shape_is_judged_by_the_schema_that_is_shown() -> None:
    schema = schema_of(RouteRequest)
    check({"question": "train", "limit": 3, "language": "fr"}, schema)
    for given, field in [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": "   "}, "question"),
        ({"question": 7}, "question"),
        ({"question": None}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": "x", "limit": 0}, "limit"),
        ({"question": "x", "limit": 21}, "limit"),
        ({"question": "x", "limit": True}, "limit"),
        ({"question": "x", "limit": 1.5}, "limit"),
        ({"question": "x", "language": "de"}, "language"),
        ({"question": "x", "more": 1}, "more"),
        ([], ""),
        ("x", ""),
        (None, ""),
    ]:
        with pytest.raises(Refused) as refused:
            check(given, schema)
        assert refused.value.field == field, given


def test_lists_are_judged_item_by_item() -> None:
    check({"words": ["a"]}, schema_of(Sample))
    with pytest.raises(Refused, match="text"):
        check({"words": [1]}, schema_of(Sample))
