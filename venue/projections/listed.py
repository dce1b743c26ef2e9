"""What events change in the small tables: reference data, deposits, withdrawals. Statements, run in their order."""

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, FromClause, Insert, Table, Update, bindparam, insert, update

from venue.domain.enums import AccountState, Phase
from venue.domain.events import AccountAdded, AssetAdded, FirmAdded, InstrumentListed, PhaseChanged, SessionAdded
from venue.domain.funds_events import (
    AccountStateSet,
    BalanceCredited,
    CreditAssigned,
    CreditReversed,
    FirmTierSet,
    WithdrawalReleased,
    WithdrawalRequested,
    WithdrawalSettled,
)
from venue.projections.tables import accounts, assets, deposits, firms, instruments, sessions, withdrawals

# Any: what a column takes depends on the column.
Values = dict[str, Any]
Statement = Insert | Update
Change = tuple[Statement, Values]


def changes(event: Any, sequence: int, at: int) -> list[Change]:
    """None of most events. Any: an event."""
    known = _CHANGES.get(type(event))
    if known is None:
        return []
    statement, values = known
    given = {**values(event, at), "sequence": sequence}
    if "at" in given:
        given["first_sequence"] = sequence
    return [(statement, given)]


def run(connection: Connection, wanted: Iterable[Change]) -> None:
    """Table by table, in their order; a statement that comes many times in a row as one.

    Raises sqlalchemy.exc.DBAPIError.
    """
    by_table: dict[FromClause, list[Change]] = {}
    for change in wanted:
        by_table.setdefault(change[0].table, []).append(change)
    for changes_of_table in by_table.values():
        for statement, same in groupby(changes_of_table, key=itemgetter(0)):
            connection.execute(statement, [values for _, values in same])


def _changing(table: Table, *columns: str) -> Update:
    """Of the row whose key is the parameter named key."""
    (key,) = table.primary_key.columns
    return (
        update(table).where(key == bindparam("key")).values({name: bindparam(name) for name in (*columns, "sequence")})
    )


def _asset(event: AssetAdded, at: int) -> Values:
    return {"symbol": event.asset.symbol, "decimals": event.asset.decimals}


def _instrument(event: InstrumentListed, at: int) -> Values:
    i = event.instrument
    sizes = {"tick_size": i.tick_size, "lot_size": i.lot_size}
    return {"symbol": i.symbol, "base": i.base.symbol, "quote": i.quote.symbol, **sizes, "phase": _phase(Phase.OPEN)}


def _phase(phase: Phase) -> str:
    return phase.name.lower()


def _credited(event: BalanceCredited, at: int) -> Values:
    state = "credited" if event.account else "unassigned"
    return {**_money(event), "state": state, "effective_at": event.effective_at, "at": at}


def _requested(event: WithdrawalRequested, at: int) -> Values:
    return {**_money(event), "settled": 0, "destination": _clean(event.destination), "state": "pending", "at": at}


def _money(event: BalanceCredited | WithdrawalRequested) -> Values:
    return {
        "transfer_id": event.transfer_id,
        "account": event.account,
        "asset": event.asset,
        "amount": int(event.amount),
    }


def _clean(text: str) -> str:
    """PostgreSQL's text has no NUL."""
    return text.replace("\0", "\ufffd")


_CHANGES: dict[type, tuple[Statement, Callable[[Any, int], Values]]] = {
    AssetAdded: (insert(assets), _asset),
    InstrumentListed: (insert(instruments), _instrument),
    FirmAdded: (insert(firms), lambda event, at: {"name": event.firm, "tier": ""}),
    AccountAdded: (
        insert(accounts),
        lambda event, at: {
            "name": event.account.name,
            "firm": event.account.firm,
            "state": AccountState.ACTIVE.value,
        },
    ),
    SessionAdded: (
        insert(sessions),
        lambda event, at: {"name": event.session.name, "firm": event.session.firm},
    ),
    PhaseChanged: (
        _changing(instruments, "phase"),
        lambda event, at: {"key": event.symbol, "phase": _phase(event.phase)},
    ),
    FirmTierSet: (_changing(firms, "tier"), lambda event, at: {"key": event.firm, "tier": event.tier}),
    AccountStateSet: (
        _changing(accounts, "state"),
        lambda event, at: {"key": event.account, "state": event.state.value},
    ),
    BalanceCredited: (insert(deposits), _credited),
    CreditAssigned: (
        _changing(deposits, "account", "state"),
        lambda event, at: {"key": event.credit_id, "account": event.account, "state": "credited"},
    ),
    CreditReversed: (
        _changing(deposits, "state"),
        lambda event, at: {"key": event.credit_id, "state": "reversed"},
    ),
    WithdrawalRequested: (insert(withdrawals), _requested),
    WithdrawalSettled: (
        _changing(withdrawals, "settled", "state"),
        lambda event, at: {"key": event.withdrawal_id, "settled": int(event.amount), "state": "settled"},
    ),
    WithdrawalReleased: (
        _changing(withdrawals, "state"),
        lambda event, at: {"key": event.withdrawal_id, "state": "released"},
    ),
}
