"""The cases worked out by hand, of the slow twin and of the engine."""

from textwrap import dedent

import pytest

from tests.engine.cases import CASES, two_matches
from tests.engine.cases.case import Case
from tests.engine.chunks import Chunked
from tests.engine.naive import NaiveEngine
from tests.engine.posted import Posted
from tests.engine.short import Constants, lines
from tests.engine.short_funds import changes
from tests.engine.trading import SETUP
from venue.engine import Engine, execution


def twin(max_matches: int = 100) -> NaiveEngine:
    return NaiveEngine(max_closed=100, max_requests=64, max_orderless=100, max_matches=max_matches)


def check(engine: NaiveEngine | Chunked, case: Case) -> None:
    """That it tells what the case does, and moves the balances so."""
    posted, constants = Posted(), Constants()
    for command in [*SETUP, *case.prepared]:
        events = engine.apply(command)
        constants.check(command, events)
        posted.post(command, events)
    told, before = [], posted.balances()
    for command in case.commands:
        events = engine.apply(command)
        constants.check(command, events)
        posted.post(command, events)
        told.append("".join(f"{text}\n" for text in lines(events)))
    assert "-\n".join(told) == dedent(case.expected).lstrip()
    if case.balances is not None:
        moved = "".join(f"{text}\n" for text in changes(before, posted.balances()))
        assert moved == dedent(case.balances).lstrip()
    if isinstance(engine, NaiveEngine):
        assert posted.balances() == {key: amount for key, amount in engine.balances.items() if amount}


def by_name(case: Case) -> str:
    return case.name


def test_names_are_told_apart() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_the_twin_does_as_worked_out_by_hand(case: Case) -> None:
    check(twin(), case)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_the_engine_does_as_worked_out_by_hand(case: Case) -> None:
    check(Chunked(Engine()), case)


@pytest.mark.parametrize("case", two_matches.CASES, ids=by_name)
def test_the_twin_with_few_matches(case: Case) -> None:
    check(twin(two_matches.MAX_MATCHES), case)


@pytest.mark.parametrize("case", two_matches.CASES, ids=by_name)
def test_the_engine_with_few_matches(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "MAX_MATCHES_PER_REQUEST", two_matches.MAX_MATCHES)
    check(Chunked(Engine()), case)
