"""A change is done once, whatever comes again, breaks off or dies."""

import os
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sidecar.desk import Rest, limit_order
from tests.sidecar.keys import A_TRADE, A, B
from venue.domain.limits import IDEMPOTENCY_HOURS
from venue.ops.config import DataDirectory
from venue.sidecar.changes import name_of
from venue.sidecar.client import Reply, new_key
from venue.sidecar.idempotency import Answers, Kept


def _open_orders(rest: Rest) -> list[str]:
    return [item["order_id"] for item in rest.client(A).get("/v1/orders", limit=500).body["items"]]


def _cancel(rest: Rest, reply: Reply) -> None:
    assert rest.client(A).delete(f"/v1/orders/{reply.body['item']['order_id']}").status == 200


def test_the_same_request_again_gets_the_same_answer_and_is_done_once(rest: Rest) -> None:
    before, key = len(_open_orders(rest)), new_key()
    first, again = (rest.client(A).post("/v1/orders", limit_order(), key) for _ in range(2))
    assert first.status == 201
    assert "idempotency-replayed" not in first.headers
    assert (again.status, again.body, again.position) == (first.status, first.body, first.position)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(_open_orders(rest)) == before + 1
    _cancel(rest, first)
    # The answer stays what it was, although the order does not.
    assert rest.client(A).post("/v1/orders", limit_order(), key).body == first.body


def test_every_key_of_a_firm_shares_its_idempotency_keys(rest: Rest) -> None:
    """A request that is repeated after an API key was changed is not done twice."""
    key = new_key()
    first = rest.client(A).post("/v1/orders", limit_order(), key)
    assert rest.client(A_TRADE).post("/v1/orders", limit_order(), key).body == first.body
    _cancel(rest, first)


