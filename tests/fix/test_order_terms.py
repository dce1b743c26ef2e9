"""What an order may ask beyond side, price and quantity, over real sessions: each field through an order, its replace,
its status and its copy; then what the venue does with it."""

import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.fix.conftest import fresh, log_off, new_line
from tests.fix.stories import Client44, Story, told_at
from tests.support.fix_client import timestamp
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.commands import (
    EngageKillSwitch,
    PassTime,
    ReleaseKillSwitch,
    SetInstrumentRules,
    SetPhase,
    SetSessionRules,
)
from venue.domain.enums import KillScope, Phase
from venue.domain.rules import InstrumentRules


@pytest.fixture
def story(fix_venue: RunningVenue, instruments: Iterator[str]) -> Iterator[Story]:
    with told_at(fix_venue, next(instruments)) as story:
        yield story
        story.end()


class Case(NamedTuple):
    """order, replace: fields beyond the usual; told, told_after: what reports have of them then. canceled: and at the
    end, where that differs."""

    order: dict[str, str]
    told: dict[str, str | None]
    replace: dict[str, str]
    told_after: dict[str, str | None]
    canceled: dict[str, str | None] | None = None


STOP = {"t40": "3", "t44": ""}
STOP_LIMIT = {"t40": "4", "t44": "106"}
GTD = {"t59": "6"}
CASES = {
    "StopPx, stop": Case(
        STOP | {"t99": "105.50"},
        {"t99": "105.5", "t40": "3", "t44": None, "t636": "N"},
        STOP | {"t99": "104"},
        {"t99": "104", "t636": "N"},
        {"t99": "104", "t636": None},
    ),
    "StopPx, stop limit": Case(
        STOP_LIMIT | {"t99": "105"},
        {"t99": "105", "t40": "4", "t44": "106", "t636": "N"},
        STOP_LIMIT,
        {"t99": "105", "t44": "106", "t636": "N"},
        {"t99": "105", "t636": None},
    ),
    "ExpireTime": Case(
        GTD | {"t126": "20300101-00:00:00"},
        {"t59": "6", "t126": "20300101-00:00:00", "t432": None},
        GTD | {"t126": "20310228-23:59:59.250"},
        {"t126": "20310228-23:59:59.250000"},
    ),
    "ExpireDate": Case(
        GTD | {"t432": "20300228"},
        {"t126": "20300301-00:00:00", "t432": None},
        {"t432": "20300301"},
        {"t126": "20300302-00:00:00", "t59": "6"},
    ),
    "GTD, unchanged by a replace": Case(
        GTD | {"t126": "20300101-00:00:00"}, {"t126": "20300101-00:00:00"}, {}, {"t126": "20300101-00:00:00"}
    ),
    "ExecInst": Case({"t18": "6 K H"}, {"t18": "6 K"}, {}, {"t18": "6 K"}),
    "ExecInst, given again": Case({"t18": "6"}, {"t18": "6"}, {"t18": "6"}, {"t18": "6"}),
    "MaxFloor": Case(
        {"t111": "10"},
        {"t111": "10", "t1138": "10"},
        {"t111": "20"},
        {"t111": "20", "t1138": "20"},
        {"t111": "20", "t1138": "0"},
    ),
    "DisplayQty, and MaxFloor the same": Case(
        {"t1138": "10", "t111": "10.0"},
        {"t111": "10", "t1138": "10"},
        {"t1138": "5"},
        {"t111": "5", "t1138": "5"},
        {"t111": "5", "t1138": "0"},
    ),
    "an iceberg behind a stop": Case(
        STOP_LIMIT | {"t99": "105", "t111": "10"},
        {"t111": "10", "t1138": "0", "t636": "N"},
        STOP_LIMIT | {"t111": "10"},
        {"t111": "10", "t1138": "0", "t99": "105"},
        {"t636": None},
    ),
    "self-trade prevention": Case(
        {"t7928": "desk 7", "t2362": "2"},
        {"t7928": "desk 7", "t2362": "2"},
        {"t7928": "desk 7"},
        {"t7928": "desk 7", "t2362": "2"},
    ),
    "nothing": Case(
        {},
        dict.fromkeys(("t99", "t126", "t18", "t111", "t1138", "t110", "t152", "t7928", "t2362", "t636", "t424")),
        {},
        dict.fromkeys(("t99", "t126", "t18", "t111", "t1138", "t110", "t152", "t7928", "t2362", "t636", "t424")),
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_field_through_order_status_replace_and_copy(story: Story, what: str) -> None:
    case = CASES[what]
    story.order("X", **case.order)
    story.expect("X", "0", "0", t38="100", t151="100", **case.told)
    story.status("X")
    story.expect("X", "I", "0", **case.told)
    story.replace("Y", "X", t38="90", **case.replace)
    story.expect("Y", "5", "0", t38="90", t151="90", t41=story.id("X"), **case.told_after)
    story.status("Y")
    story.expect("Y", "I", "0", **case.told_after)
    story.cancel("Z", "Y")
    story.expect("Z", "4", "4", t151="0", t378=None, **(case.canceled or case.told_after))


# What no replace changes: the fields of the order, those of the replace, the field that the refusal names.
UNCHANGEABLE = {
    "ExecInst": ({}, {"t18": "6"}, "ExecInst(18)"),
    "SelfTradePreventionGroup": ({"t7928": "a"}, {"t7928": "b"}, "SelfTradePreventionGroup(7928)"),
    "SelfTradePreventionMode": ({"t2362": "1"}, {"t2362": "2"}, "SelfTradePreventionMode(2362)"),
    "MinQty": ({}, {"t110": "5"}, "MinQty(110)"),
    "CashOrderQty": ({}, {"t152": "5"}, "CashOrderQty(152)"),
    "OrdType": ({}, {"t40": "4", "t99": "105"}, "OrdType(40)"),
    "TimeInForce": ({}, {"t59": "6", "t126": "20300101-00:00:00"}, "TimeInForce(59)"),
}


@pytest.mark.parametrize("what", UNCHANGEABLE)
def test_what_a_replace_does_not_change_is_named(story: Story, what: str) -> None:
    order, replace, word = UNCHANGEABLE[what]
    story.order("X", **order)
    story.expect("X", "0", "0")
    story.replace("Y", "X", **replace)
    story.expect_cancel_reject("Y", "99", word)


def trade_at(story: Story, price: str) -> None:
    """B sells one to B's own buy order, at the price."""
    story.other("2", "1", price)
    story.other("1", "1", price)
    story.expect_other("F", "2")
    story.expect_other("F", "2")


def test_a_stop_is_triggered_by_a_trade(story: Story) -> None:
    story.order("X", t40="3", t44="", t99="101")
    story.expect("X", "0", "0", t636="N")
    trade_at(story, "100")
    story.other("2", "40", "102")
    trade_at(story, "101")
    story.expect("X", "L", "0", t636="Y", t99="101", t58="stop price reached", t151="100", t378=None)
    story.expect("X", "F", "1", t32="40", t31="102", t636="Y", t851="2")
    story.expect("X", "4", "4", t14="40", t378="99", t58="no liquidity for a market order", t636=None)
    story.expect_other("F", "2", t31="102")


def test_two_stops_of_one_price_go_in_turn_and_one_whose_price_was_met_goes_at_once(story: Story) -> None:
    story.order("X", t40="4", t99="101", t44="103", t38="10")
    story.order("Y", t40="4", t99="101", t44="103", t38="10")
    story.expect("X", "0", "0", t636="N")
    story.expect("Y", "0", "0", t636="N")
    trade_at(story, "101")
    story.expect("X", "L", "0", t636="Y")
    story.expect("Y", "L", "0", t636="Y")
    story.order("Z", t40="4", t99="101", t44="103", t38="10")
    story.expect("Z", "0", "0", t636="N")
    story.expect("Z", "L", "0", t636="Y")
    story.replace("W", "X", t40="4", t99="102", t44="103", t38="10")
    story.expect_cancel_reject("W", "99", "StopPx(99)")


def test_an_iceberg_shows_its_next_part(story: Story) -> None:
    story.order("X", t38="25", t111="10")
    story.expect("X", "0", "0", t111="10", t1138="10", t151="25")
    for sold, shown, left in (("4", "6", "21"), ("6", "10", "15"), ("10", "5", "5")):
        story.other("2", sold)
        story.expect("X", "F", "1", t32=sold, t1138=shown, t151=left, t111="10")
        story.expect_other("F", "2")
    story.other("2", "5")
    story.expect("X", "F", "2", t1138="0", t151="0")
    story.expect_other("F", "2")


def test_a_gtd_order_expires(story: Story) -> None:
    story.order("X", t59="6", t126=timestamp(0.7))
    story.expect("X", "0", "0", t59="6")
    story.other("2", "30")
    story.expect("X", "F", "1", t14="30")
    story.expect_other("F", "2")
    time.sleep(0.8)
    story.operator.order(PassTime(0, "test"))
    story.expect("X", "C", "C", t14="30", t151="0", t38="100", t58="expired at its ExpireTime", t378=None, t41=None)
    story.status("X")
    story.expect("X", "I", "C", t14="30", t151="0")


def test_post_only(story: Story) -> None:
    story.other("2", "10")
    story.order("X", t18="6")
    story.expect_refusal("X", "99", "post-only")
    story.order("Y", t18="6", t44="99.99")
    story.expect("Y", "0", "0", t18="6")
    story.replace("Z", "Y", t44="100")
    story.expect_cancel_reject("Z", "99", "post-only")


def test_minimum_quantity(story: Story) -> None:
    story.other("2", "10")
    story.order("X", t110="11")
    story.expect("X", "0", "0", t110="11")
    story.expect("X", "4", "4", t14="0", t110="11", t378="99", t58="minimum quantity not available", t41=None)
    story.order("Y", t110="10")
    story.expect("Y", "0", "0", t110="10")
    story.expect("Y", "F", "1", t32="10", t110="10", t151="90")
    story.expect_other("F", "2")
    story.status("Y")
    story.expect("Y", "I", "1", t110="10")
    story.replace("Z", "Y", t38="80", t110="10")
    story.expect("Z", "5", "1", t110="10", t151="70")
    story.order("W", t110="0", t44="99")
    story.expect("W", "0", "0", t110=None)


def test_an_order_for_cash(story: Story) -> None:
    story.other("2", "3", "100.50")
    story.order("X", t40="1", t44="", t38="", t152="201.99")
    story.expect("X", "0", "0", t38="2", t151="2", t152="201.99", t44=None)
    story.expect("X", "F", "2", t32="2", t152="201.99")
    story.expect_other("F", "1")
    story.status("X")
    story.expect("X", "I", "2", t38="2", t152="201.99")
    story.replace("R", "X", t40="1", t44="", t38="2", t152="201.99")
    story.expect_cancel_reject("R", "0", "no longer open")
    story.order("Y", t40="1", t44="", t38="", t152="100.49")
    report = story.expect("Y", "8", "8", t103="13", t152="100.49", t38="0")
    assert "CashOrderQty(152)" in report[58]


# Mode: what becomes of A's resting buy of 100 and of A's sell of 30.
SELF_TRADES = {
    "1": (None, ("4", "4", "0")),
    "2": (("4", "4", "0"), None),
    "3": (("4", "4", "0"), ("4", "4", "0")),
    "4": (("D", "0", "70"), ("4", "4", "0")),
}


@pytest.mark.parametrize("mode", SELF_TRADES)
def test_a_prevented_self_trade_names_the_other_order(story: Story, mode: str) -> None:
    resting, aggressing = SELF_TRADES[mode]
    story.order("X", t7928="desk")
    bid = story.expect("X", "0", "0")
    story.order("Y", t54="2", t38="30", t7928="desk", t2362=mode)
    ask = story.expect("Y", "0", "0", t2362=mode)
    for name, other, outcome in (("X", ask, resting), ("Y", bid, aggressing)):
        if outcome is not None:
            exec_type, status, leaves = outcome
            text = f"self-trade with order {other[37]} prevented"
            code = "5" if exec_type == "D" else "99"
            story.expect(name, exec_type, status, t151=leaves, t378=code, t58=text, t41=None)


def test_orders_of_two_groups_trade_with_each_other(story: Story) -> None:
    story.order("X", t7928="one", t38="10")
    story.expect("X", "0", "0")
    story.order("Y", t54="2", t38="10", t7928="two", t2362="1")
    story.expect("Y", "0", "0")
    story.expect("Y", "F", "2", t54="2")
    story.expect("X", "F", "2")


def test_an_auction_has_no_maker_and_no_taker(story: Story) -> None:
    story.operator.order(SetPhase(0, "test", story.symbol, Phase.PRE_OPEN))
    story.order("X", t44="101", t38="10")
    story.expect("X", "0", "0")
    story.other("2", "10", "99")
    story.order("Y", t59="3")
    story.expect_refusal("Y", "2", "not matching")
    story.operator.order(SetPhase(0, "test", story.symbol, Phase.OPEN))
    bought = story.expect("X", "F", "2", t851=None, t32="10")
    sold = story.expect_other("F", "2", t851=None)
    assert (bought[31], bought[880]) == (sold[31], sold[880])
    story.operator.order(SetPhase(0, "test", story.symbol, Phase.CLOSED))
    story.order("Z")
    story.expect_refusal("Z", "2", "closed")


def test_a_market_order_rests_at_its_protection_price_or_is_cancelled(story: Story) -> None:
    for rests in (True, False):
        rules = InstrumentRules(protection_ticks=100, protection_rests=rests)
        story.operator.order(SetInstrumentRules(0, "test", story.symbol, rules))
        story.other("2", "10", "100")
        story.other("2", "10", "102")
        name = f"X{rests}"
        story.order(name, t40="1", t44="", t38="30")
        story.expect(name, "0", "0")
        story.expect(name, "F", "1", t31="100")
        story.expect_other("F", "2")
        if rests:
            text = "rests at its protection price"
            story.expect(name, "D", "1", t378="99", t58=text, t44="101", t40="1", t151="20", t14="10")
            story.cancel("C", name)
            story.expect("C", "4", "4")
        else:
            text = "protection price of a market order reached"
            story.expect(name, "4", "4", t378="99", t58=text, t14="10")


def test_a_limit_outside_the_band_and_a_halt_by_the_breaker(story: Story) -> None:
    breaker = {"breaker_basis_points": 500, "breaker_window_ns": 60 * 10**9, "halt_ns": 3600 * 10**9}
    rules = InstrumentRules(reference_price=10_000, band_basis_points=1000, **breaker)
    story.operator.order(SetInstrumentRules(0, "test", story.symbol, rules))
    story.order("X", t44="111")
    story.expect_refusal("X", "99", "band")
    trade_at(story, "100")
    story.order("K", t44="90", t18="K")
    story.expect("K", "0", "0")
    story.other("2", "10", "106")
    story.order("Y", t44="106", t59="3")
    story.expect("Y", "0", "0")
    story.expect("Y", "4", "4", t378="6", t58="trading halt", t14="0")
    story.expect("K", "4", "4", t378="6", t58="trading halt")


@pytest.mark.parametrize("how", ["Logout", "cut"])
@pytest.mark.parametrize("keep_good_till", [False, True])
def test_cancel_on_disconnect(
    fix_venue: RunningVenue, instruments: Iterator[str], keep_good_till: bool, how: str
) -> None:
    """The reports wait for the session's return."""
    line, symbol, names = new_line(fix_venue, "order_entry"), next(instruments), [fresh("cod"), fresh("cod")]
    Operator(fix_venue).order(SetSessionRules(0, "test", line.comp_id, True, keep_good_till))
    with Client44(line.port, line.comp_id) as client:
        client.logon()
        for name, time_in_force in zip(names, "01", strict=True):
            client.order(name, t55=symbol, t1="T-1", t59=time_in_force)
            client.expect("8", t11=name, t150="0")
        if how == "Logout":
            log_off(client)
    canceled = names[: 1 if keep_good_till else 2]
    # The venue's Logon, two reports, its Logout; then what is told of the cancels, once it is stored.
    told = 5 if how == "Logout" else 4
    time.sleep(1)
    with Client44(line.port, line.comp_id) as client:
        client.next_out = told
        assert client.logon(reset=False)[34] == str(told + len(canceled))
        client.send("2", [(7, str(told)), (16, "0")])
        for name in canceled:
            client.expect("8", t11=name, t150="4", t378="99", t58="cancel on disconnect", t43="Y")
        client.expect("4", t43="Y")
        client.send("AF", [(584, "left"), (585, "7")])
        assert client.expect("8", t150="I")[911] == ("1" if keep_good_till else "0")
        log_off(client)


def test_a_kill_switch_on_the_instrument(story: Story) -> None:
    story.order("X")
    story.expect("X", "0", "0")
    story.operator.order(EngageKillSwitch(0, "test", KillScope.INSTRUMENT, story.symbol, "drill"))
    story.expect("X", "4", "4", t378="8", t58="kill switch", t41=None)
    story.order("Y")
    story.expect_refusal("Y", "0", "kill switch")
    story.operator.order(ReleaseKillSwitch(0, "test", KillScope.INSTRUMENT, story.symbol))
    story.order("Z")
    story.expect("Z", "0", "0")
