"""Settings of all tests: reproducible by default; a failing example prints how to run it again."""

import os

import pytest
from hypothesis import settings

from venue.ops.compiled import stale_modules
from venue.ops.config import DATABASE_URL, NO_DATABASE

# Only tests of the database start one: it takes a second, and a core for that.
os.environ.setdefault(DATABASE_URL, NO_DATABASE)
settings.register_profile("venue", deadline=None, print_blob=True)
settings.load_profile("venue")


def pytest_configure() -> None:
    if stale := stale_modules():
        pytest.exit(f"{stale[0]} is newer than its compiled module: run ./scripts/setup", returncode=2)
