"""One venue for all tests over HTTP: real processes, real PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.sidecar.desk import Rest
from tests.sidecar.keys import write_keys
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.funds_commands import OpenLedger


@pytest.fixture(scope="session")
def rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    venue = RunningVenue(tmp_path_factory.mktemp("rest"))
    write_keys(venue.config / "rest.toml")
    venue.start()
    rest = Rest(venue)
    try:
        Operator(venue).order(OpenLedger(0, "test"))
        rest.fund("A-1", "USD", "1000000")
        rest.fund("A-1", "BTC", "10")
        rest.fund("A-2", "ETH", "5.000000000000000001")
        rest.fund("B-1", "BTC", "10")
        rest.fund("B-1", "USD", "1000000")
        yield rest
    finally:
        rest.close()
        venue.stop()
