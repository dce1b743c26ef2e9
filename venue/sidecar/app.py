"""The routes put together, and every failure of theirs made a problem document."""

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import Match

from venue.sidecar import gate
from venue.sidecar.desk import Desk
from venue.sidecar.openapi import document
from venue.sidecar.problems import PROBLEM_TYPE, Code, Problem
from venue.sidecar.queries import invalid
from venue.sidecar.routes_funds import FundsRoutes
from venue.sidecar.routes_live import LiveRoutes
from venue.sidecar.routes_orders import OrderRoutes

_OPENAPI = "/v1/openapi.json"
# Nothing is told to anybody outside, whatever the environment says.
_NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False, auto_configure=False)


def application(desk: Desk) -> FastAPI:
    """Without its gate."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, telemetry=_NO_TELEMETRY)
    # The routes of an included router are looked through twice for each request; these are the application's own.
    for routes in (LiveRoutes(desk), OrderRoutes(desk), FundsRoutes(desk)):
        routes.add_to(app.router)
    told = msgspec.json.encode(document(app))

    async def openapi() -> Response:
        return Response(told, media_type="application/json")

    app.add_api_route(_OPENAPI, openapi, include_in_schema=False)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    body = error.document(request.scope[gate.TRACE])
    return Response(body, error.status, media_type=PROBLEM_TYPE)


async def _failed(request: Request, error: Exception) -> Response:
    """What nobody foresaw; the gate logs it."""
    return await _problem(request, Problem(Code.INTERNAL_ERROR, gate.REPORT))


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
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """Of all routes of the path; the framework would tell the first one's alone."""
    methods: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= route.methods
    return methods


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return await _problem(request, Problem(Code.MALFORMED_REQUEST, "The body is not JSON."))
    return await _problem(request, invalid("", faults))
