"""Whatever is sent: a problem document with a stable code, and nothing changed."""

import json
import socket
import time
from typing import Any

import pytest

from tests.sidecar.desk import Rest, limit_order
from tests.sidecar.keys import OPERATOR, A, B, Key
from venue.domain.limits import MAX_REST_BODY_BYTES, MAX_REST_TARGET_BYTES
from venue.sidecar.client import Reply, new_key

SQL = "'; DROP TABLE venue.orders; --"


def _leg(**more: str) -> dict[str, Any]:
    return {"legs": [{"debit_account": "A-1", "credit_account": "A-2", "asset": "USD", "amount": "1", **more}]}


def _withdrawal(**more: str) -> dict[str, Any]:
    return {"account": "A-1", "asset": "USD", "amount": "1", "destination": "x", **more}


def _deposit(**more: str) -> dict[str, Any]:
    return {"account": "A-1", "asset": "USD", "amount": "1", **more}


_ORDERS = [
    (limit_order("50000.001"), 422, "PRICE_OFF_TICK"),
    (limit_order("50000.00000000000000000001"), 422, "PRICE_OFF_TICK"),
    (limit_order("0"), 422, "PRICE_NOT_POSITIVE"),
    (limit_order("-1"), 422, "PRICE_NOT_POSITIVE"),
    (limit_order("9" * 60), 422, "PRICE_TOO_LARGE"),
    (limit_order("10000000.01"), 422, "PRICE_TOO_LARGE"),
    (limit_order("50000", "0.00001"), 422, "QUANTITY_OFF_LOT"),
    (limit_order("50000", "0"), 422, "QUANTITY_NOT_POSITIVE"),
    (limit_order("50000", "-0.001"), 422, "QUANTITY_NOT_POSITIVE"),
    (limit_order("50000", "9" * 60), 422, "QUANTITY_TOO_LARGE"),
    (limit_order("50000", "800000"), 422, "INSUFFICIENT_BALANCE"),
    *(
        (limit_order(price), 422, "INVALID_REQUEST")
        for price in ("1e3", "1,5", "+1", ".5", "1.", "", " 1", "NaN", "0x1")
    ),
    (limit_order("\u0661"), 422, "INVALID_REQUEST"),
    (limit_order("1\n"), 422, "INVALID_REQUEST"),
    (limit_order("9" * 65), 422, "INVALID_REQUEST"),
    *((limit_order(price), 422, "INVALID_REQUEST") for price in (50000, 0.1, True, None, [], {}) if price is not None),
    (limit_order(symbol="BTC-EUR"), 422, "UNKNOWN_SYMBOL"),
    (limit_order(symbol=SQL[:20]), 422, "UNKNOWN_SYMBOL"),
    (limit_order(symbol="BTC-USD\0"), 422, "INVALID_REQUEST"),
    (limit_order(account="B-1"), 422, "UNKNOWN_ACCOUNT"),
    (limit_order(account=SQL), 422, "UNKNOWN_ACCOUNT"),
    (limit_order(account=None), 422, "UNKNOWN_ACCOUNT"),
    (limit_order(side=SQL), 422, "INVALID_REQUEST"),
    (limit_order(type=SQL), 422, "INVALID_REQUEST"),
    (limit_order(time_in_force=SQL), 422, "INVALID_REQUEST"),
    (limit_order(type="market"), 422, "PRICE_NOT_ALLOWED"),
    (limit_order(type="stop"), 422, "PRICE_NOT_ALLOWED"),
    (limit_order(stop_price="1"), 422, "STOP_PRICE_NOT_ALLOWED"),
    (limit_order(stop_price="0.001"), 422, "INVALID_STOP_PRICE"),
    (limit_order(display_quantity="1"), 422, "INVALID_DISPLAY_QUANTITY"),
    (limit_order(min_quantity="0.00001"), 422, "INVALID_MINIMUM_QUANTITY"),
    (limit_order(cash="1"), 422, "INVALID_REQUEST"),
    (limit_order(quantity=None, cash="0.0000001"), 422, "INVALID_CASH"),
    (limit_order(quantity=None, cash="1"), 422, "CASH_NOT_ALLOWED"),
    (limit_order(time_in_force="gtd"), 422, "EXPIRY_MISSING"),
    (limit_order(time_in_force="gtd", expires_at="2020-01-01T00:00:00Z"), 422, "EXPIRY_PAST"),
    (limit_order(time_in_force="gtd", expires_at="2026-02-30T00:00:00Z"), 422, "INVALID_REQUEST"),
    (limit_order(time_in_force="gtd", expires_at="9999-12-31T00:00:00Z"), 422, "INVALID_REQUEST"),
    (limit_order(time_in_force="gtd", expires_at="tomorrow"), 422, "INVALID_REQUEST"),
    (limit_order(post_only="yes"), 422, "INVALID_REQUEST"),
    (limit_order(colour="red"), 422, "INVALID_REQUEST"),
    ({}, 422, "INVALID_REQUEST"),
    ([], 422, "INVALID_REQUEST"),
    ("order", 422, "INVALID_REQUEST"),
    (None, 422, "INVALID_REQUEST"),
]
_FUNDS = [
    *(
        (key, path, body(amount=amount), status, code)
        for key, path, body in (
            (A, "/v1/transfers", _leg),
            (A, "/v1/withdrawals", _withdrawal),
            (OPERATOR, "/v1/deposits", _deposit),
        )
        for amount, status, code in (
            ("0", 422, "INVALID_AMOUNT"),
            ("-1", 422, "INVALID_AMOUNT"),
            ("0.0000001", 422, "MALFORMED_AMOUNT"),
            ("9" * 60, 422, "INVALID_AMOUNT"),
            ("1e3", 422, "INVALID_REQUEST"),
            ("9" * 65, 422, "INVALID_REQUEST"),
            (SQL, 422, "INVALID_REQUEST"),
        )
    ),
    (A, "/v1/transfers", _leg(amount="100000000"), 422, "INSUFFICIENT_BALANCE"),
    (A, "/v1/withdrawals", _withdrawal(amount="100000000"), 422, "INSUFFICIENT_BALANCE"),
    (A, "/v1/transfers", _leg(asset="EUR"), 422, "UNKNOWN_ASSET"),
    (A, "/v1/withdrawals", _withdrawal(asset=SQL[:20]), 422, "UNKNOWN_ASSET"),
    (OPERATOR, "/v1/deposits", _deposit(asset="DOGE"), 422, "UNKNOWN_ASSET"),
    (A, "/v1/transfers", _leg(credit_account="A-1"), 422, "SAME_ACCOUNT"),
    (A, "/v1/transfers", _leg(credit_account="B-1"), 422, "UNKNOWN_ACCOUNT"),
    (A, "/v1/transfers", _leg(credit_account=SQL), 422, "UNKNOWN_ACCOUNT"),
    (A, "/v1/transfers", {"legs": []}, 422, "INVALID_REQUEST"),
    (A, "/v1/transfers", {"legs": _leg()["legs"] * 101}, 422, "INVALID_REQUEST"),
    # All or nothing: the first leg alone would be possible.
    (A, "/v1/transfers", {"legs": _leg()["legs"] + _leg(amount="100000000")["legs"]}, 422, "INSUFFICIENT_BALANCE"),
    (A, "/v1/withdrawals", _withdrawal(account=SQL), 422, "UNKNOWN_ACCOUNT"),
    (A, "/v1/withdrawals", _withdrawal(destination="x" * 129), 422, "INVALID_REQUEST"),
    (A, "/v1/withdrawals", _withdrawal(destination="tab\t"), 422, "INVALID_REQUEST"),
    (A, "/v1/withdrawals", _withdrawal(reason="\u20ac"), 422, "INVALID_REQUEST"),
    (OPERATOR, "/v1/deposits", _deposit(account=SQL), 422, "UNKNOWN_REFERENCE"),
    (OPERATOR, "/v1/deposits", _deposit(amount="9" * 32), 422, "BALANCE_TOO_LARGE"),
    (OPERATOR, "/v1/deposits/none/assign", {"account": "A-1"}, 404, "UNKNOWN_TRANSFER"),
    (OPERATOR, "/v1/deposits/none/reverse", {}, 404, "UNKNOWN_TRANSFER"),
    (OPERATOR, "/v1/withdrawals/none/settle", {}, 404, "UNKNOWN_TRANSFER"),
    (OPERATOR, f"/v1/withdrawals/{SQL.replace(' ', '+')}/settle", {}, 404, "UNKNOWN_TRANSFER"),
]


