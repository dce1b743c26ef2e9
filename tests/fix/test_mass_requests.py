"""Mass cancel and mass status requests over real sessions: of a session's own orders, and of its whole firm's."""

from collections.abc import Iterator

import pytest

from tests.fix.conftest import Client, Line, fresh, log_off, new_line
from tests.fix.stories import Client44
from tests.support.fix_client import Received, timestamp
from tests.support.running_venue import RunningVenue
from venue.domain.commands import CancelOrders, Continue
from venue.domain.enums import (
    CancelReason,
    MassCancelScope,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from venue.domain.events import OrderCancelled, OrdersCancelled, OrderState
from venue.domain.limits import MAX_AFFECTED_ORDERS
from venue.domain.reference import Asset, Instrument
from venue.fix.reports import Reporter
from venue.sequencer.codec import Record

FIRM = [(453, "1"), (448, "CLIENTS"), (447, "D"), (452, "1")]


class Desk:
    """A session, its open orders by name, and two instruments."""

    def __init__(self, client: Client, first: str, second: str) -> None:
        self.client, self.first, self.second = client, first, second

    def order(self, symbol: str, side: str = "1", account: str = "T-1") -> Received:
        name = fresh("m")
        self.client.order(name, side, "10", "100" if side == "1" else "200", t55=symbol, t1=account)
        return self.client.expect("8", t11=name, t150="0")

    def mass_cancel(self, scope: str, *fields: tuple[int, str], **header: str) -> str:
        name = fresh("q")
        self.client.send("q", [(11, name), (530, scope), (60, timestamp()), *fields])
        return name

    def expect_canceled(self, *orders: Received) -> None:
        for order in orders:
            report = self.client.expect("8", t11=order[11], t37=order[37], t150="4", t39="4", t151="0")
            assert (report[378], report[58]) == ("99", "mass cancel")
            assert 41 not in report

    def mass_status(self, kind: str, *fields: tuple[int, str]) -> str:
        name = fresh("AF")
        self.client.send("AF", [(584, name), (585, kind), *fields])
        return name

    def expect_states(self, name: str, *orders: Received) -> None:
        for place, order in enumerate(orders, 1):
            last = "Y" if place == len(orders) else "N"
            expected = {"t584": name, "t911": str(len(orders)), "t912": last, "t150": "I", "t39": "0"}
            self.client.expect("8", t11=order[11], t37=order[37], **expected)

    def expect_none(self, name: str) -> None:
        expected = {"t584": name, "t911": "0", "t912": "Y", "t150": "I", "t39": "8", "t103": "5", "t37": "NONE"}
        report = self.client.expect("8", **expected)
        assert report[55]
        assert report[54] in "127"


@pytest.fixture
def line(fix_venue: RunningVenue) -> Line:
    return new_line(fix_venue, "order_entry")


@pytest.fixture
def desk(line: Line, instruments: Iterator[str]) -> Iterator[Desk]:
    with Client44(line.port, line.comp_id) as client:
        client.logon()
        yield Desk(client, next(instruments), next(instruments))
        client.expect_nothing(0.01)
        log_off(client)


def affected(report: Received) -> list[tuple[str, str]]:
    """(OrigClOrdID, AffectedOrderID) of each entry of the group, which must be whole and in its place."""
    start = next(place for place, (tag, _) in enumerate(report.pairs) if tag == 534)
    entries = report.pairs[start + 1 : start + 1 + 2 * int(report[534])]
    assert [tag for tag, _ in entries] == [41, 535] * int(report[534])
    assert sum(1 for tag, _ in report.pairs if tag in (41, 535)) == len(entries)
    return [(entries[place][1], entries[place + 1][1]) for place in range(0, len(entries), 2)]


def test_all_of_an_instrument(desk: Desk) -> None:
    bid, other, ask = desk.order(desk.first), desk.order(desk.second), desk.order(desk.first, "2")
    name = desk.mass_cancel("1", (55, desk.first))
    desk.expect_canceled(bid, ask)
    report = desk.client.expect("r", t11=name, t530="1", t531="1", t533="2", t55=desk.first)
    assert affected(report) == [(bid[11], bid[37]), (ask[11], ask[37])]
    assert 532 not in report
    desk.expect_states(desk.mass_status("7"), other)
    desk.client.send("2", [(7, report[34]), (16, report[34])])
    again = desk.client.expect("r", t34=report[34], t43="Y")
    assert affected(again) == affected(report)
    desk.mass_cancel("7")
    desk.expect_canceled(other)
    desk.client.expect("r", t533="1")


def test_filters(desk: Desk) -> None:
    """Side, Account and Symbol narrow what either kind asks for."""
    bid, ask = desk.order(desk.first), desk.order(desk.first, "2")
    second, elsewhere = desk.order(desk.first, account="T-2"), desk.order(desk.second)
    desk.expect_states(desk.mass_status("1", (55, desk.first), (54, "1")), bid, second)
    desk.expect_states(desk.mass_status("7", (1, "T-2")), second)
    desk.expect_states(desk.mass_status("7", (55, desk.second)), elsewhere)
    desk.expect_states(desk.mass_status("7"), bid, ask, second, elsewhere)
    desk.mass_cancel("7", (54, "2"))
    desk.expect_canceled(ask)
    desk.client.expect("r", t531="7", t533="1", t54="2")
    desk.mass_cancel("7", (1, "T-2"))
    desk.expect_canceled(second)
    desk.client.expect("r", t531="7", t533="1")
    desk.mass_cancel("7", (55, desk.first))
    desk.expect_canceled(bid)
    desk.client.expect("r", t531="7", t533="1", t55=desk.first)
    desk.mass_cancel("7")
    desk.expect_canceled(elsewhere)
    desk.client.expect("r", t531="7", t533="1")


def test_nothing_matches(desk: Desk) -> None:
    name = desk.mass_cancel("1", (55, desk.first))
    report = desk.client.expect("r", t11=name, t530="1", t531="1", t533="0")
    assert 534 not in report
    desk.mass_cancel("7")
    desk.client.expect("r", t531="7", t533="0")
    desk.expect_none(desk.mass_status("7"))
    desk.expect_none(desk.mass_status("1", (55, "NOPE")))
    desk.expect_none(desk.mass_status("1", (55, desk.first), (54, "2")))


def test_the_whole_firm(desk: Desk, fix_venue: RunningVenue) -> None:
    """Its other sessions are told of their orders; other firms' orders stay."""
    line = new_line(fix_venue, "order_entry")
    with Client44(line.port, line.comp_id) as client, Client44(fix_venue.order_entry, "BROKER_B") as stranger:
        client.logon()
        stranger.logon()
        colleague = Desk(client, desk.first, desk.second)
        own, theirs = desk.order(desk.first), colleague.order(desk.first)
        stranger.order(fresh("B"), "1", "10", t55=desk.first)
        stays = stranger.expect("8", t150="0")
        desk.mass_cancel("1", (55, desk.first), *FIRM)
        desk.expect_canceled(own)
        report = desk.client.expect("r", t531="1", t533="2")
        assert affected(report) == [(own[11], own[37]), (theirs[11], theirs[37])]
        colleague.expect_canceled(theirs)
        for other in (client, stranger):
            other.expect_nothing(0.02)
        stranger.send("F", [(11, fresh("c")), (41, stays[11]), (55, desk.first), (54, "1"), (60, timestamp())])
        stranger.expect("8", t150="4")
        for other in (client, stranger):
            log_off(other)


# What is asked, MassCancelRejectReason, a word of the Text.
REFUSED = {
    "unknown symbol": ([(530, "1"), (55, "NOPE")], "1", "symbol"),
    "all, of an unknown symbol": ([(530, "7"), (55, "NOPE")], "1", "symbol"),
    "a product": ([(530, "3")], "0", "MassCancelRequestType(530)=3"),
    "short sells": ([(530, "7"), (54, "5")], "0", "Side(54)=5"),
    "a security id": ([(530, "7"), (48, "x")], "0", "SecurityID(48)"),
    "an account of others": ([(530, "7"), (1, "A-1")], "99", "Account(1)"),
    "another firm": ([(530, "7"), (453, "1"), (448, "BROKER_A"), (447, "D"), (452, "1")], "0", "NoPartyIDs(453)"),
    "a firm in another role": ([(530, "7"), (453, "1"), (448, "CLIENTS"), (452, "3")], "0", "PartyRole(452)=1"),
    "two firms": ([(530, "7"), (453, "2"), (448, "CLIENTS"), (452, "1"), (448, "CLIENTS"), (452, "1")], "0", "one"),
    "a long id": ([(530, "7"), (11, "x" * 37)], "99", "ClOrdID(11)"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_mass_cancel(desk: Desk, what: str) -> None:
    fields, code, word = REFUSED[what]
    order = desk.order(desk.first)
    name = fresh("q")
    message = [(60, timestamp()), *fields]
    if 11 not in dict(fields):
        message.insert(0, (11, name))
    desk.client.send("q", message)
    report = desk.client.expect("r", t11=dict(message)[11], t530=dict(fields)[530], t531="0", t532=code)
    assert word in report[58], report
    assert 533 not in report
    desk.expect_states(desk.mass_status("7"), order)
    desk.mass_cancel("7")
    desk.expect_canceled(order)
    desk.client.expect("r")


def test_the_id_of_a_mass_cancel_is_used(desk: Desk) -> None:
    """By one that was served, and by one that the gateway refused."""
    for scope in ("7", "3"):
        name = desk.mass_cancel(scope)
        desk.client.expect("r", t11=name)
        desk.client.send("q", [(11, name), (530, "7"), (60, timestamp())])
        assert "used before" in desk.client.expect("r", t11=name, t531="0", t532="99")[58]
        desk.client.order(name, t55=desk.first, t1="T-1")
        desk.client.expect("8", t11=name, t150="8", t103="6")
        desk.client.send("q", [(11, name), (530, scope), (60, timestamp())], [(97, "Y")])
        assert "no longer held" in desk.client.expect("r", t11=name, t531="0", t532="99")[58] or scope == "7"


def test_what_is_missing_or_unsupported_in_mass_requests(desk: Desk) -> None:
    name = desk.mass_cancel("1")
    assert "Symbol(55)" in desk.client.expect("j", t372="q", t379=name, t380="5")[58]
    name = desk.mass_status("1")
    assert "Symbol(55)" in desk.client.expect("j", t372="AF", t379=name, t380="5")[58]
    name = desk.mass_status("3")
    assert "MassStatusReqType(585)=3" in desk.client.expect("j", t372="AF", t379=name, t380="0")[58]
    name = desk.mass_status("7", (54, "5"))
    assert "Side(54)=5" in desk.client.expect("j", t372="AF", t379=name, t380="0")[58]
    desk.client.send("AF", [(584, "x" * 65), (585, "7")])
    desk.client.expect("3", t371="584", t372="AF", t373="5")
    desk.mass_cancel("9")
    desk.client.expect("3", t371="530", t372="q", t373="5")


def test_an_order_that_is_done_is_neither_cancelled_nor_told(desk: Desk) -> None:
    order = desk.order(desk.first)
    desk.client.send("F", [(11, fresh("c")), (41, order[11]), (55, desk.first), (54, "1"), (60, timestamp())])
    desk.client.expect("8", t150="4", t41=order[11])
    desk.expect_none(desk.mass_status("7"))
    desk.mass_cancel("7")
    desk.client.expect("r", t533="0")


def test_drop_copy_has_no_mass_requests_and_no_mass_answers(
    fix_venue: RunningVenue, instruments: Iterator[str]
) -> None:
    with (
        Client44(fix_venue.drop_copy, "COMPLIANCE") as compliance,
        Client44(fix_venue.order_entry, "BROKER_A") as broker,
    ):
        compliance.logon()
        broker.logon()
        compliance.send("q", [(11, fresh("q")), (530, "7"), (60, timestamp())])
        compliance.expect("j", t372="q", t380="6")
        compliance.send("AF", [(584, "x"), (585, "7")])
        compliance.expect("j", t372="AF", t380="6")
        symbol = next(instruments)
        broker.order(fresh("A"), t55=symbol)
        broker.send("AF", [(584, "all"), (585, "1"), (55, symbol)])
        broker.send("q", [(11, fresh("q")), (530, "1"), (55, symbol), (60, timestamp())])
        for exec_type in "0I4":
            report = broker.expect("8", t150=exec_type)
            copy = compliance.expect("8", t17=report[17], t150=exec_type)
            assert copy.get(584) == report.get(584)
        broker.expect("r", t533="1")
        compliance.expect_nothing(0.05)
        log_off(broker)
        log_off(compliance)


def mass_cancel_reports(orders: int, split: int) -> list[str]:
    """Bodies of what a mass cancel of so many orders gives, split of them in a record before the last."""
    quote, base = Asset("USD", 2), Asset("BTC", 8)
    reporter = Reporter((Instrument("BTC-USD", base, quote, 1, 10**8),))
    side, kind, time_in_force, status = Side.BUY, OrderType.LIMIT, TimeInForce.GTC, OrderStatus.CANCELED
    cancelled = [
        OrderCancelled(
            OrderState(n, "S", f"C{n}", "A", "BTC-USD", side, kind, time_in_force, 1, 1, 0, 0, status),
            CancelReason.MASS_CANCEL,
            "",
        )
        for n in range(1, orders + 1)
    ]
    answer = OrdersCancelled("S", "Q", MassCancelScope.ALL, "", None, orders)
    command = CancelOrders(1, "S", 1, "Q", MassCancelScope.ALL)
    records = [Record(900, command, [*cancelled[:split]]), Record(901, Continue(2), [*cancelled[split:], answer])]
    if not split:
        records = [Record(900, command, [*cancelled, answer])]
    return [report.body.replace("\x01", "|") for record in records for report in reporter.reports(record)]


@pytest.mark.parametrize(
    ("orders", "split", "listed"),
    [(2, 0, True), (MAX_AFFECTED_ORDERS, 0, True), (MAX_AFFECTED_ORDERS + 1, 0, False), (3, 1, False), (0, 0, False)],
)
def test_the_orders_are_listed_where_one_record_has_them_and_they_are_few(
    orders: int, split: int, listed: bool
) -> None:
    bodies = mass_cancel_reports(orders, split)
    assert len(bodies) == orders + 1
    assert f"|531=7|533={orders}|" in bodies[-1]
    assert (f"|534={orders}|41=C1|535=1|" in bodies[-1]) is listed
    assert bodies[-1].count("|535=") == (orders if listed else 0)
    assert all("|37=" in body and "|39=4|" in body for body in bodies[:-1])
