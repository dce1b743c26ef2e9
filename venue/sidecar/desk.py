"""What all routes share: who asks, for which accounts, which page, and how an answer is given."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec
from fastapi import Request
from fastapi.responses import Response

from venue.domain.reference import Account
from venue.projections.live import LiveModel
from venue.sidecar import gate
from venue.sidecar.changes import Answer, Asked, Change, Changes
from venue.sidecar.cursors import Cursors
from venue.sidecar.feed import Feed
from venue.sidecar.history import History
from venue.sidecar.keys import ApiKey, Scope
from venue.sidecar.problems import PROBLEM_TYPE, Code, Problem
from venue.sidecar.queries import PageQuery, PositionQuery
from venue.sidecar.views import Page

POSITION: Final = "Venue-Position"
REPLAYED: Final = "Idempotency-Replayed"
_JSON: Final = "application/json"


class Asking(NamedTuple):
    """Who asks for which page of what."""

    request: Request
    caller: ApiKey
    query: PageQuery

    @property
    def question(self) -> list[str]:
        """What a cursor is for: who asks, where, with which filters; the size of the page may change."""
        filters = self.query.model_dump(exclude={"cursor", "limit", "min_position"})
        told = [f"{name}={value}" for name, value in sorted(filters.items())]
        return [self.caller.firm, self.request.scope["path"], *told]


class Desk(NamedTuple):
    model: LiveModel
    feed: Feed
    history: History
    changes: Changes
    cursors: Cursors

    async def live(self, request: Request, scope: Scope, query: PositionQuery) -> ApiKey:
        """Who asks, once the model stands where it is asked for. Raises Problem."""
        caller = caller_of(request, scope)
        if query.min_position > self.model.position:
            await self.feed.reach(query.min_position)
        return caller

    def accounts(self, caller: ApiKey, account: str) -> list[Account]:
        """That one, or for "" all that the caller sees. Raises Problem."""
        model = self.model
        if account:
            known = model.accounts.get(account)
            if known is None or caller.firm not in ("", known.firm):
                raise Problem(Code.NOT_FOUND, "There is no such account; /v1/accounts lists them.")
            return [known]
        return list(model.accounts.values()) if not caller.firm else model.firms.get(caller.firm, [])

    def page(self, asking: Asking, items: list[Any], key: Callable[[Any], str]) -> Response:
        """Of all items, sorted by key: those after the cursor. Any: views of one kind."""
        query = asking.query
        if query.cursor:
            after = self.cursors.read(asking.question, query.cursor)
            items = [item for item in items if key(item) > after]
        cursor = None
        if len(items) > query.limit:
            items = items[: query.limit]
            cursor = self.cursors.write(asking.question, key(items[-1]))
        return answer(self.model.position, Page(self.model.position, items, cursor))

    async def change(self, request: Request, caller: ApiKey, change: Change) -> Response:
        """Raises Problem."""
        done: Answer = await self.changes.make(_asked(request, caller), change)
        headers = {POSITION: str(done.position)}
        if done.replayed:
            headers[REPLAYED] = "true"
        media_type = _JSON if done.status < 400 else PROBLEM_TYPE
        return Response(done.body, done.status, headers, media_type)


def caller_of(request: Request, scope: Scope) -> ApiKey:
    """Raises Problem."""
    caller: ApiKey = request.scope[gate.CALLER]
    if scope not in caller.scopes:
        raise Problem(Code.SCOPE_MISSING, f"This takes a key with the scope {scope}.")
    return caller


def answer(position: int, body: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(body), 200, {POSITION: str(position)}, _JSON)


def _asked(request: Request, caller: ApiKey) -> Asked:
    scope = request.scope
    key = scope[gate.HEADERS].get(b"idempotency-key", b"").decode("latin-1")
    return Asked(caller.firm, key, scope["method"], scope[gate.TARGET], scope[gate.BODY], scope[gate.TRACE])
