"""For Schemathesis: every request signed, as it goes out. SIGNING_KEY names the key; see keys.py."""

import os
from urllib.parse import urlsplit

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

from tests.sidecar.keys import KEYS
from venue.sidecar.client import SigningClient


class _Signed(AuthBase):
    def __init__(self, key_id: str) -> None:
        key = next(key for key in KEYS if key.key_id == key_id)
        self._client = SigningClient("", 0, key.key_id, key.private)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        parts = urlsplit(request.url or "")
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else bytes(body)
        idempotency_key = request.headers.get("Idempotency-Key", "")
        if isinstance(idempotency_key, bytes):
            idempotency_key = idempotency_key.decode("latin-1")
        signed = self._client.headers(request.method or "", target, body, idempotency_key.strip())
        request.headers.update({name: value for name, value in signed.items() if name.startswith("Venue-")})
        return request


schemathesis.auth.set_from_requests(_Signed(os.environ["SIGNING_KEY"]))
