"""A day's order flow, made from a seed: mostly new orders and cancels near a wandering price, some replaces, some
orders that cross. In the rows of ``venue.ops.flow``."""

import random

from venue.domain.enums import Side
from venue.ops.flow import FlowRow


def order_flow(count: int, seed: int = 1, open_orders: int = 2_000) -> list[FlowRow]:
    """count rows; about open_orders are open at any time once it is under way."""
    chance = random.Random(seed)
    middle, open_ids, rows = 30_000, [], []
    next_id = 1
    for sequence in range(count):
        middle += chance.choice((-1, 0, 0, 0, 1))
        draw = chance.random()
        if open_ids and (draw < 0.42 or len(open_ids) > open_orders):
            order_id = open_ids.pop(chance.randrange(len(open_ids)))
            rows.append(FlowRow(sequence, "cancel", order_id, "1", None, 0, 0, False))
            continue
        side = chance.choice((Side.BUY, Side.SELL))
        away = chance.randrange(-2, 40)
        price = middle - away if side is Side.BUY else middle + away
        quantity = chance.randrange(1, 100)
        if open_ids and draw < 0.50:
            order_id = chance.choice(open_ids)
            rows.append(FlowRow(sequence, "modify", order_id, "1", None, price, quantity, False))
            continue
        immediate = draw > 0.95
        rows.append(FlowRow(sequence, "new", next_id, "1", side, price, quantity, immediate))
        if not immediate:
            open_ids.append(next_id)
        next_id += 1
    return rows


def flow_of_firms(count: int, firms: int = 200) -> list[FlowRow]:
    """The same, each order of one of so many firms."""
    chance, owners = random.Random(5), {}
    return [
        row._replace(account=str(owners.setdefault(row.order_id, chance.randrange(1, firms))))
        for row in order_flow(count)
    ]
