"""The demo: brokers trade over FIX, a compliance desk looks on, and every report is compared."""

import shutil
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from venue.ops.books import Books, read_books
from venue.ops.config import PROJECT, Config, DataDirectory
from venue.ops.demo_client import LOGON_SECONDS, Clients, Message
from venue.ops.demo_money import CREDIT_ACCOUNT, MoneyCheck, balance_rows, money_cells, trial_cells
from venue.ops.demo_scenario import chapters, order_on_drop_copy
from venue.ops.demo_steps import B42, BROKERS, CLOCK, COMPLIANCE, OPERATOR, A, B, Chapter, Expected, Step
from venue.ops.demo_words import Words, field_name
from venue.ops.errors import ConfigError
from venue.ops.operator_cli import typed
from venue.ops.preflight import occupied

_MARKER = "venue-demo"
_WIDTH = 118
_REPORT_SECONDS = 10
_SILENCE_SECONDS = 0.5
_NUMBERS = frozenset({6, 14, 31, 32, 38, 44, 151, 381})
# What a session adds to a message: the same report differs in these from session to session.
_SESSION_TAGS = frozenset({8, 9, 10, 34, 43, 49, 52, 56, 97, 122})
# And in these, from one version of FIX to the other: TransactTime, OrdRejReason, ExecType.
_VERSION_TAGS = frozenset({60, 103, 150})
_STEP_COLUMNS = (("", 0), ("From", 0), ("Sent", 8), ("To", 0), ("Came back", 9), ("  ", 0))
_COPY_COLUMNS = (("Broker", 0), ("Reports", 0), ("Copies", 0), ("Trades", 0), ("Equal", 1), ("  ", 0))
Cells = tuple[str | Text, ...]

_MONEY_HEAD = ("Account", "Asset", "Before", "Traded", "Fees", "Credited", "After", "  ")
_TRIAL_HEAD = ("Asset", "Accounts", "Fees earned", "Custody", "Debits", "Credits", "  ")
_LEFT = ("Asset", "  ")
_SHORT = {A: "A", B: "B", B42: "42", COMPLIANCE: "C", OPERATOR: "op", CLOCK: ""}


def demo_directory(data: DataDirectory) -> DataDirectory:
    return DataDirectory(data.root / "demo")


def fresh_data(data: DataDirectory) -> DataDirectory:
    """An empty directory for the demo, below the venue's; the last demo's is wiped.

    Raises ConfigError where it is not a demo's, or a demo is running in it.
    """
    demo = demo_directory(data)
    marker = demo.root / _MARKER
    try:
        if demo.root.is_symlink() or (demo.root.exists() and not marker.is_file() and not _is_empty(demo.root)):
            raise ConfigError(f"{demo.root}: not made by the demo, so not wiped: move it, or give another --data-dir")
        if demo.root.exists():
            with occupied(demo):
                shutil.rmtree(demo.root)
            print(f"The last demo's data is wiped: {demo.root}")
        demo.root.mkdir(parents=True)
        marker.write_text("Made by the demo; the next one wipes this directory.\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}: is --data-dir right?") from None
    return demo


def run_demo(
    config: Config,
    data: DataDirectory,
    check_not_stopped: Callable[[], None],
    scenario: Callable[[], tuple[Chapter, ...]] = chapters,
) -> bool:
    """Trades, prints, compares. True only if every report came as it must, and nothing else.

    Raises ConfigError where the configuration lacks what the demo needs, and what check_not_stopped raises.
    """
    clients = Clients(config, data.root / "clients", (*BROKERS, COMPLIANCE), check_not_stopped)
    place = Venue(config, lambda command: typed(command, data), lambda: read_books(data))
    demo = Demo(clients, place, _console(), scenario())
    try:
        complete = demo.run()
    finally:
        clients.log_off()
    print(f"Verify the journal:  {_verify_command(data)}", flush=True)
    return complete


class Venue(NamedTuple):
    """What an operator has. operate: types a command; what is told of it. books: all balances, now."""

    config: Config
    operate: Callable[[str], str]
    books: Callable[[], Books]


