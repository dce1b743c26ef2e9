"""FIX 4.2 on the wire: an order's life field by field, as FIX 4.2 tells it, over real sessions beside those of FIX 4.4.

Every message that the venue sends to a client of this module is checked by QuickFIX against VENUE42.xml, and, but for
what the venue takes from later versions, against the standard's own dictionary.
"""

import re
import time
from collections.abc import Iterator

import pytest
import quickfix as fix

from tests.fix.conftest import Client, fresh, log_off, new_line, order_fields, ping
from tests.fix.test_dictionary import DICTIONARIES, quickfix_reads
from tests.support.fix_client import Received, timestamp
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.commands import PassTime
from venue.fix.dialect import FIX42
from venue.fix.dictionary import standard

_OF_THE_SESSION = frozenset((8, 9, 10, 34, 49, 52, 56))
_STAMP = re.compile(r"\d{8}-\d\d:\d\d:\d\d\.\d{3}")
_VENUE44 = quickfix_reads(DICTIONARIES / "VENUE44.xml")
_DICTIONARIES = tuple(quickfix_reads(path) for path in (DICTIONARIES / "VENUE42.xml", standard(FIX42)))


class Client42(Client):
    """A client that takes nothing that is not FIX 4.2."""

    def __init__(self, port: int, comp_id: str) -> None:
        super().__init__(port, comp_id, begin_string="FIX.4.2")

    def receive(self, timeout: float = 5.0) -> Received | None:
        message = super().receive(timeout)
        if message is not None:
            check(message)
        return message


def check(message: Received) -> None:
    """Raises what QuickFIX finds wrong with it."""
    assert message[8] == "FIX.4.2"
    text = message.raw.decode("latin-1")
    for dictionary in _DICTIONARIES:
        dictionary.validate(fix.Message(text, dictionary, True))
    for tag in (52, 60, 122):
        assert tag not in message or _STAMP.fullmatch(message[tag]), message


@pytest.fixture(scope="module")
def broker(fix_venue: RunningVenue) -> Iterator[Client42]:
    with Client42(fix_venue.order_entry, "BROKER_42") as client:
        client.logon()
        yield client
        log_off(client)


@pytest.fixture(scope="module")
def other(fix_venue: RunningVenue) -> Iterator[Client]:
    """A broker who speaks FIX 4.4."""
    with Client(fix_venue.order_entry, "BROKER_B") as client:
        client.logon()
        yield client
        log_off(client)


@pytest.fixture
def symbol(instruments: Iterator[str]) -> str:
    """A book of its own."""
    return next(instruments)


def content(report: Received) -> dict[int, str]:
    return {tag: value for tag, value in report.pairs if tag not in _OF_THE_SESSION}


def expect_report(client: Client, symbol: str, **expected: str | None) -> Received:
    """An ExecutionReport with exactly these fields, but for OrderID, ExecID and TransactTime, which it must have."""
    report = client.expect("8")
    fields = {11: None, 1: "C-1", 55: symbol, 54: "1", 38: "10", 40: "2", 44: "100", 59: "1"}
    fields |= {int(name[1:]): value for name, value in expected.items()}
    got = content(report)
    for tag in (37, 17, 60):
        assert got.pop(tag), report
    assert got == {35: "8"} | {tag: value for tag, value in fields.items() if value is not None}, report
    return report


def expect_new(client: Client, symbol: str, name: str, **more: str | None) -> Received:
    quantities = {"t20": "0", "t150": "0", "t39": "0", "t151": "10", "t14": "0", "t6": "0"}
    return expect_report(client, symbol, t11=name, **(quantities | more))


def sell(other: Client, symbol: str, quantity: str) -> None:
    """Returns when the order is in the book, or has met what is there."""
    name = fresh("B")
    other.order(name, "2", quantity, t55=symbol)
    other.expect("8", t11=name, t150="0")


def test_logon_on_the_shared_port(fix_venue: RunningVenue, broker: Client42, other: Client) -> None:
    """Two versions of FIX at one address, at once."""
    assert ping(broker)[8] == "FIX.4.2"
    assert ping(other)[8] == "FIX.4.4"