@pytest.mark.parametrize(("order", "status", "code"), _ORDERS)
def test_an_order_that_cannot_be_is_refused(rest: Rest, order: Any, status: int, code: str) -> None:
    before = rest.state()
    _check_problem(rest.client(A).post("/v1/orders", order), status, code)
    assert rest.state() == before


@pytest.mark.parametrize(("key", "path", "body", "status", "code"), _FUNDS)
def test_a_change_of_funds_that_cannot_be_is_refused(
    rest: Rest, key: Key, path: str, body: Any, status: int, code: str
) -> None:
    before = rest.state()
    _check_problem(rest.client(key).post(path, body), status, code)
    assert rest.state() == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/nothing", 404, "NOT_FOUND"),
        ("/", 404, "NOT_FOUND"),
        ("/v1/orders/", 404, "NOT_FOUND"),
        ("/docs", 404, "NOT_FOUND"),
        ("/v1/wallets/EUR", 404, "NOT_FOUND"),
        ("/v1/wallets/%27%20OR%201%3D1", 404, "NOT_FOUND"),
        ("/v1/wallets/%00", 404, "NOT_FOUND"),
        ("/v1/wallets/EUR/history", 404, "NOT_FOUND"),
        ("/v1/orders/999999999", 404, "NOT_FOUND"),
        ("/v1/orders/none", 422, "INVALID_REQUEST"),
        ("/v1/orders/1%20OR%201=1", 422, "INVALID_REQUEST"),
        (f"/v1/orders/{'9' * 40}", 422, "INVALID_REQUEST"),
        ("/v1/orders/0x10", 422, "INVALID_REQUEST"),
        ("/v1/balances?account=nobody", 404, "NOT_FOUND"),
        ("/v1/balances?account=%27%20OR%201%3D1%20--", 404, "NOT_FOUND"),
        ("/v1/balances?account=%00", 422, "INVALID_REQUEST"),
        ("/v1/balances?account=A-1&account=A-2", 422, "INVALID_REQUEST"),
        ("/v1/balances?acount=A-1", 422, "INVALID_REQUEST"),
        ("/v1/balances?min_position=-1", 422, "INVALID_REQUEST"),
        ("/v1/balances?min_position=99999999999999999999999999", 422, "INVALID_REQUEST"),
        ("/v1/balances?min_position=1.5", 422, "INVALID_REQUEST"),
        ("/v1/balances?min_position=9007199254740991", 409, "POSITION_NOT_REACHED"),
        ("/v1/deposits?min_position=9007199254740991", 409, "POSITION_NOT_REACHED"),
        ("/v1/executions?order_id=1;--", 422, "INVALID_REQUEST"),
        ("/v1/orders?state=closed", 422, "INVALID_REQUEST"),
        (f"/v1/orders?symbol={'x' * 21}", 422, "INVALID_REQUEST"),
        ("/v1/orders?symbol=%FF", 422, "INVALID_REQUEST"),
        (f"/v1/orders?cursor={'x' * MAX_REST_TARGET_BYTES}", 414, "TARGET_TOO_LONG"),
    ],
)
def test_a_read_that_cannot_be_is_refused(rest: Rest, path: str, status: int, code: str) -> None:
    _check_problem(rest.client(A).request("GET", path), status, code)


