"""The sidecar's link to the engine: the feed into the live model, changes out to be journalled."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Final

from venue.domain import limits
from venue.domain.commands import Command
from venue.projections.live import LiveModel
from venue.sequencer import codec
from venue.sequencer.link import FrameReader, Hello, Welcome, frame
from venue.sidecar.problems import Code, Problem

log = logging.getLogger("venue.sidecar")

_NAME: Final = "sidecar"
# One read's records are applied before anybody else is served.
_RECEIVE_BYTES: Final = 1 << 16
_RETRY_SECONDS: Final = 0.05
_AWAY: Final = "Send the request again with the same Idempotency-Key: it is done once."


class JournalBehind(Exception):
    """The engine's journal ends before what was told here."""


class Feed:
    """Follows the engine until it is stopped, over whatever lives the engine has. One event loop's."""

    def __init__(self, socket_path: Path, model: LiveModel) -> None:
        self.model = model
        self._socket_path = socket_path
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[str, tuple[Command, asyncio.Future[codec.Record]]] = {}
        self._readers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = 0

    @property
    def connected(self) -> bool:
        return self._writer is not None

    async def run(self, caught_up: Callable[[], None]) -> None:
        """caught_up: called once, when the model first stands where the engine stood. Raises JournalBehind."""
        told = False
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self._socket_path))
            except OSError:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            try:
                async for position in self._follow(reader, writer):
                    if not told and self.model.position >= position:
                        told = True
                        caught_up()
            except OSError as error:
                log.warning("engine away", extra={"error": str(error)})
            finally:
                self._lost(writer)

    async def submit(self, command: Command, name: str) -> codec.Record:
        """The record of the command, once it is journalled and in the model. name: its ClOrdID or transfer id.

        Raises Problem, and then nobody knows whether it will be.
        """
        # A link that broke is not told at once, and cannot be written to any more.
        if self._writer is None or self._writer.is_closing():
            raise Problem(Code.ENGINE_AWAY, _AWAY)
        if len(self._waiting) >= limits.MAX_CHANGES_UNDER_WAY:
            raise Problem(Code.OVERLOADED, _AWAY)
        journalled: asyncio.Future[codec.Record] = asyncio.get_running_loop().create_future()
        self._waiting[name] = (command, journalled)
        try:
            self._writer.write(frame(codec.encode(command)))
            async with asyncio.timeout(limits.REST_ANSWER_MS / 1000):
                return await journalled
        except (TimeoutError, OSError):
            raise Problem(Code.ENGINE_AWAY, _AWAY) from None
        finally:
            self._waiting.pop(name, None)

    async def reach(self, position: int) -> None:
        """Until the model stands at the position or later. Raises Problem."""
        if self.model.position >= position:
            return
        reached = asyncio.get_running_loop().create_future()
        self._numbers += 1
        reader = (position, self._numbers, reached)
        heappush(self._readers, reader)
        try:
            async with asyncio.timeout(limits.POSITION_WAIT_MS / 1000):
                await reached
        except TimeoutError:
            raise not_reached(self.model.position) from None
        finally:
            if reader in self._readers:
                self._readers.remove(reader)
                heapify(self._readers)

    async def _follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[int]:
        """Yields the engine's position as it was met, after each batch of records."""
        frames = FrameReader(limits.MAX_RECORD_BYTES + limits.MAX_FRAME_BYTES)
        writer.write(frame(codec.encode(Hello(_NAME, self.model.position + 1))))
        met: int | None = None
        while data := await reader.read(_RECEIVE_BYTES):
            payloads = frames.feed(data)
            if met is None and payloads:
                met = codec.decoder(Welcome).decode(payloads.pop(0)).last_sequence
                self._check(met)
                self._writer = writer
            for payload in payloads:
                self._apply(codec.decode_record(payload))
            self._wake()
            if met is not None:
                yield met
        raise ConnectionError("the engine closed the link")

    def _check(self, last_sequence: int) -> None:
        if last_sequence < self.model.position:
            raise JournalBehind(
                f"the sidecar has read up to sequence {self.model.position}, but the engine's journal ends with "
                f"{last_sequence}: it lost its tail, or is another one"
            )

    def _apply(self, record: codec.Record) -> None:
        self.model.apply(record)
        if self._waiting:
            command = record.command
            name = getattr(command, "client_order_id", "") or getattr(command, "transfer_id", "")
            waiting = self._waiting.get(name)
            if waiting is not None and _same_request(waiting[0], command) and not waiting[1].done():
                waiting[1].set_result(record)

    def _wake(self) -> None:
        while self._readers and self._readers[0][0] <= self.model.position:
            reached = heappop(self._readers)[2]
            if not reached.done():
                reached.set_result(None)

    def _lost(self, writer: asyncio.StreamWriter) -> None:
        self._writer = None
        writer.close()
        for _, journalled in self._waiting.values():
            if not journalled.done():
                journalled.set_exception(Problem(Code.ENGINE_AWAY, _AWAY))


def not_reached(position: int) -> Problem:
    return Problem(Code.POSITION_NOT_REACHED, f"The answer would reflect {position}: ask again later.")


def _same_request(sent: Command, journalled: Command) -> bool:
    """Of two that have one name."""
    return type(sent) is type(journalled) and getattr(sent, "session", "") == getattr(journalled, "session", "")
