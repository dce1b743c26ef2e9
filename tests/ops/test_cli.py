"""The command as a user meets it: journal, help, and what it says when it cannot do what was asked."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.conftest import Demo, processes_of, venue
from tests.support.running_venue import RunningVenue, running_venue, write_config
from venue.ops.cli import main
from venue.ops.flow import ACTIONS, COMMAND_COLUMNS, TRADE_COLUMNS
from venue.sequencer import inspection, recovery

_MARKET = ("phase", "halt", "kill", "release", "rules", "instrument", "self-trade", "session")
_RISK = ("account", "limits", "fees")
_MONEY = ("balances", "credit", "credit-assign", "credit-reverse", "transfer", "withdrawal", "ledger")
_OPERATORS = (*_MARKET, *_RISK, *_MONEY)
_GROUPS = {
    "journal": ("verify", "inspect", "replay", "path"),
    "account": ("list", "suspend", "activate"),
    "instrument": ("list",),
    "limits": ("show", "set"),
    "fees": ("show", "set", "tier"),
    "withdrawal": ("request", "settle", "release", "list", "block", "unblock"),
    "ledger": ("show", "open"),
}
_COMMANDS: tuple[list[str], ...] = (
    *([], ["run"], ["demo"], ["journal"], ["rebuild"], ["reconcile"], ["flow"], ["process"]),
    *([name] for name in _OPERATORS),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    write_config(tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def copied_journal(demo: Demo, tmp_path: Path) -> Path:
    """The file of a copy of the demo's journal."""
    shutil.copytree(demo.journal, tmp_path / "journal")
    (file,) = (tmp_path / "journal").glob("*.journal")
    return file


def test_the_demos_journal_is_good(demo: Demo) -> None:
    verified = venue("journal", "verify", "--data-dir", demo.data)
    assert verified.returncode == 0, verified.stderr
    records = re.match(r"good: (\d+) records in 1 file of ", verified.stdout)
    assert records is not None
    inspected = venue("journal", "inspect", "--data-dir", demo.data)
    assert [json.loads(line)["sequence"] for line in inspected.stdout.splitlines()] == [*range(1, int(records[1]) + 1)]


def test_a_range_of_records_is_inspected(demo: Demo) -> None:
    inspected = venue("journal", "inspect", "--from", "2", "--to", "3", "--data-dir", demo.data)
    records = [json.loads(line) for line in inspected.stdout.splitlines()]
    assert [(record["sequence"], record["command"]["type"]) for record in records] == [(2, "AddAsset"), (3, "AddAsset")]


def test_inspect_stops_quietly_when_its_reader_does(demo: Demo) -> None:
    shell = f"{sys.executable} -m venue journal inspect --data-dir {demo.data} | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["sequence"] == 1
    assert done.stderr == ""


