"""Operators' commands as they are typed, at an engine process with a toy machine: what is sent, what is said."""

import getpass
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.engine_thread import EngineThread
from tests.support.running_venue import drop_rules, write_config
from tests.support.toy_market import SYMBOL, ToyMarket, order
from venue.domain.commands import (
    AddFirm,
    Command,
    Continue,
    EngageKillSwitch,
    PassTime,
    ReleaseKillSwitch,
    SetInstrumentRules,
    SetPhase,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import Algorithm, CancelReason, KillScope, Phase, SelfTradeMode
from venue.domain.events import OperatorCommandRejected, OrderCancelled, PhaseChanged
from venue.domain.reject_reason import RejectReason
from venue.domain.rules import AllocationRule, InstrumentRules, LeadMarketMaker
from venue.ops import operator
from venue.ops.cli import main

ME = getpass.getuser()
WHY = ("--reason", "why")
Type = Callable[..., tuple[int, str, str]]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineThread]:
    engine = EngineThread(tmp_path, ToyMarket)
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types a command; exit code, and what was printed."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([*map(str, arguments), "--data-dir", str(tmp_path)])
        return code, *capsys.readouterr()

    return run


def sent(engine: EngineThread) -> list[Command]:
    """The commands of operators that are journalled, without their time."""
    commands = [record.command for record in engine.records()]
    return [
        type(command)(0, *(getattr(command, field) for field in command.__struct_fields__[1:]))
        for command in commands
        if not isinstance(command, PassTime | Continue)
    ]


def test_a_halt_says_who_ordered_it_and_what_it_cancelled(engine: EngineThread, typed: Type) -> None:
    code, out, err = typed("phase", SYMBOL, "halt", "--reason", "news pending")
    assert (code, err) == (0, "")
    assert out == (
        "BTC-USD is halted: orders gather for the auction that opens it again. "
        "1 order cancelled that asked for it in a halt.\n"
    )
    assert sent(engine) == [SetPhase(0, ME, SYMBOL, Phase.HALTED, "news pending")]


def test_an_opening_tells_of_its_auction(engine: EngineThread, typed: Type) -> None:
    assert typed("phase", SYMBOL, "open") == (
        *(0, "BTC-USD is open. Auction: 2 trades, 0.001 BTC at 60000 USD.\n", ""),
    )


def test_a_phase_that_holds_already_is_told(engine: EngineThread, typed: Type) -> None:
    typed("phase", SYMBOL, "close", *WHY)
    closed = "BTC-USD is closed: new orders are refused. It was before; nothing changed.\n"
    assert typed("phase", SYMBOL, "close", *WHY) == (0, closed, "")


