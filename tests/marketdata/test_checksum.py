"""The documented rule, and that it notices every difference."""

from zlib import crc32

import venue.marketdata.checksum as documented
from venue.domain.reference import Asset, Instrument
from venue.marketdata import Level
from venue.marketdata.checksum import checksum

# Tick 0.01 USD, lot 0.1 BTC.
BTC = Instrument("BTC/USD", Asset("BTC", 8), Asset("USD", 6), 10_000, 10_000_000)


def test_the_documented_example_has_its_checksum() -> None:
    bids, asks = [Level(10_025, 5, 1), Level(10_000, 20, 3)], [Level(10_100, 100, 1)]
    assert crc32(b"100.25:0.5,100:2|101:10") == 745145073
    assert checksum(BTC, bids, asks) == 745145073
    for fact in ("100.25:0.5,100:2|101:10", "745145073"):
        assert fact in (documented.__doc__ or "")


def test_an_empty_side_keeps_the_bar() -> None:
    assert checksum(BTC, [], []) == crc32(b"|")
    assert checksum(BTC, [Level(1, 1, 1)], []) == crc32(b"0.01:0.1|")
    assert checksum(BTC, [], [Level(1, 1, 1)]) == crc32(b"|0.01:0.1")


def test_ten_levels_count_and_no_more() -> None:
    levels = [Level(price, 5, 1) for price in range(100, 112)]
    assert checksum(BTC, [], levels) == checksum(BTC, [], levels[:10])
    assert checksum(BTC, [], levels[:9]) != checksum(BTC, [], levels[:10])
    assert checksum(BTC, [], [*levels[:9], Level(109, 6, 1)]) != checksum(BTC, [], levels)
