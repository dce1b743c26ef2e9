"""Requests that are wrong in what they say: each gets the standard's refusal, with a text that says what is wrong,
and nothing of the venue's insides. The session goes on."""

import re
from collections.abc import Iterator

import pytest

from tests.fix.conftest import Client, fresh, log_off, new_line, ping
from tests.support.fix_client import Received, timestamp
from tests.support.running_venue import RunningVenue
from venue.fix import dialect

SYMBOL = "S198"
# What would tell a client how the venue is made.
_INSIDES = re.compile(
    r"Traceback|Exception|Error\b|\.py\b|/work|/home|/tmp|site-packages|<class|0x[0-9a-f]{6}|None\b|\{'"
)
_FIELDS = {str(field.tag): field for field in dialect.FIX44.fields}
_SAMPLES = {
    "UTCTIMESTAMP": "20270101-00:00:00",
    "LOCALMKTDATE": "20270101",
    "CURRENCY": "USD",
    "BOOLEAN": "Y",
    "STRING": "1",
}


@pytest.fixture(scope="module")
def session(fix_venue: RunningVenue) -> Iterator[Client]:
    with new_line(fix_venue, "order_entry").logged_on() as client:
        yield client
        log_off(client)


@pytest.fixture(scope="module")
def resting(session: Client) -> str:
    """The ClOrdID of an order to cancel and replace in vain."""
    name = fresh("r")
    session.order(name, t55=SYMBOL, quantity="10", price="1", t1="T-1")
    session.expect("8", t150="0")
    return name


def order(name: str, **changed: str) -> list[tuple[int, str]]:
    fields = {11: name, 1: "T-1", 55: SYMBOL, 54: "1", 60: timestamp(), 38: "10", 40: "2", 44: "1", 59: "1"}
    fields.update({int(key[1:]): value for key, value in changed.items()})
    return [(tag, value) for tag, value in fields.items() if value is not None]


def refusal(client: Client) -> Received:
    """The answer, which must be a refusal that says why; and the session goes on."""
    answer = client.receive_new()
    assert answer is not None, "the line was cut"
    assert answer[35] in "3j9" or (answer[35], answer.get(150)) == ("8", "8"), f"not refused: {answer}"
    assert len(answer.get(58) or "") > 8, f"no reason given: {answer}"
    assert not _INSIDES.search(answer[58]), answer
    assert answer.raw.isascii()
    ping(client)
    return answer


@pytest.mark.parametrize("kind", ["D", "G"])
@pytest.mark.parametrize("tag", sorted(dialect.FIX44.in_messages["D"].refused, key=int))
def test_a_refused_field_is_named(session: Client, resting: str, kind: str, tag: str) -> None:
    field = _FIELDS[tag]
    value = next(iter(field.values), _SAMPLES.get(field.type, "1"))
    fields = order(fresh("s")) + ([(41, resting)] if kind == "G" else [])
    assert tag in dialect.FIX44.in_messages[kind].refused
    session.send(kind, [*fields, (int(tag), value)])
    answer = refusal(session)
    assert f"{field.name}({tag})" in answer[58]
    if kind == "D":
        assert (answer[150], answer[103], answer[11]) == ("8", "11", fields[0][1])
    else:
        assert (answer[35], answer[434], answer[41]) == ("9", "2", resting)


REFUSED_VALUES = [
    (kind, tag, value)
    for kind in "DG"
    for tag, values in dialect.FIX44.in_messages[kind].refused_values.items()
    for value in values
]


@pytest.mark.parametrize(("kind", "tag", "value"), REFUSED_VALUES)
def test_a_refused_value_is_named(session: Client, resting: str, kind: str, tag: str, value: str) -> None:
    fields = dict(order(fresh("s"))) | ({41: resting} if kind == "G" else {}) | {int(tag): value}
    session.send(kind, fields.items())
    answer = refusal(session)
    assert f"({tag})={value}" in answer[58]
    assert answer.get(103, answer.get(102)) in ("11", "2", "99")


QUANTITIES = {
    "0": "greater than zero",
    "-1": "greater than zero",
    "0.5": "lots",
    "10.0000000000000000000000001": "lots",
    "9" * 40: "above",
    "9" * 5000: "above",
    "0." + "0" * 5000 + "1": "lots",
    "9000000001": "above",
    "-" + "9" * 40: "greater than zero",
    "1e5": "",
    "NaN": "",
    "inf": "",
    "1,000": "",
    "0x10": "",
    " 10": "",
    "10 ": "",
    "ten": "",
    "--1": "",
    "1.2.3": "",
    ".": "",
    "-": "",
    "²": "",
}


