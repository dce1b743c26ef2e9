"""Prices, quantities and amounts are exact from text to text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.domain.commands import AddAsset
from venue.domain.money import Amount, NotADecimal, TooFine, format_decimal, parse_decimal
from venue.domain.reference import Asset, InexactNotional, Instrument, OffIncrement
from venue.domain.reject_reason import RejectReason
from venue.sequencer import codec

BTC, ETH, USD = Asset("BTC", 8), Asset("ETH", 18), Asset("USD", 6)
BTC_USD = Instrument("BTC-USD", BTC, USD, tick_size=10_000, lot_size=10_000)


@given(st.integers(-(10**40), 10**40), st.integers(0, 18))
def test_formatting_then_parsing_gives_the_same_number(number: int, decimals: int) -> None:
    text = format_decimal(number, decimals)
    assert parse_decimal(text, decimals) == number
    assert Decimal(text) == Decimal(number).scaleb(-decimals, None) or len(str(abs(number))) > 28
    assert not text.endswith(".")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 100), ("1.5", 150), ("1.50", 150), ("-0.01", -1), (".5", 50), ("5.", 500), ("007", 700), ("1.000000", 100)],
)
def test_decimal_text_becomes_whole_units(text: str, number: int) -> None:
    assert parse_decimal(text, 2) == number


@pytest.mark.parametrize("length", [3_999, 4_000, 4_001, 4_300, 4_301, 8_000, 8_192])
def test_a_number_may_have_any_length(length: int) -> None:
    """More digits than Python's int takes at once."""
    number = 10**length - 10 ** (length // 2)
    digits = "9" * (length - length // 2) + "0" * (length // 2)
    assert parse_decimal(digits, 0) == number
    assert parse_decimal(f"-{digits}.5", 1) == -(number * 10 + 5)
    assert parse_decimal("0" * length + "7", 0) == 7


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1e5", "+1", "1,000", " 1", "1 ", "0x1", "nan", "inf", "١", "1.2.3", "--1"]
)
def test_what_is_not_a_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(NotADecimal):
        parse_decimal(text, 2)


def test_digits_beyond_the_unit_are_refused_not_rounded() -> None:
    with pytest.raises(TooFine):
        parse_decimal("0.001", 2)


def test_a_price_off_tick_is_refused_not_rounded() -> None:
    assert BTC_USD.parse_price("100.01") == 10_001
    with pytest.raises(OffIncrement):
        BTC_USD.parse_price("100.001")
    with pytest.raises(OffIncrement):
        BTC_USD.parse_quantity("0.00015")


def test_prices_and_quantities_are_printed_as_people_write_them() -> None:
    assert BTC_USD.format_price(6_000_050) == "60000.5"
    assert BTC_USD.format_quantity(5_000) == "0.5"
    assert BTC_USD.format_price(0) == "0"


def test_notional_is_exact_or_the_instrument_is_refused() -> None:
    assert BTC_USD.amount(6_000_000, 15_000) == 90_000_000_000  # 1.5 BTC at 60,000 USD, in millionths
    inexact = Instrument("BTC-USD", BTC, Asset("USD", 2), tick_size=1, lot_size=1)
    with pytest.raises(InexactNotional):
        inexact.tick_lot_amount  # noqa: B018


@given(st.integers(-(2**200), 2**200))
def test_amounts_of_any_size_survive_the_wire(number: int) -> None:
    amounts = codec.decoder(list[Amount]).decode(codec.encode([Amount(number)]))
    assert amounts == [number]
    assert type(amounts[0]) is Amount


def test_plain_integers_beyond_64_bits_never_reach_the_wire_by_accident() -> None:
    with pytest.raises(OverflowError):
        codec.encode(AddAsset(1 << 64, "x", "ETH", 18))


def test_reject_reasons_are_journalled_by_code_and_codes_are_unique() -> None:
    codes = [reason.value for reason in RejectReason]
    assert len(codes) == len(set(codes))
    assert codec.decoder(RejectReason).decode(codec.encode(RejectReason.UNKNOWN_SYMBOL)) is RejectReason.UNKNOWN_SYMBOL
