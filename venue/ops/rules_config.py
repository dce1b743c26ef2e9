"""How instruments trade, as people write it in TOML: prices and quantities as decimal text, per cent, seconds, times of
day. Turned into the domain's rules in ticks, lots, basis points and nanoseconds, and back."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, time, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import pydantic

from venue.domain.enums import Algorithm, Phase, SelfTradeMode
from venue.domain.limits import MAX_PRICE_TICKS
from venue.domain.money import NotADecimal, TooFine, format_decimal, parse_decimal
from venue.domain.reference import Instrument, OffIncrement
from venue.domain.rules import AllocationRule, InstrumentRules, LeadMarketMaker
from venue.matching import allocation_of
from venue.ops.toml_file import Strict
from venue.scheduler import PhaseTime

_PERCENT_DECIMALS = 2
_WHOLE = 100 * 10**_PERCENT_DECIMALS
_SECOND_NS = 1_000_000_000
_DAY_SECONDS = 86_400
_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_DAYS_OF_WEEK = re.compile(rf"(?:{_DAYS})(?:-(?:{_DAYS}))?(?:,(?:{_DAYS})(?:-(?:{_DAYS}))?)*\Z")

# As people write them, in settings and on the command line.
SELF_TRADE_MODES: dict[str, SelfTradeMode | None] = {
    "none": None,
    **{mode.name.lower().replace("_", "-"): mode for mode in SelfTradeMode},
}


# The numbers that an algorithm makes use of; K, of all.
_NUMBERS_OF = {
    Algorithm.FIFO: (),
    Algorithm.TOP_PRO_RATA: ("top_minimum", "top_maximum", "pro_rata_minimum"),
    Algorithm.PRO_RATA: ("pro_rata_minimum",),
}


class WrongRules(ValueError):
    """What is wrong with the value of a key; told: without the key."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(f"{key}: {text}")
        self.key = key
        self.told = text


class LeadMarketMakerConfig(Strict):
    account: str = pydantic.Field(min_length=1)
    percent: int = pydantic.Field(ge=0, le=100)


class AllocationConfig(Strict):
    """Quantities in whole base, decimal text; percentages in whole per cent."""

    algorithm: Literal["F", "A", "C", "K"] = "F"
    top_minimum: str = "0"
    top_maximum: str = "0"
    lead_market_makers: tuple[LeadMarketMakerConfig, ...] = ()
    fifo_percent: int = pydantic.Field(default=0, ge=0, le=100)
    pro_rata_minimum: str = "0"
    leveling: bool = False


class RulesConfig(Strict):
    """Prices in whole quote, percentages in per cent, both as decimal text, above 0. None: off."""

    reference_price: str | None = None
    protection: str | None = None
    protection_rests: bool = False
    band_percent: str | None = None
    breaker_percent: str | None = None
    breaker_window_seconds: int = pydantic.Field(default=0, ge=0, le=_DAY_SECONDS)
    halt_seconds: int = pydantic.Field(default=0, ge=0, le=_DAY_SECONDS)
    allocation: AllocationConfig = AllocationConfig()

    def for_instrument(self, instrument: Instrument) -> InstrumentRules:
        """Raises WrongRules."""
        breaker = basis_points_of("breaker_percent", self.breaker_percent)
        if breaker and not (self.breaker_window_seconds and self.halt_seconds):
            raise WrongRules("breaker_percent", "needs breaker_window_seconds and halt_seconds above 0")
        return InstrumentRules(
            allocation=self._allocation(instrument),
            protection_ticks=_price("protection", self.protection, instrument),
            protection_rests=self.protection_rests,
            reference_price=_price("reference_price", self.reference_price, instrument),
            band_basis_points=basis_points_of("band_percent", self.band_percent),
            breaker_basis_points=breaker,
            breaker_window_ns=self.breaker_window_seconds * _SECOND_NS,
            halt_ns=self.halt_seconds * _SECOND_NS,
        )

    def _allocation(self, instrument: Instrument) -> AllocationRule:
        given, lots = self.allocation, instrument.parse_quantity
        rule = AllocationRule(
            algorithm=Algorithm(given.algorithm),
            top_minimum=number_of("allocation.top_minimum", given.top_minimum, lots),
            top_maximum=number_of("allocation.top_maximum", given.top_maximum, lots),
            lead_market_makers=tuple(LeadMarketMaker(m.account, m.percent) for m in given.lead_market_makers),
            fifo_percent=given.fifo_percent,
            pro_rata_minimum=number_of("allocation.pro_rata_minimum", given.pro_rata_minimum, lots),
            leveling=given.leveling,
        )
        _, *numbers = rule.__struct_fields__
        for name in numbers:
            if getattr(rule, name) and name not in _NUMBERS_OF.get(rule.algorithm, numbers):
                text = f"algorithm {given.algorithm} makes no use of it: remove it, or choose another algorithm"
                raise WrongRules(f"allocation.{name}", text)
        try:
            allocation_of(rule)
        except ValueError as error:
            raise WrongRules("allocation", str(error)) from None
        return rule


