"""Copies of what the enforcement officer (namsmannen) tells the municipality of petitions for eviction."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.defaults import SubmitResult
from schema.context import Context
from schema.enums import PetitionStatus
from schema.scalars import LegalDay, Moment


@strawberry.input(
    description="A copy of the officer's notice of one petition for eviction (tvangsfullbyrdelsesloven § 13-6)."
)
class EvictionNoticeCopyRow:
    """Checked row by row, so identifiers are strings here: a bad one rejects its row and not the batch.

    The address of the home is not asked for: the municipality is enough to find the office.
    """

    enforcement_case_no: str = strawberry.field(
        description="The officer's case number (namsmannens saksnummer), 1 to 64 characters."
    )
    tenant_national_id: str = strawberry.field(
        description="Fødselsnummer or D-number of whom the petition is against (saksøkte), 11 digits."
    )
    municipality: str = strawberry.field(
        description="Municipality number (kommunenummer) of the home, 4 digits; of a municipality that uses Bofast."
    )
    petition_received_at: Moment = strawberry.field(
        description="When the officer received the petition; not in the future."
    )
    petitioner_orgnr: str | None = strawberry.field(
        default=None,
        description="Who petitioned (saksøker), where it is an organisation, 9 digits.",
    )
    presented_at: Moment | None = strawberry.field(
        default=None,
        description="When the petition was put before the tenant (forelagt), if it has been: the two weeks for "
        "objections run from that day.",
    )
    status: PetitionStatus | None = strawberry.field(
        default=None, description="How far it has come; RECEIVED, if absent."
    )
    eviction_date: LegalDay | None = strawberry.field(
        default=None,
        description="Day set for the eviction, if any: from the day of the petition to two years from now.",
    )


@strawberry.input(description="A batch of copies of notices of petitions.")
class SubmitEvictionNoticeCopyInput:
    """The same key with the same content gives the same receipts again; with other content it is a conflict."""

    idempotency_key: str = strawberry.field(description="The client's own key for this batch, 8 to 128 characters.")
    rows: list[EvictionNoticeCopyRow] = strawberry.field(description="Rows, at most 500.")


@strawberry.type
class EvictionNoticeMutation:
    """The part of `Mutation` that is about petitions."""

    @strawberry.mutation(
        description="Submit copies of notices of petitions for eviction. For the enforcement officer's case system."
    )
    async def submit_eviction_notice_copy(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[SubmitEvictionNoticeCopyInput, strawberry.argument(description="The batch.")],
    ) -> SubmitResult:
        """Answered by the intake."""
        return await info.context.command(info.field_name, input)
