"""From payloads to batches: one thread reads and makes rows, whoever writes takes what there is in the meantime."""

import gc
import sys
import threading
from collections.abc import Iterable

from venue.domain.limits import MAX_PROJECTED_BATCH_BYTES
from venue.projections.rows import Batch, Rows

_SWITCH_SECONDS = 0.0005
_COLLECT_AFTER = (200_000, 20, 100)


def favour_throughput() -> None:
    """Of a process that does little else. May be called again, once what stays has been read."""
    # Whoever writes waits for the kernel between blocks, and then for the other thread to let it go on.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Rows make no cycles; looking for some among all that stays, again and again, takes a quarter of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


class Pipeline:
    """Reads from source, consecutive records after the one that rows are at, no further ahead than one batch."""

    def __init__(self, rows: Rows, source: Iterable[list[bytes]]) -> None:
        self._rows = rows
        self._source = source
        self._changed = threading.Condition()
        self._failure: Exception | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="rows", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take(self) -> Batch | None:
        """What has come since the last time, once there is something; None: the source ended, or stop was called.

        Raises what reading or making rows raised, once all before it was taken.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._grown or self._ended)
            if self._grown:
                batch = self._rows.take()
                self._changed.notify_all()
                return batch
            if self._failure is not None:
                raise self._failure
            return None

    def stop(self) -> None:
        """Wakes whoever waits here; whoever reads must be woken by its source. May be called from a signal handler."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def join(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def _grown(self) -> bool:
        return self._rows.sequence > self._rows.batch.after

    def _run(self) -> None:
        failure: Exception | None = None
        try:
            for payloads in self._source:
                self._add(payloads)
                if self._ended:
                    return
        except Exception as error:  # noqa: BLE001  # raised again where batches are taken
            failure = error
        with self._changed:
            self._failure = failure
            self._ended = True
            self._changed.notify_all()

    def _add(self, payloads: list[bytes]) -> None:
        rows = self._rows
        with self._changed:
            for payload in payloads:
                self._changed.wait_for(lambda: self._ended or rows.batch.bytes < MAX_PROJECTED_BATCH_BYTES)
                rows.add(payload)
            self._changed.notify_all()
