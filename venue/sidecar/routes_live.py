"""What is now: instruments, accounts, balances, wallets, health. From memory, whatever happens elsewhere."""

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from venue.domain.reference import Account
from venue.sidecar.desk import ByAccount, ByAsset, Desk, Paged, Positioned, answer, question_of
from venue.sidecar.keys import Scope
from venue.sidecar.openapi import HEALTH, described
from venue.sidecar.problems import Code, Problem
from venue.sidecar.views import (
    AccountView,
    BalanceView,
    HealthView,
    InstrumentView,
    One,
    Page,
    WalletView,
    account_view,
    balance_view,
    instrument_view,
    wallet_view,
)


class LiveRoutes:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._model = desk.model
        # Of reference data as of that many changes.
        self._instruments: tuple[int, list[InstrumentView]] = (-1, [])

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/instruments", self.instruments, **described(Page[InstrumentView], "Instruments"))
        router.add_api_route("/accounts", self.accounts, **described(Page[AccountView], "Accounts of the firm"))
        router.add_api_route(
            "/balances", self.balances, **described(Page[BalanceView], "Balances by account and asset")
        )
        router.add_api_route("/wallets", self.wallets, **described(Page[WalletView], "Balances by asset"))
        router.add_api_route("/wallets/{asset}", self.wallet, **described(One[WalletView], "Balances of one asset"))
        router.add_api_route("/health", self.health, **HEALTH)

    async def instruments(self, request: Request, query: Paged) -> Response:
        desk, model = self._desk, self._model
        caller = await desk.live(request, Scope.READ, query)
        version, views = self._instruments
        if version != model.references:
            views = [instrument_view(i, model.phase(i.symbol)) for _, i in sorted(model.instruments.items())]
            self._instruments = (model.references, views)
        return desk.page(question_of(request, caller, query), query, views, lambda view: view.symbol)

    async def accounts(self, request: Request, query: Paged) -> Response:
        desk, suspended = self._desk, self._model.suspended
        caller = await desk.live(request, Scope.READ, query)
        views = [account_view(account, account.name in suspended) for account in desk.accounts(caller, None)]
        views.sort(key=lambda view: view.account)
        return desk.page(question_of(request, caller, query), query, views, lambda view: view.account)

    async def balances(self, request: Request, query: ByAsset) -> Response:
        desk = self._desk
        caller = await desk.live(request, Scope.READ, query)
        views = self._balances(desk.accounts(caller, query.account), query.asset)
        views.sort(key=_balance_key)
        return desk.page(question_of(request, caller, query), query, views, _balance_key)

    async def wallets(self, request: Request, query: ByAccount) -> Response:
        desk = self._desk
        caller = await desk.live(request, Scope.READ, query)
        accounts = desk.accounts(caller, query.account)
        owned = {funds.asset for account in accounts for funds in self._model.funds(account.name)}
        views = [self._wallet(asset, accounts) for asset in sorted(owned)]
        return desk.page(question_of(request, caller, query), query, views, lambda view: view.asset)

    async def wallet(self, request: Request, asset: str, query: Positioned) -> Response:
        desk, model = self._desk, self._model
        caller = await desk.live(request, Scope.READ, query)
        if asset not in model.assets:
            raise Problem(Code.NOT_FOUND, "There is no such asset; /v1/wallets lists those that you have.")
        return answer(model.position, One(model.position, self._wallet(asset, desk.accounts(caller, None))))

    async def health(self) -> Response:
        feed, history, model = self._desk.feed, self._desk.history, self._model
        await history.look()
        engine, past = ("here" if feed.connected else "away"), ("away" if history.away else "here")
        status = "ok" if engine == past == "here" else "degraded"
        view = HealthView(status, model.position, engine, past)
        return Response(msgspec.json.encode(view), media_type="application/json")

    def _wallet(self, asset: str, accounts: list[Account]) -> WalletView:
        held = [funds for account in accounts for funds in self._model.funds(account.name) if funds.asset == asset]
        sums = (
            sum(funds.available.balance for funds in held),
            sum(funds.held.balance for funds in held),
            sum(funds.pending.balance for funds in held),
        )
        return wallet_view(self._model.assets[asset], self._balances(accounts, asset), sums)

    def _balances(self, accounts: list[Account], asset: str | None) -> list[BalanceView]:
        assets = self._model.assets
        return [
            balance_view(
                *(account.name, assets[funds.asset]),
                *(funds.available.balance, funds.held.balance, funds.pending.balance),
            )
            for account in accounts
            for funds in self._model.funds(account.name)
            if asset is None or funds.asset == asset
        ]


def _balance_key(view: BalanceView) -> str:
    return f"{view.account}\n{view.asset}"
