"""Random documents that are valid under a contract, with all that a document can have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_required_input_field,
)
from graphql.type import GraphQLArgument, GraphQLField, GraphQLInputField, GraphQLInterfaceType, get_nullable_type

_DEPTH = 6
_SWITCHES = 3
COMPUTED = frozenset({"mySharing", "submissionStatistics", "whoCanSee"})
"""Worked out from the rules: there is no row and no plan, and nothing to compare."""
Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document with its variables. `pages` are the keys of pages, each with the variable that takes a cursor."""

    text: str
    variables: Mapping[str, Any]
    operation_name: str | None
    pages: Mapping[str, str]

    def after(self, cursors: Mapping[str, str]) -> Written:
        """The same document, further on."""
        return Written(
            text=self.text,
            variables={**self.variables, **cursors},
            operation_name=self.operation_name,
            pages=self.pages,
        )


@dataclass(frozen=True, slots=True)
class Pool:
    """Values worth asking for: some that are there, some that are not."""

    cases: Sequence[str]
    national_ids: Sequence[str]
    actors: Sequence[str]
    units: Sequence[str]
    moments: Sequence[str]


@dataclass(slots=True)
class Writer:
    """Writes one document."""

    contract: GraphQLSchema
    pool: Pool
    random: Random
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[tuple[str, Composite, str]] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    switches: list[str] = field(default_factory=list)

    def write(self) -> Written:
        """A whole document."""
        query = self.contract.query_type
        assert query is not None
        body = self._roots(query)
        header = (
            f"query Asked({', '.join(self.declared)})" if self.declared else self._one_of("query Asked", "query", "")
        )
        parts = [
            f"{header} {body}",
            *(f"fragment {name} on {type_.name} {text}" for name, type_, text in self.fragments),
        ]
        operation_name = "Asked" if header.startswith("query Asked") and self._chance(0.3) else None
        if operation_name and self._chance(0.3):
            parts.append("query Unasked { __typename }")
        self.random.shuffle(parts)
        return Written(text="\n".join(parts), variables=self.variables, operation_name=operation_name, pages=self.pages)

    # --- selections ------------------------------------------------------------------------------------------------

    def _roots(self, query: GraphQLObjectType) -> str:
        names = [name for name in query.fields if name not in COMPUTED and (name != "me" or self._chance(0.3))]
        parts = [self._root(query, self.random.choice(names or ["me"])) for _ in range(self.random.randint(1, 3))]
        if self._chance(0.2):
            parts.append(
                self._one_of(
                    "__typename", "kind: __typename", "__schema { queryType { name } }", '__type(name: "Case") { name }'
                )
            )
        if self._chance(0.2):
            parts.append(
                f"... on Query{self._switches()} {{ {self._root(query, self.random.choice(names or ['me']))} }}"
            )
        self.random.shuffle(parts)
        return "{ " + " ".join(parts) + " }"

    def _root(self, query: GraphQLObjectType, name: str) -> str:
        key = self._one_of(name, name, f"first_{name}", f"second_{name}")
        known = query.fields[name]
        if key not in self.arguments:
            self.arguments[key] = self._arguments(key, known)
        alias = "" if key == name else f"{key}: "
        inner = self._selection(_composite(known), _DEPTH)
        if key in self.pages:
            inner = inner[:-1] + " pageInfo { next: endCursor } }"
        return f"{alias}{name}{self.arguments[key]}{self._switches(0.07)} {inner}"

    def _selection(self, type_: Composite, depth: int) -> str:
        names = [
            name
            for name, known in type_.fields.items()
            if depth > 1 or not is_composite_type(get_named_type(known.type))
        ]
        parts = [self._part(type_, names, depth) for _ in range(self.random.choice((1, 2, 3, 3, 4, 5)))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: Composite, names: Sequence[str], depth: int) -> str:
        chance = self.random.random()
        if not names or chance < 0.08:
            return self._one_of("__typename", "type: __typename") + self._switches()
        if chance < 0.16 and depth > 1:
            return self._inline(type_, depth)
        if chance < 0.24 and depth > 1:
            return self._spread(type_, depth)
        return self._field(type_, self.random.choice(names), depth)

    def _field(self, type_: Composite, name: str, depth: int) -> str:
        known = type_.fields[name]
        alias = self._one_of("", "", "", f"a_{name}: ", f"b_{name}: ")
        switches = self._switches()
        if not is_composite_type(get_named_type(known.type)):
            return f"{alias}{name}{switches}"
        # Lists under lists grow fast, and each row of them is a query of the plain way.
        below = depth - (2 if is_list_type(get_nullable_type(known.type)) and name not in ("nodes", "edges") else 1)
        return f"{alias}{name}{switches} {self._selection(_composite(known), max(below, 1))}"

    def _inline(self, type_: Composite, depth: int) -> str:
        on = self.random.choice((None, *self._around(type_)))
        condition = f" on {on.name}" if on else ""
        return f"...{condition}{self._switches()} {self._selection(on or type_, depth - 1)}"

    def _spread(self, type_: Composite, depth: int) -> str:
        """A named fragment: one that is there already, which is complete and so in no circle, or a new one."""
        around = self._around(type_)
        known = [name for name, on, _ in self.fragments if on in around]
        if known and self._chance(0.5):
            return f"...{self.random.choice(known)}{self._switches()}"
        on = self.random.choice(around)
        text = self._selection(on, min(depth - 1, 3))
        name = f"F{len(self.fragments)}"
        self.fragments.append((name, on, text))
        return f"...{name}{self._switches()}"

    def _around(self, type_: Composite) -> list[Composite]:
        """The type itself and its interfaces."""
        return [type_, *type_.interfaces]

    def _switches(self, chance: float = 0.15) -> str:
        """@skip or @include, now and then both."""
        written = [f" @{name}(if: {self._switch()})" for name in ("skip", "include") if self._chance(chance / 2)]
        self.random.shuffle(written)
        return "".join(written)

    def _switch(self) -> str:
        if self._chance(0.4):
            return self._one_of("true", "false")
        if len(self.switches) == _SWITCHES:
            return self.random.choice(self.switches)
        self.switches.append(self._variable("Boolean", self._chance(0.5)))
        return self.switches[-1]

    # --- arguments -------------------------------------------------------------------------------------------------

    def _arguments(self, key: str, known: GraphQLField) -> str:
        given = {name: self._argument(key, name, argument) for name, argument in known.args.items()}
        written = [f"{name}: {value}" for name, value in given.items() if value is not None]
        return f"({', '.join(written)})" if written else ""

    def _argument(self, key: str, name: str, argument: GraphQLArgument) -> str | None:
        if name == "after":
            variable = self._declare("String", None, value=None)
            self.pages[key] = variable.removeprefix("$")
            return variable
        if not is_required_input_field(argument) and self._chance(0.35):
            return None
        return self._value(name, argument, self._chance(0.5))

    def _value(self, name: str, declared: GraphQLArgument | GraphQLInputField, in_variable: bool) -> str:
        """A value as a literal, perhaps with variables in it, or as one variable."""
        if in_variable:
            return self._variable(str(declared.type).removesuffix("!"), self._plain(name, declared))
        type_ = get_nullable_type(declared.type)
        if isinstance(type_, GraphQLInputObjectType):
            members = {n: self._value(n, f, self._chance(0.2)) for n, f in self._members(type_)}
            return "{" + ", ".join(f"{n}: {value}" for n, value in members.items()) + "}"
        plain = self._plain(name, declared)
        if isinstance(get_named_type(type_), GraphQLEnumType):
            return "[" + ", ".join(plain) + "]" if isinstance(plain, list) else plain
        return json.dumps(plain)

    def _members(self, type_: GraphQLInputObjectType) -> list[tuple[str, GraphQLInputField]]:
        return [(n, f) for n, f in type_.fields.items() if is_required_input_field(f) or self._chance(0.3)]

    def _plain(self, name: str, declared: GraphQLArgument | GraphQLInputField) -> Any:
        """A value as it stands in variables."""
        type_ = get_nullable_type(declared.type)
        if isinstance(type_, GraphQLInputObjectType):
            return {n: self._plain(n, f) for n, f in self._members(type_)}
        named = get_named_type(type_)
        if isinstance(named, GraphQLEnumType):
            words = list(named.values)
            return (
                self.random.sample(words, min(len(words), self.random.randint(0, 6)))
                if is_list_type(type_)
                else self.random.choice(words)
            )
        return self._scalars()[name]()

    def _scalars(self) -> Mapping[str, Callable[[], Any]]:
        pool, choose = self.pool, self.random.choice
        moment = lambda: choose(pool.moments)  # noqa: E731
        return {
            "actorId": lambda: choose(pool.actors),
            "asOf": moment,
            "before": moment,
            "caseId": lambda: choose(pool.cases),
            "first": lambda: self.random.randint(1, 5),
            "from": moment,
            "id": lambda: choose(pool.cases),
            "loanRef": lambda: choose(("BL-44681859", "none")),
            "municipality": lambda: choose(("9901", "9902")),
            "nationalId": lambda: choose(pool.national_ids),
            "openedBefore": moment,
            "openedFrom": moment,
            "phase": lambda: self.random.randint(1, 4),
            "purpose": lambda: choose(("EVICTION_PREVENTION", "REFINANCING")),
            "receivedBefore": moment,
            "receivedFrom": moment,
            "responsibleUnit": lambda: choose(pool.units),
            "unit": lambda: choose(pool.units),
        }

    def _variable(self, type_: str, value: Any) -> str:
        """A variable that is given, or has a default, or both."""
        if self._chance(0.3):
            return self._declare(type_, _literal(value, self.contract.get_type(type_.strip("[]!"))), given=False)
        if self._chance(0.2):
            return self._declare(f"{type_}!", None, value=value)
        other = "false" if type_ == "Boolean" else None
        required = f"{type_}!" if other is None else type_
        return self._declare(required, other, value=value)

    def _declare(self, type_: str, default: str | None, *, value: Any = None, given: bool = True) -> str:
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {type_}" + (f" = {default}" if default is not None else ""))
        if given:
            self.variables[name] = value
        return f"${name}"

    def _chance(self, chance: float) -> bool:
        return self.random.random() < chance

    def _one_of(self, *texts: str) -> str:
        return self.random.choice(texts)


def _composite(known: GraphQLField) -> Composite:
    named = get_named_type(known.type)
    assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
    return named


def _literal(value: Any, type_: Any) -> str:
    """A plain value as it stands in a document."""
    match value:
        case dict():
            fields = type_.fields
            members = (f"{n}: {_literal(v, get_named_type(fields[n].type))}" for n, v in value.items())
            return "{" + ", ".join(members) + "}"
        case list():
            return "[" + ", ".join(_literal(item, type_) for item in value) + "]"
        case str() if isinstance(type_, GraphQLEnumType):
            return value
        case _:
            return json.dumps(value)
