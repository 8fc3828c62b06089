"""The owner track: loans and defaults on them, and what a lender has itself submitted."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, embedded_type, embedded_value, link, member, shared, shared_type
from schema.enums import DefaultStatus, LoanStatus, LoanType, RowCode, SubmissionOutcome
from schema.scalars import LegalDay, Moment, Ore
from schema.types.organisation import Party, Record

C = DataCategory


@shared_type(source=Source.BANK, table="bank.mortgage_default", category=C.LOAN, order="reported_at DESC, {child}.id")
class MortgageDefault(Record):
    """Default on a loan secured in the home (mislighold av lån)."""

    id: strawberry.ID | None = shared(C.LOAN, "The hub's id of the default.")
    loan_ref: str | None = shared(C.LOAN, "The lender's reference to the loan.")
    loan_type: LoanType | None = shared(C.LOAN, "Kind of loan.")
    first_unpaid_due: LegalDay | None = shared(C.LOAN, "Due date of the first unpaid term.")
    unpaid_terms: int | None = shared(C.LOAN, "Number of unpaid terms.")
    arrears: Ore | None = shared(C.LOAN, "Arrears (restanse), in øre.")
    interest_accrued: Ore | None = shared(C.LOAN, "Interest accrued, in øre.")
    second_reminder_at: Moment | None = shared(C.LOAN, "When the second reminder was sent.")
    notice_sent_at: Moment | None = shared(
        C.LOAN, "When notice of enforcement was sent (varsel om tvangsfullbyrdelse)."
    )
    forced_sale_petition_at: Moment | None = shared(
        C.LOAN, "When forced sale was petitioned (begjæring om tvangssalg)."
    )
    reported_at: Moment | None = shared(C.LOAN, "When the lender reported it.")
    basis: str | None = shared(C.LOAN, "Code of the legal basis of the report.")
    status: DefaultStatus | None = shared(C.LOAN, "State of the default.")


@shared_type(source=Source.BANK, table="bank.mortgage_loan", category=C.LOAN, order="loan_type, {child}.id")
class MortgageLoan(Record):
    """A loan secured in the home (banklån, startlån, grunnlån)."""

    id: strawberry.ID | None = shared(C.LOAN, "The hub's id of the loan.")
    loan_type: LoanType | None = shared(C.LOAN, "Kind of loan.")
    lender: Party | None = link(C.LOAN, "Who lent the money; for a startlån the municipality.", column="lender_party")
    servicer: Party | None = link(C.LOAN, "Who services the loan (låneforvalter).", column="servicer_party")
    loan_ref: str | None = shared(C.LOAN, "The lender's reference.")
    principal: Ore | None = shared(C.LOAN, "Original principal (hovedstol), in øre.")
    outstanding: Ore | None = shared(C.LOAN, "Outstanding balance (restgjeld), in øre.")
    collateral: str | None = shared(C.LOAN, "Security (pant).")
    term_amount: Ore | None = shared(C.LOAN, "Amount of a term (terminbeløp), in øre.")
    next_due: LegalDay | None = shared(C.LOAN, "Next due date.")
    status: LoanStatus | None = shared(C.LOAN, "State of the loan.")
    defaults: list[MortgageDefault] | None = children(
        C.LOAN,
        "Defaults on the loan, the latest first.",
        by="loan_id",
        order="reported_at DESC, {child}.id",
        extra_columns=("reported_at",),
    )


@embedded_type
class DebtorName:
    """The debtor's name as the submitter wrote it."""

    first: str | None = member("Given name.", column="debtor_first_name")
    last: str | None = member("Family name.", column="debtor_last_name")


@embedded_type
class DebtorAddress:
    """The debtor's address as the submitter wrote it."""

    line: str | None = member("Street and number.", column="debtor_address_line")
    postal_code: str | None = member("Postal code.", column="debtor_postal_code")
    place: str | None = member("Postal place.", column="debtor_postal_place")


@shared_type(
    source=Source.HUB,
    table="hub.submitted_default",
    category=C.OWN_SUBMISSION,
    anchor=Anchor.SUBMISSION,
    source_party="submitter_party",
    order="received_at DESC, {child}.id",
)
class SubmittedDefault(Record):
    """A default as this party submitted it. It is served from the party's own copy and tells nothing of what the hub
    knows.
    """

    id: strawberry.ID | None = shared(C.OWN_SUBMISSION, "The receipt.")
    row_no: int | None = shared(C.OWN_SUBMISSION, "Number of the row in its batch, from 1.")
    received_at: Moment | None = shared(C.OWN_SUBMISSION, "When it was received.")
    outcome: SubmissionOutcome | None = shared(C.OWN_SUBMISSION, "Accepted or rejected.")
    code: RowCode | None = shared(C.OWN_SUBMISSION, "Why it was rejected.")
    loan_type: LoanType | None = shared(C.OWN_SUBMISSION, "Kind of loan.")
    loan_ref: str | None = shared(C.OWN_SUBMISSION, "The submitter's reference to the loan.")
    debtor_name: DebtorName | None = embedded_value(C.OWN_SUBMISSION, "The debtor's name as submitted.")
    debtor_address: DebtorAddress | None = embedded_value(C.OWN_SUBMISSION, "The debtor's address as submitted.")
    debtor_national_id_masked: str | None = shared(
        C.OWN_SUBMISSION,
        "The first six digits of the debtor's national id, the rest starred.",
        expression="left({row}.debtor_national_id, 6) || '*****'",
        columns=("debtor_national_id",),
    )
    first_unpaid_due: LegalDay | None = shared(C.OWN_SUBMISSION, "Due date of the first unpaid term.")
    unpaid_terms: int | None = shared(C.OWN_SUBMISSION, "Number of unpaid terms.")
    arrears: Ore | None = shared(C.OWN_SUBMISSION, "Arrears, in øre.")
    interest_accrued: Ore | None = shared(C.OWN_SUBMISSION, "Interest accrued, in øre.")
    basis: str | None = shared(C.OWN_SUBMISSION, "Code of the legal basis that the row was accepted on.")
    is_late: bool | None = shared(C.OWN_SUBMISSION, "Whether it came later than the agreement says.")
