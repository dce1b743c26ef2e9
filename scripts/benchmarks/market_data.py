"""Market data's core: what the views cost beside reading the records, what updates weigh, how fast a gateway starts."""

import gc
import time
from collections.abc import Callable

import msgspec

from scripts.benchmarks.engine_speed import flow_commands
from scripts.benchmarks.report import Row, in_turns, median, median_ratio
from venue.engine import Engine
from venue.marketdata import Channel, Form, Increment, Publisher, Reader, Snapshot, Stream, Streams, Subscription, Views
from venue.marketdata.saved import capture, decode_views, encode_views, restore
from venue.sequencer import codec

_ROWS = 100_000
_TEN = Stream(Channel.BOOK, 10)
_SNAPSHOTS = 2_000
_READERS = 100
_REFERENCE_RECORDS = 20


def market_data_rows(rounds: int) -> list[Row]:
    payloads = _records()
    count = len(payloads)
    records = [codec.decode_record(payload) for payload in payloads]
    views, increments, narrowed = Views(), list[Increment](), list[Increment]()
    for record in records:
        for increment in views.apply(record):
            increments.append(increment)
            within = Streams(views.books[increment.symbol]).narrow(increment, _TEN)
            narrowed += [within] if within is not None else []
    saved = encode_views(capture(views))
    (view,) = views.books.values()
    applied, decoded, restored, made = in_turns(
        rounds,
        lambda: count / _seconds(lambda: _apply(records)),
        lambda: count / _seconds(lambda: [codec.decode_record(payload) for payload in payloads]),
        lambda: _seconds(lambda: restore(decode_views(saved))),
        lambda: _SNAPSHOTS / _seconds(lambda: [_fresh_snapshot(Streams(view)) for _ in range(_SNAPSHOTS)]),
    )
    from_the_feed = [count / rate + count / other for rate, other in zip(applied, decoded, strict=True)]
    return [
        Row(
            "market data: records into views and increments (CPU)",
            f"{median(applied):,.0f} records/s, {len(increments) / count:.2f} increments each",
            f"decoding them alone {median(decoded):,.0f}/s",
            median_ratio(applied, decoded),
            0,
        ),
        _bytes_row("everything", increments),
        _bytes_row("10 levels of the book", narrowed),
        Row(
            f"start from saved views, {len(view.resting):,} orders (CPU)",
            f"{median(restored) * 1e3:.0f} ms, {len(saved):,} bytes",
            f"from {count:,} records {median(from_the_feed) * 1e3:.0f} ms",
            median_ratio(restored, from_the_feed),
            0,
            at_most=True,
        ),
        Row(
            "a snapshot of 10 levels with its checksum, made anew and encoded (CPU)",
            f"{median(made):,.0f}/s, {len(codec.encode(Streams(view).snapshot(_TEN))):,} bytes",
            f"an increment applied {median(applied) * len(increments) / count:,.0f}/s",
            median_ratio(made, applied) * count / len(increments),
            0,
        ),
        _fan_out_row(rounds, records),
    ]


def _fan_out_row(rounds: int, records: list[codec.Record]) -> Row:
    """Each reader takes what waits once in a while; one in ten never does, and costs no more."""

    def publish(readers: int) -> None:
        views = Views()
        publisher = Publisher(views, Form(codec.encode, codec.encode))
        everybody = [Reader() for _ in range(readers)]
        for number, record in enumerate(records):
            publisher.publish(views.apply(record))
            if number == _REFERENCE_RECORDS:
                for reader in everybody:
                    publisher.subscribe(reader, Subscription(next(iter(views.books)), _TEN))
            elif number % 100 == 0:
                for reader in everybody[readers // 10 :]:
                    publisher.take(reader, 1_000)

    one, hundred = in_turns(
        rounds,
        lambda: len(records) / _seconds(lambda: publish(1)),
        lambda: len(records) / _seconds(lambda: publish(_READERS)),
    )
    return Row(
        f"market data: records published to {_READERS} readers of 10 levels (CPU)",
        f"{median(hundred):,.0f} records/s",
        f"to one {median(one):,.0f}/s",
        median_ratio(hundred, one),
        0,
    )


def _bytes_row(what: str, increments: list[Increment]) -> Row:
    """Arrays without field names, in both forms."""
    packed = sum(len(codec.encode(increment)) for increment in increments) / len(increments)
    text = sum(len(msgspec.json.encode(increment)) for increment in increments) / len(increments)
    return Row(
        f"bytes per update, {what}", f"MessagePack {packed:.1f}", f"JSON {text:.1f}", packed / text, 0, at_most=True
    )


def _records() -> list[bytes]:
    engine = Engine()
    return [
        codec.encode(codec.Record(engine.sequence + 1, command, engine.apply(command)))
        for command in flow_commands(_ROWS)
    ]


def _apply(records: list[codec.Record]) -> None:
    views = Views()
    for record in records:
        views.apply(record)


def _fresh_snapshot(streams: Streams) -> bytes:
    """Its Streams are new, so nothing of it is kept."""
    return streams.encoded(_TEN, _encode)


def _encode(snapshot: Snapshot) -> bytes:
    return codec.encode(snapshot)


def _seconds(work: Callable[[], object]) -> float:
    """Of CPU, without the garbage collector, as in the processes that follow the feed."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        gc.enable()
