"""A selection becomes one SQL statement: page, facts, decisions, columns and marks, each behind its fence.

Text is joined with `||`, lists with string_agg over rows in a stated order; every part that may be NULL is coalesced.
A row that the
requester may not see is never joined; a field that the requester may not see is in no select list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hub.gate import DENIED, GRANTED
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, LinkField, TypeEntry
from hub.plan.record import NodeRecord
from hub.plan.rows import AnchorScope, Asker, Row
from hub.plan.selection import Selected
from hub.plan.shapes import json_text
from hub.plan.totals import Totals
from schema.categories import Anchor
from schema.declare import LinkDeclaration

_OWN_ANCHORS = frozenset({Anchor.CASE, Anchor.PERSON})
_RELATED = frozenset({"HouseholdMember", "Person"})


@dataclass(slots=True, kw_only=True)
class Pieces:
    """SQL for one kind of row: its JSON text, what must be joined for it, and the texts of its record."""

    body: str
    joins: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    def columns(self) -> str:
        """The select list that a lateral hands to its parent."""
        texts = ((self.tokens, ",", "t"), (self.groups, ";", "s"), (self.marks, "", "w"))
        record = ", ".join(f"{joined(parts, separator)} AS {name}" for parts, separator, name in texts)
        return f"{self.body} AS b, {record}"

    def take(self, alias: str, inner: Pieces) -> None:
        """Pass on what a joined lateral brings."""
        self.tokens += [f"{alias}.t"] if inner.tokens else []
        self.groups += [f"{alias}.s"] if inner.groups else []
        self.marks += [f"{alias}.w"] if inner.marks else []


def joined(parts: Iterable[str], separator: str) -> str:
    """Texts put together, NULLs left out, NULL if there are none."""
    given = list(parts)
    if not given:
        return "NULL::text"
    return given[0] if len(given) == 1 else f"nullif(concat_ws('{separator}', {', '.join(given)}), '')"


def quoted_key(key: str) -> str:
    """A response key; GraphQL names need no escaping."""
    return f'"{key}":'


def ordered(child: Row, declared: LinkDeclaration) -> str:
    """The order of a link's rows. In a list each term counts only where its value may be seen.

    Which row is the latest is a declared fact of the link: an officer who sees how the plan stands, and not its
    version, is shown the current plan all the same.
    """
    terms = [term.strip().removeprefix("{child}.").partition(" ") for term in _order_of(child, declared).split(",")]
    if declared.latest:
        return ", ".join(f"{child.alias}.{column} {direction}".rstrip() for column, _, direction in terms)
    found = (child.ordered_by(column, direction) for column, _, direction in terms)
    return ", ".join(term for term in found if term is not None)


def _order_of(child: Row, declared: LinkDeclaration) -> str:
    return declared.latest or declared.order or child.entry.declared.order


class Text:
    """Builds a JSON text expression out of literals and SQL."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._literal = ""

    def literal(self, text: str) -> None:
        self._literal += text

    def sql(self, expression: str) -> None:
        self._flush()
        self._parts.append(expression)

    def done(self) -> str:
        self._flush()
        return "||".join(self._parts) or "''"

    def _flush(self) -> None:
        if self._literal:
            self._parts.append("'" + self._literal.replace("'", "''") + "'")
            self._literal = ""


