"""TOML files that people write, checked against a shape; what is wrong with one is said in plain words."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from venue.ops.errors import ConfigError

Shape = TypeVar("Shape", bound=pydantic.BaseModel)


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


def _faults(error: pydantic.ValidationError, content: dict[str, Any]) -> str:
    """Every fault in a line, an element of a list by its symbol. Any: what strangers wrote."""
    return "; ".join(_fault(fault, content) for fault in error.errors())


def _fault(fault: Any, content: Any) -> str:
    names = []
    for part in fault["loc"]:
        content = content[part] if isinstance(content, list) or part in content else ""
        symbol = content.get("symbol", "") if isinstance(part, int) and isinstance(content, dict) else ""
        names.append(str(symbol or part))
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
