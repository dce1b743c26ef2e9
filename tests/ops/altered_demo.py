"""The demo's beginning, with something expected that will not come: python -m tests.ops.altered_demo WHAT CONFIG DIR"""

import sys
from pathlib import Path

from venue.ops import demo
from venue.ops.config import DataDirectory, load
from venue.ops.demo_scenario import chapters
from venue.ops.demo_steps import Chapter, Expected, Step, told, typed


def _changed(tag: int, value: str) -> tuple[Chapter, ...]:
    """The demo's first two steps, the last report of which is expected with another value."""
    first, second = chapters()[0].steps[:2]
    last = second.reports[-1]
    other = Expected(last.who, last.fields | {tag: value})
    return (Chapter("changed", (first, second._replace(reports=(*second.reports[:-1], other)))),)


def _without_a_report() -> tuple[Chapter, ...]:
    first, second = chapters()[0].steps[:2]
    return (Chapter("one report too many", (first, second._replace(reports=second.reports[:-1]))),)


def _with_a_report_that_never_comes() -> tuple[Chapter, ...]:
    step = chapters()[0].steps[0]
    return (Chapter("one report missing", (Step(*step[:3], reports=(*step.reports, *step.reports)),)),)


def _with_an_operator_who_is_told_something_else() -> tuple[Chapter, ...]:
    return (Chapter("an operator", (typed("venue release venue", told("It is on.")),)),)


def _with_a_credit_that_the_reports_do_not_tell() -> tuple[Chapter, ...]:
    credit = "venue credit A-1 USD 5 --id gift --reason why"
    return (*_whole(), Chapter("a gift", (typed(credit, told("5 USD credited to A-1. Id gift")),)))


def _whole() -> tuple[Chapter, ...]:
    return (Chapter("as it must be", chapters()[0].steps[:2]),)


_ALTERATIONS = {
    "operator": _with_an_operator_who_is_told_something_else,
    "gift": _with_a_credit_that_the_reports_do_not_tell,
    "none": _whole,
    "leaves": lambda: _changed(151, "1.2"),
    "unexpected": _without_a_report,
    "missing": _with_a_report_that_never_comes,
}


if __name__ == "__main__":
    what, config, root = sys.argv[1:]
    demo._REPORT_SECONDS = 2
    complete = demo.run_demo(load(Path(config)), DataDirectory(Path(root)), lambda: None, _ALTERATIONS[what])
    raise SystemExit(0 if complete else 1)
