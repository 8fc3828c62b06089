"""What a person has laid down for others to keep to: mandates to act, and reservations against a landlord's notice."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import link, shared, shared_type
from schema.enums import MandateArea, MandateKind, MandateRight, MandateStatus, ReservationStatus
from schema.scalars import LegalDay, Moment
from schema.types.organisation import Party, Record
from schema.types.person import Person

C = DataCategory


@shared_type(
    source=Source.HUB,
    table="hub.mandate_standing",
    category=C.CONSENT,
    anchor=Anchor.PERSON,
    subject="giver_id",
    order="recorded_at DESC, {child}.id",
)
class Mandate(Record):
    """A power to act for another: guardianship (vergemål), power of attorney (fullmakt), or one made for later."""

    id: strawberry.ID | None = shared(C.CONSENT, "The hub's id of the mandate.")
    kind: MandateKind | None = shared(C.CONSENT, "Kind of mandate. Guardianships come from the register alone.")
    giver: Person | None = link(C.PERSON_NAME, "Who is acted for (fullmaktsgiver).", column="giver_id")
    holder_national_id_masked: str | None = shared(
        C.CONSENT,
        "Who acts (fullmektig, verge), by the first six digits. Whether the hub knows that person, it says not.",
    )
    areas: list[MandateArea] | None = shared(C.CONSENT, "What it is about (område).")
    rights: list[MandateRight] | None = shared(C.CONSENT, "What the holder may do.")
    valid_from: LegalDay | None = shared(C.CONSENT, "The first day on which it counts.")
    valid_to: LegalDay | None = shared(C.CONSENT, "The last day; none: until it is ended.")
    status: MandateStatus | None = shared(C.CONSENT, "Where it stands, from its history and the calendar.")
    ended_at: Moment | None = shared(C.CONSENT, "When giver or holder ended it.")
    recorded_at: Moment | None = shared(C.CONSENT, "When it was recorded.")


@shared_type(
    source=Source.HUB,
    table="hub.reservation_standing",
    category=C.CONSENT,
    anchor=Anchor.PERSON,
    subject="tenant_id",
    order="given_at DESC, {child}.id",
)
class Reservation(Record):
    """A tenant's reservation against a landlord's notice to the social services (reservasjon, husleieloven § 9-11)."""

    id: strawberry.ID | None = shared(C.CONSENT, "The hub's id of the reservation.")
    landlord: Party | None = link(C.CONSENT, "The landlord whom it binds.", column="landlord_party")
    tenancy_id: strawberry.ID | None = shared(
        C.CONSENT, "The lease that it is about; none: whatever the landlord lets."
    )
    given_at: Moment | None = shared(C.CONSENT, "When the tenant gave it, in writing.")
    evidence_ref: str | None = shared(C.CONSENT, "Reference to the letter, where there is one.")
    status: ReservationStatus | None = shared(C.CONSENT, "Where it stands, from its history.")
    withdrawn_at: Moment | None = shared(C.CONSENT, "When it was withdrawn.")
    recorded_at: Moment | None = shared(C.CONSENT, "When it was recorded.")
