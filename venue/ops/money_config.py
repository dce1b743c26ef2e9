"""``money.toml``: whether orders need balances, fees by instrument and tier, risk limits, and the funds that accounts
begin with. Turned into the domain's commands."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pydantic

from venue.domain.commands import Command
from venue.domain.enums import LimitScope
from venue.domain.funds import NO_FEES, NO_LIMITS, FeeRates, RiskLimits
from venue.domain.funds_commands import CreditAccount, SetFees, SetFirmTier, SetLimits
from venue.domain.limits import (
    MAX_AMOUNT,
    MAX_NAME_LENGTH,
    MAX_ORDERS_PER_SECOND,
    MAX_QUANTITY_LOTS,
    MAX_TRANSFER_ID_LENGTH,
)
from venue.domain.money import Amount, format_decimal, parse_decimal
from venue.domain.reference import Asset, Instrument
from venue.ops.money_text import WrongMoney, format_amount, parse_amount, parse_rate
from venue.ops.rules_config import WrongRules, basis_points_of, number_of, percent_of
from venue.ops.toml_file import Strict

_TIER = r"^([!-~]([ -~]*[!-~])?)?$"
# What a limit is of: all orders of its scope together, or those in one instrument.
_TOGETHER = ("open_orders", "orders_per_second")
_OF_AN_ORDER = ("order_quantity", "order_notional", "collar_percent")


class Listed(NamedTuple):
    """What settings list, by name: entries of money are of these."""

    assets: dict[str, Asset]
    instruments: dict[str, Instrument]
    firms: tuple[str, ...]
    accounts: tuple[str, ...]


class LedgerConfig(Strict):
    """open None: in a new data directory; one that traded without balances goes on so until an operator opens it."""

    open: bool | None = None


class FeeConfig(Strict):
    """Rates as "0.05%" or "5bp"; below zero: a rebate. tier "": of all firms without rates of their own."""

    instrument: str
    tier: str = pydantic.Field(default="", pattern=_TIER, max_length=MAX_NAME_LENGTH)
    maker: str = "0"
    taker: str = "0"


class LimitValues(Strict):
    """As people write them: quantities in whole base, notional in whole quote, per cent, counts. None: no limit."""

    order_quantity: str | None = None
    order_notional: str | None = None
    open_orders: int | None = pydantic.Field(default=None, ge=1, le=MAX_QUANTITY_LOTS)
    daily_volume: str | None = None
    position: str | None = None
    collar_percent: str | None = None
    orders_per_second: int | None = pydantic.Field(default=None, ge=1, le=MAX_ORDERS_PER_SECOND)

    def limits(self, scope: LimitScope, instrument: Instrument | None) -> RiskLimits:
        """instrument: whose limits they are, or in which they are the firm's or account's. Raises WrongRules."""
        self._check(scope, instrument)
        quantities = {
            key: 0 if instrument is None else _quantity(key, getattr(self, key), instrument)
            for key in ("order_quantity", "daily_volume", "position")
        }
        notional = 0 if instrument is None else _notional(self.order_notional, instrument)
        return RiskLimits(
            **quantities,
            order_notional=Amount(notional),
            open_orders=self.open_orders or 0,
            collar_basis_points=basis_points_of("collar_percent", self.collar_percent),
            orders_per_second=self.orders_per_second or 0,
        )

    def _check(self, scope: LimitScope, instrument: Instrument | None) -> None:
        for key in LIMIT_KEYS:
            if getattr(self, key) is None:
                continue
            if scope is LimitScope.INSTRUMENT and key not in _OF_AN_ORDER:
                raise WrongRules(key, "is a limit of firms and accounts: say whose")
            if instrument is None and key not in _TOGETHER:
                raise WrongRules(key, "is of one instrument: say which")


LIMIT_KEYS = tuple(LimitValues.model_fields)


class LimitConfig(LimitValues):
    """firm, account: whose orders, one of the two; none: everybody's. instrument: in it alone."""

    instrument: str = ""
    firm: str = ""
    account: str = ""

    def key(self) -> tuple[LimitScope, str, str]:
        """As SetLimits has it. Raises WrongRules."""
        if self.firm and self.account:
            raise WrongRules("account", "a limit is of a firm or of an account, not of both")
        if self.firm:
            return LimitScope.FIRM, self.firm, self.instrument
        if self.account:
            return LimitScope.ACCOUNT, self.account, self.instrument
        if not self.instrument:
            raise WrongRules("instrument", "a limit is of an instrument, a firm or an account: give one")
        return LimitScope.INSTRUMENT, self.instrument, ""

    def check_known(self, listed: Listed) -> None:
        """Raises WrongRules."""
        known = {"firm": listed.firms, "account": listed.accounts, "instrument": listed.instruments}
        for key, names in known.items():
            if getattr(self, key):
                _check(key, getattr(self, key), names)


