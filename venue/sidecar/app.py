"""The routes put together, and every failure of theirs made a problem document."""

import msgspec
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from venue.sidecar import gate
from venue.sidecar.desk import Desk
from venue.sidecar.openapi import document
from venue.sidecar.problems import PROBLEM_TYPE, Code, Problem
from venue.sidecar.routes_funds import FundsRoutes
from venue.sidecar.routes_live import LiveRoutes
from venue.sidecar.routes_orders import OrderRoutes

_OPENAPI = "/v1/openapi.json"
_MAX_FIELDS = 20


def application(desk: Desk) -> FastAPI:
    """Without its gate."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    router = APIRouter(prefix="/v1")
    LiveRoutes(desk).add_to(router)
    OrderRoutes(desk).add_to(router)
    FundsRoutes(desk).add_to(router)
    app.include_router(router)
    told = msgspec.json.encode(document(app))

    async def openapi() -> Response:
        return Response(told, media_type="application/json")

    app.add_api_route(_OPENAPI, openapi, include_in_schema=False)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    body = error.document(request.scope[gate.TRACE])
    return Response(body, error.status, media_type=PROBLEM_TYPE)


async def _http_problem(request: Request, error: Exception) -> Response:
    """What the framework itself refuses."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        problem = Problem(Code.NOT_FOUND, f"Nothing is served here; {_OPENAPI} tells what is.")
    elif error.status_code == 405:
        problem = Problem(Code.METHOD_NOT_ALLOWED, f"{_OPENAPI} tells which are.")
    else:
        problem = Problem(Code.MALFORMED_REQUEST)
    response = await _problem(request, problem)
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    """Names the fields and what is wrong with them, without what was sent."""
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return await _problem(request, Problem(Code.MALFORMED_REQUEST, "The body is not JSON."))
    fields = [
        {"field": ".".join(map(str, fault["loc"]))[:200], "problem": str(fault["msg"]).removeprefix("Value error, ")}
        for fault in faults[:_MAX_FIELDS]
    ]
    return await _problem(request, Problem(Code.INVALID_REQUEST, "See fields for what each of them must be.", fields))
