"""A venue with REST, and clients of it."""

import time
from typing import Any

from tests.sidecar.keys import OPERATOR, A, B, Key
from tests.support.running_venue import RunningVenue
from venue.sidecar.client import Reply, SigningClient

CATCH_UP_SECONDS = 20


class Rest:
    """A running venue whose ledger is open."""

    def __init__(self, venue: RunningVenue) -> None:
        self.venue = venue
        self._clients: dict[Key, SigningClient] = {}

    @property
    def port(self) -> int:
        return self.venue.ports["rest"]

    def client(self, key: Key = A) -> SigningClient:
        """The same one each time."""
        if key not in self._clients:
            self._clients[key] = self.new_client(key)
        return self._clients[key]

    def new_client(self, key: Key = A) -> SigningClient:
        return SigningClient("127.0.0.1", self.port, key.key_id, key.private)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def fund(self, account: str, asset: str, amount: str) -> None:
        reply = self.client(OPERATOR).post("/v1/deposits", {"account": account, "asset": asset, "amount": amount})
        assert reply.status == 201, reply

    def state(self) -> list[Any]:
        """What a refused request leaves as it was. Any: JSON."""
        state = []
        for key in (A, B):
            for path in ("/v1/balances", "/v1/orders"):
                reply = self.client(key).get(path, limit=500)
                assert reply.status == 200, reply
                state.append(reply.body["items"])
        return state

    def history(self, path: str, position: int, key: Key = A, **query: str | int) -> Reply:
        """Once the read models have come so far."""
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while True:
            reply = self.client(key).get(path, min_position=position, **query)
            if reply.status == 200 or time.monotonic() > deadline:
                assert reply.status == 200, reply
                return reply
            time.sleep(0.1)

    def wait_until_back(self) -> None:
        """After the sidecar or the engine was killed."""
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while True:
            try:
                if self.client(A).get("/v1/health").body["engine"] == "here":
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, "the sidecar did not come back"
            time.sleep(0.05)


def limit_order(price: str = "50000", quantity: str = "0.001", **more: Any) -> dict[str, Any]:
    """A buy of A-1's. Any: fields of the body."""
    order = {"account": "A-1", "symbol": "BTC-USD", "side": "buy", "type": "limit", "time_in_force": "gtc"}
    return {**order, "price": price, "quantity": quantity, **more}
