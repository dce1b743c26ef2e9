"""Money over FIX, at a venue of its own: what the balance does not cover is refused; fees; limits hold at once."""

from collections.abc import Iterator

import pytest

from tests.fix.conftest import fresh, log_off
from tests.fix.stories import Client44, content
from tests.ops.conftest import venue as typed
from tests.support.fix_client import FixClient, Received
from tests.support.running_venue import RunningVenue, drop_rules
from venue.domain.reject_reason import RejectReason
from venue.ops.books import read_books
from venue.ops.config import DataDirectory

IN_ACCOUNT = ("account", "A-1", "--instrument", "BTC-USD")
IN_FIRM = ("firm", "BROKER_A", "--instrument", "BTC-USD")
MONEY = """\
[[fee]]
instrument = "BTC-USD"
maker = "-1bp"
taker = "0.05%"

[[funding]]
account = "A-1"
amounts = { USD = "1000.5", BTC = "1" }

[[funding]]
account = "B-1"
amounts = { BTC = "1" }

[[funding]]
account = "C-1"
amounts = { USD = "100000" }
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    running = RunningVenue(tmp_path_factory.mktemp("money"))
    (running.config / "money.toml").write_text(MONEY)
    drop_rules(running.config)
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def a(running: RunningVenue) -> Iterator[Client44]:
    yield from logged_on(Client44(running.order_entry, "BROKER_A"))


@pytest.fixture
def b(running: RunningVenue) -> Iterator[Client44]:
    yield from logged_on(Client44(running.order_entry, "BROKER_B"))


def logged_on(client: Client44) -> Iterator[Client44]:
    client.logon()
    yield client
    log_off(client)
    client.close()


def placed(client: FixClient, side: str, quantity: str, price: str | None, **more: str) -> Received:
    """The report that answers it."""
    name = fresh("m")
    client.order(name, side, quantity, price, **more)
    return client.expect("8", t11=name)


def expect_refusal(report: Received, reason: RejectReason) -> None:
    assert (report[39], report[150], report[103]) == ("8", "8", str(reason.ordrej)), report
    assert report[58] == reason.text


def available(running: RunningVenue, account: str, asset: str) -> int:
    return read_books(DataDirectory(running.data)).balance(account, asset)


def cancel(client: FixClient, report: Received) -> None:
    name = fresh("c")
    client.send("F", [(11, name), (37, report[37]), (55, "BTC-USD"), (54, report[54]), (60, "20260101-00:00:00")])
    client.expect("8", t11=name, t150="4")


def test_a_buy_is_covered_to_the_last_unit_of_its_cost_and_fee(running: RunningVenue, a: Client44) -> None:
    # 10 BTC at 100 cost 1000 USD and 0.05 % of it: 1000.5 USD, which is all there is.
    expect_refusal(placed(a, "1", "10", "100.01"), RejectReason.INSUFFICIENT_BALANCE)
    expect_refusal(placed(a, "1", "10.0001", "100"), RejectReason.INSUFFICIENT_BALANCE)
    held = placed(a, "1", "10", "100")
    assert held[150] == "0"
    assert available(running, "A-1", "USD") == 0
    expect_refusal(placed(a, "1", "0.0001", "0.01"), RejectReason.INSUFFICIENT_BALANCE)
    cancel(a, held)
    assert available(running, "A-1", "USD") == 1_000_500_000


def test_a_sell_is_covered_by_what_it_sells(a: Client44) -> None:
    expect_refusal(placed(a, "2", "1.0001", "100"), RejectReason.INSUFFICIENT_BALANCE)
    cancel(a, placed(a, "2", "1", "100"))


def test_a_replace_that_would_cost_more_than_there_is_is_refused(a: Client44) -> None:
    held = placed(a, "1", "9", "100")
    name = fresh("r")
    fields = [(11, name), (37, held[37]), (55, "BTC-USD"), (54, "1"), (60, "20260101-00:00:00"), (40, "2")]
    a.send("G", [*fields, (38, "11"), (44, "100")])
    refusal = a.expect("9", t11=name, t102="99", t39="0")
    assert refusal[58] == RejectReason.INSUFFICIENT_BALANCE.text
    cancel(a, held)


def test_fills_tell_fee_and_rebate_alike_on_drop_copy_and_in_fix_42(running: RunningVenue, b: Client44) -> None:
    copies = Client44(running.drop_copy, "COMPLIANCE")
    with FixClient(running.order_entry, "BROKER_42", begin_string="FIX.4.2") as buyer:
        copies.logon()
        buyer.logon()
        resting = placed(b, "2", "0.0006", "60000.01")
        bought = []
        for _ in range(2):
            assert placed(buyer, "1", "0.0003", "60000.01")[150] == "0"
            bought.append(buyer.expect("8", t150="2"))
        sold = [b.expect("8", t11=resting[11], t150="F") for _ in range(2)]
        # 18.000003 USD each; each buy is an order of its own, the two sells are one: -0.0036000006 in all.
        assert [(report[12], report[13], 479 in report) for report in bought] == [("0.009001", "3", False)] * 2
        assert [(report[12], report[13], report[479]) for report in sold] == [
            ("-0.0018", "3", "USD"),
            ("-0.0018", "3", "USD"),
        ]
        told = [copies.expect("8") for _ in range(7)]
        by_id = {copy[17]: copy for copy in told if copy[150] == "F"}
        assert [content(by_id[report[17]]) for report in sold] == [content(report) for report in sold]
        assert [by_id[report[17]][12] for report in bought] == ["0.009001", "0.009001"]
        log_off(buyer)
        log_off(copies)
        copies.close()
    assert available(running, "B-1", "USD") == 36_000_006 + 3_600
    assert available(running, "C-1", "USD") == 100_000 * 10**6 - 36_000_006 - 18_002


@pytest.mark.parametrize(
    ("scope", "option", "order", "reason"),
    [
        (IN_ACCOUNT, ("--order-quantity", "0.5"), ("2", "0.6", "100"), "ORDER_QUANTITY_LIMIT"),
        (IN_FIRM, ("--order-notional", "49.99"), ("2", "0.5", "100"), "ORDER_NOTIONAL_LIMIT"),
        (("instrument", "BTC-USD"), ("--collar-percent", "1"), ("1", "0.0001", "61000"), "PRICE_COLLAR"),
        (IN_ACCOUNT, ("--position", "0.1"), ("2", "0.2", "100"), "POSITION_LIMIT"),
        (IN_ACCOUNT, ("--daily-volume", "0.1"), ("2", "0.2", "100"), "DAILY_VOLUME_LIMIT"),
    ],
)  # fmt: skip
def test_a_limit_holds_at_once_and_no_longer_than_it_is_set(
    running: RunningVenue,
    a: Client44,
    scope: tuple[str, ...],
    option: tuple[str, str],
    order: tuple[str, str, str],
    reason: str,
) -> None:
    typed("halt", "BTC-USD", "--reason", "a test", "--data-dir", running.data)
    cancel(a, placed(a, *order))
    typed("limits", "set", *scope, *option, "--data-dir", running.data)
    expect_refusal(placed(a, *order), RejectReason[reason])
    typed("limits", "set", *scope, option[0], "none", "--data-dir", running.data)
    cancel(a, placed(a, *order))
    typed("phase", "BTC-USD", "open", "--data-dir", running.data)


def test_open_orders_and_the_rate_are_limited(running: RunningVenue, a: Client44) -> None:
    typed("limits", "set", "firm", "BROKER_A", "--open-orders", "1", "--data-dir", running.data)
    resting = placed(a, "1", "0.0001", "100")
    expect_refusal(placed(a, "1", "0.0001", "100"), RejectReason.OPEN_ORDERS_LIMIT)
    typed(
        "limits",
        "set",
        "firm",
        "BROKER_A",
        "--open-orders",
        "none",
        "--orders-per-second",
        "1",
        "--data-dir",
        running.data,
    )
    cancel(a, placed(a, "1", "0.0001", "100"))
    expect_refusal(placed(a, "1", "0.0001", "100"), RejectReason.ORDER_RATE_LIMIT)
    typed("limits", "set", "firm", "BROKER_A", "--orders-per-second", "none", "--data-dir", running.data)
    cancel(a, resting)


def test_a_suspended_account_is_told_so(running: RunningVenue, a: Client44) -> None:
    typed("account", "suspend", "A-1", "--reason", "a test", "--data-dir", running.data)
    expect_refusal(placed(a, "1", "0.0001", "100"), RejectReason.ACCOUNT_SUSPENDED)
    typed("account", "activate", "A-1", "--data-dir", running.data)
    cancel(a, placed(a, "1", "0.0001", "100"))


def test_new_rates_are_for_orders_from_now_on(running: RunningVenue, a: Client44, b: Client44) -> None:
    before = placed(b, "2", "0.0001", "100")
    typed("fees", "set", "BTC-USD", "--maker", "1%", "--taker", "2%", "--data-dir", running.data)
    bought = placed(a, "1", "0.0001", "100")
    assert bought[150] == "0"
    assert a.expect("8", t11=bought[11], t150="F")[12] == "0.0002"
    assert b.expect("8", t11=before[11], t150="F")[12] == "-0.000001"
