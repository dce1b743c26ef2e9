"""The engine against its slow twin with little money: few prices, small amounts, so that what fails shrinks well."""

from hypothesis import seed as with_seed
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.engine.short import rules
from tests.engine.test_against_twin import SEED, BothMachines
from tests.engine.trading import SYMBOL
from venue.domain.enums import AccountState, Bucket, LimitScope
from venue.domain.funds import FeeRates, Leg, RiskLimits
from venue.domain.funds_commands import (
    CreditAccount,
    OpenLedger,
    ReleaseWithdrawal,
    RequestWithdrawal,
    SetAccountState,
    SetFees,
    SetLimits,
    SettleWithdrawal,
    TransferFunds,
)
from venue.domain.money import Amount

ACCOUNTS = ["acc-a", "acc-b1", "acc-b2"]
ACCOUNT = st.sampled_from(ACCOUNTS)
ASSET = st.sampled_from(["USD", "USD", "BTC"])
# So much of an order's worth: an asset's smallest units.
FEW = {"USD": 700, "BTC": 70_000}
RATES = st.sampled_from([(0, 0), (10_000, 20_000), (-1_000, 1_000), (-4_000, 5_000), (20_000, -10_000), (-100, 100)])
LIMITS = st.sampled_from([
    RiskLimits(), RiskLimits(order_quantity=5), RiskLimits(order_notional=Amount(500)), RiskLimits(open_orders=2),
    RiskLimits(daily_volume=12), RiskLimits(position=6), RiskLimits(collar_basis_points=150),
    RiskLimits(orders_per_second=3),
])  # fmt: skip


class MoneyMachine(BothMachines):
    """requested: ids of withdrawals."""

    def __init__(self) -> None:
        super().__init__()
        self.requested: list[str] = []
        self.pair.apply(OpenLedger(self.at, "op"))
        self.pair.apply(rules(protection_ticks=2))
        self.pair.apply(SetFees(self.at, "op", "", SYMBOL, FeeRates(-1_000, 20_000)))
        for account in ACCOUNTS:
            for asset in FEW:
                self.credit(account, asset, 2)

    def name(self) -> str:
        return f"t{self.pair.steps}"

    @rule(account=ACCOUNT, asset=ASSET, times=st.integers(1, 3))
    def credit(self, account: str, asset: str, times: int) -> None:
        amount = Amount(FEW[asset] * times + 1)
        self.pair.apply(CreditAccount(self.at, "op", self.name(), account, asset, amount))

    @rule(account=ACCOUNT, asset=ASSET, left=st.integers(0, 5))
    def withdraw(self, account: str, asset: str, left: int) -> None:
        """All but so little."""
        amount = Amount(self.pair.twin.balance(account, Bucket.AVAILABLE, asset) - left)
        self.requested.append(self.name())
        self.pair.apply(RequestWithdrawal(self.at, "op", self.requested[-1], account, asset, amount, "bank"))

    @rule(back=st.integers(1, 3), amount=st.sampled_from([None, 0, 1, 300]))
    def end_withdrawal(self, back: int, amount: int | None) -> None:
        if back > len(self.requested):
            return
        if amount is None:
            self.pair.apply(ReleaseWithdrawal(self.at, "op", self.name(), self.requested[-back]))
        else:
            self.pair.apply(SettleWithdrawal(self.at, "op", self.name(), self.requested[-back], Amount(amount)))

    @rule(amounts=st.lists(st.integers(0, 900), min_size=1, max_size=3), asset=ASSET)
    def transfer(self, amounts: list[int], asset: str) -> None:
        legs = tuple(Leg("acc-b1", "acc-b2", asset, Amount(amount)) for amount in amounts)
        self.pair.apply(TransferFunds(self.at, "op", self.name(), legs))

    @rule(rates=RATES)
    def set_fees(self, rates: tuple[int, int]) -> None:
        self.pair.apply(SetFees(self.at, "op", "", SYMBOL, FeeRates(*rates)))

    @rule(limits=LIMITS, of=st.sampled_from([(LimitScope.FIRM, "A"), (LimitScope.ACCOUNT, "acc-b1")]))
    def set_limits(self, limits: RiskLimits, of: tuple[LimitScope, str]) -> None:
        self.pair.apply(SetLimits(self.at, "op", *of, SYMBOL, limits))

    @rule(account=ACCOUNT, state=st.sampled_from([AccountState.ACTIVE, *AccountState]))
    def set_state(self, account: str, state: AccountState) -> None:
        self.pair.apply(SetAccountState(self.at, "op", account, state))


MoneyMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None, database=None)
TestMoneyMachine = with_seed(SEED)(MoneyMachine.TestCase)
