"""Keys of the tests' clients: their public halves go into the venue's settings."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import nacl.signing


class Key(NamedTuple):
    key_id: str
    firm: str
    scopes: tuple[str, ...]

    @property
    def private(self) -> bytes:
        return sha256(self.key_id.encode()).digest()


A = Key("a", "BROKER_A", ("read", "trade", "transfer"))
A_READ = Key("a-read", "BROKER_A", ("read",))
A_TRADE = Key("a-trade", "BROKER_A", ("trade",))
A_TRANSFER = Key("a-transfer", "BROKER_A", ("transfer",))
B = Key("b", "BROKER_B", ("read", "trade", "transfer"))
OPERATOR = Key("operator", "", ("read", "operator"))
AUDITOR = Key("auditor", "", ("read",))
KEYS = (A, A_READ, A_TRADE, A_TRANSFER, B, OPERATOR, AUDITOR)


def write_keys(settings: Path) -> None:
    """settings: rest.toml, to which they are added."""
    lines = []
    for key in KEYS:
        public = b64encode(bytes(nacl.signing.SigningKey(key.private).verify_key)).decode()
        firm = [f'firm = "{key.firm}"'] if key.firm else []
        lines += ["[[key]]", f'id = "{key.key_id}"', *firm, f"scopes = {list(key.scopes)}", f'public_key = "{public}"']
    settings.write_text(settings.read_text() + "\n" + "\n".join(lines) + "\n")
