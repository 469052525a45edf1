"""Mutants of a module: copies of its source, each with one small mistake that a test should notice.

A mistake is what people make: a comparison that is off by one or turned round, `and` for `or`, a condition negated, a
number one too large, a value not returned, a line left out. Texts are left alone, since their wording is no decision.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
"""The operator that stands for another."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one mistake: the line, what was written there, what stands there now, and the whole source."""

    line: int
    before: str
    after: str
    source: str


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of a module's source, in the order of its lines."""
    tree = ast.parse(source)
    for number, node in enumerate(_decisions(tree)):
        for kind in range(len(_changes(node))):
            changed_tree = copy.deepcopy(tree)
            changed = next(own for place, own in enumerate(_decisions(changed_tree)) if place == number)
            before = ast.unparse(changed)
            after = _replaced(changed_tree, changed, _changes(changed)[kind])
            yield Mutant(node.lineno, _short(before), _short(after), ast.unparse(changed_tree))


def _short(text: str) -> str:
    return " ".join(text.split())[:90]


Decision = ast.expr | ast.stmt


def _decisions(tree: ast.AST) -> Iterator[Decision]:
    """The expressions and statements that have another form; not those of annotations, decorators, imports, docstrings
    and TYPE_CHECKING."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "bases", "keywords") and not isinstance(tree, ast.Call):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or _is_passive(node):
                continue
            if isinstance(node, ast.expr | ast.stmt) and _changes(node):
                yield node
            yield from _decisions(node)


def _is_passive(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
    return False


def _changes(node: Decision) -> list[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _OTHER:
            return [ast.Compare(node.left, [_OTHER[type(operator)]()], node.comparators)]
        case ast.BoolOp():
            return [ast.BoolOp(_OTHER[type(node.op)](), node.values)]
        case ast.UnaryOp(op=ast.Not()):
            return [node.operand]
        case ast.BinOp() if type(node.op) in _OTHER and not isinstance(node.left, ast.Constant | ast.JoinedStr):
            return [ast.BinOp(node.left, _OTHER[type(node.op)](), node.right)]
        case ast.Constant(value=bool(value)):
            return [ast.Constant(not value)]
        case ast.Constant(value=int(value) | float(value)):
            return [ast.Constant(value + 1)]
        case ast.If() | ast.While() if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            return [type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)]
        case ast.IfExp() if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            return [ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)]
        case ast.Return(value=value) if value is not None and not _is_none(value):
            return [ast.Return(ast.Constant(None))]
        case ast.Continue():
            return [ast.Break()]
        case ast.Break():
            return [ast.Continue()]
        case ast.AugAssign() | ast.Expr(value=ast.Call() | ast.Await()):
            return [ast.Pass()]
    return []


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _replaced(tree: ast.AST, old: ast.AST, new: ast.AST) -> str:
    """Put one node in the place of another; what the new one reads as."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                setattr(parent, name, [new if item is old else item for item in value])
    ast.fix_missing_locations(tree)
    return ast.unparse(new)
