"""Rules and schedules in the settings: what they become, when they are sent, and what is said of a wrong one."""

import re
from datetime import UTC, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.engine_thread import EngineThread
from tests.support.running_venue import drop_rules, write_config
from venue.domain.commands import (
    AddAccount,
    AddFirm,
    AddSession,
    Command,
    ListInstrument,
    PassTime,
    SetInstrumentRules,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import Algorithm, Phase, SelfTradeMode
from venue.domain.reference import Reference
from venue.domain.rules import PRICE_TIME, AllocationRule, InstrumentRules
from venue.engine import Engine
from venue.ops.config import OPERATOR, Config, DataDirectory, load
from venue.ops.errors import ConfigError
from venue.ops.listing import with_rules
from venue.ops.preflight import check_names
from venue.ops.processes import additions
from venue.scheduler import PhaseTime, Plan

NOTHING = Reference((), (), (), (), ())
BTC_USD = 'symbol = "BTC-USD"'


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_config(tmp_path / "config")
    drop_rules(tmp_path / "config")
    (tmp_path / "config" / "money.toml").unlink()
    return tmp_path / "config"


def changed(directory: Path, file: str, old: str, new: str) -> Config:
    path = directory / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    return load(directory)


def with_rules_of_btc(directory: Path, text: str) -> Config:
    """text: what BTC-USD has besides."""
    return changed(directory, "instruments.toml", BTC_USD, f"{BTC_USD}\n{text}")


def rules_of(config: Config, symbol: str = "BTC-USD") -> InstrumentRules:
    (command,) = (c for c in config.rule_commands() if isinstance(c, SetInstrumentRules) and c.symbol == symbol)
    return command.rules


def of_kind(commands: list[Command], kind: type) -> list[Any]:
    return [command for command in commands if isinstance(command, kind)]


def test_without_rules_instruments_trade_by_price_and_time_all_day(directory: Path) -> None:
    config = load(directory)
    assert rules_of(config) == PRICE_TIME
    assert config.plan() == Plan(time(0), UTC, ())
    listed = additions(config.reference_commands(), NOTHING)
    assert with_rules([], listed, config.rule_commands()) == listed


def test_rules_become_ticks_lots_basis_points_and_nanoseconds(directory: Path) -> None:
    text = """
        rules.reference_price = "60000"
        rules.protection = "1.5"
        rules.protection_rests = true
        rules.band_percent = "20.05"
        rules.breaker_percent = "10"
        rules.breaker_window_seconds = 60
        rules.halt_seconds = 300
        rules.allocation.algorithm = "A"
        rules.allocation.top_minimum = "0.001"
        rules.allocation.top_maximum = "2"
        """
    assert rules_of(with_rules_of_btc(directory, text)) == InstrumentRules(
        AllocationRule(Algorithm.TOP_PRO_RATA, 10, 20_000), 150, True, 6_000_000, 2_005, 1_000, 60 * 10**9, 300 * 10**9
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('rules.protection = "0.001"', "BTC-USD: rules.protection: '0.001' is not a whole number of the instrument's"),
        ('rules.protection = "0.0000001"', "BTC-USD: rules.protection: '0.0000001' has too many decimals"),
        ('rules.protection = "-1"', "BTC-USD: rules.protection: '-1' is negative"),
        ('rules.protection = "1e3"', "BTC-USD: rules.protection: '1e3' is not a decimal number"),
        (
            'rules.reference_price = "10000000.01"',
            "BTC-USD: rules.reference_price: '10000000.01' is above the limit of",
        ),
        (
            "rules.protection = 5.5",
            'instrument.BTC-USD.rules.protection: numbers with decimals are written as text: "5.5"',
        ),
        ('rules.band_percent = "100"', "BTC-USD: rules.band_percent: '100' is not below 100 per cent"),
        ('rules.band_percent = "5.001"', "BTC-USD: rules.band_percent: '5.001' has too many decimals"),
        (
            'rules.breaker_percent = "5"',
            "BTC-USD: rules.breaker_percent: needs breaker_window_seconds and halt_seconds",
        ),
        (
            "rules.halt_seconds = -1",
            "instrument.BTC-USD.rules.halt_seconds: -1 is below 0",
        ),
        ('rules.bnad_percent = "5"', "instrument.BTC-USD.rules.bnad_percent: there is no such key"),
        ('rules.allocation.algorithm = "B"', "instrument.BTC-USD.rules.allocation.algorithm: 'B' is none of 'F', 'A'"),
        (
            'rules.allocation = { algorithm = "K", top_minimum = "2", top_maximum = "1" }',
            "BTC-USD: rules.allocation: the TOP maximum, 10000, is below the minimum, 20000",
        ),
        ('schedule.open = "9:00"', "BTC-USD: schedule.open: '9:00' is not a time of day, HH:MM or HH:MM:SS"),
        ('schedule.open = "25:00"', "BTC-USD: schedule.open: '25:00' is not a time of day: hour must be in 0..23"),
        ('schedule.days = "mo-fr"', "instrument.BTC-USD.schedule.days: 'mo-fr' is not a list of days"),
        ('schedule.time_zone = "Mars/Base"', "BTC-USD: schedule.time_zone: 'Mars/Base' is not a time zone"),
        *(
            (f'rules.{key} = "0"', f"BTC-USD: rules.{key}: '0' is nothing: leave it out to switch it off")
            for key in ("reference_price", "protection", "band_percent", "breaker_percent")
        ),
        (
            "rules.allocation.fifo_percent = 40",
            "BTC-USD: rules.allocation.fifo_percent: algorithm F makes no use of it",
        ),
        (
            'rules.allocation = { algorithm = "A", leveling = true }',
            "BTC-USD: rules.allocation.leveling: algorithm A makes no use of it: remove it, or choose",
        ),
        (
            'rules.allocation = { algorithm = "C", top_maximum = "1" }',
            "BTC-USD: rules.allocation.top_maximum: algorithm C makes no use of it",
        ),
        ('schedule.close = "17:00"', "BTC-USD: schedule.close: needs open: once closed, it would stay so"),
        ('tick = "0.02"', "Cannot overwrite a value"),
    ],
)
def test_a_wrong_rule_is_told_with_file_instrument_and_key(directory: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        with_rules_of_btc(directory, text)
    assert re.match(rf"{directory / 'instruments.toml'}(:\d+)?: ", str(error.value))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "key", "lines_below"),
    [
        ('rules.band_percent = "0"', "rules.band_percent", 1),
        ('# band_percent = "0"\n\nrules . "band_percent" = "0"', "rules.band_percent", 3),
        ('rules.allocation.algorithm = "F"\nrules.allocation.leveling = true', "rules.allocation.leveling", 2),
        ('[instrument.rules]\nprotection_rests = true\nprotection = "0" # off', "rules.protection", 3),
        ('schedule = { close = "17:00" }', "schedule.close", 1),
        ('schedule.pre_open = "08:00"\nschedule.open = "9"', "schedule.open", 2),
        ('rules.allocation = { algorithm = "K", top_minimum = "2", top_maximum = "1" }', "rules.allocation", 1),
    ],
)
def test_a_wrong_rule_is_told_with_its_line(directory: Path, text: str, key: str, lines_below: int) -> None:
    """Of this instrument: another one has the same keys."""
    market = directory / "instruments.toml"
    asset, *instruments = market.read_text().split("[[instrument]]")
    own = next(number for number, instrument in enumerate(instruments) if 'symbol = "ETH-USD"' in instrument)
    instruments[0] += 'rules.band_percent = "5"\nrules.protection = "5"\nschedule.open = "08:00"\n'
    instruments[own] = instruments[own].rstrip() + f"\n{text}\n\n"
    above = "[[instrument]]".join([asset, *instruments[:own], instruments[own].partition(text)[0]])
    market.write_text("[[instrument]]".join([asset, *instruments]))
    with pytest.raises(ConfigError, match=rf"^{market}:{above.count(chr(10)) + lines_below}: ETH-USD: {key}: "):
        load(directory)


