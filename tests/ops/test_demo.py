"""The demo, end to end, and what becomes of it when something is not as it must be."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.conftest import Demo, processes_of
from tests.support.running_venue import running_venue
from venue.ops.config import DataDirectory, load
from venue.ops.demo import fresh_data
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
        assert int(counts[1]) > 100


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
    assert "B1 filled: 0.4 BTC at 60,000.00 = 24,000.00 USD" in transcript


def test_the_demo_names_the_command_that_verifies_its_journal(demo: Demo) -> None:
    assert f"journal verify --data-dir {demo.data}\n" in demo.runs[0].stdout


def test_the_demo_leaves_no_process_behind(demo: Demo) -> None:
    assert processes_of(demo.root.parent) == []


def test_the_demo_shows_every_kind_of_report() -> None:
    reports = [report.fields for chapter in chapters() for step in chapter.steps for report in step.reports]
    executions = [fields for fields in reports if fields[35] == "8"]
    assert {fields[150] for fields in executions if 20 not in fields} == {"0", "4", "5", "8", "F", "I"}
    assert {(fields[20], fields[150]) for fields in executions if 20 in fields} == {
        *(("0", exec_type) for exec_type in "0128"),
        ("3", "1"),
    }
    assert {fields[102] for fields in reports if fields[35] == "9"} == {"0", "1"}


@pytest.mark.parametrize(
    ("alteration", "complaint"),
    [
        ("leaves", "step 2, BROKER_A: LeavesQty(151) is 1.1, not 1.2"),
        ("unexpected", "BROKER_A: a report that was not expected: A1 partly filled"),
        ("missing", "step 1, BROKER_A: no report came"),
    ],
)
def test_a_difference_is_told_and_fails_the_demo(alteration: str, complaint: str, tmp_path: Path) -> None:
    with running_venue(tmp_path) as venue:
        # In a process of its own: QuickFIX keeps its sessions for as long as a process lives.
        program = [sys.executable, "-m", "tests.ops.altered_demo", alteration, str(venue.config), str(tmp_path)]
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
