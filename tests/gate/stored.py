"""Facts as the database has them, row by row, for trials over stored rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.gate import AnchorFacts, Binds, Gate, protection_from
from hub.gate.facts import FactSpec
from hub.identity.model import Inquiry, Requester
from hub.plan.plain_rows import Origin
from schema.categories import Anchor
from tests.gate import real
from tests.gate.drawing import Row, Trial

ANCHORED = frozenset({Anchor.CASE, Anchor.PERSON})
PLACES = tuple(
    (anchor, name)
    for name, spec in sorted(real.model().resources.items())
    for anchor in sorted(spec.anchors)
    if anchor is not Anchor.NONE and name in real.catalogue().types and real.catalogue().types[name].relation
)
"""Every type that is stored, under each thing that it can hang on."""
_TO_CASE = {
    "Consent": ' JOIN hub."case" a ON a.subject_id = r.subject_id',
    "ConsentEvent": ' JOIN hub."case" a ON a.subject_id = r.subject_id',
    "ConsentReceipt": ' JOIN hub."case" a ON a.subject_id = r.subject_id',
    "Dwelling": ' JOIN hub."case" a ON a.dwelling_id = r.id',
    "Mandate": ' JOIN hub."case" a ON a.subject_id = r.giver_id',
    "Person": ' JOIN hub.case_person m ON m.person_id = r.id JOIN hub."case" a ON a.id = m.case_id',
    "Reservation": ' JOIN hub."case" a ON a.subject_id = r.tenant_id',
}
_TO_PERSON = {
    "Consent": " JOIN nav.person a ON a.id = r.subject_id",
    "ConsentEvent": " JOIN nav.person a ON a.id = r.subject_id",
    "ConsentReceipt": " JOIN nav.person a ON a.id = r.subject_id",
    "Mandate": " JOIN nav.person a ON a.id = r.giver_id",
    "Reservation": " JOIN nav.person a ON a.id = r.tenant_id",
}
_ATTRIBUTES = ("municipality", "party", "person", "unit")


def origin_of(anchor: Anchor, resource: str) -> Origin:
    """Where all rows of the type come from, each with the case or person whose facts decide on it."""
    if anchor is Anchor.CASE and resource != "Case":
        return Origin(anchor=anchor, own=False, joins=_TO_CASE.get(resource, ' JOIN hub."case" a ON a.id = r.case_id'))
    if anchor is Anchor.PERSON and resource in _TO_PERSON:
        return Origin(anchor=anchor, own=False, joins=_TO_PERSON[resource])
    return Origin(anchor=anchor, own=True)


@dataclass(frozen=True)
class Stored:
    """A row by its id and that of its anchor, with its facts."""

    key: tuple[Any, Any]
    facts: Row


class Facts:
    """How the facts of a type are read for one requester."""

    def __init__(self, anchor: Anchor, resource: str) -> None:
        self.binds = Binds()
        self.origin = origin_of(anchor, resource)
        self.alias = "r" if self.origin.own else "a"
        self.sql = AnchorFacts(
            anchor, resource, anchor_alias=self.alias, row_alias="r", protection="p", binds=self.binds
        )
        joined = f" LEFT JOIN LATERAL {protection_from(anchor, self.alias)} p ON true" if anchor in ANCHORED else ""
        self.source = f"{real.catalogue().types[resource].relation} r{self.origin.joins}{joined}"
        self.key = f"r.id, {self.alias}.id AS anchor" if anchor in ANCHORED else "r.id, NULL AS anchor"


def binds_of(inquiry: Inquiry) -> dict[str, str]:
    """What the requester has, and the purpose."""
    held = {name: getattr(inquiry.requester, name) for name in _ATTRIBUTES if _is_had(inquiry.requester, name)}
    held |= {"glass": str(inquiry.glass)} if inquiry.glass else {}
    return held | ({"purpose": inquiry.purpose.code} if inquiry.purpose else {})


def _is_had(requester: Requester, name: str) -> bool:
    return bool(getattr(requester, name))


async def rows_of(
    connection: asyncpg.Connection, gate: Gate, inquiry: Inquiry, anchor: Anchor, resource: str
) -> list[Stored]:
    """All rows of the type with their facts: sets as arrays, the rest one by one."""
    facts, held = Facts(anchor, resource), binds_of(inquiry)
    specs = list(gate.model.resources[resource].facts.values())
    columns = ", ".join(f'{_column(facts, spec, held)} AS "{spec.name}"' for spec in specs)
    found = await connection.fetch(f"SELECT {facts.key}, {columns} FROM {facts.source}", *facts.binds.values(held))
    return [Stored((row["id"], row["anchor"]), {spec.name: _plain(row[spec.name]) for spec in specs}) for row in found]


def _column(facts: Facts, spec: FactSpec, held: Iterable[str]) -> str:
    if not spec.is_set:
        return facts.sql.scalar(spec.name)
    return facts.sql.array(spec.name) if spec.needs <= set(held) else "ARRAY[]::text[]"


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [str(member) for member in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def trial_of(gate: Gate, inquiry: Inquiry, resource: str, actions: Iterable[str], rows: Iterable[Stored]) -> Trial:
    """Stored rows as the oracle takes them."""
    return Trial(
        who=gate.class_of(inquiry),
        resource=resource,
        actions=tuple(actions),
        rows=tuple(row.facts for row in rows),
        binds=binds_of(inquiry),
    )
