"""The rules of the architecture, checked on the source itself. Each finding is "file:line: what is wrong"."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CORE = frozenset({"domain", "matching", "risk", "ledger", "custody", "settlement", "engine"})
EVERYTHING = frozenset({"*"})

# What a package may import of the venue, besides itself. Those not built yet have their place already.
PERMITTED: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    **{name: frozenset({"domain"}) for name in ("matching", "risk", "ledger", "custody", "settlement")},
    "engine": CORE,
    "sequencer": frozenset({"domain"}),
    "marketdata": frozenset({"domain", "sequencer"}),
    "projections": frozenset({"domain", "sequencer", "ledger"}),
    "chains": frozenset({"domain", "sequencer"}),
    "signer": frozenset({"domain", "sequencer"}),
    "scheduler": frozenset({"domain", "sequencer"}),
    "fix": frozenset({"domain", "sequencer", "marketdata"}),
    "sidecar": frozenset({"domain", "sequencer", "marketdata", "projections"}),
    "ops": EVERYTHING,
}
CORE_MODULES = frozenset(
    {
        *("enum", "typing", "collections", "collections.abc", "hashlib", "bisect", "heapq", "array", "dataclasses"),
        *(
            "re",
            "itertools",
            "operator",
            "functools",
            "sortedcontainers",
            "msgspec",
            "msgspec.structs",
            "msgspec.msgpack",
        ),
    }
)
CORE_FORBIDDEN_CALLS = frozenset({"float", "hash", "open", "print", "input", "eval", "exec"})
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 50

# The command line's other name belongs to the assembly.
_TOP_MODULES = {"__main__.py": "ops"}
_SET_NAMES = frozenset({"set", "frozenset", "Set", "AbstractSet", "MutableSet", "FrozenSet"})
_ITERATING_CALLS = frozenset({"list", "tuple", "iter", "enumerate", "map", "filter", "zip", "reversed", "sum", "dict"})
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
_SET_OPERATORS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.Sub)


def findings(package: str, source: str, name: str = "module.py") -> list[str]:
    """package: the package of the venue that the source belongs to, "" for venue/__init__.py."""
    tree = ast.parse(source)
    found = [*_shape(tree, source), *_imports(package, tree)]
    if package in CORE:
        found += [*_core_imports(tree), *_core_expressions(tree), *_set_iterations(tree)]
    return [f"{name}:{line}: {text}" for line, text in sorted(found)]


def findings_in(venue: Path) -> list[str]:
    """Of every module under the venue package."""
    found = []
    for path in sorted(venue.rglob("*.py")):
        relative = path.relative_to(venue)
        package = relative.parts[0] if len(relative.parts) > 1 else _TOP_MODULES.get(relative.name, "")
        found += findings(package, path.read_text(encoding="utf-8"), str(relative))
    return found


def _shape(tree: ast.Module, source: str) -> Iterator[tuple[int, str]]:
    lines = source.splitlines()
    if len(lines) > MAX_MODULE_LINES:
        yield len(lines), f"module of {len(lines)} lines, {MAX_MODULE_LINES} at most"
    for number, line in enumerate(lines, 1):
        if _UNFINISHED.search(line):
            yield number, "unfinished work"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield node.lineno, f"function {node.name} of {length} lines, {MAX_FUNCTION_LINES} at most"
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except"


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Dotted names of modules; of "from venue import fix" it is venue.fix."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "." * node.level
            elif node.module == "venue":
                for alias in node.names:
                    yield node.lineno, f"venue.{alias.name}"
            else:
                yield node.lineno, node.module or ""


def _imports(package: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    permitted = PERMITTED.get(package)
    if package and permitted is None:
        yield 1, f"package {package} has no place in the floor plan"
        return
    for line, module in _imported(tree):
        if module.startswith("."):
            yield line, "relative import"
        parts = module.split(".")
        if parts[0] != "venue" or len(parts) == 1 or parts[1] == package or parts[1].startswith("__"):
            continue
        if permitted is None or (permitted is not EVERYTHING and parts[1] not in permitted):
            yield line, f"{package or 'venue'} may not import {parts[1]}"


def _core_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for line, module in _imported(tree):
        if module not in CORE_MODULES and module.split(".")[0] != "venue":
            yield line, f"the core may not import {module}"


def _core_expressions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, "float literal in the core"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node.lineno, "true division in the core"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CORE_FORBIDDEN_CALLS:
            yield node.lineno, f"{node.func.id}() in the core"


def _set_iterations(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Iterations over what is a set by its form, its annotation or its assignment. sorted() of one is fine."""
    names = _set_names(tree)
    for node in ast.walk(tree):
        for iterated in _iterated(node):
            if _is_set(iterated, names):
                yield iterated.lineno, "iteration over a set in the core"


def _iterated(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        return [node.iter]
    if isinstance(node, ast.Starred):
        return [node.value]
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in _ITERATING_CALLS:
            return list(node.args)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            return list(node.args)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and not node.args:
            return [node.func.value]
    return []


def _set_names(tree: ast.Module) -> frozenset[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _is_set_annotation(node.annotation):
            names.add(_name(node.target))
        elif isinstance(node, ast.arg) and _is_set_annotation(node.annotation):
            names.add(node.arg)
        elif isinstance(node, ast.Assign) and _is_set(node.value, frozenset()):
            names.update(_name(target) for target in node.targets)
    return frozenset(names - {""})


def _name(node: ast.expr | None) -> str:
    """Of a variable, or of an attribute; "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _is_set_annotation(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if isinstance(annotation, ast.BinOp):
        return _is_set_annotation(annotation.left) or _is_set_annotation(annotation.right)
    return _name(annotation) in _SET_NAMES


def _is_set(node: ast.expr, names: frozenset[str]) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        return _name(node.func) in {"set", "frozenset"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, _SET_OPERATORS):
        return any(_is_set(side, names) or _is_keys(side) for side in (node.left, node.right))
    return _name(node) in names


def _is_keys(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"keys", "items"}
