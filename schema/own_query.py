"""The ways in to what the requester's own party has handed in, and to where it is called."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.connection import Connection
from schema.entry import After, Entry, First, entry, planned
from schema.filters import SubmissionFilter
from schema.scalars import LegalDay
from schema.types.report import SubmittedEvictionNotice, SubmittedRentDefault, SubmittedRentDemandCopy
from schema.types.submission import SubmissionStatistics, SubmittedDefault
from schema.types.submitted_forms import (
    SubmittedAidApplication,
    SubmittedConcernReport,
    SubmittedDeferralRequest,
    SubmittedLandlordNotice,
)
from schema.types.webhook import Webhook, WebhookDeadLetter


@strawberry.type
class OwnQuery:
    """A part of `Query`."""

    @entry("What the requester's own party has submitted.", Entry(type="SubmittedDefault", order=("received_at", "id")))
    def submissions(
        self,
        first: First,
        after: After = None,
        filter: Annotated[SubmissionFilter | None, strawberry.argument(description="Which rows.")] = None,
    ) -> Connection[SubmittedDefault]:
        """A page."""
        planned()

    @entry(
        "How many rows of defaults the requester's own party has submitted in a period, and how they stand.",
        Entry(type="SubmissionStatistics", kind="LOOKED_UP", computed=True),
    )
    def submission_statistics(
        self,
        from_: Annotated[LegalDay, strawberry.argument(name="from", description="The first day, as in Oslo.")],
        to: Annotated[LegalDay, strawberry.argument(description="The last day; not before the first.")],
    ) -> SubmissionStatistics | None:
        """By the day on which they were received."""
        planned()

    @entry(
        "What the requester has submitted of arrears of rent.",
        Entry(
            type="SubmittedRentDefault",
            where="{row}.kind = 'RENT_DEFAULT'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_rent_defaults(self, first: First, after: After = None) -> Connection[SubmittedRentDefault]:
        """A page."""
        planned()

    @entry(
        "What the requester has submitted of copies of demands for rent.",
        Entry(
            type="SubmittedRentDemandCopy",
            where="{row}.kind = 'RENT_DEMAND_COPY'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_rent_demand_copies(self, first: First, after: After = None) -> Connection[SubmittedRentDemandCopy]:
        """A page."""
        planned()

    @entry(
        "What the requester has submitted of copies of notices of petitions.",
        Entry(
            type="SubmittedEvictionNotice",
            where="{row}.kind = 'EVICTION_NOTICE_COPY'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_eviction_notices(self, first: First, after: After = None) -> Connection[SubmittedEvictionNotice]:
        """A page."""
        planned()

    @entry(
        "Notices to the social services that the requester has submitted.",
        Entry(
            type="SubmittedLandlordNotice",
            where="{row}.kind = 'LANDLORD_NOTICE'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_landlord_notices(self, first: First, after: After = None) -> Connection[SubmittedLandlordNotice]:
        """A page."""
        planned()

    @entry(
        "Reports of concern that the requester's party has submitted.",
        Entry(
            type="SubmittedConcernReport",
            where="{row}.kind = 'CONCERN_REPORT'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_concern_reports(self, first: First, after: After = None) -> Connection[SubmittedConcernReport]:
        """A page."""
        planned()

    @entry(
        "Requests for deferral that the requester has submitted.",
        Entry(
            type="SubmittedDeferralRequest",
            where="{row}.kind = 'DEFERRAL_REQUEST'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_deferral_requests(self, first: First, after: After = None) -> Connection[SubmittedDeferralRequest]:
        """A page."""
        planned()

    @entry(
        "Applications for financial aid that the requester has submitted.",
        Entry(
            type="SubmittedAidApplication",
            where="{row}.kind = 'FINANCIAL_AID_APPLICATION'",
            order=("received_at", "id"),
            columns=("kind",),
        ),
    )
    def submitted_aid_applications(self, first: First, after: After = None) -> Connection[SubmittedAidApplication]:
        """A page."""
        planned()

    @entry(
        "Where the requester's own party is called when something changes.",
        Entry(type="Webhook", order=("created_at", "id")),
    )
    def webhooks(self, first: First, after: After = None) -> Connection[Webhook]:
        """A page."""
        planned()

    @entry(
        "Calls to the requester's own party that were tried often enough, the latest first.",
        Entry(type="WebhookDeadLetter", order=("died_at", "id")),
    )
    def webhook_dead_letters(self, first: First, after: After = None) -> Connection[WebhookDeadLetter]:
        """A page."""
        planned()


__all__ = ["LegalDay", "OwnQuery"]
