"""Settings of all tests: reproducible by default; a failing example prints how to run it again."""

from hypothesis import settings

settings.register_profile("venue", deadline=None, print_blob=True)
settings.load_profile("venue")
