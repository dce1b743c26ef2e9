"""What went wrong, for the client: a problem document (RFC 9457) with a stable code, and nothing internal."""

import re
from enum import Enum
from typing import Final

import msgspec

from venue.domain.reject_reason import RejectReason

PROBLEM_TYPE: Final = "application/problem+json"
# The engine's own texts name the fields of FIX by their tags.
_TAG = re.compile(r"\(\d+\)")


class Code(Enum):
    """name: the stable code; value: HTTP status and title. The engine's reject reasons are codes too, see status_of."""

    MALFORMED_REQUEST = (400, "The request cannot be read")
    MALFORMED_CURSOR = (400, "The cursor is not one that the venue gave out")
    IDEMPOTENCY_KEY_MISSING = (400, "A change needs the header Idempotency-Key")
    IDEMPOTENCY_KEY_MALFORMED = (400, "The Idempotency-Key cannot be one")
    SIGNATURE_MISSING = (401, "The request is not signed")
    SIGNATURE_MALFORMED = (401, "A header of the signature cannot be read")
    UNKNOWN_KEY = (401, "The key is not known")
    SIGNATURE_WRONG = (401, "The signature is not of this request and key")
    TIMESTAMP_STALE = (401, "The request's time is too far from the venue's")
    NONCE_USED = (401, "The nonce was used before")
    SCOPE_MISSING = (403, "The key does not have the scope for this")
    NOT_FOUND = (404, "There is no such thing")
    METHOD_NOT_ALLOWED = (405, "The method is not served here")
    IDEMPOTENCY_KEY_IN_USE = (409, "A request with this Idempotency-Key is under way")
    POSITION_NOT_REACHED = (409, "The position asked for was not reached in time")
    ORDER_OF_ANOTHER_SESSION = (409, "The order was placed in another session")
    ORDER_NO_LONGER_HELD = (409, "The request was served long ago")
    ORDER_REJECTED = (422, "The order was refused before")
    BODY_TOO_LARGE = (413, "The body is too large")
    TARGET_TOO_LONG = (414, "The path and query are too long")
    UNSUPPORTED_MEDIA_TYPE = (415, "The body must be application/json")
    INVALID_REQUEST = (422, "A field of the request cannot be")
    IDEMPOTENCY_KEY_REUSED = (422, "The Idempotency-Key was used for another request")
    UNKNOWN_ASSET = (422, "There is no such asset")
    MALFORMED_AMOUNT = (422, "An amount is not a decimal number of the asset's units")
    MALFORMED_TERM = (422, "A decimal of the order cannot be")
    TOO_MANY_NONCES = (429, "Too many requests of one key")
    INTERNAL_ERROR = (500, "The venue failed to answer")
    ENGINE_AWAY = (503, "The engine does not answer now")
    HISTORY_AWAY = (503, "The history is not available now")
    OVERLOADED = (503, "Too many requests are under way")

    status: int
    title: str

    def __new__(cls, status: int, title: str) -> "Code":
        member = object.__new__(cls)
        # Two codes of one status and title would be one member.
        member._value_ = (status, title)
        member.status = status
        member.title = title
        return member


class Problem(Exception):
    """Answers a request. code: as in Code or RejectReason; detail: for people, what to do next; fields: what is wrong
    with each of them."""

    def __init__(self, code: Code | RejectReason, detail: str = "", fields: list[dict[str, str]] | None = None) -> None:
        super().__init__(code.name)
        self.code = code
        self.detail = detail
        self.fields = fields

    @property
    def status(self) -> int:
        return self.code.status if isinstance(self.code, Code) else status_of(self.code)

    def document(self, trace_id: str) -> bytes:
        code = self.code
        title = code.title if isinstance(code, Code) else _TAG.sub("", code.text)
        document: dict[str, object] = {
            "type": f"urn:venue:problem:{code.name}",
            "title": title,
            "status": self.status,
            "code": code.name,
            "detail": _TAG.sub("", self.detail) or title,
            "trace_id": trace_id,
        }
        if self.fields:
            document["fields"] = self.fields
        return msgspec.json.encode(document)


# Anything else is 422: the request itself cannot be.
_STATUSES: Final = {
    404: ("UNKNOWN_ORDER", "UNKNOWN_TRANSFER"),
    409: (
        *("DUPLICATE_CLIENT_ORDER_ID", "TOO_LATE", "ACCOUNT_SUSPENDED", "KILL_SWITCH", "MARKET_CLOSED"),
        *("NOT_IN_THIS_PHASE", "ALREADY_EXISTS", "LEDGER_NOT_OPEN", "LEDGER_NEEDS_EMPTY_BOOKS", "TRANSFER_ID_REUSED"),
        *("ALREADY_DONE", "WITHDRAWALS_BLOCKED"),
    ),
    429: ("ORDER_RATE_LIMIT",),
}
_STATUS_OF: Final = {RejectReason[name]: status for status, names in _STATUSES.items() for name in names}


def status_of(reason: RejectReason) -> int:
    """The HTTP status of what the engine refuses."""
    return _STATUS_OF.get(reason, 422)
