"""Stories of orders on a book of their own: broker A, broker B, and compliance, who gets a copy of every report."""

from collections.abc import Iterator
from contextlib import contextmanager

import quickfix as fix

from tests.fix.conftest import Client, fresh, log_off
from tests.fix.test_dictionary import DICTIONARIES, quickfix_reads
from tests.support.fix_client import Received, timestamp
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue

_VENUE44 = quickfix_reads(DICTIONARIES / "VENUE44.xml")
_OF_THE_SESSION = frozenset((8, 9, 10, 34, 49, 52, 56))


class Client44(Client):
    """A client that takes nothing that the dictionary does not allow."""

    def receive(self, timeout: float = 5.0) -> Received | None:
        message = super().receive(timeout)
        if message is not None:
            _VENUE44.validate(fix.Message(message.raw.decode("latin-1"), _VENUE44, True))
        return message


class Story:
    """a, b: clients, logged on. Names of orders and requests stand for ClOrdIDs. Every report read is kept for the
    comparison with its copy.
    """

    def __init__(self, a: Client, b: Client, compliance: Client, operator: Operator, symbol: str) -> None:
        self.a, self.b, self._compliance, self.operator, self.symbol = a, b, compliance, operator, symbol
        self._ids: dict[str, str] = {}
        self._reports: list[Received] = []

    def id(self, name: str) -> str:
        return self._ids.setdefault(name, fresh(name))

    def order(self, name: str, **changed: str) -> None:
        """A buys 100 at 100, good till cancel, unless told otherwise; "" leaves a field out."""
        fields = {"t11": self.id(name), "t1": "A-1", "t55": self.symbol, "t54": "1", "t60": timestamp(), "t38": "100"}
        self._send(self.a, "D", fields | {"t40": "2", "t44": "100", "t59": "1"} | changed)

    def replace(self, name: str, original: str, **changed: str) -> None:
        fields = {"t11": self.id(name), "t41": self.id(original), "t55": self.symbol, "t54": "1", "t60": timestamp()}
        self._send(self.a, "G", fields | {"t38": "100", "t40": "2", "t44": "100"} | changed)

    def cancel(self, name: str, original: str, **changed: str) -> None:
        fields = {"t11": self.id(name), "t41": self.id(original), "t55": self.symbol, "t54": "1", "t60": timestamp()}
        self._send(self.a, "F", fields | changed)

    def status(self, name: str) -> None:
        self._send(self.a, "H", {"t11": self.id(name), "t55": self.symbol, "t54": "1"})

    def other(self, side: str, quantity: str, price: str = "100", **changed: str) -> None:
        """An order of B's; returns when the venue has taken it."""
        name = fresh("B")
        self.b.order(name, side, quantity, price, t55=self.symbol, **changed)
        self._reports.append(self.b.expect("8", t11=name, t150="0"))

    def expect(self, name: str, exec_type: str, status: str, **expected: str | None) -> Received:
        """A's next message, an ExecutionReport of the order; None: the field is not in it."""
        return self._expect(self.a, {"t11": self.id(name), "t150": exec_type, "t39": status, **expected})

    def expect_other(self, exec_type: str, status: str, **expected: str | None) -> Received:
        """As expect, of B's."""
        return self._expect(self.b, {"t150": exec_type, "t39": status, **expected})

    def expect_refusal(self, name: str, code: str, word: str) -> None:
        report = self.expect(name, "8", "8", t103=code)
        assert word in report[58], report

    def expect_cancel_reject(self, name: str, code: str, word: str) -> None:
        reject = self.a.expect("9", t11=self.id(name), t102=code, t434="2")
        assert word in reject[58], reject

    def end(self) -> None:
        """Whatever is still open is cancelled; then compliance has a copy of every report, in order, and no more."""
        for client in (self.a, self.b):
            client.send("q", [(11, fresh("q")), (530, "1"), (55, self.symbol), (60, timestamp())])
            while (message := client.receive_new()) is not None and message[35] == "8":
                self._reports.append(message)
            assert message is not None
            assert message[35] == "r", message
        for report in sorted(self._reports, key=_place):
            assert content(self._compliance.expect("8")) == content(report)
        for client in (self.a, self.b, self._compliance):
            client.expect_nothing(0.01)

    def _send(self, client: Client, kind: str, fields: dict[str, str]) -> None:
        client.send(kind, [(int(tag[1:]), value) for tag, value in fields.items() if value])

    def _expect(self, client: Client, expected: dict[str, str | None]) -> Received:
        report = client.expect("8")
        got = {tag: report.get(int(tag[1:])) for tag in expected}
        assert got == expected, report
        self._reports.append(report)
        return report


def content(report: Received) -> list[tuple[int, str]]:
    return [pair for pair in report.pairs if pair[0] not in _OF_THE_SESSION]


def _place(report: Received) -> tuple[int, int]:
    sequence, _, index = report[17].partition("-")
    return int(sequence), int(index)


@contextmanager
def told_at(venue: RunningVenue, symbol: str) -> Iterator[Story]:
    clients = [Client44(venue.order_entry, name) for name in ("BROKER_A", "BROKER_B")]
    clients.append(Client44(venue.drop_copy, "COMPLIANCE"))
    for client in clients:
        client.logon()
    try:
        yield Story(*clients, Operator(venue), symbol)
    finally:
        for client in clients:
            log_off(client)
            client.close()
