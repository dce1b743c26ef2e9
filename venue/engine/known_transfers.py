"""Which requests that moved funds are known: those under way, the last ones done, and every id ever used."""

from collections import deque
from typing import Any

from msgspec.structs import replace

from venue.domain.limits import MAX_KNOWN_TRANSFERS
from venue.engine.used_ids import UsedIds


class KnownTransfer:
    """command: as it was given, without its time, operator and reason. sequence: of its record.

    under_way: a withdrawal neither settled nor released, or a credit without owner. account: the owner of a credit.
    """

    __slots__ = ("account", "command", "is_undone", "sequence", "under_way")

    def __init__(
        self, command: Any, sequence: int, under_way: bool, account: str = "", is_undone: bool = False
    ) -> None:
        # Any: one of the commands with a transfer_id.
        self.command = command
        self.sequence = sequence
        self.under_way = under_way
        self.account = account
        self.is_undone = is_undone


class KnownTransfers:
    """by_id: those known by content. done: ids of those not under way, oldest first."""

    __slots__ = ("by_id", "done", "used")

    def __init__(self) -> None:
        self.by_id: dict[str, KnownTransfer] = {}
        self.done: deque[str] = deque()
        self.used = UsedIds()

    def add(self, command: Any, sequence: int, *, under_way: bool = False, account: str = "") -> None:
        # Any: as in KnownTransfer.
        transfer_id: str = command.transfer_id
        self.by_id[transfer_id] = KnownTransfer(content_of(command), sequence, under_way, account)
        if not under_way:
            self.finish(transfer_id)

    def finish(self, transfer_id: str) -> None:
        """It is not under way, or no longer; the one that was done longest ago makes room."""
        self.by_id[transfer_id].under_way = False
        self.done.append(transfer_id)
        if len(self.done) > MAX_KNOWN_TRANSFERS:
            oldest = self.done.popleft()
            del self.by_id[oldest]
            self.used.add(oldest)


def content_of(command: Any) -> Any:
    """What makes two requests the same. Any: as in KnownTransfer."""
    return replace(command, at=0, operator="", reason="")
