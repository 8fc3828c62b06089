"""What a sender has itself handed in of rent and petitions, as it was sent.

Each is served from the sender's own copy and tells nothing of what the hub knows.
"""

from __future__ import annotations

from typing import Any

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import DemandKind, PetitionStatus, RowCode, SubmissionOutcome
from schema.scalars import Kommunenummer, LegalDay, Moment, Ore
from schema.types.organisation import Record

C = DataCategory


def _of_row(description: str) -> Any:
    """A value that the ledger has a column for."""
    return shared(C.OWN_SUBMISSION, description)


def _sent(description: str, name: str, sql_type: str = "text") -> Any:
    """A value of the row as it was sent."""
    expression = f"({{row}}.payload ->> '{name}')::{sql_type}"
    return shared(C.OWN_SUBMISSION, description, expression=expression, columns=("payload",))


def _masked() -> Any:
    return shared(
        C.OWN_SUBMISSION,
        "The first six digits of the tenant's national id, the rest starred.",
        expression="left({row}.subject_national_id, 6) || '*****'",
        columns=("subject_national_id",),
    )


@shared_type(
    source=Source.HUB,
    table="hub.submitted_report",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="received_at DESC, {child}.id",
)
class SubmittedRentDefault(Record):
    """Arrears of rent as this rent ledger submitted them."""

    id: strawberry.ID | None = _of_row("The receipt.")
    row_no: int | None = _of_row("Number of the row in its batch, from 1.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the dwelling.")
    tenant_national_id_masked: str | None = _masked()
    lease_ref: str | None = _sent("The ledger's reference to the lease.", "leaseRef")
    landlord_orgnr: str | None = _sent("Who lets, as stated.", "landlordOrgnr")
    dunning_level: int | None = _sent("How far the demand had come, 0 to 4.", "dunningLevel", "int")
    oldest_due_date: LegalDay | None = _sent("Due date of the oldest unpaid claim.", "oldestDueDate", "date")
    months_in_arrears: int | None = _sent("Number of months with unpaid rent.", "monthsInArrears", "int")
    arrears: Ore | None = _sent("Arrears, in øre.", "arrears", "bigint")
    fees: Ore | None = _sent("Fees, in øre.", "fees", "bigint")
    interest: Ore | None = _sent("Interest for late payment, in øre.", "interest", "bigint")


@shared_type(
    source=Source.HUB,
    table="hub.submitted_report",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="received_at DESC, {child}.id",
)
class SubmittedRentDemandCopy(Record):
    """A copy of a demand for rent as this sender submitted it."""

    id: strawberry.ID | None = _of_row("The receipt.")
    row_no: int | None = _of_row("Number of the row in its batch, from 1.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the dwelling.")
    tenant_national_id_masked: str | None = _masked()
    earliest_petition: LegalDay | None = _of_row("After a landlord's notice, the first day on which to petition.")
    lease_ref: str | None = _sent("The sender's reference to the lease.", "leaseRef")
    landlord_orgnr: str | None = _sent("Who lets, as stated.", "landlordOrgnr")
    demand_no: int | None = _sent("Number of the demand.", "demandNo", "int")
    kind: DemandKind | None = _sent("Second demand, or collection claim.", "kind")
    issued_at: Moment | None = _sent("When the demand was issued.", "issuedAt", "timestamptz")
    amount: Ore | None = _sent("Amount demanded, in øre.", "amount", "bigint")
    document_ref: str | None = _sent("The sender's reference to the document.", "documentRef")
    tenant_informed_at: Moment | None = _sent("When the tenant got a copy.", "tenantInformedAt", "timestamptz")


@shared_type(
    source=Source.HUB,
    table="hub.submitted_report",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="received_at DESC, {child}.id",
)
class SubmittedEvictionNotice(Record):
    """A copy of a notice of a petition for eviction as this officer's system submitted it."""

    id: strawberry.ID | None = _of_row("The receipt.")
    row_no: int | None = _of_row("Number of the row in its batch, from 1.")
    received_at: Moment | None = _of_row("When it was received.")
    outcome: SubmissionOutcome | None = _of_row("Accepted or rejected.")
    code: RowCode | None = _of_row("Why it was rejected.")
    basis: str | None = _of_row("Code of the legal basis that the row was accepted on.")
    municipality: Kommunenummer | None = _of_row("Municipality number of the home.")
    tenant_national_id_masked: str | None = _masked()
    objection_deadline: LegalDay | None = _of_row("The tenant's last day for objections.")
    enforcement_case_no: str | None = _sent("The officer's case number.", "enforcementCaseNo")
    petition_received_at: Moment | None = _sent(
        "When the officer received the petition.", "petitionReceivedAt", "timestamptz"
    )
    petitioner_orgnr: str | None = _sent("Who petitioned, as stated.", "petitionerOrgnr")
    presented_at: Moment | None = _sent("When the petition was put before the tenant.", "presentedAt", "timestamptz")
    status: PetitionStatus | None = _sent("How far the petition had come, as stated.", "status")
    eviction_date: LegalDay | None = _sent("Day set for the eviction.", "evictionDate", "date")
