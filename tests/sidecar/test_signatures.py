"""A request counts only if it is signed by a known key, fresh, and new."""

import base64
import time
from collections.abc import Callable
from itertools import pairwise

import nacl.signing
import pytest

from tests.sidecar.desk import Rest, limit_order
from tests.sidecar.keys import A, B
from venue.domain.limits import MAX_NONCES_PER_KEY, REQUEST_WINDOW_MS
from venue.sidecar import signing
from venue.sidecar.client import SigningClient
from venue.sidecar.keys import ApiKey, Scope
from venue.sidecar.problems import Problem
from venue.sidecar.signing import Doorkeeper, text_to_sign

Headers = dict[str, str]


def _without(name: str) -> Callable[[Headers], None]:
    return lambda headers: headers.pop(name) and None


def _with(name: str, value: str) -> Callable[[Headers], None]:
    return lambda headers: headers.update({name: value})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        *((_without(f"Venue-{name}"), "SIGNATURE_MISSING") for name in ("Key", "Timestamp", "Nonce", "Signature")),
        (_with("Venue-Key", "nobody"), "UNKNOWN_KEY"),
        (_with("Venue-Key", "' OR 1=1 --"), "UNKNOWN_KEY"),
        (_with("Venue-Key", B.key_id), "SIGNATURE_WRONG"),
        (_with("Venue-Nonce", "another-nonce-of-good-form"), "SIGNATURE_WRONG"),
        (_with("Idempotency-Key", "another"), "SIGNATURE_WRONG"),
        (_with("Venue-Signature", base64.b64encode(bytes(64)).decode()), "SIGNATURE_WRONG"),
        (_with("Venue-Signature", "x" * 88), "SIGNATURE_MALFORMED"),
        (_with("Venue-Signature", "short"), "SIGNATURE_MALFORMED"),
        (_with("Venue-Nonce", "short"), "SIGNATURE_MALFORMED"),
        (_with("Venue-Nonce", "spaces are not of the form"), "SIGNATURE_MALFORMED"),
        (_with("Venue-Timestamp", "yesterday"), "SIGNATURE_MALFORMED"),
        (_with("Venue-Timestamp", "-1"), "SIGNATURE_MALFORMED"),
        (_with("Venue-Timestamp", "9" * 30), "SIGNATURE_MALFORMED"),
        (_with("Venue-Timestamp", "1"), "TIMESTAMP_STALE"),
    ],
)
def test_a_request_with_another_header_than_was_signed_is_refused(
    rest: Rest, change: Callable[[Headers], None], code: str
) -> None:
    before = rest.state()
    client, body = rest.client(), b'{"x": 1}'
    headers = client.headers("POST", "/v1/orders", body, "some-key")
    change(headers)
    reply = client.send("POST", "/v1/orders", body, headers)
    assert (reply.status, reply.body["code"]) == (401, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["www-authenticate"] == "Venue-Ed25519"
    assert rest.state() == before


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("DELETE", "/v1/orders", b"{}"),
        ("POST", "/v1/transfers", b"{}"),
        ("POST", "/v1/orders?x=1", b"{}"),
        ("POST", "/v1/orders", b"{ }"),
        ("POST", "/v1/%6Frders", b"{}"),
    ],
)
def test_a_request_that_is_another_than_was_signed_is_refused(
    rest: Rest, method: str, target: str, body: bytes
) -> None:
    headers = rest.client().headers("POST", "/v1/orders", b"{}", "some-key")
    reply = rest.client().send(method, target, body, headers)
    assert (reply.status, reply.body["code"]) == (401, "SIGNATURE_WRONG")