def test_what_fell_due_in_a_commands_record_is_not_its_doing(
    engine: EngineThread, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = [PhaseChanged("ETH-USD", Phase.HALTED, 0, ""), OrderCancelled(order(9), CancelReason.TRADING_HALT, "")]
    monkeypatch.setattr(ToyMarket, "changed", lambda *_: due)
    assert "It was before; nothing changed." in typed("phase", SYMBOL, "halt", *WHY)[1]
    assert "It was before; nothing changed." in typed("kill", "venue", *WHY)[1]
    assert "It was before; nothing changed." in typed("release", "venue")[1]


@pytest.mark.parametrize(("word", "phase"), [("pre-open", Phase.PRE_OPEN), ("close", Phase.CLOSED)])
def test_other_phases_begin(engine: EngineThread, typed: Type, word: str, phase: Phase) -> None:
    assert typed("phase", SYMBOL, word, *WHY)[0] == 0
    assert sent(engine) == [SetPhase(0, ME, SYMBOL, phase, "why")]


def test_a_kill_switch_counts_every_order_that_it_cancelled(engine: EngineThread, typed: Type) -> None:
    code, out, _ = typed("kill", "firm", "FIRM", "--reason", "runaway")
    assert code == 0
    assert out == (
        "The kill switch of firm FIRM is on: 3 orders cancelled, new ones are refused until "
        "`venue release firm FIRM`.\n"
    )
    assert (
        typed("kill", "firm", "FIRM", "--reason", "again")[1]
        == "The kill switch of firm FIRM is on. It was before; nothing changed.\n"
    )
    assert typed("release", "firm", "FIRM")[1].startswith("The kill switch of firm FIRM is off: new orders are taken")
    again = typed("release", "firm", "FIRM")[1]
    assert again == "The kill switch of firm FIRM is off. It was before; nothing changed.\n"
    assert sent(engine) == [
        EngageKillSwitch(0, ME, KillScope.FIRM, "FIRM", "runaway"),
        EngageKillSwitch(0, ME, KillScope.FIRM, "FIRM", "again"),
        *[ReleaseKillSwitch(0, ME, KillScope.FIRM, "FIRM")] * 2,
    ]


@pytest.mark.parametrize(
    ("scope", "name"), [("session", "DESK"), ("account", "A-1"), ("instrument", SYMBOL), ("venue", "")]
)
def test_every_scope_has_a_kill_switch(engine: EngineThread, typed: Type, scope: str, name: str) -> None:
    assert typed("kill", scope, *filter(None, [name]), *WHY)[0] == 0
    assert sent(engine) == [EngageKillSwitch(0, ME, KillScope(scope), name, "why")]


def test_the_work_of_others_is_not_counted(engine: EngineThread, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another operator's switch comes first, with its three orders, and the same command once more behind."""
    desk = operator.Desk

    class Late(desk):  # type: ignore[valid-type, misc]  # the class as it was
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)
            engine.send(EngageKillSwitch(0, "other", KillScope.VENUE, ""), AddFirm(0, "other", "X"))

    monkeypatch.setattr("venue.ops.command_line.Desk", Late)
    assert "is on: 3 orders cancelled" in typed("kill", "firm", "FIRM", *WHY)[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["phase", "BTC", "halt", *WHY], "there is no instrument BTC; the venue knows BTC-USD"),
        (["kill", "firm", "NOBODY", *WHY], "there is no firm NOBODY; the venue knows FIRM"),
        (["kill", "account", "DESK", *WHY], "there is no account DESK; the venue knows A-1"),
        (["kill", "session", *WHY], "which session? Give its name"),
        (["release", "venue", "BTC-USD"], "the venue takes no name"),
        (["self-trade", "NOBODY", "none"], "there is no firm NOBODY; the venue knows FIRM"),
        (["session", "FIRM", "--no-cancel-on-disconnect"], "there is no session FIRM; the venue knows DESK"),
        (
            ["session", "DESK", "--no-cancel-on-disconnect", "--keep-good-till"],
            "--keep-good-till goes with --cancel-on-disconnect",
        ),
        (["rules", "BTC"], "there is no instrument BTC; the venue knows BTC-USD"),
    ],
    ids=str,
)
def test_what_cannot_be_is_told_and_not_sent(
    engine: EngineThread, typed: Type, arguments: list[str], told: str
) -> None:
    assert typed(*arguments) == (1, "", f"venue: {told}\n")
    assert sent(engine) == []


