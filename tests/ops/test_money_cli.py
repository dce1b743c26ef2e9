"""Money by an operator's commands, at a running venue: what they do, what they say, that each is done once."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ops.conftest import venue
from tests.recovery.audit import records
from tests.support.running_venue import RunningVenue
from venue.domain.funds_commands import CreditAccount, OpenLedger, SetAccountState
from venue.ops.books import Books, Line, read_books
from venue.ops.config import DataDirectory

WHY = ("--reason", "a test")
MONEY = """\
[[fee]]
instrument = "BTC-USD"
maker = "0.02%"
taker = "0.05%"

[[funding]]
account = "A-1"
amounts = { USD = "1000", BTC = "2" }

[[funding]]
account = "A-2"
amounts = { ETH = "0.000000000000000001" }
"""
Typed = Callable[..., str]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    running = RunningVenue(tmp_path_factory.mktemp("money"))
    (running.config / "money.toml").write_text(MONEY)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def typed(running: RunningVenue) -> Typed:
    """Types a command that is done; what is said."""

    def run(*arguments: str) -> str:
        done = venue(*arguments, "--data-dir", running.data)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


@pytest.fixture
def refused(running: RunningVenue) -> Typed:
    """Types a command that is refused, and changes nothing; what is said."""

    def run(*arguments: str) -> str:
        before = books(running).money
        done = venue(*arguments, "--data-dir", running.data)
        assert (done.returncode, done.stdout) == (1, "")
        assert books(running).money == before
        return done.stderr.removeprefix("venue: ").rstrip("\n")

    return run


def books(running: RunningVenue) -> Books:
    return read_books(DataDirectory(running.data))


def balances(running: RunningVenue, account: str) -> dict[str, tuple[int, int, int]]:
    return {
        row.asset: (row.available, row.held, row.pending) for row in books(running).funds() if row.account == account
    }


def test_accounts_begin_with_what_the_settings_give_them(running: RunningVenue, typed: Typed) -> None:
    first = next(records(running.journal))
    assert isinstance(first.command, OpenLedger)
    said = typed("balances", "A-2")
    assert re.fullmatch(
        r"account  asset             available  held  pending\n"
        r"A-2      ETH    0\.000000000000000001     0        0\n"
        r"As of record \d+\.\n",
        said,
    ), said
    assert typed("balances", "B-1").startswith("Nothing.\n")


def test_a_credit_is_made_once_by_its_id(running: RunningVenue, typed: Typed, refused: Typed) -> None:
    credit = ("credit", "B-1", "USD")
    assert typed(*credit, "12.50", "--id", "wire-1", *WHY) == "12.5 USD credited to B-1. Id wire-1\n"
    record = max(record.sequence for record in records(running.journal) if isinstance(record.command, CreditAccount))
    again = typed(*credit, "12.5", "--id", "wire-1", "--reason", "another", "--operator", "somebody else")
    assert again == f"wire-1 was done before, by record {record}; nothing is done again.\n"
    other = refused(*credit, "12.51", "--id", "wire-1", *WHY)
    assert other == "refused: the transfer's id was used before, with other content"
    assert balances(running, "B-1")["USD"] == (12_500_000, 0, 0)


def test_every_act_is_journalled_with_who_and_why(running: RunningVenue, typed: Typed) -> None:
    typed("credit", "C-1", "USD", "1", "--reason", "cash on the table", "--operator", "the night shift")
    typed("account", "suspend", "C-1", "--reason", "it asked for it", "--operator", "compliance")
    typed("account", "activate", "C-1")
    made = [record.command for record in records(running.journal)]
    credit = [command for command in made if isinstance(command, CreditAccount)][-1]
    assert (credit.operator, credit.reason) == ("the night shift", "cash on the table")
    assert re.fullmatch(r"[0-9a-f-]{36}", credit.transfer_id)
    suspended = next(command for command in made if isinstance(command, SetAccountState))
    assert (suspended.operator, suspended.reason) == ("compliance", "it asked for it")


def test_funds_without_an_owner_find_him_and_can_be_taken_back(running: RunningVenue, typed: Typed) -> None:
    assert "to nobody yet. Id lost-1: `venue credit-assign lost-1 ACCOUNT`" in typed(
        *("credit", "-", "ETH", "3", "--id", "lost-1", *WHY)
    )
    assert "3 ETH of credit lost-1 is nobody's yet.\n" in typed("ledger", "show")
    assert typed("credit-assign", "lost-1", "A-1", *WHY).startswith("3 ETH of credit lost-1 given to A-1. Id ")
    assert balances(running, "A-1")["ETH"] == (3 * 10**18, 0, 0)
    assert typed("credit-reverse", "lost-1", *WHY).startswith("3 ETH of credit lost-1 taken back from A-1. Id ")
    assert "ETH" not in balances(running, "A-1")


def test_transfers_stay_within_a_firm_and_are_done_together(
    running: RunningVenue, typed: Typed, refused: Typed
) -> None:
    legs = ("transfer", "A-1", "A-2", "USD", "100", "--also", "A-1", "A-2", "BTC")
    assert refused(*legs, "2.00000001", *WHY) == (
        "refused: the available balance does not cover it: A-1 has 2 BTC available, 2.00000001 BTC is wanted"
    )
    assert typed(*legs, "1.5", *WHY).startswith("100 USD from A-1 to A-2, 1.5 BTC from A-1 to A-2. Id ")
    assert typed("transfer", "A-2", "A-1", "USD", "100", "--also", "A-2", "A-1", "BTC", "1.5", *WHY)
    assert refused("transfer", "A-1", "B-1", "USD", "1", *WHY) == (
        "A-1 is of BROKER_A, B-1 of BROKER_B: transfers are between accounts of one firm"
    )


def test_a_withdrawal_is_pending_until_it_is_settled_or_released(
    running: RunningVenue, typed: Typed, refused: Typed
) -> None:
    request = ("withdrawal", "request", "A-1", "BTC")
    assert typed(*request, "1.5", "--to", "bc1q", "--id", "w-1", *WHY) == "1.5 BTC of A-1 pending, to bc1q. Id w-1\n"
    assert balances(running, "A-1")["BTC"] == (50_000_000, 0, 150_000_000)
    assert re.search(r"^w-1  A-1      bc1q  1\.5 BTC$", typed("withdrawal", "list"), re.MULTILINE)
    assert "A-1 has 0.5 BTC available, 1 BTC is wanted" in refused(*request, "1", "--to", "bc1q", *WHY)
    assert refused("withdrawal", "settle", "w-1", "--amount", "1.6", *WHY) == (
        "refused: the amount is more than the withdrawal has pending"
    )
    settled = typed("withdrawal", "settle", "w-1", "--amount", "1.25", "--id", "s-1", *WHY)
    assert settled == "1.25 BTC of A-1 left the venue, 0.25 BTC available again. Id s-1\n"
    assert typed("withdrawal", "list").startswith("No withdrawal is pending.\n")
    typed(*request, "0.25", "--to", "bc1q", "--id", "w-2", *WHY)
    assert typed("withdrawal", "release", "w-2", *WHY).startswith("0.25 BTC of A-1 available again. Id ")
    assert balances(running, "A-1")["BTC"] == (75_000_000, 0, 0)


def test_withdrawals_can_be_blocked(running: RunningVenue, typed: Typed, refused: Typed) -> None:
    assert typed("withdrawal", "block", *WHY) == "Withdrawals are blocked.\n"
    assert typed("withdrawal", "block", *WHY) == "Withdrawals are blocked. They were before.\n"
    told = refused("withdrawal", "request", "A-1", "USD", "1", "--to", "bank", *WHY)
    assert told == "refused: withdrawals are blocked"
    assert "Withdrawals are blocked.\n" in typed("withdrawal", "list")
    assert typed("withdrawal", "unblock", *WHY).startswith("Withdrawals are possible again. `venue reconcile` tells")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("credit", "A-1", "USD", "1.0000001"), "amount: '1.0000001' is too fine: the smallest unit of USD is"),
        (("credit", "A-1", "USD", "1e3"), "amount: '1e3' is not a decimal number"),
        (("credit", "A-1", "USD", "-1"), "amount: '-1' is not above 0"),
        (("credit", "A-1", "USD", "1" + "0" * 40), "is above the largest amount, 99999999999999999999"),
        (("credit", "A-9", "USD", "1"), "there is no account A-9; the venue knows A-1, A-2, B-1, C-1"),
        (("credit", "A-1", "EUR", "1"), "there is no asset EUR; the venue knows BTC, ETH, USD"),
        (("credit", "A-1", "USD", "1", "--reason", " "), "--reason is empty: say why"),
        (("credit", "A-1", "USD", "1", "--reason", "x" * 201), "--reason is one line of at most 200 characters"),
        (("credit", "A-1", "USD", "1", "--operator", ""), "--operator '' is not a name"),
        (("credit", "A-1", "USD", "1", "--id", "x" * 65), "refused: a transfer's id must be 1 to 64 printable"),
        (("credit-assign", "nothing", "A-1"), "refused: no such credit or withdrawal is held"),
        (("withdrawal", "settle", "nothing"), "refused: no such credit or withdrawal is held"),
        (("withdrawal", "settle", "nothing", "--amount", "1"), "there is no withdrawal nothing; `venue"),
        (("limits", "set", "account", "A-1", "--position", "1"), "--position: is of one instrument: say which"),
        (("limits", "set", "account", "A-1"), "no limit is given: see `venue limits set --help`"),
        (("limits", "set", "account", "A-1", "--open-orders", "many"), "--open-orders: 'many' is not a whole number"),
        (("limits", "set", "firm", "A-1", "--open-orders", "1"), "there is no firm A-1; the venue knows BROKER_A"),
        (("fees", "set", "BTC-USD", "--maker=-6bp", "--taker", "5bp"), "--maker: a rebate is larger than the other"),
        (("fees", "tier", "NOBODY", "pro"), "there is no firm NOBODY"),
        (("phase", "BTC-USD", "close", "--reason", ""), "--reason: say why, of what stops trading"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(refused: Typed, arguments: tuple[str, ...], told: str) -> None:
    given = arguments if "--reason" in arguments else (*arguments, *WHY)
    assert told in refused(*given)


@pytest.mark.parametrize(
    "arguments",
    [
        *(("credit", "A-1", "USD", "1"), ("transfer", "A-1", "A-2", "USD", "1"), ("credit-reverse", "x")),
        *(("withdrawal", "settle", "x"), ("withdrawal", "block"), ("kill", "venue"), ("halt", "BTC-USD")),
        *(("account", "suspend", "A-1"), ("ledger", "open")),
    ],
    ids=" ".join,
)
def test_what_moves_money_or_stops_trading_needs_a_reason(running: RunningVenue, arguments: tuple[str, ...]) -> None:
    done = venue(*arguments, "--data-dir", running.data)
    assert done.returncode == 2
    assert "the following arguments are required: --reason" in done.stderr


def test_limits_are_set_one_by_one_and_shown(typed: Typed) -> None:
    of_account = ("limits", "set", "account", "A-1", "--instrument", "BTC-USD")
    assert typed(*of_account, "--order-quantity", "2", "--collar-percent", "2.5") == (
        "Limits of account A-1 in BTC-USD: order quantity 2, collar percent 2.5.\n"
    )
    assert typed(*of_account, "--order-notional", "250000.5", "--order-quantity", "none") == (
        "Limits of account A-1 in BTC-USD: order notional 250000.5, collar percent 2.5.\n"
    )
    assert typed(*of_account, "--collar-percent", "2.50").endswith("It was so before; nothing changed.\n")
    typed("limits", "set", "firm", "BROKER_A", "--orders-per-second", "50")
    shown = typed("limits", "show")
    assert re.search(r"^account  A-1       BTC-USD     order-notional     250000\.5$", shown, re.MULTILINE), shown
    assert re.search(r"^firm     BROKER_A  \(all\)       orders-per-second        50$", shown, re.MULTILINE), shown
    typed(*of_account, "--order-notional", "none", "--collar-percent", "none")
    typed("limits", "set", "firm", "BROKER_A", "--orders-per-second", "none")
    assert typed("limits", "show").startswith("No limits.\n")


def test_fees_are_set_by_tier_and_shown(typed: Typed) -> None:
    set_pro = ("fees", "set", "BTC-USD", "--tier", "pro", "--maker=-0.5bp", "--taker", "0.0301%")
    assert typed(*set_pro) == "Fees of BTC-USD, tier pro, for orders from now on: maker -0.005%, taker 0.0301%.\n"
    assert typed("fees", "tier", "BROKER_A", "pro").startswith("BROKER_A is of tier pro")
    shown = typed("fees", "show")
    assert re.search(r"^BTC-USD     \(all\)    0\.02%    0\.05%$", shown, re.MULTILINE), shown
    assert re.search(r"^BTC-USD     pro    -0\.005%  0\.0301%$", shown, re.MULTILINE), shown
    assert "BROKER_A is of tier pro.\n" in shown
    assert typed("fees", "tier", "BROKER_A", "none").startswith("BROKER_A is of no tier")


def test_instruments_and_accounts_are_listed_as_they_stand(typed: Typed) -> None:
    typed("halt", "ETH-BTC", *WHY)
    assert re.search(r"^ETH-BTC  halted  0\.00001   0\.001           -$", typed("instrument", "list"), re.MULTILINE)
    typed("account", "suspend", "A-2", *WHY)
    assert re.search(r"^A-2      BROKER_A   suspended$", typed("account", "list"), re.MULTILINE)
    assert typed("account", "activate", "A-2") == "A-2 is active.\n"
    typed("phase", "ETH-BTC", "open")


def test_the_trial_balance_is_shown_and_comes_to_nothing(running: RunningVenue, typed: Typed) -> None:
    assert re.search(
        r"^Debits equal credits in every asset\. As of record \d+\.$", typed("ledger", "show"), re.MULTILINE
    )
    lines = books(running).trial_balance()
    assert [line.asset.symbol for line in lines] == ["BTC", "ETH", "USD"]
    assert all(line.debits == line.credits > 0 for line in lines if line.asset.symbol != "ETH")


def test_a_trial_balance_that_does_not_come_to_nothing_fails(
    running: RunningVenue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from venue.ops.cli import main

    good = Books.trial_balance

    def less(self: Books) -> list[Line]:
        first, *others = good(self)
        return [first._replace(custody=first.custody + 1), *others]

    monkeypatch.setattr(Books, "trial_balance", less)
    assert main(["ledger", "show", "--data-dir", str(running.data)]) == 1
    assert "debits do not equal credits in BTC" in capsys.readouterr().err


def test_books_are_the_same_from_a_snapshot_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENUE_SNAPSHOT_EVERY", "5")
    running = RunningVenue(tmp_path)
    running.start()
    for number in range(6):
        venue("credit", "A-1", "USD", f"{number + 1}", *WHY, "--data-dir", running.data)
    running.stop()
    assert list((running.data / "snapshots").glob("*.snapshot")) != []
    with_snapshots = books(running)
    for path in (running.data / "snapshots").glob("*.snapshot"):
        path.unlink()
    assert books(running).state == with_snapshots.state
    # What a damaged one says is not taken.
    (running.data / "snapshots" / f"{1:020d}.snapshot").write_bytes(b"nothing")
    assert books(running).state == with_snapshots.state


def test_books_where_there_is_no_journal(tmp_path: Path) -> None:
    done = venue("balances", "--data-dir", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"venue: there is no journal at {tmp_path}/journal: give the venue's --data-dir\n"
    assert list(tmp_path.iterdir()) == []
