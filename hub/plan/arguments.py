"""Arguments of the ways in: coerced against the contract, split into what changes the statement and what is bound to
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from graphql import GraphQLError
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from hub.errors import BadInput, LimitExceeded
from hub.identity.model import Inquiry
from hub.operation.document import Operation
from hub.operation.wording import answered, said
from hub.plan.catalogue import Root
from hub.plan.cursor import Seal
from hub.plan.selection import Selected
from hub.plan.ways import IDENTITIES, Arguments

_NO_ROW = UUID(int=0)
_PLACE = re.compile(r"\{arg:([\w.]+)\}")


class InvalidVariables(BadInput):
    """The variables do not fit the document."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(said(errors[0].message))
        self.errors = errors

    def answers(self) -> list[dict[str, object]]:
        """Each error, as the answer lists them."""
        return answered(self.errors, self.code_and_text())


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one way in was given: what of it changes the statement, and its parameters by name."""

    arguments: Arguments
    binds: Mapping[str, object]


class ArgumentReader:
    """Reads the arguments of each way in. `secret` seals cursors; `page` is the largest page."""

    def __init__(self, secret: bytes, page: int) -> None:
        self._secret = secret
        self._page = page

    def variables(self, operation: Operation, given: Mapping[str, Any]) -> VariableValues:
        """The coerced variables. Raises `InvalidVariables`."""
        coerced = get_variable_values(
            operation.contract,
            operation.definition.variable_definitions or (),
            dict(given),
            max_errors=5,
            hide_suggestions=True,
        )
        if isinstance(coerced, VariableValues):
            return coerced
        raise InvalidVariables(list(coerced))

    def switches(self, operation: Operation, variables: VariableValues) -> dict[str, bool]:
        """The variables that @skip and @include look at. Raises `InvalidVariables` where one was given as null."""
        values = {name: variables.coerced.get(name) for name in operation.switches}
        nulls = [name for name, value in values.items() if value is None and name in variables.coerced]
        if nulls:
            raise InvalidVariables([GraphQLError(f"The variable ${name} must not be null.") for name in nulls])
        return {name: bool(value) for name, value in values.items()}

    def values(
        self, operation: Operation, name: str, selected: Selected, variables: VariableValues
    ) -> Mapping[str, Any]:
        """The arguments of one way in as they were given. Raises `InvalidVariables` or `BadInput`."""
        root = operation.contract.get_root_type(operation.definition.operation)
        if root is None:
            raise BadInput
        try:
            values = get_argument_values(root.fields[name], selected.nodes[0], variables, hide_suggestions=True)
        except GraphQLError as error:
            raise InvalidVariables([error]) from None
        _hold_text(values)
        return values

    def read(
        self, operation: Operation, root: Root, selected: Selected, variables: VariableValues, inquiry: Inquiry
    ) -> Given:
        """The arguments of one way in. Raises `InvalidVariables`, `LimitExceeded` or `BadCursor`."""
        values = self.values(operation, root.name, selected, variables)
        binds: dict[str, object] = {}
        for path in _PLACE.findall(root.entry.where):
            binds[path] = identity(_at(values, path)) if path in IDENTITIES else _at(values, path)
        if not root.is_page:
            return Given(arguments=Arguments(), binds=binds)
        return self._page_of(root, values, binds, inquiry)

    def _page_of(self, root: Root, values: Mapping[str, Any], binds: dict[str, object], inquiry: Inquiry) -> Given:
        binds["first"] = self._first(values["first"])
        conditions = conditions_of(root, values)
        binds |= {f"filter.{name}": value for name, value in conditions.items()}
        order = values.get("orderBy") or {}
        column = str(order["field"]).lower() if order else None
        descending = order.get("direction", "DESC") == "DESC" if order else root.entry.descending
        seal = Seal.of(self._secret, _bound_to(inquiry, root.name, conditions, column, is_descending=descending))
        binds["seal.inner"], binds["seal.outer"] = seal.padded()
        after = "nothing"
        if values.get("after") is not None:
            position = seal.open(values["after"])
            after = "absent" if position.value is None else "value"
            binds |= {"after.id": position.id, "after.value": position.value}
        return Given(
            arguments=Arguments(
                conditions=tuple(sorted(conditions)),
                order=column,
                is_descending=descending,
                after=after,
                step=page_step(values["first"]),
            ),
            binds=binds,
        )

    def _first(self, first: int) -> int:
        if first < 1:
            raise BadInput("The argument first is at least 1.", field="first")
        if first > self._page:
            over = first - self._page
            raise LimitExceeded(
                f"The limit on first is {self._page}; this is {over} over.", limit="first", bound=self._page, over=over
            )
        return first


def page_step(first: int) -> int:
    """The least of 10, 20, 50, 100, 200 and so on that is no less: a statement is planned for as many rows.

    Of a page of any size PostgreSQL expects a tenth of all rows, and reads the whole of other tables for it. A plan for
    each size would be too many.
    """
    steps = (size * 10**power for power in count(1) for size in (1, 2, 5))
    return next(step for step in steps if step >= first)


def conditions_of(root: Root, values: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions that were given, in a filter input or as arguments of the way's own. What is null is none."""
    own = {name: values.get(name) for name, _ in root.entry.filters}
    given = {**(values.get("filter") or {}), **own}
    return {name: value for name, value in given.items() if value is not None}


def _hold_text(values: Mapping[str, Any]) -> None:
    """A NUL or half a character is no text, and the database would break on it rather than find nothing."""
    for name, text in _texts("", values):
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise BadInput("A text holds a NUL character or a lone surrogate.", field=name)


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case list():
            for item in value:
                yield from _texts(name, item)
        case dict():
            for member, item in value.items():
                yield from _texts(member, item)
        case _:
            return


def _at(values: Mapping[str, Any], path: str) -> object:
    found: Any = values
    for name in path.split("."):
        found = found[name]
    return found


def identity(value: object) -> UUID:
    """An id that is none of ours finds no row, as an unknown one does."""
    try:
        return UUID(str(value))
    except ValueError:
        return _NO_ROW


def _bound_to(
    inquiry: Inquiry, root: str, conditions: Mapping[str, object], order: str | None, *, is_descending: bool
) -> dict[str, object]:
    """Everything that a cursor belongs to: given to somebody else, or to another query, it opens nothing."""
    requester = inquiry.requester
    return {
        "who": (requester.principal, requester.id, requester.party, requester.unit, requester.role, requester.supplier),
        "purpose": inquiry.purpose.number if inquiry.purpose else None,
        "query": (root, order, is_descending),
        "filter": conditions,
    }
