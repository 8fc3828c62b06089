"""Mandates: a citizen lets another act, and either of them ends it."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.refused import CommandRefused
from schema.context import Context
from schema.enums import MandateArea, MandateRight
from schema.scalars import LegalDay, Moment, NationalId


@strawberry.input(description="A power of attorney (fullmakt) to somebody else.")
class GrantMandateInput:
    """The same key with the same content gives the same answer again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this command, 8 to 128 characters.")
    holder_national_id: NationalId = strawberry.field(
        description="Who is to act. The answer is the same whether or not the hub knows that person."
    )
    areas: list[MandateArea] = strawberry.field(description="What it is about, at least one.")
    rights: list[MandateRight] = strawberry.field(description="What the holder may do, at least one.")
    valid_from: LegalDay | None = strawberry.field(
        default=None, description="The first day on which it counts; today, if absent."
    )
    valid_to: LegalDay | None = strawberry.field(
        default=None, description="The last day; until it is ended, if absent."
    )


@strawberry.type(description="The mandate is recorded.")
class MandateGranted:
    """It counts from its first day."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the mandate.")
    valid_from: LegalDay = strawberry.field(description="The first day on which it counts.")
    valid_to: LegalDay | None = strawberry.field(description="The last day; none: until it is ended.")
    recorded_at: Moment = strawberry.field(description="When it was recorded.")


@strawberry.input(description="An end to a power of attorney, by who gave or who holds it.")
class EndMandateInput:
    """The same key with the same content gives the same answer again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this command, 8 to 128 characters.")
    mandate_id: strawberry.ID = strawberry.field(description="The hub's id of the mandate.")


@strawberry.type(description="The mandate has ended. Nothing is shown or done on it from then on.")
class MandateEnded:
    """Ended twice, it ended when it was ended first."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the mandate.")
    ended_at: Moment = strawberry.field(description="When it ended.")


GrantMandateResult = Annotated[
    MandateGranted | CommandRefused,
    strawberry.union("GrantMandateResult", description="Whether the mandate was recorded."),
]
EndMandateResult = Annotated[
    MandateEnded | CommandRefused, strawberry.union("EndMandateResult", description="Whether the mandate has ended.")
]


@strawberry.type
class MandateMutation:
    """The part of `Mutation` that is about mandates."""

    @strawberry.mutation(description="Let somebody else act (gi fullmakt). For citizens, for themselves.")
    async def grant_mandate(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[GrantMandateInput, strawberry.argument(description="To whom, for what.")],
    ) -> GrantMandateResult:
        """Answered by the room of consents."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="End a power of attorney. For who gave and who holds it.")
    async def end_mandate(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[EndMandateInput, strawberry.argument(description="Which.")],
    ) -> EndMandateResult:
        """Answered by the room of consents."""
        return await info.context.command(info.field_name, input)
