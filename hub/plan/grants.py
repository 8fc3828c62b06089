"""The second line: which columns each read role may select, worked out from the contracts of the kinds that read with
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hub.gate import Binds, Gate
from hub.gate.anchors import AnchorFacts
from hub.identity.model import Kind
from hub.plan.catalogue import Catalogue, ColumnField, EmbeddedField, Field, LinkField, Root, TypeEntry, telling_of
from hub.store.roles import Role
from schema.categories import Anchor

READS_AS: Mapping[Kind, Role] = {
    **dict.fromkeys(Kind, Role.PUBLIC),
    **dict.fromkeys((Kind.BANK, Kind.CITIZEN, Kind.LANDLORD, Kind.LOAN_MANAGER), Role.EXTERNAL),
    # Systems of public bodies that hand in, and are shown nothing but that.
    **dict.fromkeys((Kind.ENFORCEMENT_SYSTEM, Kind.RENT_LEDGER), Role.EXTERNAL),
    **dict.fromkeys((Kind.LEADER, Kind.PRIVACY), Role.AUDIT),
}
"""The database role that a kind of party reads with."""

_ANCHOR_TABLES = {Anchor.CASE: "hub.case", Anchor.PERSON: "nav.person"}
_REFERENCE = re.compile(r"\b(row_|anchor_)\.(\w+)")
_CHILD = re.compile(r"\{child\}\.(\w+)")
_PARENT = re.compile(r"\{parent\}\.(\w+)")
_CONDITION = re.compile(r"\{row\}\.(\w+)")
_THING = re.compile(r"\{thing\}\.(\w+)")


def read_grants(
    catalogue: Catalogue, gate: Gate, reach: Mapping[Kind, frozenset[str]]
) -> dict[Role, dict[str, list[str]]]:
    """Columns by table by role: those of fields in a contract, of links that lead there, and of facts that are read
    from the row.
    """
    found: dict[Role, dict[str, set[str]]] = {role: {} for role in set(READS_AS.values())}
    for kind, kept in reach.items():
        for table, column in _of_kind(catalogue, gate, kept):
            found[READS_AS[kind]].setdefault(table, set()).add(column)
    return {role: {table: sorted(columns) for table, columns in tables.items()} for role, tables in found.items()}


def _of_kind(catalogue: Catalogue, gate: Gate, kept: frozenset[str]) -> Iterator[tuple[str, str]]:
    for entry in catalogue.types.values():
        fields = [field for name, field in entry.fields.items() if f"{entry.name}.{name}" in kept]
        if fields and entry.declared.table:
            yield from _of_type(catalogue, gate, entry, fields)
    for name, root in {**_named("Query", catalogue.roots), **_named("Subscription", catalogue.tellings)}.items():
        if name in kept:
            entry = catalogue.types[root.entry.type]
            named = (
                *root.entry.columns,
                *_CONDITION.findall(root.entry.where),
                *filter(None, [root.entry.via]),
            )
            yield from ((entry.declared.table, column) for column in named if entry.declared.table)
    for root in catalogue.tellings.values():
        if f"Subscription.{root.name}" in kept:
            yield from _of_topics(catalogue, root, kept)


def _named(type_name: str, roots: Mapping[str, Root]) -> dict[str, Root]:
    return {f"{type_name}.{name}": root for name, root in roots.items()}


def _of_topics(catalogue: Catalogue, root: Root, kept: frozenset[str]) -> Iterator[tuple[str, str]]:
    """By what an event finds what it is about, and is told of it."""
    entry = catalogue.types[root.entry.type]
    for about in telling_of(root).about:
        if about.field in kept:
            target = catalogue.types[about.type].declared.table
            yield entry.declared.table, "topic"
            yield from ((entry.declared.table, column) for column in _CONDITION.findall(about.on))
            yield from ((target, column) for column in _THING.findall(about.on))


def _of_type(catalogue: Catalogue, gate: Gate, entry: TypeEntry, fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    table, declared = entry.declared.table, entry.declared
    structural = ("id", declared.subject, declared.source_party)
    yield from ((table, column) for column in structural if column)
    yield from ((table, column) for column in _of_list(entry, declared.order))
    for field in fields:
        match field:
            case ColumnField():
                yield from ((table, column) for column in field.columns)
            case EmbeddedField():
                yield from ((table, column) for member in field.members.values() for column in member.columns)
            case LinkField():
                target = catalogue.types[field.target]
                led_by = (*_CHILD.findall(field.declared.on), *_of_order(field.declared.latest or ""))
                listed_by = _of_list(target, field.declared.order or "")
                yield from ((table, column) for column in _PARENT.findall(field.declared.on))
                yield from ((target.declared.table, column) for column in (*led_by, *listed_by))
    yield from _of_facts(gate, entry)


def _of_order(order: str) -> Iterator[str]:
    for term in filter(None, (term.strip() for term in order.split(","))):
        yield term.split()[0].rpartition(".")[2]


def _of_list(entry: TypeEntry, order: str) -> Iterator[str]:
    """What a list is ordered by beside its fields. Those order it only where they may be seen, and have their grant."""
    yield from (column for column in _of_order(order) if entry.field_of(column) is None)


def _of_facts(gate: Gate, entry: TypeEntry) -> Iterator[tuple[str, str]]:
    """Facts that stand in the row or in its anchor's row. The others are read through the views in `facts`."""
    spec = gate.model.resources[entry.name]
    for anchor in spec.anchors:
        facts = AnchorFacts(
            anchor, entry.name, anchor_alias="anchor_", row_alias="row_", protection="p_", binds=Binds()
        )
        tables = {"row_": entry.declared.table, "anchor_": _ANCHOR_TABLES.get(anchor, entry.declared.table)}
        for name, fact in spec.facts.items():
            sql = facts.array(name) if fact.is_set else facts.scalar(name)
            yield from ((tables[alias], column) for alias, column in _REFERENCE.findall(sql))
