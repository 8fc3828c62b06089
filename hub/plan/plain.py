"""The second way of answering, for tests alone: graphql-core resolves each field in Python, over rows that carry their
decisions.

It shares with the plan what things are (catalogue, gate, facts, arguments) and nothing of how a selection is compiled,
so that the two can be held against each other. It reads as a role that may see everything; no setting and no header
leads here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import ExecutionResult, GraphQLResolveInfo, execute

from hub.errors import Internal
from hub.gate import Gate
from hub.identity.model import Inquiry
from hub.operation.document import Operation
from hub.plan.arguments import ArgumentReader
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, Field, LinkField
from hub.plan.model import know
from hub.plan.plain_pages import page_of
from hub.plan.plain_rows import PlainRow, Reader, Rows, Statements, written
from hub.plan.selection import Selected


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer showed and what it withheld, to be held against the record.

    Shown: subject, source and category. Withheld, where that may be known: the field, and where in the answer.
    """

    shown: set[tuple[UUID | None, str, str]] = field(default_factory=set[tuple[UUID | None, str, str]])
    withheld: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


class Plain:
    """Answers queries without a plan."""

    def __init__(self, *, catalogue: Catalogue, gate: Gate, arguments: ArgumentReader, source: Rows) -> None:
        self._arguments = arguments
        self._source = source
        self._statements = Statements(catalogue, gate)

    async def data(
        self, inquiry: Inquiry, operation: Operation, variables: Mapping[str, Any], seen: Seen | None = None
    ) -> dict[str, Any]:
        """The member `data` of the answer."""
        reader = Reader(self._statements, self._source, inquiry)
        resolver = _Resolver(reader, self._arguments, operation, variables, seen or Seen())
        name = operation.definition.name
        found = execute(
            operation.contract,
            operation.document,
            variable_values=dict(variables),
            operation_name=name.value if name else None,
            field_resolver=resolver.resolve,
        )
        result = found if isinstance(found, ExecutionResult) else await found
        if result.errors:
            raise Internal(detail=result.errors[0].message) from result.errors[0]
        return result.data or {}


class _Resolver:
    """Resolves the fields of one operation."""

    def __init__(
        self,
        reader: Reader,
        arguments: ArgumentReader,
        operation: Operation,
        variables: Mapping[str, Any],
        seen: Seen,
    ) -> None:
        self._reader = reader
        self._catalogue = reader.catalogue
        self._arguments = arguments
        self._operation = operation
        self._variables = variables
        self._seen = seen

    def resolve(self, source: Any, info: GraphQLResolveInfo[None], **given: Any) -> Any:
        """A way in, a field of a row, or a member of an object that is no row of its own."""
        if info.parent_type.name == "Query":
            return self._way_in(info, given)
        if isinstance(source, PlainRow):
            return self._field(source, info)
        match info.field_name:
            case "nodes":
                self._exist(source["nodes"])
            case "edges":
                self._exist([edge["node"] for edge in source["edges"]])
            case "startCursor" | "endCursor" as name:
                # A cursor can be read: it holds the id of its row.
                self._exist(source["rows"][name])
            case _:
                pass
        return source[info.field_name]

    async def _way_in(self, info: GraphQLResolveInfo[None], given: Mapping[str, Any]) -> Any:
        root = self._catalogue.roots[info.field_name]
        if root.entry.type == "Me":
            return self._reader.me()
        if not root.is_page:
            return self._one(await self._reader.of_way(root, given))
        # Read by the plan's own reader for the sake of the seal alone, which must be the same.
        selected = Selected(key=str(info.path.key), name=info.field_name, nodes=tuple(info.field_nodes))
        variables = self._arguments.variables(self._operation, self._variables)
        read = self._arguments.read(self._operation, root, selected, variables, self._reader.inquiry)
        return await page_of(self._reader, root, given, read.binds)

    def _field(self, row: PlainRow, info: GraphQLResolveInfo[None]) -> Any:
        known = self._catalogue.types[row.type_name].fields[info.field_name]
        is_open = self._is_open(row, known, info)
        match known:
            case ColumnField():
                return written(row.values[known.name]) if is_open else None
            case EmbeddedField():
                return _embedded(row, known) if is_open else None
            case LinkField():
                return self._link(row, known) if is_open else ([] if known.many else None)

    def _is_open(self, row: PlainRow, known: Field, info: GraphQLResolveInfo[None]) -> bool:
        if known.action is None:
            return True
        is_open = known.action in row.granted
        if is_open and row.source is not None:
            self._seen.shown.add((row.subject, row.source, known.category))
        if not is_open and know(row.type_name, known.category) in row.granted:
            place = ".".join(str(part) for part in info.path.as_list())
            self._seen.withheld.add((known.action.removeprefix("read:"), place))
        return is_open

    async def _link(self, row: PlainRow, known: LinkField) -> list[PlainRow] | PlainRow | None:
        rows = await self._reader.of_link(row, known)
        return self._exist(rows) if known.many else self._one(rows)

    def _one(self, rows: Sequence[PlainRow]) -> PlainRow | None:
        return next(iter(self._exist(rows[:1])), None)

    def _exist(self, rows: Sequence[PlainRow]) -> list[PlainRow]:
        """That a row is there is itself shown."""
        for row in rows:
            if row.source is not None:
                self._seen.shown.add((row.subject, row.source, self._reader.existence(row.type_name)))
        return list(rows)


def _embedded(row: PlainRow, known: EmbeddedField) -> dict[str, Any] | None:
    """An object in the row. Without a single value it is none: an unknown address looks like a hidden one."""
    values = {member: row.values[f"{known.name}.{member}"] for member in known.members}
    if all(value is None for value in values.values()):
        return None
    return {member: written(value) for member, value in values.items()}
