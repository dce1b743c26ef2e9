"""The views are the engine's books after every record of long random streams of every command."""

import pytest

from tests.marketdata.feed import Feed, check

MAX_EVENTS = "venue.engine.bulk.MAX_EVENTS_PER_COMMAND"


@pytest.mark.parametrize("seed", range(5))
def test_after_every_record_the_views_are_the_engines_books(seed: int) -> None:
    feed = Feed()
    for _ in feed.random(seed, 4_000):
        check(feed)
