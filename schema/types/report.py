"""What a sender has itself handed in of rent and petitions, as it was sent.

Each is served from the sender's own copy and tells nothing of what the hub knows.
"""

from __future__ import annotations

import strawberry

from schema.enums import DemandKind, PetitionStatus, RowCode, SubmissionOutcome
from schema.scalars import Kommunenummer, LegalDay, Moment, Ore
from schema.types.organisation import Record
from schema.types.own_copy import masked, of_row, own_copy, sent


@own_copy()
class SubmittedRentDefault(Record):
    """Arrears of rent as this rent ledger submitted them."""

    id: strawberry.ID | None = of_row("The receipt.")
    row_no: int | None = of_row("Number of the row in its batch, from 1.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = of_row("Municipality number of the dwelling.")
    tenant_national_id_masked: str | None = masked("the tenant's")
    lease_ref: str | None = sent("The ledger's reference to the lease.", "leaseRef")
    landlord_orgnr: str | None = sent("Who lets, as stated.", "landlordOrgnr")
    dunning_level: int | None = sent("How far the demand had come, 0 to 4.", "dunningLevel", "int")
    oldest_due_date: LegalDay | None = sent("Due date of the oldest unpaid claim.", "oldestDueDate", "date")
    months_in_arrears: int | None = sent("Number of months with unpaid rent.", "monthsInArrears", "int")
    arrears: Ore | None = sent("Arrears, in øre.", "arrears", "bigint")
    fees: Ore | None = sent("Fees, in øre.", "fees", "bigint")
    interest: Ore | None = sent("Interest for late payment, in øre.", "interest", "bigint")


@own_copy()
class SubmittedRentDemandCopy(Record):
    """A copy of a demand for rent as this sender submitted it."""

    id: strawberry.ID | None = of_row("The receipt.")
    row_no: int | None = of_row("Number of the row in its batch, from 1.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = of_row("Municipality number of the dwelling.")
    tenant_national_id_masked: str | None = masked("the tenant's")
    earliest_petition: LegalDay | None = of_row("After a landlord's notice, the first day on which to petition.")
    lease_ref: str | None = sent("The sender's reference to the lease.", "leaseRef")
    landlord_orgnr: str | None = sent("Who lets, as stated.", "landlordOrgnr")
    demand_no: int | None = sent("Number of the demand.", "demandNo", "int")
    kind: DemandKind | None = sent("Second demand, or collection claim.", "kind")
    issued_at: Moment | None = sent("When the demand was issued.", "issuedAt", "timestamptz")
    amount: Ore | None = sent("Amount demanded, in øre.", "amount", "bigint")
    document_ref: str | None = sent("The sender's reference to the document.", "documentRef")
    tenant_informed_at: Moment | None = sent("When the tenant got a copy.", "tenantInformedAt", "timestamptz")


@own_copy()
class SubmittedEvictionNotice(Record):
    """A copy of a notice of a petition for eviction as this officer's system submitted it."""

    id: strawberry.ID | None = of_row("The receipt.")
    row_no: int | None = of_row("Number of the row in its batch, from 1.")
    received_at: Moment | None = of_row("When it was received.")
    outcome: SubmissionOutcome | None = of_row("Accepted or rejected.")
    code: RowCode | None = of_row("Why it was rejected.")
    basis: str | None = of_row("Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = of_row("Municipality number of the home.")
    tenant_national_id_masked: str | None = masked("the tenant's")
    objection_deadline: LegalDay | None = of_row("The tenant's last day for objections.")
    enforcement_case_no: str | None = sent("The officer's case number.", "enforcementCaseNo")
    petition_received_at: Moment | None = sent(
        "When the officer received the petition.", "petitionReceivedAt", "timestamptz"
    )
    petitioner_orgnr: str | None = sent("Who petitioned, as stated.", "petitionerOrgnr")
    presented_at: Moment | None = sent("When the petition was put before the tenant.", "presentedAt", "timestamptz")
    status: PetitionStatus | None = sent("How far the petition had come, as stated.", "status")
    eviction_date: LegalDay | None = sent("Day set for the eviction.", "evictionDate", "date")
