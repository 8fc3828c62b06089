"""What is looked up of leases before a row is judged: whose they are, what the routine says, who has reserved.

Neither routines nor who lets for a municipality is about persons. Reservations are asked for all rows at once, in one
statement, whoever they are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.identity.model import Inquiry, Kind
from hub.routing.routines import Office, offices
from hub.store.driver import Held, driver_of


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


async def look_up(session: Held, inquiry: Inquiry, leases: Mapping[int, Lease]) -> Known:
    """By row number. What is asked of the database, and how often, does not depend on what it holds."""
    who = inquiry.requester
    is_municipal = who.kind is Kind.RENT_LEDGER
    day = inquiry.legal_day
    served = await offices(session, {(lease.municipality, day) for lease in leases.values()})
    driver = await driver_of(session)
    landlords = await driver.fetch(_LANDLORDS, who.municipality)
    by_orgnr = {row["orgnr"]: row["ids"] for row in landlords}
    reserved = await driver.fetch(
        _RESERVED,
        list(leases),
        [lease.tenant for lease in leases.values()],
        [",".join(by_orgnr.get(lease.landlord_orgnr, ())) if is_municipal else who.party for lease in leases.values()],
    )
    return Known(
        own=who.municipality,
        offices={municipality: office for (municipality, _), office in served.items()},
        landlords=frozenset(by_orgnr),
        reserved=frozenset(row["row_no"] for row in reserved),
        is_municipal=is_municipal,
        orgnr=who.orgnr,
    )


# Those who let for a municipality: itself, its housing office, its housing company. Organisations are public.
_LANDLORDS = """
    SELECT orgnr, array_agg(id ORDER BY id) AS ids FROM hub.party
    WHERE municipality = $1 AND orgnr IS NOT NULL AND kind IN ('HOUSING', 'MUNICIPALITY')
    GROUP BY orgnr
"""
# INVARIANT: any reservation against the landlord counts, also one for one lease alone: in doubt, it is this one.
_RESERVED = """
    SELECT line.row_no
    FROM unnest($1::integer[], $2::text[], $3::text[])
        AS line (row_no, tenant, landlords)
    WHERE EXISTS (
        SELECT FROM facts.person_key AS person
        JOIN facts.reservation AS reservation ON reservation.tenant_id = person.person_id
        WHERE person.national_id = line.tenant
            AND reservation.landlord_party = ANY (string_to_array(line.landlords, ','))
    )
"""
