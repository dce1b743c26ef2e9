"""What may stand behind the "?" of a request, and how it is read: with no query at all it costs nothing."""

from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

import pydantic
from fastapi import Request
from pydantic import Field

from venue.domain import limits
from venue.sidecar.bodies import Name, Symbol
from venue.sidecar.problems import Code, Problem

# What a JSON number is exact up to.
_MAX_POSITION = 2**53 - 1
_MAX_FIELDS = 20


class PositionQuery(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    min_position: Annotated[
        int,
        Field(ge=0, le=_MAX_POSITION, description="Wait a while until the answer reflects this position"),
    ] = 0


class PageQuery(PositionQuery):
    limit: Annotated[int, Field(ge=1, le=limits.MAX_PAGE_SIZE)] = limits.DEFAULT_PAGE_SIZE
    cursor: Annotated[str, Field(min_length=1, max_length=400, description="next_cursor of the page before")] = ""


class AccountQuery(PageQuery):
    account: Annotated[Name, Field(description="Of this account alone")] = ""


class SymbolQuery(AccountQuery):
    symbol: Annotated[Symbol, Field(description="Of this instrument alone")] = ""


class AssetQuery(AccountQuery):
    asset: Annotated[Symbol, Field(description="Of this asset alone")] = ""


class OrdersQuery(SymbolQuery):
    state: Annotated[Literal["open", "all"], Field(description="open: from memory; all: from the history")] = "open"


class ExecutionsQuery(SymbolQuery):
    order_id: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$", description="Of this order alone")] = ""


Query = TypeVar("Query", bound=PositionQuery)
_EMPTY: dict[type[PositionQuery], Any] = {}


def read_query(request: Request, shape: type[Query]) -> Query:
    """Raises Problem."""
    text: bytes = request.scope["query_string"]
    if not text:
        empty: Query | None = _EMPTY.get(shape)
        if empty is None:
            empty = _EMPTY[shape] = shape()
        return empty
    pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs):
        raise Problem(Code.INVALID_REQUEST, "A parameter of the query is there twice: keep one of them.")
    try:
        return shape.model_validate(given)
    except pydantic.ValidationError as error:
        raise invalid("query.", error.errors()) from None


def invalid(where: str, faults: Any) -> Problem:
    """Names the fields and what is wrong with them, without what was sent. Any: pydantic's own, or FastAPI's."""
    fields = [
        {
            "field": f"{where}{'.'.join(map(str, fault['loc']))}"[:200],
            "problem": str(fault["msg"]).removeprefix("Value error, "),
        }
        for fault in faults[:_MAX_FIELDS]
    ]
    return Problem(Code.INVALID_REQUEST, "See fields for what each of them must be.", fields)


def parameters_of(shape: type[PositionQuery]) -> list[dict[str, Any]]:
    """As OpenAPI has them."""
    properties: dict[str, dict[str, Any]] = shape.model_json_schema()["properties"]
    parameters = []
    for name, schema in properties.items():
        told = {key: value for key, value in schema.items() if key not in ("title", "description", "default")}
        if schema.get("default"):
            told["default"] = schema["default"]
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": schema.get("description", ""),
                "schema": told,
            }
        )
    return parameters
