"""Orders and executions. Open orders are read from memory, all others from PostgreSQL."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from msgspec.structs import replace
from sqlalchemy import ColumnElement

from venue.domain.commands import CancelOrder, Command, PlaceOrder
from venue.domain.enums import Delivery, Side
from venue.projections import tables
from venue.sidecar import answers, rows
from venue.sidecar.bodies import OrderBody
from venue.sidecar.changes import Change
from venue.sidecar.desk import Asking, Desk, answer, caller_of
from venue.sidecar.history import Question
from venue.sidecar.keys import ApiKey, Scope, session_of
from venue.sidecar.openapi import changing, described
from venue.sidecar.problems import Code, Problem
from venue.sidecar.queries import ExecutionsQuery, OrdersQuery, PositionQuery, read_query
from venue.sidecar.requests import place_order
from venue.sidecar.views import ExecutionView, One, OrderView, Page, order_view

OrderId = Annotated[str, Path(pattern=r"^[1-9][0-9]{0,17}$")]


class OrderRoutes:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._model = desk.model

    def add_to(self, router: APIRouter) -> None:
        add = router.add_api_route
        add("/v1/orders", self.orders, **described(Page[OrderView], "Orders, the newest first", OrdersQuery))
        add("/v1/orders", self.place, methods=["POST"], **changing(One[OrderView], "Place an order", 201))
        add("/v1/orders/{order_id}", self.order, **described(One[OrderView], "One order", PositionQuery))
        add(
            "/v1/orders/{order_id}", self.cancel, methods=["DELETE"], **changing(One[OrderView], "Cancel an order", 200)
        )
        add(
            "/v1/executions",
            self.executions,
            **described(Page[ExecutionView], "Executions, the newest first", ExecutionsQuery),
        )

    async def orders(self, request: Request) -> Response:
        query = read_query(request, OrdersQuery)
        if query.state == "all" or not caller_of(request, Scope.READ).firm:
            return await self._past_orders(request, query)
        desk, model = self._desk, self._model
        caller = await desk.live(request, Scope.READ, query)
        wanted = {account.name for account in desk.accounts(caller, query.account)}
        asking = Asking(request, caller, query)
        below = int(desk.cursors.read(asking.question, query.cursor)) if query.cursor else None
        views: list[OrderView] = []
        cursor = None
        for order in model.open_orders(caller.firm, below):
            state = order.state
            if state.account in wanted and query.symbol in ("", state.symbol):
                if len(views) == query.limit:
                    cursor = desk.cursors.write(asking.question, views[-1].order_id)
                    break
                instrument = model.instruments[state.symbol]
                views.append(order_view(state, instrument, order.placed_at, order.updated_at))
        return answer(model.position, Page(model.position, views, cursor))

    async def order(self, request: Request, order_id: OrderId) -> Response:
        query = read_query(request, PositionQuery)
        desk, model = self._desk, self._model
        caller = caller_of(request, Scope.READ)
        live = model.open_order(caller.firm, int(order_id))
        if live is not None and query.min_position <= model.position:
            view = order_view(live.state, model.instruments[live.state.symbol], live.placed_at, live.updated_at)
            return answer(model.position, One(model.position, view))
        condition = tables.orders.c.order_id == int(order_id)
        accounts = rows.wanted(desk, caller, "")
        question = Question(tables.orders, ("account",), accounts, ("order_id",), None, 1, (condition,))
        position, found = await desk.history.ask(question, query.min_position)
        if not found:
            raise Problem(Code.NOT_FOUND, "There is no such order; /v1/orders lists them.")
        return answer(position, One(position, rows.order(found[0], model)))

    async def place(self, request: Request, body: OrderBody) -> Response:
        desk, model = self._desk, self._model
        caller = _trader(request)
        command = place_order(body, model, session_of(caller.firm))

        def named(name: str, delivery: Delivery) -> PlaceOrder:
            return replace(command, client_order_id=name, delivery=delivery)

        return await desk.change(request, caller, Change(named, lambda record: answers.placed(record, model)))

    async def cancel(self, request: Request, order_id: OrderId) -> Response:
        desk, model = self._desk, self._model
        caller = _trader(request)
        session, live = session_of(caller.firm), model.open_order(caller.firm, int(order_id))
        if live is not None and live.state.session != session:
            how = f"Cancel it over FIX, where it was placed: session {live.state.session}."
            raise Problem(Code.ORDER_OF_ANOTHER_SESSION, how)
        # Of an order that is not open the engine says so before it looks at these two.
        symbol, side = ("", Side.BUY) if live is None else (live.state.symbol, live.state.side)

        def named(name: str, delivery: Delivery) -> Command:
            return CancelOrder(0, session, 0, name, "", int(order_id), symbol, side, delivery)

        return await desk.change(request, caller, Change(named, lambda record: answers.cancelled(record, model)))

    async def executions(self, request: Request) -> Response:
        query = read_query(request, ExecutionsQuery)
        desk, model = self._desk, self._model
        caller = caller_of(request, Scope.READ)
        table = tables.executions
        conditions: list[ColumnElement[bool]] = []
        if query.symbol:
            conditions.append(table.c.symbol == query.symbol)
        if query.order_id:
            conditions.append(table.c.order_id == int(query.order_id))
        return await rows.page(
            desk,
            Asking(request, caller, query),
            Question(table, ("account",), None, ("sequence", "number"), None, 0, tuple(conditions)),
            lambda row: rows.execution(row, model),
        )

    async def _past_orders(self, request: Request, query: OrdersQuery) -> Response:
        desk, model = self._desk, self._model
        caller = caller_of(request, Scope.READ)
        columns = tables.orders.c
        conditions: list[ColumnElement[bool]] = []
        if query.symbol:
            conditions.append(columns.symbol == query.symbol)
        if query.state == "open":
            conditions.append(columns.leaves_quantity > 0)
        question = Question(tables.orders, ("account",), None, ("order_id",), None, 0, tuple(conditions))
        return await rows.page(desk, Asking(request, caller, query), question, lambda row: rows.order(row, model))


def _trader(request: Request) -> ApiKey:
    """Raises Problem."""
    return caller_of(request, Scope.TRADE)
