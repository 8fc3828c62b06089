"""What can be asked for of a list: conditions and order. Each is judged row by row by what the requester may see."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from schema.declare import SHARED
from schema.enums import CaseOrderField, CaseState, CaseTrack, ConsentStatus, OrderDirection, SubmissionStatus
from schema.scalars import Kommunenummer, Moment, NationalId


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
    municipality: Kommunenummer | None = strawberry.field(
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


@strawberry.input(
    description="Which consents. A value that the requester may not see on a consent counts as absent there."
)
class ConsentFilter:
    """All conditions must hold."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="This one.", metadata={SHARED: Filter(field="Consent.id", operator="eq")}
    )
    national_id: NationalId | None = strawberry.field(
        default=None,
        description="Given by or for this person.",
        metadata={SHARED: Filter(field="Consent.subject", operator="person")},
    )
    case_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="For this case alone.",
        metadata={SHARED: Filter(field="Consent.caseId", operator="eq")},
    )
    status: list[ConsentStatus] | None = strawberry.field(
        default=None,
        description="Which stand like this now.",
        metadata={SHARED: Filter(field="Consent.status", operator="in")},
    )
    as_of: Moment | None = strawberry.field(
        default=None,
        description="Which were in force at this moment, as the hub knew it then.",
        metadata={SHARED: Filter(field="Consent.status", operator="asOf")},
    )


@strawberry.input(description="Which of one's own submitted rows. All conditions must hold.")
class SubmissionFilter:
    """For banks and loan managers."""

    loan_ref: str | None = strawberry.field(
        default=None,
        description="About the loan with this reference.",
        metadata={SHARED: Filter(field="SubmittedDefault.loanRef", operator="eq")},
    )
    status: list[SubmissionStatus] | None = strawberry.field(
        default=None,
        description="Which stand like this now.",
        metadata={SHARED: Filter(field="SubmittedDefault.status", operator="in")},
    )
    received_from: Moment | None = strawberry.field(
        default=None,
        description="Received at or after.",
        metadata={SHARED: Filter(field="SubmittedDefault.receivedAt", operator="ge")},
    )
    received_before: Moment | None = strawberry.field(
        default=None,
        description="Received before.",
        metadata={SHARED: Filter(field="SubmittedDefault.receivedAt", operator="lt")},
    )
