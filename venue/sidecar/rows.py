"""Rows of the read models to what is answered, page by page."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from fastapi.responses import Response
from sqlalchemy import Row

from venue.domain.money import format_decimal
from venue.projections.live import LiveModel
from venue.sidecar.desk import Asking, Desk, answer
from venue.sidecar.history import Question
from venue.sidecar.keys import ApiKey
from venue.sidecar.problems import Code, Problem
from venue.sidecar.queries import AccountQuery
from venue.sidecar.views import (
    DepositView,
    ExecutionView,
    OrderView,
    Page,
    TransferView,
    WithdrawalView,
    time_text,
)

# Any: a row's columns are of its table.
AnyRow = Row[Any]


def wanted(desk: Desk, caller: ApiKey, account: str) -> Sequence[str] | None:
    """account "": any. The accounts whose rows the caller may see; None: all. Raises Problem."""
    if not account and not caller.firm:
        return None
    return [known.name for known in desk.accounts(caller, account)]


async def page(desk: Desk, asking: Asking, question: Question, view: Callable[[AnyRow], msgspec.Struct]) -> Response:
    """question: without accounts, after and limit, which are the request's. Raises Problem."""
    query = asking.query
    after = _numbers(desk.cursors.read(asking.question, query.cursor)) if query.cursor else None
    question = question._replace(
        accounts=wanted(desk, asking.caller, query.account if isinstance(query, AccountQuery) else ""),
        after=after,
        limit=query.limit + 1,
    )
    position, found = await desk.history.ask(question, query.min_position)
    cursor = None
    if len(found) > query.limit:
        found = found[: query.limit]
        last = "-".join(str(found[-1]._mapping[name]) for name in question.order)
        cursor = desk.cursors.write(asking.question, last)
    return answer(position, Page(position, [view(row) for row in found], cursor))


def _numbers(key: str) -> tuple[int, ...]:
    return tuple(int(number) for number in key.split("-"))


def order(row: AnyRow, model: LiveModel) -> OrderView:
    instrument = _known(model.instruments, row.symbol)
    terms = row.terms or {}
    stop = terms.get("stop_price")
    return OrderView(
        order_id=str(row.order_id),
        client_order_id=row.client_order_id,
        session=row.session,
        account=row.account,
        symbol=row.symbol,
        side=row.side,
        type=row.order_type,
        time_in_force=row.time_in_force,
        status=row.status,
        quantity=instrument.format_quantity(row.quantity),
        executed_quantity=instrument.format_quantity(row.cum_quantity),
        leaves_quantity=instrument.format_quantity(row.leaves_quantity),
        executed_amount=format_decimal(row.notional * instrument.tick_lot_amount, instrument.quote.decimals),
        price=None if row.price is None else instrument.format_price(row.price),
        stop_price=instrument.format_price(stop) if stop else None,
        waiting=terms.get("waiting", False) if row.leaves_quantity else None,
        reason=row.reason,
        expires_at=time_text(terms.get("expires_at", 0)),
        placed_at=time_text(row.placed_at),
        updated_at=time_text(row.changed_at),
    )


def execution(row: AnyRow, model: LiveModel) -> ExecutionView:
    instrument = _known(model.instruments, row.symbol)
    quote = instrument.quote
    return ExecutionView(
        execution_id=row.exec_id,
        match_id=row.match_id,
        at=time_text(row.at),
        order_id=str(row.order_id),
        client_order_id=row.client_order_id,
        account=row.account,
        symbol=row.symbol,
        side=row.side,
        price=instrument.format_price(row.price),
        quantity=instrument.format_quantity(row.quantity),
        amount=format_decimal(row.amount, quote.decimals),
        fee=format_decimal(row.fee, quote.decimals),
        fee_asset=quote.symbol,
        liquidity=row.liquidity,
    )


def transfer(row: AnyRow, model: LiveModel, caller: ApiKey) -> TransferView:
    """What is not of the caller's firm is left out of it: another firm's account, and its order."""
    debit, credit = ((not caller.firm or model.owner(o) == caller.firm) for o in (row.debit_owner, row.credit_owner))
    return TransferView(
        transfer=f"{row.sequence}-{row.number}",
        at=time_text(row.at),
        kind=row.kind,
        asset=row.asset,
        amount=format_decimal(row.amount, _known(model.assets, row.asset).decimals),
        debit_account=(row.debit_owner or None) if debit else None,
        debit_bucket=row.debit_bucket if debit else None,
        credit_account=(row.credit_owner or None) if credit else None,
        credit_bucket=row.credit_bucket if credit else None,
        order_id=str(row.order_id) if row.order_id and (debit or row.kind in _OF_THE_RECEIVER) else None,
        transfer_id=row.transfer_id or None,
    )


# An order's transfer is told by the order of who pays, but for a rebate.
_OF_THE_RECEIVER = ("rebate",)


def deposit(row: AnyRow, model: LiveModel) -> DepositView:
    return DepositView(
        deposit_id=row.transfer_id,
        account=row.account or None,
        asset=row.asset,
        amount=format_decimal(row.amount, _known(model.assets, row.asset).decimals),
        state=row.state,
        effective_at=time_text(row.effective_at),
        recorded_at=time_text(row.at),
    )


def withdrawal(row: AnyRow, model: LiveModel) -> WithdrawalView:
    decimals = _known(model.assets, row.asset).decimals
    return WithdrawalView(
        withdrawal_id=row.transfer_id,
        account=row.account,
        asset=row.asset,
        amount=format_decimal(row.amount, decimals),
        settled=format_decimal(row.settled, decimals),
        destination=row.destination,
        state=row.state,
        requested_at=time_text(row.at),
    )


def _known(known: dict[str, Any], name: str) -> Any:
    """The tables may be ahead of the model by a moment. Any: an asset or an instrument. Raises Problem."""
    if name not in known:
        raise Problem(Code.HISTORY_AWAY, "Ask again in a moment.")
    return known[name]