def test_a_missing_key_is_told(directory: Path) -> None:
    with pytest.raises(ConfigError, match=r"instrument\.BTC-USD\.base: is missing"):
        changed(directory, "instruments.toml", 'base = "BTC"', "")


def test_a_schedule_becomes_phase_times(directory: Path) -> None:
    text = """
        schedule.pre_open = "08:45"
        schedule.open = "09:00"
        schedule.close = "17:30:15"
        schedule.days = "mon-fri"
        schedule.time_zone = "Europe/Zurich"
        """
    zone = ZoneInfo("Europe/Zurich")
    assert with_rules_of_btc(directory, text).plan().phases == (
        PhaseTime("BTC-USD", Phase.PRE_OPEN, time(8, 45), "mon-fri", zone),
        PhaseTime("BTC-USD", Phase.OPEN, time(9), "mon-fri", zone),
        PhaseTime("BTC-USD", Phase.CLOSED, time(17, 30, 15), "mon-fri", zone),
    )


@pytest.mark.parametrize("days", ["mon", "mon-fri", "sat,sun", "mon-wed,fri", "mon-sun"])
def test_days_are_taken_as_the_scheduler_does(directory: Path, days: str) -> None:
    config = with_rules_of_btc(directory, f'schedule.open = "09:00"\nschedule.days = "{days}"')
    assert config.plan().phases[0].trigger().fields[4].name == "day_of_week"


