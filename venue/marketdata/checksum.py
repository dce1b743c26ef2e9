"""The checksum of a book, by which a client proves its own.

The rule, for any language:

1. Take the best 10 levels of each side that your book shows, best first; fewer where it shows fewer.
2. Write each level as ``price:quantity``, both as decimals in units of the instrument, as people write them: no
   exponent, no plus sign, no leading zeros but the one before the point, no trailing zeros after it, no point without
   digits after it (``30000``, ``0.05``, ``100.5``).
3. Join the bids by ``,``, the asks by ``,``, and the two by ``|`` (which stands there even where a side is empty).
4. The checksum is the CRC-32 of that ASCII text (ISO 3309, as zlib, PNG and Ethernet have it), an unsigned number.

For bids of 0.5 at 100.25 and of 2 at 100, and one ask of 10 at 101, the text is ``100.25:0.5,100:2|101:10`` and its
checksum 745145073. A book of 5 levels is summed over its 5.
"""

from collections.abc import Iterable
from itertools import islice
from zlib import crc32

from venue.domain.limits import CHECKSUM_LEVELS
from venue.domain.reference import Instrument
from venue.marketdata.messages import Level


def checksum(instrument: Instrument, bids: Iterable[Level], asks: Iterable[Level]) -> int:
    """Levels best first; more than the best 10 do not count."""
    return crc32(f"{_text(instrument, bids)}|{_text(instrument, asks)}".encode("ascii"))


def _text(instrument: Instrument, levels: Iterable[Level]) -> str:
    price, quantity = instrument.format_price, instrument.format_quantity
    return ",".join(f"{price(level.price)}:{quantity(level.quantity)}" for level in islice(levels, CHECKSUM_LEVELS))
