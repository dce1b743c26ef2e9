"""Settings of all tests: reproducible by default; a failing example prints how to run it again."""

import pytest
from hypothesis import settings

from venue.ops.compiled import stale_modules

settings.register_profile("venue", deadline=None, print_blob=True)
settings.load_profile("venue")


def pytest_configure() -> None:
    if stale := stale_modules():
        pytest.exit(f"{stale[0]} is newer than its compiled module: run ./scripts/setup", returncode=2)