def test_the_days_end_may_be_any_time_anywhere(directory: Path) -> None:
    market = directory / "instruments.toml"
    lines = market.read_text().replace(BTC_USD, f'{BTC_USD}\nschedule.time_zone = "Asia/Tokyo"')
    lines += '[day]\nends = "17:00"\ntime_zone = "America/New_York"\n'
    market.write_text(lines)
    assert load(directory).plan() == Plan(time(17), ZoneInfo("America/New_York"), ())
    market.write_text(lines.replace("17:00", "late"))
    count = len(lines.splitlines())
    with pytest.raises(ConfigError, match=rf"^{market}:{count - 1}: day\.ends: 'late' is not a time of day"):
        load(directory)
    market.write_text(lines.replace("America/New_York", "Here"))
    with pytest.raises(ConfigError, match=rf"^{market}:{count}: day\.time_zone: 'Here' is not a time zone"):
        load(directory)


def test_sessions_and_firms_have_rules(directory: Path) -> None:
    text = "Firm=BROKER_A\nCancelOnDisconnect=Y\nKeepGoodTill=Y\nSelfTradeMode=cancel-resting"
    commands = changed(directory, "order_entry.cfg", "Firm=BROKER_A", text).rule_commands()
    assert of_kind(commands, SetSessionRules)[:2] == [
        SetSessionRules(0, OPERATOR, "BROKER_A", True, True),
        SetSessionRules(0, OPERATOR, "BROKER_B", False, False),
    ]
    assert of_kind(commands, SetSelfTradeMode)[:2] == [
        SetSelfTradeMode(0, OPERATOR, "BROKER_A", SelfTradeMode.CANCEL_RESTING),
        SetSelfTradeMode(0, OPERATOR, "BROKER_B", None),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("CancelOnDisconnect=yes", "CancelOnDisconnect=yes: is none of Y, N"),
        ("SelfTradeMode=both", "SelfTradeMode=both: is none of none, cancel-aggressing, "),
    ],
)
def test_a_wrong_rule_of_a_session_is_told(directory: Path, line: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        changed(directory, "order_entry.cfg", "Firm=BROKER_A", f"Firm=BROKER_A\n{line}")
    assert re.match(rf"{directory / 'order_entry.cfg'}:\d+: {re.escape(told)}", str(error.value))


def _refused(directory: Path, file: str, old: str, new: str) -> str:
    with pytest.raises(ConfigError) as error:
        changed(directory, file, old, new)
    told = str(error.value)
    assert told.startswith(str(directory))
    assert "\n" not in told
    return told.removeprefix(f"{directory / file}:")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Accounts=A-1", "Acounts=A-1", r"\d+: there is no key Acounts: did you mean Accounts\?"),
        ("CheckLatency=Y", "CheckLatncy=Y", r"\d+: there is no key CheckLatncy: did you mean CheckLatency\?"),
        ("CheckLatency=Y", "Zzz=Y", r"\d+: there is no key Zzz: remove it"),
        ("CheckLatency=Y", "FileStorePath=/tmp", r"\d+: FileStorePath is set by the venue itself: remove it"),
        ("CheckLatency=Y", "CheckLatency=Y\nCheckLatency=N", r"\d+: CheckLatency stands in line \d+ already"),
        ("Firm=BROKER_A\n", "", r"\d+: \[SESSION\] BROKER_A has neither Firm nor SeesFirms: add Firm="),
        ("Firm=BROKER_A\n", "Firm=\n", r"\d+: Firm is missing: write Firm="),
        ("Firm=BROKER_A\n", "SeesFirms=BROKER_B\n", r"\d+: Accounts=A-1,A-2: is for order entry, and BROKER_A is"),
        (
            "Firm=BROKER_A\nAccounts=A-1,A-2",
            "SeesFirms=BROKER_B",
            r"\d+: \[SESSION\] BROKER_B: order entry and drop",
        ),
        ("Firm=BROKER_A\n", "Firm=BROKER_A\nListenPort=5\n", r"\d+: ListenPort holds for the whole file: put it under"),
        ("Firm=BROKER_A\n", "Firm=BROKER_A\nKeepGoodTill=Y\n", r"\d+: KeepGoodTill=Y: goes with CancelOnDisconnect=Y"),
        ("Accounts=B-1\n", "Accounts=A-2\n", ": account A-2 is of firm BROKER_A and of firm BROKER_B: take it from"),
        ("Accounts=A-1,A-2\n", "", ": firm BROKER_A has no account: add Accounts="),
        (
            "ConnectionType=acceptor",
            "ConnectionType=initiator",
            r"\d+: ConnectionType=initiator: the venue is an",
        ),
        ("[DEFAULT]", "StartTime=00:00:00\n[DEFAULT]", r"\d+: 'StartTime=00:00:00' stands before \[DEFAULT\]"),
        ("\n[SESSION]\n", "\n[DEFAULT]\n", r"\d+: there is a second \[DEFAULT\]"),
        ("\n[SESSION]\n", "\n[session]\n", r"\d+: expected Key=Value, \[DEFAULT\] or \[SESSION\], not '\[session\]'"),
        ("SenderCompID=VENUE\n", "", r"\d+: SenderCompID is missing: write SenderCompID="),
    ],
)
def test_a_mistake_in_order_entry_is_told_with_its_line(directory: Path, old: str, new: str, told: str) -> None:
    refused = _refused(directory, "order_entry.cfg", old, new).removeprefix(str(directory))
    assert re.match(told, refused), refused


