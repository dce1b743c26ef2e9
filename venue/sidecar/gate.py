"""What every request passes before the routes see it: its size, its signature, one trace id for all that is said of it.

Plain ASGI, as each request pays for it.
"""

import logging
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from venue.domain import limits
from venue.sidecar.problems import PROBLEM_TYPE, Code, Problem
from venue.sidecar.signing import Doorkeeper

log = logging.getLogger("venue.sidecar")

# Any: ASGI's own types.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

OPEN_TO_ALL: Final = frozenset({"/v1/health", "/v1/openapi.json"})
# Where the routes find it in their request's scope.
CALLER: Final = "venue.caller"
BODY: Final = "venue.body"
TARGET: Final = "venue.target"
HEADERS: Final = "venue.headers"
TRACE: Final = "venue.trace"
_CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Gate:
    def __init__(self, app: App, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._under_way = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = scope[TRACE] = os.urandom(12).hex()
        trace = (b"venue-trace-id", trace_id.encode())
        started = False

        async def traced(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"].append(trace)
            await send(message)

        self._under_way += 1
        try:
            await self._serve(scope, receive, traced)
        except Problem as problem:
            await send_problem(traced, problem, trace_id)
        except Exception:
            # The edge of the process: one request's failure is told and logged, and is nobody else's.
            log.exception("a request failed", extra={"trace_id": trace_id, "path": scope["path"][:200]})
            if not started:
                await send_problem(traced, Problem(Code.INTERNAL_ERROR, REPORT), trace_id)
        finally:
            self._under_way -= 1

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        if self._under_way > limits.MAX_REST_REQUESTS_UNDER_WAY:
            raise Problem(Code.OVERLOADED, "Send the request again in a while.")
        raw_path: bytes = scope["raw_path"]
        query: bytes = scope["query_string"]
        target = scope[TARGET] = (raw_path + b"?" + query if query else raw_path).decode("latin-1")
        if len(target) > limits.MAX_REST_TARGET_BYTES:
            raise Problem(Code.TARGET_TOO_LONG, f"They may have {limits.MAX_REST_TARGET_BYTES} bytes.")
        headers = scope[HEADERS] = dict(scope["headers"])
        method: str = scope["method"]
        body = b""
        if b"content-length" in headers or b"transfer-encoding" in headers:
            body = await _body(headers, receive)
        scope[BODY] = body
        if scope["path"] not in OPEN_TO_ALL:
            now_ms = time.time_ns() // 1_000_000
            scope[CALLER] = self._doorkeeper.caller(method, target, headers, body, now_ms)
        if body and method in _CHANGES:
            _check_media_type(headers.get(b"content-type", b""))
        await self._app(scope, _again(body), send)


REPORT: Final = "Send it again; if it fails again, tell the venue the trace id."


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Raises Problem, without reading on, once it is too large."""
    too_large = Problem(Code.BODY_TOO_LARGE, f"It may have {limits.MAX_REST_BODY_BYTES} bytes.")
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or len(announced) > 12 or int(announced) > limits.MAX_REST_BODY_BYTES:
        raise too_large
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(Code.MALFORMED_REQUEST, "The connection ended before the body did.")
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > limits.MAX_REST_BODY_BYTES:
            raise too_large
        if not message.get("more_body", False):
            return body


def _check_media_type(content_type: bytes) -> None:
    """Raises Problem."""
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type != b"application/json":
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json.")


def _again(body: bytes) -> Receive:
    """What was read already, for the routes."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def send_problem(send: Send, problem: Problem, trace_id: str) -> None:
    body = problem.document(trace_id)
    headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if problem.code in (Code.BODY_TOO_LARGE, Code.OVERLOADED):
        # What the client still sends is not read.
        headers.append((b"connection", b"close"))
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Venue-Ed25519"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
