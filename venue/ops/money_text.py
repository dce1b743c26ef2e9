"""Money as people write it: amounts in whole units of an asset, fee rates in per cent or basis points; exact."""

import re

from venue.domain.limits import MAX_AMOUNT, MAX_FEE_RATE
from venue.domain.money import Amount, NotADecimal, TooFine, format_decimal, parse_decimal
from venue.domain.reference import Asset

# A rate is kept in millionths: so many decimals of a per cent, of a basis point.
_RATE_DECIMALS = {"%": 4, "bp": 2, "bps": 2}
_RATE = re.compile(r"(\S+?)\s*(%|bps?)\Z", re.ASCII)


class WrongMoney(ValueError):
    """The text, and what is wrong with it."""


def parse_amount(text: str, asset: Asset) -> Amount:
    """Smallest units, above zero. Raises WrongMoney."""
    try:
        number = parse_decimal(text, asset.decimals)
    except NotADecimal:
        raise WrongMoney(f"{text!r} is not a decimal number") from None
    except TooFine:
        smallest = format_decimal(1, asset.decimals)
        raise WrongMoney(f"{text!r} is too fine: the smallest unit of {asset.symbol} is {smallest}") from None
    if number <= 0:
        raise WrongMoney(f"{text!r} is not above 0")
    if number > MAX_AMOUNT:
        raise WrongMoney(f"{text!r} is above the largest amount, {format_amount(MAX_AMOUNT, asset)}")
    return Amount(number)


def format_amount(number: int, asset: Asset) -> str:
    return f"{format_decimal(number, asset.decimals)} {asset.symbol}"


def parse_rate(text: str) -> int:
    """Millionths of the notional; below zero: a rebate. Raises WrongMoney."""
    match = _RATE.match(text.strip())
    if match is None:
        if text.strip() == "0":
            return 0
        raise WrongMoney(f'{text!r} is not a rate, as "0.05%" or "5bp"')
    number, unit = match.groups()
    try:
        rate = parse_decimal(number, _RATE_DECIMALS[unit])
    except NotADecimal:
        raise WrongMoney(f'{text!r} is not a rate, as "0.05%" or "5bp"') from None
    except TooFine:
        raise WrongMoney(f"{text!r} is too fine: rates are whole millionths, 0.0001%") from None
    if abs(rate) > MAX_FEE_RATE:
        raise WrongMoney(f"{text!r} is more than {format_rate(MAX_FEE_RATE)}")
    return rate


def format_rate(millionths: int) -> str:
    return f"{format_decimal(millionths, _RATE_DECIMALS['%'])}%"
