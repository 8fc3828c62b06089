"""Defaults on loans, as banks and loan managers send them in. Each row is answered with a union too."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.refused import CommandRefused
from schema.context import Context
from schema.enums import CorrectionReason, LoanType, RowCode, SubmissionStatus, WithdrawalReason
from schema.scalars import LegalDay, Moment, Ore
from schema.wording import Wording


@strawberry.input(description="The debtor's name, as the lender has it.")
class DebtorNameInput:
    """Stored with the submission; never compared with the population register in an answer."""

    first: str = strawberry.field(description="Given name.")
    last: str = strawberry.field(description="Family name.")


@strawberry.input(description="The debtor's address, as the lender has it.")
class DebtorAddressInput:
    """Stored with the submission."""

    line: str = strawberry.field(description="Street and number.")
    postal_code: str = strawberry.field(description="Postal code, 4 digits.")
    place: str = strawberry.field(description="Postal place.")


@strawberry.input(description="One default on a loan (mislighold av lån).")
class MortgageDefaultRow:
    """Checked row by row, so identifiers are strings here: a bad one rejects its row and not the batch."""

    loan_type: LoanType = strawberry.field(
        description="Kind of loan. A startlån needs an agreement, a bank loan a consent."
    )
    loan_ref: str = strawberry.field(description="The lender's reference to the loan, 1 to 64 characters.")
    debtor_national_id: str = strawberry.field(description="The debtor's fødselsnummer or D-number, 11 digits.")
    debtor_name: DebtorNameInput | None = strawberry.field(default=None, description="The debtor's name.")
    debtor_address: DebtorAddressInput | None = strawberry.field(default=None, description="The debtor's address.")
    first_unpaid_due: LegalDay = strawberry.field(description="Due date of the first unpaid term; not in the future.")
    unpaid_terms: int = strawberry.field(description="Number of unpaid terms, 1 or more.")
    arrears: Ore = strawberry.field(description="Arrears, in øre; more than 0.")
    interest_accrued: Ore | None = strawberry.field(default=None, description="Interest accrued, in øre; 0 or more.")
    consent_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The customer's consent, for a bank loan. Without it, any consent in force for the row counts.",
    )


@strawberry.input(description="A batch of defaults on loans.")
class SubmitMortgageDefaultsInput:
    """The same key with the same content gives the same receipts again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this batch, 8 to 128 characters.")
    rows: list[MortgageDefaultRow] = strawberry.field(description="Rows, at most 500.")


@strawberry.type(description="The row was accepted and is stored.")
class RowAccepted:
    """It says nothing of whether the person has a case."""

    row_no: int = strawberry.field(description="Number of the row, from 1.")
    receipt: strawberry.ID = strawberry.field(description="Receipt; the id of the submitted row.")
    basis: str = strawberry.field(description="Code of the legal basis that it was accepted on.")
    is_late: bool = strawberry.field(description="Whether it came later than the agreement says.")
    earliest_petition: LegalDay | None = strawberry.field(
        default=None,
        description="After a landlord's notice, the first day on which to petition (husleieloven § 9-11).",
    )
    objection_deadline: LegalDay | None = strawberry.field(
        default=None,
        description="After a petition, the tenant's last day for objections (tvangsfullbyrdelsesloven § 13-6).",
    )


@strawberry.type(description="The row was rejected; nothing personal of it is stored.")
class RowRejected:
    """Row number and a hash are kept."""

    row_no: int = strawberry.field(description="Number of the row, from 1.")
    code: RowCode = strawberry.field(description="Why.")
    field: str = strawberry.field(description="The field at fault.")
    text: Wording = strawberry.field(description="What is wrong and what to do, in plain words.")


SubmitRowResult = Annotated[
    RowAccepted | RowRejected, strawberry.union("SubmitRowResult", description="What became of a row.")
]


@strawberry.type(description="A batch that was received and is stored.")
class Submitted:
    """Durable before it is acknowledged."""

    id: strawberry.ID = strawberry.field(description="Id of the submission.")
    received_at: Moment = strawberry.field(description="When it was received.")
    accepted_count: int = strawberry.field(description="Rows accepted.")
    rejected_count: int = strawberry.field(description="Rows rejected.")
    rows: list[SubmitRowResult] = strawberry.field(description="Results, in the order sent.")


SubmitResult = Annotated[
    Submitted | CommandRefused, strawberry.union("SubmitResult", description="What became of a batch.")
]


_KEY = "The client's own key for this command, 8 to 128 characters."
_RECEIPT = "The receipt of the row: the id of the submitted default."


@strawberry.input(description="Correct a default that was accepted. What is not stated stays as it is.")
class CorrectMortgageDefaultInput:
    """Whose default on which loan it is cannot be corrected: such a row is withdrawn, and another one sent."""

    idempotency_key: str = strawberry.field(description=_KEY)
    receipt_id: strawberry.ID = strawberry.field(description=_RECEIPT)
    reason: CorrectionReason = strawberry.field(description="Why.")
    debtor_name: DebtorNameInput | None = strawberry.field(default=None, description="The debtor's name.")
    debtor_address: DebtorAddressInput | None = strawberry.field(default=None, description="The debtor's address.")
    first_unpaid_due: LegalDay | None = strawberry.field(
        default=None, description="Due date of the first unpaid term; not in the future."
    )
    unpaid_terms: int | None = strawberry.field(default=None, description="Number of unpaid terms, 1 or more.")
    arrears: Ore | None = strawberry.field(default=None, description="Arrears, in øre; more than 0.")
    interest_accrued: Ore | None = strawberry.field(default=None, description="Interest accrued, in øre; 0 or more.")


@strawberry.input(description="Withdraw a default that was accepted. It cannot be corrected or withdrawn after that.")
class WithdrawMortgageDefaultInput:
    """The row stays on record as it was sent."""

    idempotency_key: str = strawberry.field(description=_KEY)
    receipt_id: strawberry.ID = strawberry.field(description=_RECEIPT)
    reason: WithdrawalReason = strawberry.field(description="Why.")


@strawberry.type(description="What a command did to a submitted default. It says nothing of what became of it.")
class MortgageDefaultChanged:
    """The same command sent again is answered with the same words."""

    receipt: strawberry.ID = strawberry.field(description=_RECEIPT)
    event_id: strawberry.ID = strawberry.field(description="The hub's id of the event.")
    status: SubmissionStatus = strawberry.field(description="Where the default stood after it.")
    recorded_at: Moment = strawberry.field(description="When it was written down.")


MortgageDefaultResult = Annotated[
    MortgageDefaultChanged | CommandRefused,
    strawberry.union("MortgageDefaultResult", description="What became of a correction or a withdrawal."),
]


@strawberry.type
class DefaultsMutation:
    """The part of `Mutation` that is about defaults."""

    @strawberry.mutation(description="Submit defaults on loans. For banks and loan managers.")
    async def submit_mortgage_defaults(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitMortgageDefaultsInput, strawberry.argument(description="The batch.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Correct a default that the requester's own party has submitted.")
    async def correct_mortgage_default(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[CorrectMortgageDefaultInput, strawberry.argument(description="What is right.")],
    ) -> MortgageDefaultResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Withdraw a default that the requester's own party has submitted.")
    async def withdraw_mortgage_default(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[WithdrawMortgageDefaultInput, strawberry.argument(description="What is withdrawn.")],
    ) -> MortgageDefaultResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)
