"""Seeded streams of commands about money and orders, driven through the real engine: mostly sensible, never only.

Firm A has accounts a1 and a2, firm B b1. ETH has 18 decimals, and BIG amounts far beyond 64 bits.
"""

from itertools import count
from random import Random

from msgspec.structs import force_setattr

from venue.domain import commands as c
from venue.domain import funds_commands as f
from venue.domain.enums import AccountState, LimitScope, OrderType, Phase, Side, TimeInForce
from venue.domain.funds import FeeRates, Leg, RiskLimits
from venue.domain.money import Amount
from venue.domain.terms import Terms
from venue.engine import Engine
from venue.sequencer import codec

SYMBOLS = ("BTC-USD", "ETH-USD", "BTC-BIG")
ACCOUNTS = {"A": ("a1", "a2"), "B": ("b1",)}
ASSETS = {"USD": 2, "BTC": 8, "ETH": 18, "BIG": 18}
DAY_NS = 86_400 * 10**9
START = 20_000 * DAY_NS + 23 * 3_600 * 10**9
_DEPOSITS = {"USD": 10**9, "BTC": 10**12, "ETH": 10**24, "BIG": 10**32}
# BTC-BIG: one lot at one tick costs 10**18 of BIG, more than a thousand trades of which are beyond 64 bits.
_SIZES = {"BTC-USD": (1, 10**8), "ETH-USD": (1, 10**18), "BTC-BIG": (10**18, 10**8)}


def opening() -> list[c.Command]:
    """Reference data, fees, and the ledger open; one account is of a name that COPY must escape."""
    listed: list[c.Command] = [c.AddAsset(0, "t", symbol, decimals) for symbol, decimals in ASSETS.items()]
    for symbol in SYMBOLS:
        base, quote = symbol.split("-")
        listed.append(c.ListInstrument(0, "t", symbol, base, quote, *_SIZES[symbol]))
    for firm, accounts in ACCOUNTS.items():
        listed += [c.AddFirm(0, "t", firm), *(c.AddAccount(0, "t", account, firm) for account in accounts)]
        listed.append(c.AddSession(0, "t", firm, firm))
    return [
        *listed,
        c.AddAccount(0, "t", "a\\b", "A"),
        f.SetFees(0, "t", "", "BTC-USD", FeeRates(-100, 2_500)),
        f.SetFees(0, "t", "gold", "ETH-USD", FeeRates(333, 777)),
        f.SetFirmTier(0, "t", "B", "gold"),
        f.OpenLedger(0, "t"),
    ]


def funding() -> list[c.Command]:
    """Plenty for every account."""
    return [
        f.CreditAccount(0, "t", f"start-{account}-{asset}", account, asset, Amount(amount))
        for accounts in ACCOUNTS.values()
        for account in accounts
        for asset, amount in _DEPOSITS.items()
    ]


