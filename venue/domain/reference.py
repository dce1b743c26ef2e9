"""Reference data: assets, instruments, firms, accounts, sessions. All of it enters by journalled commands."""

from msgspec import Struct

from venue.domain.money import Amount, Lots, Ticks, format_decimal, parse_decimal


class Asset(Struct, frozen=True, array_like=True, gc=False):
    """An asset and its smallest unit, 10**-decimals (BTC: 8, a satoshi; ETH: 18, a wei)."""

    symbol: str
    decimals: int


class InexactNotional(ValueError):
    """tick x lot is not a whole number of the quote asset's smallest units."""


class OffIncrement(ValueError):
    """A price off tick or a quantity off lot: refused, never rounded."""


class Instrument(Struct, frozen=True, array_like=True, gc=False):
    """A spot instrument. tick_size: smallest units of quote for one whole base; lot_size: smallest units of base."""

    symbol: str
    base: Asset
    quote: Asset
    tick_size: int
    lot_size: int

    @property
    def tick_lot_amount(self) -> int:
        """Smallest units of quote in one lot at one tick. Exact; raises InexactNotional where it would not be."""
        unit: int = 10**self.base.decimals
        amount, rest = divmod(self.tick_size * self.lot_size, unit)
        if rest or amount <= 0:
            raise InexactNotional(f"{self.symbol}: tick x lot is not a whole number of {self.quote.symbol} units")
        return amount

    def amount(self, price: int, quantity: int) -> Amount:
        """What quantity costs at price, in smallest units of quote."""
        return Amount(price * quantity * self.tick_lot_amount)

    def parse_price(self, text: str) -> Ticks:
        """Raises NotADecimal, TooFine or OffIncrement."""
        return Ticks(_whole(parse_decimal(text, self.quote.decimals), self.tick_size, text))

    def parse_quantity(self, text: str) -> Lots:
        """Raises NotADecimal, TooFine or OffIncrement."""
        return Lots(_whole(parse_decimal(text, self.base.decimals), self.lot_size, text))

    def format_price(self, price: int) -> str:
        return format_decimal(price * self.tick_size, self.quote.decimals)

    def format_quantity(self, quantity: int) -> str:
        return format_decimal(quantity * self.lot_size, self.base.decimals)


class Account(Struct, frozen=True, array_like=True, gc=False):
    """A firm's trading account."""

    name: str
    firm: str


class Session(Struct, frozen=True, array_like=True, gc=False):
    """A trading session of a firm: the CompID that it logs on with.

    message_sequence: MsgSeqNum of its last journalled request since its last reset; where a restarted
    gateway asks it to resend from. logged_on: as far as it was journalled; a gateway that died did not tell.
    """

    name: str
    firm: str
    message_sequence: int = 0
    logged_on: bool = False


class Reference(Struct, frozen=True, array_like=True, gc=False):
    """All reference data at one journal position; what the engine process tells a peer in its welcome."""

    assets: tuple[Asset, ...]
    instruments: tuple[Instrument, ...]
    firms: tuple[str, ...]
    accounts: tuple[Account, ...]
    sessions: tuple[Session, ...]
    ledger_open: bool = False


def _whole(number: int, increment: int, text: str) -> int:
    count, rest = divmod(number, increment)
    if rest:
        raise OffIncrement(text)
    return count
