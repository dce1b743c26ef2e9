"""The architecture holds, and the checker that says so finds what is planted."""

from pathlib import Path

import pytest

import venue
from tests.architecture import CORE, PERMITTED, findings, findings_in

VENUE = Path(venue.__file__).parent


def test_the_venue_keeps_to_its_architecture() -> None:
    assert findings_in(VENUE) == []


def test_the_floor_plan_names_every_package() -> None:
    packages = {path.parent.name for path in VENUE.glob("*/__init__.py")}
    assert packages <= PERMITTED.keys()
    assert {package for package in packages if f"``{package}``" not in (venue.__doc__ or "")} == set()


def test_nothing_but_ops_may_import_ops() -> None:
    assert not any("ops" in permitted for permitted in PERMITTED.values())


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("fix", "from venue.engine import Engine"),
        ("fix", "import venue.ops.cli"),
        ("fix", "from venue import ops"),
        ("domain", "from venue.sequencer.codec import encode"),
        ("matching", "from venue.risk import limits"),
        ("ledger", "from venue.matching import order_book"),
        ("sequencer", "from venue.engine import Engine"),
        ("engine", "from venue.sequencer import journal"),
        ("marketdata", "from venue.projections import balances"),
        ("sidecar", "from venue.fix import dialect"),
        ("fix", "def f():\n    from venue.projections import balances"),
        ("", "from venue.ops import cli"),
    ],
)
def test_an_import_against_the_floor_plan_is_found(package: str, source: str) -> None:
    (finding,) = findings(package, source)
    assert "may not import" in finding


@pytest.mark.parametrize("source", ["from . import codec", "from ..domain import money"])
def test_a_relative_import_is_found(source: str) -> None:
    assert "relative import" in findings("sequencer", source)[0]


def test_a_package_without_a_place_is_found() -> None:
    assert findings("helpers", "x = 1") == ["module.py:1: package helpers has no place in the floor plan"]


@pytest.mark.parametrize("package", sorted(CORE))
@pytest.mark.parametrize(
    "source",
    [
        *(f"import {module}" for module in ("time", "datetime", "random", "os", "threading", "logging", "socket")),
        "from datetime import datetime",
        "from os import path",
        "from collections.evil import x",
        "import sqlalchemy",
    ],
)
def test_an_import_outside_the_cores_list_is_found(package: str, source: str) -> None:
    (finding,) = findings(package, source)
    assert "the core may not import" in finding


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 0.5", "float literal"),
        ("x = 1e3", "float literal"),
        ("x = a / b", "true division"),
        ("x /= 2", "true division"),
        ("x = float(y)", "float()"),
        ("x = hash(y)", "hash()"),
        ("with open(p) as f:\n    pass", "open()"),
        ("print(x)", "print()"),
    ],
)
def test_an_inexact_or_impure_expression_is_found_in_the_core_alone(source: str, text: str) -> None:
    (finding,) = findings("engine", source)
    assert text in finding
    assert findings("fix", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "for x in {1, 2}:\n    pass",
        "for x in set(y):\n    pass",
        "for x in frozenset(y):\n    pass",
        "for x in {y for y in z}:\n    pass",
        "a = [x for x in {1, 2}]",
        "a: set[int] = make()\nfor x in a:\n    pass",
        "def f(a: frozenset[str]):\n    return [x for x in a]",
        "def f(a: set[str] | None):\n    return list(a)",
        "class C:\n    def f(self):\n        self.a: set[int] = g()\n        for x in self.a:\n            pass",
        "a = set()\nfor x in a:\n    pass",
        "a = {1}\nb = [*a]",
        "a = {1}\nb = next(iter(a))",
        "a = {1}\nb = a.pop()",
        "a = {'x'}\nb = ','.join(a)",
        "a = {1}\nfor x in a | b:\n    pass",
        "for x in a.keys() & b.keys():\n    pass",
    ],
)
def test_iteration_over_a_set_is_found_in_the_core(source: str) -> None:
    (finding,) = findings("matching", source)
    assert "iteration over a set" in finding


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 1\n" * 501, "module of 501 lines"),
        ("def f():\n" + "    x = 1\n" * 50, "function f of 51 lines"),
        ("async def f():\n" + "    x = 1\n" * 50, "function f of 51 lines"),
        ("try:\n    pass\nexcept:\n    pass", "bare except"),
        ("x = 1  # " + "TO" + "DO: more", "unfinished work"),
        ("# " + "FIX" + "ME", "unfinished work"),
    ],
)
def test_bad_shape_is_found_everywhere(source: str, text: str) -> None:
    for package in ("engine", "ops", ""):
        (finding,) = findings(package, source)
        assert text in finding


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("engine", "from venue.matching import order_book\nfrom collections.abc import Iterable\nimport hashlib"),
        ("engine", "x = a // b\nfor x in sorted({1, 2}):\n    pass\nfor y in {1: 2}:\n    pass\nz = a in {1, 2}"),
        ("engine", "class C:\n    def __hash__(self):\n        return 1"),
        ("fix", "from venue.sequencer import link\nfrom venue.fix import dialect\nimport time\nx = 1 / 2"),
        ("ops", "from venue.engine import Engine\nfrom venue.fix import gateway\nimport os"),
        ("ops", "from venue import __version__"),
        ("engine", "x = 1\n" * 500),
        ("engine", "def f():\n" + "    x = 1\n" * 49),
    ],
)
def test_what_is_allowed_is_not_found(package: str, source: str) -> None:
    assert findings(package, source) == []
