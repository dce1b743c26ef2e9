"""The stakes of all accounts in all instruments; by which fees they trade, and which limits they keep to."""

from typing import Final

from venue.domain.enums import LimitScope
from venue.domain.funds import FeeRates
from venue.engine.directory import Directory
from venue.engine.market import Market
from venue.engine.stake import Stake
from venue.ledger import Ledger
from venue.risk import LimitLevel

_INSTRUMENT: Final = LimitScope.INSTRUMENT
_FIRM: Final = LimitScope.FIRM
_ACCOUNT: Final = LimitScope.ACCOUNT


class Stakes:
    """rates: by (tier, symbol). levels: limits by (scope, name, symbol), as SetLimits has them."""

    __slots__ = ("_directory", "_ledger", "levels", "rates")

    def __init__(self, directory: Directory, ledger: Ledger) -> None:
        self._directory = directory
        self._ledger = ledger
        self.rates: dict[tuple[str, str], FeeRates] = {}
        self.levels: dict[tuple[LimitScope, str, str], LimitLevel] = {}

    def of(self, market: Market, account: str) -> Stake:
        """Made on first use."""
        stake = market.stakes.get(account)
        if stake is None:
            instrument, ledger = market.instrument, self._ledger
            firm = self._directory.accounts[account].firm
            stake = market.stakes[account] = Stake(
                account,
                firm,
                instrument.symbol,
                ledger.funds_of(account, instrument.base.symbol),
                ledger.funds_of(account, instrument.quote.symbol),
            )
            self.set_rates(stake)
            for key in _scopes(stake):
                level = self.levels.get(key)
                if level is not None:
                    stake.levels.append(level)
                    level.exposures.append(stake)
        return stake

    def covered(self, scope: LimitScope, name: str, symbol: str) -> list[Stake]:
        """The stakes that limits of the scope are for, of those that there are."""
        directory = self._directory
        if scope is _INSTRUMENT:
            return list(directory.markets[name].stakes.values())
        accounts = list(directory.firms[name].accounts) if scope is _FIRM else [name]
        markets = [directory.markets[symbol]] if symbol else list(directory.markets.values())
        return [market.stakes[each] for market in markets for each in accounts if each in market.stakes]

    def set_rates(self, stake: Stake) -> None:
        """As they stand now."""
        tier = self._directory.firms[stake.firm].tier
        rates = self.rates.get((tier, stake.symbol)) or self.rates.get(("", stake.symbol))
        stake.maker_rate, stake.taker_rate = (0, 0) if rates is None else (rates.maker, rates.taker)

    def end_day(self) -> None:
        """The day's volume starts again."""
        for market in self._directory.markets.values():
            for stake in market.stakes.values():
                stake.traded = 0


def _scopes(stake: Stake) -> list[tuple[LimitScope, str, str]]:
    """Whose limits the stake's orders keep to, as SetLimits names them."""
    symbol = stake.symbol
    return [
        (_INSTRUMENT, symbol, ""),
        (_FIRM, stake.firm, symbol),
        (_FIRM, stake.firm, ""),
        (_ACCOUNT, stake.account, symbol),
        (_ACCOUNT, stake.account, ""),
    ]
