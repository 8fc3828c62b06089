"""Puts a mutant in the place of the sound code, in a process that has imported everything already."""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
    _forget()


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


def _forget() -> None:
    for holder in [vars(module) for name, module in list(sys.modules.items()) if name.startswith(_FORGETFUL)]:
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
