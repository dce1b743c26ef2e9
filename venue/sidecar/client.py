"""A client that signs its requests; for programs that trade over REST, and an example for those in other languages."""

import http.client
import json
import secrets
import time
from base64 import b64encode
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

import nacl.signing

from venue.sidecar.signing import text_to_sign

_TIMEOUT_SECONDS = 10


class Reply(NamedTuple):
    """body: JSON, decoded. Any: whatever JSON holds. headers: names in lower case."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def position(self) -> int:
        return int(self.headers["venue-position"])


class SigningClient:
    """One connection, one key. private_key: 32 bytes, the seed of an Ed25519 key. Leave it as a context."""

    def __init__(self, host: str, port: int, key_id: str, private_key: bytes) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
        self._key_id = key_id
        self._key = nacl.signing.SigningKey(private_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str, **query: str | int) -> Reply:
        return self.request("GET", target(path, **query))

    def post(self, path: str, body: object, idempotency_key: str = "") -> Reply:
        """idempotency_key: the same for a repeat; "": a new one."""
        return self.request("POST", path, json.dumps(body).encode(), idempotency_key or new_key())

    def delete(self, path: str, idempotency_key: str = "") -> Reply:
        return self.request("DELETE", path, b"", idempotency_key or new_key())

    def request(self, method: str, path_and_query: str, body: bytes = b"", idempotency_key: str = "") -> Reply:
        """Raises OSError or http.client.HTTPException, and the change is then to be repeated with its key."""
        try:
            return self._signed(method, path_and_query, body, idempotency_key)
        except ConnectionError:
            # The venue closed the connection, perhaps long ago. Whatever it did, it does no change twice.
            return self._signed(method, path_and_query, body, idempotency_key)

    def _signed(self, method: str, path_and_query: str, body: bytes, idempotency_key: str) -> Reply:
        headers = self.headers(method, path_and_query, body, idempotency_key)
        try:
            return self.send(method, path_and_query, body, headers)
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def send(self, method: str, path_and_query: str, body: bytes, headers: dict[str, str]) -> Reply:
        """As it is given, signed or not."""
        self._connection.request(method, path_and_query, body or None, headers)
        response = self._connection.getresponse()
        content = response.read()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, told, json.loads(content) if content else None)

    def headers(self, method: str, path_and_query: str, body: bytes = b"", idempotency_key: str = "") -> dict[str, str]:
        """Those of a signed request, for it alone."""
        timestamp, nonce = str(time.time_ns() // 1_000_000), secrets.token_urlsafe(18)
        text = text_to_sign(method, path_and_query, timestamp, nonce, idempotency_key, body)
        headers = {
            "Venue-Key": self._key_id,
            "Venue-Timestamp": timestamp,
            "Venue-Nonce": nonce,
            "Venue-Signature": b64encode(self._key.sign(text).signature).decode(),
        }
        if body:
            headers["Content-Type"] = "application/json"
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return headers


def target(path: str, **query: str | int) -> str:
    """Path and query, percent-encoded. path: encoded already where it has to be."""
    return f"{path}?{urlencode(query, quote_via=quote)}" if query else path


def new_key() -> str:
    return secrets.token_urlsafe(18)