class ScheduleConfig(Strict):
    """When an instrument's phases begin, by the clock of a time zone: HH:MM or HH:MM:SS; "": never."""

    pre_open: str = ""
    open: str = ""
    close: str = ""
    days: str = "mon-sun"
    time_zone: str = "UTC"

    @pydantic.field_validator("days")
    @classmethod
    def _known_days(cls, text: str) -> str:
        if not _DAYS_OF_WEEK.match(text):
            raise ValueError(f'{text!r} is not a list of days, as "mon-fri" or "sat,sun"')
        return text

    def phase_times(self, symbol: str) -> tuple[PhaseTime, ...]:
        """Raises WrongRules."""
        zone = time_zone(self.time_zone)
        if self.close and not self.open:
            raise WrongRules("close", "needs open: once closed, it would stay so")
        given = {"pre_open": Phase.PRE_OPEN, "open": Phase.OPEN, "close": Phase.CLOSED}
        return tuple(
            PhaseTime(symbol, phase, time_of_day(key, text), self.days, zone)
            for key, phase in given.items()
            if (text := getattr(self, key))
        )


def time_of_day(key: str, text: str) -> time:
    """Raises WrongRules."""
    if not re.match(r"\d\d:\d\d(:\d\d)?\Z", text, re.ASCII):
        raise WrongRules(key, f"{text!r} is not a time of day, HH:MM or HH:MM:SS")
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise WrongRules(key, f"{text!r} is not a time of day: {error}") from None


def time_zone(text: str) -> tzinfo:
    """Raises WrongRules."""
    if text == "UTC":
        return UTC
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        raise WrongRules(
            "time_zone", f'{text!r} is not a time zone that this machine knows, as "Europe/Zurich"'
        ) from None


def no_account(name: str, accounts: Iterable[str]) -> WrongRules:
    """Of a lead market maker."""
    text = f"{name} is no account: the accounts are {', '.join(sorted(accounts))}"
    return WrongRules("allocation.lead_market_makers", text)


def as_toml(rules: InstrumentRules, instrument: Instrument) -> str:
    """What --set takes: every rule that is not nothing, as people write it."""
    allocation = rules.allocation
    lines = [
        *_line("reference_price", _text(rules.reference_price, instrument.format_price)),
        *_line("protection", _text(rules.protection_ticks, instrument.format_price)),
        *_line("protection_rests", rules.protection_rests),
        *_line("band_percent", _text(rules.band_basis_points, percent_of)),
        *_line("breaker_percent", _text(rules.breaker_basis_points, percent_of)),
        *_line("breaker_window_seconds", rules.breaker_window_ns // _SECOND_NS),
        *_line("halt_seconds", rules.halt_ns // _SECOND_NS),
        f'allocation.algorithm = "{allocation.algorithm.value}"',
        *_line("allocation.top_minimum", _text(allocation.top_minimum, instrument.format_quantity)),
        *_line("allocation.top_maximum", _text(allocation.top_maximum, instrument.format_quantity)),
        *_line("allocation.fifo_percent", allocation.fifo_percent),
        *_line("allocation.pro_rata_minimum", _text(allocation.pro_rata_minimum, instrument.format_quantity)),
        *_line("allocation.leveling", allocation.leveling),
    ]
    makers = [f'{{ account = "{m.account}", percent = {m.percent} }}' for m in allocation.lead_market_makers]
    if makers:
        lines.append(f"allocation.lead_market_makers = [{', '.join(makers)}]")
    return "\n".join(lines) + "\n"


def _line(key: str, value: str | int) -> list[str]:
    if not value:
        return []
    if isinstance(value, str):
        return [f'{key} = "{value}"']
    return [f"{key} = {str(value).lower()}"]


def _text(number: int, shown: Callable[[int], str]) -> str:
    return shown(number) if number else ""


def percent_of(basis_points: int) -> str:
    return format_decimal(basis_points, _PERCENT_DECIMALS)


def basis_points_of(key: str, text: str | None) -> int:
    number = _or_off(key, text, lambda given: parse_decimal(given, _PERCENT_DECIMALS))
    if number >= _WHOLE:
        raise WrongRules(key, f"{text!r} is not below 100 per cent")
    return number


def _price(key: str, text: str | None, instrument: Instrument) -> int:
    ticks = _or_off(key, text, instrument.parse_price)
    if ticks > MAX_PRICE_TICKS:
        raise WrongRules(key, f"{text!r} is above the limit of {instrument.format_price(MAX_PRICE_TICKS)}")
    return ticks


def _or_off(key: str, text: str | None, parse: Callable[[str], int]) -> int:
    if text is None:
        return 0
    number = number_of(key, text, parse)
    if not number:
        raise WrongRules(key, f"{text!r} is nothing: leave it out to switch it off")
    return number


def number_of(key: str, text: str, parse: Callable[[str], int]) -> int:
    try:
        number = parse(text)
    except NotADecimal:
        raise WrongRules(key, f"{text!r} is not a decimal number") from None
    except TooFine:
        raise WrongRules(key, f"{text!r} has too many decimals") from None
    except OffIncrement:
        raise WrongRules(key, f"{text!r} is not a whole number of the instrument's ticks or lots") from None
    if number < 0:
        raise WrongRules(key, f"{text!r} is negative")
    return number
