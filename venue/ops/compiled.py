"""The core may stand compiled beside its sources (scripts/compile_core). A source that was changed since would not be
what runs: that must never go unnoticed."""

from pathlib import Path

import venue


def stale_modules() -> list[Path]:
    """Sources that are newer than their compiled module."""
    package = Path(venue.__file__).parent
    found = []
    for compiled in package.glob("*/*.so"):
        source = compiled.with_name(f"{compiled.name.partition('.')[0]}.py")
        if not source.exists() or source.stat().st_mtime_ns > compiled.stat().st_mtime_ns:
            found.append(source)
    return sorted(found)
