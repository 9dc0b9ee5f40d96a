"""From typed shapes to JSON Schema, and back: what a request may hold is said once, as a TypedDict, and checked by it.

    class Asked(TypedDict):
        question: Annotated[str, {"minLength": 1, "maxLength": 2000}]
        limit: NotRequired[Annotated[int, {"minimum": 1, "maximum": 20}]]

`schema_of` makes the schema that the OpenAPI document shows; `check` judges a value by that same schema. Only what the
shapes of `web.shapes` use is known here: objects, lists, strings, numbers, booleans, null, choices.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from kb.rules import clean

Schema = dict[str, Any]
_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_SAID = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Refused(Exception):
    """A value is not what its schema says; `field` names where ("" for the whole), the text what to write instead."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def schema_of(shape: object, named: dict[str, Schema] | None = None) -> Schema:
    """The JSON Schema of a type. With `named`, TypedDicts become references and their schemas are put there by name."""
    origin, parts = get_origin(shape), get_args(shape)
    if origin in (NotRequired, Required):
        return schema_of(parts[0], named)
    if origin is Annotated:
        return {**schema_of(parts[0], named), **parts[1]}
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin is list:
        return {"type": "array", "items": schema_of(parts[0], named)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(parts[1], named)}
    if origin in (Union, types.UnionType):
        return _union([schema_of(part, named) for part in parts])
    if is_typeddict(shape):
        return _object(cast("type", shape), named)
    return dict(_PLAIN[shape])


def _union(schemas: list[Schema]) -> Schema:
    kinds = [each.get("type") for each in schemas]
    if all(isinstance(kind, str) and len(each) == 1 for kind, each in zip(kinds, schemas, strict=True)):
        return {"type": kinds}
    return {"anyOf": schemas}


def _object(shape: type, named: dict[str, Schema] | None) -> Schema:
    name = shape.__name__
    if named is not None and name in named:
        return {"$ref": f"#/components/schemas/{name}"}
    made: Schema = {"type": "object"}
    if named is not None:
        named[name] = made
    hints = get_type_hints(shape, include_extras=True)
    made["description"] = " ".join((shape.__doc__ or "").split())
    made["properties"] = {field: schema_of(hint, named) for field, hint in hints.items()}
    made["required"] = sorted(field for field, hint in hints.items() if get_origin(hint) is not NotRequired)
    made["additionalProperties"] = False
    if not made["description"]:
        del made["description"]
    return made if named is None else {"$ref": f"#/components/schemas/{name}"}


def from_text(given: Mapping[str, str], schema: Schema) -> dict[str, object]:
    """The parameters of an address as the values their schema speaks of (numbers and booleans come as text)."""
    return {name: _read(value, schema["properties"].get(name, {}).get("type")) for name, value in given.items()}


def _read(text: str, kind: object) -> object:
    if kind == "integer" and text.isascii() and text.lstrip("-").isdigit() and len(text) < 10:
        return int(text)
    if kind == "boolean" and text in {"true", "false", "1", "0"}:
        return text in {"true", "1"}
    return text


def check(value: object, schema: Schema, field: str = "") -> None:
    """Raise Refused when `value` is not what `schema` says, Invalid when a text holds what cannot be stored."""
    kind = schema.get("type", "object")
    allowed = tuple(each for name in (kind if isinstance(kind, list) else [kind]) for each in _TYPES[name])
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        wanted = " or ".join(_SAID[name] for name in (kind if isinstance(kind, list) else [kind]))
        raise Refused(field, f"Write {wanted} here.")
    if "enum" in schema and value not in schema["enum"]:
        raise Refused(field, f"Write one of: {', '.join(schema['enum'])}.")
    if isinstance(value, str):
        _check_text(value, schema, field)
    elif isinstance(value, int | float):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            raise Refused(field, f"Write a number from {schema.get('minimum')} to {schema.get('maximum')}.")
    elif isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            raise Refused(field, f"At most {schema['maxItems']} can be taken.")
        for each in value:
            check(each, schema["items"], field)
    elif isinstance(value, dict):
        _check_object(value, schema)


def _check_text(value: str, schema: Schema, field: str) -> None:
    if len(value.strip()) < schema.get("minLength", 0):
        raise Refused(field, "This is empty. Write a few words.")
    if len(value) > schema.get("maxLength", len(value)):
        raise Refused(field, f"This is {len(value)} characters long; the most is {schema['maxLength']}.")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise Refused(field, f"Write what fits {schema['pattern']}.")
    clean(field, value, len(value))


def _check_object(value: dict[str, object], schema: Schema) -> None:
    known = schema["properties"]
    for name in schema["required"]:
        if name not in value:
            raise Refused(name, f"{name!r} is missing.")
    for name, each in value.items():
        if name not in known:
            raise Refused(name, f"There is no {name!r} here. Those there are: {', '.join(known)}.")
        check(each, known[name], name)
