"""The slow, obvious twin of the projection: what the tables must say, by rules of its own, in plain dictionaries."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from venue.domain import events as e
from venue.domain import funds_events as f
from venue.domain.commands import PlaceOrder
from venue.domain.enums import Side
from venue.projections.tables import balances, events, executions, metadata, orders, transfers
from venue.sequencer import codec

FIRMS_BUCKETS = ("available", "held", "pending")


class Twin:
    """balances: (owner, asset, bucket) -> amount. held: by order. executions: (exec_id, order_id, price, ...)."""

    def __init__(self, payloads: list[bytes]) -> None:
        self.balances: dict[tuple[str, str, str], int] = defaultdict(int)
        self.held: dict[int, int] = defaultdict(int)
        self.orders: dict[int, e.OrderState] = {}
        self.executions: list[tuple[Any, ...]] = []
        self.instruments: dict[str, Any] = {}
        self.is_open = False
        for payload in payloads:
            self.read(codec.decode_record(payload))

    def read(self, record: codec.Record) -> None:
        report = 0
        for event in record.events:
            report += 1
            match event:
                case e.InstrumentListed():
                    self.instruments[event.instrument.symbol] = event.instrument
                case f.LedgerOpened():
                    self.is_open = True
                case e.OrderPlaced():
                    assert isinstance(record.command, PlaceOrder)
                    order = e.placed_order(record.command, event)
                    self.orders[order.order_id] = order
                    self.hold(order, event.held)
                case e.OrderMatched():
                    self.match(event, f"{record.sequence}-{report}", f"{record.sequence}-{report + 1}")
                    report += 1
                case e.OrderCancelled() | e.OrderDoneForDay() | e.OrderExpired():
                    self.orders[event.order.order_id] = event.order
                    self.hold(event.order, -event.released)
                case e.OrderReplaced() | e.OrderTriggered() | e.OrderRestated():
                    self.orders[event.order.order_id] = event.order
                    self.hold(event.order, event.held)
                case e.OrderRejected() if event.order.order_id == record.sequence:
                    self.orders[event.order.order_id] = event.order
                case _:
                    self.fund(event)
            # What gives rise to no report has no number.
            if isinstance(event, f.FundsEvent) or type(event).__name__ in UNREPORTED:
                report -= 1

    def move(self, asset: str, amount: int, debit: tuple[str, str], credit: tuple[str, str]) -> None:
        self.balances[debit[0], asset, debit[1]] -= amount
        self.balances[credit[0], asset, credit[1]] += amount

    def hold(self, order: e.OrderState, amount: int) -> None:
        asset = self.pays_with(order)
        self.move(asset, amount, (order.account, "available"), (order.account, "held"))
        self.held[order.order_id] += amount

    def pays_with(self, order: e.OrderState) -> str:
        instrument = self.instruments[order.symbol]
        return instrument.quote.symbol if order.side is Side.BUY else instrument.base.symbol

    def match(self, event: e.OrderMatched, taken: str, given: str) -> None:
        sides = ((event.taker, event.taker_fee, event.taker_released, taken, "taker"),)
        sides += ((event.maker, event.maker_fee, event.maker_released, given, "maker"),)
        for order, fee, released, exec_id, liquidity in sides:
            self.orders[order.order_id] = order
            kind = "auction" if event.auction else liquidity
            self.executions.append((exec_id, order.order_id, event.price, event.quantity, event.amount, fee, kind))
            if not self.is_open:
                continue
            other = event.maker if order is event.taker else event.taker
            instrument = self.instruments[order.symbol]
            is_buy = order.side is Side.BUY
            paid = event.amount if is_buy else event.quantity * instrument.lot_size
            quote = instrument.quote.symbol
            self.move(self.pays_with(order), paid, (order.account, "held"), (other.account, "available"))
            self.held[order.order_id] -= paid
            source = "held" if is_buy and fee > 0 else "available"
            self.move(quote, fee, (order.account, source), ("", "fees"))
            if source == "held":
                self.held[order.order_id] -= fee
            self.hold(order, -released)

    def fund(self, event: Any) -> None:
        match event:
            case f.BalanceCredited():
                self.move(event.asset, event.amount, ("", "custody"), free(event.account))
            case f.CreditAssigned():
                self.move(event.asset, event.amount, ("", "suspense"), free(event.account))
            case f.CreditReversed():
                self.move(event.asset, event.amount, free(event.account), ("", "custody"))
            case f.WithdrawalRequested():
                self.move(event.asset, event.amount, free(event.account), (event.account, "pending"))
            case f.WithdrawalSettled():
                self.move(event.asset, event.amount, (event.account, "pending"), ("", "custody"))
                self.move(event.asset, event.released, (event.account, "pending"), free(event.account))
            case f.WithdrawalReleased():
                self.move(event.asset, event.amount, (event.account, "pending"), free(event.account))
            case f.FundsTransferred():
                for leg in event.legs:
                    self.move(leg.asset, leg.amount, free(leg.debit_account), free(leg.credit_account))


UNREPORTED = {
    *("AssetAdded", "InstrumentListed", "FirmAdded", "AccountAdded", "SessionAdded", "OperatorCommandRejected"),
    *("SessionLoggedOn", "SessionLoggedOff", "InstrumentRulesSet", "PhaseChanged", "SelfTradeModeSet"),
    *("SessionRulesSet", "KillSwitchEngaged", "KillSwitchReleased", "AuctionPriced", "DayEnded"),
}


def free(account: str) -> tuple[str, str]:
    return (account, "available") if account else ("", "suspense")


def check_tables(connection: Connection, payloads: list[bytes]) -> None:
    """All that the tables say of money, orders and executions, against the twin's, to the unit."""
    twin = Twin(payloads)
    found = {(row.owner, row.asset, row.bucket): row.balance for row in connection.execute(select(balances))}
    assert {key: amount for key, amount in found.items() if amount} == {k: v for k, v in twin.balances.items() if v}
    assert sum(found.values()) == 0
    _check_transfer_sums(connection, found)
    _check_orders(connection, twin)
    check_listed(connection, payloads)
    made = select(executions).order_by(executions.c.sequence, executions.c.number)
    names = ("exec_id", "order_id", "price", "quantity", "amount", "fee", "liquidity")
    assert [tuple(getattr(row, name) for name in names) for row in connection.execute(made)] == twin.executions
    stored = select(events.c.sequence, events.c.payload).order_by(events.c.sequence)
    assert [tuple(row) for row in connection.execute(stored)] == list(enumerate(payloads, 1))