@pytest.mark.parametrize("seconds", [-REQUEST_WINDOW_MS // 1000 - 2, REQUEST_WINDOW_MS // 1000 + 2])
def test_a_stale_or_early_time_is_refused_although_it_is_signed(
    rest: Rest, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    monkeypatch.setattr("venue.sidecar.client.time.time_ns", lambda: now + seconds * 10**9)
    reply = rest.client().get("/v1/balances")
    assert (reply.status, reply.body["code"]) == (401, "TIMESTAMP_STALE")


def test_a_request_sent_again_as_it_was_is_refused(rest: Rest) -> None:
    client = rest.client()
    headers = client.headers("GET", "/v1/balances")
    assert client.send("GET", "/v1/balances", b"", headers).status == 200
    reply = client.send("GET", "/v1/balances", b"", headers)
    assert (reply.status, reply.body["code"]) == (401, "NONCE_USED")


def test_a_forged_request_does_not_use_up_a_nonce(rest: Rest) -> None:
    client = rest.client()
    headers = client.headers("GET", "/v1/balances")
    forged = {**headers, "Venue-Signature": base64.b64encode(bytes(64)).decode()}
    assert client.send("GET", "/v1/balances", b"", forged).status == 401
    assert client.send("GET", "/v1/balances", b"", headers).status == 200


def test_what_was_signed_before_the_sidecar_started_is_refused(rest: Rest) -> None:
    """Its nonces are not known any more."""
    client = rest.client()
    headers = client.headers("GET", "/v1/balances")
    assert client.send("GET", "/v1/balances", b"", headers).status == 200
    pid = rest.venue.pid("sidecar")
    rest.venue.kill("sidecar")
    rest.venue.wait_restarted("sidecar", pid)
    rest.wait_until_back()
    reply = client.send("GET", "/v1/balances", b"", headers)
    assert (reply.status, reply.body["code"]) == (401, "TIMESTAMP_STALE")


def test_health_and_the_document_are_open_to_all(rest: Rest) -> None:
    for path in ("/v1/health", "/v1/openapi.json"):
        assert rest.client().send("GET", path, b"", {}).status == 200


@pytest.mark.parametrize("path", ["/v1/health/", "/v1//health", "/V1/health", "/v1/health/../balances", "//v1/health"])
def test_nothing_that_looks_like_an_open_path_is_open(rest: Rest, path: str) -> None:
    assert rest.client().send("GET", path, b"", {}).status == 401


def test_no_two_requests_have_one_text() -> None:
    parts = ("POST", "/v1/orders", "1", "n" * 16, "", b"")
    texts = [text_to_sign(*parts)]
    for place, value in ((0, "PUT"), (1, "/v1/orders?"), (2, "11"), (3, "n" * 17), (4, "k"), (5, b"x")):
        changed = list(parts)
        changed[place] = value
        texts.append(text_to_sign(*changed))  # type: ignore[arg-type]  # of the same types as before
    assert all(text.count(b"\n") == 7 for text in texts)
    assert all(one != other for one, other in pairwise(sorted(texts)))


def test_nonces_of_a_key_are_bounded_and_forgotten_with_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "MAX_NONCES_PER_KEY", 3)
    assert MAX_NONCES_PER_KEY > 3
    doorkeeper, client = _doorkeeper(), SigningClient("", 0, "k", bytes(32))
    now = time.time_ns() // 1_000_000

    def ask(now_ms: int) -> str:
        monkeypatch.setattr("venue.sidecar.client.time.time_ns", lambda: now_ms * 1_000_000)
        headers = {n.lower().encode(): v.encode() for n, v in client.headers("GET", "/").items()}
        try:
            doorkeeper.caller("GET", "/", headers, b"", now_ms)
        except Problem as problem:
            return problem.code.name
        return ""

    assert [ask(now) for _ in range(4)] == ["", "", "", "TOO_MANY_NONCES"]
    later = now + REQUEST_WINDOW_MS + 2_000
    assert [ask(later) for _ in range(4)] == ["", "", "", "TOO_MANY_NONCES"]


def _doorkeeper() -> Doorkeeper:
    public = bytes(nacl.signing.SigningKey(bytes(32)).verify_key)
    return Doorkeeper((ApiKey("k", "F", frozenset({Scope.READ}), public),), 0)


def test_a_signed_order_is_placed(rest: Rest) -> None:
    """The other tests of this module would pass if nobody were let in."""
    reply = rest.client(A).post("/v1/orders", limit_order())
    assert reply.status == 201
    assert rest.client(A).delete(f"/v1/orders/{reply.body['item']['order_id']}").status == 200
