"""Who may do what; and one firm never sees another."""

import pytest

from tests.sidecar.desk import Rest, limit_order
from tests.sidecar.keys import A_READ, A_TRADE, A_TRANSFER, AUDITOR, KEYS, OPERATOR, A, B, Key

_READS = [
    *("/v1/instruments", "/v1/accounts", "/v1/balances", "/v1/wallets", "/v1/wallets/USD", "/v1/wallets/USD/history"),
    *("/v1/orders", "/v1/orders?state=all", "/v1/executions", "/v1/transfers", "/v1/deposits", "/v1/withdrawals"),
]
_LEG = {"debit_account": "A-1", "credit_account": "A-2", "asset": "USD", "amount": "1"}
_CHANGES = [
    ("trade", "POST", "/v1/orders", limit_order()),
    ("trade", "DELETE", "/v1/orders/1", None),
    ("transfer", "POST", "/v1/transfers", {"legs": [_LEG]}),
    ("transfer", "POST", "/v1/withdrawals", {"account": "A-1", "asset": "USD", "amount": "1", "destination": "x"}),
    ("transfer", "DELETE", "/v1/withdrawals/none", None),
    ("operator", "POST", "/v1/deposits", {"account": "A-1", "asset": "USD", "amount": "1"}),
    ("operator", "POST", "/v1/deposits/none/assign", {"account": "A-1"}),
    ("operator", "POST", "/v1/deposits/none/reverse", {}),
    ("operator", "POST", "/v1/withdrawals/none/settle", {}),
]


@pytest.mark.parametrize("path", _READS)
def test_reads_take_the_scope_read(rest: Rest, path: str) -> None:
    for key in KEYS:
        reply = rest.client(key).get(path)
        if "read" in key.scopes:
            assert reply.status == 200, (key, reply)
        else:
            assert (reply.status, reply.body["code"]) == (403, "SCOPE_MISSING"), key


@pytest.mark.parametrize(("scope", "method", "path", "body"), _CHANGES)
def test_changes_take_their_scope(rest: Rest, scope: str, method: str, path: str, body: object) -> None:
    for key in (A, A_READ, A_TRADE, A_TRANSFER, B, OPERATOR, AUDITOR):
        before = rest.state()
        client = rest.client(key)
        reply = client.delete(path) if method == "DELETE" else client.post(path, body)
        if scope in key.scopes:
            assert reply.status != 403, (key, reply)
        else:
            assert (reply.status, reply.body["code"]) == (403, "SCOPE_MISSING"), key
            assert rest.state() == before


def test_a_foreign_id_is_not_found(rest: Rest) -> None:
    order = rest.client(A).post("/v1/orders", limit_order())
    order_id, position = order.body["item"]["order_id"], order.position
    withdrawal = rest.client(A).post(
        "/v1/withdrawals", {"account": "A-1", "asset": "USD", "amount": "1", "destination": "x"}
    )
    withdrawal_id = withdrawal.body["item"]["withdrawal_id"]
    rest.history("/v1/transfers", withdrawal.position)
    before = rest.state()
    stranger = rest.client(B)
    assert _told(stranger.get(f"/v1/orders/{order_id}", min_position=position)) == (404, "NOT_FOUND")
    assert _told(stranger.delete(f"/v1/orders/{order_id}")) == (404, "UNKNOWN_ORDER")
    assert _told(stranger.delete(f"/v1/withdrawals/{withdrawal_id}")) == (404, "UNKNOWN_TRANSFER")
    for path in ("balances", "orders", "orders?state=all", "executions", "transfers", "deposits", "withdrawals"):
        joint = "&" if "?" in path else "?"
        assert _told(stranger.request("GET", f"/v1/{path}{joint}account=A-1")) == (404, "NOT_FOUND")
    assert rest.state() == before
    assert rest.client(A).delete(f"/v1/orders/{order_id}").status == 200
    assert rest.client(A).delete(f"/v1/withdrawals/{withdrawal_id}").status == 200


def test_funds_of_another_firm_are_not_moved(rest: Rest) -> None:
    before = rest.state()
    leg = {"debit_account": "A-1", "credit_account": "B-1", "asset": "USD", "amount": "1"}
    for key in (A, B):
        assert _told(rest.client(key).post("/v1/transfers", {"legs": [leg]})) == (422, "UNKNOWN_ACCOUNT")
    assert _told(rest.client(B).post("/v1/transfers", {"legs": [_LEG]})) == (422, "UNKNOWN_ACCOUNT")
    body = {"account": "A-1", "asset": "USD", "amount": "1", "destination": "x"}
    assert _told(rest.client(B).post("/v1/withdrawals", body)) == (422, "UNKNOWN_ACCOUNT")
    assert _told(rest.client(B).post("/v1/orders", limit_order())) == (422, "UNKNOWN_ACCOUNT")
    assert rest.state() == before


def test_each_firm_sees_its_own_side_of_a_trade_alone(rest: Rest) -> None:
    rest.client(A).post("/v1/orders", limit_order("51000", "0.01"))
    sold = rest.client(B).post("/v1/orders", limit_order("51000", "0.01", account="B-1", side="sell"))
    assert sold.body["item"]["status"] == "filled"
    for key, own, foreign in ((A, "A-", "B-"), (B, "B-", "A-")):
        for path in ("balances", "orders", "executions", "transfers", "deposits"):
            query = {"state": "all"} if path == "orders" else {}
            text = str(rest.history(f"/v1/{path}", sold.position, key, limit=500, **query).body)
            assert own in text
            assert foreign not in text
    everything = str(rest.history("/v1/transfers", sold.position, AUDITOR, limit=500).body)
    assert "A-1" in everything
    assert "B-1" in everything


def _told(reply: object) -> tuple[int, str]:
    return reply.status, reply.body["code"]  # type: ignore[attr-defined]  # a Reply that is a problem


@pytest.mark.parametrize("key", [OPERATOR, AUDITOR])
def test_the_venues_own_keys_see_every_firm(rest: Rest, key: Key) -> None:
    accounts = [item["account"] for item in rest.client(key).get("/v1/accounts").body["items"]]
    assert accounts == ["A-1", "A-2", "B-1", "C-1"]
