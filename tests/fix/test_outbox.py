"""In which order reports leave a gateway."""

from collections import deque
from typing import cast

from venue.fix.outbox import TURN_REPORTS, Outbox
from venue.fix.sessions import Session, Waiting


class Written:
    """Takes a session's place: what it is to report is written down."""

    def __init__(self, name: str, to: list[tuple[str, int]]) -> None:
        self.waiting: deque[Waiting] = deque()
        self._name = name
        self._to = to

    def report_waiting(self, count: int) -> None:
        for _ in range(count):
            self._to.append((self._name, self.waiting.popleft().number))


def filled(**reports: int) -> tuple[Outbox, list[tuple[str, int]]]:
    """An outbox with so many reports for each session, put in in this order; and what it sends."""
    outbox, sent = Outbox(), list[tuple[str, int]]()
    for name, count in reports.items():
        session = cast(Session, Written(name, sent))
        for number in range(count):
            outbox.put(session, Waiting(1, number, ""))
    return outbox, sent


def test_each_session_has_its_turn_and_keeps_its_order() -> None:
    outbox, sent = filled(a=3 * TURN_REPORTS, b=1, c=TURN_REPORTS + 1)
    outbox.send(1_000)
    assert not outbox
    turns = [("a", range(TURN_REPORTS)), ("b", range(1)), ("c", range(TURN_REPORTS))]
    turns += [("a", range(TURN_REPORTS, 2 * TURN_REPORTS)), ("c", range(TURN_REPORTS, TURN_REPORTS + 1))]
    turns += [("a", range(2 * TURN_REPORTS, 3 * TURN_REPORTS))]
    assert sent == [(name, number) for name, numbers in turns for number in numbers]


def test_it_sends_no_more_than_it_is_told_and_goes_on_with_the_next() -> None:
    outbox, sent = filled(a=100, b=2)
    outbox.send(5)
    assert (len(sent), len(outbox)) == (5, 97)
    outbox.send(2)
    assert sent == [("a", number) for number in range(5)] + [("b", 0), ("b", 1)]
    outbox.send(1_000)
    assert [number for name, number in sent if name == "a"] == list(range(100))
    assert not outbox
