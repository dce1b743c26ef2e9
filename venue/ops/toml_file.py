"""TOML files that people write, checked against a shape; what is wrong with one is said in plain words."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from venue.ops.errors import ConfigError

Shape = TypeVar("Shape", bound=pydantic.BaseModel)
# Of a table of its own, or an element of a list of tables; not of a table within one.
_HEADER = re.compile(r"\s*\[\[?\s*\w+\s*\]")


class Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


def read_toml(path: Path, shape: type[Shape], where_else: str) -> Shape:
    """Raises ConfigError."""
    content: dict[str, Any] = {}
    try:
        content = tomllib.loads(read_text(path, where_else))
        return shape.model_validate(content)
    except ValueError as error:
        told = _faults(error, content) if isinstance(error, pydantic.ValidationError) else str(error)
        raise ConfigError(f"{path}: {told}") from None


def read_text(path: Path, where_else: str) -> str:
    """Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: {where_else}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text: save it as such") from None


def place_of(path: Path, key: str, symbol: str = "") -> str:
    """FILE:LINE of a key, of the table with the symbol or of the whole file; FILE where it is not found.

    TOML's reader knows no lines: the key is looked for by its last word. Raises ConfigError.
    """
    first, last = re.escape(key.partition(".")[0]), re.escape(key.rpartition(".")[2])
    word = re.compile(rf"(?<![\w-]){last}\"?\s*[=.\]]")
    mark = re.compile(rf"\s*symbol\s*=\s*[\"']{re.escape(symbol)}[\"']" if symbol else rf"\s*\[?\s*{first}\s*[=.\]]")
    found, own = 0, False
    for number, line in enumerate(read_text(path, "it was there a moment ago").splitlines(), 1):
        if _HEADER.match(line):
            if found and own:
                break
            found, own = 0, False
        own = own or mark.match(line) is not None
        if not found and word.search(line.partition("#")[0]):
            found = number
    return f"{path}:{found}" if found and own else str(path)


def place_of_entry(path: Path, key: str) -> str:
    """As place_of, of a key "TABLE.NUMBER.KEY": of the so-maniest [[TABLE]], from 1. Raises ConfigError."""
    table, number, last = key.split(".", 2)
    header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    word = re.compile(rf"\s*\"?{re.escape(last)}\"?\s*[=.]")
    count, begins = 0, 0
    for line_number, line in enumerate(read_text(path, "it was there a moment ago").splitlines(), 1):
        if header.match(line):
            count += 1
            begins = line_number if count == int(number) else begins
        elif begins and _HEADER.match(line):
            break
        elif count == int(number) and word.match(line):
            return f"{path}:{line_number}"
    return f"{path}:{begins}" if begins else str(path)


def _faults(error: pydantic.ValidationError, content: dict[str, Any]) -> str:
    """Every fault in a line, an element of a list by its symbol. Any: what strangers wrote."""
    return "; ".join(_fault(fault, content) for fault in error.errors())


def _fault(fault: Any, content: Any) -> str:
    names = []
    for part in fault["loc"]:
        content = content[part] if isinstance(content, list) or part in content else ""
        symbol = content.get("symbol", "") if isinstance(part, int) and isinstance(content, dict) else ""
        # People count from 1.
        names.append(str(symbol or (part + 1 if isinstance(part, int) else part)))
    key = ".".join(names)
    match fault["type"]:
        case "string_type" if isinstance(content, int | float):
            return f'{key}: numbers with decimals are written as text: "{content}"'
        case "extra_forbidden":
            return f"{key}: there is no such key"
        case "missing":
            return f"{key}: is missing"
        case "greater_than_equal":
            return f"{key}: {content} is below {fault['ctx']['ge']}"
        case "less_than_equal":
            return f"{key}: {content} is above {fault['ctx']['le']}"
        case "string_too_short" | "string_too_long" | "string_pattern_mismatch":
            return f"{key}: {content!r} is not a name: printable ASCII, no space at either end, not too long"
        case "literal_error":
            return f"{key}: {content!r} is none of {fault['ctx']['expected']}"
        case _:
            return f"{key}: {fault['msg'].removeprefix('Value error, ')}"
