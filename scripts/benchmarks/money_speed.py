"""What money costs: the same flow with the ledger and every limit on, and without; memory by account and order."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from scripts.benchmarks.order_flow import flow_of_firms
from scripts.benchmarks.report import Row, in_turns, median, median_ratio
from venue.domain.commands import Command
from venue.domain.enums import LimitScope
from venue.domain.funds import FeeRates, RiskLimits
from venue.domain.funds_commands import CreditAccount, OpenLedger, SetFees, SetLimits
from venue.domain.money import Amount
from venue.ops.flow import FlowRow, Trade, measure, translate

_ROWS = 100_000
_SYMBOL = "BTC/USD"
_PLENTY = Amount(10**18)
_LIMITS = RiskLimits(10**6, Amount(10**15), 10**6, 10**9, 10**9, 9_000, 10**6)


def money_rows(rounds: int) -> list[Row]:
    """200 firms; with fees, and every kind of limit at every level, set so that nothing is refused."""
    rows = flow_of_firms(_ROWS)
    accounts = list(dict.fromkeys(row.account for row in rows))
    ledger = opening(accounts)
    flows = [_translated(rows, rules) for rules in ([], ledger, [*ledger, *_limits(accounts)])]
    assert flows[0].trades == flows[1].trades == flows[2].trades, "money changed what trades"
    without, funded, limited = in_turns(rounds, *(flow.speed for flow in flows))
    return [
        Row(
            "ledger and fees on, the same flow (CPU)",
            f"{median(funded):,.0f} commands/s",
            f"off {median(without):,.0f}/s",
            median_ratio(funded, without),
            0.6,
        ),
        Row(
            "ledger, fees and every limit on, the same flow (CPU)",
            f"{median(limited):,.0f} commands/s",
            f"off {median(without):,.0f}/s",
            median_ratio(limited, without),
            0.6,
        ),
    ]


def opening(accounts: list[str]) -> list[Command]:
    """The ledger open, with fees, and plenty of both assets for every account."""
    commands: list[Command] = [OpenLedger(0, "bench"), SetFees(0, "bench", "", _SYMBOL, FeeRates(-100, 250))]
    for account in accounts:
        for asset in ("BTC", "USD"):
            commands.append(CreditAccount(0, "bench", f"{account}-{asset}", account, asset, _PLENTY))
    return commands


def _limits(accounts: list[str]) -> list[Command]:
    of_instrument = RiskLimits(_LIMITS.order_quantity, _LIMITS.order_notional, 0, 0, 0, _LIMITS.collar_basis_points)
    commands: list[Command] = [SetLimits(0, "bench", LimitScope.INSTRUMENT, _SYMBOL, "", of_instrument)]
    for account in accounts:
        commands.append(SetLimits(0, "bench", LimitScope.FIRM, account, _SYMBOL, _LIMITS))
        commands.append(SetLimits(0, "bench", LimitScope.ACCOUNT, account, _SYMBOL, _LIMITS))
    return commands


class _Flow(NamedTuple):
    speed: Callable[[], float]
    trades: list[Trade]


def _translated(rows: list[FlowRow], rules: list[Command]) -> _Flow:
    commands, trades = translate(rows, Path("order_flow"), rules)
    return _Flow(lambda: len(rows) / measure(rows, commands, rules), trades)
