"""A line of a file becomes a row, or a fault that says what is wrong. Compiled once from the fields of a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, Protocol, cast

import orjson
from graphql import GraphQLError

from hub.bulk import wording
from hub.bulk.fields import DAYS, STRINGS, WHOLE, Field, columns, row_of
from hub.intake.model import Fault

_DAYS: Final = 1_000
"""How many days of a calendar are remembered."""
_DIGITS: Final = re.compile(r"-?[0-9]{1,18}")
Read = Callable[[Any], Any]


class Reader(Protocol):
    """Reads lines of one file."""

    def __call__(self, line: bytes) -> Any:
        """The row, or a `Fault`."""
        ...


class _Unfit(Exception):
    """A value that is not of its type."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


def reader(kind: type[Any], header: Sequence[str], longest: int) -> Reader:
    """For a CSV file with these columns, or for NDJSON where there are none. `longest` is the limit on a row, in
    bytes.
    """
    read = _json(kind) if not header else _csv(kind, tuple(header))
    too_long = wording.too_long(longest)

    def line_of(line: bytes) -> Any:
        if len(line) > longest:
            return too_long
        if not line.strip():
            return wording.EMPTY
        try:
            return read(line)
        except _Unfit as unfit:
            return unfit.fault

    return line_of


@cache
def _json(kind: type[Any]) -> Read:
    make = _object(row_of(kind))

    def read(line: bytes) -> Any:
        try:
            value: object = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise _Unfit(wording.NOT_AN_OBJECT if _is_utf8(line) else wording.NOT_UTF8) from None
        if not isinstance(value, dict):
            raise _Unfit(wording.NOT_AN_OBJECT)
        return make(value)

    return read


@cache
def _csv(kind: type[Any], header: tuple[str, ...]) -> Read:
    by_path = {field.path: field for field in columns(row_of(kind))}
    make = _object(row_of(kind))
    places = [(name.split("."), by_path[name].kind in WHOLE) for name in header]

    def read(line: bytes) -> Any:
        cells = _cells(line)
        if len(cells) != len(places):
            raise _Unfit(wording.wrong_width(len(cells), len(places)))
        value: dict[str, Any] = {}
        for (path, is_whole), cell in zip(places, cells, strict=True):
            if cell:
                inner = value if len(path) == 1 else value.setdefault(path[0], {})
                inner[path[-1]] = int(cell) if is_whole and _DIGITS.fullmatch(cell) else cell
        return make(value)

    return read


def _cells(line: bytes) -> list[str]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise _Unfit(wording.NOT_UTF8) from None
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise _Unfit(wording.UNCLOSED) from None


def _object(field: Field) -> Read:
    """Of a JSON object, the value that its type makes of it."""
    parts = [(part.name, part.attribute, part.is_required, _value(part)) for part in field.parts]
    absent = {part.name: wording.missing(part.path) for part in field.parts}
    strange = wording.not_an_object(field.path) if field.path else wording.NOT_AN_OBJECT
    make = cast("Callable[..., Any]", field.make)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _Unfit(strange)
        given = cast("dict[str, Any]", value)
        known = 0
        made: dict[str, Any] = {}
        for name, attribute, is_required, convert in parts:
            if name in given:
                known += 1
                inner = given[name]
                if inner is not None:
                    made[attribute] = convert(inner)
                    continue
            if is_required:
                raise _Unfit(absent[name])
        if known != len(given):
            raise _Unfit(wording.UNKNOWN_MEMBER)
        return make(**made)

    return read


def _value(field: Field) -> Read:
    if field.parts:
        return _object(field)
    unfit = wording.not_a(field.path, field.kind, field.words)
    if field.kind in STRINGS:
        return _plain(str, unfit)
    if field.kind in WHOLE:
        return _plain(int, unfit)
    return _parsed(field, unfit)


def _plain(kind: type[Any], unfit: Fault) -> Read:
    # Not isinstance: true is no number here.
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _Unfit(unfit)
        return value

    return read


def _parsed(field: Field, unfit: Fault) -> Read:
    """An enum by the name of its value, or what a scalar of the schema makes of it."""
    parse = cast("Callable[[Any], Any]", field.parse)
    if field.kind in DAYS:
        # A day is about nobody, and those of one file are few.
        parse = lru_cache(_DAYS)(parse)
    known: Mapping[str, Any] = {word: parse(word) for word in field.words}

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise _Unfit(unfit)
        if value in known:
            return known[value]
        try:
            return parse(value)
        except (GraphQLError, TypeError, ValueError):
            raise _Unfit(unfit) from None

    return read


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
