"""Dwellings, leases and rent, paid and unpaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from hub.demo.numbers import account, kid
from hub.demo.offices import HOUSING_COMPANY, TESTBY
from hub.demo.scene import TODAY, Scene, at
from hub.store.tables import (
    Dwelling,
    EvictionNotice,
    LeaseBreach,
    RentClaim,
    RentDefault,
    RentDemandCopy,
    Tenancy,
)

_MONTHS_SHOWN: Final = 6
_REMINDER_AFTER: Final = 14
_SECOND_DEMAND_AFTER: Final = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lease as the rest of the story needs it."""

    id: UUID
    landlord: str
    source: str
    rent_ore: int
    is_municipal: bool


def add_dwelling(scene: Scene, *, line: str | None, owner: str | None, source: str, **values: Any) -> UUID:
    """A dwelling. Without a line it has no address at all: whose case is strictly protected, or nobody knows it."""
    dwelling_id = scene.new_id()
    address = {"address_line": line, "postal_code": scene.place.postal_code, "postal_place": scene.place.place}
    scene.rows.add(
        Dwelling,
        id=dwelling_id,
        municipality=scene.place.number,
        owner_party=owner,
        source_party=source,
        **(address if line is not None else {}),
        **{"dwelling_type": "APARTMENT", **values},
    )
    return dwelling_id


def municipal_owner(scene: Scene) -> str:
    """Testby owns its flats through a company, Syntevik by itself."""
    return HOUSING_COMPANY if scene.place is TESTBY else scene.place.housing


def add_lease(
    scene: Scene, dwelling: UUID, *, landlord: str, is_municipal: bool, rent_ore: int, start: date, **values: Any
) -> Lease:
    """A lease, known to the hub from the rent collector if it is municipal, else from the landlord."""
    source = scene.place.rent_collector if is_municipal else landlord
    lease_id = scene.add(
        Tenancy,
        source,
        dwelling_id=dwelling,
        landlord_party=landlord,
        monthly_rent_ore=rent_ore,
        start_date=start,
        reserved_for_disadvantaged=is_municipal,
        kid_pattern="CCCCCCCCPPPPK",
        **{
            "rent_account_no": account(scene.rng),
            "term_type": "FIXED" if is_municipal else "INDEFINITE",
            "end_date": start.replace(year=start.year + 5, day=1) if is_municipal else None,
            "due_day": 1,
            "contract_written": True,
            "eviction_clause": True,
            "signed_by_tenant": True,
            "deposit_ore": None if is_municipal else 3 * rent_ore,
            "guarantee": "MUNICIPAL_GUARANTEE" if is_municipal else None,
            "status": "ACTIVE",
            **values,
        },
    )
    return Lease(id=lease_id, landlord=landlord, source=source, rent_ore=rent_ore, is_municipal=is_municipal)


def add_claims(scene: Scene, lease: Lease, unpaid: tuple[date, ...], *, until: date, partly_ore: int = 0) -> None:
    """The claims of the last months; those of the unpaid months stand open, the latest perhaps partly paid."""
    customer = scene.rng.randrange(10**8)
    for back in range(_MONTHS_SHOWN):
        due = _first_of_month(until, back)
        is_unpaid = due in unpaid
        paid = (partly_ore if due == max(unpaid) else 0) if is_unpaid else lease.rent_ore
        status = "PAID" if paid == lease.rent_ore else "PARTLY_PAID" if paid else "OPEN"
        scene.add(
            RentClaim,
            lease.source,
            tenancy_id=lease.id,
            period=due,
            due_date=due,
            amount_ore=lease.rent_ore,
            paid_ore=paid,
            kid=kid(customer, due.month),
            status=status,
            dunning_level=_dunning_level(due, until) if is_unpaid else 0,
        )


def add_default(scene: Scene, lease: Lease, unpaid: tuple[date, ...], reported: date, **values: Any) -> int:
    """Arrears, reported. Returns their sum."""
    arrears = lease.rent_ore * len(unpaid)
    scene.add(
        RentDefault,
        lease.source,
        tenancy_id=lease.id,
        months_in_arrears=len(unpaid),
        oldest_due_date=min(unpaid),
        reported_by=lease.source,
        reported_at=at(reported, 9),
        **{
            "arrears_ore": arrears,
            "fees_ore": 3_500 * len(unpaid),
            "interest_ore": arrears // 100,
            "basis": "MUNI_ROUTINE" if lease.is_municipal else "HL_9_11",
            "discovery_source": "RENT_LEDGER" if lease.is_municipal else "LANDLORD",
            "status": "OPEN",
            **values,
        },
    )
    return arrears


def add_demand_copy(scene: Scene, lease: Lease, amount_ore: int, issued: date, **values: Any) -> None:
    """NAV gets a copy of the second demand, and the tenant is told of it."""
    scene.add(
        RentDemandCopy,
        lease.source,
        tenancy_id=lease.id,
        issued_at=at(issued, 12),
        amount_ore=amount_ore,
        document_ref=f"doc-{scene.rng.randrange(10**6):06}",
        routine_ref="rutine-v3" if lease.is_municipal else None,
        delivered_to=scene.place.nav,
        tenant_informed_at=at(issued, 12),
        **{"demand_no": 2, "kind": "SECOND_DEMAND", **values},
    )


def add_notice(scene: Scene, lease: Lease, amount_ore: int, sent: date, **values: Any) -> None:
    """The notice that comes before a petition."""
    scene.add(
        EvictionNotice,
        lease.source,
        sent_at=at(sent, 11),
        sender_party=lease.source,
        amount_ore=amount_ore,
        pay_by=sent + timedelta(days=14),
        document_ref=f"doc-{scene.rng.randrange(10**6):06}",
        **{"grounds": "UNPAID_RENT", "status": "SENT", **values},
    )


def add_breach(scene: Scene, lease: Lease, kind: str, occurred: date, **values: Any) -> None:
    """Another breach of the lease than rent. Its text may say more than it should: that is what makes it sensitive."""
    scene.add(
        LeaseBreach,
        scene.place.housing if lease.is_municipal else lease.source,
        tenancy_id=lease.id,
        kind=kind,
        occurred_at=at(occurred, 23),
        verified_with_tenant_at=at(min(occurred + timedelta(days=4), TODAY)),
        **{"measures": [], "status": "VERIFIED_WITH_TENANT", **values},
    )


def months_unpaid(count: int, latest: date) -> tuple[date, ...]:
    """The due days of the last so many months."""
    return tuple(_first_of_month(latest, back) for back in range(count))


def _first_of_month(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _dunning_level(due: date, until: date) -> int:
    late = (until - due).days
    return 0 if late < _REMINDER_AFTER else 1 if late < _SECOND_DEMAND_AFTER else 2