@pytest.mark.parametrize("port", ["99999", "abc", "0", "-1", "９"])
def test_a_port_that_is_none_is_told_in_plain_words(directory: Path, port: str) -> None:
    settings = directory / "drop_copy.cfg"
    settings.write_text(re.sub("(?m)^ListenPort=.*$", f"ListenPort={port}", settings.read_text()))
    with pytest.raises(ConfigError) as error:
        load(directory)
    assert re.fullmatch(
        rf"{settings}:\d+: ListenPort={port}: a port is a whole number from 1 to 65535", str(error.value)
    )


@pytest.mark.parametrize(
    ("seen", "told"),
    [("", "SeesFirms=: names no firm, so COMPLIANCE would see nothing"), (" , ", "SeesFirms=,: names no firm")],
)
def test_drop_copy_that_would_see_nothing_is_told(directory: Path, seen: str, told: str) -> None:
    refused = _refused(directory, "drop_copy.cfg", "SeesFirms=BROKER_A,BROKER_B,BROKER_42", f"SeesFirms={seen}")
    assert told in refused


def test_drop_copy_of_a_firm_that_is_neither_in_settings_nor_journal_is_told(directory: Path) -> None:
    config = changed(directory, "drop_copy.cfg", "SeesFirms=BROKER_A", "SeesFirms=BROKER_X,BROKER_A")
    config.check_named([(AddFirm, "BROKER_X")])
    with pytest.raises(
        ConfigError, match=r"drop_copy\.cfg: \[SESSION\] COMPLIANCE: SeesFirms names BROKER_X, which is"
    ):
        config.check_named([(AddAccount, "BROKER_X")])


def test_a_lead_market_maker_that_is_no_account_is_told(directory: Path) -> None:
    maker = 'rules.allocation = { algorithm = "K", lead_market_makers = [{ account = "X-1", percent = 10 }] }'
    config = with_rules_of_btc(directory, maker)
    config.check_named([(AddFirm, "F"), (AddAccount, "X-1")])
    with pytest.raises(ConfigError) as error:
        config.check_named([(AddFirm, "X-1")])
    line = config.market_file.read_text().splitlines().index(maker) + 1
    assert str(error.value) == (
        f"{config.market_file}:{line}: BTC-USD: rules.allocation.lead_market_makers: "
        "X-1 is no account: the accounts are A-1, A-2, B-1, C-1"
    )


