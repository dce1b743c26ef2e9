"""A bounded queue that owes a snapshot in the place of what it dropped."""

from random import Random

import pytest

from venue.marketdata import Outbox, Waiting


def test_increments_come_out_in_their_order() -> None:
    outbox: Outbox[str] = Outbox()
    for stream, message in (("a", b"1"), ("b", b"1"), ("a", b"2")):
        outbox.offer(stream, message)
    assert outbox.take(2) == [Waiting("a", b"1"), Waiting("b", b"1")]
    assert outbox.take(9) == [Waiting("a", b"2")]
    assert outbox.take(9) == []


def test_a_new_subscription_is_owed_a_snapshot_which_comes_before_its_increments() -> None:
    outbox: Outbox[str] = Outbox()
    outbox.owe("a")
    outbox.offer("a", b"1")
    outbox.offer("b", b"1")
    assert outbox.take(9) == [Waiting("a", None), Waiting("b", b"1")]
    outbox.offer("a", b"2")
    assert outbox.take(9) == [Waiting("a", b"2")]


@pytest.mark.parametrize("outbox", [Outbox(max_increments=3), Outbox(max_bytes=14)])
def test_past_its_bounds_everything_waiting_becomes_snapshots(outbox: Outbox[str]) -> None:
    for stream in ("a", "b", "a", "c"):
        outbox.offer(stream, b"4444")
    outbox.offer("d", b"4444")
    assert (outbox.conflated, outbox.dropped) == (1, 4)
    assert outbox.take(9) == [Waiting("a", None), Waiting("b", None), Waiting("c", None), Waiting("d", b"4444")]


def test_what_was_taken_leaves_room() -> None:
    outbox: Outbox[str] = Outbox(max_increments=2, max_bytes=8)
    for _ in range(9):
        outbox.offer("a", b"4444")
        outbox.offer("b", b"4444")
        assert outbox.take(9) == [Waiting("a", b"4444"), Waiting("b", b"4444")]
    assert outbox.conflated == 0


def test_an_increment_larger_than_the_bound_becomes_a_snapshot() -> None:
    outbox: Outbox[str] = Outbox(max_bytes=10)
    outbox.offer("a", b"x" * 11)
    assert outbox.take(9) == [Waiting("a", None)]


def test_a_forgotten_stream_has_nothing_waiting_and_leaves_room() -> None:
    outbox: Outbox[str] = Outbox(max_bytes=8)
    outbox.owe("c")
    for stream in ("a", "b"):
        outbox.offer(stream, b"4444")
    outbox.forget("a")
    outbox.forget("c")
    outbox.offer("b", b"4444")
    assert outbox.take(9) == [Waiting("b", b"4444")] * 2
    assert outbox.conflated == 0


@pytest.mark.parametrize("seed", range(10))
def test_it_stays_within_its_bounds_and_loses_nothing_unless_it_owes(seed: int) -> None:
    random, outbox, sent, had = Random(seed), Outbox[int](20, 300), [0] * 5, [0] * 5
    for _ in range(3_000):
        stream = random.randrange(5)
        if random.random() < 0.9:
            sent[stream] += 1
            outbox.offer(stream, b"%d" % sent[stream] + b" " * random.randrange(40))
        else:
            for taken, message in outbox.take(random.randrange(1, 30)):
                # A snapshot is as of now; an increment is the next one.
                assert message is None or int(message) == had[taken] + 1
                had[taken] = sent[taken] if message is None else int(message)
        assert len(outbox) <= 20 + 5
    for stream, message in outbox.take(100):
        had[stream] = sent[stream] if message is None else int(message)
    assert had == sent
