"""Nothing is kept that nothing uses: every module is imported or started, and every function is named elsewhere."""

import ast
from collections.abc import Iterator

from tests.project.source_code import PACKAGES, imports, read_modules

STARTED = ("scanner.start", "scanner.link_helper.__main__")
"""Modules that are run, by the console script or as a process of their own."""

FOUND_BY_ALEMBIC = "scanner.store.migrations."
"""Alembic finds these in their folder, and tests/unit/test_store_upgrade.py that it does."""

CALLED_FROM_OUTSIDE = {
    "establish_connection": "netmiko's drivers call it",
    "cleanup": "netmiko's drivers call it",
    "oui_table": "run by hand when a new snapshot is compiled for distribution",
    "enterprises_table": "run by hand when a new snapshot is compiled for distribution",
    "products_table": "run by hand when a new snapshot is compiled for distribution",
    "identity_objects_table": "run by hand when a new snapshot is compiled for distribution",
}


def test_every_module_is_imported_or_started() -> None:
    modules = read_modules(*PACKAGES)
    used = set().union(*imports(modules).values())
    texts = "\n".join(module.text for module in modules)
    packages = {module.name for module in modules if module.path.name == "__init__.py"}
    unused = {module.name for module in modules} - used - packages - set(STARTED)
    unused = {name for name in unused if not name.startswith(FOUND_BY_ALEMBIC)}
    assert [name for name in sorted(unused) if f'"{name}"' not in texts] == []


def test_every_function_and_class_is_used() -> None:
    modules = read_modules(*PACKAGES)
    used = {name for module in (*modules, *read_modules("benchmarks", "lab")) for name in _names(module.tree)}
    used |= set(CALLED_FROM_OUTSIDE)
    defined = [(module.name, name) for module in modules for name in _defined(module.tree)]
    assert [f"{module}.{name}" for module, name in defined if name not in used] == []


def _defined(tree: ast.Module) -> list[str]:
    """Functions, methods and classes, but for what a decorator registers and what Python or a base class calls."""
    found = []
    for node in ast.walk(tree):
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        inherited = {id(child) for child in ast.iter_child_nodes(node)} if bases else set()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                called = child.name.startswith("__") or id(child) in inherited or _registered(child)
                found += [] if called else [child.name]
    return found


def _registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    plain = {"property", "cached_property", "staticmethod", "classmethod", "dataclass", "contextmanager", "cache"}
    words = [ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in node.decorator_list]
    return not set(words) <= plain


def _names(tree: ast.Module) -> Iterator[str]:
    """Every name that a module reads, and every string: click and importlib look functions up by strings."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                yield name
            case ast.alias(name=name):
                yield from name.split(".")