class FundingConfig(Strict):
    """amounts: by asset, in whole units."""

    account: str
    amounts: dict[str, str]


class MoneyConfig(Strict):
    """tiers: by firm."""

    ledger: LedgerConfig = LedgerConfig()
    fee: tuple[FeeConfig, ...] = ()
    tiers: dict[str, str] = pydantic.Field(default_factory=dict)
    limit: tuple[LimitConfig, ...] = ()
    funding: tuple[FundingConfig, ...] = ()

    def commands(self, listed: Listed, operator: str) -> list[Command]:
        """Fees of every instrument, tiers of every firm, limits of every instrument, firm and account: those that
        settings do not have are none. Raises WrongRules."""
        return [
            *(SetFees(0, operator, *key, rates) for key, rates in self._fees(listed).items()),
            *(SetFirmTier(0, operator, firm, tier) for firm, tier in self._tiers(listed).items()),
            *(SetLimits(0, operator, *key, limits) for key, limits in self._limits(listed).items()),
        ]

    def credits(self, listed: Listed, operator: str) -> list[Command]:
        """Each with an id of its own, so that it is credited once. Raises WrongRules."""
        given: dict[str, Command] = {}
        for number, entry in enumerate(self.funding, 1):
            account = f"funding.{number}.account"
            _check(account, entry.account, listed.accounts)
            for symbol, text in entry.amounts.items():
                _check(f"funding.{number}.amounts", symbol, listed.assets)
                transfer_id = f"opening-{entry.account}-{symbol}"
                if len(transfer_id) > MAX_TRANSFER_ID_LENGTH:
                    raise WrongRules(account, f"{entry.account} is too long a name for this: use venue credit")
                if transfer_id in given:
                    raise WrongRules(account, f"{symbol} of {entry.account} is there twice: keep one of them")
                try:
                    amount = parse_amount(text, listed.assets[symbol])
                except WrongMoney as error:
                    raise WrongRules(f"funding.{number}.amounts", f"{symbol}: {error}") from None
                given[transfer_id] = CreditAccount(
                    *(0, operator, transfer_id, entry.account, symbol, amount), "opening funds of the settings"
                )
        return list(given.values())

    def _fees(self, listed: Listed) -> dict[tuple[str, str], FeeRates]:
        fees = dict.fromkeys((("", symbol) for symbol in listed.instruments), NO_FEES)
        given = set()
        for number, entry in enumerate(self.fee, 1):
            key = (entry.tier, entry.instrument)
            with _at(f"fee.{number}"):
                _check("instrument", entry.instrument, listed.instruments)
                if key in given:
                    tier = f", tier {entry.tier}," if entry.tier else ""
                    raise WrongRules("instrument", f"{entry.instrument}{tier} is there twice: keep one of them")
                fees[key] = rates_of(entry.maker, entry.taker)
            given.add(key)
        return fees

    def _tiers(self, listed: Listed) -> dict[str, str]:
        for firm, tier in self.tiers.items():
            _check(f"tiers.{firm}", firm, listed.firms)
            if len(tier) > MAX_NAME_LENGTH or not tier.isprintable():
                raise WrongRules(f"tiers.{firm}", f"{tier!r} is not a name")
        return dict.fromkeys(listed.firms, "") | self.tiers

    def _limits(self, listed: Listed) -> dict[tuple[LimitScope, str, str], RiskLimits]:
        limits = {
            **{(LimitScope.INSTRUMENT, symbol, ""): NO_LIMITS for symbol in listed.instruments},
            **{(LimitScope.FIRM, firm, ""): NO_LIMITS for firm in listed.firms},
            **{(LimitScope.ACCOUNT, account, ""): NO_LIMITS for account in listed.accounts},
        }
        given = set()
        for number, entry in enumerate(self.limit, 1):
            with _at(f"limit.{number}"):
                scope, name, symbol = key = entry.key()
                entry.check_known(listed)
                if key in given:
                    what = " in ".join(filter(None, (name, symbol)))
                    raise WrongRules(scope.value, f"{what} is there twice: keep one of them")
                limits[key] = entry.limits(scope, listed.instruments.get(entry.instrument))
            given.add(key)
        return limits


