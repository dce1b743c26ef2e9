"""What an account has at stake in an instrument: its funds of both assets, what is open, what it is charged."""

from venue.ledger import Funds
from venue.risk import Exposure, LimitLevel


class Stake(Exposure):
    """maker_rate, taker_rate: of new orders, millionths. levels: the limits that its orders keep to."""

    __slots__ = ("account", "base", "firm", "levels", "maker_rate", "quote", "symbol", "taker_rate")

    def __init__(self, account: str, firm: str, symbol: str, base: Funds, quote: Funds) -> None:
        super().__init__()
        self.account = account
        self.firm = firm
        self.symbol = symbol
        self.base = base
        self.quote = quote
        self.maker_rate = 0
        self.taker_rate = 0
        self.levels: list[LimitLevel] = []
