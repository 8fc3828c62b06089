"""The ways in: which rows a root field finds, under which conditions, for one row or for a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hub.gate import DENIED, GRANTED, Residual, found_or_somebody
from hub.plan.catalogue import CatalogueError, ColumnField, Root, relation
from hub.plan.rows import AnchorScope, Row
from hub.plan.selection import Selected
from hub.plan.shapes import Shape
from hub.plan.statement import Compiler, Pieces, joined
from schema.categories import Anchor
from schema.filters import Filter
from schema.subscription import About, Telling

_ANCHOR_TABLES = {Anchor.CASE: "hub.case", Anchor.PERSON: "nav.person"}
IDENTITIES = frozenset({"caseId", "id"})
"""Arguments that are ids of the hub."""
_UUIDS = frozenset({"event", "person", *IDENTITIES})
_OPERATORS = {"eq": "=", "ge": ">=", "lt": "<"}
_BIND_TYPES = {Shape.DAY: "date", Shape.MOMENT: "timestamptz", Shape.PLAIN: "bigint"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What of a way in's arguments changes the statement: conditions that are given, the order, how the page begins,
    and how many rows it is planned for (`page_step`).
    """

    conditions: tuple[str, ...] = ()
    order: str | None = None
    is_descending: bool = True
    after: str = "nothing"
    step: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A way in as it is used: number among the roots, selection and arguments."""

    number: int
    root: Root
    selected: Selected
    arguments: Arguments

    def bind(self, name: str) -> str:
        """The name of one of its parameters."""
        return f"{self.number}.{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Rows of a way in: where they come from, on which condition, and their compiled selection where there is one."""

    row: Row
    origin: str
    condition: str
    pieces: Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """SQL of a value and its type; the direction, and how what comes later compares. What is absent comes last.

    Where nothing can be absent that is not said, so that an index in this order can be walked.
    """

    value: str
    type: str
    direction: str
    beyond: str
    may_be_absent: bool

    def terms(self, identity: str) -> str:
        """What rows are ordered by; `identity` where the value is the same."""
        absent = " NULLS LAST" if self.may_be_absent else ""
        return f"({self.value}) {self.direction}{absent}, {identity} {self.direction}"

    def after(self, identity: str, value: str, last: str) -> str:
        """Whether a row comes after one of this value and identity."""
        if not self.may_be_absent:
            return f"(({self.value}), {identity}) {self.beyond} ({value}, {last})"
        tie = f"{identity} {self.beyond} {last}"
        return f"(({self.value}) {self.beyond} {value} OR ({self.value}) = {value} AND {tie} OR ({self.value}) IS NULL)"

    def after_absent(self, identity: str, last: str) -> str:
        """Whether a row comes after one without a value."""
        return f"({self.value}) IS NULL AND {identity} {self.beyond} {last}"


