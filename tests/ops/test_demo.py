"""The demo, end to end, and what becomes of it when something is not as it must be."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.conftest import Demo, processes_of
from tests.support.running_venue import running_venue, write_config
from venue.domain.funds_commands import CreditAccount
from venue.ops.config import DataDirectory, load
from venue.ops.demo import fresh_data
from venue.ops.demo_market import demo_settings
from venue.ops.demo_scenario import chapters
from venue.ops.demo_words import Words
from venue.ops.errors import ConfigError
from venue.ops.preflight import occupied


def test_the_demo_passes_twice_in_a_row(demo: Demo) -> None:
    for run in demo.runs:
        assert run.returncode == 0, run.stdout + run.stderr
        assert run.stderr == ""
        counts = re.search(r"^(\d+) of (\d+) expected reports came\.$", run.stdout, re.MULTILINE)
        assert counts is not None
        assert counts[1] == counts[2]
        assert int(counts[1]) > 200


def test_the_second_demo_says_that_it_wipes_the_first(demo: Demo) -> None:
    first, second = demo.runs
    assert "wiped" not in first.stdout
    assert f"The last demo's data is wiped: {demo.data}\n" in second.stdout


def test_the_transcript_is_plain_and_narrow_without_a_terminal(demo: Demo) -> None:
    transcript = demo.runs[0].stdout
    assert "\x1b" not in transcript
    assert transcript.isascii()
    tables = [line for line in transcript.splitlines() if line.startswith(("|", "+"))]
    assert max(map(len, tables)) <= 120
    assert "B1 filled: 0.4 BTC at 60,000.00 = 24,000.00" in transcript


def test_the_demo_shows_balances_fees_and_that_debits_equal_credits(demo: Demo) -> None:
    transcript = demo.runs[0].stdout
    words = [[cell.strip() for cell in line.split("|")[1:-1]] for line in transcript.splitlines()]
    assert ["A-1", "10", "50", "250,000"] in words
    assert ["B-1", "USD", "250,000", "-100,803.5", "132.675125", "1,000,000", "1,149,063.824875", "ok"] in words
    assert ["USD", "1,799,664.6398", "335.3602", "-1,800,000", "1,800,000", "1,800,000", "ok"] in words
    assert "B24 rejected: the available balance does not" in transcript


def test_the_demo_names_the_command_that_verifies_its_journal(demo: Demo) -> None:
    assert f"journal verify --data-dir {demo.data}\n" in demo.runs[0].stdout


def test_the_demo_leaves_no_process_behind(demo: Demo) -> None:
    assert processes_of(demo.root.parent) == []


def test_the_demo_shows_every_kind_of_report() -> None:
    reports = [report.fields for chapter in chapters() for step in chapter.steps for report in step.reports]
    executions = [fields for fields in reports if fields[35] == "8"]
    assert {fields[150] for fields in executions if 20 not in fields} == {*"0458CFIL"}
    assert {(fields[20], fields[150]) for fields in executions if 20 in fields} == {
        *(("0", exec_type) for exec_type in "0128"),
        ("3", "1"),
    }
    assert {fields[35] for fields in reports} == {"", "8", "9", "r"}
    assert {fields[102] for fields in reports if fields[35] == "9"} == {"0", "1"}


@pytest.mark.parametrize(
    ("alteration", "complaint"),
    [
        ("leaves", "step 2, BROKER_A: LeavesQty(151) is 1.1, not 1.2"),
        ("unexpected", "BROKER_A: a report that was not expected: A1 partly filled"),
        ("missing", "step 1, BROKER_A: no report came"),
        (
            "operator",
            "step 1, operator: Text(58) is The kill switch of the venue is off. It was before; nothing changed., ",
        ),
        ("gift", "balance of A-1 in USD is not what it must be"),
    ],
)
def test_a_difference_is_told_and_fails_the_demo(alteration: str, complaint: str, tmp_path: Path) -> None:
    with running_venue(tmp_path) as venue:
        # In a process of its own: QuickFIX keeps its sessions for as long as a process lives.
        program = [sys.executable, "-m", "tests.ops.altered_demo", alteration, str(venue.config), str(venue.data)]
        done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert complaint in done.stdout
    assert "expected reports came; see above." in done.stdout


def test_prices_and_quantities_are_written_as_people_do(demo: Demo) -> None:
    words = Words(load(demo.config))
    fill = {35: "8", 11: "X1", 150: "F", 39: "1", 55: "BTC-USD", 38: "1200", 31: "60000.5", 32: "1000.25"}
    fill |= {381: "60015500.125", 151: "199.75", 14: "1000.25", 6: "60000.5"}
    written = words.answer(fill)
    assert written == "X1 partly filled: 1,000.25 BTC at 60,000.50 = 60,015,500.125 USD, 199.75 BTC open"


def test_orders_beyond_the_ordinary_are_written_as_people_speak(demo: Demo) -> None:
    words = Words(load(demo.config))
    stop = {11: "X1", 1: "A-1", 55: "ETH-USD", 54: "2", 38: "1", 40: "3", 99: "2990", 59: "0"}
    assert words.request("D", stop) == "X1 sell 1 ETH at the market, once 2,990.00 trades, for A-1"
    limit = {11: "X2", 1: "A-1", 55: "ETH-USD", 54: "1", 38: "3", 40: "2", 44: "3000", 59: "6", 126: "2"}
    limit |= {18: "6", 1138: "1", 7928: "DESK", 2362: "2"}
    written = "showing 1 ETH, post-only, group DESK, cancel resting, for 2 seconds, for A-1"
    assert words.request("D", limit) == f"X2 buy 3 ETH at 3,000.00, {written}"
    waits = {35: "8", 11: "X1", 150: "0", 39: "0", 55: "ETH-USD", 38: "1", 14: "0", 151: "1", 99: "2990", 636: "N"}
    assert words.answer(waits) == "X1 new, waits until 2,990.00 trades"


def test_the_demo_runs_on_its_own_market_and_money_whatever_is_traded_elsewhere(tmp_path: Path) -> None:
    write_config(tmp_path / "config")
    (tmp_path / "config" / "money.toml").unlink()
    market = tmp_path / "config" / "instruments.toml"
    market.write_text(market.read_text().replace("BTC-USD", "BTC-EUR"))
    data = DataDirectory(tmp_path / "data")
    data.root.mkdir()
    given = load(tmp_path / "config")
    own = demo_settings(given, data)
    assert [i.symbol for i in own.instruments] == ["BTC-USD", "ETH-USD", "ETH-BTC"]
    assert {f"opening-{a}-USD" for a in ("A-1", "A-2", "B-1", "C-1")} <= {
        command.transfer_id for command in own.funding_commands() if isinstance(command, CreditAccount)
    }
    assert [(g.name, g.listen_port, g.sessions) for g in own.gateways] == [
        (g.name, g.listen_port, g.sessions) for g in given.gateways
    ]


def test_a_directory_that_the_demo_did_not_make_is_not_wiped(tmp_path: Path) -> None:
    mine = tmp_path / "demo" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("years of work")
    with pytest.raises(ConfigError, match="not made by the demo, so not wiped"):
        fresh_data(DataDirectory(tmp_path))
    assert mine.read_text() == "years of work"


def test_a_link_in_the_place_of_the_demos_directory_is_not_followed(tmp_path: Path) -> None:
    elsewhere = fresh_data(DataDirectory(tmp_path / "elsewhere")).root
    (tmp_path / "demo").symlink_to(elsewhere)
    with pytest.raises(ConfigError, match="not made by the demo"):
        fresh_data(DataDirectory(tmp_path))
    assert any(elsewhere.iterdir())


def test_a_demo_that_is_running_is_not_wiped(tmp_path: Path) -> None:
    running = fresh_data(DataDirectory(tmp_path))
    with occupied(running), pytest.raises(ConfigError, match="another venue is running"):
        fresh_data(DataDirectory(tmp_path))
    assert fresh_data(DataDirectory(tmp_path)).root == running.root
