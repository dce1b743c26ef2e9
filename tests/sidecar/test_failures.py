"""What nobody foresaw is a problem document too, with nothing of what it was; it is logged with its trace id."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nacl.signing
import pytest

from tests.sidecar.keys import A
from tests.support.engine_thread import EngineThread
from venue.engine import Engine
from venue.projections.live import LiveModel
from venue.sidecar.app import application
from venue.sidecar.client import SigningClient
from venue.sidecar.cursors import Cursors
from venue.sidecar.desk import Desk
from venue.sidecar.feed import Feed, JournalBehind
from venue.sidecar.gate import Gate
from venue.sidecar.history import History
from venue.sidecar.keys import ApiKey, Scope
from venue.sidecar.problems import Problem
from venue.sidecar.signing import Doorkeeper


def test_a_failure_is_a_problem_document_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    status, headers, body = _ask(_broken_gate(), "/v1/instruments")
    assert status == 500
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    assert (problem["code"], problem["trace_id"]) == ("INTERNAL_ERROR", headers["venue-trace-id"])
    assert b"NoneType" not in body
    (logged,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert logged.__dict__["trace_id"] == problem["trace_id"]
    assert logged.exc_info


def _broken_gate() -> Gate:
    """It has lost its model."""
    nothing: Any = None
    public = bytes(nacl.signing.SigningKey(A.private).verify_key)
    keys = (ApiKey(A.key_id, A.firm, frozenset(Scope), public),)
    desk = Desk(nothing, nothing, History(None), nothing, Cursors(b"x" * 32))
    return Gate(application(desk), Doorkeeper(keys, 0))


def _ask(gate: Gate, path: str) -> tuple[int, dict[str, str], bytes]:
    client = SigningClient("", 0, A.key_id, A.private)
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(n.lower().encode(), v.encode()) for n, v in client.headers("GET", path).items()],
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    asyncio.run(gate(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@contextmanager
def _engine(root: Path) -> Iterator[EngineThread]:
    engine = EngineThread(root, Engine)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def test_a_journal_that_ends_before_what_was_told_is_not_followed(tmp_path: Path) -> None:
    model = LiveModel()
    model.position = 1_000

    async def scenario(engine: EngineThread) -> None:
        await asyncio.wait_for(Feed(engine.socket, model).run(lambda: None), 10)

    with _engine(tmp_path) as engine, pytest.raises(JournalBehind, match="read up to sequence 1000"):
        asyncio.run(scenario(engine))


def test_what_waits_for_a_position_is_forgotten_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.sidecar.feed.limits.POSITION_WAIT_MS", 10)

    async def scenario() -> None:
        feed = Feed(Path("nowhere"), LiveModel())
        started = time.monotonic()
        results = await asyncio.gather(*(feed.reach(n) for n in (5, 3, 9, 3)), return_exceptions=True)
        assert all(isinstance(result, Problem) for result in results)
        assert time.monotonic() - started < 5
        assert feed._readers == []

    asyncio.run(scenario())
