"""A broker's trading desk for tests under load: a mix of orders that cross, cancels and replaces, in a window."""

from random import Random

from tests.recovery.persistent_client import Fields, PersistentClient
from tests.support.fix_client import Received, timestamp

_WINDOW = 40


class Trader:
    """requests: every ClOrdID sent, to its message type. unanswered: those without an outcome yet."""

    def __init__(self, client: PersistentClient, chance: Random) -> None:
        self.client = client
        self.chance = chance
        self.requests: dict[str, str] = {}
        self.unanswered: set[str] = set()
        self.open: dict[str, tuple[str, str]] = {}
        self._read = 0
        self._account = {"BROKER_A": "A-1", "BROKER_B": "B-1"}[client.comp_id]

    def act(self) -> None:
        """Reads what came; then perhaps sends a request."""
        self.read()
        if self.client.logged_on and len(self.unanswered) < _WINDOW:
            self.send_one()

    def read(self) -> None:
        for message in self.client.messages[self._read :]:
            self._learn(message)
        self._read = len(self.client.messages)

    def send_one(self) -> str:
        what = self.chance.random()
        if what < 0.25 and self.open:
            return self._change("F")
        if what < 0.45 and self.open:
            return self._change("G")
        return self._place()

    def _place(self) -> str:
        side = self.chance.choice("12")
        fields = [(11, self._id("D")), (1, self._account), (55, "BTC-USD"), (54, side), (60, timestamp())]
        fields += [(38, str(self.chance.randrange(1, 9))), (40, "2"), (44, str(100 + self.chance.randrange(-5, 6)))]
        fields += [(59, self.chance.choice("0113"))]
        if self.chance.random() < 0.03:
            fields[2] = (55, "NO-SUCH")
        return self._send("D", fields)

    def _change(self, kind: str) -> str:
        original = self.chance.choice(list(self.open))
        side, _ = self.open[original]
        fields = [(11, self._id(kind)), (41, original), (55, "BTC-USD"), (54, side), (60, timestamp())]
        fields.append((38, str(self.chance.randrange(1, 12))))
        if kind == "G":
            fields += [(1, self._account), (40, "2"), (44, str(100 + self.chance.randrange(-5, 6)))]
        return self._send(kind, fields)

    def _id(self, kind: str) -> str:
        return f"{kind.lower()}{len(self.requests) + 1}"

    def _send(self, kind: str, fields: Fields) -> str:
        client_order_id = fields[0][1]
        self.requests[client_order_id] = kind
        self.unanswered.add(client_order_id)
        self.client.send(kind, fields)
        return client_order_id

    def _learn(self, message: Received) -> None:
        kind, client_order_id = message[35], message.get(11, "")
        assert client_order_id is not None
        if kind == "j":
            self.unanswered.discard(message.get(379) or "")
            return
        self.unanswered.discard(client_order_id)
        if kind != "8" or message[150] == "I":
            return
        original = message.get(41)
        if original:
            self.open.pop(original, None)
        if message[39] in "01":
            self.open[client_order_id] = (message[54], message[37])
        else:
            self.open.pop(client_order_id, None)
