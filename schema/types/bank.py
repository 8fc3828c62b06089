"""The owner track: loans and defaults on them."""

from __future__ import annotations

import strawberry

from schema.categories import DataCategory, Source
from schema.declare import children, link, shared, shared_type
from schema.enums import DefaultStatus, LoanStatus, LoanType
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
    corrected_at: Moment | None = shared(C.LOAN, "When the lender corrected what it had reported, the last time.")
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
