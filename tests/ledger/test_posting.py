"""The posting function against sums in a dict: what every event does to every balance, said once more, another way."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.domain.commands import Continue, PlaceOrder
from venue.domain.enums import Bucket, CancelReason, OrderStatus, OrderType, RestatementReason, Side, TimeInForce
from venue.domain.events import (
    Event,
    InstrumentListed,
    OrderCancelled,
    OrderDoneForDay,
    OrderExpired,
    OrderMatched,
    OrderPlaced,
    OrderReplaced,
    OrderRestated,
    OrderState,
    OrderTriggered,
)
from venue.domain.funds import Leg, Transfer
from venue.domain.funds_events import (
    BalanceCredited,
    CreditAssigned,
    CreditReversed,
    FundsTransferred,
    LedgerOpened,
    TransferFound,
    WithdrawalReleased,
    WithdrawalRequested,
    WithdrawalsBlocked,
    WithdrawalSettled,
)
from venue.domain.money import Amount
from venue.domain.reference import Asset, Instrument
from venue.ledger import Ledger, post

AVAILABLE, HELD, PENDING, FEES = Bucket.AVAILABLE, Bucket.HELD, Bucket.PENDING, Bucket.FEES
INSTRUMENTS = {
    "BTC/USD": Instrument("BTC/USD", Asset("BTC", 8), Asset("USD", 6), 10_000, 10_000),
    "ETH/DAI": Instrument("ETH/DAI", Asset("ETH", 18), Asset("DAI", 18), 10**18, 10**17),
}
ACCOUNTS = st.sampled_from(["a", "b", "c"])
ASSETS = st.sampled_from(["USD", "BTC", "ETH", "DAI"])
AMOUNTS = st.one_of(st.integers(1, 1_000), st.integers(1, 10**37)).map(Amount)
SIGNED = st.one_of(st.integers(-1_000, 1_000), st.integers(-(10**30), 10**30))
UNHELD = st.one_of(st.just(0), AMOUNTS)


@st.composite
def orders(draw: st.DrawFn, symbol: str = "", side: Side | None = None) -> OrderState:
    return OrderState(
        draw(st.integers(1, 99)), "S", "x", draw(ACCOUNTS), symbol or draw(st.sampled_from(list(INSTRUMENTS))),
        side or draw(st.sampled_from(Side)), OrderType.LIMIT, TimeInForce.DAY, 1, 1, 0, 0, OrderStatus.NEW,
    )  # fmt: skip


@st.composite
def matches(draw: st.DrawFn) -> OrderMatched:
    symbol, maker_side = draw(st.sampled_from(list(INSTRUMENTS))), draw(st.sampled_from(Side))
    taker_side = Side.SELL if maker_side is Side.BUY else Side.BUY
    return OrderMatched(
        1, draw(st.integers(1, 10**9)), draw(AMOUNTS), draw(orders(symbol, maker_side)),
        draw(orders(symbol, taker_side)), draw(st.booleans()), *(draw(SIGNED) for _ in range(4)),
    )  # fmt: skip


def placed(order: OrderState, held: int) -> tuple[PlaceOrder, OrderPlaced]:
    command = PlaceOrder(
        1, "S", 1, "x", "", order.symbol, order.side, OrderType.LIMIT, TimeInForce.DAY, 1, 1
    )  # fmt: skip
    return command, OrderPlaced(order.order_id, order.account, None, 0, held)


ORDER_EVENTS = st.one_of(
    st.builds(OrderCancelled, orders(), st.just(CancelReason.REQUESTED), st.just("c"), st.just(0), UNHELD),
    st.builds(OrderDoneForDay, orders(), UNHELD),
    st.builds(OrderExpired, orders(), UNHELD),
    st.builds(OrderReplaced, orders(), st.just("x"), SIGNED),
    st.builds(OrderTriggered, orders(), SIGNED),
    st.builds(OrderRestated, orders(), st.sampled_from(RestatementReason), st.just(0), SIGNED),
)
T, OF = st.just("t"), st.just("of")
FUNDS_EVENTS = st.one_of(
    st.builds(BalanceCredited, T, st.sampled_from(["", "a", "b"]), ASSETS, AMOUNTS, st.just(1)),
    st.builds(CreditAssigned, T, OF, ACCOUNTS, ASSETS, AMOUNTS),
    st.builds(CreditReversed, T, OF, st.sampled_from(["", "a", "b"]), ASSETS, AMOUNTS),
    st.builds(WithdrawalRequested, T, ACCOUNTS, ASSETS, AMOUNTS, st.just("bank")),
    st.builds(WithdrawalSettled, T, OF, ACCOUNTS, ASSETS, AMOUNTS, UNHELD),
    st.builds(WithdrawalReleased, T, OF, ACCOUNTS, ASSETS, AMOUNTS),
    st.builds(
        FundsTransferred, T, st.lists(st.builds(Leg, ACCOUNTS, ACCOUNTS, ASSETS, AMOUNTS), max_size=4).map(tuple)
    ),
    st.builds(WithdrawalsBlocked, st.booleans(), st.just("op"), st.just("")),
    st.builds(TransferFound, T, st.just(5)),
)
PLACED = st.builds(placed, orders(), UNHELD)
OTHERS = st.tuples(st.just(Continue(1)), st.one_of(matches(), ORDER_EVENTS, FUNDS_EVENTS))


class Sums:
    """balances: by owner, bucket and asset."""

    def __init__(self) -> None:
        self.balances: Counter[tuple[str, Bucket, str]] = Counter()

    def add(self, owner: str, bucket: Bucket, asset: str, amount: int) -> None:
        self.balances[owner, bucket, asset] += amount

    def hold(self, account: str, symbol: str, side: Side, amount: int) -> None:
        instrument = INSTRUMENTS[symbol]
        asset = instrument.quote.symbol if side is Side.BUY else instrument.base.symbol
        self.add(account, AVAILABLE, asset, -amount)
        self.add(account, HELD, asset, amount)

    def take(self, command: object, event: Event) -> None:
        match event:
            case OrderPlaced():
                assert isinstance(command, PlaceOrder)
                self.hold(event.account, command.symbol, command.side, event.held)
            case OrderMatched():
                self.match(event)
            case OrderCancelled() | OrderDoneForDay() | OrderExpired():
                self.hold(event.order.account, event.order.symbol, event.order.side, -event.released)
            case OrderReplaced() | OrderTriggered() | OrderRestated():
                self.hold(event.order.account, event.order.symbol, event.order.side, event.held)
            case _:
                self.funds(event)

    def match(self, event: OrderMatched) -> None:
        instrument = INSTRUMENTS[event.maker.symbol]
        for order, fee, released in (
            (event.maker, event.maker_fee, event.maker_released),
            (event.taker, event.taker_fee, event.taker_released),
        ):
            base, quote, lots = instrument.base.symbol, instrument.quote.symbol, event.quantity * instrument.lot_size
            self.add("", FEES, quote, fee)
            if order.side is Side.BUY:
                self.add(order.account, HELD, quote, -event.amount - max(fee, 0) - released)
                self.add(order.account, AVAILABLE, quote, released - min(fee, 0))
                self.add(order.account, AVAILABLE, base, lots)
            else:
                self.add(order.account, HELD, base, -lots - released)
                self.add(order.account, AVAILABLE, base, released)
                self.add(order.account, AVAILABLE, quote, event.amount - fee)

    def funds(self, event: Event) -> None:
        custody, suspense = Bucket.CUSTODY, Bucket.SUSPENSE
        match event:
            case BalanceCredited() | CreditReversed():
                sign = 1 if isinstance(event, BalanceCredited) else -1
                bucket = AVAILABLE if event.account else suspense
                self.add(event.account, bucket, event.asset, sign * event.amount)
                self.add("", custody, event.asset, -sign * event.amount)
            case CreditAssigned():
                self.add("", suspense, event.asset, -event.amount)
                self.add(event.account, AVAILABLE, event.asset, event.amount)
            case WithdrawalRequested():
                self.add(event.account, AVAILABLE, event.asset, -event.amount)
                self.add(event.account, PENDING, event.asset, event.amount)
            case WithdrawalSettled():
                self.add(event.account, PENDING, event.asset, -event.amount - event.released)
                self.add(event.account, AVAILABLE, event.asset, event.released)
                self.add("", custody, event.asset, event.amount)
            case WithdrawalReleased():
                self.add(event.account, PENDING, event.asset, -event.amount)
                self.add(event.account, AVAILABLE, event.asset, event.amount)
            case FundsTransferred():
                for leg in event.legs:
                    self.add(leg.debit_account, AVAILABLE, leg.asset, -leg.amount)
                    self.add(leg.credit_account, AVAILABLE, leg.asset, leg.amount)
            case _:
                pass

    def not_zero(self) -> dict[tuple[str, Bucket, str], int]:
        return {key: amount for key, amount in self.balances.items() if amount}


def opened_ledger() -> tuple[Ledger, list[Transfer]]:
    rows: list[Transfer] = []
    ledger = Ledger(rows)
    for instrument in INSTRUMENTS.values():
        post(ledger, Continue(1), InstrumentListed(instrument))
    post(ledger, Continue(1), LedgerOpened())
    return ledger, rows


def balances(ledger: Ledger) -> dict[tuple[str, Bucket, str], int]:
    return {(a.owner, a.bucket, asset): a.balance for asset, a in ledger.accounts() if a.balance}


@given(steps=st.lists(st.one_of(PLACED, OTHERS), max_size=25))
def test_balances_are_the_sums_of_what_the_events_say(steps: list[tuple[object, Event]]) -> None:
    ledger, rows = opened_ledger()
    sums, from_rows = Sums(), Sums()
    for command, event in steps:
        made = len(rows)
        post(ledger, command, event)
        sums.take(command, event)
        assert balances(ledger) == sums.not_zero(), event
        for row in rows[made:]:
            assert row.amount > 0
            from_rows.add(row.debit_owner, row.debit_bucket, row.asset, -row.amount)
            from_rows.add(row.credit_owner, row.credit_bucket, row.asset, row.amount)
        assert from_rows.not_zero() == sums.not_zero(), "the rows say the same"
        totals: Counter[str] = Counter()
        for (_, _, asset), amount in balances(ledger).items():
            totals[asset] += amount
        assert not any(totals.values()), "debits equal credits"


@given(match=matches())
def test_before_the_ledger_is_open_a_match_moves_nothing(match: OrderMatched) -> None:
    rows: list[Transfer] = []
    ledger = Ledger(rows)
    for instrument in INSTRUMENTS.values():
        post(ledger, Continue(1), InstrumentListed(instrument))
    post(ledger, Continue(1), match)
    assert not rows
    assert not balances(ledger)


@given(event=st.one_of(matches(), ORDER_EVENTS))
def test_rows_of_orders_name_the_order_that_they_are_for(event: Event) -> None:
    ledger, rows = opened_ledger()
    post(ledger, Continue(1), event)
    states = [event.maker, event.taker] if isinstance(event, OrderMatched) else [event.order]  # type: ignore[union-attr]
    owners = {(state.order_id, state.account) for state in states}
    for row in rows:
        assert row.transfer_id == ""
        assert {(row.order_id, row.debit_owner), (row.order_id, row.credit_owner)} & owners


@given(event=FUNDS_EVENTS)
def test_rows_of_requests_name_the_request(event: Event) -> None:
    ledger, rows = opened_ledger()
    post(ledger, Continue(1), event)
    assert all((row.order_id, row.transfer_id) == (0, "t") for row in rows)


def test_a_transfer_of_nothing_is_a_mistake_of_ours() -> None:
    ledger, _ = opened_ledger()
    with pytest.raises(AssertionError, match="moves something"):
        post(ledger, Continue(1), BalanceCredited("t", "a", "USD", Amount(0), 1))
