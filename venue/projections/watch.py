"""Reconciliation as it runs beside the projector: again and again, without a word while all is well; then alarms.

An alarm is a line of the log, a row in the table of alarms and, where the settings want it, an end of withdrawals until
an operator takes them up again. A difference that stays is told once.
"""

import logging
import time
from pathlib import Path

import psycopg
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, insert
from sqlalchemy.exc import DBAPIError

from venue.domain.funds_commands import BlockWithdrawals
from venue.domain.limits import ENGINE_AWAY_MS, MAX_REASON_LENGTH
from venue.projections import database
from venue.projections.reconcile import Reconciliation
from venue.projections.tables import alarms
from venue.projections.verifying import Difference
from venue.sequencer import codec
from venue.sequencer.link import HEAD, Link, LinkLost

log = logging.getLogger("venue.reconciliation")

NAME = "reconciliation"


class Watch:
    """block: the priority socket, where withdrawals are to be blocked; else None."""

    def __init__(self, reconciliation: Reconciliation, address: str, every_seconds: int, block: Path | None) -> None:
        self._reconciliation = reconciliation
        self._writing: Engine = database.engine(address, database.PROJECTOR)
        self._block = block
        self._told: set[Difference] = set()
        self._jobs = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)}, job_defaults={"coalesce": True, "max_instances": 1}
        )
        self._jobs.add_job(self.look, "interval", seconds=every_seconds)

    def start(self) -> None:
        self._jobs.start()

    def stop(self) -> None:
        self._jobs.shutdown(wait=False)

    def look(self) -> None:
        """Once. A database that is away is the projector's to tell."""
        try:
            result = self._reconciliation.run()
            new = [difference for difference in result.differences if difference not in self._told]
            if new:
                self._alarm(new)
        except (DBAPIError, psycopg.Error) as error:
            log.debug("not reconciled", extra={"error": str(error)})
            return
        self._told = set(result.differences)
        log.debug("reconciled", extra={"sequence": result.sequence, "verified": result.verified})

    def _alarm(self, differences: list[Difference]) -> None:
        at = time.time_ns()
        for difference in differences:
            log.error("reconciliation: %s", difference.text, extra=_fields(difference))
        with self._writing.begin() as connection:
            connection.execute(insert(alarms), [{"at": at, **difference._asdict()} for difference in differences])
        if self._block is not None:
            block_withdrawals(self._block, differences[0])


def block_withdrawals(priority_socket: Path, difference: Difference) -> None:
    """Returns once it is journalled; an engine that does not answer is told in the log."""
    command = BlockWithdrawals(0, NAME, True, _reason(difference))
    try:
        link = Link(priority_socket, NAME, HEAD)
        try:
            link.send(codec.encode(command))
            deadline = time.monotonic_ns() + ENGINE_AWAY_MS * 1_000_000
            while time.monotonic_ns() < deadline:
                for payload in link.receive(1):
                    if isinstance(codec.decode_record(payload).command, BlockWithdrawals):
                        log.error("withdrawals are blocked, until an operator allows them again")
                        return
        finally:
            link.close()
    except (LinkLost, OSError):
        pass
    log.error("withdrawals could not be blocked: the engine is away")


def _reason(difference: Difference) -> str:
    """As the engine takes it: printable ASCII, of limited length."""
    text = "".join(each if " " <= each <= "~" else "?" for each in f"reconciliation: {difference.text}")
    return text[:MAX_REASON_LENGTH].rstrip()


def _fields(difference: Difference) -> dict[str, object]:
    fields = difference._asdict()
    del fields["text"]
    return fields
