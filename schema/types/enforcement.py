"""What the enforcement officer (namsmannen) holds."""

from __future__ import annotations

import strawberry

from schema.categories import DataCategory, Source
from schema.declare import link, shared, shared_type
from schema.enums import DebtSettlementKind, DebtSettlementStatus, NoticeGrounds, NoticeStatus, PetitionStatus
from schema.scalars import LegalDay, Moment, Ore
from schema.types.organisation import Party, Record

C = DataCategory


@shared_type(
    source=Source.ENFORCEMENT,
    table="enforcement.eviction_notice",
    category=C.PETITION,
    order="sent_at DESC, {child}.id",
)
class EvictionNotice(Record):
    """Notice of eviction (varsel etter tvangsfullbyrdelsesloven § 4-18)."""

    id: strawberry.ID | None = shared(C.PETITION, "The hub's id of the notice.")
    sent_at: Moment | None = shared(C.PETITION, "When the notice was sent.")
    sender: Party | None = link(C.PETITION, "Who sent it.", column="sender_party")
    grounds: NoticeGrounds | None = shared(C.PETITION, "On which grounds.")
    amount: Ore | None = shared(C.PETITION, "Amount to pay, in øre.")
    pay_by: LegalDay | None = shared(C.PETITION, "Last day to pay.")
    document_ref: str | None = shared(C.PETITION, "Reference to the document.")
    status: NoticeStatus | None = shared(C.PETITION, "State of the notice.")


@shared_type(
    source=Source.ENFORCEMENT,
    table="enforcement.eviction_petition",
    category=C.PETITION,
    order="petition_received_at DESC, {child}.id",
)
class EvictionPetition(Record):
    """Petition for eviction (begjæring om fravikelse), as the officer's copy describes it (tvangsfullbyrdelsesloven §
    13-6).
    """

    id: strawberry.ID | None = shared(C.PETITION, "The hub's id of the petition.")
    enforcement_case_no: str | None = shared(C.PETITION, "The officer's case number (namsmannens saksnummer).")
    petition_received_at: Moment | None = shared(C.PETITION, "When the officer received the petition.")
    petitioner: Party | None = link(C.PETITION, "Who petitioned (saksøker).", column="petitioner_party")
    objection_deadline: LegalDay | None = shared(C.PETITION, "Last day for objections (innsigelsesfrist).")
    eviction_date: LegalDay | None = shared(C.PETITION, "Day set for the eviction, if any.")
    status: PetitionStatus | None = shared(C.PETITION, "State of the petition.")
    received_at: Moment | None = shared(C.PETITION, "When the hub received the copy.")
    basis: str | None = shared(C.PETITION, "Code of the legal basis of the copy.")


@shared_type(
    source=Source.ENFORCEMENT,
    table="enforcement.debt_settlement",
    category=C.DEBT_SETTLEMENT_OPENING,
    order="applied_at DESC, {child}.id",
)
class DebtSettlement(Record):
    """Debt settlement (gjeldsordning). The opening is public, the content is not (gjeldsordningsloven)."""

    id: strawberry.ID | None = shared(C.DEBT_SETTLEMENT_OPENING, "The hub's id of the settlement.")
    kind: DebtSettlementKind | None = shared(C.DEBT_SETTLEMENT_OPENING, "Voluntary or compulsory.")
    opened_at: Moment | None = shared(
        C.DEBT_SETTLEMENT_OPENING, "When negotiations were opened (åpning av gjeldsforhandling)."
    )
    registry_ref: str | None = shared(C.DEBT_SETTLEMENT_OPENING, "Reference in Løsøreregisteret.")
    status: DebtSettlementStatus | None = shared(C.DEBT_SETTLEMENT_OPENING, "How far it has come.")
    applied_at: Moment | None = shared(C.DEBT_SETTLEMENT, "When it was applied for.")
    negotiation_ends: LegalDay | None = shared(
        C.DEBT_SETTLEMENT, "Last day of negotiations: four months from the opening."
    )
    claims_deadline: LegalDay | None = shared(C.DEBT_SETTLEMENT, "Last day for creditors to file claims.")
    proposal_answer_deadline: LegalDay | None = shared(C.DEBT_SETTLEMENT, "Last day to answer the proposal.")
    settled_at: Moment | None = shared(C.DEBT_SETTLEMENT, "When it was settled.")
    period_years: int | None = shared(C.DEBT_SETTLEMENT, "Length of the settlement, in years; normally 5.")
    content_summary: str | None = shared(C.DEBT_SETTLEMENT, "What it says, in short.")