def test_an_order_that_is_filled_in_parts(broker: Client42, other: Client, symbol: str) -> None:
    """New, partial fill, fill: ExecType 0, 1, 2, with LastShares and LastPx on the last two."""
    name = fresh("f")
    broker.order(name, quantity="10", t55=symbol)
    order_id = expect_new(broker, symbol, name)[37]
    sell(other, symbol, "4")
    other.expect("8", t150="F", t39="2", t32="4")
    figures = {"t20": "0", "t150": "1", "t39": "1", "t32": "4", "t31": "100", "t381": "400"}
    first = expect_report(broker, symbol, t11=name, **figures, t151="6", t14="4", t6="100")
    sell(other, symbol, "6")
    figures = {"t20": "0", "t150": "2", "t39": "2", "t32": "6", "t31": "100", "t381": "600"}
    second = expect_report(broker, symbol, t11=name, **figures, t151="0", t14="10", t6="100")
    assert first[37] == second[37] == order_id
    assert len({first[17], second[17]}) == 2
    other.expect("8", t150="F", t39="2", t32="6")


def test_cancel_and_replace(broker: Client42, other: Client, symbol: str) -> None:
    """Replaced with nothing executed: OrdStatus 5; once partly filled: 1, which takes precedence."""
    first, second, third, fourth = (fresh("r") for _ in range(4))
    broker.order(first, quantity="10", t55=symbol)
    expect_new(broker, symbol, first)
    replace = [(55, symbol), (54, "1"), (60, timestamp()), (21, "1"), (40, "2"), (44, "101"), (59, "1")]
    broker.send("G", [(11, second), (41, first), (38, "12"), *replace])
    changed = {"t38": "12", "t44": "101"}
    expect_new(broker, symbol, second, t41=first, t150="5", t39="5", t151="12", **changed)
    sell(other, symbol, "2")
    executed = {"t20": "0", "t39": "1", "t14": "2", "t6": "101"}
    trade = {"t150": "1", "t32": "2", "t31": "101", "t381": "202", "t151": "10"}
    expect_report(broker, symbol, t11=second, **changed, **executed, **trade)
    broker.send("G", [(11, third), (41, second), (38, "11"), *replace])
    expect_report(broker, symbol, t11=third, t41=second, t150="5", **executed, t151="9", t38="11", t44="101")
    broker.send("F", [(11, fourth), (41, third), (55, symbol), (54, "1"), (60, timestamp())])
    left = executed | {"t38": "11", "t44": "101", "t150": "4", "t39": "4", "t151": "0"}
    expect_report(broker, symbol, t11=fourth, t41=third, **left)
    other.expect("8", t150="F")


def test_status_is_an_exec_trans_type(broker: Client42, symbol: str) -> None:
    """20=3, and ExecType as OrdStatus: of an open, a canceled and an unknown order."""
    name, cancel = fresh("h"), fresh("h")
    broker.order(name, quantity="10", t55=symbol)
    order_id = expect_new(broker, symbol, name)[37]
    broker.send("H", [(11, name), (55, symbol), (54, "1")])
    assert expect_new(broker, symbol, name, t20="3", t150="0", t58="Nothing done")[37] == order_id
    broker.send("D", [(11, name), *order_fields(name, "C-1")[1:]], [(97, "Y")])
    expect_new(broker, symbol, name, t20="3", t150="0", t58="Nothing done")
    broker.send("F", [(11, cancel), (41, name), (55, symbol), (54, "1"), (60, timestamp())])
    expect_new(broker, symbol, cancel, t41=name, t150="4", t39="4", t151="0")
    broker.send("H", [(37, order_id), (55, symbol), (54, "1")])
    expect_new(broker, symbol, name, t20="3", t150="4", t39="4", t151="0")
    unknown = fresh("h")
    broker.send("H", [(11, unknown), (55, symbol), (54, "1")])
    answer = broker.expect("8", t11=unknown, t20="3", t150="8", t39="8", t37="NONE", t103="5")
    assert answer[58]


