"""Every ClOrdID that a session ever used and that is no longer known by name: 8 bytes each, for ever."""

from array import array
from bisect import bisect_left
from typing import Final

# The largest prime below 2**64. Ids of up to 8 characters keep numbers of their own.
_MODULUS: Final = (1 << 64) - 59
_ABOVE_ALL: Final = 1 << 64
_LONGEST_RUN: Final = 1024
_LITTLE_ENDIAN: Final = array("H", [1]).tobytes() == b"\x01\x00"


class UsedIds:
    """A set of one session's ClOrdIDs by 64-bit fingerprint, in short sorted runs.

    The fingerprint is the id's text, read as one big number, modulo a prime: a fifth of the cost of BLAKE2b, and
    the ids of a client that counts fall side by side, in memory that is warm. A set belongs to one session, so who
    looks for two ids of one fingerprint finds them at no cost but their own. Of ids not made for it, a fresh one
    is taken for a used one with odds of their count in 2**64; a used one is never let through.
    """

    __slots__ = ("_bounds", "_runs")

    def __init__(self) -> None:
        self._runs = [array("Q")]
        self._bounds = [_ABOVE_ALL]  # of each run: no number in it is greater

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def add(self, client_order_id: str) -> None:
        number = fingerprint(client_order_id)
        index = bisect_left(self._bounds, number)
        run = self._runs[index]
        place = bisect_left(run, number)
        if place < len(run) and run[place] == number:
            return
        run.insert(place, number)
        if len(run) > _LONGEST_RUN:
            middle = _LONGEST_RUN // 2
            self._runs[index : index + 1] = run[:middle], run[middle:]
            self._bounds.insert(index, run[middle - 1])

    def contains(self, client_order_id: str) -> bool:
        number = fingerprint(client_order_id)
        run = self._runs[bisect_left(self._bounds, number)]
        place = bisect_left(run, number)
        return place < len(run) and run[place] == number

    def dump(self) -> bytes:
        """All fingerprints in order, little-endian."""
        numbers = array("Q")
        for run in self._runs:
            numbers.extend(run)
        if not _LITTLE_ENDIAN:
            numbers.byteswap()
        return numbers.tobytes()

    @classmethod
    def load(cls, dump: bytes) -> "UsedIds":
        numbers = array("Q", dump)
        if not _LITTLE_ENDIAN:
            numbers.byteswap()
        used = cls()
        if numbers:
            half = _LONGEST_RUN // 2
            used._runs = [numbers[start : start + half] for start in range(0, len(numbers), half)]
            used._bounds = [run[-1] for run in used._runs]
            used._bounds[-1] = _ABOVE_ALL
        return used


def fingerprint(client_order_id: str) -> int:
    # Text that no session may use as an id was still used by it, so text of any kind has a fingerprint.
    return int.from_bytes(client_order_id.encode("utf-8", "surrogatepass"), "big") % _MODULUS
