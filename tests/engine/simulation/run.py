"""One simulation: the engine, its laws, and a second engine restored from it now and then."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.engine.all_commands import MORE_SETUP, AllCommands
from tests.engine.chunks import Chunked
from tests.engine.money_commands import MoneyCommands
from tests.engine.simulation.laws import Laws
from tests.engine.simulation.money import MoneyLaws
from tests.engine.trading import SETUP
from venue.domain.commands import Command
from venue.engine import Engine

# So long a restored engine goes on beside the one that wrote the snapshot.
COMMANDS_SIDE_BY_SIDE = 300
# After so many commands all balances are compared.
BALANCES_EVERY = 1_000
# Of so many seeds in a row, one has no ledger. Of the others it opens at the start, or midway: see MoneyCommands.
SEEDS_FOR_NO_LEDGER = 4


class Broken(Exception):
    """A law does not hold; the text says which, and where."""


@dataclass
class Result:
    events: int = 0
    matches: int = 0
    transfers: int = 0
    restores: int = 0
    state_hash: str = ""


def simulate(seed: int, number: int, restore_every: int) -> Result:
    """Raises Broken."""
    random = Random(seed)
    engine, laws, money = Chunked(Engine()), Laws(), MoneyLaws()
    commands = AllCommands(seed) if seed % SEEDS_FOR_NO_LEDGER == 0 else MoneyCommands(seed)
    result = Result()
    beside: Chunked | None = None
    beside_until = 0
    for step, command in enumerate(_commands(commands, number)):
        try:
            events = engine.apply(command)
            result.events += len(events)
            result.matches += laws.check(command, events)
            result.transfers += money.check(command, events)
            if step % BALANCES_EVERY == 0:
                money.check_all(engine.engine)
            if beside is not None:
                assert beside.apply(command) == events, "a restored engine goes on differently"
                if step == beside_until:
                    assert beside.engine.state_hash() == engine.engine.state_hash(), "its state became another"
                    # The restored one goes on in the place of the first.
                    engine, beside = beside, None
            elif random.randrange(restore_every) == 0:
                beside, beside_until = restored(engine), step + COMMANDS_SIDE_BY_SIDE
                result.restores += 1
        # Whatever it is, the seed and the step have to be told.
        except Exception as error:
            raise Broken(f"step {step}: {command}: {type(error).__name__}: {error}") from error
    money.check_all(engine.engine)
    result.state_hash = engine.engine.state_hash()
    return result


def restored(engine: Chunked) -> Chunked:
    copy = Engine.restore(engine.engine.snapshot())
    assert copy.state_hash() == engine.engine.state_hash(), "a restored engine has another state"
    assert copy.reference() == engine.engine.reference()
    return Chunked(copy)


def _commands(commands: AllCommands, number: int) -> Iterator[Command]:
    yield from SETUP
    yield from MORE_SETUP
    for _ in range(number):
        yield commands.next()
