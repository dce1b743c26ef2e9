"""The sidecar as a process: one event loop for the feed, the clients and the answers; threads for what waits."""

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from venue.sidecar.app import application
from venue.sidecar.changes import Changes
from venue.sidecar.cursors import Cursors, kept_secret
from venue.sidecar.desk import Desk
from venue.sidecar.feed import Feed
from venue.sidecar.gate import Gate
from venue.sidecar.history import History
from venue.sidecar.keys import ApiKey
from venue.sidecar.signing import Doorkeeper
from venue.sidecar.start import first_model

log = logging.getLogger("venue.sidecar")

_BACKLOG = 128
_KEEP_ALIVE_SECONDS = 30
_STOP_SECONDS = 3


class SidecarPlan(NamedTuple):
    """store: the directory of its own files. database: None where there is none."""

    host: str
    port: int
    keys: tuple[ApiKey, ...]
    engine_socket: Path
    store: Path
    database: str | None


class Sidecar:
    def __init__(self, plan: SidecarPlan) -> None:
        self._plan = plan
        self._server: uvicorn.Server | None = None

    def run(self, ready: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. Raises OSError, JournalBehind."""
        self._plan.store.mkdir(parents=True, exist_ok=True, mode=0o700)
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(self._run(ready))

    async def _run(self, ready: Callable[[], None]) -> None:
        plan = self._plan
        feed = Feed(plan.engine_socket, first_model(plan.engine_socket, plan.database))
        history = History(plan.database)
        changes = Changes(feed, plan.store / "answers.sqlite")
        cursors = Cursors(kept_secret(plan.store / "cursor.key"))
        app = application(Desk(feed.model, feed, history, changes, cursors))
        caught_up = asyncio.Event()
        following = asyncio.create_task(feed.run(caught_up.set))
        server = _Server(_settings(plan, app), ready)
        serving = asyncio.create_task(self._serve(server, caught_up))
        done, _ = await asyncio.wait((following, serving), return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*done, serving)
        history.close()
        changes.close()

    async def _serve(self, server: uvicorn.Server, caught_up: asyncio.Event) -> None:
        await caught_up.wait()
        # What was made until now stays: it is not looked through for garbage again and again.
        gc.collect()
        gc.freeze()
        await server.serve()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _settings(plan: SidecarPlan, app: Any) -> uvicorn.Config:  # Any: ASGI has no type of its own.
    gate = Gate(app, Doorkeeper(plan.keys, time.time_ns() // 1_000_000))
    return uvicorn.Config(
        gate,
        host=plan.host,
        port=plan.port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()