class Demo:
    """One run. Counts what was expected and what came."""

    def __init__(self, clients: Clients, venue: Venue, console: Console, scenario: tuple[Chapter, ...]) -> None:
        self._clients = clients
        self._venue = venue
        self._told: Message = {}
        self._words = Words(venue.config)
        self._console = console
        self._chapters = scenario
        self._received: dict[str, list[Message]] = {name: [] for name in (*BROKERS, COMPLIANCE, OPERATOR)}
        self._good = 0
        self._faults: list[str] = []
        self._step_number = 0
        self._given_up = False

    def run(self) -> bool:
        absent = self._clients.log_on()
        if absent:
            self._fault(f"not logged on within {LOGON_SECONDS} seconds: {', '.join(absent)}")
            return self._summary(self._expected())
        self._say(
            "\nLogged on over FIX 4.4: A is BROKER_A, B is BROKER_B, on order entry; C is COMPLIANCE, on drop copy. "
            "Over FIX 4.2: 42 is BROKER_42, on order entry. op is an operator, at a terminal of the venue's own."
        )
        books = self._venue.books()
        self._money = MoneyCheck(self._venue.config, books)
        self._print("Balances before", ("Account", *books.assets), balance_rows(books))
        for chapter in self._chapters:
            if not self._given_up:
                self._play(chapter)
        if not self._given_up:
            self._expect_silence(BROKERS)
        self._check_identities()
        expected = self._expected()
        self._compare_drop_copy()
        self._compare_balances()
        if not self._given_up:
            self._play(Chapter("Compliance: reads, and only reads", (order_on_drop_copy(),)))
            self._expect_silence((*BROKERS, COMPLIANCE))
        return self._summary(expected)

    def _expected(self) -> int:
        """Reports to the brokers, the copy of each execution report, and the refusal on drop copy."""
        reports = [report for chapter in self._chapters for step in chapter.steps for report in step.reports]
        return len(reports) + sum(report.fields[35] == "8" for report in reports) + len(order_on_drop_copy().reports)

    def _play(self, chapter: Chapter) -> None:
        table = self._table(chapter.title, _STEP_COLUMNS)
        for step in chapter.steps:
            self._step_number += 1
            first = [str(self._step_number), _SHORT[step.who], self._do(step)]
            for expected in step.reports:
                words, fault = self._receive(expected)
                table.add_row(*first, _SHORT[expected.who], words, _mark(not fault))
                first = ["", "", ""]
                if self._given_up:
                    break
            table.add_section()
            if self._given_up:
                break
        self._console.print(table)

    def _do(self, step: Step) -> str:
        """In words."""
        note = f"({step.note})" if step.note else ""
        if step.who == CLOCK:
            return note
        if step.who == OPERATOR:
            self._told = {35: "", 58: self._venue.operate(step.command)}
            return step.command
        self._clients.send(step.who, step.message_type, step.fields)
        return "\n".join(filter(None, [self._words.request(step.message_type, step.fields), note]))

    def _receive(self, expected: Expected) -> tuple[str, str]:
        """What came in words, and what is wrong with it: "" when nothing is."""
        who = expected.who
        message = self._told if who == OPERATOR else self._clients.receive(who, _REPORT_SECONDS)
        where = f"step {self._step_number}, {expected.who}"
        if message is None:
            self._given_up = True
            self._fault(f"{where}: no report came within {_REPORT_SECONDS} seconds; the demo ends here")
            return "nothing", "nothing"
        self._received[expected.who].append(message)
        wrong = [
            f"{field_name(tag)} is {message.get(tag, 'missing')}, not {value}"
            for tag, value in expected.fields.items()
            if not _same(tag, message.get(tag), value)
        ]
        if wrong:
            self._fault(f"{where}: {'; '.join(wrong)}")
        else:
            self._good += 1
        return self._words.answer(message), "; ".join(wrong)

    def _expect_silence(self, names: tuple[str, ...]) -> None:
        for name in names:
            while (message := self._clients.receive(name, _SILENCE_SECONDS)) is not None:
                self._fault(f"{name}: a report that was not expected: {self._words.answer(message)}")

    def _check_identities(self) -> None:
        """ExecID never twice, one OrderID for an order's whole life."""
        executions = [m for name in BROKERS for m in self._received[name] if m[35] == "8"]
        if len({m[17] for m in executions}) < len(executions):
            self._fault("an ExecID(17) came twice")
        for name in BROKERS:
            order_ids: dict[str, str] = {}
            for m in self._received[name]:
                if m[35] == "8" and m[150] != "8":
                    known = order_ids.get(m.get(41, m[11]), m[37])
                    order_ids[m[11]] = m[37]
                    if known != m[37]:
                        self._fault(f"{name} {m[11]}: OrderID(37) changed from {known} to {m[37]}")

    def _compare_drop_copy(self) -> None:
        executions = {name: [m for m in self._received[name] if m[35] == "8"] for name in BROKERS}
        owner = {m[17]: name for name, messages in executions.items() for m in messages}
        copies: dict[str, list[Message]] = {name: [] for name in BROKERS}
        trades: list[Message] = []
        for _ in range(len(owner)):
            message = self._clients.receive(COMPLIANCE, _REPORT_SECONDS)
            if message is None:
                break
            if message.get(17) in owner:
                trades += [message] if message[150] == "F" else []
                copies[owner[message[17]]].append(message)
            else:
                self._fault(f"drop copy: a report that no broker got: {self._words.answer(message)}")
        self._faults += filter(None, [self._money.note(copy) for copy in trades])
        self._check_matches([copy for of_one in copies.values() for copy in of_one])
        table = self._table("Compliance: the same reports on drop copy", _COPY_COLUMNS)
        for name, messages in executions.items():
            equal = [_equal(m, c) for m, c in zip(messages, copies[name], strict=False)]
            self._good += sum(equal)
            complete = len(equal) == len(messages) and all(equal)
            if not complete:
                self._fault(f"drop copy of {name}: {sum(equal)} of {len(messages)} reports came and are equal")
            traded = sum(m[150] == "F" for m in copies[name])
            words = "every field and ExecID, in the same order" if complete else f"{sum(equal)} of {len(messages)}"
            if name == B42 and complete:
                words = "every field that both versions have"
            table.add_row(name, str(len(messages)), str(len(copies[name])), str(traded), words, _mark(complete))
        self._console.print(table)

    def _compare_balances(self) -> None:
        """Every balance is what it was, with what the reports say; the whole ledger comes to nothing."""
        after = self._venue.books()
        credited = any(f"venue credit {CREDIT_ACCOUNT}" in step.command for c in self._chapters for step in c.steps)
        rows = self._money.rows(after, credited)
        self._faults += [
            f"balance of {row.account} in {row.asset} is not what it must be" for row in rows if not row.adds_up
        ]
        marked: list[Cells] = [(*money_cells(row), _mark(row.adds_up)) for row in rows]
        self._print("Balances after: before, with what the reports on drop copy say", _MONEY_HEAD, marked)
        lines = after.trial_balance()
        self._faults += [f"debits do not equal credits in {n.asset.symbol}" for n in lines if n.debits != n.credits]
        balanced: list[Cells] = [(*trial_cells(line), _mark(line.debits == line.credits)) for line in lines]
        self._print(f"The ledger, as of record {after.sequence}: debits equal credits", _TRIAL_HEAD, balanced)

    def _check_matches(self, copies: list[Message]) -> None:
        """One TrdMatchID for both sides of a match, which compliance sees whatever version the brokers speak."""
        matches: dict[str, list[tuple[str, str]]] = {}
        for copy in copies:
            if copy[150] == "F":
                matches.setdefault(copy.get(880, ""), []).append((copy[31], copy[32]))
        self._faults += [f"match {match}: {sides}" for match, sides in matches.items() if sides != sides[:1] * 2]

    def _summary(self, expected: int) -> bool:
        complete = self._good == expected and not self._faults
        for fault in self._faults:
            self._say(f"NOT AS EXPECTED  {fault}")
        self._say(f"\n{self._good} of {expected} expected reports came" + ("." if complete else "; see above."))
        return complete

    def _fault(self, text: str) -> None:
        self._faults.append(text)

    def _say(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def _print(self, title: str, head: tuple[str, ...], rows: Iterable[Cells]) -> None:
        """A table of numbers, to the right."""
        table = self._table(title, ())
        for number, column in enumerate(head):
            table.add_column(column, no_wrap=True, justify="right" if number > 0 and column not in _LEFT else "left")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)

    def _table(self, title: str, columns: tuple[tuple[str, int], ...]) -> Table:
        """The title is printed at once. Columns with a ratio share the room that is left, and wrap."""
        self._console.print()
        self._console.print(Text(title, style="bold"))
        table = Table(box=box.SIMPLE_HEAD if self._console.is_terminal else box.ASCII2, expand=True)
        for column, ratio in columns:
            table.add_column(column, no_wrap=not ratio, ratio=ratio or None, min_width=0 if ratio else len(column))
        return table