def _check_transfer_sums(connection: Connection, found: dict[tuple[str, str, str], int]) -> None:
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in connection.execute(select(transfers)):
        sums[row.debit_owner, row.asset, row.debit_bucket] -= row.amount
        sums[row.credit_owner, row.asset, row.credit_bucket] += row.amount
    assert {key: amount for key, amount in sums.items() if amount} == {k: v for k, v in found.items() if v}


def _check_orders(connection: Connection, twin: Twin) -> None:
    rows = {row.order_id: row for row in connection.execute(select(orders))}
    assert rows.keys() == twin.orders.keys()
    for order_id, order in twin.orders.items():
        row = rows[order_id]
        assert (row.client_order_id, row.account, row.symbol) == (order.client_order_id, order.account, order.symbol)
        assert (row.price, row.quantity, row.cum_quantity) == (order.price, order.quantity, order.cum_quantity)
        assert (row.side, row.status) == (order.side.name.lower(), order.status.name.lower())
        assert row.held == twin.held[order_id]
        assert row.leaves_quantity == order.leaves_quantity


def check_listed(connection: Connection, payloads: list[bytes]) -> None:
    """The small tables, row by row."""
    wanted: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for payload in payloads:
        record = codec.decode_record(payload)
        for event in record.events:
            _list(wanted, event, record.command.at, record.sequence)
    for name, columns in _LISTED.items():
        table = metadata.tables[name]
        rows = connection.execute(select(*(table.c[column] for column in columns.split())))
        assert {row[0]: tuple(row[1:]) for row in rows} == wanted[name], name


_LISTED = {
    "assets": "symbol decimals",
    "instruments": "symbol base quote tick_size lot_size phase",
    "firms": "name tier",
    "accounts": "name firm state",
    "sessions": "name firm",
    "deposits": "transfer_id account asset amount state effective_at at first_sequence",
    "withdrawals": "transfer_id account asset amount settled destination state at first_sequence",
}


def _list(wanted: dict[str, dict[str, tuple[Any, ...]]], event: Any, at: int, sequence: int) -> None:
    deposits, withdrawals = wanted["deposits"], wanted["withdrawals"]
    match event:
        case e.AssetAdded():
            wanted["assets"][event.asset.symbol] = (event.asset.decimals,)
        case e.InstrumentListed(i):
            sizes = (i.tick_size, i.lot_size, "open")
            wanted["instruments"][i.symbol] = (i.base.symbol, i.quote.symbol, *sizes)
        case e.PhaseChanged():
            before = wanted["instruments"][event.symbol]
            wanted["instruments"][event.symbol] = (*before[:-1], event.phase.name.lower())
        case e.FirmAdded():
            wanted["firms"][event.firm] = ("",)
        case f.FirmTierSet():
            wanted["firms"][event.firm] = (event.tier,)
        case e.AccountAdded():
            wanted["accounts"][event.account.name] = (event.account.firm, "active")
        case f.AccountStateSet():
            wanted["accounts"][event.account] = (wanted["accounts"][event.account][0], event.state.value)
        case e.SessionAdded():
            wanted["sessions"][event.session.name] = (event.session.firm,)
        case f.BalanceCredited():
            state = "credited" if event.account else "unassigned"
            rest = (event.amount, state, event.effective_at, at, sequence)
            deposits[event.transfer_id] = (event.account, event.asset, *rest)
        case f.CreditAssigned():
            before = deposits[event.credit_id]
            deposits[event.credit_id] = (event.account, *before[1:3], "credited", *before[4:])
        case f.CreditReversed():
            before = deposits[event.credit_id]
            deposits[event.credit_id] = (*before[:3], "reversed", *before[4:])
        case f.WithdrawalRequested():
            rest = (event.amount, 0, event.destination, "pending", at, sequence)
            withdrawals[event.transfer_id] = (event.account, event.asset, *rest)
        case f.WithdrawalSettled():
            before = withdrawals[event.withdrawal_id]
            withdrawals[event.withdrawal_id] = (*before[:3], event.amount, before[4], "settled", *before[6:])
        case f.WithdrawalReleased():
            before = withdrawals[event.withdrawal_id]
            withdrawals[event.withdrawal_id] = (*before[:5], "released", *before[6:])
