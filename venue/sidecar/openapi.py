"""What the OpenAPI document tells beyond what FastAPI sees: answers, problems, signatures, examples."""

from typing import Any, Final

import msgspec
from fastapi import FastAPI

from venue.sidecar.changes import KEY_PATTERN
from venue.sidecar.examples import EXAMPLES
from venue.sidecar.problems import PROBLEM_TYPE
from venue.sidecar.queries import PositionQuery, parameters_of
from venue.sidecar.signing import __doc__ as how_to_sign
from venue.sidecar.views import HealthView

TITLE: Final = "Venue"
_REF: Final = "#/components/schemas/{name}"
_HEADERS: Final = ("Venue-Key", "Venue-Timestamp", "Venue-Nonce", "Venue-Signature")
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; of the engine's refusals, the reason's name"},
        "detail": {"type": "string", "description": "For people: what to do"},
        "trace_id": {"type": "string", "description": "As in the header Venue-Trace-Id; tell it when you ask"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
    "example": {
        "type": "urn:venue:problem:INSUFFICIENT_BALANCE",
        "title": "the available balance does not cover it",
        "status": 422,
        "code": "INSUFFICIENT_BALANCE",
        "detail": "the available balance does not cover it",
        "trace_id": "5d41402abc4b2a76b9719d91",
    },
}
_PROBLEMS: Final = {
    400: "The request, its Idempotency-Key or its cursor cannot be read",
    401: "Not signed, or not so that it is known whose it is",
    403: "The key does not have the scope",
    404: "There is no such thing, or it is another firm's",
    405: "The method is not served here",
    409: "The state of things is against it",
    413: "The body is too large",
    414: "Path and query are too long",
    415: "The body is not JSON",
    422: "A field cannot be, or the engine refuses it: code says why",
    429: "Too many requests",
    500: "The venue failed; a change may be sent again with its key",
    503: "Engine or history are away; a change may be sent again with its key",
}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new one for each change; the same one again to repeat it. Kept for 72 hours.",
    "schema": {"type": "string", "pattern": KEY_PATTERN},
}
_DESCRIPTION: Final = """\
Balances, orders and funds beside FIX. Amounts, prices and quantities are decimal text, exact.

Every answer says in Venue-Position and in `position` which journal position it reflects; `min_position` waits for one.
A change tells its own position: ask for it to read what you wrote. Lists go on with `next_cursor`, unmoved by what
is new.

"""


def described(shape: Any, summary: str, query: type[PositionQuery] | None = None) -> dict[str, Any]:
    """Of a route that reads: what FastAPI is told of it. Any: msgspec's types have no common one, FastAPI's neither."""
    told = {"summary": summary, "response_model": None, "responses": _responses(shape, 200)}
    return told if query is None else {**told, "openapi_extra": {"parameters": parameters_of(query)}}


def changing(shape: Any, summary: str, status: int) -> dict[str, Any]:
    """Of a route that changes something."""
    return {
        "summary": summary,
        "response_model": None,
        "status_code": status,
        "responses": _responses(shape, status),
        "openapi_extra": {"parameters": [_IDEMPOTENCY_KEY]},
    }


# By the names of their schemas.
_shapes: dict[str, Any] = {}


def _responses(shape: Any, status: int) -> dict[int | str, dict[str, Any]]:
    name = _name_of(shape)
    _shapes[name] = shape
    content = {"schema": {"$ref": _REF.format(name=name)}}
    if name in EXAMPLES:
        content["example"] = EXAMPLES[name]
    told = {"Venue-Position": {"schema": {"type": "integer"}, "description": "The journal position of the answer"}}
    problem = {PROBLEM_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}
    return {
        status: {"description": "Done", "headers": told, "content": {"application/json": content}},
        **{number: {"description": text, "content": problem} for number, text in _PROBLEMS.items()},
    }


def _name_of(shape: Any) -> str:
    (told,), _ = msgspec.json.schema_components([shape], ref_template=_REF)
    reference: str = told["$ref"]
    return reference.rpartition("/")[2]


HEALTH: Final[dict[str, Any]] = {
    **described(HealthView, "Whether engine and history are there"),
    "openapi_extra": {"security": []},
}


def document(app: FastAPI) -> dict[str, Any]:
    """The whole of it."""
    from fastapi.openapi.utils import get_openapi

    told = get_openapi(title=TITLE, version="1", description=_DESCRIPTION + (how_to_sign or ""), routes=app.routes)
    _, shapes = msgspec.json.schema_components(_shapes.values(), ref_template=_REF)
    components = told.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(shapes)
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    names = {header: header.replace("-", "") for header in _HEADERS}
    components["securitySchemes"] = {
        name: {"type": "apiKey", "in": "header", "name": header} for header, name in names.items()
    }
    told["security"] = [{name: [] for name in names.values()}]
    return told
