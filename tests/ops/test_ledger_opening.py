"""When the ledger opens: at the first start, at a later one that asks for it, or by an operator; and what follows."""

import json
from pathlib import Path

import pytest

from tests.ops.conftest import venue
from tests.recovery.audit import records
from tests.recovery.desk import Desk
from tests.support.running_venue import RunningVenue
from venue.domain.funds_commands import CreditAccount, OpenLedger, SetFees, SetLimits
from venue.ops.books import read_books
from venue.ops.config import DataDirectory

pytestmark = pytest.mark.slow
FUNDING = '[[funding]]\naccount = "A-1"\namounts = { USD = "1000" }\n'
NO_LEDGER = "[ledger]\nopen = false\n"
OPEN_LEDGER = "[ledger]\nopen = true\n"


@pytest.fixture
def stopped(tmp_path: Path) -> RunningVenue:
    """Not yet started."""
    return RunningVenue(tmp_path)


def configure(running: RunningVenue, text: str) -> None:
    (running.config / "money.toml").write_text(text)


def is_open(running: RunningVenue) -> bool:
    return read_books(DataDirectory(running.data)).money.is_open


def credits(running: RunningVenue) -> list[str]:
    return [r.command.transfer_id for r in records(running.journal) if isinstance(r.command, CreditAccount)]


def warnings(running: RunningVenue) -> list[str]:
    lines = (running.data / "log" / "engine.log").read_text().splitlines()
    return [entry["message"] for entry in map(json.loads, lines) if entry["level"] == "warning"]


def buy(desk: Desk, name: str) -> str:
    """OrdStatus."""
    report = desk.order(name, "1", "0.0001", "100")
    assert report is not None
    return report[39]


def test_a_new_venue_opens_it_and_funds_accounts_once(stopped: RunningVenue) -> None:
    configure(stopped, FUNDING)
    for _ in range(3):
        stopped.start()
        stopped.stop()
    found = list(records(stopped.journal))
    assert isinstance(found[0].command, OpenLedger)
    assert sum(isinstance(record.command, OpenLedger) for record in found) == 1
    assert credits(stopped) == ["opening-A-1-USD"]
    assert warnings(stopped) == []


def test_without_a_ledger_trading_needs_no_money(stopped: RunningVenue) -> None:
    configure(stopped, NO_LEDGER + FUNDING)
    stopped.start()
    desk = Desk(stopped.order_entry, "BROKER_A")
    desk.log_on()
    assert buy(desk, "a1") == "0"
    desk.stay_away()
    stopped.stop()
    assert not is_open(stopped)
    assert credits(stopped) == []
    assert warnings(stopped) == []


def test_one_that_traded_without_it_goes_on_so_until_its_orders_are_gone(stopped: RunningVenue) -> None:
    configure(stopped, NO_LEDGER + FUNDING)
    stopped.start()
    desk = Desk(stopped.order_entry, "BROKER_A")
    desk.log_on()
    buy(desk, "a1")
    desk.stay_away()
    stopped.stop()

    # What settings of today say, if they say nothing: as it was.
    configure(stopped, FUNDING)
    stopped.start()
    stopped.stop()
    assert warnings(stopped)[-1].startswith("the ledger of this journal is not open: orders are taken without")

    # Asked for, while an order is open: trading goes on.
    configure(stopped, OPEN_LEDGER + FUNDING)
    stopped.start()
    told = warnings(stopped)[-1]
    assert told == (
        "while orders are open the ledger does not open: orders are taken without balances and fees until "
        "`venue ledger open`"
    )
    desk = Desk(stopped.order_entry, "BROKER_A")
    desk.log_on()
    assert buy(desk, "a2") == "0"
    refused = venue("ledger", "open", "--reason", "now", "--data-dir", stopped.data)
    assert refused.stderr == "venue: refused: the ledger opens only while no order is open: cancel them first\n"
    assert "The ledger is not open" in venue("balances", "--data-dir", stopped.data).stdout
    for name in ("a1", "a2"):
        desk.cancel(f"c-{name}", name, "1")
    desk.stay_away()
    stopped.stop()

    # Nothing is open: it opens, and funds what was listed long ago.
    stopped.start()
    assert is_open(stopped)
    assert credits(stopped) == ["opening-A-1-USD"]
    desk = Desk(stopped.order_entry, "BROKER_A")
    desk.log_on()
    assert buy(desk, "a3") == "0"
    beyond = desk.order("a4", "1", "100", "100")
    assert beyond is not None
    assert beyond[58] == "the available balance does not cover it"
    desk.stay_away()
    stopped.stop()


def test_an_operator_opens_it(stopped: RunningVenue) -> None:
    configure(stopped, NO_LEDGER + FUNDING)
    stopped.start()
    opened = venue("ledger", "open", "--reason", "the books are empty", "--data-dir", stopped.data)
    assert opened.stdout.startswith("The ledger is open: orders need balances from now on.")
    again = venue("ledger", "open", "--reason", "once more", "--data-dir", stopped.data)
    assert again.stdout == "The ledger is open. It was before; nothing changed.\n"
    stopped.stop()
    assert is_open(stopped)
    assert credits(stopped) == []


def test_apply_rules_sets_fees_and_limits_again_and_funds_nobody(stopped: RunningVenue) -> None:
    fee = '[[fee]]\ninstrument = "BTC-USD"\nmaker = "1bp"\ntaker = "2bp"\n'
    configure(stopped, fee + FUNDING)
    stopped.start()
    venue("fees", "set", "BTC-USD", "--maker", "3bp", "--taker", "4bp", "--data-dir", stopped.data)
    venue("limits", "set", "account", "A-1", "--open-orders", "5", "--data-dir", stopped.data)
    stopped.stop()
    stopped.start()
    money = read_books(DataDirectory(stopped.data)).money
    assert [(tier, symbol, rates.maker, rates.taker) for tier, symbol, rates in money.fees] == [
        ("", "BTC-USD", 300, 400)
    ]
    assert [row.limits.open_orders for row in money.limits] == [5]
    stopped.stop()
    stopped.start("--apply-rules")
    money = read_books(DataDirectory(stopped.data)).money
    assert [(tier, symbol, rates.maker, rates.taker) for tier, symbol, rates in money.fees] == [
        ("", "BTC-USD", 100, 200)
    ]
    assert money.limits == ()
    stopped.stop()
    assert credits(stopped) == ["opening-A-1-USD"]
    kinds = {type(record.command) for record in records(stopped.journal)}
    assert {SetFees, SetLimits} <= kinds