def test_replay_gives_every_event_and_one_hash_each_time(demo: Demo) -> None:
    first, second = (venue("journal", "replay", "--data-dir", demo.data) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert re.search(r"^state hash [0-9a-f]{64}$", first.stdout, re.MULTILINE)
    assert first.stdout == second.stdout


def test_path_is_where_the_journal_is(demo: Demo) -> None:
    assert venue("journal", "path", "--data-dir", demo.data).stdout == f"{demo.journal}\n"


@pytest.mark.parametrize("position", [0, 20, 60, 100, "middle", -1], ids=str)
def test_a_flipped_bit_is_told_with_file_offset_and_sequence(copied_journal: Path, position: int | str) -> None:
    data = bytearray(copied_journal.read_bytes())
    index = len(data) // 2 if position == "middle" else int(position)
    data[index] ^= 0x10
    copied_journal.write_bytes(data)
    for action in ("verify", "replay"):
        done = venue("journal", action, "--data-dir", copied_journal.parent.parent)
        assert done.returncode == 1
        assert done.stdout == ""
        assert re.fullmatch(rf"venue: {copied_journal}: offset \d+, sequence \d+: .+\n", done.stderr)


def test_damage_in_the_last_record_names_its_sequence(demo: Demo, copied_journal: Path) -> None:
    last = len(venue("journal", "inspect", "--data-dir", demo.data).stdout.splitlines())
    data = bytearray(copied_journal.read_bytes())
    data[-1] ^= 1
    copied_journal.write_bytes(data)
    done = venue("journal", "verify", "--data-dir", copied_journal.parent.parent)
    assert f"sequence {last}: the record fails its CRC" in done.stderr


def test_a_venue_does_not_start_on_a_damaged_journal(copied_journal: Path, config: Path) -> None:
    data = bytearray(copied_journal.read_bytes())
    data[100] ^= 1
    copied_journal.write_bytes(data)
    done = venue("run", "--config", config, "--data-dir", copied_journal.parent.parent)
    assert done.returncode == 2
    assert f"{copied_journal}: offset" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [*_COMMANDS, *([group, action] for group, actions in _GROUPS.items() for action in actions)],
    ids=lambda a: " ".join(a) or "venue",
)
def test_help_tells_what_every_option_is_for(arguments: list[str]) -> None:
    done = venue(*arguments, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: venue")
    options = done.stdout.partition("\noptions:\n")[2].partition("\n\n")[0]
    for option in re.split(r"\n(?=  -)", options):
        assert re.match(r"\s*-\S+( [A-Z]\S*)?(, --\S+)?\s{2,}\S|\s*--\S+( [^\sa-z]+)*\s+[a-z]", option), option


def test_the_commands_of_users_are_listed_and_no_others() -> None:
    commands = venue("--help").stdout.partition("COMMAND\n")[2].partition("\nexamples:")[0]
    listed = re.findall(r"^ {4}([\w-]+) {2,}[a-z]", commands, re.MULTILINE)
    assert listed == ["run", "demo", *_OPERATORS, "journal", "rebuild", "reconcile", "flow"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "--config", "/nowhere"], "venue: /nowhere/instruments.toml: No such file or directory"),
        (["run", "--data-dir", "/tmp/" + "x" * 100], "the path is too long for a Unix socket"),
        (["run", "--data-dir", "/proc/nowhere"], "is --data-dir right?"),
        (["run", "--once"], "venue: --once goes with --demo"),
        (["journal", "inspect", "--from", "0"], "'0' is not a sequence number"),
        (["journal", "inspect", "--from", "10", "--to", "5"], "venue: --to 5 is before --from 10: there is nothing"),
        (["trade"], "invalid choice: 'trade'"),
        (["run", "--foo", "bar"], "venue run: error: unrecognized arguments: --foo bar"),
        (["journal", "verify", "--foo"], "venue journal verify: error: unrecognized arguments: --foo"),
    ],
    ids=["config", "long", "unwritable", "once", "sequence", "range", "command", "option", "nested option"],
)
def test_wrong_use_is_told_in_a_line(
    arguments: list[str], complaint: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENUE_DATA_DIR", str(config.parent))
    if arguments[0] == "run" and "--config" not in arguments:
        arguments = [*arguments, "--config", str(config)]
    done = venue(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_hidden_command_is_not_offered() -> None:
    assert "process" not in venue("trade").stderr


@pytest.mark.parametrize("action", ["verify", "inspect", "replay"])
@pytest.mark.parametrize("there", [False, True], ids=["missing", "empty"])
def test_a_journal_that_is_not_there_is_told(action: str, there: bool, tmp_path: Path) -> None:
    if there:
        (tmp_path / "journal").mkdir()
    done = venue("journal", action, "--data-dir", tmp_path)
    told = f"venue: there is no journal at {tmp_path / 'journal'}: give the venue's --data-dir\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_records_past_the_end_are_told(demo: Demo) -> None:
    done = venue("journal", "inspect", "--from", "1000000", "--data-dir", demo.data)
    told = f"venue: {demo.journal} ends before record 1000000: there is nothing to show\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_a_directory_that_may_not_be_entered_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Now: later, as somebody who may do little, nothing could be imported.
    assert inspection.verify
    assert recovery.replay
    (tmp_path / "data" / "journal").mkdir(parents=True)
    (tmp_path / "data").chmod(0)
    mine = os.geteuid()
    try:
        if mine == 0:
            os.seteuid(65_534)
        code = main(["journal", "verify", "--data-dir", str(tmp_path / "data")])
    finally:
        os.seteuid(mine)
        (tmp_path / "data").chmod(0o700)
    told = f"venue: {tmp_path / 'data' / 'journal'}: Permission denied\n"
    assert (code, *capsys.readouterr()) == (1, "", told)


@pytest.mark.parametrize("arguments", [["flow", "/nowhere/flow.csv"]], ids=" ".join)
def test_a_file_that_is_not_there_is_told(arguments: list[str]) -> None:
    done = venue(*arguments)
    told = "venue: /nowhere/flow.csv: No such file or directory\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


HEADER = ",".join(COMMAND_COLUMNS)


@pytest.mark.parametrize("through", ["itself", "link"])
def test_a_flow_is_not_overwritten_by_its_trades(through: str, tmp_path: Path) -> None:
    flow, trades = tmp_path / "flow.csv", tmp_path / ("flow.csv" if through == "itself" else "link.csv")
    flow.write_text(f"{HEADER}\n1,new,1,1,buy,100,5,0\n")
    if trades != flow:
        trades.symlink_to(flow)
    done = venue("flow", flow, "--trades", trades)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"venue: --trades {trades} is the order flow itself: give another file\n"
    assert flow.read_text() == f"{HEADER}\n1,new,1,1,buy,100,5,0\n"


def test_a_flow_without_rows_has_no_speed(tmp_path: Path) -> None:
    (tmp_path / "flow.csv").write_text(f"{HEADER}\n")
    done = venue("flow", tmp_path / "flow.csv", "--trades", tmp_path / "trades.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 commands, 0 trades\n", "")
    assert (tmp_path / "trades.csv").read_text() == f"{','.join(TRADE_COLUMNS)}\n"


def test_an_unknown_action_of_a_flow_is_told_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "flow.csv").write_text(f"{HEADER}\n1,fill,1,1,buy,100,5,0\n")
    done = venue("flow", tmp_path / "flow.csv")
    told = "line 2: unknown action 'fill': it is one of new, cancel, modify, move, reduce\n"
    assert done.stderr == f"venue: {tmp_path / 'flow.csv'}, {told}"


def test_help_tells_the_format_of_a_flow() -> None:
    text = venue("flow", "--help").stdout
    assert f"\n  {HEADER}\n" in text
    assert ",".join(TRADE_COLUMNS) in text
    for name in (*COMMAND_COLUMNS, *ACTIONS):
        assert re.search(rf"(?m)^ +(\w+, |action +)?{name}(, \w+)? {{2,}}\S", text), name


def test_the_demos_journal_is_pointed_to_when_the_venues_own_is_missing(demo: Demo) -> None:
    done = venue("journal", "verify", "--data-dir", demo.root)
    assert f"the demo's is under --data-dir {demo.data}" in done.stderr


@pytest.mark.parametrize("key", ["ListenPort", "SocketAcceptPort"])
@pytest.mark.parametrize("command", [["run"], ["demo", "--once"]], ids=" ".join)
def test_a_taken_port_is_named(command: list[str], key: str, config: Path, tmp_path: Path) -> None:
    settings = config / "order_entry.cfg"
    port = re.search(rf"^{key}=(\d+)$", settings.read_text(), re.MULTILINE)
    assert port is not None
    with socket.create_server(("127.0.0.1", int(port[1]))):
        done = venue(*command, "--config", config, "--data-dir", tmp_path / "data", seconds=20)
    assert done.returncode == 2
    assert done.stderr.startswith(f"venue: {settings}: {key}={port[1]}: port {port[1]} is taken")
    assert done.stdout == ""
    assert not (tmp_path / "data").exists()


def test_one_port_given_twice_is_named(config: Path, tmp_path: Path) -> None:
    settings = config / "drop_copy.cfg"
    port = re.search(r"^ListenPort=(\d+)$", (config / "order_entry.cfg").read_text(), re.MULTILINE)
    assert port is not None
    settings.write_text(re.sub(r"(?m)^SocketAcceptPort=.*$", f"SocketAcceptPort={port[1]}", settings.read_text()))
    done = venue("run", "--config", config, "--data-dir", tmp_path / "data")
    assert done.returncode == 2
    assert f"port {port[1]} is taken" in done.stderr


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("BeginString=FIX.4.3", "BeginString=FIX.4.3: is not spoken here, but FIX.4.4 and FIX.4.2"),
        ("TargetCompID=BROKER_A", "BROKER_A is there twice: one TargetCompID has one [SESSION] and one BeginString"),
    ],
    ids=["version", "twice"],
)
def test_a_session_that_cannot_be_is_named(line: str, complaint: str, config: Path, tmp_path: Path) -> None:
    settings = config / "order_entry.cfg"
    section = settings.read_text().partition("[SESSION]\nBeginString")
    changed = re.sub(rf"(?m)^{line.partition('=')[0]}=.*$", line, "".join(section[1:]))
    settings.write_text(section[0] + changed)
    done = venue("run", "--config", config, "--data-dir", tmp_path / "data")
    assert done.returncode == 2
    assert re.fullmatch(rf"venue: {settings}:\d+: {re.escape(complaint)}\n", done.stderr)


