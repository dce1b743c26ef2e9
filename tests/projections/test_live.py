"""The live model against the twin, and begun anywhere with the tables against the one that read all of the feed."""

from random import Random
from typing import Any

import pytest

from tests.projections.flow import recorded
from tests.projections.test_rows import project
from tests.projections.twin import Twin
from venue.projections import database
from venue.projections.live import LiveModel, load
from venue.sequencer import codec

RECORDS = 1_500
SEEDS = range(4)


def followed(payloads: list[bytes], model: LiveModel | None = None) -> LiveModel:
    model = LiveModel() if model is None else model
    for payload in payloads[model.position :]:
        model.apply(codec.decode_record(payload))
    return model


def told(model: LiveModel) -> dict[str, Any]:
    """All that it says. Any: of many kinds."""
    balances = {(a.owner, asset, a.bucket.value): a.balance for asset, a in model.ledger.accounts() if a.balance}
    return {
        "position": (model.position, model.at, model.ledger.is_open, model.withdrawals_blocked),
        "balances": balances,
        "assets": model.assets,
        "instruments": model.instruments,
        "phases": {symbol: model.phase(symbol) for symbol in model.instruments},
        "accounts": (model.accounts, model.suspended),
        "firms": {firm: {account.name for account in accounts} for firm, accounts in model.firms.items()},
        "sessions": model.sessions,
        "orders": {
            firm: [(_view(order.state), order.updated_at) for order in model.open_orders(firm)] for firm in model.firms
        },
    }


def _view(state: Any) -> Any:
    """What tables do not tell of an order: how much of it the day before traded. Any: an order's state."""
    special = state.special
    kept = None if special is None else (special.terms, special.waiting)
    return (*(getattr(state, name) for name in state.__struct_fields__ if name != "special"), kept)


@pytest.mark.parametrize("seed", SEEDS)
def test_balances_and_open_orders_are_the_twins(seed: int) -> None:
    payloads = recorded(seed, RECORDS).payloads
    model, twin = followed(payloads), Twin(payloads)
    assert told(model)["balances"] == {key: amount for key, amount in twin.balances.items() if amount}
    opened = {order_id: order for order_id, order in twin.orders.items() if order.leaves_quantity}
    assert opened
    assert {o.state.order_id: o.state for firm in model.firms for o in model.open_orders(firm)} == opened


@pytest.mark.parametrize("seed", SEEDS)
def test_begun_with_the_tables_it_says_the_same(address: str, seed: int) -> None:
    payloads = recorded(seed, RECORDS).payloads
    half = RECORDS // 2
    project(address, payloads[:half], Random(seed))
    with database.engine(address, database.READER).connect() as connection:
        model = load(connection)
    assert model.position == half
    fed = followed(payloads[:half])
    assert told(model) == told(fed)
    for firm in fed.firms:
        for ours, theirs in zip(model.open_orders(firm), fed.open_orders(firm), strict=True):
            # Not told by the feed of an order that was filled, and then replaced by a larger one.
            assert theirs.placed_at in (0, ours.placed_at)
    assert told(followed(payloads, model)) == told(followed(payloads))


def test_of_empty_tables_it_begins_with_nothing(address: str) -> None:
    database.migrate(address)
    with database.engine(address, database.READER).connect() as connection:
        model = load(connection)
    assert told(model) == told(LiveModel())


def test_orders_come_the_newest_first_and_from_any_place() -> None:
    model = followed(recorded(1, RECORDS).payloads)
    for firm in model.firms:
        ids = [order.state.order_id for order in model.open_orders(firm)]
        assert ids == sorted(ids, reverse=True)
        for place in (0, 1, len(ids) // 2, len(ids)):
            below = ids[place - 1] if place else None
            assert [order.state.order_id for order in model.open_orders(firm, below)] == ids[place:]
        assert model.open_order(firm, 0) is None
        assert all(model.open_order(other, i) is None for i in ids for other in model.firms if other != firm)
