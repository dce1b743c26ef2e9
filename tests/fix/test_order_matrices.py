"""Order state change matrices of FIX 4.4 volume 4, over real sessions: broker A's order, broker B's fills, and the
drop copy of it all. The rows: ``order_matrices``.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import pytest

from tests.fix.conftest import SCENARIO_INSTRUMENTS, Client, add_scenario_instruments, fresh, log_off
from tests.fix.order_matrices import COUNTS, MATRICES, NOT_DRIVEN
from tests.fix.stories import Client44
from tests.support.fix_client import Received, timestamp
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.commands import EndDay, EngageKillSwitch, SetPhase
from venue.domain.enums import KillScope, Phase

EXEC_TYPES = {"New": "0", "Canceled": "4", "Replaced": "5", "Rejected": "8", "Trade": "F", "OrderStatus": "I"}
EXEC_TYPES |= {"DoneForDay": "3", "Restated": "D"}
ORD_STATUSES = {"New": "0", "PartiallyFilled": "1", "Filled": "2", "Canceled": "4", "Rejected": "8", "DoneForDay": "3"}
_ROW = re.compile(r"([<>]) (\w)\((\w)(?:,(\w))?\)(.*)")
_OF_THE_SESSION = frozenset((8, 9, 10, 34, 49, 52, 56))


# Of the days that an operator ends, each once.
_days = count(20300101)


class Parties(NamedTuple):
    a: Client
    b: Client
    compliance: Client
    operator: Operator


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parties]:
    """At a venue of their own: the end of a day is the end of everybody's."""
    venue = RunningVenue(tmp_path_factory.mktemp("matrices"))
    add_scenario_instruments(venue.config / "instruments.toml")
    venue.start()
    clients = [Client44(venue.order_entry, name) for name in ("BROKER_A", "BROKER_B")]
    clients.append(Client44(venue.drop_copy, "COMPLIANCE"))
    for client in clients:
        client.logon()
    yield Parties(*clients, Operator(venue))
    for client in clients:
        log_off(client)
        client.close()
    assert venue.stop() == 0


@pytest.fixture(scope="module")
def instruments() -> Iterator[str]:
    return (f"S{number}" for number in range(SCENARIO_INSTRUMENTS))


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
        if word in ("phase", "kill", "day"):
            self._operator(word, rest)
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
            fields |= {1: "A-1", 38: figures[0].strip("-"), 40: "2", 44: "100", 59: "1"}
            if kind == "G":
                del fields[59]
        header = {tag: extra[tag] for tag in (97,) if tag in extra}
        fields |= {tag: value for tag, value in extra.items() if tag != 97}
        self.parties.a.send(kind, [(tag, value) for tag, value in fields.items() if value], header.items())

    def _operator(self, word: str, phase: str) -> None:
        if word == "phase":
            self.parties.operator.order(SetPhase(0, "test", self.symbol, Phase[phase]))
        elif word == "kill":
            self.parties.operator.order(EngageKillSwitch(0, "test", KillScope.INSTRUMENT, self.symbol))
        else:
            self.parties.operator.order(EndDay(0, "test", str(next(_days))))

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
        expected |= {tag: value or None for tag, value in extra.items()}
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

    def cancel_what_is_left(self) -> None:
        """So that the end of a later day is not told of it."""
        a = self.parties.a
        a.send("q", [(11, fresh("q")), (530, "1"), (55, self.symbol), (60, timestamp())])
        while (report := a.receive_new()) is not None and report[35] == "8":
            assert (report[39], report[58], report[378]) == ("4", "mass cancel", "99"), report
            self.reports.append(report)
        assert report is not None
        assert report[35] == "r", report

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
    play.cancel_what_is_left()
    play.check_drop_copy()
    parties.a.expect_nothing(0.01)


def test_every_scenario_of_the_standard_is_driven_or_has_a_reason_why_not() -> None:
    named = {f"{group}.{letter}" for group, many in COUNTS.items() for letter in "abcdef"[:many]}
    assert len(named) == 47
    driven = {name.split()[0] for name in MATRICES}
    assert driven | NOT_DRIVEN.keys() == named
    assert not driven & NOT_DRIVEN.keys()


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