def test_what_is_killed_at_once(broker: Client42, other: Client, symbol: str) -> None:
    """IOC keeps what it got, FOK gets nothing; both end as canceled, with the reason in Text."""
    sell(other, symbol, "4")
    name = fresh("ioc")
    broker.order(name, quantity="10", t55=symbol, t59="3")
    expect_new(broker, symbol, name, t59="3")
    figures = {"t20": "0", "t14": "4", "t6": "100", "t59": "3"}
    trade = {"t150": "1", "t39": "1", "t32": "4", "t31": "100", "t381": "400", "t151": "6"}
    expect_report(broker, symbol, t11=name, **figures, **trade)
    why = {"t150": "4", "t39": "4", "t151": "0", "t378": "4", "t58": "immediate-or-cancel"}
    expect_report(broker, symbol, t11=name, **figures, **why)
    name = fresh("fok")
    broker.order(name, quantity="10", t55=symbol, t59="4")
    expect_new(broker, symbol, name, t59="4")
    expect_new(broker, symbol, name, t59="4", t150="4", t39="4", t151="0", t378="4", t58="fill-or-kill")
    other.expect("8", t150="F")


def test_a_stop_with_an_iceberg_behind_it_and_an_expiry(broker: Client42, other: Client, symbol: str) -> None:
    """Triggered: restated, with the code for broker option. DisplayQty is taken, and told as MaxFloor."""
    name, cancel = fresh("stop"), fresh("c")
    terms = {"t40": "4", "t99": "101", "t59": "6", "t126": "20300101-00:00:00", "t18": "6"}
    broker.order(name, quantity="10", price="102", t55=symbol, **terms)
    broker.expect("8", t11=name, t150="8", t103="0", t99="101", t18="6")
    terms.pop("t18")
    name = fresh("stop")
    broker.order(name, quantity="10", price="102", t55=symbol, t1138="3", t7928="desk", t2362="2", **terms)
    new = terms | {"t44": "102", "t111": "3"}
    expect_new(broker, symbol, name, **new)
    other.order(fresh("B"), "2", "1", "101", t55=symbol)
    other.order(fresh("B"), "1", "1", "101", t55=symbol)
    for exec_type in "00FF":
        other.expect("8", t150=exec_type)
    expect_new(broker, symbol, name, t150="D", t378="4", t58="stop price reached", **new)
    sell(other, symbol, "4")
    figures = {"t20": "0", "t31": "102", "t39": "1", "t6": "102"}
    for last, cum, amount in (("3", "3", "306"), ("1", "4", "102")):
        left = {"t32": last, "t14": cum, "t151": str(10 - int(cum)), "t381": amount}
        expect_report(broker, symbol, t11=name, t150="1", **figures, **left, **new)
    broker.send("F", [(11, cancel), (41, name), (55, symbol), (54, "1"), (60, timestamp())])
    done = {"t20": "0", "t150": "4", "t39": "4", "t151": "0", "t14": "4", "t6": "102"}
    expect_report(broker, symbol, t11=cancel, t41=name, **done, **new)
    for exec_type in "FF":
        other.expect("8", t150=exec_type)


def test_orders_of_a_minimum_quantity_and_for_cash(broker: Client42, other: Client, symbol: str) -> None:
    sell(other, symbol, "5")
    name = fresh("min")
    broker.order(name, quantity="10", t55=symbol, t110="6")
    expect_new(broker, symbol, name, t110="6")
    why = {"t150": "4", "t39": "4", "t151": "0", "t378": "4", "t58": "minimum quantity not available"}
    expect_new(broker, symbol, name, t110="6", **why)
    name = fresh("cash")
    broker.order(name, quantity="", price=None, t55=symbol, t152="250.5")
    bought = {"t38": "2", "t40": "1", "t44": None, "t152": "250.5"}
    expect_new(broker, symbol, name, **(bought | {"t151": "2"}))
    trade = {"t20": "0", "t150": "2", "t39": "2", "t32": "2", "t31": "100", "t381": "200", "t14": "2", "t6": "100"}
    expect_report(broker, symbol, t11=name, t151="0", **trade, **bought)
    other.expect("8", t150="F", t32="2")


