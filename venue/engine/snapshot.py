"""The engine's whole state as one value, and back. The same state always gives the same bytes."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from venue.domain.enums import CancelReason, KillScope, Phase, SelfTradeMode
from venue.domain.events import OPEN_STATUSES, DayEnded, OrdersCancelled, OrderState
from venue.domain.funds import FeeRates
from venue.domain.money import Amount, decode_hook, encode_hook, extension_hook
from venue.domain.reference import Reference
from venue.domain.rules import InstrumentRules
from venue.engine.answers import order_state
from venue.engine.bulk import Bulk, Task, TaskKind
from venue.engine.bulk_desk import BulkDesk
from venue.engine.clock import Clock
from venue.engine.directory import Directory, Firm, TradingSession
from venue.engine.known_orders import KnownOrders
from venue.engine.market import Market
from venue.engine.money_snapshot import Money, MoneyState, capture_money, reinstate_money
from venue.engine.used_ids import UsedIds
from venue.matching import Order, Special, priority_key

SNAPSHOT_VERSION = 3


class Parts(NamedTuple):
    """What the engine's state lies in."""

    directory: Directory
    known: KnownOrders
    clock: Clock
    bulk: Bulk
    bulk_desk: BulkDesk
    money: Money


class OrderMoney(Struct, frozen=True, array_like=True):
    """What an order holds and was charged; units as in matching.Order."""

    held: Amount
    fee_parts: Amount
    rates: FeeRates


class KnownOrder(Struct, frozen=True, array_like=True):
    """money None: of an order from before the ledger was open."""

    state: OrderState
    request_ids: tuple[str, ...]
    money: OrderMoney | None


class MarketState(Struct, frozen=True, array_like=True):
    """Of an instrument. low, high: of trades that waiting stops are still to be held against. window: as dumped.

    tops: the TOP orders' ids, bid and ask; 0: none. arrivals: of stops so far. waiting: stops by arrival; cascade:
    those reached already; each with its own arrival.
    """

    rules: InstrumentRules
    phase: Phase
    halted_until: int
    last_price: int
    low: int
    high: int
    window: tuple[tuple[tuple[int, int], ...], ...]
    tops: tuple[int, int]
    arrivals: int
    waiting: tuple[tuple[int, KnownOrder], ...]
    cascade: tuple[tuple[int, KnownOrder], ...]


class TaskState(Struct, frozen=True, array_like=True):
    """Of a task in hand: what is left of it."""

    kind: TaskKind
    order_ids: tuple[int, ...]
    place: int
    name: str
    session: str
    reason: CancelReason | None
    closing: OrdersCancelled | DayEnded | None
    count: int
    price: int


class EngineState(Struct, frozen=True, array_like=True):
    """open_orders: by instrument as listed, bids then asks, each by priority. closed_orders: oldest first.

    highest_ids, used_ids, session_rules: of each session in reference.sessions; see UsedIds.dump. markets: of each
    instrument in reference.instruments. at: of the last command. clock: see Clock.dump.
    """

    version: int
    sequence: int
    reference: Reference
    highest_ids: tuple[str, ...]
    open_orders: tuple[KnownOrder, ...]
    closed_orders: tuple[KnownOrder, ...]
    orderless: tuple[tuple[str, str], ...]
    used_ids: tuple[bytes, ...]
    at: int
    markets: tuple[MarketState, ...]
    session_rules: tuple[tuple[bool, bool], ...]
    self_trade_modes: tuple[tuple[str, SelfTradeMode], ...]
    kills: tuple[tuple[KillScope, str], ...]
    last_day: str
    tasks: tuple[TaskState, ...]
    money: MoneyState
    clock: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, str], ...]]


class UnknownSnapshotVersion(ValueError):
    """The snapshot was written by another version of the engine."""


encode_state: Callable[[EngineState], bytes] = Encoder(enc_hook=encode_hook).encode
_decode_state = Decoder(EngineState, dec_hook=decode_hook, ext_hook=extension_hook).decode


def decode_state(snapshot: bytes) -> EngineState:
    """Raises msgspec.MsgspecError."""
    return _decode_state(snapshot)


def capture(sequence: int, parts: Parts) -> EngineState:
    directory, known = parts.directory, parts.known
    sessions, markets = directory.sessions.values(), directory.markets.values()
    return EngineState(
        SNAPSHOT_VERSION,
        sequence,
        directory.reference(parts.money.treasury.ledger.is_open),
        tuple(session.highest_id for session in sessions),
        tuple(
            _known_order(order)
            for market in markets
            for side in (market.book.bids, market.book.asks)
            for level in side
            for order in level
        ),
        tuple(_known_order(order) for order in known.closed),
        tuple(known.orderless),
        tuple(session.used.dump() for session in sessions),
        parts.clock.at,
        tuple(_market_state(market) for market in markets),
        tuple((session.cancel_on_disconnect, session.keep_good_till) for session in sessions),
        tuple(sorted(directory.self_trade_modes.items())),
        tuple(sorted(directory.kills)),
        parts.bulk_desk.last_day,
        tuple(_task_state(task) for task in parts.bulk.tasks),
        capture_money(parts.money),
        parts.clock.dump(),
    )


