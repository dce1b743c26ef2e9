"""What is due when: the expiry of GTD orders and the end of halts. Time is only ever a command's own."""

from heapq import heappop, heappush
from typing import Final

from venue.engine.market import Market
from venue.matching import Order

# The greatest that compiled code keeps in a machine word.
NEVER: Final = (1 << 62) - 1


class Clock:
    """at: of the command under way, nanoseconds since 1970 UTC. due: nothing is before this.

    An order that is gone stays among the expiries until its time comes.
    """

    __slots__ = ("_expiries", "_halts", "at", "due")

    def __init__(self) -> None:
        self.at = 0
        self.due = NEVER
        self._expiries: list[tuple[int, int]] = []
        self._halts: list[tuple[int, str]] = []

    def expires(self, order: Order) -> None:
        """The order is GTD: it is to be looked at when its time comes."""
        special = order.special
        assert special is not None, "a GTD order has terms"
        heappush(self._expiries, (special.terms.expires_at, order.order_id))
        self.due = min(self.due, special.terms.expires_at)

    def halted(self, market: Market) -> None:
        """The market's halt ends by itself."""
        heappush(self._halts, (market.halted_until, market.instrument.symbol))
        self.due = min(self.due, market.halted_until)

    def next_expiry(self) -> tuple[int, int] | None:
        """Takes out (expires_at, order id) whose time has come; None: there is none."""
        if self._expiries and self._expiries[0][0] <= self.at:
            return heappop(self._expiries)
        return None

    def next_halt(self) -> tuple[int, str] | None:
        """Takes out (until, symbol) of a halt that is over."""
        if self._halts and self._halts[0][0] <= self.at:
            return heappop(self._halts)
        return None

    def dump(self) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, str], ...]]:
        """(expiries, halts), each in its order: of orders and halts that are over too, as long as their time has not
        come, for a replace may open such an order again."""
        return tuple(sorted(self._expiries)), tuple(sorted(self._halts))

    def load(self, expiries: tuple[tuple[int, int], ...], halts: tuple[tuple[int, str], ...]) -> None:
        # In order, they are heaps.
        self._expiries, self._halts = list(expiries), list(halts)
        self.wind()

    def wind(self) -> None:
        """Finds what is due next, after something was taken out."""
        heads = [heap[0][0] for heap in (self._expiries, self._halts) if heap]
        self.due = min(heads, default=NEVER)
