"""A private landlord's notice to the social services that the tenant has broken the lease (husleieloven § 9-11)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.defaults import SubmitResult
from schema.context import Context
from schema.enums import BreachKind
from schema.scalars import LegalDay, Moment, Ore


@strawberry.input(description="The address of the home, as the landlord writes it.")
class LetDwellingInput:
    """Kept in the landlord's own copy and nowhere else."""

    line: str = strawberry.field(description="Street and number, 1 to 200 characters.")
    postal_code: str = strawberry.field(description="Postal code, 4 digits.")
    place: str = strawberry.field(description="Postal place, 1 to 100 characters.")


@strawberry.input(
    description="A notice of arrears or of another breach. The tenant is named by number, or by the lease; exactly one."
)
class LandlordNoticeRow:
    """Checked when it is read, so identifiers are strings here: a bad one is answered by its field and a text."""

    tenant_national_id: str | None = strawberry.field(
        default=None, description="The tenant's fødselsnummer or D-number, 11 digits."
    )
    tenancy_id: strawberry.ID | None = strawberry.field(
        default=None, description="The lease by the id that Bofast has told the landlord, as Reservation.tenancyId."
    )
    municipality: str | None = strawberry.field(
        default=None,
        description="Where the home is (kommunenummer), 4 digits; needed where the tenant is named by number.",
    )
    dwelling: LetDwellingInput | None = strawberry.field(default=None, description="The home, for the landlord's copy.")
    arrears: Ore | None = strawberry.field(default=None, description="Unpaid rent, in øre; more than 0.")
    oldest_unpaid_due: LegalDay | None = strawberry.field(
        default=None, description="Due date of the oldest unpaid rent; not in the future."
    )
    breach: BreachKind | None = strawberry.field(
        default=None, description="Another breach than unpaid rent. One of arrears and breach is needed."
    )
    grounds_summary: str | None = strawberry.field(
        default=None, description="What the notice says, in the landlord's words, 1 to 2000 characters."
    )
    sent_at: Moment | None = strawberry.field(
        default=None,
        description="When the notice was sent, if it was sent on paper within the last year; now, if absent.",
    )
    copy_to_tenant_at: Moment | None = strawberry.field(
        default=None, description="When the tenant was sent a copy: no later than the notice. It is needed."
    )
    sent_by_agent: bool = strawberry.field(
        default=False, description="Whether somebody sends it on the landlord's behalf (with fullmakt)."
    )


@strawberry.input(description="A landlord's notice.")
class SubmitLandlordNoticeInput:
    """The same key with the same content gives the same receipt again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this notice, 8 to 128 characters.")
    notice: LandlordNoticeRow = strawberry.field(description="The notice.")


@strawberry.type
class LandlordNoticeMutation:
    """The part of `Mutation` that is about landlords' notices."""

    @strawberry.mutation(
        description="Notify the social services of a breach of the lease (husleieloven § 9-11). For private landlords."
    )
    async def submit_landlord_notice(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitLandlordNoticeInput, strawberry.argument(description="The notice.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)
