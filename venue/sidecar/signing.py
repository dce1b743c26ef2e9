"""Signatures of requests: Ed25519 over a text that says all that a request asks for.

The text has seven lines, each ended by a newline (LF), ASCII:

    venue-request-1
    METHOD                     in capitals
    /path?query                as sent, percent-encoded; without "?" where the query is empty
    timestamp                  header Venue-Timestamp: milliseconds since 1970 UTC, digits
    nonce                      header Venue-Nonce: 16 to 64 of A-Z a-z 0-9 - _, another one for each request
    idempotency key            header Idempotency-Key, empty where there is none
    SHA-256 of the body        hexadecimal, lower case; of no body, that of nothing

No line can hold a newline, and there are always seven, so no two requests have one text. The signature is sent in
Venue-Signature, base64 of 64 bytes, and the key's name in Venue-Key.
"""

import binascii
import re
from hashlib import sha256
from typing import Final

import nacl.bindings
import nacl.exceptions

from venue.domain.limits import MAX_NONCES_PER_KEY, REQUEST_WINDOW_MS
from venue.sidecar.keys import ApiKey
from venue.sidecar.problems import Code, Problem

_FIRST_LINE: Final = "venue-request-1"
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,15}", re.ASCII)
_SIGNATURE_BYTES: Final = 64
_SIGNATURE_CHARACTERS: Final = 88
_EMPTY_BODY: Final = sha256(b"").hexdigest()
_BUCKET_MS: Final = 1_000


def text_to_sign(method: str, target: str, timestamp: str, nonce: str, idempotency_key: str, body: bytes) -> bytes:
    """target: path and query, as sent. The parts are of the shapes above."""
    digest = sha256(body).hexdigest() if body else _EMPTY_BODY
    return f"{_FIRST_LINE}\n{method}\n{target}\n{timestamp}\n{nonce}\n{idempotency_key}\n{digest}\n".encode("latin-1")


class _Nonces:
    """Of one key, by the second of their requests' times: a request that comes again has the same time again."""

    __slots__ = ("_buckets", "_count", "_oldest")

    def __init__(self) -> None:
        self._buckets: dict[int, set[str]] = {}
        self._count = 0
        self._oldest = 0

    def take(self, timestamp: int, nonce: str, forget_before: int) -> None:
        """Raises Problem where it was used, or too many were."""
        oldest = forget_before // _BUCKET_MS
        if oldest > self._oldest:
            self._forget(oldest)
        second = timestamp // _BUCKET_MS
        bucket = self._buckets.get(second)
        if bucket is None:
            bucket = self._buckets[second] = set()
        if nonce in bucket:
            raise Problem(Code.NONCE_USED, "Sign each request anew, with a nonce of its own.")
        if self._count >= MAX_NONCES_PER_KEY:
            raise Problem(Code.TOO_MANY_NONCES, "Wait some seconds, and send fewer requests.")
        bucket.add(nonce)
        self._count += 1

    def _forget(self, oldest: int) -> None:
        self._oldest = oldest
        for second in [second for second in self._buckets if second < oldest]:
            self._count -= len(self._buckets.pop(second))


class Doorkeeper:
    """Tells whose a request is. Nonces of before it was made are not known to it: what was signed before is stale."""

    def __init__(self, keys: tuple[ApiKey, ...], now_ms: int) -> None:
        self._keys = {key.key_id: (key, _Nonces()) for key in keys}
        self._opened_ms = now_ms

    def caller(self, method: str, target: str, headers: dict[bytes, bytes], body: bytes, now_ms: int) -> ApiKey:
        """headers: names in lower case. Raises Problem."""
        get = headers.get
        name, stamp, nonce, proof = get(b"venue-key"), get(b"venue-timestamp"), get(b"venue-nonce"), get(_SIGNATURE)
        if name is None or stamp is None or nonce is None or proof is None:
            how = "Send Venue-Key, Venue-Timestamp, Venue-Nonce and Venue-Signature, as the OpenAPI document says."
            raise Problem(Code.SIGNATURE_MISSING, how)
        timestamp, nonce_text, signature = _read(stamp, nonce, proof)
        known = self._keys.get(name.decode("latin-1"))
        if known is None:
            raise Problem(Code.UNKNOWN_KEY, "Ask the venue to register the public key, or send another Venue-Key.")
        key, nonces = known
        if not self._is_fresh(timestamp, now_ms):
            raise Problem(Code.TIMESTAMP_STALE, "Set the clock right, and sign the request anew.")
        idempotency_key = get(b"idempotency-key", b"").decode("latin-1")
        text = text_to_sign(method, target, stamp.decode("ascii"), nonce_text, idempotency_key, body)
        try:
            nacl.bindings.crypto_sign_open(signature + text, key.public_key)
        except nacl.exceptions.BadSignatureError:
            how = "Sign method, path with query, time, nonce, Idempotency-Key and body exactly as they are sent."
            raise Problem(Code.SIGNATURE_WRONG, how) from None
        nonces.take(timestamp, nonce_text, now_ms - REQUEST_WINDOW_MS)
        return key

    def _is_fresh(self, timestamp: int, now_ms: int) -> bool:
        return abs(now_ms - timestamp) <= REQUEST_WINDOW_MS and timestamp >= self._opened_ms


_SIGNATURE: Final = b"venue-signature"


def _read(stamp: bytes, nonce: bytes, proof: bytes) -> tuple[int, str, bytes]:
    """Raises Problem."""
    stamp_text, nonce_text = stamp.decode("latin-1"), nonce.decode("latin-1")
    try:
        signature = binascii.a2b_base64(proof, strict_mode=True) if len(proof) == _SIGNATURE_CHARACTERS else b""
    except binascii.Error:
        signature = b""
    if not _TIMESTAMP.fullmatch(stamp_text):
        raise Problem(Code.SIGNATURE_MALFORMED, "Venue-Timestamp must be milliseconds since 1970 UTC, in digits.")
    if not _NONCE.fullmatch(nonce_text):
        raise Problem(Code.SIGNATURE_MALFORMED, "Venue-Nonce must be 16 to 64 letters, digits, - or _.")
    if len(signature) != _SIGNATURE_BYTES:
        raise Problem(Code.SIGNATURE_MALFORMED, "Venue-Signature must be 64 bytes in base64.")
    return int(stamp_text), nonce_text, signature
