"""One venue for all tests over HTTP: real processes, real PostgreSQL."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sidecar.desk import Rest
from tests.sidecar.keys import write_keys
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.funds_commands import OpenLedger


@pytest.fixture(scope="session")
def rest() -> Iterator[Rest]:
    with _running() as rest:
        yield rest


@pytest.fixture
def scratch() -> Iterator[Rest]:
    """A venue of the test's own, which may leave it as it likes."""
    with _running() as rest:
        yield rest


@contextmanager
def _running() -> Iterator[Rest]:
    # PostgreSQL, which root runs as another user, would not be let into pytest's own directories.
    root = Path(tempfile.mkdtemp(prefix="venue-rest-"))
    venue = RunningVenue(root, rest=True)
    write_keys(venue.config / "rest.toml")
    # Neither opening funds nor fees.
    (venue.config / "money.toml").write_text("")
    venue.start(database=True)
    rest = Rest(venue)
    try:
        Operator(venue).order(OpenLedger(0, "test"))
        rest.fund("A-1", "USD", "1000000")
        rest.fund("A-1", "BTC", "10")
        rest.fund("A-2", "ETH", "5.000000000000000001")
        rest.fund("B-1", "BTC", "10")
        rest.fund("B-1", "USD", "1000000")
        rest.history("/v1/orders", 1, state="all")
        yield rest
    finally:
        rest.close()
        venue.stop()
        shutil.rmtree(root)
