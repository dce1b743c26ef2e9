"""What an order may ask beyond side, price and quantity. An ordinary order has none of it."""

from msgspec import Struct

from venue.domain.enums import SelfTradeMode
from venue.domain.money import Amount


class Terms(Struct, frozen=True, array_like=True, gc=False):
    """stop_price: StopPx(99), ticks; 0: none. expires_at: of a GTD order, nanoseconds since 1970 UTC; 0: none.

    display_quantity: DisplayQty(1138) or MaxFloor(111), lots; 0: all is shown. min_quantity: MinQty(110), lots; 0:
    none. cash: CashOrderQty(152), smallest units of quote, in the place of a quantity. post_only: ExecInst(18)=6.
    cancel_on_halt: ExecInst(18)=K. self_trade_group, self_trade_mode: 7928 and 2362; "", None: the firm's own.
    """

    stop_price: int = 0
    expires_at: int = 0
    display_quantity: int = 0
    min_quantity: int = 0
    cash: Amount = Amount(0)
    post_only: bool = False
    cancel_on_halt: bool = False
    self_trade_group: str = ""
    self_trade_mode: SelfTradeMode | None = None


NO_TERMS = Terms()


class SpecialState(Struct, frozen=True, array_like=True, gc=False):
    """What an order's state has beyond an ordinary one's.

    hidden_quantity: lots of its LeavesQty that the book does not show. waiting: a stop whose price was not reached
    yet. carried_quantity, carried_notional: its CumQty and notional when the trading day began.
    """

    terms: Terms
    hidden_quantity: int = 0
    waiting: bool = False
    carried_quantity: int = 0
    carried_notional: int = 0
