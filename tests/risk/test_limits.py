"""Orders per second against a queue that drains, order by order; the other limits: tests/engine/cases."""

from hypothesis import given
from hypothesis import strategies as st

from venue.domain.funds import RiskLimits
from venue.risk.limits import LimitLevel

SECOND = 10**9
PAUSES = st.lists(st.one_of(st.just(0), st.integers(0, SECOND // 3), st.integers(0, 3 * SECOND)), max_size=60)


@given(rate=st.integers(1, 40), pauses=PAUSES)
def test_orders_wait_their_turn_in_a_queue_with_room_for_a_second(rate: int, pauses: list[int]) -> None:
    level = LimitLevel(RiskLimits(orders_per_second=rate))
    each = SECOND // rate
    waiting, at, last, accepted = 0, 10**18, 10**18, []
    for pause in pauses:
        at += pause
        waiting = max(0, waiting - (at - last))
        last = at
        is_room = waiting + each <= each * rate
        assert level.too_fast(at) is not is_room
        if is_room:
            level.count(at)
            accepted.append(at)
            waiting += each
    for start in accepted:
        assert sum(1 for one in accepted if start <= one < start + SECOND) <= 2 * rate, "never twice as many"


@given(rate=st.integers(1, 40), start=st.integers(1, 10**18))
def test_a_burst_after_a_quiet_second(rate: int, start: int) -> None:
    level = LimitLevel(RiskLimits(orders_per_second=rate))
    for _ in range(rate):
        assert not level.too_fast(start)
        level.count(start)
    assert level.too_fast(start)
    assert level.too_fast(start + SECOND // rate - 1)
    assert not level.too_fast(start + SECOND // rate)


def test_no_limit_counts_nothing() -> None:
    level = LimitLevel(RiskLimits())
    for _ in range(1_000):
        level.count(5)
        assert not level.too_fast(5)