def test_a_gtd_order_needs_its_day(broker: Client42, symbol: str) -> None:
    name = fresh("gtd")
    broker.order(name, quantity="10", t55=symbol, t59="6", t432="20300101")
    expect_new(broker, symbol, name, t59="6", t126="20300102-00:00:00")
    broker.order(fresh("gtd"), quantity="10", t55=symbol, t59="6")
    broker.expect("j", t372="D", t380="5")


def test_a_gtd_order_that_expires_says_so(broker: Client42, symbol: str, fix_venue: RunningVenue) -> None:
    name = fresh("gtd")
    broker.order(name, quantity="10", t55=symbol, t59="6", t126=timestamp(0.7))
    broker.expect("8", t11=name, t150="0")
    time.sleep(0.8)
    Operator(fix_venue).order(PassTime(0, "test"))
    broker.expect("8", t11=name, t20="0", t150="C", t39="C", t151="0", t58="expired at its ExpireTime")


@pytest.mark.parametrize(("kind", "fields"), [("q", [(530, "7")]), ("AF", [(584, "x"), (585, "7")])])
def test_mass_requests_are_unknown_in_fix_42(broker: Client42, kind: str, fields: list[tuple[int, str]]) -> None:
    broker.send(kind, [(11, fresh("q")), *fields])
    broker.expect("3", t372=kind, t373="11")


# What is wrong, and FIX 4.4's code where 4.2 does not have it: changed fields, OrdRejReason, a word of the Text.
REJECTS = {
    "off tick, 99": ({44: "0.001"}, "0", "ticks"),
    "off lot, 13": ({38: "0.5"}, "0", "lots"),
    "unknown account, 15": ({1: "A-1", 44: "100"}, "0", "Account(1)"),
    "not supported, 11": ({210: "5"}, "0", "MaxShow(210)"),
    "unknown symbol": ({55: "NOPE"}, "1", "NOPE"),
    "above the limit": ({38: "9" * 12}, "3", "above"),
}


@pytest.mark.parametrize("what", REJECTS)
def test_a_rejected_order(broker: Client42, symbol: str, what: str) -> None:
    """A code that FIX 4.2 does not have becomes broker option, and Text has the reason."""
    changed, code, word = REJECTS[what]
    name = fresh("x")
    fields = {**dict(order_fields(name, "C-1")), 55: symbol, **changed}
    broker.send("D", fields.items())
    report = broker.expect("8", t11=name, t20="0", t150="8", t39="8", t103=code, t151="0", t14="0", t6="0")
    assert word in report[58]


def test_a_duplicate_client_order_id(broker: Client42, symbol: str) -> None:
    """The state of the first order, with OrdRejReason 6; F and G have no code for it in FIX 4.2."""
    name = fresh("d")
    broker.order(name, quantity="10", t55=symbol)
    expect_new(broker, symbol, name)
    broker.order(name, quantity="7", t55=symbol)
    assert expect_new(broker, symbol, name, t150="8", t103="6", t58="ClOrdID(11) was used before by this session")
    broker.send("F", [(11, name), (41, name), (55, symbol), (54, "1"), (60, timestamp())])
    reject = broker.expect("9", t11=name, t41=name, t39="0", t434="1", t102="2")
    assert reject[58]


