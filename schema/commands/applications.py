"""What a citizen asks for: a deferral of payment, and financial aid. A guardian or proxy may ask for the person."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.defaults import SubmitResult
from schema.context import Context
from schema.enums import AidPurpose, CaseTrack
from schema.scalars import LegalDay, Ore


@strawberry.input(description="A request for deferral of payment (forespørsel om betalingsutsettelse).")
class DeferralRequestRow:
    """It goes to NAV, who answers it together with whoever is owed."""

    on_behalf_of: str | None = strawberry.field(
        default=None, description="Whom a guardian or proxy asks for: fødselsnummer or D-number; oneself, if absent."
    )
    municipality: str = strawberry.field(description="Where the home is (kommunenummer), 4 digits.")
    track: CaseTrack = strawberry.field(description="Whether the home is rented or owned.")
    claim_refs: list[str] = strawberry.field(
        default_factory=list, description="What is to be deferred: KID or reference, 1 to 64 characters, at most 20."
    )
    requested_until: LegalDay = strawberry.field(
        description="The day on which the person can pay; from tomorrow, within a year."
    )
    reason: str | None = strawberry.field(default=None, description="Why, 1 to 2000 characters.")


@strawberry.input(description="A request for deferral, with its key.")
class RequestDeferralInput:
    """The same key with the same content gives the same receipt again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this request, 8 to 128 characters.")
    request: DeferralRequestRow = strawberry.field(description="The request.")


@strawberry.input(description="An application for financial aid (søknad om økonomisk stønad).")
class FinancialAidApplicationRow:
    """Which paragraph it is decided under, the office finds out."""

    on_behalf_of: str | None = strawberry.field(
        default=None, description="Whom a guardian or proxy applies for: fødselsnummer or D-number; oneself, if absent."
    )
    municipality: str = strawberry.field(description="Where the person lives (kommunenummer), 4 digits.")
    track: CaseTrack | None = strawberry.field(default=None, description="Whether the home is rented or owned.")
    purpose: AidPurpose = strawberry.field(description="What the aid is for.")
    amount: Ore = strawberry.field(description="Amount applied for, in øre; more than 0.")
    reason: str | None = strawberry.field(default=None, description="Why, 1 to 2000 characters.")


@strawberry.input(description="An application for financial aid, with its key.")
class SubmitFinancialAidApplicationInput:
    """The same key with the same content gives the same receipt again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(
        description="The client's own key for this application, 8 to 128 characters."
    )
    application: FinancialAidApplicationRow = strawberry.field(description="The application.")


@strawberry.type
class ApplicationMutation:
    """The part of `Mutation` that is about what citizens ask for."""

    @strawberry.mutation(description="Ask for deferral of payment. For tenants and owners, and who acts for them.")
    async def request_deferral(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RequestDeferralInput, strawberry.argument(description="The request.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(
        description="Apply for financial aid (sosialtjenesteloven §§ 18 and 19). For citizens, and who acts for them."
    )
    async def submit_financial_aid_application(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitFinancialAidApplicationInput, strawberry.argument(description="The application.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)
