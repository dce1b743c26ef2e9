"""What is read is what was done: at a position that it tells, from memory at once, from PostgreSQL when it is there."""

import os
import signal
import time
from decimal import Decimal

from tests.sidecar.desk import Rest, limit_order
from tests.sidecar.keys import AUDITOR, OPERATOR, A, B
from tests.support.operator import Operator
from venue.domain.commands import SetPhase
from venue.domain.enums import AccountState, Phase
from venue.domain.funds import FeeRates
from venue.domain.funds_commands import BlockWithdrawals, SetAccountState, SetFees


def _funds(rest: Rest, account: str, asset: str) -> tuple[str, str, str, str]:
    (item,) = rest.client(AUDITOR).get("/v1/balances", account=account, asset=asset).body["items"]
    return item["available"], item["held"], item["pending"], item["total"]


def test_instruments_tell_sizes_and_phase(rest: Rest) -> None:
    operator = Operator(rest.venue)
    items = rest.client(A).get("/v1/instruments").body["items"]
    assert [item["symbol"] for item in items] == ["BTC-USD", "ETH-BTC", "ETH-USD"]
    assert items[1] == {
        "symbol": "ETH-BTC",
        "base": "ETH",
        "quote": "BTC",
        "tick": "0.00001",
        "lot": "0.001",
        "phase": "open",
    }
    operator.order(SetPhase(0, "test", "ETH-BTC", Phase.HALTED))
    assert rest.client(A).get("/v1/instruments").body["items"][1]["phase"] == "halted"
    operator.order(SetPhase(0, "test", "ETH-BTC", Phase.OPEN))


def test_accounts_tell_whether_they_are_suspended(rest: Rest) -> None:
    operator, client = Operator(rest.venue), rest.client(A)
    for state, suspended in ((AccountState.SUSPENDED, True), (AccountState.ACTIVE, False)):
        operator.order(SetAccountState(0, "test", "A-2", state))
        assert client.get("/v1/accounts").body["items"] == [
            {"account": "A-1", "firm": "BROKER_A", "suspended": False},
            {"account": "A-2", "firm": "BROKER_A", "suspended": suspended},
        ]


def test_balances_of_eighteen_decimals_and_beyond_64_bits_are_exact(rest: Rest) -> None:
    assert _funds(rest, "A-2", "ETH") == ("5.000000000000000001", "0", "0", "5.000000000000000001")
    before = rest.client(A).get("/v1/accounts").position
    reply = rest.client(OPERATOR).post(
        "/v1/deposits", {"account": "A-2", "asset": "ETH", "amount": "12345678901234567.123456789012345678"}
    )
    assert reply.position > before
    assert _funds(rest, "A-2", "ETH")[0] == "12345678901234572.123456789012345679"
    wallets = rest.history("/v1/deposits", reply.position, account="A-2").body["items"]
    assert wallets[0]["amount"] == "12345678901234567.123456789012345678"
    assert wallets[0] == reply.body["item"], "what the change was answered, its times too"
    undone = rest.client(OPERATOR).post(f"/v1/deposits/{reply.body['item']['deposit_id']}/reverse", {})
    assert undone.status == 200
    assert _funds(rest, "A-2", "ETH")[0] == "5.000000000000000001"
    states = rest.history("/v1/deposits", undone.position, account="A-2").body["items"]
    assert states[0]["state"] == "reversed"


def test_a_trade_moves_what_it_should_with_its_fees(rest: Rest) -> None:
    operator = Operator(rest.venue)
    operator.order(SetFees(0, "test", "", "BTC-USD", FeeRates(1_000, 2_000)))
    before = {account: {a: _funds(rest, account, a) for a in ("USD", "BTC")} for account in ("A-1", "B-1")}
    bought = rest.client(A).post("/v1/orders", limit_order("52000", "0.02"))
    held = Decimal(_funds(rest, "A-1", "USD")[1]) - Decimal(before["A-1"]["USD"][1])
    assert held == Decimal("1042.08")
    sold = rest.client(B).post("/v1/orders", limit_order("52000", "0.02", account="B-1", side="sell"))
    operator.order(SetFees(0, "test", "", "BTC-USD", FeeRates(0, 0)))
    for account, usd, btc in (("A-1", "-1041.04", "0.02"), ("B-1", "1037.92", "-0.02")):
        for asset, change in (("USD", usd), ("BTC", btc)):
            now = Decimal(_funds(rest, account, asset)[3]) - Decimal(before[account][asset][3])
            assert now == Decimal(change)
    executions = rest.history("/v1/executions", sold.position, order_id=bought.body["item"]["order_id"]).body["items"]
    assert [(e["price"], e["quantity"], e["amount"], e["fee"], e["fee_asset"], e["liquidity"]) for e in executions] == [
        ("52000", "0.02", "1040", "1.04", "USD", "maker")
    ]


