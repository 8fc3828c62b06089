"""What is looked up of leases before a row is judged: whose they are, what the routine says, who has reserved.

Neither routines nor who lets for a municipality is about persons. Reservations are asked for all rows at once, in one
statement, whoever they are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.identity.model import Inquiry, Kind
from hub.routing.routines import Office, offices


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lease as a row names it."""

    tenant: str = field(repr=False)
    landlord_orgnr: str | None
    municipality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was found: offices by municipality, landlords that are the sender's own, reserved rows by number."""

    own: str | None
    offices: Mapping[str, Office]
    landlords: frozenset[str]
    reserved: frozenset[int]
    is_municipal: bool
    orgnr: str | None

    def is_own(self, lease: Lease) -> bool:
        """A landlord speaks for itself alone; a rent ledger for those who let in its own municipality's name."""
        if self.is_municipal:
            return lease.landlord_orgnr in self.landlords
        return lease.landlord_orgnr in (None, self.orgnr)

    def copies(self, lease: Lease, level: int) -> bool:
        """Whether the sender's own municipality copies demands of this level to NAV."""
        office = self.offices.get(lease.municipality)
        return lease.municipality == self.own and office is not None and office.copies(level)


async def look_up(session: AsyncSession, inquiry: Inquiry, leases: Mapping[int, Lease]) -> Known:
    """By row number. What is asked of the database, and how often, does not depend on what it holds."""
    who = inquiry.requester
    is_municipal = who.kind is Kind.RENT_LEDGER
    day = inquiry.legal_day
    served = await offices(session, {(lease.municipality, day) for lease in leases.values()})
    connection = await session.connection()
    landlords = await connection.execute(_LANDLORDS, {"municipality": who.municipality})
    by_orgnr = {row.orgnr: row.ids for row in landlords}
    reserved = await connection.execute(
        _RESERVED,
        {
            "row_nos": list(leases),
            "tenants": [lease.tenant for lease in leases.values()],
            "landlords": [
                ",".join(by_orgnr.get(lease.landlord_orgnr, ())) if is_municipal else who.party
                for lease in leases.values()
            ],
        },
    )
    return Known(
        own=who.municipality,
        offices={municipality: office for (municipality, _), office in served.items()},
        landlords=frozenset(by_orgnr),
        reserved=frozenset(reserved.scalars()),
        is_municipal=is_municipal,
        orgnr=who.orgnr,
    )


# Those who let for a municipality: itself, its housing office, its housing company. Organisations are public.
_LANDLORDS = sa.text("""
    SELECT orgnr, array_agg(id ORDER BY id) AS ids FROM hub.party
    WHERE municipality = :municipality AND orgnr IS NOT NULL AND kind IN ('HOUSING', 'MUNICIPALITY')
    GROUP BY orgnr
""")
# INVARIANT: any reservation against the landlord counts, also one for one lease alone: in doubt, it is this one.
_RESERVED = sa.text("""
    SELECT line.row_no
    FROM unnest(CAST(:row_nos AS integer[]), CAST(:tenants AS text[]), CAST(:landlords AS text[]))
        AS line (row_no, tenant, landlords)
    WHERE EXISTS (
        SELECT FROM facts.person_key AS person
        JOIN facts.reservation AS reservation ON reservation.tenant_id = person.person_id
        WHERE person.national_id = line.tenant
            AND reservation.landlord_party = ANY (string_to_array(line.landlords, ','))
    )
""")
