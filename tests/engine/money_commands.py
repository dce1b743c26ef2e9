"""Seeded streams of every kind of command with money: funding, fees, limits, suspensions, withdrawals, transfers."""

from dataclasses import dataclass

from msgspec.structs import replace as with_fields

from tests.engine.all_commands import AllCommands
from tests.engine.trading import SYMBOL
from venue.domain import funds_commands as f
from venue.domain.commands import AddAsset, Command, EngageKillSwitch, ListInstrument, PlaceOrder, ReleaseKillSwitch
from venue.domain.enums import AccountState, KillScope, LimitScope, OrderType, Side
from venue.domain.funds import NO_LIMITS, FeeRates, Leg, RiskLimits
from venue.domain.limits import MAX_AMOUNT
from venue.domain.money import Amount

# One tick of one lot of it is 10**17 units of DAI: a few of them are beyond 64 bits.
WEI = "ETH/DAI"
MORE_ASSETS: list[Command] = [
    AddAsset(1, "op", "DAI", 18),
    ListInstrument(1, "op", WEI, "ETH", "DAI", 10**18, 10**17),
]
# Units of the asset that are about as much as one lot at one tick, or one lot.
UNITS = {"USD": 1, "BTC": 10_000, "ETH": 10**17, "DAI": 10**17}
ACCOUNTS = {"acc-a": "A", "acc-b1": "B", "acc-b2": "B", "acc-c": "C"}
OWN = {"A1": "acc-a", "A2": "acc-a", "C1": "acc-c"}
RATES = [
    (0, 0),
    (1_000, 2_500),
    (333, 777),
    (-1_000, 1_000),
    (-300, 400),
    (-4_000, 5_000),
    (20_000, -10_000),
    (0, 100_000),
]
BAD_RATES = [(-1_001, 1_000), (100_001, 0), (0, 100_001), (-100_001, 200_000)]
ODD_NAMES = ["", " t", "t ", "a\tb", "é", "t" * 65]
MIDWAY = 150
FORGOTTEN_ABOVE = 4_000


@dataclass(frozen=True)
class Wealth:
    """credit: up to so many times what a common order costs. kinds: weights, in the order that money has."""

    credit: int
    kinds: tuple[int, ...] = (10, 2, 3, 2, 6, 4, 3, 6, 4, 2, 8, 3, 1, 1)


WEALTH = [Wealth(4), Wealth(40), Wealth(1_000, (4, 2, 2, 1, 4, 3, 2, 5, 8, 3, 25, 4, 1, 1))]