@pytest.mark.parametrize("kind", ["D", "G"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_wrong_quantity(session: Client, resting: str, kind: str, quantity: str) -> None:
    session.send(kind, order(fresh("s"), t38=quantity) + ([(41, resting)] if kind == "G" else []))
    answer = refusal(session)
    assert QUANTITIES[quantity] in answer[58]
    if QUANTITIES[quantity]:
        assert "OrderQty(38)" in answer[58]
        assert answer[35] == {"D": "8", "G": "9"}[kind]
    else:
        assert answer.get(371) == "38" or "OrderQty(38)" in answer[58]


PRICES = {
    "0": "greater than zero",
    "-1": "greater than zero",
    "1.001": "ticks",
    "0.00000000000000000000000001": "ticks",
    "10000000.01": "above",
    "9" * 40: "above",
    "9" * 5000: "above",
    "9" * 5000 + ".001": "ticks",
    "1e2": "",
    "NaN": "",
    "1,5": "",
    "": "",
    "+1": "",
}


@pytest.mark.parametrize("kind", ["D", "G"])
@pytest.mark.parametrize("price", PRICES)
def test_a_wrong_price(session: Client, resting: str, kind: str, price: str) -> None:
    session.send(kind, order(fresh("s"), t44=price) + ([(41, resting)] if kind == "G" else []))
    answer = refusal(session)
    assert PRICES[price] in answer[58]
    if PRICES[price]:
        assert "Price(44)" in answer[58]


@pytest.mark.parametrize("kind", ["D", "G", "F", "H"])
@pytest.mark.parametrize(
    "symbol", ["NOPE", "S198X", "s198", "BTC/USD", "*", "S198 ", "' OR 1=1", "../../etc", "x" * 500]
)
def test_an_unknown_symbol(session: Client, resting: str, kind: str, symbol: str) -> None:
    fields = dict(order(fresh("s"), t55=symbol))
    if kind in "FG":
        fields[41] = resting
    if kind == "H":
        fields[11] = fresh("unknown")
    for tag in {"F": (40, 44, 59, 38), "H": (40, 44, 59, 38, 60)}.get(kind, ()):
        del fields[tag]
    session.send(kind, fields.items())
    if kind == "H":
        session.expect("8", t150="I", t39="8", t103="5")
        return
    answer = refusal(session)
    assert {"8": "1", "9": "1"}.get(answer[35]) or answer[35] == "3"


CLIENT_ORDER_IDS = {
    "37 characters": "x" * 37,
    "8,000 characters": "x" * 8000,
    "space before": " x",
    "space after": "x ",
    "only a space": " ",
    "latin-1": "caf\xe9",
    "UTF-8": "café".encode().decode("latin-1"),
    "NUL": "a\x00b",
    "newline": "a\nb",
    "escape": "\x1b[31mred",
    "delete": "a\x7fb",
    "high bytes": "\xff\xfe\xfd",
    "tab": "a\tb",
}


@pytest.mark.parametrize("kind", ["D", "F", "G"])
@pytest.mark.parametrize("how", CLIENT_ORDER_IDS)
def test_a_wrong_client_order_id(session: Client, resting: str, kind: str, how: str) -> None:
    fields = dict(order(CLIENT_ORDER_IDS[how]))
    if kind in "FG":
        fields[41] = resting
    for tag in (40, 44, 59, 38) if kind == "F" else ():
        del fields[tag]
    session.send(kind, fields.items())
    answer = refusal(session)
    assert "ClOrdID(11)" in answer[58] or answer.get(371) == "11", answer


@pytest.mark.parametrize("tag", [1, 55, 58])
@pytest.mark.parametrize("how", ["latin-1", "UTF-8", "NUL", "newline", "escape", "high bytes", "tab", "only a space"])
def test_odd_characters_in_other_fields(session: Client, tag: int, how: str) -> None:
    """Account and Symbol: refused by name. Text has no effect, and what is not ASCII is no FIX text."""
    name = fresh("s")
    value = CLIENT_ORDER_IDS[how]
    session.send("D", order(name, **{f"t{tag}": value}))
    if tag == 58 and value.isascii():
        session.expect("8", t11=name, t150="0")
    else:
        answer = refusal(session)
        assert answer.get(103) in ("1", "15") or answer.get(371) == str(tag), answer


@pytest.mark.parametrize("account", ["B-1", "T-3", "t-1", "NOBODY", "x" * 3000])
def test_an_account_of_somebody_else(session: Client, account: str) -> None:
    session.send("D", order(fresh("s"), t1=account))
    assert refusal(session)[103] == "15"


def test_an_account_is_needed_where_the_firm_has_several(session: Client) -> None:
    session.send("D", [pair for pair in order(fresh("s")) if pair[0] != 1])
    assert refusal(session)[103] == "15"


def test_a_market_order_takes_no_price_and_a_limit_order_needs_one(session: Client) -> None:
    session.send("D", order(fresh("s"), t40="1"))
    assert refusal(session)[103] == "11"
    session.send("D", [pair for pair in order(fresh("s")) if pair[0] != 44])
    assert refusal(session)[380] == "5"


@pytest.mark.parametrize("order_id", ["0", "-1", "x", "9" * 18, "9" * 40, "1.5", "NONE", " 1"])
@pytest.mark.parametrize("kind", ["F", "G"])
def test_an_order_id_of_nobody(session: Client, kind: str, order_id: str) -> None:
    fields = dict(order(fresh("s"), t37=order_id))
    for tag in (40, 44, 59, 38) if kind == "F" else ():
        del fields[tag]
    session.send(kind, fields.items())
    assert refusal(session)[102] == "1"


def test_an_order_of_another_broker_is_not_found(fix_venue: RunningVenue, session: Client, resting: str) -> None:
    """Neither by its ClOrdID nor by its OrderID: not canceled, not replaced, not told of."""
    session.send("H", [(11, resting), (55, SYMBOL), (54, "1")])
    order_id = session.expect("8", t150="I", t39="0")[37]
    with Client(fix_venue.order_entry, "BROKER_B") as other:
        other.logon()
        for target in ((41, resting), (37, order_id)):
            other.send("F", [(11, fresh("s")), target, (55, SYMBOL), (54, "1"), (60, timestamp())])
            assert other.expect("9")[102] == "1"
            other.send("G", [*order(fresh("s"), t1="B-1"), target])
            assert other.expect("9")[102] == "1"
        for target in ((11, resting), (37, order_id)):
            other.send("H", [target, (55, SYMBOL), (54, "1")])
            other.expect("8", t150="I", t39="8", t103="5")
        log_off(other)
    session.send("H", [(11, resting), (55, SYMBOL), (54, "1")])
    session.expect("8", t150="I", t39="0", t151="10")


def test_a_field_that_would_end_another(session: Client) -> None:
    """A SOH in a value is the end of the field: what follows it is a field of its own, or none."""
    name = fresh("s")
    for more, tag in (("38=99", "38"), ("garbage", "11"), ("10=123", "10")):
        session.send("D", order(f"{name}\x01{more}"))
        assert refusal(session)[371] == tag


def test_a_status_request_that_names_no_order(session: Client) -> None:
    session.send("H", [(55, SYMBOL), (54, "1")])
    session.expect("j", t380="5", t372="H")


def test_a_report_of_an_unknown_order_has_no_empty_fields(session: Client) -> None:
    session.send("H", [(37, "999999999"), (55, SYMBOL), (54, "1")])
    report = session.expect("8", t150="I", t39="8", t103="5")
    assert 11 not in report
    assert all(value for _, value in report.pairs)


def test_a_refused_duplicate_is_named_by_its_own_id(session: Client) -> None:
    first, second = fresh("twice"), fresh("next")
    session.order(first, t55=SYMBOL, quantity="10", price="1", t1="T-1")
    session.expect("8", t150="0")
    replace = [(11, second), (41, first), (55, SYMBOL), (54, "1"), (38, "9"), (40, "2"), (44, "1"), (60, timestamp())]
    session.send("G", replace)
    session.expect("8", t150="5")
    session.order(first, t55=SYMBOL, quantity="10", price="1", t1="T-1")
    session.expect("8", t150="8", t39="0", t103="6", t11=first, t38="9")
    session.send("F", [(11, fresh("c")), (41, second), (55, SYMBOL), (54, "1"), (60, timestamp())])
    session.expect("8", t150="4")
