"""The second way of answering, for tests alone: graphql-core resolves each field in Python, over rows that carry their
decisions.

It shares with the plan what things are (catalogue, gate, facts, arguments) and nothing of how a selection is compiled,
so that the two can be held against each other. It reads as a role that may see everything; no setting and no header
leads here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLResolveInfo, execute

from hub.errors import Internal
from hub.gate import Gate
from hub.identity.model import Inquiry
from hub.operation.document import Operation
from hub.plan.arguments import ArgumentReader
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, LinkField
from hub.plan.plain_pages import page_of
from hub.plan.plain_rows import PlainRow, Reader, Rows, Statements, written
from hub.plan.selection import Selected


class Plain:
    """Answers queries without a plan."""

    def __init__(self, *, catalogue: Catalogue, gate: Gate, arguments: ArgumentReader, source: Rows) -> None:
        self._arguments = arguments
        self._source = source
        self._statements = Statements(catalogue, gate)

    async def data(self, inquiry: Inquiry, operation: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The member `data` of the answer."""
        resolver = _Resolver(Reader(self._statements, self._source, inquiry), self._arguments, operation, variables)
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
        self, reader: Reader, arguments: ArgumentReader, operation: Operation, variables: Mapping[str, Any]
    ) -> None:
        self._reader = reader
        self._catalogue = reader.catalogue
        self._arguments = arguments
        self._operation = operation
        self._variables = variables

    def resolve(self, source: Any, info: GraphQLResolveInfo[None], **given: Any) -> Any:
        """A way in, a field of a row, or a member of an object that is no row of its own."""
        if info.parent_type.name == "Query":
            return self._way_in(info, given)
        if isinstance(source, PlainRow):
            return self._field(source, info.field_name)
        return source[info.field_name]

    async def _way_in(self, info: GraphQLResolveInfo[None], given: Mapping[str, Any]) -> Any:
        root = self._catalogue.roots[info.field_name]
        if root.entry.type == "Me":
            return self._reader.me()
        if not root.is_page:
            return next(iter(await self._reader.of_way(root, given)), None)
        # Read by the plan's own reader for the sake of the seal alone, which must be the same.
        selected = Selected(key=str(info.path.key), name=info.field_name, nodes=tuple(info.field_nodes))
        variables = self._arguments.variables(self._operation, self._variables)
        read = self._arguments.read(self._operation, root, selected, variables, self._reader.inquiry)
        return await page_of(self._reader, root, given, read.binds)

    def _field(self, row: PlainRow, name: str) -> Any:
        known = self._catalogue.types[row.type_name].fields[name]
        match known:
            case ColumnField():
                return written(row.values[name]) if known.action in row.granted else None
            case EmbeddedField():
                return _embedded(row, known)
            case LinkField():
                is_open = known.action is None or known.action in row.granted
                return self._link(row, known) if is_open else ([] if known.many else None)

    async def _link(self, row: PlainRow, known: LinkField) -> list[PlainRow] | PlainRow | None:
        rows = await self._reader.of_link(row, known)
        return rows if known.many else next(iter(rows), None)


def _embedded(row: PlainRow, known: EmbeddedField) -> dict[str, Any] | None:
    """An object in the row. Without a single value it is none: an unknown address looks like a hidden one."""
    values = {member: row.values[f"{known.name}.{member}"] for member in known.members}
    if known.action not in row.granted or all(value is None for value in values.values()):
        return None
    return {member: written(value) for member, value in values.items()}