def _same(tag: int, came: str | None, expected: str) -> bool:
    if came is None:
        return False
    return Decimal(came) == Decimal(expected) if tag in _NUMBERS else came == expected


def _equal(report: Message, copy: Message) -> bool:
    """All but what the sessions add; in another version of FIX, what both versions say alike."""
    left_out = _SESSION_TAGS
    if report[8] != copy[8]:
        left_out |= _VERSION_TAGS | (report.keys() ^ copy.keys())
    return {t: v for t, v in report.items() if t not in left_out} == {
        t: v for t, v in copy.items() if t not in left_out
    }


def _mark(good: bool) -> Text:
    return Text("ok", style="green") if good else Text("NO", style="bold red")


def _is_empty(directory: Path) -> bool:
    return directory.is_dir() and not any(directory.iterdir())


def _console() -> Console:
    """At most _WIDTH wide; without a terminal, as wide, and plain."""
    console = Console(highlight=False, markup=False, emoji=False)
    width = min(console.width, _WIDTH) if console.is_terminal else _WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=width)


def _verify_command(data: DataDirectory) -> str:
    program = PROJECT / ".venv" / "bin" / "venue"
    command = ".venv/bin/venue" if Path.cwd() == PROJECT else str(program) if program.exists() else "venue"
    return f"{command} journal verify --data-dir {data.root}"
