"""The engine's whole state as one value, and back. The same state always gives the same bytes."""

from collections.abc import Iterable

from msgspec import Struct

from venue.domain.events import OrderState
from venue.domain.reference import Reference
from venue.engine.answers import order_state
from venue.engine.directory import Directory, Firm, Market, TradingSession
from venue.engine.known_orders import KnownOrders
from venue.engine.used_ids import UsedIds
from venue.matching import Order, priority_key

SNAPSHOT_VERSION = 1


class KnownOrder(Struct, frozen=True, array_like=True):
    state: OrderState
    request_ids: tuple[str, ...]


class EngineState(Struct, frozen=True, array_like=True):
    """open_orders: by instrument as listed, bids then asks, each by priority. closed_orders: oldest first.

    highest_ids, used_ids: of each session in reference.sessions; see UsedIds.dump.
    """

    version: int
    sequence: int
    reference: Reference
    highest_ids: tuple[str, ...]
    open_orders: tuple[KnownOrder, ...]
    closed_orders: tuple[KnownOrder, ...]
    orderless: tuple[tuple[str, str], ...]
    used_ids: tuple[bytes, ...]


class UnknownSnapshotVersion(ValueError):
    """The snapshot was written by another version of the engine."""


def capture(sequence: int, directory: Directory, known: KnownOrders) -> EngineState:
    return EngineState(
        SNAPSHOT_VERSION,
        sequence,
        directory.reference(),
        tuple(session.highest_id for session in directory.sessions.values()),
        tuple(
            _known_order(order)
            for market in directory.markets.values()
            for side in (market.book.bids, market.book.asks)
            for level in side
            for order in level
        ),
        tuple(_known_order(order) for order in known.closed),
        tuple(known.orderless),
        tuple(session.used.dump() for session in directory.sessions.values()),
    )


def reinstate(state: EngineState, directory: Directory, known: KnownOrders) -> None:
    """Fill an empty directory and its known orders."""
    if state.version != SNAPSHOT_VERSION:
        raise UnknownSnapshotVersion(f"snapshot version {state.version}, this engine reads {SNAPSHOT_VERSION}")
    _reinstate_reference(state, directory)
    for order in _orders(state.open_orders, directory, known):
        directory.markets[order.symbol].book.add(order)
    for order in _orders(state.closed_orders, directory, known):
        known.close(order)
    for session, client_order_id in state.orderless:
        directory.sessions[session].ids[client_order_id] = None
        known.orderless.append((session, client_order_id))


def _reinstate_reference(state: EngineState, directory: Directory) -> None:
    reference = state.reference
    directory.assets.update((asset.symbol, asset) for asset in reference.assets)
    directory.markets.update((instrument.symbol, Market(instrument)) for instrument in reference.instruments)
    directory.firms.update((firm, Firm(firm)) for firm in reference.firms)
    for account in reference.accounts:
        directory.accounts[account.name] = account
        directory.firms[account.firm].add(account)
    for session, highest_id, used in zip(reference.sessions, state.highest_ids, state.used_ids, strict=True):
        firm = directory.firms[session.firm]
        trading = TradingSession(session.name, firm, session.message_sequence, highest_id)
        trading.used = UsedIds.load(used)
        directory.sessions[session.name] = trading


def _orders(rows: Iterable[KnownOrder], directory: Directory, known: KnownOrders) -> Iterable[Order]:
    for row in rows:
        order = _order(row)
        ids = directory.sessions[order.session].ids
        known.by_id[order.order_id] = order
        ids[order.client_order_id] = order
        ids.update((client_order_id, order) for client_order_id in row.request_ids)
        yield order


def _known_order(order: Order) -> KnownOrder:
    return KnownOrder(order_state(order), order.request_ids)


def _order(row: KnownOrder) -> Order:
    state = row.state
    return Order(
        state.order_id,
        state.session,
        state.client_order_id,
        state.account,
        state.symbol,
        state.side,
        state.order_type,
        state.time_in_force,
        state.price,
        state.quantity,
        state.cum_quantity,
        state.notional,
        state.status,
        row.request_ids,
        priority_key(state.side, state.price),
    )
