"""Drives a recorded order flow through the real engine: ``venue flow``. Writes its trades, measures its CPU time.

The file's rows become the commands that clients would send, one session for each account. That needs each order's
state, so a first pass drives an engine row by row; a second one applies the same commands to a fresh engine and
encodes its events as the journal does, and only that is measured.
"""

import csv
import gc
import lzma
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    CancelOrder,
    Command,
    ListInstrument,
    PlaceOrder,
    ReplaceOrder,
)
from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.events import (
    Event,
    OperatorCommandRejected,
    OrderCancelled,
    OrderMatched,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderState,
    placed_order,
)
from venue.domain.limits import MAX_BATCH_COMMANDS
from venue.engine import Engine
from venue.sequencer import codec

COMMAND_COLUMNS = ["seq", "action", "order_id", "account_id", "side", "price", "quantity", "immediate_or_cancel"]
TRADE_COLUMNS = ["seq", "price", "quantity", "maker_order_id", "taker_order_id"]

T = TypeVar("T")

_OPERATOR = "flow"
_SYMBOL = "BTC/USD"
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_FLAGS = {"0": False, "1": True}
# What each action's row must hold, beside its order.
ACTIONS: dict[str, tuple[str, ...]] = {
    "new": ("side", "price", "quantity"),
    "cancel": (),
    "modify": ("price", "quantity"),
    "move": ("price",),
    "reduce": ("quantity",),
}


class MalformedFlow(ValueError):
    """A row that is none of the format; the message names the file and the line."""


@dataclass(frozen=True)
class FlowResult:
    """commands: rows of the file; engine_commands: what they became; cpu_seconds: of applying and encoding those."""

    commands: int
    cpu_seconds: float
    engine_commands: int
    trades: int


class FlowRow(NamedTuple):
    """One row; what its action does not use is 0, None or False. price: ticks; quantity: lots."""

    sequence: int
    action: str
    order_id: int
    account: str
    side: Side | None
    price: int
    quantity: int
    immediate_or_cancel: bool


class Trade(NamedTuple):
    """A row of the trades file; the orders are the flow's own."""

    sequence: int
    price: int
    quantity: int
    maker_order_id: int
    taker_order_id: int


def run_flow(commands_path: Path, trades_path: Path | None = None) -> FlowResult:
    """Raises MalformedFlow, or OSError where a file cannot be read or written."""
    rows = read_flow(commands_path)
    commands, trades = translate(rows, commands_path)
    if trades_path is not None:
        write_trades(trades_path, trades)
    return FlowResult(len(rows), measure(rows, commands), len(commands), len(trades))


def measure(rows: list[FlowRow], commands: list[Command], rules: Sequence[Command] = ()) -> float:
    """CPU seconds of this process for applying the commands to a fresh engine and encoding their events.

    Commands come from their encoding a batch at a time, as in the engine process; reading them is not counted.
    """
    engine = Engine()
    _open_for_trading(engine, rows, rules)
    apply, encode, decode, clock = engine.apply, codec.encode, codec.decode_command, time.process_time
    payloads = [encode(command) for command in commands]
    gc.collect()
    gc.disable()  # As in the engine process.
    seconds = 0.0
    try:
        for start in range(0, len(payloads), MAX_BATCH_COMMANDS):
            batch = [decode(payload) for payload in payloads[start : start + MAX_BATCH_COMMANDS]]
            started = clock()
            for command in batch:
                encode(apply(command))
            seconds += clock() - started
    finally:
        gc.enable()
    return seconds


def translate(rows: list[FlowRow], path: Path, rules: Sequence[Command] = ()) -> tuple[list[Command], list[Trade]]:
    """The commands that the rows mean, and the trades that they give. path: of the file, for errors. rules: commands
    of operators that come before the flow; they are not among those returned."""
    clients = _Clients(rows, rules)
    for line, row in enumerate(rows, start=2):
        try:
            clients.send(row)
        except MalformedFlow as error:
            raise MalformedFlow(f"{path}, line {line}: {error}") from None
    return clients.commands, clients.trades


