"""Every ClOrdID that a session ever used and that is no longer known by name: 8 bytes each, for ever."""

from array import array
from bisect import bisect_left, bisect_right
from typing import Final

# The largest prime below 2**64. Ids of up to 8 characters keep numbers of their own.
_MODULUS: Final = (1 << 64) - 59
_ABOVE_ALL: Final = 1 << 64
_LONGEST_RUN: Final = 1024
# So many wait in the dictionary; so few go into a run one by one.
_NEWEST: Final = 1024
_FEW: Final = 16
_LITTLE_ENDIAN: Final = array("H", [1]).tobytes() == b"\x01\x00"


class UsedIds:
    """A set of one session's ClOrdIDs by 64-bit fingerprint: the newest in a dictionary, the rest in short sorted runs.

    The fingerprint is the id's text, read as one big number, modulo a prime: a fifth of the cost of BLAKE2b, and
    the ids of a client that counts fall side by side, in memory that is warm. A set belongs to one session, so who
    looks for two ids of one fingerprint finds them at no cost but their own. Of ids not made for it, a fresh one
    is taken for a used one with odds of their count in 2**64; a used one is never let through.
    """

    __slots__ = ("_bounds", "_newest", "_runs")

    def __init__(self) -> None:
        self._newest: dict[int, None] = {}
        self._runs = [array("Q")]
        self._bounds = [_ABOVE_ALL]  # of each run: no number in it is greater

    def __len__(self) -> int:
        self._fold()
        return sum(map(len, self._runs))

    def add(self, client_order_id: str) -> None:
        self._newest[fingerprint(client_order_id)] = None
        if len(self._newest) >= _NEWEST:
            self._fold()

    def contains(self, client_order_id: str) -> bool:
        number = fingerprint(client_order_id)
        if number in self._newest:
            return True
        run = self._runs[bisect_left(self._bounds, number)]
        place = bisect_left(run, number)
        return place < len(run) and run[place] == number

    def dump(self) -> bytes:
        """All fingerprints in order, little-endian."""
        self._fold()
        numbers = array("Q")
        for run in self._runs:
            numbers.extend(run)
        if not _LITTLE_ENDIAN:
            numbers.byteswap()
        return numbers.tobytes()

    def _fold(self) -> None:
        """The newest into the runs. A client that counts has them all in one or two, which are merged at once."""
        numbers = sorted(self._newest)
        self._newest.clear()
        start = 0
        while start < len(numbers):
            index = bisect_left(self._bounds, numbers[start])
            stop = bisect_right(numbers, self._bounds[index], start)
            run = self._runs[index]
            if stop - start > _FEW:
                run = array("Q", sorted(dict.fromkeys([*run, *numbers[start:stop]])))
            else:
                for number in numbers[start:stop]:
                    place = bisect_left(run, number)
                    if place == len(run) or run[place] != number:
                        run.insert(place, number)
            self._put(index, run)
            start = stop

    def _put(self, index: int, run: "array[int]") -> None:
        """In the place of the run at index; in parts, where it grew too long."""
        if len(run) <= _LONGEST_RUN:
            self._runs[index] = run
            return
        half = _LONGEST_RUN // 2
        parts = [run[start : start + half] for start in range(0, len(run), half)]
        self._runs[index : index + 1] = parts
        self._bounds[index:index] = [part[-1] for part in parts[:-1]]

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
