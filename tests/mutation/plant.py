"""Puts a mutant in the place of the sound code, in a process that has imported everything already."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutation.mutants import Mutant

_FORGETFUL = ("hub.", "schema", "tests.")


class CannotPlantError(Exception):
    """The function is not where it should be."""


def in_function(mutant: Mutant, path: str) -> None:
    """Give the function its faulty code: whoever holds the function has it. What was remembered is forgotten."""
    assert mutant.function is not None
    code = _code(compile(mutant.tree, path, "exec", dont_inherit=True), mutant.function.split("."))
    _sound(sys.modules[mutant.module], mutant.function).__code__ = code
    forget()


def in_values(mutant: Mutant, path: str) -> None:
    """Work out the values of the module again from the faulty one on, and give them to whoever holds the sound ones."""
    module = sys.modules[mutant.module]
    begun = False
    for statement in mutant.tree.body:
        begun = begun or mutant.lines.start in range(statement.lineno, (statement.end_lineno or 0) + 1)
        if begun and isinstance(statement, ast.Assign | ast.AnnAssign):
            before = dict(vars(module))
            exec(compile(ast.Module([statement], []), path, "exec", dont_inherit=True), vars(module))
            changed = {name: value for name, value in before.items() if vars(module).get(name) is not value}
            _give(module, changed)
    forget()


def is_of_values(mutant: Mutant) -> bool:
    """Whether the fault is in a value of the module, and not in a class or a signature."""
    holders = (one for one in mutant.tree.body if mutant.lines.start in range(one.lineno, (one.end_lineno or 0) + 1))
    return isinstance(next(holders, None), ast.Assign | ast.AnnAssign)


def _give(module: ModuleType, sound: Mapping[str, object]) -> None:
    for holder in _ours():
        for name, value in sound.items():
            if holder.get(name) is value:
                holder[name] = vars(module)[name]


def _code(code: CodeType, names: list[str]) -> CodeType:
    for name in names:
        inner = (one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name)
        found = next(inner, None)
        if found is None:
            raise CannotPlantError(".".join(names))
        code = found
    return code


def _sound(module: ModuleType, function: str) -> FunctionType:
    *owners, name = function.split(".")
    found: Any = module
    for owner in owners:
        found = getattr(found, owner)
    found = vars(found)[name]
    for within in ("__wrapped__", "fget", "func", "__func__"):
        found = getattr(found, within, None) or found
    if not isinstance(found, FunctionType):
        raise CannotPlantError(function)
    return found


def _ours() -> Iterator[dict[str, Any]]:
    return (vars(module) for name, module in list(sys.modules.items()) if name.startswith(_FORGETFUL))


def forget() -> None:
    """Nothing that was worked out before is remembered."""
    for holder in _ours():
        for value in list(holder.values()):
            with suppress(AttributeError, TypeError):
                value.cache_clear()


class Instead(MetaPathFinder, Loader):
    """Imports one module from a faulty tree."""

    def __init__(self, mutant: Mutant, path: str) -> None:
        self._name = mutant.module
        self._path = path
        self._code = compile(mutant.tree, path, "exec", dont_inherit=True)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self._path) if fullname == self._name else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, vars(module))


def loaded() -> Iterator[str]:
    """Modules of ours that are imported already."""
    return (name for name in sys.modules if name.split(".")[0] in ("hub", "schema"))