def reinstate(state: EngineState, parts: Parts) -> None:
    """Fill the parts of an empty engine. Raises UnknownSnapshotVersion."""
    if state.version != SNAPSHOT_VERSION:
        raise UnknownSnapshotVersion(f"snapshot version {state.version}, this engine reads {SNAPSHOT_VERSION}")
    directory, known = parts.directory, parts.known
    _reinstate_reference(state, directory)
    reinstate_money(state.money, parts.money)
    for order in _orders(state.open_orders, parts):
        directory.markets[order.symbol].book.own(order.side).add(order)
    for market, market_state in zip(directory.markets.values(), state.markets, strict=True):
        _reinstate_market(market_state, market, parts)
    for order in _orders(state.closed_orders, parts):
        known.close(order)
    for session, client_order_id in state.orderless:
        directory.sessions[session].ids[client_order_id] = None
        known.orderless.append((session, client_order_id))
    directory.self_trade_modes.update(state.self_trade_modes)
    directory.kills.update(dict.fromkeys(state.kills))
    directory.regate()
    parts.clock.at = state.at
    parts.clock.load(*state.clock)
    parts.bulk_desk.last_day = state.last_day
    for task in state.tasks:
        parts.bulk.add(_task(task))


def _reinstate_reference(state: EngineState, directory: Directory) -> None:
    reference = state.reference
    directory.assets.update((asset.symbol, asset) for asset in reference.assets)
    directory.markets.update((instrument.symbol, Market(instrument)) for instrument in reference.instruments)
    directory.firms.update((firm, Firm(firm)) for firm in reference.firms)
    for account in reference.accounts:
        directory.accounts[account.name] = account
        directory.firms[account.firm].add(account)
    rows = zip(reference.sessions, state.highest_ids, state.used_ids, state.session_rules, strict=True)
    for session, highest_id, used, rules in rows:
        firm = directory.firms[session.firm]
        trading = TradingSession(session.name, firm, session.message_sequence, highest_id)
        trading.used = UsedIds.load(used)
        trading.logged_on = session.logged_on
        trading.cancel_on_disconnect, trading.keep_good_till = rules
        directory.sessions[session.name] = trading


def _market_state(market: Market) -> MarketState:
    stops, book = market.stops, market.book
    return MarketState(
        market.rules,
        market.phase,
        market.halted_until,
        market.last_price,
        market.low if stops.count else 0,
        market.high if stops.count else 0,
        market.window.dump() if market.window is not None else (),
        (_id(book.bids.top), _id(book.asks.top)),
        stops.arrivals,
        tuple(_waiting_order(order) for order in stops.by_arrival()),
        tuple(_waiting_order(order) for order in market.cascade),
    )


def _reinstate_market(state: MarketState, market: Market, parts: Parts) -> None:
    market.phase, market.halted_until = state.phase, state.halted_until
    market.last_price, market.low, market.high = state.last_price, state.low, state.high
    market.set_rules(state.rules)
    if market.window is not None:
        market.window.load(state.window)
    bid, ask = state.tops
    market.book.bids.top = parts.known.by_id.get(bid)
    market.book.asks.top = parts.known.by_id.get(ask)
    for rows, keep in ((state.waiting, market.stops.put_back), (state.cascade, market.cascade.append)):
        orders = _orders((row for _, row in rows), parts)
        for (arrival, _), order in zip(rows, orders, strict=True):
            assert order.special is not None, "a stop order has terms"
            order.special.arrival = arrival
            keep(order)
        market.stops.arrivals = state.arrivals


def _id(order: Order | None) -> int:
    return 0 if order is None else order.order_id


def _task_state(task: Task) -> TaskState:
    return TaskState(
        *(task.kind, tuple(task.order_ids), task.place, task.name, task.session),
        *(task.reason, task.closing, task.count, task.price),
    )


def _task(state: TaskState) -> Task:
    task = Task(
        state.kind,
        list(state.order_ids),
        name=state.name,
        session=state.session,
        reason=state.reason,
        closing=state.closing,
        count=state.count,
        price=state.price,
    )
    task.place = state.place
    return task


def _orders(rows: Iterable[KnownOrder], parts: Parts) -> Iterable[Order]:
    directory, known = parts.directory, parts.known
    for row in rows:
        order = _order(row, directory)
        if row.money is not None:
            _reinstate_order(row.money, order, parts)
        ids = directory.sessions[order.session].ids
        known.by_id[order.order_id] = order
        ids[order.client_order_id] = order
        ids.update((client_order_id, order) for client_order_id in row.request_ids)
        yield order


def _known_order(order: Order) -> KnownOrder:
    money = None
    if order.stake is not None:
        rates = FeeRates(order.maker_rate, order.taker_rate)
        money = OrderMoney(Amount(order.held), Amount(order.fee_parts), rates)
    return KnownOrder(order_state(order), order.request_ids, money)


def _waiting_order(order: Order) -> tuple[int, KnownOrder]:
    assert order.special is not None, "a stop order has terms"
    return order.special.arrival, _known_order(order)


def _order(row: KnownOrder, directory: Directory) -> Order:
    state = row.state
    owner, special = directory.sessions[state.session].firm.name, None
    if state.special is not None:
        extra = state.special
        special = Special(
            *(extra.terms, extra.hidden_quantity, extra.waiting, extra.carried_quantity, extra.carried_notional)
        )
        if extra.terms.self_trade_group:
            owner = f"{owner}\0{extra.terms.self_trade_group}"
    return Order(
        *(state.order_id, state.session, state.client_order_id, state.account, state.symbol, state.side),
        *(state.order_type, state.time_in_force, state.price, state.quantity, state.cum_quantity, state.notional),
        *(state.status, row.request_ids, priority_key(state.side, state.price), owner, special),
    )


def _reinstate_order(money: OrderMoney, order: Order, parts: Parts) -> None:
    treasury, market = parts.money.treasury, parts.directory.markets[order.symbol]
    order.maker_rate, order.taker_rate = money.rates.maker, money.rates.taker
    order.held, order.fee_parts = money.held, money.fee_parts
    treasury.resume(market, order, order.open_quantity() if order.status in OPEN_STATUSES else 0)
