"""The ways in. Each names the type whose `see` decides, and how a page of it is found; the plan does the rest."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.categories import Anchor
from schema.connection import Connection
from schema.entry import After, Entry, First, entry, planned
from schema.filters import (
    AccessLogFilter,
    CaseFilter,
    CaseOrder,
    ConsentFilter,
    Filter,
    PersonLookupInput,
)
from schema.own_query import OwnQuery
from schema.scalars import LegalDay
from schema.types.break_glass import BreakGlass
from schema.types.case import Case, Signal
from schema.types.consent import Consent
from schema.types.log import AccessLine, AccessLogEntry
from schema.types.mandate import Mandate, Reservation
from schema.types.me import Me
from schema.types.person import Person
from schema.types.policy import WhoCanSee
from schema.types.routine import MunicipalRoutine
from schema.types.sharing import MySharing


@strawberry.type(description="Questions.")
class Query(OwnQuery):
    """There is no node(id:): each way in is decided by itself."""

    @entry("One case, if the requester may see it.", Entry(type="Case", where="{row}.id = {arg:id}", kind="LOOKED_UP"))
    def case(
        self, id: Annotated[strawberry.ID, strawberry.argument(description="The hub's id of the case.")]
    ) -> Case | None:
        """By id."""
        planned()

    @entry("Cases that the requester may see.", Entry(type="Case", order=("updated_at", "id")))
    def cases(
        self,
        first: First,
        after: After = None,
        filter: Annotated[CaseFilter | None, strawberry.argument(description="Which cases.")] = None,
        order_by: Annotated[
            CaseOrder | None, strawberry.argument(description="Order; by last change, falling, if absent.")
        ] = None,
    ) -> Connection[Case]:
        """A page."""
        planned()

    @entry(
        "A person by national id, if the requester may see that the person is known; else as if it were unknown.",
        Entry(
            type="Person",
            where="{row}.national_id = {arg:input.nationalId}",
            kind="LOOKED_UP",
            columns=("national_id",),
        ),
    )
    def person_by_national_id(
        self, input: Annotated[PersonLookupInput, strawberry.argument(description="Whom to look up.")]
    ) -> Person | None:
        """By national id."""
        planned()

    @entry("Who is asking.", Entry(type="Me", kind="LOOKED_UP"))
    def me(self) -> Me | None:
        """The requester."""
        planned()

    @entry(
        "Signals that nobody has taken in hand, in cases that the requester may see, the newest first.",
        Entry(
            type="Signal",
            where="{row}.triage_status = 'NEW'",
            order=("received_at", "id"),
            via="case_id",
            columns=("triage_status",),
            filters=(("unit", Filter(field="Signal.unit", operator="eq")),),
        ),
    )
    def inbox(
        self,
        first: First,
        after: After = None,
        unit: Annotated[
            str | None, strawberry.argument(description="Routed to this unit (enhet), 4 digits; to any, if absent.")
        ] = None,
    ) -> Connection[Signal]:
        """A page."""
        planned()

    @entry(
        "The access log, for privacy officers and unit leaders: where their own party acted or was the source.",
        Entry(type="AccessLogEntry", order=("occurred_at", "id"), log="officer"),
    )
    def access_log(
        self,
        first: First,
        after: After = None,
        filter: Annotated[AccessLogFilter | None, strawberry.argument(description="Which lines.")] = None,
    ) -> Connection[AccessLogEntry]:
        """A page."""
        planned()

    @entry(
        "Who has looked at the requester's own data, one line for each look-up.",
        Entry(
            type="AccessLine",
            where="{row}.subject_id = {bind:person} AND {row}.actor_id <> {bind:person}::text",
            order=("occurred_at", "id"),
            columns=("subject_id", "actor_id"),
            log="citizen",
        ),
    )
    def my_access_log(self, first: First, after: After = None) -> Connection[AccessLine]:
        """A page."""
        planned()

    @entry(
        "Consents of the requester, and of those whom the requester acts for.",
        Entry(
            type="Consent",
            where=(
                "{row}.subject_id IN (SELECT {bind:person}"
                " UNION ALL SELECT mf.giver_id FROM facts.mandate mf WHERE mf.holder_id = {bind:person})"
            ),
            order=("recorded_at", "id"),
            via="subject_id",
            through=Anchor.PERSON,
        ),
    )
    def my_consents(self, first: First, after: After = None) -> Connection[Consent]:
        """A page."""
        planned()

    @entry(
        "Consents that the requester may see: of persons in the requester's cases, and from or to its party.",
        Entry(type="Consent", order=("recorded_at", "id"), via="subject_id", through=Anchor.PERSON),
    )
    def consents(
        self,
        first: First,
        after: After = None,
        filter: Annotated[ConsentFilter | None, strawberry.argument(description="Which consents.")] = None,
    ) -> Connection[Consent]:
        """A page."""
        planned()

    @entry(
        "What each party may see of one's own case, and on which ground. A case that is not one's own is as none.",
        Entry(type="MySharing", kind="LOOKED_UP", computed=True),
    )
    def my_sharing(
        self, case_id: Annotated[strawberry.ID, strawberry.argument(description="The hub's id of the case.")]
    ) -> MySharing | None:
        """By the id of the case."""
        planned()

    @entry(
        "Mandates that the requester has given or holds.",
        Entry(
            type="Mandate",
            where="{row}.id IN (SELECT mp.mandate_id FROM facts.mandate_person mp WHERE mp.person_id = {bind:person})",
            order=("recorded_at", "id"),
            via="giver_id",
            through=Anchor.PERSON,
        ),
    )
    def my_mandates(self, first: First, after: After = None) -> Connection[Mandate]:
        """A page."""
        planned()

    @entry(
        "Reservations of the requester, and of those whom the requester acts for.",
        Entry(
            type="Reservation",
            where=(
                "{row}.tenant_id IN (SELECT {bind:person}"
                " UNION ALL SELECT mf.giver_id FROM facts.mandate mf WHERE mf.holder_id = {bind:person})"
            ),
            order=("given_at", "id"),
            via="tenant_id",
            through=Anchor.PERSON,
        ),
    )
    def my_reservations(self, first: First, after: After = None) -> Connection[Reservation]:
        """A page."""
        planned()

    @entry(
        "Reservations that the requester may see: a landlord's own, and those of tenants in the requester's cases.",
        Entry(type="Reservation", order=("given_at", "id"), via="tenant_id", through=Anchor.PERSON),
    )
    def reservations(self, first: First, after: After = None) -> Connection[Reservation]:
        """A page."""
        planned()

    @entry(
        "Break-glass: access taken without a task in a case, for leaders (of their unit) and privacy officers.",
        Entry(type="BreakGlass", order=("effective_from", "id"), log="officer"),
    )
    def break_glasses(self, first: First, after: After = None) -> Connection[BreakGlass]:
        """A page."""
        planned()

    @entry(
        "Written routines of municipalities, the latest first. In force is the one that began last and has not ended.",
        Entry(
            type="MunicipalRoutine",
            order=("valid_from", "id"),
            filters=(("municipality", Filter(field="MunicipalRoutine.municipality", operator="eq")),),
        ),
    )
    def routines(
        self,
        first: First,
        after: After = None,
        municipality: Annotated[
            str | None, strawberry.argument(description="Of this municipality (kommunenummer); of any, if absent.")
        ] = None,
    ) -> Connection[MunicipalRoutine]:
        """A page."""
        planned()

    @entry(
        "Who can see a field, and when, by the policies in force. For privacy officers and unit leaders.",
        Entry(type="WhoCanSee", kind="LOOKED_UP", computed=True),
    )
    def who_can_see(
        self,
        field: Annotated[str, strawberry.argument(description="A field of a type, as MortgageLoan.outstanding.")],
        purpose: Annotated[
            str | None, strawberry.argument(description="Only requests for this purpose, as B101; any, if absent.")
        ] = None,
    ) -> WhoCanSee | None:
        """By field."""
        planned()


__all__ = ["LegalDay", "Query"]
