"""Rows for the second way of answering: each column of a row, and beside it each decision as a column of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from hub.gate import DENIED, GRANTED, AnchorFacts, Binds, Gate, RequesterClass, protection_from, to_sql
from hub.identity.model import Inquiry
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, LinkField, Root, TypeEntry
from hub.plan.model import existence, know
from schema.categories import Anchor
from schema.declare import LinkDeclaration

_ANCHOR_TABLES = {Anchor.CASE: "hub.case", Anchor.PERSON: "nav.person"}
_ME = {"actor": "actor", "role": "role", "unit": "unit", "purpose": "purpose_no"}
_ME_KEYS = {"party_id": ("party", "text"), "person_id": ("person", "uuid")}
_ARGUMENT = re.compile(r"\{(arg|bind):([\w.]+)\}")
_PARAMETER = re.compile(r"\{given:([\w.]+):(\w+)\}")
_NOBODY = UUID(int=0)


class Rows(Protocol):
    """Where rows are read, by many at once. The session's time zone is UTC."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Mapping[str, Any]]:
        """All rows of a statement."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRow:
    """A row that may be seen. `anchor` is the case or person whose facts decided; `beside` what else was asked for.

    `subject` is whom the row is about, `source` the party that discloses it; none where it is nobody's.
    """

    type_name: str
    id: Any
    subject: UUID | None
    source: str | None
    anchor: tuple[Anchor, UUID] | None
    values: Mapping[str, Any]
    granted: frozenset[str]
    beside: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rows `r` come from. Without `own` the case or person that decides is joined as `a`; else the row is one, or
    needs none.

    A parameter is written `{given:name:type}`. A term of the order is a column, a direction, and the action without
    which it does not count.
    """

    anchor: Anchor
    own: bool
    joins: str = ""
    condition: str = "true"
    order: tuple[tuple[str, str, str | None], ...] = (("id", "", None),)
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    sql: str
    binds: Binds
    values: tuple[str, ...]
    actions: tuple[str, ...]


class Statements:
    """Statements by what they read and for whom; they do not depend on the operation."""

    def __init__(self, catalogue: Catalogue, gate: Gate) -> None:
        self.catalogue = catalogue
        self.gate = gate
        self._made: dict[tuple[RequesterClass, str, Origin], _Statement] = {}

    def find(self, who: RequesterClass, entry: TypeEntry, origin: Origin) -> _Statement:
        key = (who, entry.name, origin)
        if key not in self._made:
            self._made[key] = self._make(who, entry, origin)
        return self._made[key]

    def _make(self, who: RequesterClass, entry: TypeEntry, origin: Origin) -> _Statement:
        binds = Binds()
        alias = "r" if origin.own else "a"
        facts = AnchorFacts(origin.anchor, entry.name, anchor_alias=alias, row_alias="r", protection="p", binds=binds)
        has_anchor = origin.anchor in _ANCHOR_TABLES

        def decided(action: str) -> str:
            # The whole decision, with nothing taken as known already. What cannot be said of a row is no.
            return f"coalesce({to_sql(self.gate.decide(who, action).residual, facts, binds)}, false)"

        def term(column: str, direction: str, action: str | None) -> str:
            if action is None:
                return f"r.{column} {direction}"
            return f"CASE WHEN {decided(action)} THEN r.{column} END {direction} NULLS LAST"

        values = dict(_values(entry))
        actions = tuple(sorted(_actions(entry) | _notes(entry)))
        columns = [f"({sql}) AS v{number}" for number, sql in enumerate(values.values())]
        columns += [f"{decided(action)} AS g{number}" for number, action in enumerate(actions)]
        columns += [f"({sql}) AS b{number}" for number, sql in enumerate(origin.beside)]
        columns += [f"{alias}.id AS anchor"] if has_anchor else []
        columns += [f"{_subject(entry, origin, alias)} AS subject", f"{_source(entry)} AS source"]
        protection = f" LEFT JOIN LATERAL {protection_from(origin.anchor, alias)} p ON true" if has_anchor else ""
        order = ", ".join(term(*parts) for parts in origin.order)
        sql = (
            f"SELECT r.id, {', '.join(columns)} FROM {entry.relation} r{origin.joins}{protection}"
            f" WHERE ({origin.condition}) AND {decided(entry.see)} ORDER BY {order}"
        )
        sql = _PARAMETER.sub(lambda match: binds.add(match.group(1), match.group(2)), sql)
        return _Statement(sql=sql, binds=binds, values=tuple(values), actions=actions)


