"""Order state change matrices of FIX 4.4 volume 4, over real sessions: broker A's order, broker B's fills, and the
drop copy of it all.

Rows, in the order of the matrices' own:
    < D(X) 10000            A sends a new order; F(Y,X) cancels, G(Y,X) 8000 replaces, H(X) asks for the state
    fill 2000               B takes so much; A has not read the report when it sends its next message: they cross
    > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
                            A gets ExecType, OrdStatus, OrderQty, CumQty, LeavesQty, LastQty; - is not looked at
    > 9(Y,X) Filled 0       A gets OrdStatus, CxlRejReason
The venue answers at once, so the Pending rows are left out, as the matrices allow; what happens in them happens
just before.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.fix.conftest import Client, fresh, log_off
from tests.support.fix_client import Received, timestamp
from tests.support.running_venue import RunningVenue

OPEN = "< D(X) 10000\n> 8(X) New New 10000 0 10000 0\n"

MATRICES = {
    "A.1.a filled": f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 3000 7000 1000
        fill 7000
        > 8(X) Trade Filled 10000 10000 0 7000""",
    "A.1.a rejected": """
        < D(X) 10000 44=0.001
        > 8(X) Rejected Rejected 10000 0 0 0 103=99""",
    "A.1.b part-filled day order": """
        < D(X) 10000 59=0
        > 8(X) New New 10000 0 10000 0 59=0
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 3000 7000 1000""",
    "B.1.a zero-filled": f"""{OPEN}
        < F(Y,X)
        > 8(Y,X) Canceled Canceled 10000 0 0 0""",
    "B.1.a rejected": f"""{OPEN}
        < F(Y,X) 37=999999999
        > 9(Y,X) New 1
        < F(Z,X)
        > 8(Z,X) Canceled Canceled 10000 0 0 0""",
    "B.1.b part-filled, executions while the cancel is active": f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 3000
        fill 1000
        < F(Y,X)
        > 8(X) Trade PartiallyFilled 10000 5000 5000 3000
        > 8(X) Trade PartiallyFilled 10000 6000 4000 1000
        > 8(Y,X) Canceled Canceled 10000 6000 0 0""",
    "B.1.c fills before the cancel": f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 3000
        fill 5000
        < F(Y,X)
        > 8(X) Trade PartiallyFilled 10000 5000 5000 3000
        > 8(X) Trade Filled 10000 10000 0 5000
        > 9(Y,X) Filled 0""",
    "B.1.d cancel of a not yet acknowledged order": """
        < D(X) 10000
        < F(Y,X)
        > 8(X) New New 10000 0 10000 0
        > 8(Y,X) Canceled Canceled 10000 0 0 0
        < D(A) 5000
        < F(B,A)
        > 8(A) New New 5000 0 5000 0
        > 8(B,A) Canceled Canceled 5000 0 0 0""",
    "B.1.e cancel and acknowledgement cross": """
        < D(X) 10000
        < F(Y,X)
        > 8(X) New New 10000 0 10000 0
        > 8(Y,X) Canceled Canceled 10000 0 0 0""",
    "B.1.f unknown order": """
        < F(Y,X)
        > 9(Y,X) Rejected 1 37=NONE
        < D(X) 10000
        > 8(X) New New 10000 0 10000 0""",
    "C.1.a zero-filled, increase": f"""{OPEN}
        < G(Y,X) 11000
        > 8(Y,X) Replaced New 11000 0 11000 0
        fill 1000
        > 8(Y) Trade PartiallyFilled 11000 1000 10000 1000
        fill 2000
        > 8(Y) Trade PartiallyFilled 11000 3000 8000 2000""",
    "C.1.a rejected": f"""{OPEN}
        < G(Y,X) 11000 44=0.001
        > 9(Y,X) New 99 434=2
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000""",
    "C.1.b part-filled, increase, execution on the way": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 100
        < G(Y,X) 12000
        > 8(X) Trade PartiallyFilled 10000 1100 8900 100
        > 8(Y,X) Replaced PartiallyFilled 12000 1100 10900 0
        fill 10900
        > 8(Y) Trade Filled 12000 12000 0 10900""",
    "C.1.c filled, increase": f"""{OPEN}
        fill 10000
        > 8(X) Trade Filled 10000 10000 0 10000
        < G(Y,X) 12000
        > 8(Y,X) Replaced PartiallyFilled 12000 10000 2000 0
        fill 2000
        > 8(Y) Trade Filled 12000 12000 0 2000""",
    "C.2.a not for quantity, filled on the way": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 9000
        < G(Y,X) 10000 44=99
        > 8(X) Trade Filled 10000 10000 0 9000
        > 9(Y,X) Filled 0 434=2""",
    "C.3.a decrease, above CumQty": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 500
        fill 100
        < G(Y,X) 8000
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        > 8(X) Trade PartiallyFilled 10000 1600 8400 100
        > 8(Y,X) Replaced PartiallyFilled 8000 1600 6400 0
        fill 6400
        > 8(Y) Trade Filled 8000 8000 0 6400""",
    "C.3.b decrease, to CumQty": f"""{OPEN}
        fill 7000
        < G(Y,X) 7000
        > 8(X) Trade PartiallyFilled 10000 7000 3000 7000
        > 8(Y,X) Replaced Filled 7000 7000 0 0""",
    "C.3.c decrease, below CumQty": f"""{OPEN}
        fill 8000
        < G(Y,X) 7000
        > 8(X) Trade PartiallyFilled 10000 8000 2000 8000
        > 8(Y,X) Replaced Filled 8000 8000 0 0""",
    "D.1.a two replaces, both accepted": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 500
        < G(Y,X) 8000
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        > 8(Y,X) Replaced PartiallyFilled 8000 1500 6500 0
        fill 2000
        > 8(Y) Trade PartiallyFilled 8000 3500 4500 2000
        fill 500
        < G(Z,Y) 6000
        > 8(Y) Trade PartiallyFilled 8000 4000 4000 500
        > 8(Z,Y) Replaced PartiallyFilled 6000 4000 2000 0
        fill 2000
        > 8(Z) Trade Filled 6000 6000 0 2000""",
    "D.1.b first replace rejected, second accepted": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000 44=0.001
        > 9(Y,X) PartiallyFilled 99
        fill 500
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 3500 6500 2000
        < G(Z,X) 6000
        > 8(Z,X) Replaced PartiallyFilled 6000 3500 2500 0
        fill 1500
        > 8(Z) Trade PartiallyFilled 6000 5000 1000 1500""",
    "D.1.c first replace rejected by the book, second accepted": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 500
        < G(Y,X) 8000 54=2
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        > 9(Y,X) PartiallyFilled -
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 3500 6500 2000
        < G(Z,X) 6000
        > 8(Z,X) Replaced PartiallyFilled 6000 3500 2500 0
        fill 1500
        > 8(Z) Trade PartiallyFilled 6000 5000 1000 1500""",
    "D.2.a back to back": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000
        < G(Z,Y) 7000
        > 8(Y,X) Replaced PartiallyFilled 8000 1000 7000 0
        > 8(Z,Y) Replaced PartiallyFilled 7000 1000 6000 0
        fill 6000
        > 8(Z) Trade Filled 7000 7000 0 6000""",
    "D.2.b back to back, an execution on the way": f"""{OPEN}
        fill 1000
        < G(Y,X) 8000
        < G(Z,Y) 7000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        > 8(Y,X) Replaced PartiallyFilled 8000 1000 7000 0
        > 8(Z,Y) Replaced PartiallyFilled 7000 1000 6000 0
        fill 6000
        > 8(Z) Trade Filled 7000 7000 0 6000""",
    "D.2.c back to back, both rejected": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000 44=0.001
        < G(Z,Y) 7000
        > 9(Y,X) PartiallyFilled 99
        > 9(Z,X) PartiallyFilled -
        fill 6000
        > 8(X) Trade PartiallyFilled 10000 7000 3000 6000""",
    "D.2.d back to back, second rejected": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000
        < G(Z,X) 7000
        > 8(Y,X) Replaced PartiallyFilled 8000 1000 7000 0
        > 9(Z,Y) PartiallyFilled -
        fill 2000
        > 8(Y) Trade PartiallyFilled 8000 3000 5000 2000""",
    "F.1.a duplicate ClOrdID": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < D(X) 15000
        > 8(X) Rejected PartiallyFilled 10000 1000 9000 0 103=6
        fill 9000
        > 8(X) Trade Filled 10000 10000 0 9000""",
    "F.1.b PossResend and duplicate ClOrdID": f"""{OPEN}
        < D(X) 10000 97=Y
        > 8(X) OrderStatus New 10000 0 10000 -
        < D(X) 20000 97=N
        > 8(X) Rejected New 10000 0 10000 - 103=6
        < D(Y) 15000 97=Y
        > 8(Y) New New 15000 0 15000 0""",
    "G.1.a unknown order": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < H(Y)
        > 8(Y) OrderStatus Rejected 0 0 0 - 103=5""",
    "G.1.b nothing done": f"""{OPEN}
        < H(X)
        > 8(X) OrderStatus New 10000 0 10000 0""",
    "G.1.c through the life of an order": """
        < D(X) 10000
        < H(X)
        > 8(X) New New 10000 0 10000 0
        > 8(X) OrderStatus New 10000 0 10000 -
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        < H(X)
        > 8(X) OrderStatus PartiallyFilled 10000 2000 8000 -
        fill 8000
        > 8(X) Trade Filled 10000 10000 0 8000
        < H(X)
        > 8(X) OrderStatus Filled 10000 10000 0 -
        < G(Y,X) 12000
        > 8(Y,X) Replaced PartiallyFilled 12000 10000 2000 0
        < H(X)
        > 8(Y,X) OrderStatus PartiallyFilled 12000 10000 2000 -
        < H(Y)
        > 8(Y) OrderStatus PartiallyFilled 12000 10000 2000 -""",
    "I.1.a FOK that cannot be filled": """
        rest 5000
        < D(X) 10000 59=4
        > 8(X) New New 10000 0 10000 0
        > 8(X) Canceled Canceled 10000 0 0 0""",
    "I.1.a FOK that is filled": """
        rest 10000
        < D(X) 10000 59=4
        > 8(X) New New 10000 0 10000 0
        > 8(X) Trade Filled 10000 10000 0 10000""",
    "I.1.b IOC that cannot be further hit": """
        rest 1000
        < D(X) 10000 59=3
        > 8(X) New New 10000 0 10000 0
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        > 8(X) Canceled Canceled 10000 1000 0 0""",
    "I.1.b market order that cannot be further hit": """
        rest 1000
        < D(X) 10000 40=1 59=3 44=
        > 8(X) New New 10000 0 10000 0
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        > 8(X) Canceled Canceled 10000 1000 0 0""",
}

EXEC_TYPES = {"New": "0", "Canceled": "4", "Replaced": "5", "Rejected": "8", "Trade": "F", "OrderStatus": "I"}
ORD_STATUSES = {"New": "0", "PartiallyFilled": "1", "Filled": "2", "Canceled": "4", "Rejected": "8"}
_ROW = re.compile(r"([<>]) (\w)\((\w)(?:,(\w))?\)(.*)")
_OF_THE_SESSION = frozenset((8, 9, 10, 34, 49, 52, 56))


class Parties(NamedTuple):
    a: Client
    b: Client
    compliance: Client


@pytest.fixture(scope="module")
def parties(fix_venue: RunningVenue) -> Iterator[Parties]:
    clients = [Client(fix_venue.order_entry, name) for name in ("BROKER_A", "BROKER_B")]
    clients.append(Client(fix_venue.drop_copy, "COMPLIANCE"))
    for client in clients:
        client.logon()
    yield Parties(*clients)
    for client in clients:
        log_off(client)
        client.close()


class Play:
    """One scenario on a book of its own: sends its rows, compares what comes, keeps every report for drop copy."""

    def __init__(self, parties: Parties, symbol: str) -> None:
        self.parties, self.symbol = parties, symbol
        self.ids: dict[str, str] = {}
        self.reports: list[Received] = []
        self.order_ids: dict[str, str] = {}

    def row(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        if word in ("fill", "rest"):
            self._counterparty(word, rest)
            return
        match = _ROW.fullmatch(text)
        assert match is not None, f"not a row: {text}"
        direction, kind, name, original, numbers = match.groups()
        tokens = numbers.split()
        extra = {int(tag): value for tag, _, value in (t.partition("=") for t in tokens if "=" in t)}
        figures = [token for token in tokens if "=" not in token]
        if direction == "<":
            self._send(kind, name, original, figures, extra)
        elif kind == "8":
            self._expect_execution(name, original, figures, extra)
        else:
            self._expect_cancel_reject(name, original, figures, extra)

    def _id(self, name: str) -> str:
        return self.ids.setdefault(name, fresh(name))

    def _send(self, kind: str, name: str, original: str | None, figures: list[str], extra: dict[int, str]) -> None:
        fields = {11: self._id(name), 55: self.symbol, 54: "1"}
        if original:
            fields[41] = self._id(original)
        if kind != "H":
            fields[60] = timestamp()
        if kind in "DG":
            fields |= {1: "A-1", 38: figures[0], 40: "2", 44: "100", 59: "1"}
            if kind == "G":
                del fields[59]
        header = {tag: extra[tag] for tag in (97,) if tag in extra}
        fields |= {tag: value for tag, value in extra.items() if tag != 97}
        self.parties.a.send(kind, [(tag, value) for tag, value in fields.items() if value], header.items())

    def _counterparty(self, word: str, quantity: str) -> None:
        """B trades with A's order, or rests an order for A to hit. Returns when the venue has reported it to B."""
        b = self.parties.b
        client_order_id = fresh("B")
        price = "99" if word == "fill" else "100"
        b.order(client_order_id, "2", quantity, price, t55=self.symbol, t59="1")
        self.reports.append(b.expect("8", t11=client_order_id, t150="0"))
        if word == "fill":
            self.reports.append(b.expect("8", t11=client_order_id, t150="F", t39="2", t32=quantity))

    def _expect_execution(self, name: str, original: str | None, figures: list[str], extra: dict[int, str]) -> None:
        report = self.parties.a.expect("8")
        self.reports.append(report)
        exec_type, status, *quantities = figures
        expected = {11: self._id(name), 41: self._id(original) if original else None, 55: self.symbol, 54: "1"}
        expected |= {150: EXEC_TYPES[exec_type], 39: ORD_STATUSES[status]}
        expected |= {tag: value for tag, value in zip((38, 14, 151, 32), quantities, strict=True) if value != "-"}
        expected |= extra
        got = {tag: report.get(tag, "0" if tag == 32 else None) for tag in expected}
        assert got == expected, report
        self._check_order_id(name, original, report)

    def _check_order_id(self, name: str, original: str | None, report: Received) -> None:
        """OrderID is the same all along the chain."""
        if report[37] != "NONE":
            known = self.order_ids.setdefault(original or name, report[37])
            assert self.order_ids.setdefault(name, known) == report[37] == known

    def _expect_cancel_reject(self, name: str, original: str | None, figures: list[str], extra: dict[int, str]) -> None:
        reject = self.parties.a.expect("9")
        status, reason = figures
        expected = {11: self._id(name), 39: ORD_STATUSES[status], **extra}
        if original:
            expected[41] = self._id(original)
        if reason != "-":
            expected[102] = reason
        assert {tag: reject.get(tag) for tag in expected} == expected, reject

    def check_drop_copy(self) -> None:
        """Compliance has got every report of A and of B, in the order of ExecIDs, and equal but for the session's."""
        while len(self.reports) < self._expected_number():
            self.reports.append(self.parties.b.expect("8"))
        wanted = sorted(self.reports, key=_place)
        assert len({report[17] for report in wanted}) == len(wanted), "an ExecID came twice"
        for report in wanted:
            assert _content(self.parties.compliance.expect("8")) == _content(report)

    def _expected_number(self) -> int:
        """B's resting order is traded with without B's doing: its reports are still to be read."""
        trades_of_a = sum(1 for r in self.reports if r[150] == "F" and r[54] == "1")
        trades_of_b = sum(1 for r in self.reports if r[150] == "F" and r[54] == "2")
        return len(self.reports) + trades_of_a - trades_of_b


