"""The tables, for whoever writes or reads them. ``migrations`` makes them; a test compares the two.

Prices are in ticks, quantities in lots, amounts in the asset's smallest units, times in nanoseconds since 1970 UTC.
sequence: of a journal record, the one that the row came from or was last changed by. Enums of FIX are told by their
names in lower case ("buy", "partially_filled"), others by their values ("available", "credit assigned").
"""

from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from venue.domain.enums import AccountState, Bucket, OrderStatus, OrderType, Phase, Side, TimeInForce, TransferKind

# NUMERIC(38,0): what limits.MAX_AMOUNT tells.
DIGITS = 38


class Units(TypeDecorator[int]):
    """An amount in smallest units: NUMERIC(38,0) there, an exact int here."""

    impl = Numeric(DIGITS, 0)
    cache_ok = True

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)


def _names(kind: type[Enum]) -> list[str]:
    """Of a FIX enum's members, as columns have them."""
    return [member.name.lower() for member in kind]


def _values(kind: type[Enum]) -> list[str]:
    return [str(member.value) for member in kind]


def _one_of(column: str, words: list[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _units(name: str) -> Column[Any]:
    return Column(name, Units, nullable=False)


# What of the journal the tables show. One row. hash: of the record chain up to there, as events.hash.
position = Table(
    "position",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("id = 1", name="one_row"),
    _number("sequence"),
    Column("hash", LargeBinary, nullable=False),
    _number("at"),
    Column("ledger_open", Boolean, nullable=False),
    Column("withdrawals_blocked", Boolean, nullable=False),
)

# Append-only; one row per record of the journal. day: of at, UTC. kind: of the command; event_kinds: of what it
# did. payload: the record, MessagePack as in the journal; hash: SHA-256 of (hash of the record before, payload).
events = Table(
    "events",
    metadata,
    Column("day", Date, nullable=False),
    _number("sequence"),
    _number("at"),
    _text("kind"),
    Column("event_kinds", ARRAY(Text), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sequence", "day"),
    postgresql_partition_by="RANGE (day)",
)

# Append-only; one row per transfer of the ledger. number: within its record, from 0. owner: a firm's account, ""
# for the venue. order_id 0, transfer_id "": not for such a thing. transfer_id: of the request that moved it.
transfers = Table(
    "transfers",
    metadata,
    _number("sequence"),
    Column("number", Integer, nullable=False),
    _number("at"),
    _text("kind"),
    _text("asset"),
    _units("amount"),
    _text("debit_owner"),
    _text("debit_bucket"),
    _text("credit_owner"),
    _text("credit_bucket"),
    _number("order_id"),
    _text("transfer_id"),
    PrimaryKeyConstraint("sequence", "number"),
    CheckConstraint("amount > 0", name="amount_above_zero"),
    CheckConstraint("(debit_owner, debit_bucket) <> (credit_owner, credit_bucket)", name="two_accounts"),
    _one_of("kind", _values(TransferKind)),
    Index(None, "debit_owner", "sequence", "number"),
    Index(None, "credit_owner", "sequence", "number"),
)
Index("transfers_transfer_id", transfers.c.transfer_id, postgresql_where=transfers.c.transfer_id != "")

# What is where, now. Of the venue, owner "": fees may be below zero after rebates; custody is what all others are
# above.
balances = Table(
    "balances",
    metadata,
    _text("owner"),
    _text("asset"),
    _text("bucket"),
    _units("balance"),
    _number("sequence"),
    PrimaryKeyConstraint("owner", "asset", "bucket"),
    _one_of("bucket", _values(Bucket)),
    CheckConstraint(
        "CASE bucket WHEN 'custody' THEN balance <= 0 WHEN 'fees' THEN true ELSE balance >= 0 END", name="sign"
    ),
    CheckConstraint("(owner = '') = (bucket NOT IN ('available', 'held', 'pending'))", name="owner_of_bucket"),
)

# The last state of every order that was accepted, and of those refused whose request could be an order. price NULL:
# a market order. notional: sum of price x quantity over its executions, tick-lots. held: smallest units of what it
# pays with, quote to buy, base to sell. reason: why it was refused, ended or restated; "" for none. terms: what it
# has beyond an ordinary order, fields as in domain/terms.py by name; NULL: nothing.
orders = Table(
    "orders",
    metadata,
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    _text("session"),
    _text("client_order_id"),
    _text("account"),
    _text("symbol"),
    _text("side"),
    _text("order_type"),
    _text("time_in_force"),
    Column("price", BigInteger),
    _number("quantity"),
    _number("cum_quantity"),
    _number("leaves_quantity"),
    _number("notional"),
    _text("status"),
    _units("held"),
    _text("reason"),
    Column("terms", JSONB),
    _number("placed_at"),
    _number("changed_at"),
    _number("sequence"),
    CheckConstraint("quantity >= 0 AND cum_quantity BETWEEN 0 AND quantity", name="quantities"),
    CheckConstraint("leaves_quantity IN (0, quantity - cum_quantity)", name="leaves"),
    CheckConstraint("notional >= 0", name="notional_not_below_zero"),
    CheckConstraint("leaves_quantity > 0 OR held = 0", name="closed_holds_nothing"),
    _one_of("side", _names(Side)),
    _one_of("order_type", _names(OrderType)),
    _one_of("time_in_force", _names(TimeInForce)),
    _one_of("status", _names(OrderStatus)),
    Index(None, "account", "order_id"),
)

# Append-only; two rows per match, one for each side. exec_id: ExecID(17) of its report, "sequence-number"; number:
# of the report within its record. match_id: TrdMatchID(880), the same for both sides. amount, fee: smallest units
# of quote; a fee below zero is a rebate. liquidity: "maker", "taker", or "auction".
executions = Table(
    "executions",
    metadata,
    _number("sequence"),
    Column("number", Integer, nullable=False),
    _text("exec_id"),
    _text("match_id"),
    _number("at"),
    _number("order_id"),
    _text("client_order_id"),
    _text("account"),
    _text("symbol"),
    _text("side"),
    _number("price"),
    _number("quantity"),
    _units("amount"),
    _units("fee"),
    _text("liquidity"),
    PrimaryKeyConstraint("sequence", "number"),
    CheckConstraint("price > 0 AND quantity > 0 AND amount > 0", name="above_zero"),
    _one_of("side", _names(Side)),
    _one_of("liquidity", ["maker", "taker", "auction"]),
    Index(None, "account", "sequence", "number"),
    Index(None, "order_id"),
)

# Credits. account "": nobody knows yet for whom. state: "credited", also once assigned; "unassigned"; "reversed".
deposits = Table(
    "deposits",
    metadata,
    _text("transfer_id"),
    _text("account"),
    _text("asset"),
    _units("amount"),
    _text("state"),
    _number("effective_at"),
    _number("at"),
    _number("first_sequence"),
    _number("sequence"),
    PrimaryKeyConstraint("transfer_id"),
    CheckConstraint("amount > 0", name="amount_above_zero"),
    _one_of("state", ["credited", "unassigned", "reversed"]),
    Index(None, "account", "first_sequence"),
)

# state: "pending"; "settled", settled of amount left the venue; "released", none did.
withdrawals = Table(
    "withdrawals",
    metadata,
    _text("transfer_id"),
    _text("account"),
    _text("asset"),
    _units("amount"),
    _units("settled"),
    _text("destination"),
    _text("state"),
    _number("at"),
    _number("first_sequence"),
    _number("sequence"),
    PrimaryKeyConstraint("transfer_id"),
    CheckConstraint("amount > 0 AND settled BETWEEN 0 AND amount", name="amounts"),
    _one_of("state", ["pending", "settled", "released"]),
    Index(None, "account", "first_sequence"),
)

assets = Table(
    "assets",
    metadata,
    _text("symbol"),
    Column("decimals", Integer, nullable=False),
    _number("sequence"),
    PrimaryKeyConstraint("symbol"),
    CheckConstraint("decimals >= 0", name="decimals_not_below_zero"),
)

# tick_size: smallest units of quote for one whole base; lot_size: smallest units of base.
instruments = Table(
    "instruments",
    metadata,
    _text("symbol"),
    _text("base"),
    _text("quote"),
    _units("tick_size"),
    _units("lot_size"),
    _text("phase"),
    _number("sequence"),
    PrimaryKeyConstraint("symbol"),
    CheckConstraint("tick_size > 0 AND lot_size > 0", name="sizes_above_zero"),
    _one_of("phase", _names(Phase)),
)

firms = Table("firms", metadata, _text("name"), _text("tier"), _number("sequence"), PrimaryKeyConstraint("name"))

accounts = Table(
    "accounts",
    metadata,
    _text("name"),
    _text("firm"),
    _text("state"),
    _number("sequence"),
    PrimaryKeyConstraint("name"),
    _one_of("state", _values(AccountState)),
    Index(None, "firm"),
)

sessions = Table("sessions", metadata, _text("name"), _text("firm"), _number("sequence"), PrimaryKeyConstraint("name"))

# What reconciliation found; not of the journal, so a rebuild keeps them. kind: which comparison. account, asset "",
# amount NULL: not of one; sequence: where, 0 unknown.
alarms = Table(
    "alarms",
    metadata,
    Column("number", BigInteger, Identity(always=True), nullable=False),
    _number("at"),
    _text("kind"),
    _text("account"),
    _text("asset"),
    Column("amount", Numeric(DIGITS + 1, 0)),
    _number("sequence"),
    _text("text"),
    PrimaryKeyConstraint("number"),
)

# Whose rows come in and stay as they are, for ever: not even their owner changes them, as long as the triggers
# stand.
APPEND_ONLY = (events, transfers)
