"""Where a page ended: text that only the venue can make, and that fits the question it was given for alone."""

import binascii
import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from venue.sidecar.problems import Code, Problem

_MAC_BYTES: Final = 16
_SECRET_BYTES: Final = 32
_LONGEST: Final = 300
_HOW: Final = "Take next_cursor of the page before, with the same filters; or begin without a cursor."


class Cursors:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, question: Sequence[str], key: str) -> str:
        """question: who asks, where, with which filters; key: of the last item of the page."""
        payload = key.encode()
        return urlsafe_b64encode(self._mac(question, payload) + payload).rstrip(b"=").decode()

    def read(self, question: Sequence[str], cursor: str) -> str:
        """The key. Raises Problem."""
        try:
            if len(cursor) > _LONGEST or not cursor.isascii():
                raise ValueError(cursor)
            padded = cursor + "=" * (-len(cursor) % 4)
            data = urlsafe_b64decode(padded)
            mac, payload = data[:_MAC_BYTES], data[_MAC_BYTES:]
            # The last character has bits that say nothing: another text of the same bytes is not ours either.
            if urlsafe_b64encode(data).rstrip(b"=").decode() != cursor:
                raise ValueError(cursor)
        except (ValueError, binascii.Error):
            raise Problem(Code.MALFORMED_CURSOR, _HOW) from None
        if not hmac.compare_digest(mac, self._mac(question, payload)):
            raise Problem(Code.MALFORMED_CURSOR, _HOW)
        return payload.decode()

    def _mac(self, question: Sequence[str], payload: bytes) -> bytes:
        return hmac.digest(self._secret, length_prefixed(*question, payload), "sha256")[:_MAC_BYTES]


def length_prefixed(*parts: str | bytes) -> bytes:
    """All parts in one: no two lists of parts give the same bytes."""
    whole = b""
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole += len(data).to_bytes(8, "big") + data
    return whole


def kept_secret(path: Path) -> bytes:
    """Made at first, then the same for ever. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        secret = secrets.token_bytes(_SECRET_BYTES)
    unfinished = path.with_suffix(".unfinished")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return secret
