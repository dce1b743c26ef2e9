"""One running venue for all FIX tests, with many instruments so that each scenario has a book to itself."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest

from tests.support.fix_client import FixClient, Received
from tests.support.running_venue import RunningVenue

SCENARIO_INSTRUMENTS = 200
_numbers = count(1)


def fresh(name: str) -> str:
    """A ClOrdID that no test used before: they are unique for ever."""
    return f"{name}-{next(_numbers)}"


class Line(NamedTuple):
    """One of the two ports, and the party that logs on there."""

    name: str
    port: int
    comp_id: str

    def connect(self) -> FixClient:
        return FixClient(self.port, self.comp_id)

    def logged_on(self, heartbeat: int = 30) -> FixClient:
        client = self.connect()
        client.logon(heartbeat)
        return client

    def expect_answer(self, client: FixClient, client_order_id: str, timeout: float = 5.0) -> Received:
        """What a good NewOrderSingle leads to: an order, or on drop copy the word that it is read-only."""
        if self.name == "order_entry":
            return client.expect("8", timeout, t11=client_order_id, t150="0")
        return client.expect("j", timeout, t379=client_order_id, t380="6", t372="D")

    def application_message(self, client_order_id: str) -> list[tuple[int, str]]:
        """The body of a good order that rests far from any market."""
        return order_fields(client_order_id, account=None if self.name == "drop_copy" else "A-1")


def order_fields(client_order_id: str, account: str | None = "A-1") -> list[tuple[int, str]]:
    fields = [(11, client_order_id), (1, account or ""), (55, "ETH-BTC"), (54, "1"), (60, "20260101-00:00:00")]
    fields += [(38, "1"), (40, "2"), (44, "0.00001"), (59, "1")]
    return [(tag, value) for tag, value in fields if value]


def ping(client: FixClient) -> Received:
    """A TestRequest and its answer: the session is alive, and all that was sent before has been dealt with."""
    name = fresh("ping")
    client.send("1", [(112, name)])
    return client.expect("0", t112=name)


@pytest.fixture(scope="session")
def fix_venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    venue = RunningVenue(tmp_path_factory.mktemp("venue"))
    add_scenario_instruments(venue)
    venue.start()
    yield venue
    assert venue.stop() == 0


def add_scenario_instruments(venue: RunningVenue) -> None:
    path = venue.config / "instruments.toml"
    text = path.read_text()
    for number in range(SCENARIO_INSTRUMENTS):
        text += f'\n[[instrument]]\nsymbol = "S{number}"\nbase = "BTC"\nquote = "USD"\ntick = "0.01"\nlot = "1"\n'
    path.write_text(text)


@pytest.fixture(scope="session")
def instruments() -> Iterator[str]:
    return (f"S{number}" for number in range(SCENARIO_INSTRUMENTS))


@pytest.fixture(scope="module", params=["order_entry", "drop_copy"])
def line(request: pytest.FixtureRequest, fix_venue: RunningVenue) -> Line:
    comp_id = "BROKER_A" if request.param == "order_entry" else "COMPLIANCE"
    return Line(request.param, fix_venue.ports[request.param], comp_id)


@pytest.fixture
def client(line: Line) -> Iterator[FixClient]:
    """Logged on, both sides from 1 on."""
    with line.logged_on() as client:
        yield client
        log_off(client)


def log_off(client: FixClient) -> None:
    """Logs out if the line is still there, so that the next test finds the session free."""
    try:
        client.send("5")
        while client.receive(5) is not None:
            pass
    except (OSError, TimeoutError):
        pass
