"""The one posting function: what an event moves. The engine posts what it did, projections what they read."""

from typing import Any, Final

from venue.domain.commands import PlaceOrder
from venue.domain.enums import Side, TransferKind
from venue.domain.events import (
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
from venue.domain.funds_events import (
    BalanceCredited,
    CreditAssigned,
    CreditReversed,
    FundsTransferred,
    LedgerOpened,
    WithdrawalReleased,
    WithdrawalRequested,
    WithdrawalSettled,
)
from venue.ledger.accounts import Funds
from venue.ledger.ledger import Ledger

_BUY: Final = Side.BUY
_HOLD: Final = TransferKind.HOLD
_RELEASE: Final = TransferKind.RELEASE
_TRADE: Final = TransferKind.TRADE
_FEE: Final = TransferKind.FEE
_REBATE: Final = TransferKind.REBATE

# Events that end an order, and those that change what it holds.
_ENDS: Final = (OrderCancelled, OrderDoneForDay, OrderExpired)
_CHANGES: Final = (OrderReplaced, OrderRestated, OrderTriggered)


def post(ledger: Ledger, command: Any, event: Any) -> None:
    """All transfers of one event, in their order. Any: a command of the journal and one of its events."""
    if isinstance(event, OrderPlaced):
        if event.held:
            assert isinstance(command, PlaceOrder), "an order is placed by its command"
            funds = _paying(ledger, event.account, command.symbol, command.side)
            hold(ledger, funds, event.held, event.order_id)
    elif isinstance(event, OrderMatched):
        if ledger.is_open:
            _post_match(ledger, event)
    elif isinstance(event, _ENDS):
        _hold_more(ledger, event.order, -event.released)
    elif isinstance(event, _CHANGES):
        _hold_more(ledger, event.order, event.held)
    elif isinstance(event, InstrumentListed):
        ledger.instruments[event.instrument.symbol] = event.instrument
    elif isinstance(event, LedgerOpened):
        ledger.is_open = True
    else:
        post_funds(ledger, event)


def hold(ledger: Ledger, funds: Funds, amount: int, order_id: int) -> None:
    """An order holds so much more; below zero: it releases."""
    if amount > 0:
        ledger.move(_HOLD, funds.asset, amount, funds.available, funds.held, order_id, "")
    elif amount < 0:
        ledger.move(_RELEASE, funds.asset, -amount, funds.held, funds.available, order_id, "")


def trade(ledger: Ledger, payer: Funds, receiver: Funds, amount: int, order_id: int) -> None:
    """One leg: what an order held becomes the other's. order_id: the payer's."""
    ledger.move(_TRADE, payer.asset, amount, payer.held, receiver.available, order_id, "")


def fee(ledger: Ledger, funds: Funds, amount: int, is_buy: bool, order_id: int) -> None:
    """funds: quote. A buy pays out of what it held for it, a sell out of what it just got. Below zero: a rebate."""
    fees = ledger.venue_of(funds.asset).fees
    if amount > 0:
        payer = funds.held if is_buy else funds.available
        ledger.move(_FEE, funds.asset, amount, payer, fees, order_id, "")
    elif amount < 0:
        ledger.move(_REBATE, funds.asset, -amount, fees, funds.available, order_id, "")


def _post_match(ledger: Ledger, event: OrderMatched) -> None:
    maker, taker = event.maker, event.taker
    instrument = ledger.instruments[maker.symbol]
    base, quote = instrument.base.symbol, instrument.quote.symbol
    buyer, seller = (maker, taker) if maker.side is _BUY else (taker, maker)
    buyer_quote, seller_base = ledger.funds_of(buyer.account, quote), ledger.funds_of(seller.account, base)
    seller_quote = ledger.funds_of(seller.account, quote)
    trade(ledger, buyer_quote, seller_quote, event.amount, buyer.order_id)
    trade(
        ledger,
        seller_base,
        ledger.funds_of(buyer.account, base),
        event.quantity * instrument.lot_size,
        seller.order_id,
    )
    for order, charged, released in (
        (maker, event.maker_fee, event.maker_released),
        (taker, event.taker_fee, event.taker_released),
    ):
        is_buy = order.side is _BUY
        fee(ledger, buyer_quote if is_buy else seller_quote, charged, is_buy, order.order_id)
        hold(ledger, buyer_quote if is_buy else seller_base, -released, order.order_id)


def _hold_more(ledger: Ledger, order: OrderState, amount: int) -> None:
    if amount:
        hold(ledger, _paying(ledger, order.account, order.symbol, order.side), amount, order.order_id)


def _paying(ledger: Ledger, account: str, symbol: str, side: Side) -> Funds:
    """Where an order's hold is: of quote to buy, of base to sell."""
    instrument = ledger.instruments[symbol]
    asset = instrument.quote if side is _BUY else instrument.base
    return ledger.funds_of(account, asset.symbol)


def post_funds(ledger: Ledger, event: Any) -> None:
    """Of an event about funds alone; nothing of any other. Any: an event."""
    move, kinds = ledger.move, TransferKind
    if isinstance(event, BalanceCredited):
        venue = ledger.venue_of(event.asset)
        owner = ledger.funds_of(event.account, event.asset).available if event.account else venue.suspense
        move(kinds.CREDIT, event.asset, event.amount, venue.custody, owner, 0, event.transfer_id)
    elif isinstance(event, CreditAssigned):
        suspense = ledger.venue_of(event.asset).suspense
        available = ledger.funds_of(event.account, event.asset).available
        move(kinds.CREDIT_ASSIGNED, event.asset, event.amount, suspense, available, 0, event.transfer_id)
    elif isinstance(event, CreditReversed):
        venue = ledger.venue_of(event.asset)
        owner = ledger.funds_of(event.account, event.asset).available if event.account else venue.suspense
        move(kinds.REVERSAL, event.asset, event.amount, owner, venue.custody, 0, event.transfer_id)
    elif isinstance(event, WithdrawalRequested):
        funds = ledger.funds_of(event.account, event.asset)
        move(
            kinds.WITHDRAWAL_REQUESTED,
            event.asset,
            event.amount,
            funds.available,
            funds.pending,
            0,
            event.transfer_id,
        )
    elif isinstance(event, WithdrawalSettled):
        funds, custody = ledger.funds_of(event.account, event.asset), ledger.venue_of(event.asset).custody
        move(kinds.WITHDRAWAL_SETTLED, event.asset, event.amount, funds.pending, custody, 0, event.transfer_id)
        if event.released:
            _release_pending(ledger, funds, event.released, event.transfer_id)
    elif isinstance(event, WithdrawalReleased):
        _release_pending(ledger, ledger.funds_of(event.account, event.asset), event.amount, event.transfer_id)
    elif isinstance(event, FundsTransferred):
        for leg in event.legs:
            debit = ledger.funds_of(leg.debit_account, leg.asset).available
            credit = ledger.funds_of(leg.credit_account, leg.asset).available
            move(kinds.TRANSFER, leg.asset, leg.amount, debit, credit, 0, event.transfer_id)


def _release_pending(ledger: Ledger, funds: Funds, amount: int, transfer_id: str) -> None:
    kind = TransferKind.WITHDRAWAL_RELEASED
    ledger.move(kind, funds.asset, amount, funds.pending, funds.available, 0, transfer_id)
