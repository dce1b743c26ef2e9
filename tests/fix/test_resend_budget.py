"""A session cannot keep all others waiting by asking for everything again and again."""

from venue.domain.limits import MAX_RESENT_MESSAGES_PER_MINUTE
from venue.fix.resend_budget import ResendBudget

MINUTE_NS = 60 * 10**9


def test_a_first_request_is_served_however_large() -> None:
    assert ResendBudget().allows(10 * MAX_RESENT_MESSAGES_PER_MINUTE, 0)


def test_more_than_the_limit_in_a_minute_is_refused_until_the_minute_is_over() -> None:
    budget = ResendBudget()
    assert budget.allows(MAX_RESENT_MESSAGES_PER_MINUTE - 1, 0)
    assert budget.allows(1, 1)
    assert not budget.allows(1, MINUTE_NS)
    assert budget.allows(1, MINUTE_NS + 2)


def test_what_is_refused_does_not_count() -> None:
    budget = ResendBudget()
    assert budget.allows(MAX_RESENT_MESSAGES_PER_MINUTE, 0)
    assert not any(budget.allows(1, 5) for _ in range(100))
    assert budget.allows(MAX_RESENT_MESSAGES_PER_MINUTE, MINUTE_NS + 1)
