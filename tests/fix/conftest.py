"""One running venue for all FIX tests. Each test of a session has a counterparty to itself, and each scenario of
orders an instrument, so that nothing that one leaves behind can be met by another."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.fix_client import FixClient, Received
from tests.support.running_venue import RunningVenue, fund

SCENARIO_INSTRUMENTS = 200
# Brokers are many, because what a session was sent comes again after a reset; drop copies that see nothing are few.
COUNTERPARTIES = {"order_entry": 280, "drop_copy": 4, "order_entry in FIX 4.2": 280}
_LETTERS = {"order_entry": "T", "drop_copy": "C", "order_entry in FIX 4.2": "V"}
_numbers = count(1)
_counterparties = {name: count() for name in COUNTERPARTIES}


def fresh(name: str) -> str:
    """A ClOrdID that no test used before: they are unique for ever."""
    return f"{name}-{next(_numbers)}"


class Client(FixClient):
    """A client that answers the venue's TestRequests and passes over reports that come again after a reset."""

    def receive_new(self, timeout: float = 5.0) -> Received | None:
        while (message := self.receive(timeout)) is not None:
            if message[35] == "1":
                self.send("0", [(112, message[112])])
            elif message.get(97) != "Y" or message[35] not in "89r":
                return message
        return None

    def expect(self, message_type: str, timeout: float = 5.0, **tags: str) -> Received:
        if message_type == "1":
            return super().expect(message_type, timeout, **tags)
        while True:
            message = self.receive_new(timeout)
            assert message is not None, f"the line was cut; expected 35={message_type}"
            if message[35] == "0" and message_type != "0":
                continue
            assert message[35] == message_type, f"expected 35={message_type}, got {message!r}"
            for name, value in tags.items():
                assert message.get(int(name[1:])) == value, f"expected {name[1:]}={value} in {message!r}"
            return message


class Line(NamedTuple):
    """One of the two ports, and a party that may log on there and never did. begin_string: its version of FIX."""

    name: str
    port: int
    comp_id: str
    begin_string: str

    @property
    def in_fix_42(self) -> bool:
        return self.begin_string == "FIX.4.2"

    def connect(self) -> Client:
        return Client(self.port, self.comp_id, begin_string=self.begin_string)

    def logged_on(self, heartbeat: int = 30) -> Client:
        client = self.connect()
        client.logon(heartbeat)
        return client

    def expect_answer(self, client: FixClient, client_order_id: str, timeout: float = 5.0) -> Received:
        """What a good NewOrderSingle leads to: an order, or on drop copy the word that it is read-only."""
        if self.name == "order_entry":
            return client.expect("8", timeout, t11=client_order_id, t150="0")
        return client.expect("j", timeout, t379=client_order_id, t380="6", t372="D")

    def reject_reason(self, code: str) -> str | None:
        """SessionRejectReason(373), which FIX 4.2 ends with 11."""
        return None if self.in_fix_42 and int(code) > 11 else code

    def application_message(self, client_order_id: str) -> list[tuple[int, str]]:
        """The body of a good order that rests far from any market."""
        return order_fields(client_order_id, account=None if self.name == "drop_copy" else "T-1")


def order_fields(client_order_id: str, account: str | None = "T-1") -> list[tuple[int, str]]:
    """HandlInst(21) is what FIX 4.2 asks for, and FIX 4.4 makes nothing of."""
    fields = [(11, client_order_id), (1, account or ""), (55, "ETH-BTC"), (54, "1"), (60, "20260101-00:00:00")]
    fields += [(21, "1"), (38, "1"), (40, "2"), (44, "0.00001"), (59, "1")]
    return [(tag, value) for tag, value in fields if value]


def ping(client: FixClient) -> Received:
    """A TestRequest and its answer: the session is alive, and all that was sent before has been dealt with."""
    name = fresh("ping")
    client.send("1", [(112, name)])
    return client.expect("0", t112=name)


@pytest.fixture(scope="session")
def fix_venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    venue = RunningVenue(tmp_path_factory.mktemp("venue"))
    add_scenario_instruments(venue.config / "instruments.toml")
    add_counterparties(venue.config)
    venue.start()
    yield venue
    assert venue.stop() == 0


def add_scenario_instruments(path: Path) -> None:
    text = path.read_text()
    for number in range(SCENARIO_INSTRUMENTS):
        text += f'\n[[instrument]]\nsymbol = "S{number}"\nbase = "BTC"\nquote = "USD"\ntick = "0.01"\nlot = "1"\n'
    path.write_text(text)


def add_counterparties(config: Path) -> None:
    """T0, T1 ... on order entry, all of one firm, and V0, V1 ... who speak FIX 4.2; C0, C1 ... on drop copy, who see a
    firm that does nothing; COMPLIANCE_42 there, who sees brokers A and 42, in FIX 4.2."""
    sessions = [("AWAY", "AWAY", "W-1", ""), ("QUIET", "QUIET", "Q-1", "")]
    for name, version in (("order_entry", ""), ("order_entry in FIX 4.2", "BeginString=FIX.4.2\n")):
        names = [f"{_LETTERS[name]}{number}" for number in range(COUNTERPARTIES[name])]
        sessions += [(comp_id, "CLIENTS", "T-1,T-2", version) for comp_id in names]
    with open(config / "order_entry.cfg", "a") as file:
        for comp_id, firm, accounts, version in sessions:
            file.write(f"\n[SESSION]\n{version}TargetCompID={comp_id}\nFirm={firm}\nAccounts={accounts}\n")
    fund(config, "W-1", "Q-1", "T-1", "T-2")
    with open(config / "drop_copy.cfg", "a") as file:
        file.write("\n[SESSION]\nTargetCompID=AWAY_COPY\nSeesFirms=AWAY\n")
        file.write("\n[SESSION]\nBeginString=FIX.4.2\nTargetCompID=COMPLIANCE_42\nSeesFirms=BROKER_A,BROKER_42\n")
        for number in range(COUNTERPARTIES["drop_copy"]):
            file.write(f"\n[SESSION]\nTargetCompID=C{number}\nSeesFirms=QUIET\n")


@pytest.fixture(scope="session")
def instruments() -> Iterator[str]:
    return (f"S{number}" for number in range(SCENARIO_INSTRUMENTS))


def new_line(venue: RunningVenue, name: str) -> Line:
    port, _, version = name.partition(" in ")
    comp_id = f"{_LETTERS[name]}{next(_counterparties[name]) % COUNTERPARTIES[name]}"
    return Line(port, venue.ports[port], comp_id, "FIX.4.2" if version else "FIX.4.4")


@pytest.fixture(params=list(COUNTERPARTIES))
def line(request: pytest.FixtureRequest, fix_venue: RunningVenue) -> Line:
    return new_line(fix_venue, request.param)


@pytest.fixture
def client(line: Line) -> Iterator[Client]:
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