def test_a_wallet_adds_up_its_accounts_and_tells_its_history(rest: Rest) -> None:
    leg = {"debit_account": "A-1", "credit_account": "A-2", "asset": "USD", "amount": "7.5"}
    moved = rest.client(A).post("/v1/transfers", {"legs": [leg]})
    wallet = rest.client(A).get("/v1/wallets/USD", min_position=moved.position).body["item"]
    accounts = wallet["accounts"]
    assert [account["account"] for account in accounts] == ["A-1", "A-2"]
    for part in ("available", "held", "pending", "total"):
        assert Decimal(wallet[part]) == sum(Decimal(account[part]) for account in accounts)
    assert wallet in rest.client(A).get("/v1/wallets").body["items"]
    newest = rest.history("/v1/wallets/USD/history", moved.position).body["items"][0]
    assert newest["transfer"] == f"{moved.position}-0"
    assert (newest["kind"], newest["amount"], newest["transfer_id"]) == (
        *("transfer", "7.5", moved.body["item"]["transfer_id"]),
    )
    assert (newest["debit_account"], newest["credit_account"]) == ("A-1", "A-2")


def test_a_withdrawal_is_pending_until_it_is_settled_in_part(rest: Rest) -> None:
    before = _funds(rest, "A-1", "BTC")
    body = {"account": "A-1", "asset": "BTC", "amount": "0.5", "destination": "bank account 4711"}
    asked = rest.client(A).post("/v1/withdrawals", body)
    withdrawal_id = asked.body["item"]["withdrawal_id"]
    assert _funds(rest, "A-1", "BTC")[2] == "0.5"
    rest.history("/v1/withdrawals", asked.position)
    assert rest.client(OPERATOR).post(f"/v1/withdrawals/{withdrawal_id}/settle", {"amount": "0.6"}).body["code"] == (
        "AMOUNT_ABOVE_PENDING"
    )
    settled = rest.client(OPERATOR).post(f"/v1/withdrawals/{withdrawal_id}/settle", {"amount": "0.2"})
    assert settled.status == 200
    assert _funds(rest, "A-1", "BTC")[2] == "0"
    assert Decimal(_funds(rest, "A-1", "BTC")[3]) == Decimal(before[3]) - Decimal("0.2")
    told = rest.history("/v1/withdrawals", settled.position).body["items"][0]
    assert (told["withdrawal_id"], told["state"], told["amount"], told["settled"], told["destination"]) == (
        *(withdrawal_id, "settled", "0.5", "0.2", "bank account 4711"),
    )
    again = rest.client(A).delete(f"/v1/withdrawals/{withdrawal_id}")
    assert (again.status, again.body["code"]) in {(409, "ALREADY_DONE"), (404, "UNKNOWN_TRANSFER")}


def test_a_deposit_without_owner_is_assigned_once_it_is_known(rest: Rest) -> None:
    operator, before = rest.client(OPERATOR), _funds(rest, "A-1", "USD")
    unknown = operator.post("/v1/deposits", {"asset": "USD", "amount": "3"})
    deposit_id = unknown.body["item"]["deposit_id"]
    assert unknown.body["item"]["state"] == "unassigned"
    assert _funds(rest, "A-1", "USD") == before
    assert deposit_id not in str(rest.history("/v1/deposits", unknown.position).body)
    assert operator.post(f"/v1/deposits/{deposit_id}/assign", {"account": "A-1"}).status == 200
    assert Decimal(_funds(rest, "A-1", "USD")[0]) == Decimal(before[0]) + 3
    assert operator.post(f"/v1/deposits/{deposit_id}/assign", {"account": "A-1"}).body["code"] == "ALREADY_DONE"