@pytest.mark.parametrize("path", ["/v1/orders?symbol=%27OR%201%3D1--", "/v1/executions?symbol=%27%3B--"])
def test_sql_in_a_filter_finds_nothing(rest: Rest, path: str) -> None:
    for more in ("", "&state=all") if "orders" in path else ("",):
        reply = rest.client(A).request("GET", path + more)
        assert (reply.status, reply.body["items"]) == (200, [])


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "MALFORMED_REQUEST"),
        (b"", "application/json", 422, "INVALID_REQUEST"),
        (b"\xff\xfe", "application/json", 400, "MALFORMED_REQUEST"),
        (b"[" * 30_000, "application/json", 400, "MALFORMED_REQUEST"),
        (b'{"quantity": ' + b"9" * 30_000 + b"}", "application/json", 400, "MALFORMED_REQUEST"),
        (json.dumps(limit_order()).encode(), "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"symbol=BTC-USD", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (json.dumps(limit_order()).encode(), "", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_a_body_that_is_not_json_is_refused(rest: Rest, body: bytes, media_type: str, status: int, code: str) -> None:
    before, client = rest.state(), rest.client(A)
    headers = client.headers("POST", "/v1/orders", body, new_key())
    headers["Content-Type"] = media_type
    _check_problem(client.send("POST", "/v1/orders", body, headers), status, code)
    assert rest.state() == before


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/orders", "GET, POST"),
        ("PATCH", "/v1/orders/1", "DELETE, GET"),
        ("POST", "/v1/balances", "GET"),
        ("DELETE", "/v1/deposits", "GET, POST"),
    ],
)
def test_a_method_that_is_not_served_is_refused(rest: Rest, method: str, path: str, allowed: str) -> None:
    reply = rest.client(A).request(method, path, b"", new_key())
    _check_problem(reply, 405, "METHOD_NOT_ALLOWED")
    assert reply.headers["allow"] == allowed


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_ten_megabytes_is_refused_unread(rest: Rest, chunked: bool) -> None:
    before = rest.state()
    head = "POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += "Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {10 << 20}\r\n\r\n"
    sent, started, answer = 0, time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", rest.port), timeout=10) as client:
        client.sendall(head.encode())
        client.settimeout(0.05)
        while b"}" not in answer and sent < 10 << 20:
            try:
                if not answer:
                    part = b"x" * 65_536
                    client.sendall(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
                    sent += len(part)
                answer += client.recv(4_096)
            except TimeoutError:
                continue
            except OSError:
                break
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"BODY_TOO_LARGE"' in answer
    assert sent < 2 << 20
    assert time.monotonic() - started < 5
    assert rest.state() == before


def test_a_body_that_is_announced_too_large_is_not_even_waited_for(rest: Rest) -> None:
    with socket.create_connection(("127.0.0.1", rest.port), timeout=5) as client:
        client.sendall(f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: {10 << 20}\r\n\r\n".encode())
        assert client.recv(4_096).startswith(b"HTTP/1.1 413 ")


def test_the_largest_body_is_read(rest: Rest) -> None:
    """The limit stands where it is said to be."""
    body = json.dumps(limit_order()).encode()
    for size, status in ((MAX_REST_BODY_BYTES, 201), (MAX_REST_BODY_BYTES + 1, 413)):
        reply = rest.client(A).request("POST", "/v1/orders", body.ljust(size), new_key())
        assert reply.status == status
        if status == 201:
            assert rest.client(A).delete(f"/v1/orders/{reply.body['item']['order_id']}").status == 200


def test_nothing_internal_is_told(rest: Rest) -> None:
    """Not in any of the answers that this module provokes, nor in the headers of a good one."""
    client = rest.client(B)
    replies = [client.post("/v1/orders", order) for order, _, _ in _ORDERS[:12]]
    replies += [client.get("/v1/balances"), client.get("/nothing"), client.delete("/v1/orders/1")]
    for reply in replies:
        text = f"{reply.headers}{reply.body}".lower()
        for word in (
            "traceback",
            "python",
            "uvicorn",
            "fastapi",
            "pydantic",
            "sqlalchemy",
            "postgres",
            "/venue/",
            ".py",
        ):
            assert word not in text, (word, reply)


def _check_problem(reply: Reply, status: int, code: str) -> None:
    body = reply.body
    assert (reply.status, body["code"]) == (status, code), reply
    assert reply.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"] == f"urn:venue:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert body["trace_id"] == reply.headers["venue-trace-id"]
