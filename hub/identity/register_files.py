"""The registers under policies/ as files, with the line that each row begins on, so that a fault says where it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

Row = Mapping[str, Any]
T = TypeVar("T")


class RegisterError(ValueError):
    """A register under policies/ is not valid: where it is, and what is wrong."""

    def __init__(self, fault: str, *, file: str = "", line: int = 1) -> None:
        self.file = file
        self.line = line
        self.fault = fault
        super().__init__(f"{file}:{line}: {fault}" if file else fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """A file that holds an array of tables, and nothing else."""

    name: str
    text: str
    table: str

    @classmethod
    def among(cls, files: Mapping[str, str], name: str, table: str) -> RegisterFile:
        if name not in files:
            raise RegisterError("the register is missing; add the file", file=name)
        return cls(name=name, text=files[name], table=table)

    def parsed(self, parse: Callable[[Row], T]) -> tuple[T, ...]:
        """Every row. What is wrong with one is told with its line."""
        found: list[T] = []
        for index, row in enumerate(self.rows()):
            with self.at(index):
                found.append(parse(row))
        return tuple(found)

    def rows(self) -> list[Row]:
        try:
            document = tomllib.loads(self.text)
        except ValueError as error:
            place = re.search(r"\(at line (\d+), column \d+\)", str(error))
            raise RegisterError(
                f"this is not TOML: {error}", file=self.name, line=int(place.group(1)) if place else 1
            ) from None
        rows = document.pop(self.table, None)
        if document or not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise RegisterError(f"expected [[{self.table}]] and nothing else", file=self.name)
        return rows

    @contextmanager
    def at(self, index: int) -> Generator[None]:
        """Around what concerns one row, by its number from 0."""
        try:
            yield
        except RegisterError as error:
            raise RegisterError(error.fault, file=self.name, line=self._line(index)) from None

    def _line(self, index: int) -> int:
        heads = [match.start() for match in re.finditer(rf"^\[\[\s*{self.table}\s*\]\]", self.text, re.MULTILINE)]
        # An array can be written in another way too; then the file is all that can be told.
        return self.text.count("\n", 0, heads[index]) + 1 if index < len(heads) else 1


def check_names(row: Mapping[str, Any], required: frozenset[str], optional: frozenset[str]) -> None:
    """A misspelt name must not pass for one left out."""
    label = row.get("number") or row.get("code") or "a row without code"
    if missing := required - row.keys():
        raise RegisterError(f"{label}: {', '.join(sorted(missing))} is missing")
    if unknown := row.keys() - required - optional:
        raise RegisterError(f"{label}: {', '.join(sorted(unknown))} is not known")


def text_of(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise RegisterError(f"{name} is not a text")
    return value


def day_of(row: Mapping[str, Any], name: str) -> date | None:
    value = row.get(name)
    if value is not None and type(value) is not date:  # a datetime is a date too, but not a legal day
        raise RegisterError(f"{name} is not a day")
    return value