class Flow:
    """ids: how far back references reach."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._numbers = count(1)
        self._orders: list[tuple[str, str, str, Side]] = []
        self._transfers: list[str] = []

    def commands(self, number: int) -> list[c.Command]:
        return [self.next() for _ in range(number)]

    def next(self) -> c.Command:
        kinds = [self._place, self._cancel, self._replace, self._fund, self._switch]
        (kind,) = self.random.choices(kinds, [55, 20, 12, 12, 1])
        return kind()

    def _place(self) -> c.Command:
        chance = self.random
        firm, symbol, side = chance.choice("AAB"), chance.choice(SYMBOLS), chance.choice(list(Side))
        name = f"o{next(self._numbers)}" + chance.choice(["", "", "\\", " x"])
        self._orders.append((firm, name, symbol, side))
        order_type = chance.choices(list(OrderType), [8, 80, 6, 6])[0]
        stop = chance.randrange(95, 106) if order_type in (OrderType.STOP, OrderType.STOP_LIMIT) else 0
        price = chance.randrange(90, 111) if order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT) else None
        terms = Terms(stop_price=stop, display_quantity=chance.choice([0, 0, 3])) if stop or price else None
        in_force = chance.choices(list(TimeInForce)[:4], [60, 20, 15, 5])[0]
        return c.PlaceOrder(
            *(0, firm, 1, name, chance.choice(ACCOUNTS[firm]), symbol, side, order_type, in_force, price),
            *(chance.choice([chance.randrange(1, 40), 10**9]) if chance.random() < 0.1 else chance.randrange(1, 40),),
            terms=terms,
        )

    def _cancel(self) -> c.Command:
        firm, name, symbol, side = self._order()
        return c.CancelOrder(0, firm, 1, f"c{next(self._numbers)}", name, 0, symbol, side)

    def _replace(self) -> c.Command:
        firm, name, symbol, side = self._order()
        new = f"r{next(self._numbers)}"
        self._orders.append((firm, new, symbol, side))
        price, quantity = self.random.randrange(90, 111), self.random.randrange(1, 60)
        return c.ReplaceOrder(
            *(0, firm, 1, new, name, 0, "", symbol, side, OrderType.LIMIT, None, price, quantity),
        )

    def _order(self) -> tuple[str, str, str, Side]:
        """Mostly one of the last."""
        if not self._orders:
            return "A", "none", SYMBOLS[0], Side.BUY
        return self._orders[-1 - min(len(self._orders) - 1, int(self.random.expovariate(1 / 15)))]

    def _fund(self) -> c.Command:
        chance, transfer_id = self.random, f"t{next(self._numbers)}"
        account = chance.choice(["a1", "a2", "b1", "", "a\\b"])
        asset = chance.choice(list(ASSETS))
        amount = Amount(chance.randrange(1, _DEPOSITS[asset] // 10))
        other = chance.choice(self._transfers[-10:] or ["none"])
        self._transfers.append(transfer_id)
        match chance.randrange(8):
            case 0 | 1:
                return f.CreditAccount(0, "t", transfer_id, account, asset, amount, effective_at=chance.choice([0, 5]))
            case 2:
                return f.AssignCredit(0, "t", transfer_id, other, account or "b1")
            case 3:
                return f.ReverseCredit(0, "t", transfer_id, other)
            case 4:
                return f.RequestWithdrawal(
                    0, "t", transfer_id, account or "b1", asset, amount, chance.choice(["to a \\ wallet", "x" * 200])
                )
            case 5:
                return f.SettleWithdrawal(0, "t", transfer_id, other, Amount(chance.choice([0, 1])))
            case 6:
                return f.ReleaseWithdrawal(0, "t", transfer_id, other)
            case _:
                legs = (Leg("a1", "a2", asset, amount), Leg("a2", "a1", asset, Amount(1)))
                return f.TransferFunds(0, "t", transfer_id, legs)

    def _switch(self) -> c.Command:
        chance = self.random
        match chance.randrange(5):
            case 0:
                return f.SetAccountState(0, "t", "a2", chance.choice([AccountState.ACTIVE, *AccountState]))
            case 1:
                return f.BlockWithdrawals(0, "t", chance.random() < 0.3)
            case 2:
                limits = RiskLimits(order_quantity=chance.choice([0, 10**8]))
                return f.SetLimits(0, "t", LimitScope.INSTRUMENT, "BTC-USD", "", limits)
            case 3:
                return c.SetPhase(0, "t", "ETH-USD", chance.choice([Phase.OPEN, Phase.OPEN, Phase.PRE_OPEN]))
            case _:
                return c.EndDay(0, "t", "20250101")


class Recorder:
    """An engine whose records are kept as payloads, as a journal has them. Time passes between them."""

    def __init__(self, step_ns: int = 10**6) -> None:
        self.engine = Engine()
        self.payloads: list[bytes] = []
        self._at = START
        self._step_ns = step_ns

    def apply(self, commands: list[c.Command]) -> list[bytes]:
        """The payloads of their records."""
        before = len(self.payloads)
        for command in commands:
            self._apply(command)
            while self.engine.unfinished:
                self._apply(c.Continue(0))
        return self.payloads[before:]

    def _apply(self, command: c.Command) -> None:
        self._at += self._step_ns
        force_setattr(command, "at", self._at)
        events = self.engine.apply(command)
        self.payloads.append(codec.encode(codec.Record(self.engine.sequence, command, events)))


def recorded(seed: int, number: int, step_ns: int = 10**6) -> Recorder:
    recorder = Recorder(step_ns)
    recorder.apply([*opening(), *funding(), *Flow(seed).commands(number)])
    return recorder
