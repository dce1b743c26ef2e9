"""Pages are stable while things come and go; a cursor is the venue's own, for one question."""

from collections.abc import Iterator

import pytest

from tests.sidecar.desk import Rest, limit_order
from tests.sidecar.keys import AUDITOR, A, B
from venue.domain.limits import MAX_PAGE_SIZE
from venue.sidecar.cursors import Cursors
from venue.sidecar.problems import Problem


@pytest.fixture
def orders(rest: Rest) -> Iterator[list[str]]:
    """25 open orders of A's, the newest first."""
    replies = [rest.client(A).post("/v1/orders", limit_order(str(30_000 + n))) for n in range(25)]
    ids = [reply.body["item"]["order_id"] for reply in reversed(replies)]
    yield ids
    for order_id in ids:
        rest.client(A).delete(f"/v1/orders/{order_id}")


@pytest.mark.parametrize("state", ["open", "all"])
def test_pages_neither_lose_nor_repeat_while_orders_come_and_go(rest: Rest, orders: list[str], state: str) -> None:
    client, seen, cursor, pages = rest.client(A), [], {}, 0
    new: list[str] = []
    rest.history("/v1/orders", client.get("/v1/accounts").position, state="all")
    while True:
        page = client.get("/v1/orders", state=state, limit=10, **cursor)
        assert page.status == 200, page
        seen += [item["order_id"] for item in page.body["items"]]
        assert len(page.body["items"]) <= 10
        pages += 1
        new.append(client.post("/v1/orders", limit_order("20000")).body["item"]["order_id"])
        if page.body["next_cursor"] is None or len(seen) >= 25:
            break
        cursor = {"cursor": page.body["next_cursor"]}
    for order_id in new:
        assert client.delete(f"/v1/orders/{order_id}").status == 200
    assert pages >= 3
    assert seen[:25] == orders
    assert len(set(seen)) == len(seen)
    assert not set(new) & set(seen)


def test_an_order_that_ended_between_two_pages_only_leaves_its_own_place(rest: Rest, orders: list[str]) -> None:
    client = rest.client(A)
    first = client.get("/v1/orders", limit=10)
    last, gone = orders[9], orders[12]
    assert first.body["items"][-1]["order_id"] == last
    # The very order that the cursor stands on, and one after it.
    for order_id in (last, gone):
        assert client.delete(f"/v1/orders/{order_id}").status == 200
    rest_of = client.get("/v1/orders", limit=500, cursor=first.body["next_cursor"]).body["items"]
    assert [item["order_id"] for item in rest_of][:14] == [i for i in orders[10:] if i != gone]


@pytest.mark.parametrize(
    "path",
    ["/v1/instruments", "/v1/accounts", "/v1/balances", "/v1/wallets", "/v1/transfers", "/v1/deposits", "/v1/orders"],
)
def test_pages_of_one_are_the_same_as_one_page(rest: Rest, orders: list[str], path: str) -> None:
    client = rest.client(A)
    position = client.get("/v1/accounts").position
    whole = rest.history(path, position, limit=30).body["items"]
    items, query = [], {}
    while len(items) < 30:
        page = client.get(path, limit=1, **query)
        items += page.body["items"]
        if page.body["next_cursor"] is None:
            break
        query = {"cursor": page.body["next_cursor"]}
    assert items == whole


def test_a_cursor_that_was_tampered_with_is_refused(rest: Rest, orders: list[str]) -> None:
    client = rest.client(A)
    cursor = client.get("/v1/orders", limit=10).body["next_cursor"]
    assert client.get("/v1/orders", cursor=cursor).status == 200
    wrong = [cursor[:-1], cursor + "A", cursor + "=", "x", "' OR 1=1 --", "\u00e9", "A" * 400]
    wrong += [cursor[:i] + ("A" if c != "A" else "B") + cursor[i + 1 :] for i, c in enumerate(cursor)]
    for text in wrong:
        reply = client.get("/v1/orders", cursor=text)
        assert (reply.status, reply.body["code"]) == (400, "MALFORMED_CURSOR"), text


def test_a_cursor_is_for_its_own_question_alone(rest: Rest, orders: list[str]) -> None:
    cursor = rest.client(A).get("/v1/orders", limit=10).body["next_cursor"]
    assert rest.client(A).get("/v1/orders", cursor=cursor, limit=3).status == 200
    for key, path, query in (
        (B, "/v1/orders", {}),
        (AUDITOR, "/v1/orders", {"state": "all"}),
        (A, "/v1/orders", {"account": "A-1"}),
        (A, "/v1/orders", {"state": "all"}),
        (A, "/v1/executions", {}),
        (A, "/v1/balances", {}),
    ):
        reply = rest.client(key).get(path, cursor=cursor, **query)
        assert (reply.status, reply.body["code"]) == (400, "MALFORMED_CURSOR"), (key, path, query)


@pytest.mark.parametrize("limit", ["0", "-1", str(MAX_PAGE_SIZE + 1), "ten", "1.5", "9" * 30, "1;DROP TABLE orders"])
def test_a_page_has_a_size_within_bounds(rest: Rest, limit: str) -> None:
    reply = rest.client(A).get("/v1/orders", limit=limit)
    assert (reply.status, reply.body["code"]) == (422, "INVALID_REQUEST")


def test_a_cursor_of_another_secret_is_refused() -> None:
    question = ("F", "/v1/orders")
    cursor = Cursors(b"a" * 32).write(question, "17")
    assert Cursors(b"a" * 32).read(question, cursor) == "17"
    with pytest.raises(Problem):
        Cursors(b"b" * 32).read(question, cursor)
    with pytest.raises(Problem):
        Cursors(b"a" * 32).read(("F/v1/orders", ""), cursor)
