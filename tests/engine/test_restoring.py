"""A restored engine does what the one before would have done, also with what no book holds at the time."""

from tests.engine.short import GTD, buy, lines, replace, sell
from tests.engine.trading import SETUP
from venue.domain.commands import PassTime
from venue.engine import Engine


def test_a_filled_order_reopened_after_a_restore_still_expires() -> None:
    order = buy("b", 100, 5, tif=GTD, expires=50)
    engine = Engine()
    for command in [*SETUP, sell("a", 100, 5), order]:
        engine.apply(command)
    restored = Engine.restore(engine.snapshot())
    for one in (engine, restored):
        assert lines(one.apply(replace(order, "b2", 100, 6))) == ["replaced b > b2 5/6@100 PARTIAL expires 50"]
        assert one.due == 50
        assert lines(one.apply(PassTime(60, "clock"))) == ["expired b2 5/6@100 EXPIRED"]
