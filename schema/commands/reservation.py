"""Reservations: a tenant does not want the landlord to notify the social services (husleieloven § 9-11)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.refused import CommandRefused
from schema.context import Context
from schema.scalars import Moment, NationalId


@strawberry.input(
    description="A reservation against one landlord, or about one lease. Exactly one of the two is given."
)
class RegisterReservationInput:
    """The same key with the same content gives the same answer again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this command, 8 to 128 characters.")
    landlord_id: strawberry.ID | None = strawberry.field(
        default=None, description="The hub's id of the landlord, as Party.id: whatever this landlord lets."
    )
    tenancy_id: strawberry.ID | None = strawberry.field(
        default=None, description="The hub's id of the lease, as Tenancy.id: this lease alone."
    )
    on_behalf_of: NationalId | None = strawberry.field(
        default=None, description="The tenant whom a guardian or proxy does it for; oneself, if absent."
    )
    given_at: Moment | None = strawberry.field(
        default=None, description="When it was given to the landlord in writing; now, if absent. Not in the future."
    )
    evidence_ref: str | None = strawberry.field(
        default=None, description="Reference to the letter to the landlord, 1 to 128 characters."
    )


@strawberry.type(description="The reservation is recorded. A notice of this landlord is refused from now on.")
class ReservationRegistered:
    """What others may tell on other grounds, it does not stop."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the reservation.")
    given_at: Moment = strawberry.field(description="When it was given.")
    recorded_at: Moment = strawberry.field(description="When it was recorded.")


@strawberry.input(description="A withdrawal of a reservation, by the tenant or who acts for the tenant.")
class WithdrawReservationInput:
    """The same key with the same content gives the same answer again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this command, 8 to 128 characters.")
    reservation_id: strawberry.ID = strawberry.field(description="The hub's id of the reservation.")


@strawberry.type(description="The reservation is withdrawn. The landlord may notify again.")
class ReservationWithdrawn:
    """Withdrawn twice, it was withdrawn when it was withdrawn first."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the reservation.")
    withdrawn_at: Moment = strawberry.field(description="When it was withdrawn.")


RegisterReservationResult = Annotated[
    ReservationRegistered | CommandRefused,
    strawberry.union("RegisterReservationResult", description="Whether the reservation was recorded."),
]
WithdrawReservationResult = Annotated[
    ReservationWithdrawn | CommandRefused,
    strawberry.union("WithdrawReservationResult", description="Whether the reservation is withdrawn."),
]


@strawberry.type
class ReservationMutation:
    """The part of `Mutation` that is about reservations."""

    @strawberry.mutation(
        description="Reserve against a landlord's notice. For tenants, and who acts for them in housing."
    )
    async def register_reservation(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RegisterReservationInput, strawberry.argument(description="Against whom.")],
    ) -> RegisterReservationResult:
        """Answered by the room of consents."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Withdraw a reservation. For tenants, and who acts for them in housing.")
    async def withdraw_reservation(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[WithdrawReservationInput, strawberry.argument(description="Which.")],
    ) -> WithdrawReservationResult:
        """Answered by the room of consents."""
        return await info.context.command(info.field_name, input)