class Ways:
    """Compiles ways in. A way whose type this class of requesters can never see answers without asking the database."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.binds = compiler.asker.binds

    def target(self, call: Call, path: tuple[str, ...], *, nodes_below: tuple[Selected, ...] | None) -> Target:
        """The rows that may be seen; with `nodes_below`, their selection compiled."""
        row, via = self._row(call, path)
        residual = row.see()
        if residual == DENIED:
            return Target(row=row, origin="", condition="false", pieces=Pieces(body="'null'"))
        row.saw(residual)
        conditions = self._where(call, row, residual)
        pieces = Pieces(body="''")
        if nodes_below is not None:
            # The rows of a page are chosen before; only what the selection itself asks of the protection is joined
            # again.
            row.scope.is_protection_used = row.scope.is_protection_used and not call.root.is_page
            pieces = self.compiler.pieces(row, nodes_below, subject=_subject(row))
        condition = " AND ".join(f"({part})" if " OR " in part else part for part in conditions) or "true"
        return Target(row=row, origin=self._origin(row, via), condition=condition, pieces=pieces)

    def me(self, call: Call) -> Pieces:
        """The requester, out of the statement's own parameters."""
        row = self.compiler.row(self.compiler.type_entry("Me"), call.root.entry.kind, (call.selected.key,))
        row.saw(row.see())
        pieces = self.compiler.pieces(row, call.selected.below, subject=None)
        columns = ", ".join(f"{self._own(name, type_)} AS {column}" for name, type_, column in _ME)
        return one(Target(row=row, origin=f"(SELECT {columns} OFFSET 0) {row.alias}", condition="true", pieces=pieces))

    def _own(self, name: str, type_: str) -> str:
        """What the requester has of the attribute. A missing one is NULL in the statement, never in a parameter."""
        who = self.compiler.asker.who
        present: Mapping[str, bool] = {"actor": True, "role": True, "purpose_no": who.purpose is not None}
        is_there = present.get(name, name in who.attributes)
        return self.binds.add(name, type_) if is_there else f"NULL::{type_}"

    def _row(self, call: Call, path: tuple[str, ...]) -> tuple[Row, str]:
        """The row of a way in, and the join to the case or person whose facts decide where the row is not one."""
        entry = self.compiler.type_entry(call.root.entry.type)
        if call.root.entry.via is None:
            return self.compiler.row(entry, call.root.entry.kind, path), ""
        anchor, alias = call.root.entry.through, self.compiler.alias("x")
        scope = AnchorScope(anchor=anchor, alias=alias, protection=self.compiler.alias("p"))
        row = self.compiler.row(entry, call.root.entry.kind, path, scope)
        table = relation(_ANCHOR_TABLES[anchor])
        return row, f" JOIN {table} {alias} ON {alias}.id = {row.alias}.{call.root.entry.via}"

    def _origin(self, row: Row, via: str) -> str:
        joins = via + row.protection_join()
        return f"({row.entry.relation} {row.alias}{joins})" if joins else f"{row.entry.relation} {row.alias}"

    def _where(self, call: Call, row: Row, residual: Residual) -> list[str]:
        """All that must hold of a row, with what is left to ask of whether it may be seen."""
        if residual == GRANTED:
            return self._conditions(call, row)
        if call.root.is_page or isinstance(call.root.entry, Telling):
            return [*self._conditions(call, row), row.predicate(residual)]
        return self._look_up(call, row, residual)

    def _conditions(self, call: Call, row: Row) -> list[str]:
        """The way's own condition and those of the filter, each over a value only where that is granted on the row."""
        own = [self._own_condition(call, row.alias)] if call.root.entry.where else []
        if isinstance(call.root.entry, Telling) and call.root.entry.about:
            own.append(self._is_told_of(call.root.entry, row))
        return own + [self._condition(call, row, name, call.root.filters[name]) for name in call.arguments.conditions]

    def _is_told_of(self, telling: Telling, row: Row) -> str:
        """An event is told to whoever may read of what it is about; of another topic, to nobody."""
        whens = "".join(f" WHEN '{about.topic}' THEN {self._may_read(about, row)}" for about in telling.about)
        return f"(CASE {row.alias}.topic{whens} ELSE false END)"

    def _may_read(self, about: About, row: Row) -> str:
        """Whether there is something that the event is about, and it is there for the requester with this field."""
        entry = self.compiler.type_entry(about.type)
        thing = self.compiler.row(entry, row.node.kind, row.node.path, row.scope)
        residuals = [thing.see(), thing.remaining(thing.decide(f"read:{about.field}").residual)]
        if DENIED in residuals:
            return "false"
        on = about.on.format(thing=thing.alias, row=row.alias)
        asked = "".join(f" AND {thing.predicate(residual)}" for residual in residuals if residual != GRANTED)
        return f"EXISTS (SELECT 1 FROM {entry.relation} {thing.alias} WHERE {on}{asked})"

    def _look_up(self, call: Call, row: Row, residual: Residual) -> list[str]:
        """One row, decided on whether or not it is there. See `found_or_somebody`."""
        sought = self.compiler.alias("x")
        search = f"SELECT {sought}.id FROM {row.entry.relation} {sought} WHERE {self._own_condition(call, sought)}"
        candidate = f"{row.alias}.id = {found_or_somebody(row.scope.anchor, search)}"
        return [candidate, row.is_found(residual, self._own_condition(call, row.alias))]

    def _own_condition(self, call: Call, alias: str) -> str:
        def place(match: re.Match[str]) -> str:
            kind, name = match.groups()
            return self.binds.add(call.bind(name) if kind == "arg" else name, "uuid" if name in _UUIDS else "text")

        return re.sub(r"\{(arg|bind):([\w.]+)\}", place, call.root.entry.where).replace("{row}", alias)

    def _condition(self, call: Call, row: Row, name: str, declared: Filter) -> str:
        bind = call.bind(f"filter.{name}")
        if declared.operator == "person":
            number = self.binds.add(bind, "text")
            person = f"SELECT pk.person_id FROM facts.person_key pk WHERE pk.national_id = {number}"
            return f"{self._granted_subject(row)} = ({person})"
        column = row.entry.fields[declared.field.partition(".")[2]]
        if not isinstance(column, ColumnField):
            raise CatalogueError(f"{declared.field} is not a column")
        value = self._granted_value(row, column)
        if declared.operator == "asOf":
            # The moment is the parameter; that the value of now may be seen is what opens the one of then.
            then = f"hub.consent_as_of({self.binds.add(bind, 'timestamptz')}, {row.alias}.id)"
            return f"{value} IS NOT NULL AND EXISTS (SELECT FROM {then} ao WHERE ao.status IN ('GIVEN', 'RENEWED'))"
        if declared.operator == "in":
            return f"{value} = ANY({self.binds.add(bind, 'text[]')})"
        if column.shape is Shape.QUOTED:
            value = f"{value}::text"
        return f"{value} {_OPERATORS[declared.operator]} {self.binds.add(bind, bind_type(column))}"

    def order(self, call: Call, target: Target) -> Order:
        """What the page is ordered by."""
        name = call.arguments.order or call.root.entry.order[0]
        row = target.row
        fields = row.entry.fields.values()
        column = next(field for field in fields if isinstance(field, ColumnField) and field.columns == (name,))
        is_granted = row.remaining(row.decide(column.action).residual) == GRANTED
        return Order(
            value=self._granted_value(row, column),
            type=bind_type(column),
            direction="DESC" if call.arguments.is_descending else "ASC",
            beyond="<" if call.arguments.is_descending else ">",
            may_be_absent=column.nullable or bool(column.needs) or not is_granted,
        )

    def _granted_value(self, row: Row, column: ColumnField) -> str:
        """The column where it is granted on the row, else NULL: what may not be seen can neither be filtered nor
        ordered by.
        """
        return self._where_granted(row, column.action, row.told(column), bind_type(column))

    def _granted_subject(self, row: Row) -> str:
        """Whom the row is about, where the field that shows this is granted."""
        subject = row.entry.declared.subject or "subject_id"
        shown_by = row.entry.field_of(subject)
        action = shown_by.action if shown_by else row.entry.see
        return self._where_granted(row, action, f"{row.alias}.{subject}", "uuid")

    def _where_granted(self, row: Row, action: str, value: str, type_: str) -> str:
        residual = row.remaining(row.decide(action).residual)
        if residual == DENIED:
            return f"NULL::{type_}"
        return value if residual == GRANTED else f"CASE WHEN {row.predicate(residual)} THEN {value} END"


