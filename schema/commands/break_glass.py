"""Break-glass: access to one case that an employee takes without a task in it, on record from the first moment."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.refused import CommandRefused
from schema.context import Context
from schema.scalars import Moment


@strawberry.input(description="Access to a case without a task in it (nødtilgang).")
class BreakGlassInput:
    """The same key with the same content gives the same answer again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this command, 8 to 128 characters.")
    case_id: strawberry.ID = strawberry.field(description="The hub's id of the case.")
    reason: str = strawberry.field(
        description="Why it cannot wait until there is a task in the case, 10 to 255 characters. Controllers read it."
    )
    until: Moment = strawberry.field(description="When the access is to end, at most 72 hours from now.")
    danger_to_life: bool = strawberry.field(
        default=False,
        description="Whether somebody's life is in danger. The citizen's own log then leaves out what is looked up.",
    )


@strawberry.type(description="Access was taken. The leader of the unit and the privacy officer see that, and why.")
class GlassBroken:
    """It opens nothing by itself: each request that is to use it says so."""

    id: strawberry.ID = strawberry.field(
        description="Id of the break-glass. State it in the header Break-Glass of each request that is made under it."
    )
    case_id: strawberry.ID = strawberry.field(description="The hub's id of the case.")
    effective_from: Moment = strawberry.field(description="From when it holds.")
    until: Moment = strawberry.field(description="When it ends.")


BreakGlassResult = Annotated[
    GlassBroken | CommandRefused, strawberry.union("BreakGlassResult", description="Whether access was taken.")
]


@strawberry.type
class BreakGlassMutation:
    """The part of `Mutation` that is about break-glass."""

    @strawberry.mutation(
        description="Take access to a case without a task in it (nødtilgang). For NAV and housing offices."
    )
    async def break_glass(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[BreakGlassInput, strawberry.argument(description="Which case, why, and until when.")],
    ) -> BreakGlassResult:
        """Answered by the room of consents."""
        return await info.context.command(info.field_name, input)