def _place(report: Received) -> tuple[int, int]:
    sequence, index = report[17].split("-")
    return int(sequence), int(index)


def _content(report: Received) -> list[tuple[int, str]]:
    return [pair for pair in report.pairs if pair[0] not in _OF_THE_SESSION]


@pytest.mark.parametrize("matrix", MATRICES)
def test_matrix(matrix: str, parties: Parties, instruments: Iterator[str]) -> None:
    play = Play(parties, next(instruments))
    for row in MATRICES[matrix].strip().splitlines():
        if row.strip():
            play.row(row.strip())
    play.check_drop_copy()
    parties.a.expect_nothing(0.01)


def test_both_sides_of_a_match_have_one_match_id(parties: Parties, instruments: Iterator[str]) -> None:
    play = Play(parties, next(instruments))
    for row in ("< D(X) 10", "> 8(X) New New 10 0 10 0", "fill 4", "> 8(X) Trade PartiallyFilled 10 4 6 4"):
        play.row(row)
    (maker, taker) = [report for report in play.reports if report[150] == "F"]
    assert maker[880] == taker[880]
    assert {maker[851], taker[851]} == {"1", "2"}
    assert maker[31] == taker[31] == "100"
    assert maker[381] == taker[381] == "400"
    play.check_drop_copy()
