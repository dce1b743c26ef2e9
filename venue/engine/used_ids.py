"""Every ClOrdID that was ever used and is no longer known by name: 8 bytes each, for ever."""

from array import array
from bisect import bisect_left
from hashlib import blake2b

_BUCKET_BITS = 12
_SHIFT = 64 - _BUCKET_BITS
_LITTLE_ENDIAN = array("H", [1]).tobytes() == b"\x01\x00"


class UsedIds:
    """A set of 64-bit BLAKE2b fingerprints over (session, ClOrdID), in sorted arrays by their top bits.

    Two different ids share a fingerprint with odds of 1 in 2**64: at a billion ids held, a fresh one is refused
    as a duplicate once in 2 x 10**10 requests, and no used one is ever let through.
    """

    __slots__ = ("_buckets", "_count")

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(1 << _BUCKET_BITS)]
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, session: str, client_order_id: str) -> None:
        number = fingerprint(session, client_order_id)
        bucket = self._buckets[number >> _SHIFT]
        place = bisect_left(bucket, number)
        if place == len(bucket) or bucket[place] != number:
            bucket.insert(place, number)
            self._count += 1

    def contains(self, session: str, client_order_id: str) -> bool:
        if not self._count:
            return False
        number = fingerprint(session, client_order_id)
        bucket = self._buckets[number >> _SHIFT]
        place = bisect_left(bucket, number)
        return place < len(bucket) and bucket[place] == number

    def dump(self) -> bytes:
        """All fingerprints in order, little-endian."""
        numbers = array("Q")
        for bucket in self._buckets:
            numbers.extend(bucket)
        if not _LITTLE_ENDIAN:
            numbers.byteswap()
        return numbers.tobytes()

    @classmethod
    def load(cls, dump: bytes) -> "UsedIds":
        numbers = array("Q", dump)
        if not _LITTLE_ENDIAN:
            numbers.byteswap()
        used = cls()
        used._count = len(numbers)
        start = 0
        for top in range(1 << _BUCKET_BITS):
            end = bisect_left(numbers, (top + 1) << _SHIFT, start) if top + 1 < 1 << _BUCKET_BITS else len(numbers)
            used._buckets[top] = numbers[start:end]
            start = end
        return used


def fingerprint(session: str, client_order_id: str) -> int:
    # Ids that no session may have were still used by it, so text of any kind is hashed.
    text = f"{session}\0{client_order_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