def test_an_order_is_read_where_it_is_and_where_it_was(rest: Rest) -> None:
    client = rest.client(A)
    placed = client.post("/v1/orders", limit_order("41000", post_only=True))
    order_id = placed.body["item"]["order_id"]
    live = client.get(f"/v1/orders/{order_id}").body["item"]
    assert live == placed.body["item"]
    cancelled = client.delete(f"/v1/orders/{order_id}")
    assert cancelled.body["item"]["status"] == "canceled"
    past = rest.history(f"/v1/orders/{order_id}", cancelled.position).body["item"]
    assert {**past, "reason": "", "placed_at": None} == cancelled.body["item"]
    assert past["placed_at"] == live["placed_at"]
    again = client.delete(f"/v1/orders/{order_id}")
    assert (again.status, again.body["code"]) == (409, "TOO_LATE")


def test_a_change_is_seen_by_who_reads_at_its_position(rest: Rest) -> None:
    for _ in range(20):
        placed = rest.client(A).post("/v1/orders", limit_order())
        reply = rest.client(B).get("/v1/instruments", min_position=placed.position)
        assert reply.position >= placed.position == placed.body["position"]
        assert reply.body["position"] == reply.position
        assert rest.client(A).delete(f"/v1/orders/{placed.body['item']['order_id']}").status == 200


def test_a_read_waits_for_a_position_that_comes_in_time(rest: Rest) -> None:
    client = rest.client(A)
    position = client.get("/v1/accounts").position
    started = time.monotonic()
    reply = client.get("/v1/accounts", min_position=position + 1_000_000)
    assert (reply.status, reply.body["code"]) == (409, "POSITION_NOT_REACHED")
    assert 0.9 < time.monotonic() - started < 5


def test_without_postgresql_the_history_is_away_and_all_else_goes_on(rest: Rest) -> None:
    keeper = rest.venue.pid("database")
    rest.history("/v1/orders", 1, state="all")
    os.kill(keeper, signal.SIGSTOP)
    try:
        os.kill(int((rest.venue.data / "pg" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        time.sleep(0.5)
        _check_away(rest)
    finally:
        os.kill(keeper, signal.SIGCONT)
    rest.history("/v1/orders", rest.client(A).get("/v1/accounts").position, state="all")
    assert rest.client(A).get("/v1/health").body["status"] == "ok"


def _check_away(rest: Rest) -> None:
    client = rest.client(A)
    for path in ("/v1/orders?state=all", "/v1/executions", "/v1/transfers", "/v1/deposits", "/v1/withdrawals"):
        reply = client.request("GET", path)
        assert (reply.status, reply.body["code"]) == (503, "HISTORY_AWAY")
    for path in ("/v1/balances", "/v1/accounts", "/v1/instruments", "/v1/orders", "/v1/wallets"):
        assert client.get(path).status == 200
    placed = client.post("/v1/orders", limit_order())
    assert placed.status == 201
    assert client.get(f"/v1/orders/{placed.body['item']['order_id']}").status == 200
    assert client.delete(f"/v1/orders/{placed.body['item']['order_id']}").status == 200
    health = client.get("/v1/health").body
    assert (health["status"], health["engine"], health["history"]) == ("degraded", "here", "away")


def test_health_says_that_withdrawals_are_blocked(rest: Rest) -> None:
    operator = Operator(rest.venue)
    operator.order(BlockWithdrawals(0, "test", True, "a test"))
    try:
        assert _health(rest, "blocked") == ("degraded", "blocked")
    finally:
        operator.order(BlockWithdrawals(0, "test", False, "a test"))
    assert _health(rest, "possible") == ("ok", "possible")


def _health(rest: Rest, withdrawals: str) -> tuple[str, str]:
    """Once it says so of withdrawals; what it says in the end."""
    deadline = time.monotonic() + 5
    while True:
        health = rest.client(A).get("/v1/health").body
        if health["withdrawals"] == withdrawals or time.monotonic() > deadline:
            return health["status"], health["withdrawals"]
        time.sleep(0.01)
