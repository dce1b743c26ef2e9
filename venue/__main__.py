"""``python -m venue``: the same as the ``venue`` command."""

from venue.ops.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