def test_before_a_start_names_are_looked_for_in_the_journal_too(directory: Path, tmp_path: Path) -> None:
    config = changed(directory, "drop_copy.cfg", "SeesFirms=BROKER_A", "SeesFirms=BROKER_X,BROKER_A")
    maker = '{ algorithm = "K", lead_market_makers = [{ account = "X-1", percent = 10 }] }'
    config = with_rules_of_btc(directory, f"rules.allocation = {maker}")
    data = DataDirectory(tmp_path)
    with pytest.raises(ConfigError, match="BROKER_X, which is no firm"):
        check_names(config, data)
    engine = EngineThread(tmp_path, Engine)
    engine.start()
    # Refused: there is no such firm yet.
    engine.send(AddAccount(0, "test", "X-1", "BROKER_X"), AddFirm(0, "test", "BROKER_X"))
    with pytest.raises(ConfigError, match="X-1 is no account"):
        check_names(config, data)
    engine.send(AddAccount(0, "test", "X-1", "BROKER_X"))
    check_names(config, data)
    engine.stop()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('tick = "0.01"', 'tick = "0"', " BTC-USD: tick: '0' is not above 0"),
        ('lot = "0.0001"', 'lot = "-1"', " BTC-USD: lot: '-1' is not above 0"),
        ('tick = "0.01"', 'tick = "1e-2"', " BTC-USD: tick: '1e-2' is not a decimal number"),
        (
            'tick = "0.01"',
            'tick = "0.0000001"',
            " BTC-USD: tick: '0.0000001' is too fine: the smallest unit",
        ),
        (
            'tick = "0.01"',
            'tick = "0.001"',
            " BTC-USD: tick x lot is 0.0000001 USD, which is not a whole number of its smallest units, 0.000001 USD",
        ),
        ('base = "BTC"', 'base = "XBT"', " BTC-USD: base: 'XBT' is no asset"),
        ('base = "BTC"', 'base = "USD"', " BTC-USD: quote: 'USD' is the base too"),
        ('symbol = "ETH-USD"', 'symbol = "BTC-USD"', " instrument BTC-USD is there twice"),
        ('symbol = "ETH"', 'symbol = "BTC"', " asset BTC is there twice"),
        ('symbol = "ETH-USD"', 'symbol = ""', " instrument.2.symbol: '' is not a name"),
        ("decimals = 8", "decimals = 19", " asset.BTC.decimals: 19 is above 18"),
    ],
)
def test_an_instrument_that_would_not_be_listed_is_told(directory: Path, old: str, new: str, told: str) -> None:
    assert _refused(directory, "instruments.toml", old, new).startswith(told)


def test_settings_without_a_gateway_are_told(directory: Path) -> None:
    for path in directory.glob("*.cfg"):
        path.unlink()
    with pytest.raises(ConfigError, match=r"there is no \.cfg file"):
        load(directory)


def test_two_sessions_of_a_firm_that_differ_in_its_mode_are_told(directory: Path) -> None:
    with pytest.raises(ConfigError, match="the sessions of BROKER_A differ in it"):
        changed(
            directory,
            "order_entry.cfg",
            "Firm=BROKER_B",
            "Firm=BROKER_A\nSelfTradeMode=decrement",
        )


@pytest.fixture
def ruled(directory: Path) -> Config:
    """One instrument, one session and one firm have rules."""
    with_rules_of_btc(directory, 'rules.protection = "5"')
    text = "Firm=BROKER_A\nCancelOnDisconnect=Y\nSelfTradeMode=decrement"
    return changed(directory, "order_entry.cfg", "Firm=BROKER_A", text)


def test_what_is_listed_for_the_first_time_is_followed_by_its_rules(ruled: Config) -> None:
    listed, rules = additions(ruled.reference_commands(), NOTHING), ruled.rule_commands()
    sent = with_rules([], listed, rules)
    assert [command for command in sent if command in listed] == listed
    before = {type(command): sent[place - 1] for place, command in enumerate(sent) if command in rules}
    assert {kind: type(listing) for kind, listing in before.items()} == {
        SetInstrumentRules: ListInstrument,
        SetSelfTradeMode: AddFirm,
        SetSessionRules: AddSession,
    }
    assert all("BTC-USD" in str(listing) or "BROKER_A" in str(listing) for listing in before.values())


def test_what_was_listed_before_keeps_its_rules(ruled: Config) -> None:
    assert with_rules([PassTime(1, "scheduler")], [], ruled.rule_commands()) == []


def test_rules_that_a_power_cut_took_from_a_listing_are_sent_at_the_next_start(ruled: Config) -> None:
    """Wherever in the first start's one write it came."""
    whole = with_rules([], additions(ruled.reference_commands(), NOTHING), ruled.rule_commands())
    for kept in range(1, len(whole) + 1):
        engine = Engine()
        for command in whole[:kept]:
            engine.apply(command)
        listed = additions(ruled.reference_commands(), engine.reference())
        assert with_rules(whole[:kept], listed, ruled.rule_commands()) == whole[kept:]


def test_an_operators_last_word_on_a_listing_is_his() -> None:
    rules: list[Command] = [SetSelfTradeMode(0, OPERATOR, "F", SelfTradeMode.DECREMENT)]
    assert with_rules([AddFirm(1, "somebody", "F")], [], rules) == []
    assert with_rules([AddFirm(1, OPERATOR, "F")], [], rules) == rules
