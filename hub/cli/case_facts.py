"""What the policies' conditions come to on the rows of one case of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from hub.gate import AnchorFacts, Binds, protection_from, to_sql
from hub.gate.residual import Atom
from hub.plan.catalogue import Catalogue, LinkField, relation
from schema.categories import Anchor

CASE = "Case"
_OF_A_CASE = (Anchor.CASE, Anchor.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A row of a type, and which conditions hold on it and on the rows that lead to it, by type."""

    truths: Mapping[str, Mapping[Atom, bool]]


class NotOfACaseError(LookupError):
    """Rows of the type belong to no case."""


def way_to(catalogue: Catalogue, resource: str) -> tuple[str, ...]:
    """The types of rows that must be seen on the way from a case to rows of this type; none where there is a way in."""
    is_way_in = any(root.entry.type == resource for root in catalogue.roots.values())
    links = [] if is_way_in else _links(catalogue).get(resource, [])
    return tuple([CASE, *(link.target for link in links)][: len(links)])


async def measured(
    dsn: str,
    catalogue: Catalogue,
    resource: str,
    case: UUID,
    asked: Mapping[str, Sequence[Atom]],
    own: Mapping[str, object],
) -> list[Measured]:
    """The rows of the type in the case. `asked` are conditions by type of row, `own` what is the requester's own."""
    if resource not in _links(catalogue) or catalogue.types[resource].declared.anchor not in _OF_A_CASE:
        raise NotOfACaseError(resource)
    links, binds = _links(catalogue)[resource], Binds()
    columns: dict[str, tuple[str, Atom]] = {}
    sql: list[str] = []
    for number, type_ in enumerate((CASE, *(link.target for link in links))):
        facts = AnchorFacts(Anchor.CASE, type_, anchor_alias="r0", row_alias=f"r{number}", protection="p", binds=binds)
        for atom in asked.get(type_, ()):
            columns[f"a{len(columns)}"] = type_, atom
            sql.append(f"coalesce({to_sql(atom, facts, binds)}, false) AS a{len(columns) - 1}")
    statement = (
        f"SELECT {', '.join([*sql, f'r{len(links)}.id'])} FROM {relation('hub.case')} r0"  # noqa: S608 - names only
        f"{''.join(_joins(catalogue, links))}"
        f" LEFT JOIN LATERAL {protection_from(Anchor.CASE, 'r0')} p ON true"
        f" WHERE r0.id = {binds.add('case', 'uuid')} ORDER BY r{len(links)}.id"
    )
    return [
        _measured(columns, record) for record in await _fetched(dsn, statement, binds.values({**own, "case": case}))
    ]


async def _fetched(dsn: str, statement: str, arguments: Sequence[object]) -> Sequence[Mapping[str, bool]]:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()


def _measured(columns: Mapping[str, tuple[str, Atom]], record: Mapping[str, bool]) -> Measured:
    truths: dict[str, dict[Atom, bool]] = {}
    for name, (type_, atom) in columns.items():
        truths.setdefault(type_, {})[atom] = record[name]
    return Measured(truths=truths)


def _links(catalogue: Catalogue) -> Mapping[str, list[LinkField]]:
    """The shortest way from a case to each type, over links whose rows the case's facts decide on."""
    ways: dict[str, list[LinkField]] = {CASE: []}
    fresh = [CASE]
    while fresh:
        name = fresh.pop(0)
        for field in catalogue.types[name].fields.values():
            if isinstance(field, LinkField) and not field.declared.new_anchor and field.target not in ways:
                ways[field.target] = [*ways[name], field]
                fresh.append(field.target)
    return ways


def _joins(catalogue: Catalogue, links: Sequence[LinkField]) -> Iterator[str]:
    for number, link in enumerate(links):
        on = link.declared.on.format(child=f"r{number + 1}", parent=f"r{number}")
        yield f" JOIN {catalogue.types[link.target].relation} r{number + 1} ON {on}"
