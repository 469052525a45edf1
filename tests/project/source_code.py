"""The source of the three packages as values: modules, imports, functions, and the names that modules define."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("fingerprints", "reports", "scanner")


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name, its path below the root, and its text."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def folder(self) -> str:
        return self.path.parent.as_posix()

    @property
    def lines(self) -> int:
        return self.text.count("\n")


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method, with its length in lines from `def` to its end."""

    module: str
    name: str
    lines: int


@cache
def read_modules(*folders: str) -> tuple[Module, ...]:
    """Every module below these folders of the project, in order of their names."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(_module(path.relative_to(ROOT)) for path in paths)


def _module(path: Path) -> Module:
    parts = path.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, (ROOT / path).read_text(encoding="utf-8"))


def imports(modules: tuple[Module, ...]) -> dict[str, frozenset[str]]:
    """For each module the modules of the same set that it imports, anywhere in it, not only at its top."""
    known = frozenset(module.name for module in modules)
    return {module.name: frozenset(_imported(module.tree, known)) - {module.name} for module in modules}


def _imported(tree: ast.Module, known: frozenset[str]) -> Iterator[str]:
    for name in imported_names(tree):
        parts = name.split(".")
        longest_first = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        yield from [candidate for candidate in longest_first if candidate in known][:1]


def imported_names(tree: ast.Module) -> Iterator[str]:
    """The dotted name of everything that a module imports."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{alias.name}" for alias in names)


def functions(modules: tuple[Module, ...]) -> Iterator[Function]:
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(module.name, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)


def children(graph: Mapping[str, frozenset[str]], folder: str) -> dict[str, frozenset[str]]:
    """The import graph between what stands directly in a folder, be it module or folder: `""` is the project itself."""
    prefix = f"{folder}." if folder else ""
    inside = {name: name.removeprefix(prefix).split(".")[0] for name in graph if name.startswith(prefix)}
    arrows: dict[str, set[str]] = {child: set() for child in inside.values()}
    for name, child in inside.items():
        arrows[child] |= {inside[other] for other in graph[name] if other in inside} - {child}
    return {child: frozenset(others) for child, others in arrows.items()}


def circles(graph: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """The sets of nodes that reach one another, each set once."""
    reached = {node: _reachable(graph, node) for node in graph}
    rings = {
        tuple(sorted({node, *(other for other in reached[node] if node in reached[other])}))
        for node in graph
        if node in reached[node]
    }
    return sorted(rings)


def _reachable(graph: Mapping[str, frozenset[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(graph[node])
    return seen
