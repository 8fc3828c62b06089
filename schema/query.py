"""The ways in. Each names the type whose `see` decides, and how a page of it is found; the plan does the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import strawberry

from schema.connection import Connection
from schema.declare import SHARED
from schema.enums import CaseOrderField, CaseState, CaseTrack, OrderDirection
from schema.scalars import LegalDay, Moment, NationalId
from schema.types.bank import SubmittedDefault
from schema.types.case import Case, Signal
from schema.types.log import AccessLine, AccessLogEntry
from schema.types.me import Me
from schema.types.person import Person

First = Annotated[
    int, strawberry.argument(description="Number of rows on the page, from 1 to the limit (100 by default).")
]
After = Annotated[str | None, strawberry.argument(description="Cursor of the last row of the page before.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition of a filter input: its operator, and the field that it is about and is judged by, row by row."""

    field: str
    operator: str


@strawberry.input(description="Which cases. A value that the requester may not see on a case counts as absent there.")
class CaseFilter:
    """All conditions must hold."""

    state: list[CaseState] | None = strawberry.field(
        default=None,
        description="In one of these states.",
        metadata={SHARED: Filter(field="Case.state", operator="in")},
    )
    track: CaseTrack | None = strawberry.field(
        default=None, description="On this track.", metadata={SHARED: Filter(field="Case.track", operator="eq")}
    )
    phase: int | None = strawberry.field(
        default=None, description="In this phase.", metadata={SHARED: Filter(field="Case.phase", operator="eq")}
    )
    responsible_unit: str | None = strawberry.field(
        default=None,
        description="Followed up by this unit (enhet).",
        metadata={SHARED: Filter(field="Case.responsibleUnit", operator="eq")},
    )
    opened_from: Moment | None = strawberry.field(
        default=None, description="Opened at or after.", metadata={SHARED: Filter(field="Case.openedAt", operator="ge")}
    )
    opened_before: Moment | None = strawberry.field(
        default=None, description="Opened before.", metadata={SHARED: Filter(field="Case.openedAt", operator="lt")}
    )
    municipality: str | None = strawberry.field(
        default=None,
        description="In this municipality (kommunenummer).",
        metadata={SHARED: Filter(field="Case.municipality", operator="eq")},
    )


@strawberry.input(description="Order of cases.")
class CaseOrder:
    """Ties are broken by id, so that pages are stable; absent values come last."""

    field: CaseOrderField = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Rising or falling.")


@strawberry.input(description="Whom to look up. Numbers travel in the body, never in an address line.")
class PersonLookupInput:
    """One person."""

    national_id: NationalId = strawberry.field(description="Fødselsnummer or D-number.")


@strawberry.input(description="Which lines of the access log. All conditions must hold.")
class AccessLogFilter:
    """For privacy officers and unit leaders."""

    national_id: NationalId | None = strawberry.field(
        default=None,
        description="About this person.",
        metadata={SHARED: Filter(field="AccessLogEntry.subject", operator="person")},
    )
    actor_id: str | None = strawberry.field(
        default=None,
        description="Shown to this employee or system.",
        metadata={SHARED: Filter(field="AccessLogEntry.actorId", operator="eq")},
    )
    unit: str | None = strawberry.field(
        default=None,
        description="Shown to this unit.",
        metadata={SHARED: Filter(field="AccessLogEntry.recipientUnit", operator="eq")},
    )
    from_: Moment | None = strawberry.field(
        name="from",
        default=None,
        description="At or after.",
        metadata={SHARED: Filter(field="AccessLogEntry.occurredAt", operator="ge")},
    )
    before: Moment | None = strawberry.field(
        default=None, description="Before.", metadata={SHARED: Filter(field="AccessLogEntry.occurredAt", operator="lt")}
    )
    purpose: str | None = strawberry.field(
        default=None,
        description="For this purpose.",
        metadata={SHARED: Filter(field="AccessLogEntry.purpose", operator="eq")},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A way in: rows of `type`, restricted by `where` over `{row}` and the arguments, `order`ed for pages.

    `via` joins the case whose facts decide, where the row is not itself an anchor. `kind` is how it stands on the
    record.
    """

    type: str
    where: str = ""
    order: tuple[str, ...] = ()
    descending: bool = True
    via: str | None = None
    kind: str = "LISTED"
    columns: tuple[str, ...] = ()
    log: str | None = None


def entry(description: str, declared: Entry) -> Callable[[Callable[..., Any]], Any]:
    """A root field that the plan answers."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=resolver, description=description, metadata={SHARED: declared})

    return declare


def _planned() -> NoReturn:
    raise RuntimeError("answered by the plan")


@strawberry.type(description="Questions.")
class Query:
    """There is no node(id:): each way in is decided by itself."""

    @entry("One case, if the requester may see it.", Entry(type="Case", where="{row}.id = {arg:id}", kind="LOOKED_UP"))
    def case(
        self, id: Annotated[strawberry.ID, strawberry.argument(description="The hub's id of the case.")]
    ) -> Case | None:
        """By id."""
        _planned()

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
        _planned()

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
        _planned()

    @entry("Who is asking.", Entry(type="Me", kind="LOOKED_UP"))
    def me(self) -> Me | None:
        """The requester."""
        _planned()

    @entry(
        "Signals that nobody has taken in hand, in cases that the requester may see.",
        Entry(
            type="Signal",
            where="{row}.triage_status = 'NEW'",
            order=("received_at", "id"),
            via="case_id",
            columns=("triage_status",),
        ),
    )
    def inbox(self, first: First, after: After = None) -> Connection[Signal]:
        """A page."""
        _planned()

    @entry("What the requester's own party has submitted.", Entry(type="SubmittedDefault", order=("received_at", "id")))
    def submissions(self, first: First, after: After = None) -> Connection[SubmittedDefault]:
        """A page."""
        _planned()

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
        _planned()

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
        _planned()


__all__ = ["LegalDay", "Query"]