class MoneyCommands(AllCommands):
    """The ledger opens at the start or, of every third seed, midway; not opening: never."""

    def __init__(self, seed: int, recent: int = 40, *, opening: bool = True) -> None:
        super().__init__(seed, recent)
        self.wealth = WEALTH[seed // 5 % len(WEALTH)]
        self.asked: list[f.FundsCommand] = []
        self.ready: list[Command] = list(MORE_ASSETS)
        self.drained: list[str] = []
        self.opens_at = 0
        if opening and seed % 3:
            self.ready += [f.OpenLedger(1, "op"), *self.first_credits()]
        elif opening:
            self.opens_at = MIDWAY

    def next(self) -> Command:
        if self.number == self.opens_at > 0:
            self.opens_at = 0
            switch = KillScope.VENUE, ""
            # Refused while orders are open.
            self.ready += [f.OpenLedger(self.at, "op"), EngageKillSwitch(self.at, "op", *switch)]
            self.ready.append(f.OpenLedger(self.at, "op"))
            self.ready += [ReleaseKillSwitch(self.at, "op", *switch), *self.first_credits()]
        if self.ready:
            self.number += 1
            return with_fields(self.ready.pop(0), at=self.at)
        if self.random.random() < 0.2:
            self.number += 1
            return self.money()
        if len(self.drained) > 40:
            # Given back, so that trading goes on.
            self.ready += [f.ReleaseWithdrawal(self.at, "op", f"r{name}", name) for name in self.drained]
            self.drained.clear()
        return super().next()

    def first_credits(self) -> list[Command]:
        return [
            f.CreditAccount(self.at, "op", f"first-{account}-{asset}", account, asset, self.much(asset))
            for account in ACCOUNTS
            for asset in UNITS
        ]

    def money(self) -> f.FundsCommand:
        if len(self.asked) > FORGOTTEN_ABOVE:
            del self.asked[: FORGOTTEN_ABOVE // 2]
        kinds = [
            self.credit, self.assign, self.reverse, self.large_credit, self.request, self.settle, self.free, self.move,
            self.set_fees, self.set_tier, self.set_limits, self.set_state, self.block, self.open_again,
        ]  # fmt: skip
        (kind,) = self.random.choices(kinds, self.wealth.kinds)
        command: f.FundsCommand = kind()
        if hasattr(command, "transfer_id"):
            self.asked.append(command)
            if self.random.random() < 0.06:
                return self.again()
        return command

    # -- orders

    def place(self) -> PlaceOrder:
        command = super().place()
        if command.symbol == WEI and command.terms is not None and command.terms.cash:
            cash = Amount(command.terms.cash * UNITS["DAI"])
            command = with_fields(command, terms=with_fields(command.terms, cash=cash))
            self.placed[-1] = command
        if command.order_type is OrderType.STOP and command.side is Side.BUY and self.random.random() < 0.12:
            self.drain(command)
        return command

    def drain(self, order: PlaceOrder) -> None:
        """Nearly all that is available is asked back, by halves: a triggered stop may then lack what it needs."""
        account = order.account or OWN.get(order.session, "acc-b1")
        asset = "DAI" if order.symbol == WEI else "USD"
        for power in range(17, 0, -1):
            amount = Amount(2**power * UNITS[asset])
            name = f"d{self.number}-{power}"
            self.ready.append(f.RequestWithdrawal(self.at, "op", name, account, asset, amount, "bank"))
            self.drained.append(name)

    def symbol(self) -> str:
        return self.pick([self.random.choice([SYMBOL, SYMBOL, WEI]), "ETH/USD", "ETH/USD", "NO/SUCH"], 0.1)

    # -- funds

    def credit(self) -> f.CreditAccount:
        asset = self.asset()
        account = self.pick([self.some_account(), "", "", "??"], 0.3)
        amount = self.pick([self.much(asset), Amount(0), Amount(-5)], 0.02)
        effective_at = self.pick([0, 5], 0.2)
        return f.CreditAccount(self.at, "op", self.fresh(), account, asset, amount, self.why(), effective_at)

    def large_credit(self) -> f.CreditAccount:
        amount = self.random.choice([10**30, 10**36, MAX_AMOUNT, MAX_AMOUNT + 1])
        return f.CreditAccount(self.at, "op", self.fresh(), "acc-c", self.asset(), Amount(amount))

    def assign(self) -> f.AssignCredit:
        return f.AssignCredit(self.at, "op", self.fresh(), self.known(f.CreditAccount), self.some_account(), self.why())

    def reverse(self) -> f.ReverseCredit:
        return f.ReverseCredit(self.at, "op", self.fresh(), self.known(f.CreditAccount), self.why())

    def request(self) -> f.RequestWithdrawal:
        account, asset = self.some_account(), self.asset()
        return f.RequestWithdrawal(
            self.at, "op", self.fresh(), account, asset, self.some(asset),
            self.pick(["bank", "", "x\n", "x" * 129], 0.05), self.why(), self.firm_for(account),
        )  # fmt: skip

    def settle(self) -> f.SettleWithdrawal:
        withdrawal = self.known(f.RequestWithdrawal)
        asked = [c.amount for c in self.asked if isinstance(c, f.RequestWithdrawal) and c.transfer_id == withdrawal]
        most = asked[-1] if asked else 10
        amount = self.pick([0, most, most // 2, 1, most + 1, -1], 0.6)
        return f.SettleWithdrawal(self.at, "op", self.fresh(), withdrawal, Amount(amount), self.why())

    def free(self) -> f.ReleaseWithdrawal:
        return f.ReleaseWithdrawal(
            self.at, "op", self.fresh(), self.known(f.RequestWithdrawal), self.why(), self.pick(["", "A", "B"], 0.3)
        )

    def move(self) -> f.TransferFunds:
        legs = []
        for _ in range(self.pick([1, 2, 3, 0, 101], 0.3)):
            debit, asset = self.pick([self.random.choice(["acc-b1", "acc-b2"]), *ACCOUNTS, "??"], 0.1), self.asset()
            credit = self.pick(["acc-b2" if debit == "acc-b1" else "acc-b1", debit, *ACCOUNTS], 0.15)
            legs.append(Leg(debit, credit, asset, self.some(asset)))
        firm = self.firm_for(legs[0].debit_account) if legs else ""
        return f.TransferFunds(self.at, "op", self.fresh(), tuple(legs), self.why(), firm)

    def again(self) -> f.FundsCommand:
        """What was asked before, by somebody else; or something else under its id."""
        earlier = self.random.choice(self.asked[-self.recent :])
        fields = {"operator": "op2", "reason": "again", "at": self.at}
        if hasattr(earlier, "amount") and self.random.random() < 0.3:
            fields["amount"] = Amount(earlier.amount + 1)
        if self.random.random() < 0.1:
            return f.ReverseCredit(self.at, "op", earlier.transfer_id, self.known(f.CreditAccount))
        return with_fields(earlier, **fields)

    # -- settings

    def set_fees(self) -> f.SetFees:
        rates = self.random.choice(self.pick([RATES, BAD_RATES], 0.05))
        tier = self.pick(["", "gold", "silver", "t" * 65], 0.4)
        return f.SetFees(self.at, "op", tier, self.symbol(), FeeRates(*rates), self.why())

    def set_tier(self) -> f.SetFirmTier:
        tier = self.pick(["gold", "silver", "", "lead"], 0.7)
        return f.SetFirmTier(self.at, "op", self.pick(["A", "B", "C", "??"], 0.7), tier, self.why())

    def set_limits(self) -> f.SetLimits:
        symbol = self.symbol()
        scope, name = self.random.choice(
            [(LimitScope.INSTRUMENT, symbol), (LimitScope.FIRM, "A"), (LimitScope.FIRM, "B"),
             (LimitScope.ACCOUNT, self.some_account())]
        )  # fmt: skip
        symbol = "" if scope is LimitScope.INSTRUMENT or self.random.random() < 0.4 else symbol
        limits = NO_LIMITS if self.random.random() < 0.65 else self.limits(scope, symbol)
        return f.SetLimits(self.at, "op", scope, self.pick([name, "??"], 0.02), symbol, limits, self.why())

    def limits(self, scope: LimitScope, symbol: str) -> RiskLimits:
        random = self.random
        unit = UNITS["DAI"] if symbol == WEI else 1
        values = {
            "order_quantity": random.randrange(8, 45),
            "order_notional": Amount(random.randrange(800, 5_000) * unit),
            "open_orders": random.randrange(2, 20),
            "daily_volume": random.randrange(20, 600),
            "position": random.randrange(5, 80),
            "collar_basis_points": random.randrange(1, 500),
            "orders_per_second": random.choice([3, 7, 13, 60, 1_000_000]),
        }
        names = ["order_quantity", "order_notional", "collar_basis_points"]
        if scope is not LimitScope.INSTRUMENT:
            names = list(values) if symbol else ["open_orders", "orders_per_second"]
        if random.random() < 0.03:
            names = list(values)
        chosen = {name: values[name] for name in names if random.random() < 0.4}
        if random.random() < 0.03:
            name, value = random.choice(
                [("position", -1), ("order_quantity", 9_000_000_001), ("order_notional", MAX_AMOUNT + 1),
                 ("collar_basis_points", 10_000), ("orders_per_second", 1_000_001)]
            )  # fmt: skip
            chosen[name] = Amount(value) if name == "order_notional" else value
        return RiskLimits(**chosen)

    def set_state(self) -> f.SetAccountState:
        state = self.pick([AccountState.ACTIVE, AccountState.SUSPENDED], 0.06)
        return f.SetAccountState(self.at, "op", self.pick(["acc-b2", *ACCOUNTS, "??"], 0.7), state, self.why())

    def block(self) -> f.BlockWithdrawals:
        return f.BlockWithdrawals(self.at, "op", self.random.random() < 0.15, self.why())

    def open_again(self) -> f.OpenLedger:
        return f.OpenLedger(self.at, "op", self.why())

    # -- parts

    def fresh(self) -> str:
        return self.pick([f"t{self.number}", self.random.choice(ODD_NAMES)], 0.02)

    def known(self, kind: type) -> str:
        """The id of an earlier request of that kind, mostly."""
        ids = [c.transfer_id for c in self.asked[-self.recent * 3 :] if isinstance(c, kind)]
        return self.pick([self.random.choice(ids[-8:]) if ids else "t1", "first-acc-a-USD", "??"], 0.1)

    def asset(self) -> str:
        return self.pick([self.random.choice(list(UNITS)), "??"], 0.02)

    def some_account(self) -> str:
        return self.random.choice(list(ACCOUNTS))

    def firm_for(self, account: str) -> str:
        return self.pick(["", ACCOUNTS.get(account, "A"), "A", "??"], 0.4)

    def much(self, asset: str) -> Amount:
        """What a few orders cost; with a little beyond, so that nothing is round."""
        unit = UNITS.get(asset, 1)
        lots = self.random.randrange(1, 20 * self.wealth.credit) * (1 if asset in ("BTC", "ETH") else 100)
        return Amount(lots * unit + self.random.randrange(unit))

    def some(self, asset: str) -> Amount:
        amount = self.much(asset) // self.random.choice([1, 4, 10])
        return self.pick([Amount(max(1, amount)), Amount(0), Amount(-3), Amount(10**30)], 0.04)

    def why(self) -> str:
        return self.pick(["", "why", "w" * 201, "a\nb"], 0.06)
