"""What NAV's social services hold."""

from __future__ import annotations

import strawberry

from schema.categories import DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import AidLegalRef, AidPurpose, AidStatus
from schema.scalars import Moment, Ore
from schema.types.organisation import Record

C = DataCategory


@shared_type(
    source=Source.NAV,
    table="nav.financial_aid_application",
    category=C.FINANCIAL_AID,
    order="applied_at DESC, {child}.id",
)
class FinancialAidApplication(Record):
    """Application for financial aid (søknad om økonomisk stønad, sosialtjenesteloven §§ 18 and 19)."""

    id: strawberry.ID | None = shared(C.FINANCIAL_AID, "The hub's id of the application.")
    purpose: AidPurpose | None = shared(C.FINANCIAL_AID, "What the aid is for.")
    amount: Ore | None = shared(C.FINANCIAL_AID, "Amount applied for, in øre.")
    decision_ref: str | None = shared(C.FINANCIAL_AID, "Reference to the decision (vedtak).")
    status: AidStatus | None = shared(C.FINANCIAL_AID, "State of the application.")
    legal_ref: AidLegalRef | None = shared(C.FINANCIAL_AID, "Paragraph that it is decided under.")
    applied_at: Moment | None = shared(C.FINANCIAL_AID, "When it was applied for.")
    decided_at: Moment | None = shared(C.FINANCIAL_AID, "When it was decided.")
    reason: str | None = shared(C.FINANCIAL_AID, "Why, in the applicant's words.")
