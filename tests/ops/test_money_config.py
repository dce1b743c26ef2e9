"""Money in the settings: what it becomes, when it is sent, and what is said where it is wrong."""

import re
from pathlib import Path

import pytest

from tests.support.running_venue import drop_rules, write_config
from venue.domain.commands import AddAccount, AddAsset, AddFirm, Command, ListInstrument, PassTime
from venue.domain.enums import LimitScope
from venue.domain.events import OperatorCommandRejected
from venue.domain.funds import FeeRates, RiskLimits
from venue.domain.funds_commands import CreditAccount, OpenLedger, SetFees, SetFirmTier, SetLimits
from venue.domain.money import Amount
from venue.domain.reference import Reference
from venue.engine import Engine
from venue.ops.config import OPERATOR, Config, load
from venue.ops.errors import ConfigError
from venue.ops.listing import LISTINGS, with_rules
from venue.ops.money_text import WrongMoney, format_rate, parse_rate
from venue.ops.processes import additions

NOTHING = Reference((), (), (), (), ())
MONEY = """\
[tiers]
BROKER_A = "pro"

[[fee]]
instrument = "BTC-USD"
maker = "0.02%"
taker = "5bp"

[[fee]]
instrument = "BTC-USD"
tier = "pro"
maker = "-0.0001%"
taker = "0.03%"

[[limit]]
instrument = "BTC-USD"
order_quantity = "10"
order_notional = "500000.5"
collar_percent = "5"

[[limit]]
firm = "BROKER_A"
orders_per_second = 100

[[limit]]
account = "A-1"
instrument = "ETH-USD"
position = "2.5"
daily_volume = "7"
open_orders = 9

[[funding]]
account = "A-1"
amounts = { USD = "1000.5", ETH = "0.000000000000000001" }
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_config(tmp_path / "config")
    drop_rules(tmp_path / "config")
    return tmp_path / "config"


def with_money(directory: Path, text: str) -> Config:
    (directory / "money.toml").write_text(text)
    return load(directory)


def first_start(config: Config) -> list[Command]:
    """What an empty venue is sent, after its ledger was opened."""
    listed = additions(config.reference_commands(), NOTHING)
    return with_rules([], listed, config.rule_commands() + config.funding_commands(), opened=True)


def test_money_becomes_smallest_units_lots_and_millionths(directory: Path) -> None:
    sent = [command for command in first_start(with_money(directory, MONEY)) if not isinstance(command, LISTINGS)]
    reason = "opening funds of the settings"
    of_btc = RiskLimits(100_000, Amount(500_000_500_000), collar_basis_points=500)
    assert sent == [
        SetFees(0, OPERATOR, "", "BTC-USD", FeeRates(200, 500)),
        SetFees(0, OPERATOR, "pro", "BTC-USD", FeeRates(-1, 300)),
        SetLimits(0, OPERATOR, LimitScope.INSTRUMENT, "BTC-USD", "", of_btc),
        SetFirmTier(0, OPERATOR, "BROKER_A", "pro"),
        SetLimits(0, OPERATOR, LimitScope.FIRM, "BROKER_A", "", RiskLimits(orders_per_second=100)),
        SetLimits(0, OPERATOR, LimitScope.ACCOUNT, "A-1", "ETH-USD", RiskLimits(0, Amount(0), 9, 70_000, 25_000)),
        CreditAccount(0, OPERATOR, "opening-A-1-USD", "A-1", "USD", Amount(1_000_500_000), reason),
        CreditAccount(0, OPERATOR, "opening-A-1-ETH", "A-1", "ETH", Amount(1), reason),
    ]  # fmt: skip


def test_the_shipped_settings_fund_every_account(tmp_path: Path) -> None:
    write_config(tmp_path / "config")
    credits = load(tmp_path / "config").funding_commands()
    funded = {(credit.account, credit.asset) for credit in credits if isinstance(credit, CreditAccount)}
    assert funded == {(account, asset) for account in ("A-1", "A-2", "B-1", "C-1") for asset in ("USD", "BTC", "ETH")}


def test_what_follows_a_listing_follows_it_at_once_and_is_taken_by_the_engine(directory: Path) -> None:
    sent = first_start(with_money(directory, MONEY))
    engine = Engine()
    engine.apply(OpenLedger(0, OPERATOR))
    for command in sent:
        assert not any(isinstance(event, OperatorCommandRejected) for event in engine.apply(command)), command
    after = {(type(c), getattr(c, "account", getattr(c, "symbol", ""))): sent[n - 1] for n, c in enumerate(sent)}
    assert isinstance(after[SetFees, "BTC-USD"], SetFees | ListInstrument)
    assert isinstance(after[CreditAccount, "A-1"], CreditAccount | SetLimits)


def test_without_money_in_the_settings_nothing_is_sent(directory: Path) -> None:
    (directory / "money.toml").unlink()
    config = load(directory)
    assert [command for command in first_start(config) if not isinstance(command, LISTINGS)] == []
    assert config.money.ledger.open is None


def test_a_power_cut_anywhere_in_the_first_start_is_made_up_for(directory: Path) -> None:
    config = with_money(directory, MONEY)
    rules = config.rule_commands() + config.funding_commands()
    whole: list[Command] = [OpenLedger(0, OPERATOR), *first_start(config)]
    for kept in range(1, len(whole) + 1):
        engine = Engine()
        for command in whole[:kept]:
            engine.apply(command)
        listed = additions(config.reference_commands(), engine.reference())
        assert with_rules(whole[:kept], listed, rules) == whole[kept:], whole[kept - 1]


def test_a_new_instrument_gets_the_limits_that_a_known_account_has_in_it(directory: Path) -> None:
    config = with_money(directory, MONEY)
    rules = config.rule_commands() + config.funding_commands()
    listed: list[Command] = [ListInstrument(0, OPERATOR, "ETH-USD", "ETH", "USD", 1, 1)]
    sent = with_rules([PassTime(1, "clock")], listed, rules)
    assert [type(command) for command in sent] == [ListInstrument, SetLimits]


def test_accounts_listed_before_are_not_funded_again(directory: Path) -> None:
    config = with_money(directory, MONEY)
    engine = Engine()
    for command in [OpenLedger(0, OPERATOR), *first_start(config), PassTime(1, "clock")]:
        engine.apply(command)
    listed = additions(config.reference_commands(), engine.reference())
    assert with_rules([PassTime(1, "clock")], listed, config.rule_commands() + config.funding_commands()) == []


def test_a_ledger_opened_later_funds_what_was_listed_before(directory: Path) -> None:
    config = with_money(directory, MONEY)
    sent = with_rules([PassTime(1, "clock")], [], config.rule_commands() + config.funding_commands(), opened=True)
    assert [type(command) for command in sent] == [CreditAccount, CreditAccount]


def test_all_that_settings_may_name_is_reset_where_they_do_not(directory: Path) -> None:
    (directory / "money.toml").unlink()
    rules = load(directory).rule_commands()
    fees = {(command.tier, command.symbol) for command in rules if isinstance(command, SetFees)}
    assert fees == {("", "BTC-USD"), ("", "ETH-USD"), ("", "ETH-BTC")}
    limits = {(command.scope, command.name) for command in rules if isinstance(command, SetLimits)}
    assert {(LimitScope.FIRM, "BROKER_A"), (LimitScope.ACCOUNT, "A-1"), (LimitScope.INSTRUMENT, "BTC-USD")} <= limits


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('taker = "5bp"', 'taker = "5"', 7, 'taker: \'5\' is not a rate, as "0.05%" or "5bp"'),
        ('taker = "5bp"', 'taker = "0.00005%"', 7, "taker: '0.00005%' is too fine: rates are whole millionths"),
        ('taker = "5bp"', 'taker = "10.0001%"', 7, "taker: '10.0001%' is more than 10%"),
        ('maker = "-0.0001%"', 'maker = "-0.04%"', 12, "maker: a rebate is larger than the other side's fee"),
        ('tier = "pro"', 'tier = ""', 10, "instrument: BTC-USD is there twice: keep one of them"),
        ('instrument = "BTC-USD"\nmaker', 'instrument = "BTC-EUR"\nmaker', 5, "instrument: 'BTC-EUR' is not there"),
        ('BROKER_A = "pro"', 'BROKER_X = "pro"', 2, "'BROKER_X' is not there; there are BROKER_42, BROKER_A, BROKER_B"),
        ('order_quantity = "10"', 'order_quantity = "0.00001"', 17, "order_quantity: '0.00001' is not a whole number"),
        ('order_quantity = "10"', 'order_quantity = "0"', 17, "order_quantity: '0' is nothing: leave it out"),
        ('order_quantity = "10"', 'position = "10"', 17, "position: is a limit of firms and accounts: say whose"),
        ("orders_per_second = 100", 'position = "1"', 23, "position: is of one instrument: say which"),
        ('firm = "BROKER_A"', 'firm = "BROKER_A"\naccount = "A-1"', 23, "account: a limit is of a firm or of"),
        ('instrument = "BTC-USD"\norder', "order", 15, "instrument: a limit is of an instrument, a firm or an account"),
        ('collar_percent = "5"', 'collar_percent = "100"', 19, "collar_percent: '100' is not below 100 per cent"),
        ('USD = "1000.5"', 'USD = "1.0000001"', 34, "amounts: USD: '1.0000001' is too fine: the smallest unit"),
        ('USD = "1000.5"', 'USD = "0"', 34, "amounts: USD: '0' is not above 0"),
        ('USD = "1000.5"', 'EUR = "1"', 34, "amounts: 'EUR' is not there; there are BTC, ETH, USD"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(directory: Path, old: str, new: str, line: int, told: str) -> None:
    assert MONEY.count(old) >= 1
    with pytest.raises(ConfigError) as refused:
        with_money(directory, MONEY.replace(old, new, 1))
    assert re.search(rf"money\.toml:{line}: .*{re.escape(told)}", str(refused.value)), refused.value


def test_a_key_that_there_is_not_is_told(directory: Path) -> None:
    with pytest.raises(ConfigError, match=r"limit\.2\.order_per_second: there is no such key"):
        with_money(directory, MONEY.replace("orders_per_second", "order_per_second"))


@pytest.mark.parametrize(
    ("text", "millionths"),
    [("0.05%", 500), ("5bp", 500), ("5 bps", 500), ("-0.0001 %", -1), ("0.01bp", 1), ("0", 0), ("10%", 100_000)],
)
def test_rates_are_exact(text: str, millionths: int) -> None:
    assert parse_rate(text) == millionths
    assert parse_rate(format_rate(millionths)) == millionths


@pytest.mark.parametrize("text", ["5", "0.05", "%", "1e1%", "0.001bp", "11%", "5 %%", "", "０.1%"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(WrongMoney):
        parse_rate(text)


def test_listings_are_those_that_the_settings_make(directory: Path) -> None:
    assert {type(command) for command in load(directory).reference_commands()} == {*LISTINGS} - {OpenLedger}
    assert {AddAccount, AddAsset, AddFirm} <= {*LISTINGS}
