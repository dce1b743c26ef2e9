"""Which reports a session may not have got."""

from pathlib import Path

import pytest

from venue.domain import limits
from venue.fix.positions import Position
from venue.fix.unconfirmed import Unconfirmed


def sent(kept: Unconfirmed, position: Position, *sequences: int) -> None:
    for sequence in sequences:
        kept.keep(sequence, 1, f"report {sequence}")
        position.advance(sequence, 1)


@pytest.fixture
def position(tmp_path: Path) -> Position:
    return Position(tmp_path / "position")


def test_what_was_sent_before_the_last_heartbeat_is_confirmed_by_the_next(position: Position) -> None:
    kept = Unconfirmed(position)
    sent(kept, position, 1, 2)
    kept.heartbeat("")
    assert (kept.bodies(), position.unconfirmed) == (["report 1", "report 2"], 1)


def test_heartbeats_one_after_the_other(position: Position) -> None:
    kept = Unconfirmed(position)
    sent(kept, position, 1, 2)
    kept.heartbeat("")
    sent(kept, position, 3)
    kept.heartbeat("")
    assert (position.unconfirmed, kept.first_sequence) == (3, 3)
    assert kept.bodies() == ["report 3"]
    kept.logged_on()
    kept.heartbeat("")
    assert position.unconfirmed == 3


def test_a_logout_confirms_everything(position: Position) -> None:
    kept = Unconfirmed(position)
    sent(kept, position, 1, 2)
    kept.logged_off()
    assert (kept.bodies(), position.unconfirmed, kept.first_sequence) == ([], 0, 2)


def test_the_answer_to_a_test_request(position: Position, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNCONFIRMED_REPORTS", 4)
    kept = Unconfirmed(position)
    sent(kept, position, 1)
    assert kept.question() == ""
    sent(kept, position, 2)
    question = kept.question()
    sent(kept, position, 3)
    for other in ("TEST", "1-2-3", question + "x"):
        kept.heartbeat(other)
        kept.logged_on()
        assert position.unconfirmed == 1
    kept.heartbeat(question)
    assert position.unconfirmed == 3
    assert kept.bodies() == ["report 3"]


def test_an_answer_to_what_was_asked_before_a_reset_says_nothing(
    position: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_UNCONFIRMED_REPORTS", 2)
    kept = Unconfirmed(position)
    sent(kept, position, 1)
    question = kept.question()
    assert kept.bodies() == ["report 1"]
    kept.heartbeat(question)
    assert position.unconfirmed == 1


def test_no_more_than_the_limit_is_kept(position: Position, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNCONFIRMED_REPORTS", 3)
    monkeypatch.setattr(limits, "MAX_UNCONFIRMED_RECORDS", 1)
    kept = Unconfirmed(position)
    sent(kept, position, 1, 2, 3, 4)
    assert position.unconfirmed == 2
    assert kept.first_sequence == 3
    assert kept.bodies() == ["report 2", "report 3", "report 4"]
