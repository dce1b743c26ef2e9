"""A small file of 8-byte words that processes map. A word is written by a single store, so a kill cannot tear one."""

import mmap
import os
from pathlib import Path


def mapped_words(path: Path, count: int) -> memoryview:
    """Opens or makes the file; new words are 0. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 8 * count
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(descriptor).st_size < size:
            os.ftruncate(descriptor, size)
        return memoryview(mmap.mmap(descriptor, size)).cast("Q")
    finally:
        os.close(descriptor)
