"""Which columns of which tables a statement looks at, read from its text, and which ones an operation may look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, parse, visit

from hub.gate import DENIED, AnchorFacts, Binds, Gate, RequesterClass
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, LinkField, Root, TypeEntry
from schema.categories import Anchor

Column = tuple[str, str]

_TEXT = re.compile(r"'(?:[^']|'')*'")
_TABLE = re.compile(r'"(\w+)"\."(\w+)" (x\d+)\b')
_REFERENCE = re.compile(r"\b(x\d+)\.(\w+)\b")
_ALIAS = re.compile(r"\bx\d+\b(?!\.\w)")
_ANCHOR_TABLES = {Anchor.CASE: "hub.case", Anchor.PERSON: "nav.person"}


def columns_in(sql: str) -> set[Column]:
    """Every column of a table that the statement names, wherever it stands. The views of facts are no tables here."""
    bare = _TEXT.sub("''", sql)
    tables = {alias: f"{schema}.{table}" for schema, table, alias in _TABLE.findall(bare)}
    # The requester's own row is made of parameters.
    tables |= dict.fromkeys(re.findall(r" OFFSET 0\) (x\d+)", bare), "")
    named = [match.start() for match in _ALIAS.finditer(bare)]
    defined = {match.start(3) for match in _TABLE.finditer(bare)} | {
        m.start(1) for m in re.finditer(r" OFFSET 0\) (x\d+)", bare)
    }
    assert set(named) <= defined, "a whole row is taken"
    assert '"."' not in re.sub(_TABLE, "", bare), "a table without an alias"
    return {(tables[alias], column) for alias, column in _REFERENCE.findall(bare) if tables[alias]}


class Allowed:
    """What the plan of one class of requesters may look at, worked out from declarations and decisions alone."""

    def __init__(self, catalogue: Catalogue, gate: Gate, who: RequesterClass) -> None:
        self._catalogue = catalogue
        self._gate = gate
        self._who = who

    def columns(self, contract: GraphQLSchema, text: str) -> set[Column]:
        """Columns of fields that are asked for and not withheld from the class, of rows that are not, and of facts."""
        asked = _fields_asked(contract, text)
        types = {name for name, _ in asked if name in self._catalogue.types}
        roots = [
            self._catalogue.roots[field] for name, field in asked if name == "Query" and field in self._catalogue.roots
        ]
        types |= {root.entry.type for root in roots} | {
            target for name, field in asked for target in self._led_to(name, field)
        }
        found: set[Column] = set()
        for name in types:
            entry = self._catalogue.types[name]
            if self._is_open(entry.see):
                found |= set(self._of_row(entry)) if entry.declared.table else set()
                found |= {column for type_, field in asked if type_ == name for column in self._of_field(entry, field)}
        for root in roots:
            found |= set(self._of_way(root))
        return found

    def _led_to(self, name: str, field: str) -> Iterator[str]:
        entry = self._catalogue.types.get(name)
        known = entry.fields.get(field) if entry else None
        if isinstance(known, LinkField):
            yield known.target

    def _is_open(self, action: str | None) -> bool:
        return action is None or self._gate.decide(self._who, action).residual != DENIED

    def _of_row(self, entry: TypeEntry) -> Iterator[Column]:
        """What identifies a row and says whose it is, and the facts that stand in it or in its anchor."""
        declared = entry.declared
        yield from ((declared.table, column) for column in ("id", declared.subject, declared.source_party) if column)
        spec = self._gate.model.resources[entry.name]
        for anchor in spec.anchors:
            tables = {"row_": declared.table, "anchor_": _ANCHOR_TABLES.get(anchor, declared.table)}
            facts = AnchorFacts(
                anchor, entry.name, anchor_alias="anchor_", row_alias="row_", protection="p_", binds=Binds()
            )
            for name, fact in spec.facts.items():
                sql = facts.array(name) if fact.is_set else facts.scalar(name)
                yield from ((tables[alias], column) for alias, column in re.findall(r"\b(row_|anchor_)\.(\w+)", sql))
            if anchor in _ANCHOR_TABLES:
                yield from (
                    (_ANCHOR_TABLES[anchor], column)
                    for column in ("id", "subject_id")
                    if anchor is Anchor.CASE or column == "id"
                )

    def _of_field(self, entry: TypeEntry, name: str) -> Iterator[Column]:
        field = entry.fields.get(name)
        if field is None or not self._is_open(field.action):
            return
        yield from ((entry.declared.table, column) for column in _columns(field))
        if isinstance(field, LinkField) and self._is_open(f"see:{field.target}"):
            target = self._catalogue.types[field.target]
            yield from (
                (entry.declared.table, column) for column in re.findall(r"\{parent\}\.(\w+)", field.declared.on)
            )
            yield from (
                (target.declared.table, column) for column in re.findall(r"\{child\}\.(\w+)", field.declared.on)
            )
            yield from ((target.declared.table, column) for column in self._order(field, target))

    def _order(self, field: LinkField, target: TypeEntry) -> Iterator[str]:
        """What says which row is the latest, a declared fact; what a list is ordered by, unless it is withheld."""
        order = field.declared.latest or field.declared.order or target.declared.order
        shown_by = {f.columns: f.action for f in target.fields.values() if isinstance(f, ColumnField)}
        for column in (term.split()[0].removeprefix("{child}.") for term in order.split(", ")):
            if field.declared.latest or self._is_open(shown_by.get((column,))):
                yield column

    def _of_way(self, root: Root) -> Iterator[Column]:
        """The way's own condition, and what it can be filtered and ordered by as far as that is not withheld."""
        entry = self._catalogue.types[root.entry.type]
        if not self._is_open(entry.see) or not entry.declared.table:
            return
        table = entry.declared.table
        yield from ((table, column) for column in re.findall(r"\{row\}\.(\w+)", root.entry.where))
        if root.entry.via:
            yield (table, root.entry.via)
            is_case = root.entry.through is Anchor.CASE
            yield from (("hub.case", "id"), ("hub.case", "subject_id")) if is_case else (("nav.person", "id"),)
        for field in entry.fields.values():
            if isinstance(field, ColumnField) and root.is_page and self._is_open(field.action):
                yield from ((table, column) for column in field.columns)


def _columns(field: ColumnField | EmbeddedField | LinkField) -> tuple[str, ...]:
    match field:
        case ColumnField():
            return field.columns or tuple(re.findall(r"\{row\}\.(\w+)", field.sql))
        case EmbeddedField():
            return tuple(column for member in field.members.values() for column in member.columns)
        case LinkField():
            return ()


def _fields_asked(contract: GraphQLSchema, text: str) -> set[tuple[str, str]]:
    """Each field of the document with its type, whatever the directives say."""
    info = TypeInfo(contract)
    asked: set[tuple[str, str]] = set()

    class Asked(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent = info.get_parent_type()
            if parent is not None:
                asked.add((parent.name, node.name.value))

    visit(parse(text), TypeInfoVisitor(info, Asked()))
    return asked
