"""The compact set of used ids against a plain one."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from venue.domain.events import OrderPlaced
from venue.engine import known_orders
from venue.engine.used_ids import UsedIds, fingerprint

from tests.engine.trading import cancel, place, trading_engine  # isort: skip


def check(used: UsedIds, twin: set[int]) -> None:
    assert len(used) == len(twin)
    assert used.dump() == b"".join(number.to_bytes(8, "little") for number in sorted(twin))
    assert UsedIds.load(used.dump()).dump() == used.dump()


@given(st.lists(st.text(max_size=36)))
def test_holds_what_a_plain_set_holds(ids: list[str]) -> None:
    used, twin = UsedIds(), set()
    for text in ids:
        assert used.contains(text) == (fingerprint(text) in twin)
        used.add(text)
        twin.add(fingerprint(text))
        assert used.contains(text)
    check(used, twin)


def test_many_runs_in_any_order() -> None:
    random = Random(5)
    ids = [f"C{number:07}" for number in range(6_000)] + [f"{random.getrandbits(120):x}" for _ in range(6_000)]
    random.shuffle(ids)
    used, half = UsedIds(), len(ids) // 2
    for text in ids[:half]:
        used.add(text)
    used = UsedIds.load(used.dump())
    for text in ids[half:]:
        assert not used.contains(text)
    for text in ids[half:] + ids[:100]:
        used.add(text)
    assert all(used.contains(text) for text in ids)
    check(used, {fingerprint(text) for text in ids})
    assert len(used._runs) > 10
    assert all(len(run) <= 1024 for run in used._runs)


def test_counting_ids_have_fingerprints_of_their_own() -> None:
    ids = [f"CLIENT-ORDER-2024-06-07-{number:012}" for number in range(20_000)]
    assert len({fingerprint(text) for text in ids}) == len(ids)


def test_an_id_stays_refused_long_after_its_order_is_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(known_orders, "MAX_CLOSED_ORDERS", 2)
    engine = trading_engine()
    for number in range(50):
        engine.apply(place(f"o{number:02}"))
        engine.apply(cancel(f"c{number:02}", f"o{number:02}"))
    for name in ("o00", "c00", "o47", "c49"):
        (event,) = engine.apply(place(name))
        assert event.reason.name == "DUPLICATE_CLIENT_ORDER_ID"
    assert len(engine._known.by_id) == 2
    (event,) = engine.apply(place("o00", session="A2"))
    assert isinstance(event, OrderPlaced), "ids are of one session"
