"""Views that were saved go on as the others do; what another version saved is refused."""

import msgspec
import pytest

from tests.engine.all_commands import AllCommands
from tests.marketdata.feed import Feed
from venue.marketdata.saved import UnknownViewsVersion, capture, decode_views, encode_views, restore
from venue.sequencer import codec


@pytest.mark.parametrize("seed", range(3))
def test_restored_views_say_the_same_from_then_on(seed: int) -> None:
    feed, commands = Feed(keep=True), AllCommands(seed)
    for _ in range(600):
        list(feed.all(commands.next()))
    saved = encode_views(capture(feed.views))
    restored = restore(decode_views(saved))
    assert feed.records is not None
    for _ in range(600):
        first = len(feed.records)
        said = list(feed.all(commands.next()))
        assert [restored.apply(codec.decode_record(record)) for record in feed.records[first:]] == said
    assert capture(restored) == capture(feed.views)
    assert decode_views(saved) != capture(feed.views)


def test_another_version_or_other_depths_are_refused() -> None:
    saved = capture(Feed().views)
    for other in (
        msgspec.structs.replace(saved, version=saved.version + 1),
        msgspec.structs.replace(saved, depths=(1, 2)),
    ):
        with pytest.raises(UnknownViewsVersion):
            restore(other)


def test_a_record_out_of_turn_stops_the_views() -> None:
    feed = Feed(keep=True)
    assert feed.records is not None
    with pytest.raises(AssertionError, match="out of turn"):
        feed.views.apply(codec.decode_record(feed.records[-1]))
