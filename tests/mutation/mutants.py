"""Faults in Python code, one at a time: a test turned round, a step left out, a constant that is another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SWAPPED = {"all": "any", "any": "all", "conjunction": "disjunction", "disjunction": "conjunction"}
_AND = " AND "
_TOLD = ("Error", "error")
"""How the names of calls end whose texts are for people to read."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A module with one fault, as a tree. `function` is the outermost function or method that it is in, if any."""

    module: str
    number: int
    lines: range
    what: str
    function: str | None
    tree: ast.Module

    @property
    def place(self) -> str:
        """The module without its package."""
        return self.module.rpartition(".")[2]

    @property
    def name(self) -> str:
        """What tells it from others, also when lines have moved."""
        return f"{self.place}.{self.function or 'module'}: {self.what}"

    @property
    def key(self) -> str:
        """What tells it from every other of the same code."""
        return f"{self.place}:{self.number}"

    @property
    def is_in_function(self) -> bool:
        return self.function is not None and not self.function.endswith(".")


@dataclass(frozen=True)
class _Place:
    """A node where it stands: put another there with `put`."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: object) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants(module: str, path: Path) -> Iterator[Mutant]:
    """Every mutant of a module. The tree is put right again when the next one is asked for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = list(_places(tree, None))
    number = 0
    for place, node, function in found:
        for what, other in _others(node):
            ast.copy_location(other, node)
            ast.fix_missing_locations(other)
            place.put(other)
            yield Mutant(module=module, number=number, lines=_lines(node), what=what, function=function, tree=tree)
            place.put(node)
            number += 1


def _lines(node: ast.AST) -> range:
    """Where it stands. A case has no place of its own: its pattern's and its body's."""
    if isinstance(node, ast.match_case):
        return range(node.pattern.lineno, (node.body[-1].end_lineno or node.body[-1].lineno) + 1)
    first = getattr(node, "lineno", 0)
    return range(first, (getattr(node, "end_lineno", None) or first) + 1)


def _places(node: ast.AST, function: str | None) -> Iterator[tuple[_Place, ast.AST, str | None]]:
    """Every node below, with the function that it is in. Annotations, imports and texts for people are passed over."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases", "keywords") and _is_declaration(node):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if not isinstance(child, ast.AST) or _is_passed_over(child):
                continue
            within = _function(node, child, function)
            yield _Place(node, field, index), child, within
            yield from _places(child, within)


def _is_declaration(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef | ast.arg | ast.AnnAssign)


def _is_passed_over(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Call):
        return str(getattr(node.func, "id", getattr(node.func, "attr", ""))).endswith(_TOLD)
    if isinstance(node, ast.Subscript):
        return getattr(node.value, "id", "") == "Literal"
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _function(parent: ast.AST, child: ast.AST, function: str | None) -> str | None:
    if function is not None and not function.endswith("."):
        return function
    if isinstance(child, ast.ClassDef):
        return f"{child.name}."
    if isinstance(child, ast.FunctionDef):
        return f"{function or ''}{child.name}"
    return function if isinstance(parent, ast.ClassDef | ast.Module) else None


def _others(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What could stand there by mistake."""
    match node:
        case ast.Compare(left, [op], [right]) if type(op) in _COMPARISONS:
            other = ast.Compare(left, [_COMPARISONS[type(op)]()], [right])
            yield f"{_text(node)} → {_text(other)}", other
        case ast.BoolOp(op, values):
            other = ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield f"{_text(node)} → {'or' if isinstance(op, ast.And) else 'and'}", other
            for number in range(len(values)):
                left = [*values[:number], *values[number + 1 :]]
                yield f"{_text(node)}, without {_text(values[number])}", _joined(op, left)
        case ast.UnaryOp(ast.Not(), operand):
            yield f"{_text(node)} → without not", operand
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            other = ast.BinOp(left, _OPERATORS[type(op)](), right)
            yield f"{_text(node)} → {_text(other)}", other
        case ast.Constant(value) if isinstance(value, bool | int | str):
            yield from _constants(value)
        case ast.Name(id, ast.Load()) if id in _SWAPPED:
            yield f"{id} → {_SWAPPED[id]}", ast.Name(_SWAPPED[id], ast.Load())
        case _:
            yield from _structures(node)


def _joined(op: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(op, values)


def _constants(value: bool | int | str) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(value, bool):
        yield f"{value} → {not value}", ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value} → {value + 1}", ast.Constant(value + 1)
    elif _AND in value:
        parts = value.split(_AND)
        for number, part in enumerate(parts):
            yield from _without(parts, number, part)
    elif value:
        yield f"{value[:40]!r} → 'XX'", ast.Constant("XX")


def _without(parts: list[str], number: int, part: str) -> Iterator[tuple[str, ast.AST]]:
    """A condition less in a statement, where one begins and ends in the text."""
    head, where, condition = part.rpartition(" WHERE ") if number == 0 else ("", "", part)
    if condition.strip() and condition.count("(") == condition.count(")") and (number > 0 or where):
        left = [*parts[:number], *parts[number + 1 :]]
        if number == 0:
            left[0] = f"{head}{where}{left[0]}"
        yield f"without {condition.strip()[:60]!r}", ast.Constant(_AND.join(left))


def _structures(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Steps left out, branches taken the other way."""
    match node:
        case ast.If(test, body, orelse):
            if not isinstance(test, ast.Compare | ast.UnaryOp):
                yield f"if {_text(test)} → if not", ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
            yield f"if {_text(test)} → never", ast.If(ast.Constant(False), body, orelse)
        case ast.IfExp(test, body, orelse):
            yield f"{_text(node)} → the other way", ast.IfExp(test, orelse, body)
        case ast.comprehension(target, iter_, ifs, is_async) if ifs:
            yield f"if {_text(ifs[0])} left out", ast.comprehension(target, iter_, ifs[1:], is_async)
        case ast.Return(value) if value is not None and ast.unparse(value) != "None":
            yield f"return {_text(value)} → None", ast.Return(ast.Constant(None))
        case ast.Continue() | ast.Break() | ast.Raise() | ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield f"{_text(node)} left out", ast.Pass()
        case ast.match_case() | ast.Match():
            yield from _cases(node)
        case _:
            return


def _cases(node: ast.match_case | ast.Match) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.match_case(pattern, guard, body) if guard is not None:
            yield f"case {_text(pattern)}: guard left out", ast.match_case(pattern, None, body)
        case ast.Match(subject, cases):
            for number, case in enumerate(cases):
                kept = [*cases[:number], *cases[number + 1 :]]
                if kept:
                    yield f"case {_text(case.pattern)} left out", ast.Match(subject, kept)
        case _:
            return


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else f"{text[:67]}..."
