"""A report of concern (bekymringsmelding): somebody may be about to lose the home."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.defaults import SubmitResult
from schema.context import Context
from schema.enums import CaseTrack, ReporterRelation


@strawberry.input(description="A report of concern.")
class ConcernReportRow:
    """Checked when it is read, so identifiers are strings here: a bad one is answered by its field and a text."""

    subject_national_id: str = strawberry.field(description="Whom it is about: fødselsnummer or D-number, 11 digits.")
    municipality: str | None = strawberry.field(
        default=None,
        description="Where the person lives (kommunenummer), 4 digits; the office's own, if absent.",
    )
    track: CaseTrack | None = strawberry.field(default=None, description="Whether the home is rented or owned.")
    reporter_relation: ReporterRelation = strawberry.field(description="Who is worried.")
    text: str = strawberry.field(description="What the worry is, 1 to 4000 characters. It may be of several lines.")
    child_concern: bool = strawberry.field(default=False, description="Whether it is also about a child.")
    danger: bool = strawberry.field(default=False, description="Whether life or health is in danger (fare for liv).")


@strawberry.input(description="A report of concern, with its key.")
class SubmitConcernReportInput:
    """The same key with the same content gives the same receipt again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this report, 8 to 128 characters.")
    report: ConcernReportRow = strawberry.field(description="The report.")


@strawberry.type
class ConcernMutation:
    """The part of `Mutation` that is about reports of concern."""

    @strawberry.mutation(
        description="Tell NAV that somebody may lose the home. For all who sign in, and the municipality's offices."
    )
    async def submit_concern_report(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitConcernReportInput, strawberry.argument(description="The report.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)
