"""The kill test: processes die by kill -9 under load, at random moments, and nothing is lost, doubled or changed.

RECOVERY_KILLS and RECOVERY_SEED choose how often and which moments.
"""

import contextlib
import json
import os
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.recovery.audit import (
    Body,
    ReplayedHashes,
    check_outcomes,
    check_received,
    execution_reports_of,
    recoveries,
    reports_of,
)
from tests.recovery.persistent_client import PersistentClient, wait_all
from tests.recovery.trader import Trader
from tests.support.running_venue import RunningVenue, running_venue
from venue.ops.config import PROJECT

KILLS = int(os.environ.get("RECOVERY_KILLS", "30"))
SEED = int(os.environ.get("RECOVERY_SEED", str(time.time_ns() % 1_000_000)))
_VICTIMS = ("engine", "engine", "engine", "order_entry", "order_entry", "order_entry", "drop_copy", "front", "replica")


class _Run:
    """Two brokers that trade, compliance that watches, and what is known of the kills so far."""

    def __init__(self, venue: RunningVenue, chance: Random) -> None:
        self.venue = venue
        self.chance = chance
        self.compliance = PersistentClient(venue.drop_copy, "COMPLIANCE")
        self.traders = [Trader(PersistentClient(venue.order_entry, name), chance) for name in ("BROKER_A", "BROKER_B")]
        self.clients = [trader.client for trader in self.traders] + [self.compliance]
        self.hashes = ReplayedHashes(venue.journal)
        self.checked = 0
        self.recovery_ms: dict[str, list[int]] = {}
        self.expected: dict[str, list[Body]] = {}
        self.repeats: dict[str, int] = {}

    def trade(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for trader in self.traders:
                if self.chance.random() < 0.3:
                    trader.act()
            for client in self.clients:
                client.poll()
            time.sleep(0.001)

    def kill(self, names: list[str]) -> None:
        """Kills, trades on, and returns once all is well again: everyone logged on, an order through and through."""
        old = {name: self.venue.pid(name) for name in names}
        seen = self._newest_execution()
        start = time.monotonic()
        for name in names:
            # The replica ends by itself when the engine does, and may just be on its way.
            with contextlib.suppress(ProcessLookupError):
                self.venue.kill(name)
        while any(self.venue.pid(name) == pid for name, pid in old.items()):
            assert time.monotonic() < start + 20, f"{names} did not come back"
            self.trade(0.02)
        self.drain(10)
        self._probe()
        self.recovery_ms.setdefault("+".join(names), []).append(round((time.monotonic() - start) * 1000))
        if "engine" in names:
            self.check_hashes(seen)

    def drain(self, seconds: float) -> None:
        """Waits until every client is there, without a gap, and every request has its answer."""

        def settled() -> bool:
            for trader in self.traders:
                trader.read()
            return all(c.complete for c in self.clients) and not any(t.unanswered for t in self.traders)

        wait_all(self.clients, "quiet", settled, seconds)

    def finish(self) -> None:
        """Everything answered and, as far as it ever will be, delivered; then all go away."""
        self.drain(30)
        due = {name: len(bodies) for name, bodies in reports_of(self.venue.journal).items()}
        due["COMPLIANCE"] = len(execution_reports_of(self.venue.journal))
        end = time.monotonic() + 20
        while time.monotonic() < end and any(_reports(c) < due[c.comp_id] for c in self.clients):
            for client in self.clients:
                client.run(0.05)
        for client in self.clients:
            client.stay_away()

    def check_everything(self) -> None:
        """The venue has stopped: what came against what the journal says should have."""
        journal = self.venue.journal
        self.expected = reports_of(journal)
        for trader in self.traders:
            name = trader.client.comp_id
            self.repeats[name] = check_received(trader.client, self.expected[name])
            check_outcomes(trader, journal)
        self.repeats["COMPLIANCE"] = check_received(self.compliance, execution_reports_of(journal))
        sequence, state_hash = recoveries(self.venue.data / "log" / "engine.log")[-1]
        assert ReplayedHashes(journal).hash_at(sequence) == state_hash

    def told(self) -> str:
        return (
            f"{self.checked} recoveries of the engine, each the same state as a replay;\n"
            f"{sum(len(t.requests) for t in self.traders)} requests, "
            f"{sum(map(len, self.expected.values()))} reports; again, flagged with 97=Y: {self.repeats}; "
            f"again by resend: { {c.comp_id: c.repeats for c in self.clients} }; "
            f"logons: { {c.comp_id: c.logons for c in self.clients} }"
        )

    def check_hashes(self, acknowledged: int) -> None:
        """acknowledged: the newest sequence that a client had heard of when the engine was killed."""
        found = recoveries(self.venue.data / "log" / "engine.log")
        assert len(found) > self.checked
        for sequence, state_hash in found[self.checked :]:
            assert sequence >= acknowledged
            assert self.hashes.hash_at(sequence) == state_hash, f"state differs at sequence {sequence}"
        self.checked = len(found)

    def _probe(self) -> None:
        """An order of the second broker is reported to it and to compliance."""
        trader = self.traders[1]
        client_order_id = trader.send_one()
        wait_all(self.clients, f"answer to {client_order_id}", lambda: not (trader.read() or trader.unanswered), 10)
        newest = self._newest_execution()
        wait_all(self.clients, "drop copy", lambda: _newest_execution(self.compliance) >= newest, 10)

    def _newest_execution(self) -> int:
        return max(_newest_execution(client) for client in self.clients[:2])


def _reports(client: PersistentClient) -> int:
    return sum(message[35] in "89" and message.get(97) != "Y" for message in client.messages)


def _newest_execution(client: PersistentClient) -> int:
    """The sequence in the newest ExecID(17)."""
    for message in reversed(client.messages):
        if message[35] == "8":
            return int(message[17].split("-")[0])
    return 0


@pytest.mark.slow
def test_processes_killed_under_load_lose_and_double_nothing(tmp_path: Path) -> None:
    print(f"seed {SEED}, {KILLS} kills")
    chance = Random(SEED)
    begun = time.monotonic()
    with running_venue(tmp_path) as venue:
        run = _Run(venue, chance)
        wait_all(run.clients, "logon", lambda: all(client.logged_on for client in run.clients))
        run.check_hashes(0)
        killed = 0
        while killed < KILLS:
            run.trade(chance.uniform(0.05, 0.9))
            names = [chance.choice(_VICTIMS)]
            if chance.random() < 0.2:
                names = sorted({*names, chance.choice(_VICTIMS)})
            print(f"{time.monotonic() - begun:6.1f} s: kill {'+'.join(names)}", flush=True)
            run.kill(names)
            killed += len(names)
        run.finish()
    run.check_everything()
    print(f"{killed} kills in {time.monotonic() - begun:.0f} s; {run.told()}")
    for names, times in sorted(run.recovery_ms.items()):
        print(f"  {names}: {len(times)} x, all well again after {min(times)} to {max(times)} ms")


# Runs before anything else in every process of the venue that has it on its path: while the file in CRASH_FILE exists,
# a process kills itself now and then just before or just after each of the steps between which the windows lie.
_SELF_KILL = """
import os, random, signal, sys
chance = random.Random(os.getpid() + int(os.environ["CRASH_SEED"]))

def deadly(place, name, odds):
    step = getattr(place, name)
    def wrapped(*args, **kwargs):
        for after in (False, True):
            if chance.random() < odds and os.path.exists(os.environ["CRASH_FILE"]):
                os.kill(os.getpid(), signal.SIGKILL)
            if not after:
                result = step(*args, **kwargs)
        return result
    setattr(place, name, wrapped)

if "gateway" in sys.orig_argv:
    from venue.fix import application, gateway, sessions
    deadly(sessions, "send", 0.0007)
    deadly(sessions.Position, "advance", 0.0005)
    deadly(gateway.Handover, "flush", 0.0003)
    deadly(gateway.Handover, "hand_over", 0.0007)
    deadly(gateway.Handover, "journalled", 0.0003)
    deadly(application.Requests, "read", 0.0005)
elif "engine" in sys.orig_argv:
    from venue.sequencer import engine_process
    deadly(engine_process.Journal, "append", 0.003)
    deadly(engine_process.Journal, "commit", 0.003)
    deadly(engine_process.EngineProcess, "_publish", 0.003)
"""


@pytest.mark.slow
def test_processes_that_die_between_any_two_steps_lose_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"seed {SEED}")
    (tmp_path / "sitecustomize.py").write_text(_SELF_KILL)
    crash_file = tmp_path / "crash"
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{PROJECT}")
    monkeypatch.setenv("CRASH_FILE", str(crash_file))
    monkeypatch.setenv("CRASH_SEED", str(SEED))
    with running_venue(tmp_path) as venue:
        run = _Run(venue, Random(SEED))
        wait_all(run.clients, "logon", lambda: all(client.logged_on for client in run.clients))
        crash_file.touch()
        run.trade(float(os.environ.get("RECOVERY_SECONDS", "25")))
        crash_file.unlink()
        run.finish()
    deaths = Counter(
        line["child"]
        for line in map(json.loads, (venue.data / "log" / "supervisor.log").read_text().splitlines())
        if line.get("exit_code") == -9
    )
    run.check_hashes(0)
    run.check_everything()
    print(f"died by themselves: {dict(deaths)}; {run.told()}")
    assert sum(deaths.values()) > 5
