"""Balances, reference data and open orders in memory, as of one journal position: what the feed has told so far.

It begins with nothing, before the first record, or where the tables are.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sortedcontainers import SortedDict
from sqlalchemy import Connection, Row, select

from venue.domain.enums import AccountState, OrderStatus, OrderType, Phase, SelfTradeMode, Side, TimeInForce
from venue.domain.events import (
    AccountAdded,
    AssetAdded,
    FirmAdded,
    InstrumentListed,
    OrderMatched,
    OrderPlaced,
    OrderState,
    PhaseChanged,
    SessionAdded,
    placed_order,
)
from venue.domain.funds_events import AccountStateSet, WithdrawalsBlocked
from venue.domain.money import Amount
from venue.domain.reference import Account, Asset, Instrument
from venue.domain.terms import SpecialState, Terms
from venue.ledger import Funds, Ledger, post
from venue.projections import tables
from venue.projections.state import load_ledger
from venue.sequencer.codec import Record

__all__ = ["Funds", "LiveModel", "LiveOrder", "load"]


class LiveOrder:
    """An open order. placed_at, updated_at: nanoseconds since 1970 UTC; placed_at 0: not told, as a replace opened it
    again after it was filled."""

    __slots__ = ("placed_at", "state", "updated_at")

    def __init__(self, state: OrderState, placed_at: int, updated_at: int) -> None:
        self.state = state
        self.placed_at = placed_at
        self.updated_at = updated_at


class LiveModel:
    """position: the sequence of the last record applied, 0 before the first; at: its time.

    references: how often reference data changed, for who keeps what it made of them.
    """

    def __init__(self) -> None:
        self.position = 0
        self.at = 0
        self.references = 0
        self.ledger = Ledger()
        self.withdrawals_blocked = False
        self.assets: dict[str, Asset] = {}
        self.instruments: dict[str, Instrument] = {}
        self.phases: dict[str, Phase] = {}
        self.accounts: dict[str, Account] = {}
        self.suspended: set[str] = set()
        self.firms: dict[str, list[Account]] = {}
        self.sessions: dict[str, str] = {}
        # By firm, then by order id. Any: SortedDict has no types.
        self._open: dict[str, Any] = {}
        # Each takes an event of its own type, for which a dict has no name.
        self._readers: dict[type, Callable[[Record, Any], None]] = {
            AssetAdded: self._asset_added,
            InstrumentListed: self._instrument_listed,
            FirmAdded: self._firm_added,
            AccountAdded: self._account_added,
            SessionAdded: self._session_added,
            AccountStateSet: self._account_state_set,
            PhaseChanged: self._phase_changed,
            WithdrawalsBlocked: self._withdrawals_blocked,
            OrderPlaced: self._order_placed,
            OrderMatched: self._order_matched,
        }

    def apply(self, record: Record) -> None:
        """The record that follows the position."""
        assert record.sequence == self.position + 1, f"the feed jumped from {self.position} to {record.sequence}"
        self.at = record.command.at
        ledger, command = self.ledger, record.command
        for event in record.events:
            post(ledger, command, event)
            reader = self._readers.get(type(event))
            if reader is not None:
                reader(record, event)
            elif (order := getattr(event, "order", None)) is not None:
                self._changed(order)
        self.position = record.sequence

    def open_orders(self, firm: str, below: int | None = None) -> Iterator[LiveOrder]:
        """A firm's, the newest first; below: of lower ids alone."""
        orders = self._open.get(firm)
        if orders is not None:
            for order_id in orders.irange(maximum=below, inclusive=(True, False), reverse=True):
                yield orders[order_id]

    def open_order(self, firm: str, order_id: int) -> LiveOrder | None:
        order: LiveOrder | None = self._open.get(firm, {}).get(order_id)
        return order

    def funds(self, account: str) -> list[Funds]:
        """Of all assets that the account ever had, by their names."""
        return [funds for _, funds in sorted(self.ledger.funds.get(account, {}).items())]

    def owner(self, account: str) -> str:
        """The account's firm; "" for no such account."""
        known = self.accounts.get(account)
        return "" if known is None else known.firm

    def phase(self, symbol: str) -> Phase:
        return self.phases.get(symbol, Phase.OPEN)

    def _asset_added(self, record: Record, event: AssetAdded) -> None:
        self.assets[event.asset.symbol] = event.asset
        self.references += 1

    def _instrument_listed(self, record: Record, event: InstrumentListed) -> None:
        self.instruments[event.instrument.symbol] = event.instrument
        self.references += 1

    def _firm_added(self, record: Record, event: FirmAdded) -> None:
        self.firms[event.firm] = []

    def _account_added(self, record: Record, event: AccountAdded) -> None:
        self.accounts[event.account.name] = event.account
        self.firms[event.account.firm].append(event.account)
        self.references += 1

    def _session_added(self, record: Record, event: SessionAdded) -> None:
        self.sessions[event.session.name] = event.session.firm

    def _account_state_set(self, record: Record, event: AccountStateSet) -> None:
        if event.state is AccountState.SUSPENDED:
            self.suspended.add(event.account)
        else:
            self.suspended.discard(event.account)
        self.references += 1

    def _phase_changed(self, record: Record, event: PhaseChanged) -> None:
        self.phases[event.symbol] = event.phase
        self.references += 1

    def _withdrawals_blocked(self, record: Record, event: WithdrawalsBlocked) -> None:
        self.withdrawals_blocked = event.blocked

    def _order_placed(self, record: Record, event: OrderPlaced) -> None:
        # Any: only its own command places an order.
        command: Any = record.command
        self._changed(placed_order(command, event), self.at)

    def _order_matched(self, record: Record, event: OrderMatched) -> None:
        self._changed(event.maker)
        self._changed(event.taker)

    def keep(self, order: LiveOrder) -> None:
        """One that is open, of a session that is known."""
        firm = self.sessions[order.state.session]
        self._open.setdefault(firm, SortedDict())[order.state.order_id] = order

    def _changed(self, state: OrderState, placed_at: int = 0) -> None:
        """Kept while it is open. An order that was refused or is only told about is as it was."""
        firm = self.sessions.get(state.session, "")
        orders = self._open.get(firm)
        if orders is None:
            orders = self._open[firm] = SortedDict()
        if not state.leaves_quantity:
            orders.pop(state.order_id, None)
            return
        known = orders.get(state.order_id)
        if known is None:
            orders[state.order_id] = LiveOrder(state, placed_at, self.at)
        else:
            known.state = state
            known.updated_at = self.at