def test_drop_copy_of_an_unknown_firm_stops_the_start(config: Path, tmp_path: Path) -> None:
    settings = config / "drop_copy.cfg"
    settings.write_text(settings.read_text().replace("SeesFirms=BROKER_A", "SeesFirms=BORKER_A"))
    done = venue("run", "--config", config, "--data-dir", tmp_path / "data")
    assert done.returncode == 2
    told = f"venue: {settings}: [SESSION] COMPLIANCE: SeesFirms names BORKER_A, which is no firm: the firms are "
    assert done.stderr.startswith(told)
    assert done.stdout == ""
    assert not (tmp_path / "data").exists()


def test_nothing_is_imported_from_where_the_command_is_given(config: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for module in ("venue", "socket", "quickfix", "sitecustomize"):
        (here / f"{module}.py").write_text(f"open({str(tmp_path / module)!r}, 'w').close()\nraise SystemExit(9)\n")
    program = Path(sys.executable).with_name("venue")
    places = ["--config", str(config), "--data-dir", str(tmp_path / "data")]
    with subprocess.Popen([program, "run", *places], cwd=here, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Ctrl-C"):
                process.terminate()
    assert (process.returncode, line) == (0, "Stopped.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "data", "here"]


def test_a_journal_that_lost_its_tail_is_told_on_the_terminal(demo: Demo, tmp_path: Path) -> None:
    shutil.copytree(demo.data, tmp_path / "data", ignore=shutil.ignore_patterns("*.sock"))
    (file,) = (tmp_path / "data" / "journal").glob("*.journal")
    with file.open("r+b") as journal:
        journal.truncate(file.stat().st_size * 3 // 4)
    done = venue("run", "--config", demo.config, "--data-dir", tmp_path / "data")
    assert done.returncode == 2
    *_, first, second = done.stderr.splitlines()
    assert re.fullmatch(
        r"venue: all up to sequence \d+ was reported to clients, but the engine's journal ends with \d+: "
        "it lost its tail, or is another one",
        first,
    )
    assert "Traceback" not in done.stderr
    assert second == f"venue: order_entry did not start: see {tmp_path / 'data' / 'log' / 'order_entry.log'}"


def test_the_versions_are_told_with_who_speaks_them(open_venue: RunningVenue) -> None:
    assert any("FIX.4.4, TargetCompID VENUE, SenderCompID one of BROKER_A, BROKER_B" in s for s in open_venue.said)
    assert any("FIX.4.2, TargetCompID VENUE, SenderCompID one of BROKER_42" in s for s in open_venue.said)


def test_a_changed_instrument_is_told_on_the_terminal(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    demo = venue("demo", "--once", "--config", config, "--data-dir", data, seconds=120)
    assert demo.returncode == 0, demo.stdout
    instruments = config / "instruments.toml"
    instruments.write_text(instruments.read_text().replace('tick = "0.01"', 'tick = "0.05"', 1))
    done = venue("run", "--config", config, "--data-dir", data / "demo")
    assert done.returncode == 2
    assert "instrument BTC-USD: tick size is 0.01 in the journal, 0.05 in the settings." in done.stderr
    assert "Traceback" not in done.stderr
    assert processes_of(tmp_path) == []


@pytest.fixture
def open_venue(tmp_path: Path) -> Iterator[RunningVenue]:
    with running_venue(tmp_path) as running:
        yield running


def test_a_second_venue_is_kept_out_of_the_first_ones_directory(open_venue: RunningVenue, tmp_path: Path) -> None:
    write_config(tmp_path / "other")
    done = venue("run", "--config", tmp_path / "other", "--data-dir", open_venue.data)
    assert done.returncode == 2
    assert "another venue is running on this directory" in done.stderr
    engine = open_venue.pid("engine")
    assert Path("/proc", str(engine)).exists()


def test_no_process_outlives_a_killed_supervisor_and_the_venue_starts_again(tmp_path: Path) -> None:
    running = RunningVenue(tmp_path)
    running.start()
    assert running.process is not None
    assert len(processes_of(tmp_path)) == 7
    running.process.kill()
    running.process.wait()
    assert running.process.stdout is not None
    running.process.stdout.close()
    running.start()
    assert len(processes_of(tmp_path)) == 7
    assert running.stop() == 0
    assert processes_of(tmp_path) == []


def test_no_process_outlives_a_supervisor_killed_while_starting(config: Path, tmp_path: Path) -> None:
    for after_ms in (300, 600, 900):
        process = _start(config, tmp_path / "data")
        time.sleep(after_ms / 1000)
        process.kill()
        process.communicate()
        _wait_until_all_ended(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_a_venue_stopped_while_starting_leaves_nothing(number: int, config: Path, tmp_path: Path) -> None:
    process = _start(config, tmp_path / "data")
    assert process.stdout is not None
    assert process.stdout.readline() == "Starting ...\n"
    time.sleep(0.2)
    os.kill(process.pid, number)
    stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr) == (130, "Stopped.\n", "")
    assert processes_of(tmp_path) == []


def test_a_demo_can_be_stopped(config: Path, tmp_path: Path) -> None:
    process = _start(config, tmp_path / "data", "demo")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Logged on"):
            break
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stdout.endswith("Stopped.\n")
    assert stderr == ""
    assert processes_of(tmp_path) == []


def _start(config: Path, data: Path, command: str = "run") -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "venue", command, "--config", str(config), "--data-dir", str(data)]
    return subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _wait_until_all_ended(directory: Path, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while left := processes_of(directory):
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)
