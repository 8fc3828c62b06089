"""What persons have filled in, as the case holds it."""

from __future__ import annotations

import strawberry

from schema.categories import DataCategory, Source
from schema.declare import link, shared, shared_type
from schema.enums import BreachKind, ReporterRelation
from schema.scalars import LegalDay, Moment, Ore
from schema.types.organisation import Party, Record

C = DataCategory


@shared_type(
    source=Source.HUB, table="hub.landlord_notice", category=C.LANDLORD_NOTICE, order="sent_at DESC, {child}.id"
)
class LandlordNotice(Record):
    """A landlord's notice to the social services (varsel til sosialtjenesten, husleieloven § 9-11). What stands here is
    also the tenant's copy.
    """

    id: strawberry.ID | None = shared(C.LANDLORD_NOTICE, "The hub's id of the notice.")
    landlord: Party | None = link(C.LANDLORD_NOTICE, "Who sent it (utleier).", column="landlord_party")
    arrears: Ore | None = shared(C.LANDLORD_NOTICE, "Unpaid rent (restanse), in øre.")
    oldest_unpaid_due: LegalDay | None = shared(C.LANDLORD_NOTICE, "Due date of the oldest unpaid rent.")
    breach: BreachKind | None = shared(C.LANDLORD_NOTICE, "Another breach of the lease than unpaid rent.")
    grounds_summary: str | None = shared(C.LANDLORD_NOTICE, "What the notice says, in the landlord's words.")
    sent_at: Moment | None = shared(C.LANDLORD_NOTICE, "When it was sent.")
    copy_to_tenant_at: Moment | None = shared(C.LANDLORD_NOTICE, "When the landlord sent the tenant a copy.")
    sent_by_agent: bool | None = shared(C.LANDLORD_NOTICE, "Whether somebody sent it on the landlord's behalf.")
    earliest_petition: LegalDay | None = shared(
        C.LANDLORD_NOTICE, "The first day on which a petition for eviction should be sent."
    )


@shared_type(
    source=Source.HUB, table="hub.deferral_request", category=C.FINANCIAL_AID, order="requested_at DESC, {child}.id"
)
class DeferralRequest(Record):
    """A request for deferral of payment (forespørsel om betalingsutsettelse)."""

    id: strawberry.ID | None = shared(C.FINANCIAL_AID, "The hub's id of the request.")
    claim_refs: list[str] | None = shared(C.FINANCIAL_AID, "What is to be deferred, by KID or reference.")
    requested_until: LegalDay | None = shared(C.FINANCIAL_AID, "The day on which the person can pay.")
    reason: str | None = shared(C.FINANCIAL_AID, "Why, in the person's words.")
    requested_at: Moment | None = shared(C.FINANCIAL_AID, "When it was asked for.")


@shared_type(source=Source.HUB, table="hub.concern_report", category=C.CONCERN, order="reported_at DESC, {child}.id")
class ConcernReport(Record):
    """A report of concern (bekymringsmelding). Who sent it stands on its signal, for who handles that."""

    id: strawberry.ID | None = shared(C.CONCERN, "The hub's id of the report.")
    reporter_relation: ReporterRelation | None = shared(C.CONCERN, "Who is worried, in general.")
    text: str | None = shared(C.CONCERN, "What the worry is. It may contain health data (GDPR art. 9).")
    child_concern: bool | None = shared(
        C.CONCERN, "Whether it is also about a child: then the duty to notify child welfare is to be considered."
    )
    danger: bool | None = shared(C.CONCERN, "Whether life or health is said to be in danger.")
    reported_at: Moment | None = shared(C.CONCERN, "When it was reported.")
