"""Terms of orders that are wrong: each has its reason and a text with the value; of two, the first in precedence."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from tests.fix.conftest import Client, fresh, log_off
from tests.fix.stories import Client44
from tests.support.fix_client import Received, timestamp
from tests.support.running_venue import RunningVenue
from venue.domain.reject_reason import RejectReason

SYMBOL = "S197"
STOP = {40: "3", 44: "", 99: "105"}
STOP_LIMIT = {40: "4", 99: "105"}
CASH = {40: "1", 44: "", 38: "", 152: "100"}
GTD = {59: "6", 126: "20300101-00:00:00"}
LONG = "9" * 5000


@pytest.fixture(scope="module")
def a(fix_venue: RunningVenue) -> Iterator[Client]:
    with Client44(fix_venue.order_entry, "BROKER_A") as client:
        client.logon()
        yield client
        log_off(client)


def send_order(client: Client, changed: dict[int, str]) -> str:
    name = fresh("bad")
    fields = {11: name, 1: "A-1", 55: SYMBOL, 54: "1", 60: timestamp(), 38: "10", 40: "2", 44: "1", 59: "1", **changed}
    client.send("D", [(tag, value) for tag, value in fields.items() if value])
    return name


def refusal(client: Client, changed: dict[int, str]) -> Received:
    return client.expect("8", t11=send_order(client, changed), t150="8", t39="8")


# What is wrong, its reason, a word of the Text.
REFUSED: dict[str, tuple[dict[int, str], RejectReason, str]] = {
    "stop price off tick": (STOP | {99: "1.005"}, RejectReason.INVALID_STOP_PRICE, "StopPx(99) 1.005 is not"),
    "stop price 0": (STOP | {99: "0"}, RejectReason.INVALID_STOP_PRICE, "greater than zero"),
    "stop price negative": (STOP_LIMIT | {99: "-1"}, RejectReason.INVALID_STOP_PRICE, "StopPx(99) -1"),
    "stop price too large": (STOP | {99: "10000000.01"}, RejectReason.INVALID_STOP_PRICE, "above 10000000"),
    "stop price endless": (STOP | {99: LONG}, RejectReason.INVALID_STOP_PRICE, "StopPx(99) 9999"),
    "stop price on a limit order": ({99: "105"}, RejectReason.STOP_PRICE_NOT_ALLOWED, "StopPx(99)"),
    "stop price on a market order": ({40: "1", 44: "", 99: "105"}, RejectReason.STOP_PRICE_NOT_ALLOWED, "StopPx(99)"),
    "price on a stop order": (STOP | {44: "1"}, RejectReason.PRICE_NOT_ALLOWED, "Price(44)"),
    "GTD in the past": (GTD | {126: "20200101-00:00:00"}, RejectReason.EXPIRY_PAST, "past"),
    "GTD of yesterday": ({59: "6", 432: "20200101"}, RejectReason.EXPIRY_PAST, "past"),
    "GTD of 1970": (GTD | {126: "19700101-00:00:00"}, RejectReason.EXPIRY_PAST, "past"),
    "GTD in February": ({59: "6", 432: "20300230"}, RejectReason.EXPIRY_PAST, "ExpireDate(432) 20300230 is no time"),
    "GTD of both kinds": (GTD | {432: "20300101"}, RejectReason.EXPIRY_NOT_ALLOWED, "exclude each other"),
    "GTD of 9999": ({59: "6", 432: "99991231"}, RejectReason.EXPIRY_NOT_ALLOWED, "ExpireDate(432) 99991231 is after"),
    "expiry on a GTC order": ({126: "20300101-00:00:00"}, RejectReason.EXPIRY_NOT_ALLOWED, "GTD"),
    "expiry on a DAY order": ({59: "0", 432: "20300101"}, RejectReason.EXPIRY_NOT_ALLOWED, "GTD"),
    "display above quantity": ({111: "11"}, RejectReason.INVALID_DISPLAY_QUANTITY, "up to OrderQty(38)"),
    "display 0": ({111: "0"}, RejectReason.INVALID_DISPLAY_QUANTITY, "MaxFloor(111) 0"),
    "display off lot": ({1138: "1.5"}, RejectReason.INVALID_DISPLAY_QUANTITY, "DisplayQty(1138) 1.5 is not"),
    "display negative": ({1138: "-5"}, RejectReason.INVALID_DISPLAY_QUANTITY, "greater than zero"),
    "two displays": ({111: "5", 1138: "6"}, RejectReason.INVALID_DISPLAY_QUANTITY, "5 and DisplayQty(1138) 6 differ"),
    "display of an IOC": ({111: "5", 59: "3"}, RejectReason.DISPLAY_NOT_ALLOWED, "may rest"),
    "display of a stop": (STOP | {111: "5"}, RejectReason.DISPLAY_NOT_ALLOWED, "may rest"),
    "minimum above quantity": ({110: "11"}, RejectReason.INVALID_MINIMUM_QUANTITY, "up to OrderQty(38)"),
    "minimum off lot": ({110: "0.5"}, RejectReason.INVALID_MINIMUM_QUANTITY, "MinQty(110) 0.5 is not"),
    "minimum negative": ({110: "-1"}, RejectReason.INVALID_MINIMUM_QUANTITY, "MinQty(110) -1"),
    "minimum of a cash order": (CASH | {110: "1"}, RejectReason.INVALID_MINIMUM_QUANTITY, "MinQty(110)"),
    "cash and quantity": (CASH | {38: "1"}, RejectReason.CASH_NOT_ALLOWED, "exclude each other"),
    "cash of a sell": (CASH | {54: "2"}, RejectReason.CASH_NOT_ALLOWED, "market order to buy"),
    "cash of a limit order": (CASH | {40: "2", 44: "1"}, RejectReason.CASH_NOT_ALLOWED, "market order to buy"),
    "cash 0": (CASH | {152: "0"}, RejectReason.INVALID_CASH, "CashOrderQty(152) 0"),
    "cash negative": (CASH | {152: "-1"}, RejectReason.INVALID_CASH, "greater than zero"),
    "cash too fine": (CASH | {152: "1.0000000001"}, RejectReason.INVALID_CASH, "is not a whole number of"),
    "cash too much": (CASH | {152: "9" * 40}, RejectReason.INVALID_CASH, "above"),
    "cash endless": (CASH | {152: LONG}, RejectReason.INVALID_CASH, "CashOrderQty(152) 9999"),
    "cash for nothing": (CASH | {152: "1"}, RejectReason.CASH_BUYS_NOTHING, "CashOrderQty(152)"),
    "post-only IOC": ({18: "6", 59: "3"}, RejectReason.POST_ONLY_NOT_ALLOWED, "post-only"),
    "post-only market order": ({18: "6", 40: "1", 44: ""}, RejectReason.POST_ONLY_NOT_ALLOWED, "post-only"),
    "post-only stop limit": (STOP_LIMIT | {18: "6"}, RejectReason.POST_ONLY_NOT_ALLOWED, "post-only"),
    "post-only with a minimum": ({18: "6", 110: "1"}, RejectReason.POST_ONLY_NOT_ALLOWED, "post-only"),
    "all or none": ({18: "G"}, RejectReason.UNSUPPORTED_CHARACTERISTIC, "ExecInst(18)=G (all or none)"),
    "all or none among others": ({18: "6 G K"}, RejectReason.UNSUPPORTED_CHARACTERISTIC, "ExecInst(18)=G"),
    "cancel and reinstate": ({18: "J K"}, RejectReason.UNSUPPORTED_CHARACTERISTIC, "exclude each other"),
    "a long group": ({7928: "g" * 65}, RejectReason.INVALID_SELF_TRADE, "SelfTradePreventionGroup(7928) ggg"),
    "a group with a tab": ({7928: "a\tb"}, RejectReason.INVALID_SELF_TRADE, "printable"),
    "no such mode": ({2362: "5"}, RejectReason.INVALID_SELF_TRADE, "SelfTradePreventionMode(2362) 5 is none of 1 to 4"),
    "a mode in words": ({2362: "both"}, RejectReason.INVALID_SELF_TRADE, "both is none of"),
    "quantity endless": ({38: LONG}, RejectReason.QUANTITY_TOO_LARGE, "OrderQty(38) 9999"),
    "price endless": ({44: LONG}, RejectReason.PRICE_TOO_LARGE, "Price(44) 9999"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_wrong_term_of_a_new_order(a: Client, what: str) -> None:
    changed, reason, word = REFUSED[what]
    report = refusal(a, changed)
    assert report[103] == str(reason.ordrej), report
    assert word in report[58], report


def test_a_refused_order_is_told_back_as_it_was_sent(a: Client) -> None:
    """Found wrong by the gateway, in the client's own text; by the engine, in the venue's."""
    terms = {59: "6", 126: "20300101-00:00:00", 18: "K H", 111: "5.0", 110: "2", 7928: "g", 2362: "4"}
    report = refusal(a, STOP_LIMIT | terms | {99: "105.001", 44: "1"})
    expected = {**terms, 40: "4", 99: "105.001", 38: "10", 44: "1"}
    assert {tag: report.get(tag) for tag in expected} == expected
    report = refusal(a, STOP_LIMIT | terms | {110: "20", 44: "1"})
    expected = {**terms, 40: "4", 99: "105", 110: "20", 18: "K", 111: "5", 1138: "0", 38: "10", 44: "1"}
    assert {tag: report.get(tag) for tag in expected} == expected


def test_a_wrong_term_of_a_replace(a: Client) -> None:
    """Wherever a replace may have it; the order stays as it is."""
    name = send_order(a, {})
    a.expect("8", t11=name, t150="0")
    for what in ("two displays", "display off lot", "no such mode", "all or none", "GTD in February", "cash too much"):
        changed, reason, word = REFUSED[what]
        if "152" in changed:
            changed = {152: changed[152]}
        request = fresh("G")
        fields = {11: request, 41: name, 55: SYMBOL, 54: "1", 60: timestamp(), 38: "10", 40: "2", 44: "1", **changed}
        fields |= {38: "10", 40: "2", 44: "1"}
        a.send("G", fields.items())
        reject = a.expect("9", t11=request, t41=name, t39="0", t434="2", t102=str(reason.cxlrej))
        assert word in reject[58], reject
    a.send("H", [(11, name), (55, SYMBOL), (54, "1")])
    a.expect("8", t11=name, t150="I", t39="0", t38="10")


def test_a_stop_price_in_a_replace_of_a_limit_order(a: Client) -> None:
    name, request = send_order(a, {}), fresh("G")
    a.expect("8", t11=name, t150="0")
    fields = {11: request, 41: name, 55: SYMBOL, 54: "1", 60: timestamp(), 38: "10", 40: "2", 44: "1", 99: "105"}
    a.send("G", fields.items())
    assert "StopPx(99)" in a.expect("9", t11=request, t102="99")[58]


MISSING = {
    "price of a stop limit": (STOP_LIMIT | {44: ""}, "Price(44)"),
    "stop price of a stop": (STOP | {99: ""}, "StopPx(99)"),
    "stop price of a stop limit": ({40: "4"}, "StopPx(99)"),
    "expiry": ({59: "6"}, "ExpireTime(126) or ExpireDate(432)"),
    "quantity": ({38: ""}, "OrderQty(38)"),
}


@pytest.mark.parametrize("what", MISSING)
def test_a_field_that_is_missing_in_this_case(a: Client, what: str) -> None:
    changed, word = MISSING[what]
    name = send_order(a, changed)
    assert word in a.expect("j", t379=name, t372="D", t380="5")[58]


@pytest.mark.parametrize(
    ("tag", "value"), [(126, "tomorrow"), (432, "2030-01-01"), (432, "203011"), (18, "6,K"), (18, "?"), (99, "x")]
)
def test_a_value_of_the_wrong_format_is_found_by_quickfix(a: Client, tag: int, value: str) -> None:
    send_order(a, {tag: value})
    a.expect("3", t371=str(tag), t372="D")


# One fault for each reason that the message alone shows, in order. Those of two that exclude each other are left out.
FAULTS: dict[RejectReason, dict[int, str]] = {
    RejectReason.UNKNOWN_SYMBOL: {55: "NOPE"},
    RejectReason.UNSUPPORTED_CHARACTERISTIC: {210: "1"},
    RejectReason.QUANTITY_NOT_POSITIVE: {38: "0"},
    RejectReason.QUANTITY_OFF_LOT: {38: "9.5"},
    RejectReason.QUANTITY_TOO_LARGE: {38: "9" * 12},
    RejectReason.PRICE_NOT_ALLOWED: {40: "1"},
    RejectReason.PRICE_NOT_POSITIVE: {44: "0"},
    RejectReason.PRICE_OFF_TICK: {44: "1.001"},
    RejectReason.PRICE_TOO_LARGE: {44: "9" * 12},
    RejectReason.STOP_PRICE_NOT_ALLOWED: {99: "105"},
    RejectReason.INVALID_STOP_PRICE: {40: "4", 99: "1.001"},
    RejectReason.EXPIRY_NOT_ALLOWED: {432: "20300101"},
    RejectReason.EXPIRY_PAST: {59: "6", 126: "20200101-00:00:00"},
    RejectReason.DISPLAY_NOT_ALLOWED: {59: "3", 111: "5"},
    RejectReason.INVALID_DISPLAY_QUANTITY: {1138: "0.5"},
    RejectReason.INVALID_MINIMUM_QUANTITY: {110: "0.5"},
    RejectReason.CASH_NOT_ALLOWED: {152: "5"},
    RejectReason.INVALID_CASH: {38: "", 40: "1", 44: "", 152: "0"},
    RejectReason.POST_ONLY_NOT_ALLOWED: {18: "6", 40: "4", 99: "105"},
    RejectReason.INVALID_SELF_TRADE: {2362: "9"},
}
# A word of each one's Text.
WORDS = {
    RejectReason.UNKNOWN_SYMBOL: "Symbol(55) NOPE",
    RejectReason.UNSUPPORTED_CHARACTERISTIC: "MaxShow(210)",
    RejectReason.QUANTITY_OFF_LOT: "9.5",
    RejectReason.QUANTITY_TOO_LARGE: "OrderQty(38) 9",
    RejectReason.PRICE_OFF_TICK: "1.001",
    RejectReason.PRICE_TOO_LARGE: "Price(44) 9",
    RejectReason.INVALID_STOP_PRICE: "StopPx(99) 1.001",
    RejectReason.EXPIRY_NOT_ALLOWED: "ExpireDate(432)",
    RejectReason.INVALID_DISPLAY_QUANTITY: "DisplayQty(1138) 0.5",
    RejectReason.INVALID_MINIMUM_QUANTITY: "MinQty(110) 0.5",
    RejectReason.CASH_NOT_ALLOWED: "exclude each other",
    RejectReason.INVALID_CASH: "CashOrderQty(152) 0",
    RejectReason.INVALID_SELF_TRADE: "(2362) 9",
}
# Each of these two makes the other no fault, or another one.
EXCLUSIVE = {
    (RejectReason.PRICE_NOT_ALLOWED, RejectReason.INVALID_CASH),
    (RejectReason.STOP_PRICE_NOT_ALLOWED, RejectReason.INVALID_STOP_PRICE),
    (RejectReason.STOP_PRICE_NOT_ALLOWED, RejectReason.POST_ONLY_NOT_ALLOWED),
    (RejectReason.EXPIRY_NOT_ALLOWED, RejectReason.EXPIRY_PAST),
    (RejectReason.INVALID_DISPLAY_QUANTITY, RejectReason.INVALID_CASH),
    (RejectReason.INVALID_MINIMUM_QUANTITY, RejectReason.INVALID_CASH),
}
PAIRS = [
    (first, second)
    for first, second in combinations(FAULTS, 2)
    if (first, second) not in EXCLUSIVE
    and all(FAULTS[second].get(tag, value) == value for tag, value in FAULTS[first].items())
]


def test_the_faults_are_listed_in_precedence() -> None:
    places = {reason: place for place, reason in enumerate(RejectReason)}
    assert [places[reason] for reason in FAULTS] == sorted(places[reason] for reason in FAULTS)


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda reason: reason.name.lower())
def test_of_two_faults_the_first_in_precedence_is_told(a: Client, first: RejectReason, second: RejectReason) -> None:
    report = refusal(a, FAULTS[first] | FAULTS[second])
    assert report[103] == str(first.ordrej), report
    assert WORDS.get(first, first.text) in report[58], report


EARLIER = list(RejectReason)[: list(RejectReason).index(RejectReason.INVALID_SELF_TRADE)]


@pytest.mark.parametrize("what", [what for what, (_, reason, _) in REFUSED.items() if reason in EARLIER])
def test_every_wrong_term_is_told_before_a_wrong_self_trade_mode(a: Client, what: str) -> None:
    """Also what the engine finds, in an order that does not come to it."""
    changed, reason, word = REFUSED[what]
    report = refusal(a, changed | {2362: "9"})
    assert report[103] == str(reason.ordrej), report
    assert word in report[58], report
