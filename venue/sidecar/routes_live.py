"""What is now: instruments, accounts, balances, wallets, health. From memory, whatever happens elsewhere."""

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from venue.domain.reference import Account
from venue.projections.live import Funds
from venue.sidecar.desk import Asking, Desk, answer
from venue.sidecar.keys import Scope
from venue.sidecar.openapi import HEALTH, described
from venue.sidecar.problems import Code, Problem
from venue.sidecar.queries import AccountQuery, AssetQuery, PageQuery, PositionQuery, read_query
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
        self._seen: dict[Funds, tuple[tuple[int, int, int], BalanceView]] = {}

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(
            "/v1/instruments", self.instruments, **described(Page[InstrumentView], "Instruments", PageQuery)
        )
        router.add_api_route(
            "/v1/accounts", self.accounts, **described(Page[AccountView], "Accounts of the firm", PageQuery)
        )
        router.add_api_route(
            "/v1/balances", self.balances, **described(Page[BalanceView], "Balances by account and asset", AssetQuery)
        )
        router.add_api_route(
            "/v1/wallets", self.wallets, **described(Page[WalletView], "Balances by asset", AccountQuery)
        )
        router.add_api_route(
            "/v1/wallets/{asset}", self.wallet, **described(One[WalletView], "Balances of one asset", PositionQuery)
        )
        router.add_api_route("/v1/health", self.health, **HEALTH)

    async def instruments(self, request: Request) -> Response:
        query = read_query(request, PageQuery)
        desk, model = self._desk, self._model
        caller = await desk.live(request, Scope.READ, query)
        version, views = self._instruments
        if version != model.references:
            views = [instrument_view(i, model.phase(i.symbol)) for _, i in sorted(model.instruments.items())]
            self._instruments = (model.references, views)
        return desk.page(Asking(request, caller, query), views, lambda view: view.symbol)

    async def accounts(self, request: Request) -> Response:
        query = read_query(request, PageQuery)
        desk, suspended = self._desk, self._model.suspended
        caller = await desk.live(request, Scope.READ, query)
        views = [account_view(account, account.name in suspended) for account in desk.accounts(caller, "")]
        views.sort(key=lambda view: view.account)
        return desk.page(Asking(request, caller, query), views, lambda view: view.account)

    async def balances(self, request: Request) -> Response:
        query = read_query(request, AssetQuery)
        desk = self._desk
        caller = await desk.live(request, Scope.READ, query)
        views = self._balances(desk.accounts(caller, query.account), query.asset)
        views.sort(key=_balance_key)
        return desk.page(Asking(request, caller, query), views, _balance_key)

    async def wallets(self, request: Request) -> Response:
        query = read_query(request, AccountQuery)
        desk = self._desk
        caller = await desk.live(request, Scope.READ, query)
        accounts = desk.accounts(caller, query.account)
        owned = {funds.asset for account in accounts for funds in self._model.funds(account.name)}
        views = [self._wallet(asset, accounts) for asset in sorted(owned)]
        return desk.page(Asking(request, caller, query), views, lambda view: view.asset)

    async def wallet(self, request: Request, asset: str) -> Response:
        query = read_query(request, PositionQuery)
        desk, model = self._desk, self._model
        caller = await desk.live(request, Scope.READ, query)
        if asset not in model.assets:
            raise Problem(Code.NOT_FOUND, "There is no such asset; /v1/wallets lists those that you have.")
        return answer(model.position, One(model.position, self._wallet(asset, desk.accounts(caller, ""))))

    async def health(self) -> Response:
        feed, history, model = self._desk.feed, self._desk.history, self._model
        await history.look()
        engine, past = ("here" if feed.connected else "away"), ("away" if history.away else "here")
        withdrawals = "blocked" if model.withdrawals_blocked else "possible"
        status = "ok" if (engine, past, withdrawals) == ("here", "here", "possible") else "degraded"
        view = HealthView(status, model.position, engine, past, withdrawals)
        return Response(msgspec.json.encode(view), media_type="application/json")

    def _wallet(self, asset: str, accounts: list[Account]) -> WalletView:
        held = [funds for account in accounts for funds in self._model.funds(account.name) if funds.asset == asset]
        sums = (
            sum(funds.available.balance for funds in held),
            sum(funds.held.balance for funds in held),
            sum(funds.pending.balance for funds in held),
        )
        return wallet_view(self._model.assets[asset], self._balances(accounts, asset), sums)

    def _balances(self, accounts: list[Account], asset: str) -> list[BalanceView]:
        return [
            self._balance(funds)
            for account in accounts
            for funds in self._model.funds(account.name)
            if not asset or funds.asset == asset
        ]

    def _balance(self, funds: Funds) -> BalanceView:
        """Of what did not change since it was last asked for, the view stays."""
        amounts = (funds.available.balance, funds.held.balance, funds.pending.balance)
        known = self._seen.get(funds)
        if known is not None and known[0] == amounts:
            return known[1]
        view = balance_view(funds.owner, self._model.assets[funds.asset], *amounts)
        self._seen[funds] = (amounts, view)
        return view


def _balance_key(view: BalanceView) -> str:
    return f"{view.account}\n{view.asset}"
