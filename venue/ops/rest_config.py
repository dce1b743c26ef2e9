"""``rest.toml``: where REST listens and whose keys it knows; and keys for a demonstration, where there are none."""

import binascii
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self

import pydantic

from venue.domain.commands import AddSession, Command
from venue.domain.limits import MAX_API_KEYS, MAX_NAME_LENGTH
from venue.ops.errors import ConfigError
from venue.ops.toml_file import Strict, read_toml
from venue.sidecar.keys import ApiKey, Scope, session_of

REST_FILE = "rest.toml"
OPERATOR_KEY = "demo-operator"
_DEMO_FILE = "demo_keys.toml"
_KEY_BYTES = 32
_NAME = r"^[A-Za-z0-9._-]+$"


class KeyConfig(Strict):
    """firm "": the venue's own. public_key: base64."""

    id: str = pydantic.Field(pattern=_NAME, max_length=MAX_NAME_LENGTH - len("rest "))
    firm: str = ""
    scopes: tuple[Literal["read", "trade", "transfer", "operator"], ...]
    public_key: str

    @pydantic.model_validator(mode="after")
    def _scopes_fit(self) -> Self:
        if self.firm and "operator" in self.scopes:
            raise ValueError(f"key {self.id}: operator is for the venue's own keys: take it from scopes, or firm away")
        if not self.firm and {"trade", "transfer"} & set(self.scopes):
            raise ValueError(f"key {self.id}: trade and transfer are a firm's: add firm, or take them from scopes")
        return self

    def key(self) -> ApiKey:
        """Raises ValueError."""
        try:
            public_key = b64decode(self.public_key, validate=True)
        except binascii.Error:
            public_key = b""
        if len(public_key) != _KEY_BYTES:
            raise ValueError(f"key {self.id}: public_key is not {_KEY_BYTES} bytes in base64")
        return ApiKey(self.id, self.firm, frozenset(Scope(scope) for scope in self.scopes), public_key)


class RestConfig(Strict):
    listen_host: str = "127.0.0.1"
    listen_port: int = pydantic.Field(default=8080, ge=1, le=65535)
    key: tuple[KeyConfig, ...] = pydantic.Field(default=(), max_length=MAX_API_KEYS)


def rest_config(directory: Path) -> RestConfig | None:
    """None: there is no REST. Raises ConfigError."""
    path = directory / REST_FILE
    return read_toml(path, RestConfig, "is --config right?") if path.exists() else None


def api_keys(config_directory: Path, store: Path, firms: Iterable[str]) -> tuple[ApiKey, ...]:
    """Those of the settings, or of the demonstration where they have none. firms: those that there are.

    Raises ConfigError.
    """
    config = rest_config(config_directory)
    path = config_directory / REST_FILE
    if config is None:
        return ()
    if not config.key and (store / _DEMO_FILE).exists():
        path = store / _DEMO_FILE
        config = read_toml(path, RestConfig, "remove it, and it is made anew")
    known, ids = {*firms}, [key.id for key in config.key]
    for number, key in enumerate(config.key):
        if key.firm and key.firm not in known:
            told = ", ".join(sorted(known))
            raise ConfigError(f"{path}: key {key.id}: firm {key.firm} is no firm of a FIX session: they are {told}")
        if key.id in ids[:number]:
            raise ConfigError(f"{path}: key {key.id} is there twice: keep one of them")
    try:
        return tuple(key.key() for key in config.key)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None


def session_commands(keys: Iterable[ApiKey], operator: str) -> list[Command]:
    """The trading session of each firm that has a key."""
    firms = dict.fromkeys(key.firm for key in keys if key.firm)
    return [AddSession(0, operator, session_of(firm), firm) for firm in firms]


def make_demo_keys(config_directory: Path, store: Path, firms: Iterable[str]) -> None:
    """Once, where the settings have no keys: public ones for the venue, private ones for clients on this machine.

    Raises ConfigError, OSError.
    """
    config = rest_config(config_directory)
    if config is None or config.key or (store / _DEMO_FILE).exists():
        return
    import nacl.signing

    store.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = ["# Public keys of the demonstration; their private halves are beside it. Made at the first start."]
    wanted = [(demo_key_id(firm), firm, '"read", "trade", "transfer"') for firm in sorted({*firms})]
    for key_id, firm, scopes in [*wanted, (OPERATOR_KEY, "", '"read", "operator"')]:
        private = nacl.signing.SigningKey.generate()
        descriptor = os.open(private_key_file(store, key_id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(b64encode(bytes(private)).decode() + "\n")
        public = b64encode(bytes(private.verify_key)).decode()
        firm_line = [f'firm = "{firm}"'] if firm else []
        lines += ["", "[[key]]", f'id = "{key_id}"', *firm_line, f"scopes = [{scopes}]", f'public_key = "{public}"']
    unfinished = store / f"{_DEMO_FILE}.unfinished"
    unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
    unfinished.rename(store / _DEMO_FILE)


def demo_key_id(firm: str) -> str:
    """As key ids may be, whatever the firm's name has in it."""
    return "demo-" + "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in firm).lower()


def private_key_file(store: Path, key_id: str) -> Path:
    return store / f"{key_id}.private"


def read_private_key(store: Path, key_id: str) -> bytes:
    """Of the demonstration, for its clients. Raises OSError."""
    return b64decode(private_key_file(store, key_id).read_text(encoding="ascii"))
