"""A running venue with everyone logged on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recovery.desk import Desk, kill_all
from tests.recovery.persistent_client import PersistentClient, wait_all
from tests.support.running_venue import RunningVenue


@pytest.fixture
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningVenue]:
    monkeypatch.setenv("VENUE_SNAPSHOT_EVERY", "10")
    venue = RunningVenue(tmp_path)
    venue.start()
    yield venue
    if venue.process is not None and venue.process.poll() is None:
        kill_all(venue)


@pytest.fixture
def desks(venue: RunningVenue, request: pytest.FixtureRequest) -> Iterator[tuple[Desk, Desk, PersistentClient]]:
    """Broker A, broker B, compliance, logged on. With the parameter BROKER_42: that one in the place of broker A."""
    first = getattr(request, "param", "BROKER_A")
    desks = (
        Desk(venue.order_entry, first, begin_string="FIX.4.2" if first == "BROKER_42" else "FIX.4.4"),
        Desk(venue.order_entry, "BROKER_B"),
        PersistentClient(venue.drop_copy, "COMPLIANCE"),
    )
    wait_all(desks, "logon", lambda: all(desk.logged_on for desk in desks))
    yield desks
    for desk in desks:
        desk.stay_away()
        assert desk.faults == []