def test_firms_have_idempotency_keys_of_their_own(rest: Rest) -> None:
    key = new_key()
    first = rest.client(A).post("/v1/orders", limit_order("40000"), key)
    other = rest.client(B).post("/v1/orders", limit_order("40000", account="B-1"), key)
    assert (first.status, other.status) == (201, 201)
    _cancel(rest, first)
    assert rest.client(B).delete(f"/v1/orders/{other.body['item']['order_id']}").status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/orders", limit_order("50001")),
        ("/v1/orders", {**limit_order(), "post_only": False}),
        ("/v1/withdrawals", {"account": "A-1", "asset": "USD", "amount": "1", "destination": "x"}),
    ],
)
def test_the_same_key_for_another_request_is_refused(rest: Rest, path: str, body: object) -> None:
    key = new_key()
    first = rest.client(A).post("/v1/orders", limit_order(), key)
    before = rest.state()
    reply = rest.client(A).post(path, body, key)
    assert (reply.status, reply.body["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert rest.state() == before
    _cancel(rest, first)


def test_a_refusal_of_the_engine_is_kept_too(rest: Rest) -> None:
    key, order = new_key(), limit_order("50000", "100000")
    first, again = (rest.client(A).post("/v1/orders", order, key) for _ in range(2))
    assert (first.status, first.body["code"]) == (422, "INSUFFICIENT_BALANCE")
    assert (again.status, again.body, again.headers["idempotency-replayed"]) == (422, first.body, "true")
    assert again.headers["content-type"] == "application/problem+json"


def test_a_request_that_cannot_be_read_uses_up_no_key(rest: Rest) -> None:
    key = new_key()
    assert rest.client(A).post("/v1/orders", limit_order("1.234567"), key).status == 422
    reply = rest.client(A).post("/v1/orders", limit_order(), key)
    assert reply.status == 201
    _cancel(rest, reply)


@pytest.mark.parametrize("key", ["", "x" * 65, "\xe9"])
def test_a_change_without_a_proper_key_is_refused(rest: Rest, key: str) -> None:
    before = rest.state()
    body = b'{"account":"A-1","symbol":"BTC-USD","side":"buy","type":"limit","price":"1","quantity":"1"}'
    reply = rest.client(A).request("POST", "/v1/orders", body, key)
    assert reply.status == 400
    assert reply.body["code"] == ("IDEMPOTENCY_KEY_MALFORMED" if key.strip() else "IDEMPOTENCY_KEY_MISSING")
    assert rest.state() == before


def test_of_many_at_once_one_is_done(rest: Rest) -> None:
    before, key = len(_open_orders(rest)), new_key()

    def post(_: int) -> Reply:
        client = rest.new_client(A)
        try:
            return client.post("/v1/orders", limit_order(), key)
        finally:
            client.close()

    with ThreadPoolExecutor(12) as threads:
        replies = list(threads.map(post, range(24)))
    done = [reply for reply in replies if reply.status == 201]
    busy = [reply for reply in replies if reply.status != 201]
    assert done
    assert all(reply.body == done[0].body for reply in done)
    assert {(reply.status, reply.body["code"]) for reply in busy} <= {(409, "IDEMPOTENCY_KEY_IN_USE")}
    assert len(_open_orders(rest)) == before + 1
    _cancel(rest, done[0])


def test_a_request_while_its_first_is_under_way_is_refused(rest: Rest) -> None:
    """And what was answered 503 is done once when it comes again."""
    before, key = len(_open_orders(rest)), new_key()
    engine = rest.venue.pid("engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as thread:
            first = thread.submit(rest.client(A).post, "/v1/orders", limit_order(), key)
            time.sleep(0.5)
            # No read waits for the engine.
            client = rest.new_client(A)
            assert client.get("/v1/balances").status == 200
            second = client.post("/v1/orders", limit_order(), key)
            client.close()
            assert (second.status, second.body["code"]) == (409, "IDEMPOTENCY_KEY_IN_USE")
            assert (first.result().status, first.result().body["code"]) == (503, "ENGINE_AWAY")
    finally:
        os.kill(engine, signal.SIGCONT)
    done = rest.client(A).post("/v1/orders", limit_order(), key)
    assert done.status == 201
    assert len(_open_orders(rest)) == before + 1
    assert rest.client(A).post("/v1/orders", limit_order(), key).body == done.body
    _cancel(rest, done)


@pytest.mark.parametrize("died", ["sidecar", "engine"])
def test_what_was_cut_off_is_done_once(rest: Rest, died: str) -> None:
    """The process dies with a dozen changes under way; each is sent again until it is answered."""
    orders_before, usd_before = len(_open_orders(rest)), _usd(rest, "A-2")
    keys = [new_key() for _ in range(12)]
    leg = {"debit_account": "A-1", "credit_account": "A-2", "asset": "USD", "amount": "1"}

    def insist(number: int) -> Reply:
        path, body = ("/v1/orders", limit_order()) if number % 2 else ("/v1/transfers", {"legs": [leg]})
        deadline = time.monotonic() + 30
        while True:
            client = rest.new_client(A)
            try:
                reply = client.post(path, body, keys[number])
                if reply.status not in (401, 409, 503):
                    return reply
            except OSError:
                pass
            finally:
                client.close()
            assert time.monotonic() < deadline, "not answered"
            time.sleep(0.05)

    pid = rest.venue.pid(died)
    with ThreadPoolExecutor(12) as threads:
        replies = [threads.submit(insist, number) for number in range(12)]
        time.sleep(0.02)
        rest.venue.kill(died)
        assert {reply.result().status for reply in replies} == {201}
    rest.venue.wait_restarted(died, pid)
    rest.wait_until_back()
    assert len(_open_orders(rest)) == orders_before + 6
    assert _usd(rest, "A-2") == usd_before + 6
    for reply in replies[1::2]:
        _cancel(rest, reply.result())


def test_an_answer_outlives_the_sidecar(rest: Rest) -> None:
    key = new_key()
    first = rest.client(A).post("/v1/orders", limit_order(), key)
    pid = rest.venue.pid("sidecar")
    rest.venue.kill("sidecar")
    rest.venue.wait_restarted("sidecar", pid)
    rest.wait_until_back()
    again = rest.client(A).post("/v1/orders", limit_order(), key)
    assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    _cancel(rest, first)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/orders", limit_order(), "DUPLICATE_CLIENT_ORDER_ID"),
        ("/v1/withdrawals", {"account": "A-1", "asset": "USD", "amount": "1", "destination": "x"}, ""),
    ],
)
def test_after_its_answer_was_forgotten_it_is_still_not_done_twice(
    rest: Rest, path: str, body: dict[str, str], code: str
) -> None:
    """As after 72 hours: the engine remembers."""
    key = new_key()
    first = rest.client(A).post(path, body, key)
    before = rest.state()
    with sqlite3.connect(DataDirectory(rest.venue.data).sidecar / "answers.sqlite") as file:
        assert file.execute("DELETE FROM answers WHERE idempotency_key = ?", (key,)).rowcount == 1
    file.close()
    again = rest.client(A).post(path, body, key)
    if code:
        assert (again.status, again.body["code"]) == (409, code)
        _cancel(rest, first)
    else:
        # When it was made is all that is no longer told.
        first.body["item"]["requested_at"] = None
        assert (again.status, again.body) == (first.status, first.body)
        assert rest.state() == before
        assert rest.client(A).delete(f"/v1/withdrawals/{first.body['item']['withdrawal_id']}").status == 200


def test_answers_are_kept_for_their_time_and_then_forgotten(tmp_path: Path) -> None:
    now = [10**18]
    answers = Answers(tmp_path / "answers.sqlite", lambda: now[0])
    hour = 3_600 * 10**9
    assert answers.begin("F", "k", b"request") is None
    assert answers.begin("F", "k", b"request") == Kept(b"request", 0, 0, b"")
    answers.finish("F", "k", 201, 7, b"answer")
    now[0] += IDEMPOTENCY_HOURS * hour
    assert answers.begin("F", "k", b"request") == Kept(b"request", 201, 7, b"answer")
    now[0] += 1
    assert answers.begin("F", "k", b"other") is None
    assert answers.begin("F", "k", b"other") == Kept(b"other", 0, 0, b"")
    answers.close()


def test_the_name_of_a_change_is_made_of_firm_and_key_and_of_nothing_else() -> None:
    assert name_of("F", "k") == name_of("F", "k")
    assert len({name_of(*parts) for parts in (("F", "k"), ("Fk", ""), ("", "Fk"), ("F", "K"), ("f", "k"))}) == 5
    assert len(name_of("F", "k")) <= 36


def _usd(rest: Rest, account: str) -> int:
    items = rest.client(A).get("/v1/balances", account=account, asset="USD").body["items"]
    return int(items[0]["available"]) if items else 0
