"""Integers for prices, quantities and amounts, and the one way from decimal text to them and back.

Units: ``Ticks`` and ``Lots`` are multiples of an instrument's tick and lot; ``Amount`` counts an asset's
smallest units (satoshi, wei) and may exceed 64 bits: it travels as a MessagePack extension.
"""

import re
from typing import TYPE_CHECKING, Any, NewType

from msgspec import ValidationError
from msgspec.msgpack import Ext

Ticks = NewType("Ticks", int)
Lots = NewType("Lots", int)

_DECIMAL = re.compile(r"(-?)(\d*)(?:\.(\d*))?\Z", re.ASCII)
_DIGITS_AT_ONCE = 4_000
_SHIFT: int = 10**_DIGITS_AT_ONCE


class Amount(int):
    """An exact number of an asset's smallest units, of any size."""

    __slots__ = ()


if TYPE_CHECKING:
    Units = int
else:
    # Any: an integer as it is, which is quick to write and read, or an Amount where it may be beyond 64 bits.
    Units = Any

# The MessagePack extension type of amounts.
_AMOUNT = 1


def encode_hook(value: object) -> Ext:
    """Amounts travel as two's complement big-endian bytes of any length."""
    if isinstance(value, Amount):
        return Ext(_AMOUNT, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
    raise NotImplementedError(type(value).__name__)


def decode_hook(expected: type, value: object) -> object:
    if expected is Amount and isinstance(value, int):
        return Amount(value)
    raise NotImplementedError(expected.__name__)


def extension_hook(code: int, data: memoryview) -> Amount:
    if code != _AMOUNT:
        raise ValidationError(f"unknown extension type {code}")
    return Amount.from_bytes(data, "big", signed=True)


class NotADecimal(ValueError):
    """The text is not a plain decimal number (FIX float: digits, at most one point among them, no exponent)."""


class TooFine(ValueError):
    """The number has non-zero digits beyond the decimals that the unit keeps."""


def parse_decimal(text: str, decimals: int) -> int:
    """The number in units of 10**-decimals. Exact, from the text; never through a double.

    Raises NotADecimal or TooFine.
    """
    match = _DECIMAL.match(text)
    if match is None or not (match[2] or match[3]):
        raise NotADecimal(text)
    sign, whole, fraction = match.groups()
    fraction = (fraction or "").rstrip("0")
    if len(fraction) > decimals:
        raise TooFine(text)
    number = _integer(whole + fraction.ljust(decimals, "0"))
    return -number if sign else number


def _integer(digits: str) -> int:
    """Of any length: int takes so many digits at once."""
    if len(digits) <= _DIGITS_AT_ONCE:
        return int(digits)
    return _integer(digits[:-_DIGITS_AT_ONCE]) * _SHIFT + int(digits[-_DIGITS_AT_ONCE:])


def format_decimal(number: int, decimals: int) -> str:
    """The text of number * 10**-decimals, as people write it: no exponent, no trailing zeros."""
    sign = "-" if number < 0 else ""
    if decimals == 0:
        return f"{number}"
    digits = str(abs(number)).rjust(decimals + 1, "0")
    fraction = digits[-decimals:].rstrip("0")
    return f"{sign}{digits[:-decimals]}.{fraction}" if fraction else f"{sign}{digits[:-decimals]}"