class Reader:
    """Reads rows for one request."""

    def __init__(self, statements: Statements, source: Rows, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.catalogue = statements.catalogue
        self._statements = statements
        self._source = source
        self._who = statements.gate.class_of(inquiry)
        self._personal = _personal(inquiry)

    def existence(self, type_name: str) -> str:
        """The category that a row's existence goes on record under."""
        return existence(self._statements.gate, self._who, self.catalogue.types[type_name])

    def me(self) -> PlainRow | None:
        """The requester. No fact is asked for: what is open is open to everybody of a class."""
        entry = self.catalogue.types["Me"]
        open_ = {action for action in (entry.see, *_actions(entry)) if self._residual(action) == GRANTED}
        values = {field: self._personal[name] for field, name in _ME.items()}
        if entry.see not in open_:
            return None
        granted = frozenset(open_)
        return PlainRow(type_name="Me", id=None, subject=None, source=None, anchor=None, values=values, granted=granted)

    async def of_way(
        self,
        root: Root,
        given: Mapping[str, Any],
        beside: tuple[str, ...] = (),
        values: Mapping[str, Any] | None = None,
    ) -> list[PlainRow]:
        """The rows of a way in."""
        entry = self.catalogue.types[root.entry.type]
        found = dict(values or {})

        def place(match: re.Match[str]) -> str:
            kind, path = match.groups()
            found[path] = self._personal[path] if kind == "bind" else _argument(given, path)
            return f"{{given:{path}:{'uuid' if path in ('id', 'person') else 'text'}}}"

        condition = _ARGUMENT.sub(place, root.entry.where).replace("{row}", "r") or "true"
        origin = Origin(anchor=entry.declared.anchor, own=True, condition=condition, beside=beside)
        if root.entry.via is not None:
            anchor = root.entry.through
            joins = f" JOIN {_ANCHOR_TABLES[anchor]} a ON a.id = r.{root.entry.via}"
            origin = Origin(anchor=anchor, own=False, joins=joins, condition=condition, beside=beside)
        return await self._read(entry, origin, found)

    async def of_link(self, row: PlainRow, known: LinkField) -> list[PlainRow]:
        """The rows that a link leads to, in the declared order."""
        target, declared = self.catalogue.types[known.target], known.declared
        values: dict[str, Any] = {"parent": row.id} if row.id is not None else {}
        joins = self._parent(row)
        is_shared = row.anchor is not None and not declared.new_anchor and target.declared.anchor is not Anchor.NONE
        anchor = target.declared.anchor
        if row.anchor is not None and is_shared:
            anchor, values["anchor"] = row.anchor
            joins += f" JOIN {_ANCHOR_TABLES[anchor]} a ON a.id = {{given:anchor:uuid}}"
        origin = Origin(
            anchor=anchor,
            own=not is_shared,
            joins=joins,
            condition=declared.on.format(child="r", parent="parent"),
            order=tuple(_order(target, declared)),
        )
        return await self._read(target, origin, values)

    async def person(self, national_id: str) -> UUID | None:
        """The person with this number."""
        rows = await self._source.fetch("SELECT id FROM nav.person WHERE national_id = $1", national_id)
        return rows[0]["id"] if rows else None

    async def in_force(self, moment: object) -> frozenset[object]:
        """The consents that were in force at the moment."""
        sql = "SELECT consent_id FROM hub.consent_as_of($1) WHERE status IN ('GIVEN', 'RENEWED')"
        return frozenset(row["consent_id"] for row in await self._source.fetch(sql, moment))

    def _parent(self, row: PlainRow) -> str:
        """The row that a link starts from, joined as `parent`. The requester is not stored anywhere."""
        if row.type_name != "Me":
            return f" JOIN {self.catalogue.types[row.type_name].relation} parent ON parent.id = {{given:parent:uuid}}"
        keys = (
            f"{f'{{given:{name}:{type_}}}' if self._personal[name] else f'NULL::{type_}'} AS {column}"
            for column, (name, type_) in _ME_KEYS.items()
        )
        return f" CROSS JOIN (SELECT {', '.join(keys)}) parent"

    def _residual(self, action: str) -> object:
        return self._statements.gate.decide(self._who, action).residual

    async def _read(self, entry: TypeEntry, origin: Origin, values: Mapping[str, Any]) -> list[PlainRow]:
        if self._residual(entry.see) == DENIED:
            return []
        statement = self._statements.find(self._who, entry, origin)
        rows = await self._source.fetch(statement.sql, *statement.binds.values({**self._personal, **values}))
        return [self._row(entry, origin, statement, row) for row in rows]

    def _row(self, entry: TypeEntry, origin: Origin, statement: _Statement, row: Mapping[str, Any]) -> PlainRow:
        values = {name: row[f"v{number}"] for number, name in enumerate(statement.values)}
        return PlainRow(
            type_name=entry.name,
            id=row["id"],
            subject=row["subject"],
            source=row["source"],
            anchor=(origin.anchor, row["anchor"]) if origin.anchor in _ANCHOR_TABLES else None,
            values={name: self._told(entry.fields.get(name), value) for name, value in values.items()},
            granted=frozenset(action for number, action in enumerate(statement.actions) if row[f"g{number}"]),
            beside=tuple(row[f"b{number}"] for number in range(len(origin.beside))),
        )

    def _told(self, field: object, value: Any) -> Any:
        """The value without words for what the requester can never see."""
        if not isinstance(field, ColumnField) or value is None:
            return value
        hidden = {word for word, element in field.needs if not self._can_see(element)}
        if isinstance(value, list):
            return [word for word in value if word not in hidden]
        return None if value in hidden else value

    def _can_see(self, element: str) -> bool:
        type_name, _, name = element.partition(".")
        entry = self.catalogue.types[type_name]
        actions = {f"read:{element}"} if name else _actions(entry)
        return self._residual(entry.see) != DENIED and any(self._residual(action) != DENIED for action in actions)


def _values(entry: TypeEntry) -> Iterator[tuple[str, str]]:
    """Everything that the type's fields hold, as SQL over `r`."""
    for field in entry.fields.values():
        if isinstance(field, ColumnField):
            yield field.name, field.sql.format(row="r")
        elif isinstance(field, EmbeddedField):
            yield from ((f"{field.name}.{name}", member.sql.format(row="r")) for name, member in field.members.items())


def _actions(entry: TypeEntry) -> set[str]:
    return {field.action for field in entry.fields.values() if field.action is not None}


def _notes(entry: TypeEntry) -> set[str]:
    """The actions of knowing that something is withheld."""
    return {know(entry.name, field.category) for field in entry.fields.values() if field.action is not None}


def _subject(entry: TypeEntry, origin: Origin, alias: str) -> str:
    """Whom a row is about: the person that it names, or whom its case is about."""
    if entry.declared.subject:
        return f"r.{entry.declared.subject}"
    return f"{alias}.subject_id" if origin.anchor is Anchor.CASE else "NULL::uuid"


def _source(entry: TypeEntry) -> str:
    return f"r.{entry.declared.source_party}" if entry.declared.source_party else "NULL::text"


def _argument(given: Mapping[str, Any], path: str) -> Any:
    found: Any = given
    for name in path.split("."):
        found = found[name]
    return _identity(found) if path == "id" else found


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return _NOBODY


def _order(target: TypeEntry, declared: LinkDeclaration) -> Iterator[tuple[str, str, str | None]]:
    """The declared order of a link. In a list a column counts only where the field that shows it is granted."""
    for text in (declared.latest or declared.order or target.declared.order).split(","):
        column, _, direction = text.strip().removeprefix("{child}.").partition(" ")
        fields = (field for field in target.fields.values() if isinstance(field, ColumnField))
        shown_by = next((field.action for field in fields if field.columns == (column,)), None)
        yield column, direction, None if declared.latest or column == "id" else shown_by


def _personal(inquiry: Inquiry) -> dict[str, Any]:
    requester, purpose = inquiry.requester, inquiry.purpose
    return {
        "actor": requester.id,
        "glass": inquiry.glass,
        "municipality": requester.municipality,
        "party": requester.party,
        "person": requester.person,
        "purpose": purpose.code if purpose else None,
        "purpose_no": purpose.number if purpose else None,
        "role": requester.role,
        "unit": requester.unit,
    }


def written(value: Any) -> Any:
    """A value as it stands in JSON."""
    match value:
        case datetime():
            moment = value.astimezone(UTC)
            return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list():
            return [written(item) for item in value]
        case _:
            return value
