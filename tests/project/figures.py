"""The figures of the house: `python -m tests.project.figures` prints them, and test_import_graph.py checks them."""

import ast
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from tests.project.source_code import (
    PACKAGES,
    ROOT,
    Function,
    Module,
    children,
    circles,
    functions,
    imports,
    read_modules,
)

OID = re.compile(r'"(1\.[0-3](?:\.[0-9]+){7,})\.?"')
LLDP_OID = re.compile(r"1\.0\.8802\b|\b1, 0, 8802\b")
_CLASS_NAME = re.compile(r"_?[A-Z]\w*[a-z]\w*\Z")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the structure of the three packages comes to."""

    modules: int
    upward: tuple[str, ...]
    outside_layers: tuple[str, ...]
    file_circles: tuple[tuple[str, ...], ...]
    folder_circles: tuple[tuple[str, ...], ...]
    folders: dict[str, int]
    module_lines: dict[str, int]
    functions: tuple[Function, ...]
    lldp_modules: tuple[str, ...]
    repeated_oids: tuple[str, ...]
    shared_names: dict[str, tuple[str, ...]]


def measure() -> Figures:
    """Read the sources and count."""
    modules = read_modules(*PACKAGES)
    graph = imports(modules)
    upward, outside = _layer_faults(graph)
    return Figures(
        len(modules),
        tuple(upward),
        tuple(outside),
        tuple(circles(graph)),
        tuple(_folder_circles(graph)),
        dict(Counter(module.folder for module in modules if module.path.name != "__init__.py")),
        {module.name: module.lines for module in modules},
        tuple(functions(modules)),
        tuple(sorted(_holding_lldp())),
        tuple(_repeated_oids(modules)),
        _shared_names(modules),
    )


def _layer_faults(graph: dict[str, frozenset[str]]) -> tuple[list[str], list[str]]:
    """Imports that go up by the layers of pyproject.toml or between two parts of one layer, and what is in no layer."""
    upward, outside = [], []
    for folder, ranks in _layers():
        for child, others in children(graph, folder).items():
            place = f"{folder}.{child}" if folder else child
            if child not in ranks:
                outside += [] if child == "__init__" or place in PACKAGES or child == folder else [place]
                continue
            upward += [f"{place} -> {other}" for other in others if ranks.get(other, -1) >= ranks[child]]
    return sorted(upward), sorted(outside)


def _layers() -> Iterator[tuple[str, dict[str, int]]]:
    """Each folder that a layers contract is about, with the rank of each of its parts: the lowest is 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for contract in contracts:
        if contract["type"] != "layers":
            continue
        layers = [re.split(r"\s*[|:]\s*", layer) for layer in reversed(contract["layers"])]
        ranks = {name.strip("() "): rank for rank, layer in enumerate(layers) for name in layer}
        yield from ((folder, ranks) for folder in contract.get("containers", [""]))


def _folder_circles(graph: dict[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Circles between the modules and folders that stand side by side in one folder."""
    folders = {"", *(name.rpartition(".")[0] for name in graph)}
    for folder in sorted(folders):
        for ring in circles(children(graph, folder)):
            yield tuple(f"{folder}.{child}" if folder else child for child in ring)


def _holding_lldp() -> Iterator[str]:
    """The modules that hold an OID of LLDP-MIB, but for tests and the demo's simulated agents."""
    for module in read_modules(*PACKAGES, "benchmarks", "lab"):
        if not module.name.startswith("scanner.simulator") and LLDP_OID.search(module.text):
            yield module.name


def _repeated_oids(modules: tuple[Module, ...]) -> list[str]:
    """The object identifiers that the source of fingerprints and scanner holds more than once as a literal."""
    asking = (module for module in modules if module.name.startswith(("fingerprints", "scanner")))
    counts = Counter(oid for module in asking for oid in OID.findall(module.text))
    return sorted(oid for oid, count in counts.items() if count > 1)


def _shared_names(modules: tuple[Module, ...]) -> dict[str, tuple[str, ...]]:
    """The class and alias names that more than one module defines, with these modules."""
    places = defaultdict(set)
    for module in modules:
        for name in _class_names(module.tree):
            places[name].add(module.name)
    return {name: tuple(sorted(found)) for name, found in sorted(places.items()) if len(found) > 1}


def _class_names(tree: ast.Module) -> Iterator[str]:
    """The classes and type aliases at the top of a module."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if _CLASS_NAME.match(name):
                    yield name


def lines(figures: Figures) -> Iterator[str]:
    """One screen of text."""
    longest_module = max(figures.module_lines.items(), key=lambda item: item[1])
    longest = max(figures.functions, key=lambda function: function.lines)
    middle = median(function.lines for function in figures.functions)
    fullest = max(figures.folders.items(), key=lambda item: item[1])
    yield f"modules                 {figures.modules} in {len(figures.folders)} folders"
    yield f"imports that go up      {len(figures.upward)}"
    yield f"parts in no layer       {len(figures.outside_layers)}"
    yield f"import circles          {len(figures.file_circles)} by file, {len(figures.folder_circles)} by folder"
    yield f"fullest folder          {fullest[1]} modules: {fullest[0]}"
    yield f"longest module          {longest_module[1]} lines: {longest_module[0]}"
    yield f"functions               {len(figures.functions)}, median {middle:g} lines"
    yield f"longest function        {longest.lines} lines: {longest.module}.{longest.name}"
    yield f"modules with LLDP OIDs  {len(figures.lldp_modules)}: {', '.join(figures.lldp_modules)}"
    yield f"OIDs written twice      {len(figures.repeated_oids)}"
    yield f"names of two things     {len(figures.shared_names)}: {', '.join(figures.shared_names)}"
    details = (*figures.upward, *figures.outside_layers, *figures.repeated_oids)
    rings = (*figures.file_circles, *figures.folder_circles)
    yield from (f"  {detail}" for detail in (*details, *map(" <-> ".join, rings)))


if __name__ == "__main__":
    print("\n".join(lines(measure())))