_ME = (
    ("actor", "text", "actor"),
    ("role", "text", "role"),
    ("unit", "text", "unit"),
    ("purpose_no", "text", "purpose"),
    ("party", "text", "party_id"),
    ("person", "uuid", "person_id"),
)


def bind_type(column: ColumnField) -> str:
    """The SQL type of a parameter that is compared with the column."""
    return _BIND_TYPES.get(column.shape, "text")


def one(found: Target) -> Pieces:
    """One row or none."""
    pieces = found.pieces
    if pieces.marks:
        pieces.marks = [f"'{found.row.node.number}('||{joined(pieces.marks, '')}||')'"]
    inner = f"SELECT {pieces.columns()} FROM {found.origin}{''.join(pieces.joins)} WHERE {found.condition}"
    columns = "coalesce(r.b,'null') AS b, r.t, r.s, r.w"
    return Pieces(body=f"(SELECT {columns} FROM (SELECT 1) one LEFT JOIN LATERAL ({inner}) r ON true)")


def nothing(body: str) -> Pieces:
    """An answer that needs no row."""
    return Pieces(body=f"(SELECT '{body}'::text AS b, NULL::text AS t, NULL::text AS s, NULL::text AS w)")


def _subject(row: Row) -> str | None:
    """Whom the rows are about: the subject of their case, the person, or nobody that the hub knows."""
    if row.scope.anchor is Anchor.NONE:
        return None
    if row.scope.alias != row.alias:
        return f"{row.scope.alias}.{'subject_id' if row.scope.anchor is Anchor.CASE else 'id'}"
    declared = row.entry.declared.subject
    return f"{row.alias}.{declared}" if declared else "''"