def test_a_refusal_of_the_engines_is_told(engine: EngineThread, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = OperatorCommandRejected(RejectReason.INVALID_RULES, "a number is out of range")
    monkeypatch.setattr(ToyMarket, "phase_events", lambda *_: [refusal])
    assert typed("phase", SYMBOL, "open") == (1, "", "venue: refused: a number is out of range\n")


@pytest.mark.parametrize("arguments", [["phase", SYMBOL, "open"], ["kill", "venue", *WHY]], ids=" ".join)
def test_a_venue_that_is_not_running_is_told(tmp_path: Path, typed: Type, arguments: list[str]) -> None:
    told = f"venue: no venue is running on {tmp_path}: start it with `venue run`, or give its --data-dir\n"
    assert typed(*arguments) == (1, "", told)


def test_an_engine_that_goes_away_is_told(engine: EngineThread, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    check_known = operator.Desk.check_known

    def then_stop(desk: operator.Desk, *arguments: object) -> None:
        check_known(desk, *arguments)  # type: ignore[arg-type]  # passed on as they come
        engine.stop()

    monkeypatch.setattr(operator.Desk, "check_known", then_stop)
    code, out, err = typed("phase", SYMBOL, "open")
    assert (code, out) == (1, "")
    assert err.startswith("venue: the venue went away")


def test_no_answer_is_told_after_a_while(engine: EngineThread, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator, "ANSWER_SECONDS", 0)
    code, _, err = typed("phase", SYMBOL, "open")
    assert code == 1
    assert "no answer in 0 seconds; `venue journal inspect` tells whether it was done" in err


RULES = """\
reference_price = "60000.05"
protection = "500"
protection_rests = true
band_percent = "50"
breaker_percent = "10.25"
breaker_window_seconds = 60
halt_seconds = 300
allocation.algorithm = "K"
allocation.top_minimum = "0.5"
allocation.top_maximum = "2"
allocation.fifo_percent = 40
allocation.pro_rata_minimum = "0.001"
allocation.leveling = true
allocation.lead_market_makers = [{ account = "A-1", percent = 10 }]
"""


def test_rules_are_set_from_a_file_and_shown_as_they_can_be_set(
    engine: EngineThread, typed: Type, tmp_path: Path
) -> None:
    assert typed("rules", SYMBOL) == (0, 'allocation.algorithm = "F"\n', "")
    (tmp_path / "rules.toml").write_text(RULES)
    assert typed("rules", SYMBOL, "--set", tmp_path / "rules.toml") == (
        *(0, f"The rules of BTC-USD are set:\n{RULES}", ""),
    )
    maker = LeadMarketMaker("A-1", 10)
    allocation = AllocationRule(Algorithm.CONFIGURABLE, 5_000, 20_000, (maker,), 40, 10, True)
    rules = InstrumentRules(allocation, 50_000, True, 6_000_005, 5_000, 1_025, 60_000_000_000, 300_000_000_000)
    assert sent(engine) == [SetInstrumentRules(0, ME, SYMBOL, rules)]
    assert typed("rules", SYMBOL, "--show") == (0, RULES, "")
    assert typed("rules", SYMBOL, "--set", tmp_path / "rules.toml") == (
        *(0, "BTC-USD has these rules already; nothing changed.\n", ""),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'protection = "0.001"',
            "BTC-USD: protection: '0.001' is not a whole number of the instrument's ticks or lots",
        ),
        ('band_percent = "5%"', "BTC-USD: band_percent: '5%' is not a decimal number"),
        (
            'allocation = { algorithm = "K", lead_market_makers = [{ account = "A-9", percent = 10 }] }',
            "BTC-USD: allocation.lead_market_makers: A-9 is no account: the accounts are A-1",
        ),
        ('band_percent = "0"', "BTC-USD: band_percent: '0' is nothing: leave it out to switch it off"),
    ],
)
def test_wrong_rules_are_told_and_not_set(
    engine: EngineThread, typed: Type, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    assert typed("rules", SYMBOL, "--set", file) == (1, "", f"venue: {file}:1: {told}\n")
    assert sent(engine) == []


def test_rules_are_set_from_the_settings(engine: EngineThread, typed: Type, tmp_path: Path) -> None:
    write_config(tmp_path / "config")
    market = drop_rules(tmp_path / "config")
    market.write_text(market.read_text().replace('symbol = "BTC-USD"', 'symbol = "BTC-USD"\nrules.protection = "7"'))
    code, out, _ = typed("rules", SYMBOL, "--from-config", "--config", tmp_path / "config")
    assert (code, 'protection = "7"' in out) == (0, True)
    (command,) = sent(engine)
    assert isinstance(command, SetInstrumentRules)
    assert command.rules.protection_ticks == 700


@pytest.mark.parametrize(
    ("word", "mode"),
    [("none", None), ("cancel-both", SelfTradeMode.CANCEL_BOTH), ("decrement", SelfTradeMode.DECREMENT)],
)
def test_a_firms_self_trade_mode_is_set(
    engine: EngineThread, typed: Type, word: str, mode: SelfTradeMode | None
) -> None:
    code, out, _ = typed("self-trade", "FIRM", word)
    assert (code, out) == (0, f"Self-trade prevention of FIRM: {word}.\n")
    assert sent(engine) == [SetSelfTradeMode(0, ME, "FIRM", mode)]
    assert typed("self-trade", "FIRM", word)[1].endswith("It was before; nothing changed.\n")


@pytest.mark.parametrize(
    ("options", "given", "words"),
    [
        (["--cancel-on-disconnect"], (True, False), "has its orders cancelled when it is cut off or logs out."),
        (
            ["--cancel-on-disconnect", "--keep-good-till"],
            (True, True),
            "has its orders cancelled when it is cut off or logs out, but for GTC and GTD ones.",
        ),
        (["--no-cancel-on-disconnect"], (False, False), "keeps its orders when it is cut off or logs out."),
    ],
    ids=str,
)
def test_a_sessions_rules_are_set(
    engine: EngineThread, typed: Type, options: list[str], given: tuple[bool, bool], words: str
) -> None:
    assert typed("session", "DESK", *options)[:2] == (0, f"DESK {words}\n")
    assert sent(engine) == [SetSessionRules(0, ME, "DESK", *given)]