def load(connection: Connection) -> LiveModel:
    """As of the tables' position. In one transaction, so that all of it is of the same."""
    model = LiveModel()
    with connection.begin():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        at = connection.execute(select(tables.position)).one_or_none()
        if at is None or not at.sequence:
            return model
        model.position, model.at, model.withdrawals_blocked = at.sequence, at.at, at.withdrawals_blocked
        model.ledger = load_ledger(connection)
        model.ledger.is_open, model.ledger.rows = at.ledger_open, None
        _load_reference(connection, model)
        for row in connection.execute(select(tables.orders).where(tables.orders.c.leaves_quantity > 0)):
            model.keep(LiveOrder(_order(row), row.placed_at, row.changed_at))
    return model


def _load_reference(connection: Connection, model: LiveModel) -> None:
    for row in connection.execute(select(tables.assets)):
        model.assets[row.symbol] = Asset(row.symbol, row.decimals)
    model.instruments = dict(model.ledger.instruments)
    for row in connection.execute(select(tables.instruments)):
        model.phases[row.symbol] = Phase[row.phase.upper()]
    for row in connection.execute(select(tables.firms)):
        model.firms[row.name] = []
    for row in connection.execute(select(tables.accounts)):
        account = model.accounts[row.name] = Account(row.name, row.firm)
        model.firms[row.firm].append(account)
        if row.state == AccountState.SUSPENDED:
            model.suspended.add(row.name)
    for row in connection.execute(select(tables.sessions)):
        model.sessions[row.name] = row.firm


def _order(row: Row[Any]) -> OrderState:
    return OrderState(
        order_id=row.order_id,
        session=row.session,
        client_order_id=row.client_order_id,
        account=row.account,
        symbol=row.symbol,
        side=Side[row.side.upper()],
        order_type=OrderType[row.order_type.upper()],
        time_in_force=TimeInForce[row.time_in_force.upper()],
        price=row.price,
        quantity=row.quantity,
        cum_quantity=row.cum_quantity,
        notional=row.notional,
        status=OrderStatus[row.status.upper()],
        special=_special(row.terms),
    )


def _special(told: dict[str, Any] | None) -> SpecialState | None:
    """As copying.terms_json tells it."""
    if told is None:
        return None
    terms = {name: value for name, value in told.items() if name not in ("waiting", "hidden_quantity")}
    if "cash" in terms:
        terms["cash"] = Amount(terms["cash"])
    if "self_trade_mode" in terms:
        terms["self_trade_mode"] = SelfTradeMode(terms["self_trade_mode"])
    return SpecialState(Terms(**terms), told.get("hidden_quantity", 0), told.get("waiting", False))
