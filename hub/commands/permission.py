"""Whether a command is permitted on a person or a case: the gate's whole decision, asked in the command's transaction.

What a command is about to do is no row of the schema yet. It is put beside the person or the case as one row of values,
which the facts of its scope are read from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub.gate import (
    DENIED,
    AnchorFacts,
    Binds,
    Decision,
    Evidence,
    Gate,
    found_or_somebody,
    protection_from,
    to_sql,
    to_sql_whole,
)
from hub.identity.model import Inquiry
from schema.categories import Anchor

Value = str | UUID | Sequence[str] | None
Row = Mapping[str, Value]
"""What a command says, by column. What an optional fact is read from may be None: a person who is not known."""

_NOBODY = UUID(int=0)
_PERMIT = "permit"
_TABLES: Mapping[Anchor, str] = {Anchor.CASE: 'hub."case"', Anchor.PERSON: "nav.person"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """On which policy and basis the command is permitted, and the document that this rests on, if any."""

    policy: str
    basis: str
    evidence: UUID | None = None
    kind: Evidence | None = None


class Permission:
    """Asks one set of policies about commands."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def ask(
        self, session: AsyncSession, inquiry: Inquiry, command: str, about: UUID | None, row: Row
    ) -> Permit | None:
        """The permit, if there is one. Who or what is not there is asked about like any other: nobody can tell."""
        action = f"do:{command}"
        decision = self._gate.decide(self._gate.class_of(inquiry), action)
        if decision.residual == DENIED:
            return None
        resource = self._gate.model.actions[action].resource
        (anchor,) = self._gate.model.resources[resource].anchors
        sql, binds = _statement(anchor, resource, decision, row)
        values = {**personal(inquiry), **{f"row.{name}": value for name, value in row.items()}}
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        found: Any = await driver.fetchrow(sql, *binds.values({**values, "subject": about or _NOBODY}))
        if found is None or found[_PERMIT] is None:
            return None
        grant = decision.permits[found[_PERMIT]]
        evidence = found[f"e{found[_PERMIT]}"]
        return Permit(
            policy=grant.policy, basis=grant.basis, evidence=UUID(evidence) if evidence else None, kind=grant.evidence
        )


def personal(inquiry: Inquiry) -> dict[str, object]:
    """What a policy may compare with, of the one who asks."""
    who = inquiry.requester
    return {
        "glass": inquiry.glass,
        "municipality": who.municipality,
        "party": who.party,
        "person": who.person,
        "purpose": inquiry.purpose.code if inquiry.purpose else None,
        "unit": who.unit,
    }


def _statement(anchor: Anchor, resource: str, decision: Decision, row: Row) -> tuple[str, Binds]:
    """The first permit that holds, in the order of legal preference, where the decision as a whole does."""
    binds = Binds()
    facts = AnchorFacts(anchor, resource, anchor_alias="a", row_alias="r", protection="g", binds=binds)
    permits = " ".join(
        f"WHEN {to_sql(grant.residual, facts, binds)} THEN {number}" for number, grant in enumerate(decision.permits)
    )
    evidence = "".join(
        f", {facts.evidence(*grant.evidence_atoms)} AS e{number}"
        if grant.evidence_atoms
        else f", NULL::text AS e{number}"
        for number, grant in enumerate(decision.permits)
    )
    columns = ", ".join(f"{_written(binds, name, value)} AS {name}" for name, value in row.items())
    beside = f" CROSS JOIN (SELECT {columns}) r" if columns else ""
    subject = binds.add("subject", "uuid")
    candidate = found_or_somebody(anchor, f"SELECT s.id FROM {_TABLES[anchor]} s WHERE s.id = {subject}")
    sql = (
        f"SELECT CASE {permits} END AS {_PERMIT}{evidence} FROM {_TABLES[anchor]} a"
        f" LEFT JOIN LATERAL {protection_from(anchor, 'a')} g ON true{beside}"
        f" WHERE a.id = {candidate} AND {to_sql_whole(decision.residual, facts, binds, beside=f'a.id = {subject}')}"
    )
    return sql, binds


def _written(binds: Binds, name: str, value: Value) -> str:
    if value is None:
        return "NULL::uuid"
    sql_type = "text" if isinstance(value, str) else "uuid" if isinstance(value, UUID) else "text[]"
    return binds.add(f"row.{name}", sql_type)
