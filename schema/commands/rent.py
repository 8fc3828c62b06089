"""Rent that is owed: arrears out of a rent ledger, and copies of written demands. Each row is answered with a union."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.defaults import SubmitResult
from schema.context import Context
from schema.enums import DemandKind
from schema.scalars import LegalDay, Moment, Ore


@strawberry.input(description="Rent that is owed under one lease (mislighold av husleie), as the ledger stands.")
class RentDefaultRow:
    """Checked row by row, so identifiers are strings here: a bad one rejects its row and not the batch.

    Neither name nor address of the tenant is asked for: the number is enough to find the case, and what is not sent
    cannot tell where anybody is.
    """

    lease_ref: str = strawberry.field(description="The ledger's reference to the lease, 1 to 64 characters.")
    landlord_orgnr: str = strawberry.field(
        description="Who lets (utleier): organisation number of the municipality or of its housing company, 9 digits."
    )
    tenant_national_id: str = strawberry.field(description="The tenant's fødselsnummer or D-number, 11 digits.")
    municipality: str | None = strawberry.field(
        default=None,
        description="Municipality number (kommunenummer) of the dwelling, 4 digits; the ledger's own, if absent.",
    )
    dunning_level: int = strawberry.field(
        description="How far the demand has come: 0 invoice, 1 reminder (purring), 2 second demand (inkassovarsel), "
        "3 betalingsoppfordring, 4 legal. The municipality's routine says from which level NAV is told."
    )
    oldest_due_date: LegalDay = strawberry.field(
        description="Due date of the oldest unpaid claim (forfallsdato); not in the future."
    )
    months_in_arrears: int = strawberry.field(description="Number of months with unpaid rent, 1 to 600.")
    arrears: Ore = strawberry.field(description="Arrears (restanse), in øre; more than 0.")
    fees: Ore | None = strawberry.field(default=None, description="Fees (gebyrer), in øre; 0 or more.")
    interest: Ore | None = strawberry.field(
        default=None, description="Interest for late payment (forsinkelsesrente), in øre; 0 or more."
    )


@strawberry.input(description="A batch of arrears of rent.")
class SubmitRentDefaultsInput:
    """The same key with the same content gives the same receipts again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this batch, 8 to 128 characters.")
    rows: list[RentDefaultRow] = strawberry.field(description="Rows, at most 500.")


@strawberry.input(description="A copy of one written demand (kopi av andre gangs husleiekrav eller inkassokrav).")
class RentDemandCopyRow:
    """Checked row by row, as arrears are."""

    lease_ref: str = strawberry.field(description="The sender's reference to the lease, 1 to 64 characters.")
    landlord_orgnr: str | None = strawberry.field(
        default=None,
        description="Who lets (utleier), 9 digits. A rent ledger states it; a landlord's own is meant, if absent.",
    )
    tenant_national_id: str = strawberry.field(description="The tenant's fødselsnummer or D-number, 11 digits.")
    municipality: str | None = strawberry.field(
        default=None,
        description="Municipality number (kommunenummer) of the dwelling, 4 digits. A landlord states it; a rent "
        "ledger's own is meant, if absent.",
    )
    demand_no: int = strawberry.field(description="Number of the demand, 2 to 99; 2 is the second issue.")
    kind: DemandKind = strawberry.field(description="Second demand, or collection claim.")
    issued_at: Moment = strawberry.field(description="When the demand was issued; not in the future.")
    amount: Ore = strawberry.field(description="Amount demanded, in øre; more than 0.")
    document_ref: str | None = strawberry.field(
        default=None, description="The sender's reference to the document, 1 to 128 characters."
    )
    tenant_informed_at: Moment | None = strawberry.field(
        default=None,
        description="When the tenant got a copy of what is sent here. A landlord states it, and it is no later than "
        "the submission (husleieloven § 9-11).",
    )


@strawberry.input(description="A batch of copies of written demands.")
class SubmitRentDemandCopyInput:
    """The same key with the same content gives the same receipts again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this batch, 8 to 128 characters.")
    rows: list[RentDemandCopyRow] = strawberry.field(description="Rows, at most 500.")


@strawberry.type
class RentMutation:
    """The part of `Mutation` that is about rent."""

    @strawberry.mutation(description="Submit arrears of rent. For a municipality's rent ledger.")
    async def submit_rent_defaults(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitRentDefaultsInput, strawberry.argument(description="The batch.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(
        description="Submit copies of written demands for rent. For a municipality's rent ledger, and for landlords."
    )
    async def submit_rent_demand_copy(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitRentDemandCopyInput, strawberry.argument(description="The batch.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)