@contextmanager
def _at(place: str) -> Iterator[None]:
    """What is wrong is so there."""
    try:
        yield
    except WrongRules as error:
        raise WrongRules(f"{place}.{error.key}", error.told) from None


def rates_of(maker: str, taker: str) -> FeeRates:
    """Raises WrongRules."""
    rates = {}
    for key, text in (("maker", maker), ("taker", taker)):
        try:
            rates[key] = parse_rate(text)
        except WrongMoney as error:
            raise WrongRules(key, str(error)) from None
    if rates["maker"] + rates["taker"] < 0:
        raise WrongRules("maker" if rates["maker"] < 0 else "taker", "a rebate is larger than the other side's fee")
    return FeeRates(**rates)


def limits_in_words(limits: RiskLimits, instrument: Instrument | None) -> dict[str, str]:
    """Those that there are, by key, as people write them."""
    words: dict[str, str] = {}
    for key in LIMIT_KEYS:
        number = limits.collar_basis_points if key == "collar_percent" else getattr(limits, key)
        if not number:
            continue
        if key in _TOGETHER or instrument is None:
            words[key] = str(number)
        elif key == "collar_percent":
            words[key] = percent_of(number)
        elif key == "order_notional":
            words[key] = format_decimal(number, instrument.quote.decimals)
        else:
            words[key] = instrument.format_quantity(number)
    return words


def _quantity(key: str, text: str | None, instrument: Instrument) -> int:
    lots = 0 if text is None else number_of(key, text, instrument.parse_quantity)
    if text is not None and not lots:
        raise WrongRules(key, f"{text!r} is nothing: leave it out to have no limit")
    if lots > MAX_QUANTITY_LOTS:
        raise WrongRules(key, f"{text!r} is above the largest, {instrument.format_quantity(MAX_QUANTITY_LOTS)}")
    return lots


def _notional(text: str | None, instrument: Instrument) -> int:
    key, quote = "order_notional", instrument.quote
    amount = 0 if text is None else number_of(key, text, lambda given: parse_decimal(given, quote.decimals))
    if text is not None and not amount:
        raise WrongRules(key, f"{text!r} is nothing: leave it out to have no limit")
    if amount > MAX_AMOUNT:
        raise WrongRules(key, f"{text!r} is above the largest, {format_amount(MAX_AMOUNT, quote)}")
    return amount


def _check(key: str, name: str, known: Iterable[str]) -> None:
    """Raises WrongRules."""
    names = list(known)
    if name not in names:
        raise WrongRules(key, f"{name!r} is not there; there are {', '.join(sorted(names)) or 'none'}")
