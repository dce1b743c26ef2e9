"""The window of what a client may have under way: it shuts when it is full, and whatever goes wrong it opens again."""

from pathlib import Path

import pytest

from venue.domain import limits
from venue.fix.progress import Progress, Window

FULL, HALF = limits.MAX_UNDER_WAY, limits.MAX_UNDER_WAY // 2


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    """Of a session with a past: one request is still at the engine."""
    progress = Progress(tmp_path / "T.progress")
    serve(progress, 1_000)
    take(progress, 1)
    return progress


@pytest.fixture
def window(progress: Progress) -> Window:
    window = Window(progress, 0)
    assert window.room(0) == FULL - 1
    return window


def take(progress: Progress, requests: int) -> None:
    for _ in range(requests):
        progress.handed_over()
        progress.took()


def serve(progress: Progress, requests: int) -> None:
    take(progress, requests)
    for _ in range(requests):
        progress.was_journalled()


def test_it_shuts_when_full_and_opens_half_way(progress: Progress, window: Window) -> None:
    window.passed_on(FULL - 1)
    assert window.room(1) == 0
    take(progress, FULL - 1)
    assert window.room(2) == 0
    for _ in range(HALF - 1):
        progress.was_journalled()
    assert window.room(3) == 0
    progress.was_journalled()
    assert window.room(4) == HALF


def test_messages_that_the_gateway_answers_itself_leave_it_at_once(progress: Progress, window: Window) -> None:
    window.passed_on(FULL - 1)
    for _ in range(FULL - 1):
        progress.took()
    assert window.room(1) == FULL - 1


def test_messages_that_quickfix_ignores_leave_it_when_the_gateway_is_quiet(progress: Progress, window: Window) -> None:
    progress.was_journalled()
    window.passed_on(FULL)
    assert window.room(1) == 0
    assert window.room(limits.QUIET_GATEWAY_MS) == 0
    assert window.room(limits.QUIET_GATEWAY_MS + 1) == FULL


def test_messages_that_quickfix_kept_back_and_gave_later_do_no_harm(progress: Progress, window: Window) -> None:
    """A gap: those after it wait in QuickFIX, and count as taken meanwhile; then more come than were passed on."""
    progress.was_journalled()
    window.passed_on(FULL)
    assert window.room(1) == 0
    assert window.room(limits.QUIET_GATEWAY_MS + 2) == FULL
    serve(progress, FULL)
    assert window.room(limits.QUIET_GATEWAY_MS + 3) == FULL
    window.passed_on(FULL)
    assert window.room(limits.QUIET_GATEWAY_MS + 4) == 0


def test_it_stays_shut_while_the_engine_may_come_back_and_no_longer(progress: Progress, window: Window) -> None:
    window.passed_on(FULL - 1)
    take(progress, FULL - 1)
    assert window.room(10) == 0
    assert window.room(10 + limits.ENGINE_AWAY_MS - 1) == 0
    assert window.room(10 + limits.ENGINE_AWAY_MS) == FULL


def test_requests_that_are_refused_for_want_of_the_engine_pass(progress: Progress, window: Window) -> None:
    take(progress, FULL - 1)
    window.passed_on(FULL - 1)
    progress.refuses()
    assert window.room(1) == FULL
    progress.was_journalled()
    assert window.room(2) == 0


def test_a_gateway_that_starts_again_waits_for_nothing(progress: Progress, window: Window, tmp_path: Path) -> None:
    take(progress, FULL)
    Progress(tmp_path / "T.progress").restart()
    assert window.room(1) == FULL
    assert Window(progress, 2).room(2) == FULL