class Compiler:
    """Compiles the rows of one statement. Aliases are numbered through it; records of nodes are gathered in `nodes`."""

    def __init__(self, catalogue: Catalogue, totals: Totals, asker: Asker) -> None:
        self._catalogue = catalogue
        self._totals = totals
        self.asker = asker
        self.nodes: list[NodeRecord] = []
        self._number = 0

    def alias(self, letter: str) -> str:
        self._number += 1
        return f"{letter}{self._number}"

    def type_entry(self, name: str) -> TypeEntry:
        return self._catalogue.types[name]

    def row(self, entry: TypeEntry, kind: str, path: tuple[str, ...], scope: AnchorScope | None = None) -> Row:
        """A row of its own: under the given anchor, or being one."""
        alias = self.alias("x")
        own = scope or AnchorScope(anchor=entry.declared.anchor, alias=alias, protection=self.alias("p"))
        own.first = own.first or alias
        node = NodeRecord(number=len(self.nodes), type_name=entry.name, kind=kind, path=path)
        self.nodes.append(node)
        return Row(
            entry=entry,
            alias=alias,
            scope=own,
            asker=self.asker,
            decisions_alias=self.alias("g"),
            node=node,
            totals=self._totals[entry.name, own.anchor],
            truths=own.truths if scope else frozenset(),
        )

    def pieces(self, row: Row, selected: Iterable[Selected], *, subject: str | None) -> Pieces:
        """The row's object. `subject` is the SQL of whom it is about where that is not its parent's subject."""
        inner = Pieces(body="")
        row.exists_on_record()
        text = Text()
        text.literal("{")
        for number, part in enumerate(selected):
            text.literal(("," if number else "") + quoted_key(part.key))
            self._field(row, part, text, inner)
        text.literal("}")
        return self._finished(row, inner, text.done(), subject)

    def _finished(self, row: Row, inner: Pieces, body: str, subject: str | None) -> Pieces:
        """Own record and marks around those of what is below, and the lateral of decisions before what uses it."""
        tokens, groups, marks = list(inner.tokens), list(inner.groups), list(inner.marks)
        source = row.entry.declared.source_party
        if source is not None:
            tokens.insert(0, row.node.token(f"{row.alias}.{source}"))
        if subject is not None and tokens:
            groups.insert(0, f"coalesce({subject}::text,'')||'='||{joined(tokens, ',')}")
            tokens = []
        own = row.node.mark()
        if own is not None:
            marks.insert(0, own)
        row.node.settled = row.known_atoms()
        once = [row.scope.once.lateral()] if row.is_first else []
        return Pieces(body=body, joins=[*once, row.lateral(), *inner.joins], tokens=tokens, groups=groups, marks=marks)

    def _field(self, row: Row, part: Selected, text: Text, inner: Pieces) -> None:
        if part.name == "__typename":
            text.literal(f'"{row.entry.name}"')
            return
        known = row.entry.fields[part.name]
        match known:
            case ColumnField():
                self._column(row, known, part.key, text)
            case EmbeddedField():
                self._embedded(row, known, part, text)
            case LinkField():
                self._link(row, known, part, text, inner)

    def _column(self, row: Row, known: ColumnField, key: str, text: Text) -> None:
        granted = row.granted(known.action, known.category, key)
        if granted is False:
            text.literal("null")
            return
        value = json_text(row.told(known), known.shape, nullable=known.nullable or bool(known.needs))
        text.sql(value if granted is True else f"CASE WHEN {granted} THEN {value} ELSE 'null' END")

    def _embedded(self, row: Row, known: EmbeddedField, part: Selected, text: Text) -> None:
        """An object in the row. With every member absent it is null, so that an unknown address looks like a hidden
        one.
        """
        granted = row.granted(known.action, known.category, part.key)
        if granted is False:
            text.literal("null")
            return
        inside = Text()
        inside.literal("{")
        for number, below in enumerate(part.below):
            inside.literal(("," if number else "") + quoted_key(below.key))
            if below.name == "__typename":
                inside.literal(f'"{known.type_name}"')
            else:
                member = known.members[below.name]
                inside.sql(json_text(member.sql.format(row=row.alias), member.shape, nullable=member.nullable))
        inside.literal("}")
        conditions = [] if granted is True else [granted]
        if all(member.nullable for member in known.members.values()):
            values = ", ".join(member.sql.format(row=row.alias) for member in known.members.values())
            conditions.append(f"coalesce({values}) IS NOT NULL")
        value = inside.done()
        text.sql(f"CASE WHEN {' AND '.join(conditions)} THEN {value} ELSE 'null' END" if conditions else value)

    def _link(self, parent: Row, known: LinkField, part: Selected, text: Text, inner: Pieces) -> None:
        granted = parent.granted(known.action, known.category, part.key) if known.action else True
        child = self._child(parent, known, part)
        if granted is False or child.see() == DENIED:
            text.literal("[]" if known.many else "null")
            return
        child_subject, kind_own = self._subject(parent, child, known)
        child.node.kind = "RELATED" if kind_own else parent.node.kind
        where = self._where(parent, child, known) + ("" if granted is True else f" AND {granted}")
        order = ordered(child, known.declared)
        pieces = self.pieces(child, part.below, subject=child_subject)
        origin = f"{self.source_of(child)}{''.join(pieces.joins)} WHERE {where}"
        lateral = self.alias("l")
        sql = self._many(pieces, child, origin, order) if known.many else self._one(pieces, child, origin, order, known)
        inner.joins.append(f" LEFT JOIN LATERAL ({sql}) {lateral} ON true")
        inner.take(lateral, pieces)
        text.sql(f"'['||coalesce({lateral}.b,'')||']'" if known.many else f"coalesce({lateral}.b,'null')")

    def _child(self, parent: Row, known: LinkField, part: Selected) -> Row:
        entry = self._catalogue.types[known.target]
        path = (*parent.node.path, part.key, *(("*",) if known.many else ()))
        is_own = known.declared.new_anchor or parent.scope.anchor not in _OWN_ANCHORS
        if is_own or entry.declared.anchor is Anchor.NONE:
            return self.row(entry, parent.node.kind, path)
        shared = AnchorScope(
            anchor=parent.scope.anchor,
            alias=parent.scope.alias,
            protection=parent.scope.protection,
            first=parent.scope.first,
            truths=parent.shared_truths(),
        )
        child = self.row(entry, parent.node.kind, path, shared)
        # The child's row asks the parent's protection columns, so their use must show where they are joined.
        child.scope = parent.scope
        return child

    def _subject(self, parent: Row, child: Row, known: LinkField) -> tuple[str | None, bool]:
        """Whom the child is about, where that is not the parent's subject, and whether it is a relation."""
        subject = child.entry.declared.subject
        if subject is None or parent.scope.anchor is Anchor.NONE:
            return (f"{child.alias}.{subject}" if subject else None), False
        if child.scope is not parent.scope:
            return f"{child.alias}.{subject}", False
        is_same = parent.entry.declared.subject in known.declared.parent_columns or child.entry.name not in _RELATED
        return (None, False) if is_same else (f"{child.alias}.{subject}", True)

    def _where(self, parent: Row, child: Row, known: LinkField) -> str:
        on = known.declared.on.format(child=child.alias, parent=parent.alias)
        residual = child.see()
        child.saw(residual)
        return on if residual == GRANTED else f"{on} AND {child.predicate_below(residual)}"

    def source_of(self, row: Row) -> str:
        """The row's table, with the protection of its anchor where the row is one and its facts are asked for."""
        protection = row.protection_join() if row.scope.alias == row.alias else ""
        return f"{row.entry.relation} {row.alias}{protection}"

    def _many(self, pieces: Pieces, child: Row, origin: str, order: str) -> str:
        if not pieces.marks:
            columns = [f"string_agg({pieces.body}, ',' ORDER BY {order}) AS b"]
            columns += [f"string_agg({joined(pieces.tokens, ',')}, ',') AS t"] if pieces.tokens else []
            columns += [f"string_agg({joined(pieces.groups, ';')}, ';') AS s"] if pieces.groups else []
            return f"SELECT {', '.join(columns)} FROM {origin}"
        rows = f"SELECT {pieces.columns()}, row_number() OVER (ORDER BY {order}) - 1 AS n FROM {origin}"
        marks = f"string_agg('{child.node.number}:'||q.n||'('||q.w||')', '') AS w"
        texts = "string_agg(q.b, ',' ORDER BY q.n) AS b, string_agg(q.t, ',') AS t, string_agg(q.s, ';') AS s"
        return f"SELECT {texts}, {marks} FROM ({rows}) q"

    def _one(self, pieces: Pieces, child: Row, origin: str, order: str, known: LinkField) -> str:
        if pieces.marks:
            pieces.marks = [f"'{child.node.number}('||{joined(pieces.marks, '')}||')'"]
        limit = f" ORDER BY {order} LIMIT 1" if known.declared.latest else ""
        return f"SELECT {pieces.columns()} FROM {origin}{limit}"


def table_of(entries: Mapping[str, TypeEntry], name: str) -> str:
    """The table behind a type."""
    return entries[name].declared.table
