"""Grounds beside consent: a tenant's reservation against a landlord, a mandate to act for another."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from hub.demo.rows import Rows
from hub.demo.scene import Scene, at, fixed_id
from hub.store.tables import Mandate, MandateEvent, Reservation, ReservationEvent
from hub.store.tables.values import MANDATE_RIGHTS


def add_reservation(scene: Scene, landlord: str, given: date, withdrawn: date | None = None) -> None:
    """The subject does not want this landlord to notify the social services."""
    reservation = scene.new_id()
    scene.rows.add(
        Reservation,
        id=reservation,
        tenant_id=scene.subject_id,
        landlord_party=landlord,
        given_at=at(given),
        evidence_ref=f"doc-{scene.rng.randrange(10**6):06}",
        recorded_at=at(given),
    )
    for kind, day in (("GIVEN", given), ("WITHDRAWN", withdrawn)):
        if day is not None:
            scene.rows.add(
                ReservationEvent,
                id=scene.new_id(),
                reservation_id=reservation,
                kind=kind,
                effective_at=at(day),
                recorded_at=at(day),
                recorded_by="citizen",
            )


def add_mandate(
    rows: Rows, name: str, *, giver: UUID, holder: UUID, areas: list[str], first: date, **values: Any
) -> UUID:
    """A guardianship that is in force."""
    mandate = fixed_id(f"mandate {name}")
    rows.add(
        Mandate,
        id=mandate,
        giver_id=giver,
        holder_id=holder,
        areas=areas,
        valid_from=first,
        recorded_at=at(first),
        **{"kind": "VERGEMAL", "rights": list(MANDATE_RIGHTS), **values},
    )
    rows.add(
        MandateEvent,
        id=fixed_id(f"mandate event {name}"),
        mandate_id=mandate,
        kind="GRANTED",
        effective_at=at(first),
        recorded_at=at(first),
        recorded_by="Statsforvalteren",
    )
    return mandate
