"""The access log as privacy officers and citizens see it."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import link, shared, shared_type
from schema.enums import DisclosureKind
from schema.scalars import Moment
from schema.types.organisation import Party, Record

C = DataCategory


@shared_type(
    source=Source.HUB,
    table="audit.access_subject",
    category=C.ACCESS_LOG,
    anchor=Anchor.LOG,
    subject="subject_id",
    order="occurred_at DESC, {child}.id",
)
class AccessLogEntry(Record):
    """One line of the access log (tilgangslogg): what was shown of one person to one recipient in one request."""

    id: strawberry.ID | None = shared(C.ACCESS_LOG, "The hub's id of the line.")
    occurred_at: Moment | None = shared(C.ACCESS_LOG, "When it was shown.")
    subject_national_id_masked: str | None = shared(
        C.ACCESS_LOG,
        "Whom it was about, with the last five digits starred.",
        expression=(
            "(SELECT left(pk.national_id, 6) || '*****' FROM facts.person_key pk WHERE pk.person_id = {row}.subject_id)"
        ),
        columns=("subject_id",),
    )
    source: Party | None = link(C.ACCESS_LOG, "The party whose data it was.", column="source_party")
    recipient: Party | None = link(C.ACCESS_LOG, "The party that it was shown to.", column="recipient_party")
    recipient_unit: str | None = shared(C.ACCESS_LOG, "The unit (enhet) that it was shown to.")
    actor_id: str | None = shared(C.ACCESS_LOG, "The employee's ident or the system's organisation number.")
    actor_name: str | None = shared(
        C.ACCESS_LOG, "The employee's name. To the citizen only where the party's setting says so."
    )
    actor_role: str | None = shared(C.ACCESS_LOG, "In which role.")
    purpose: str | None = shared(C.ACCESS_LOG, "Code of the purpose that was stated.")
    basis: str | None = shared(C.ACCESS_LOG, "Code of the legal basis that it was shown on.")
    evidence_id: strawberry.ID | None = shared(
        C.ACCESS_LOG, "The consent, agreement, mandate or break-glass that it rested on."
    )
    categories: list[str] | None = shared(C.ACCESS_LOG, "What kinds of data were shown.")
    policies: list[str] | None = shared(C.ACCESS_LOG, "The policies that opened it.")
    kind: DisclosureKind | None = shared(C.ACCESS_LOG, "Looked up, listed, or related.")
    operation_name: str | None = shared(C.ACCESS_LOG, "Name that the client gave the query.")
    request_id: str | None = shared(C.ACCESS_LOG, "Id of the request.")


@shared_type(
    source=Source.HUB,
    table="audit.access_line",
    category=C.ACCESS_LOG,
    anchor=Anchor.LOG,
    subject="subject_id",
    order="occurred_at DESC, {child}.id",
)
class AccessLine(Record):
    """One look-up of the requester's own data (oppslag), however many sources and grounds it had."""

    id: strawberry.ID | None = shared(C.ACCESS_LOG, "The hub's id of the line.")
    occurred_at: Moment | None = shared(C.ACCESS_LOG, "When it was shown.")
    recipient: Party | None = link(C.ACCESS_LOG, "The party that it was shown to.", column="recipient_party")
    recipient_unit: str | None = shared(C.ACCESS_LOG, "The unit (enhet) that it was shown to.")
    actor_name: str | None = shared(
        C.ACCESS_LOG, "The employee's name, where the employer has decided that it is shown."
    )
    actor_role: str | None = shared(C.ACCESS_LOG, "In which role.")
    purpose: str | None = shared(C.ACCESS_LOG, "Code of the purpose that was stated.")
    bases: list[str] | None = shared(C.ACCESS_LOG, "Codes of the legal bases that it was shown on.")
    categories: list[str] | None = shared(C.ACCESS_LOG, "What kinds of data were shown.")
    break_glass: bool | None = shared(
        C.ACCESS_LOG, "Whether somebody without a task in the case took access in an emergency (nødtilgang)."
    )
    sources: list[str] | None = shared(
        C.ACCESS_LOG,
        "Names of the parties whose data it was.",
        expression="ARRAY(SELECT sp.name FROM hub.party sp WHERE sp.id = ANY({row}.sources) ORDER BY sp.name)",
        columns=("sources",),
    )
