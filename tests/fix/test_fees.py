"""Fees in reports: what each side of a trade was charged, in both versions of FIX."""

import pytest

from tests.engine.trading import BUY, SELL, SETUP, SYMBOL, place
from venue.domain.events import OrderMatched
from venue.domain.funds import FeeRates
from venue.domain.funds_commands import CreditAccount, OpenLedger, SetFees
from venue.domain.money import Amount
from venue.engine import Engine
from venue.fix.reports import Reporter
from venue.fix.translation import translation
from venue.fix.wire import SOH
from venue.sequencer.codec import Record

MUCH = Amount(10**20)


def fills(rates: FeeRates | None) -> list[dict[str, str]]:
    """Fields of the two reports of one trade, the taker's first: 100 lots at 100 ticks."""
    engine = Engine()
    setup = [*SETUP, OpenLedger(1, "op")]
    if rates is not None:
        setup.append(SetFees(1, "op", "", SYMBOL, rates))
    setup += [CreditAccount(1, "op", f"{a}-{x}", a, x, MUCH) for a in ("acc-a", "acc-b1") for x in ("BTC", "USD")]
    for command in (*setup, place("maker", SELL, 100, 100)):
        engine.apply(command)
    taken = place("taker", BUY, None, 100, session="B1", account="acc-b1")
    events = engine.apply(taken)
    assert isinstance(events[1], OrderMatched), events
    reports = Reporter(engine.reference().instruments).reports(Record(engine.sequence, taken, events))
    return [dict(field.split("=", 1) for field in report.body.split(SOH)[:-1]) for report in reports[1:]]


def test_each_side_is_told_its_own_fee() -> None:
    # 100 ticks x 100 lots are 0.01 USD, 10,000 smallest units: 25 and minus 1 in a thousand.
    taker, maker = fills(FeeRates(maker=-1_000, taker=25_000))
    assert (taker["381"], taker["12"], taker["13"], taker["479"]) == ("0.01", "0.00025", "3", "USD")
    assert (maker["381"], maker["12"], maker["13"], maker["479"]) == ("0.01", "-0.00001", "3", "USD")


@pytest.mark.parametrize("rates", [None, FeeRates()])
def test_a_trade_without_a_fee_says_nothing_of_one(rates: FeeRates | None) -> None:
    for report in fills(rates):
        assert report.keys().isdisjoint({"12", "13", "479"})


def test_fix_42_has_the_fee_without_its_currency() -> None:
    taker, _ = fills(FeeRates(maker=0, taker=25_000))
    translate = translation("FIX.4.2")
    assert translate is not None
    told = translate("".join(f"{tag}={value}{SOH}" for tag, value in taker.items()))
    assert f"{SOH}12=0.00025{SOH}" in told
    assert f"{SOH}13=3{SOH}" in told
    assert f"{SOH}479=" not in told
