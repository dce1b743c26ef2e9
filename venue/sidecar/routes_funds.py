"""Deposits, withdrawals, transfers and a wallet's history. What was, from PostgreSQL; changes, through the engine."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from venue.domain import funds_commands as commands
from venue.domain.commands import Command
from venue.domain.enums import Delivery
from venue.domain.limits import MAX_TRANSFER_ID_LENGTH
from venue.domain.money import Amount, format_decimal
from venue.projections import tables
from venue.sequencer.codec import Record
from venue.sidecar import answers, rows
from venue.sidecar.bodies import (
    AssignmentBody,
    DepositBody,
    ReasonBody,
    SettlementBody,
    TransferBody,
    WithdrawalBody,
)
from venue.sidecar.changes import CREATED, DONE, Answer, Change
from venue.sidecar.desk import Asking, Desk, caller_of
from venue.sidecar.history import Question
from venue.sidecar.keys import ApiKey, Scope
from venue.sidecar.openapi import changing, described
from venue.sidecar.problems import Code, Problem
from venue.sidecar.queries import AccountQuery, AssetQuery, read_query
from venue.sidecar.requests import amount_of, known_asset, leg_of, time_of
from venue.sidecar.views import DepositView, DoneView, One, Page, TransferView, WithdrawalView, time_text

TransferId = Annotated[str, Path(pattern=r"^[!-~]+$", max_length=MAX_TRANSFER_ID_LENGTH)]


class FundsRoutes:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._model = desk.model

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        done, post = One[DoneView], ["POST"]
        add(
            "/v1/transfers",
            self.transfers,
            **described(Page[TransferView], "Rows of the ledger, the newest first", AssetQuery),
        )
        add("/v1/transfers", self.transfer, methods=post, **changing(done, "Move funds between accounts", 201))
        add(
            "/v1/wallets/{asset}/history",
            self.wallet_history,
            **described(Page[TransferView], "What changed a wallet", AccountQuery),
        )
        add("/v1/deposits", self.deposits, **described(Page[DepositView], "Deposits, the newest first", AccountQuery))
        add("/v1/deposits", self.credit, methods=post, **changing(One[DepositView], "Credit a deposit (operator)", 201))
        path = "/v1/deposits/{deposit_id}"
        add(f"{path}/assign", self.assign, methods=post, **changing(done, "Name a deposit's owner (operator)", 200))
        add(f"{path}/reverse", self.reverse, methods=post, **changing(done, "Take a deposit back (operator)", 200))
        add(
            "/v1/withdrawals",
            self.withdrawals,
            **described(Page[WithdrawalView], "Withdrawals, the newest first", AccountQuery),
        )
        add(
            "/v1/withdrawals", self.withdraw, methods=post, **changing(One[WithdrawalView], "Request a withdrawal", 201)
        )
        path = "/v1/withdrawals/{withdrawal_id}"
        add(path, self.release, methods=["DELETE"], **changing(done, "Call a withdrawal off", 200))
        add(f"{path}/settle", self.settle, methods=post, **changing(done, "Settle a withdrawal (operator)", 200))

    async def transfers(self, request: Request) -> Response:
        query = read_query(request, AssetQuery)
        return await self._transfers(request, query, query.asset)

    async def wallet_history(self, request: Request, asset: str) -> Response:
        query = read_query(request, AccountQuery)
        if asset not in self._model.assets:
            raise Problem(Code.NOT_FOUND, "There is no such asset; /v1/wallets lists those that you have.")
        return await self._transfers(request, query, asset)

    async def deposits(self, request: Request) -> Response:
        query = read_query(request, AccountQuery)
        caller = caller_of(request, Scope.READ)
        question = Question(tables.deposits, ("account",), None, ("first_sequence",), None, 0)
        return await rows.page(
            self._desk, Asking(request, caller, query), question, lambda row: rows.deposit(row, self._model)
        )

    async def withdrawals(self, request: Request) -> Response:
        query = read_query(request, AccountQuery)
        caller = caller_of(request, Scope.READ)
        question = Question(tables.withdrawals, ("account",), None, ("first_sequence",), None, 0)
        return await rows.page(
            self._desk, Asking(request, caller, query), question, lambda row: rows.withdrawal(row, self._model)
        )

    async def transfer(self, request: Request, body: TransferBody) -> Response:
        caller = _firms_own(request)
        legs = tuple(leg_of(self._model, leg) for leg in body.legs)

        def command(name: str, who: str) -> Command:
            return commands.TransferFunds(0, who, name, legs, body.reason, caller.firm)

        return await self._done(request, caller, command, CREATED)

    async def withdraw(self, request: Request, body: WithdrawalBody) -> Response:
        caller = _firms_own(request)
        asset = known_asset(self._model, body.asset)
        amount = amount_of(asset, body.amount)

        def command(name: str, delivery: Delivery) -> Command:
            return commands.RequestWithdrawal(
                *(0, _who(caller), name, body.account, body.asset, amount, body.destination, body.reason, caller.firm)
            )

        def answered(record: Record) -> Answer:
            position = answers.funds_position(record)
            text = format_decimal(amount, asset.decimals)
            named = (_name_of(record), body.account, body.asset, text, "0", body.destination, "pending")
            return answers.one(CREATED, position, WithdrawalView(*named, time_text(answers.made_at(record))))

        return await self._desk.change(request, caller, Change(command, answered))

    async def release(self, request: Request, withdrawal_id: TransferId) -> Response:
        caller = _firms_own(request)

        def command(name: str, who: str) -> Command:
            return commands.ReleaseWithdrawal(0, who, name, withdrawal_id, "", caller.firm)

        return await self._done(request, caller, command, DONE)

    async def credit(self, request: Request, body: DepositBody) -> Response:
        caller = caller_of(request, Scope.OPERATOR)
        asset = known_asset(self._model, body.asset)
        amount = amount_of(asset, body.amount)
        effective_at = 0 if body.effective_at is None else time_of("effective_at", body.effective_at)

        def command(name: str, delivery: Delivery) -> Command:
            return commands.CreditAccount(
                *(0, _who(caller), name, body.account or "", body.asset, amount, body.reason, effective_at)
            )

        def answered(record: Record) -> Answer:
            position = answers.funds_position(record)
            state = "unassigned" if body.account is None else "credited"
            text = format_decimal(amount, asset.decimals)
            at = time_text(answers.made_at(record))
            view = DepositView(_name_of(record), body.account, body.asset, text, state, body.effective_at or at, at)
            return answers.one(CREATED, position, view)

        return await self._desk.change(request, caller, Change(command, answered))

    async def assign(self, request: Request, deposit_id: TransferId, body: AssignmentBody) -> Response:
        caller = caller_of(request, Scope.OPERATOR)

        def command(name: str, who: str) -> Command:
            return commands.AssignCredit(0, who, name, deposit_id, body.account, body.reason)

        return await self._done(request, caller, command, DONE)

    async def reverse(self, request: Request, deposit_id: TransferId, body: ReasonBody) -> Response:
        caller = caller_of(request, Scope.OPERATOR)

        def command(name: str, who: str) -> Command:
            return commands.ReverseCredit(0, who, name, deposit_id, body.reason)

        return await self._done(request, caller, command, DONE)

    async def settle(self, request: Request, withdrawal_id: TransferId, body: SettlementBody) -> Response:
        caller = caller_of(request, Scope.OPERATOR)
        amount = Amount(0) if body.amount is None else await self._settled(withdrawal_id, body.amount)

        def command(name: str, who: str) -> Command:
            return commands.SettleWithdrawal(0, who, name, withdrawal_id, amount, body.reason)

        return await self._done(request, caller, command, DONE)

    async def _settled(self, withdrawal_id: str, text: str) -> Amount:
        """In the units of the withdrawal's asset, which its row tells. Raises Problem."""
        condition = tables.withdrawals.c.transfer_id == withdrawal_id
        question = Question(tables.withdrawals, (), None, ("first_sequence",), None, 1, (condition,))
        _, found = await self._desk.history.ask(question, 0)
        if not found:
            raise Problem(Code.NOT_FOUND, "There is no such withdrawal; /v1/withdrawals lists them.")
        amount = amount_of(known_asset(self._model, found[0].asset), text)
        # To the engine 0 is all of it.
        if amount <= 0:
            raise Problem(Code.MALFORMED_AMOUNT, "amount must be above 0; leave it out to settle all.")
        return amount

    async def _transfers(self, request: Request, query: AccountQuery, asset: str) -> Response:
        caller = caller_of(request, Scope.READ)
        table = tables.transfers
        conditions = (table.c.asset == asset,) if asset else ()
        owners = ("debit_owner", "credit_owner")
        question = Question(table, owners, None, ("sequence", "number"), None, 0, conditions)
        return await rows.page(
            self._desk, Asking(request, caller, query), question, lambda row: rows.transfer(row, self._model, caller)
        )

    async def _done(
        self, request: Request, caller: ApiKey, command: Callable[[str, str], Command], status: int
    ) -> Response:
        """A change whose answer is that it was made. command: of its name and of who asks for it."""

        def named(name: str, delivery: Delivery) -> Command:
            return command(name, _who(caller))

        def answered(record: Record) -> Answer:
            return answers.one(status, answers.funds_position(record), DoneView(_name_of(record)))

        return await self._desk.change(request, caller, Change(named, answered))


def _firms_own(request: Request) -> ApiKey:
    """Raises Problem."""
    return caller_of(request, Scope.TRANSFER)


def _who(caller: ApiKey) -> str:
    return f"rest {caller.key_id}"


def _name_of(record: Record) -> str:
    name: str = getattr(record.command, "transfer_id", "")
    return name