CHANGES = {
    "unknown order": ({41: "nobody"}, "1", "8"),
    "not the last accepted id, 99": ({}, "2", "0"),
    "price off tick, 99": ({44: "0.001"}, "2", "0"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_rejected_replace(broker: Client42, symbol: str, what: str) -> None:
    changed, code, status = CHANGES[what]
    first, second, third = (fresh("g") for _ in range(3))
    broker.order(first, quantity="10", t55=symbol)
    expect_new(broker, symbol, first)
    replace = {55: symbol, 54: "1", 60: timestamp(), 21: "1", 38: "9", 40: "2", 44: "100", 59: "1"}
    if "last accepted" in what:
        broker.send("G", [(11, second), (41, first), *replace.items()])
        broker.expect("8", t150="5", t39="5", t11=second)
    broker.send("G", {**replace, 11: third, 41: first, **changed}.items())
    reject = broker.expect("9", t11=third, t39=status, t434="2", t102=code)
    assert reject[58]


@pytest.mark.parametrize("kind", ["D", "G"])
@pytest.mark.parametrize("tag", [21, 55])
def test_a_field_that_fix_42_requires(broker: Client42, kind: str, tag: int) -> None:
    fields = [pair for pair in order_fields(fresh("m"), "C-1") if pair[0] != tag]
    broker.send(kind, [*fields, (41, "x")] if kind == "G" else fields)
    broker.expect("3", t371=str(tag), t372=kind, t373="1")


REFUSED = {168: "20270101-00:00:00", 210: "1", 388: "0", 15: "USD", 48: "x", 77: "O", 211: "1", 63: "0"}


@pytest.mark.parametrize("tag", REFUSED)
@pytest.mark.parametrize("kind", ["D", "G"])
def test_what_is_not_offered_is_refused_by_name(broker: Client42, kind: str, tag: int) -> None:
    name = fresh("n")
    fields = [*order_fields(name, "C-1"), (tag, REFUSED[tag]), *([(41, "nobody")] if kind == "G" else [])]
    broker.send(kind, fields)
    expected = {"t150": "8", "t103": "0"} if kind == "D" else {"t434": "2"}
    answer = broker.expect("8" if kind == "D" else "9", t11=name, **expected)
    if kind == "D":
        assert f"({tag}) is not supported" in answer[58]


@pytest.mark.parametrize(("tag", "value"), [(40, "5"), (40, "P"), (59, "2"), (54, "5"), (18, "G")])
def test_a_value_that_is_not_offered_is_refused_by_name(broker: Client42, tag: int, value: str) -> None:
    name = fresh("n")
    broker.send("D", {**dict(order_fields(name, "C-1")), tag: value}.items())
    assert f"({tag})={value}" in broker.expect("8", t11=name, t150="8", t103="0")[58]


def test_what_fix_42_brokers_say_of_themselves_has_no_effect(broker: Client42) -> None:
    name = fresh("e")
    extra = [(47, "A"), (109, "client"), (76, "broker"), (439, "firm"), (440, "account"), (204, "0"), (58, "hello")]
    broker.send("D", [*order_fields(name, "C-1"), *extra])
    broker.expect("8", t11=name, t150="0", t39="0")


def test_a_message_that_is_not_served(broker: Client42) -> None:
    for kind in "EVRQ":
        broker.send(kind)
        broker.expect("j", t372=kind, t380="3")


def test_a_condition_that_is_not_met(broker: Client42) -> None:
    name = fresh("c")
    broker.send("D", [pair for pair in order_fields(name, "C-1") if pair[0] != 44])
    broker.expect("j", t372="D", t379=name, t380="5")


def test_reports_are_sent_again_as_they_were(fix_venue: RunningVenue) -> None:
    line = new_line(fix_venue, "order_entry in FIX 4.2")
    with Client42(line.port, line.comp_id) as client:
        client.logon()
        names = [fresh("s") for _ in range(3)]
        first = []
        for name in names:
            client.send("D", order_fields(name))
            first.append(client.expect("8", t11=name, t20="0"))
        client.send("2", [(7, "2"), (16, "0")])
        for report in first:
            again = client.expect("8", t34=report[34], t43="Y", t122=report[52])
            assert {**content(again), 43: "", 122: ""} == {**content(report), 43: "", 122: ""}
        log_off(client)


def test_reports_made_while_away_come_on_return(fix_venue: RunningVenue, other: Client, symbol: str) -> None:
    line = new_line(fix_venue, "order_entry in FIX 4.2")
    name = fresh("a")
    with Client42(line.port, line.comp_id) as client:
        client.logon()
        client.order(name, quantity="10", t55=symbol, t1="T-1")
        client.expect("8", t150="0")
        log_off(client)
    sell(other, symbol, "10")
    other.expect("8", t150="F")
    with Client42(line.port, line.comp_id) as client:
        client.next_out = 4
        client.logon(reset=False)
        client.send("2", [(7, "4"), (16, "0")])
        client.expect("8", t11=name, t150="2", t39="2", t43="Y", t32="10")
        log_off(client)


def test_a_trade_between_the_versions_and_its_copies(fix_venue: RunningVenue, broker: Client42, symbol: str) -> None:
    """One match, told to each in the words of its version: to both brokers, and to both desks that see both."""
    a = Client(fix_venue.order_entry, "BROKER_A")
    desks = (Client(fix_venue.drop_copy, "COMPLIANCE"), Client42(fix_venue.drop_copy, "COMPLIANCE_42"))
    for client in (a, *desks):
        client.logon()
    name_a, name_42 = fresh("A"), fresh("42")
    a.order(name_a, "2", "10", t55=symbol)
    resting = a.expect("8", t150="0")
    broker.order(name_42, quantity="10", t55=symbol)
    new = expect_new(broker, symbol, name_42)
    fills = a.expect("8", t11=name_a, t150="F", t39="2", t32="10", t31="100"), broker.expect("8", t150="2", t32="10")
    reports = {report[17]: report for report in (resting, new, *fills)}
    for desk in desks:
        copies = [desk.expect("8", t55=symbol) for _ in reports]
        assert {copy[17] for copy in copies} == set(reports)
        for copy in copies:
            report = reports[copy[17]]
            if copy[8] == report[8]:
                assert content(copy) == content(report)
            else:
                shared = content(copy).keys() & content(report).keys() - {60, 150}
                assert {37, 11, 1, 38, 39, 14, 151, 6, 55, 54} <= shared
                assert {tag: copy[tag] for tag in shared} == {tag: report[tag] for tag in shared}
                assert copy[60][:21] == report[60][:21]
        trades = [copy for copy in copies if 32 in copy]
        assert [copy[150] for copy in trades] == (["F", "F"] if desk.begin_string == "FIX.4.4" else ["2", "2"])
        assert all((20 in copy) == (desk.begin_string == "FIX.4.2") for copy in copies)
        assert all((880 in copy) == (desk.begin_string == "FIX.4.4") for copy in trades)
    for client in (a, *desks):
        log_off(client)
        client.close()


def test_a_refused_orders_copy_has_no_value_of_another_version(fix_venue: RunningVenue, broker: Client42) -> None:
    """OrdType 5 is FIX 4.2's alone, Side B and TimeInForce 7 are FIX 4.4's."""
    a = Client(fix_venue.order_entry, "BROKER_A")
    desks = (Client(fix_venue.drop_copy, "COMPLIANCE"), Client42(fix_venue.drop_copy, "COMPLIANCE_42"))
    for client in (a, *desks):
        client.logon()
    name_a, name_42 = fresh("A"), fresh("42")
    broker.send("D", {**dict(order_fields(name_42, "C-1")), 40: "5"}.items())
    broker.expect("8", t11=name_42, t150="8")
    a.send("D", {**dict(order_fields(name_a, "A-1")), 40: "J", 54: "B", 59: "7"}.items())
    a.expect("8", t11=name_a, t150="8", t40="J", t54="B", t59="7")
    newer, older = ([desk.expect("8", t11=name) for name in (name_42, name_a)] for desk in desks)
    for copy in newer:
        _VENUE44.validate(fix.Message(copy.raw.decode(), _VENUE44, True))
    assert [copy.get(40) for copy in newer] == [None, "J"]
    assert [copy.get(40) for copy in older] == [None, None]
    assert [copy[54] for copy in older] == ["1", "7"]
    for client in (a, *desks):
        log_off(client)
        client.close()


def test_requests_on_a_drop_copy_in_fix_42(fix_venue: RunningVenue) -> None:
    """FIX 4.2 has no code for not authorized: other, and Text says why."""
    with Client42(fix_venue.drop_copy, "COMPLIANCE_42") as desk:
        desk.logon()
        name = fresh("q")
        desk.send("D", order_fields(name, account=None))
        assert "read-only" in desk.expect("j", t372="D", t379=name, t380="0")[58]
        log_off(desk)