def read_flow(path: Path) -> list[FlowRow]:
    """Every row of a plain or .xz file. Raises MalformedFlow."""
    rows: list[FlowRow] = []
    line = 1
    try:
        with _opened(path) as text:
            reader = csv.reader(text)
            header = next(reader, None)
            if header != COMMAND_COLUMNS:
                raise MalformedFlow(f"the header must be {','.join(COMMAND_COLUMNS)}")
            for cells in reader:
                line = reader.line_num
                rows.append(_row(cells))
    except (MalformedFlow, csv.Error, UnicodeDecodeError) as error:
        raise MalformedFlow(f"{path}, line {line}: {error}") from None
    except (lzma.LZMAError, EOFError) as error:
        raise MalformedFlow(f"{path}, after line {line}: not a whole .xz file: {error}") from None
    return rows


def write_trades(path: Path, trades: list[Trade]) -> None:
    with path.open("w", newline="", encoding="ascii") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(TRADE_COLUMNS)
        writer.writerows(trades)


class _Clients:
    """The clients of every account: they know their orders from the engine's events, as over FIX."""

    def __init__(self, rows: list[FlowRow], rules: Sequence[Command]) -> None:
        self.commands: list[Command] = []
        self.trades: list[Trade] = []
        self._engine = Engine()
        self._orders: dict[int, OrderState] = {}  # the flow's order id -> its order as last reported
        self._flow_ids: dict[int, int] = {}  # the engine's order id -> the flow's
        self._sent = 0
        _open_for_trading(self._engine, rows, rules)

    def send(self, row: FlowRow) -> None:
        order = self._orders.get(row.order_id)
        if row.action == "new":
            self._new(row, order)
        elif order is None:
            self._apply(row, self._cancel(row, row.account, "", Side.BUY))
        elif not _is_open(order):
            # A late request: the engine refuses it, as it would any client's.
            self._apply(row, self._replace(row, order, row.price or order.price or 1, order.cum_quantity))
        elif row.action == "cancel":
            self._apply(row, self._cancel(row, order.session, order.client_order_id, order.side))
        elif row.action == "reduce":
            self._reduce(row, order)
        else:
            quantity = row.quantity if row.action == "modify" else order.leaves_quantity
            self._reenter(row, order, quantity)

    def _new(self, row: FlowRow, known: OrderState | None) -> None:
        if known is not None and _is_open(known):
            raise MalformedFlow(f"order {row.order_id} is open already")
        assert row.side is not None, "the reader asks a side of every new order"
        time_in_force = TimeInForce.IOC if row.immediate_or_cancel else TimeInForce.GTC
        self._place(row, row.account, row.side, row.quantity, time_in_force)

    def _reduce(self, row: FlowRow, order: OrderState) -> None:
        assert order.price is not None
        if row.quantity >= order.leaves_quantity:
            self._apply(row, self._cancel(row, order.session, order.client_order_id, order.side))
        else:
            self._apply(row, self._replace(row, order, order.price, order.quantity - row.quantity))

    def _reenter(self, row: FlowRow, order: OrderState, quantity: int) -> None:
        """A new price or more quantity loses the place in the queue, in FIX too; else it takes two commands."""
        if row.price != order.price or quantity > order.leaves_quantity:
            self._apply(row, self._replace(row, order, row.price, order.cum_quantity + quantity))
        else:
            self._apply(row, self._cancel(row, order.session, order.client_order_id, order.side))
            self._place(row, order.session, order.side, quantity, TimeInForce.GTC)

    def _place(self, row: FlowRow, session: str, side: Side, quantity: int, time_in_force: TimeInForce) -> None:
        self._flow_ids[self._engine.sequence + 1] = row.order_id
        number, client_order_id = self._next()
        self._apply(
            row,
            PlaceOrder(
                number,
                session,
                number,
                client_order_id,
                "",
                _SYMBOL,
                side,
                OrderType.LIMIT,
                time_in_force,
                row.price,
                quantity,
            ),
        )

    def _cancel(self, row: FlowRow, session: str, original: str, side: Side) -> CancelOrder:
        number, client_order_id = self._next()
        return CancelOrder(number, session, number, client_order_id, original, 0, _SYMBOL, side)

    def _replace(self, row: FlowRow, order: OrderState, price: int, quantity: int) -> ReplaceOrder:
        number, client_order_id = self._next()
        return ReplaceOrder(
            number,
            order.session,
            number,
            client_order_id,
            order.client_order_id,
            0,
            "",
            _SYMBOL,
            order.side,
            OrderType.LIMIT,
            None,
            price,
            quantity,
        )

    def _next(self) -> tuple[int, str]:
        self._sent += 1
        return self._sent, f"C{self._sent:09}"

    def _apply(self, row: FlowRow, command: Command) -> None:
        self.commands.append(command)
        for event in self._engine.apply(command):
            self._hear(row, command, event)

    def _hear(self, row: FlowRow, command: Command, event: Event) -> None:
        match event:
            case OrderMatched():
                maker, taker = self._keep(event.maker), self._keep(event.taker)
                self.trades.append(Trade(row.sequence, event.price, event.quantity, maker, taker))
            case OrderPlaced():
                assert isinstance(command, PlaceOrder)
                self._keep(placed_order(command, event))
            case OrderReplaced() | OrderCancelled():
                self._keep(event.order)
            case OrderRejected():
                raise MalformedFlow(f"the engine refuses the order: {event.text}")
            case _:
                pass

    def _keep(self, order: OrderState) -> int:
        flow_id = self._flow_ids[order.order_id]
        self._orders[flow_id] = order
        return flow_id


