"""Reading and checking a journal in a process of its own, while this one works on what was read before."""

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection

from venue.sequencer.frames import JournalDamaged
from venue.sequencer.segments import Batch, ChainWalk, SchemaTooNew

# A shorter rest of a journal is read here: a process costs some milliseconds.
WORTH_A_PROCESS_BYTES = 4 << 20


def beside(walk: ChainWalk) -> Iterator[Batch]:
    """The walk's remaining batches, each one checked. Raises what the walk raises, after the good batches before it.

    The walk itself stays where it stood.
    """
    if walk.bytes_left < WORTH_A_PROCESS_BYTES:
        yield from walk
        return
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    reader = context.Process(target=_read, args=(walk, sender), name="journal-reader", daemon=True)
    reader.start()
    sender.close()
    try:
        while (said := receiver.recv()) is not None:
            if isinstance(said, Exception):
                raise said
            yield said
    except EOFError:
        raise OSError("the process that reads the journal died") from None
    finally:
        receiver.close()
        reader.kill()
        reader.join()


def _read(walk: ChainWalk, sender: Connection) -> None:
    try:
        for batch in walk:
            sender.send(batch)
        sender.send(None)
    except (JournalDamaged, SchemaTooNew, OSError) as error:
        sender.send(error)
