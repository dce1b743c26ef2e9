"""API keys: who may ask for what. The venue keeps public keys alone."""

from enum import StrEnum

from msgspec import Struct


class Scope(StrEnum):
    """READ: balances, orders, history. TRADE: orders. TRANSFER: withdrawals and transfers between the firm's accounts.
    OPERATOR: credits and settlements, for the venue's own keys alone."""

    READ = "read"
    TRADE = "trade"
    TRANSFER = "transfer"
    OPERATOR = "operator"


class ApiKey(Struct, frozen=True):
    """firm "": the venue's own, which sees every firm. public_key: 32 bytes, Ed25519."""

    key_id: str
    firm: str
    scopes: frozenset[Scope]
    public_key: bytes


def session_of(firm: str) -> str:
    """The trading session in which a firm's orders over REST are."""
    return f"REST-{firm}"