def _is_open(order: OrderState) -> bool:
    return order.status is OrderStatus.NEW or order.status is OrderStatus.PARTIALLY_FILLED


def _open_for_trading(engine: Engine, rows: list[FlowRow], rules: Sequence[Command]) -> None:
    """One instrument, and for every account a firm and a session of the same name."""
    setup: list[Command] = [
        AddAsset(0, _OPERATOR, "BTC", 0),
        AddAsset(0, _OPERATOR, "USD", 0),
        ListInstrument(0, _OPERATOR, _SYMBOL, "BTC", "USD", 1, 1),
    ]
    for account in dict.fromkeys(row.account for row in rows):
        setup.append(AddFirm(0, _OPERATOR, account))
        setup.append(AddAccount(0, _OPERATOR, account, account))
        setup.append(AddSession(0, _OPERATOR, account, account))
    setup += rules
    for command in setup:
        for event in engine.apply(command):
            assert not isinstance(event, OperatorCommandRejected), event


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if path.suffix == ".xz":
        with lzma.open(path, "rt", newline="", encoding="ascii") as text:
            yield text
    else:
        with path.open(newline="", encoding="ascii") as text:
            yield text


def _row(cells: list[str]) -> FlowRow:
    if len(cells) != len(COMMAND_COLUMNS):
        raise MalformedFlow(f"{len(cells)} columns, not {len(COMMAND_COLUMNS)}")
    values = dict(zip(COMMAND_COLUMNS, cells, strict=True))
    action = values["action"]
    uses = ACTIONS.get(action)
    if uses is None:
        raise MalformedFlow(f"unknown action {action!r}: it is one of {', '.join(ACTIONS)}")
    return FlowRow(
        _number(values, "seq", 0),
        action,
        _number(values, "order_id", 0),
        str(_number(values, "account_id", 0)) if values["account_id"] or action == "new" else "",
        _choice(_SIDES, values, "side") if "side" in uses else None,
        _number(values, "price", 1) if "price" in uses else 0,
        _number(values, "quantity", 1) if "quantity" in uses else 0,
        _choice(_FLAGS, values, "immediate_or_cancel") if action == "new" else False,
    )


def _number(values: dict[str, str], column: str, least: int) -> int:
    text = values[column]
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise MalformedFlow(f"{column} {text!r} is not a whole number of at least {least}")
    return int(text)


def _choice(choices: dict[str, T], values: dict[str, str], column: str) -> T:
    text = values[column]
    if text not in choices:
        raise MalformedFlow(f"{column} {text!r} is none of {', '.join(choices)}")
    return choices[text]
