"""Rows as PostgreSQL's COPY takes them: text, a line per row, tabs between the columns."""

import json
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from psycopg import Connection
from sqlalchemy import Table

from venue.domain.terms import NO_TERMS, SpecialState

NULL = "\\N"

_SPECIAL = re.compile(r"[\\\t\n\r\x00]")
# PostgreSQL's text has no NUL.
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"}
_EPOCH = date(1970, 1, 1)
_DAY_NS = 86_400 * 10**9


def escape(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) if _SPECIAL.search(text) else text


# Of names that come again and again.
escape_name = lru_cache(1 << 14)(escape)


@lru_cache(4)
def _day(number: int) -> date:
    return _EPOCH + timedelta(number)


def day_of(at: int) -> date:
    """UTC. at: nanoseconds since 1970."""
    return _day(at // _DAY_NS)


def terms_json(special: SpecialState | None) -> str:
    """What an order has beyond an ordinary one, by name, as a COPY field."""
    if special is None:
        return NULL
    # Any: what a field holds depends on the field.
    told: dict[str, Any] = {
        name: _plain(getattr(special.terms, name))
        for name in special.terms.__struct_fields__
        if getattr(special.terms, name) != getattr(NO_TERMS, name)
    }
    if special.waiting:
        told["waiting"] = True
    if special.hidden_quantity:
        told["hidden_quantity"] = special.hidden_quantity
    # In the very form that PostgreSQL has it in, so that it can be compared as text.
    return escape(json.dumps({name: told[name] for name in sorted(told, key=lambda name: (len(name), name))}))


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def copy_lines(connection: "Connection[Any]", table: Table, lines: list[str], into: str = "") -> None:
    """into: another table of the same columns. Raises psycopg.Error."""
    if not lines:
        return
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {into or table.name} ({columns}) FROM STDIN") as copy:
        copy.write("".join(lines).encode())
