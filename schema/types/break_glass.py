"""Access that somebody took without a task in the case, as those who control it see it."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import link, shared, shared_type
from schema.scalars import Moment
from schema.types.organisation import Party, Record

C = DataCategory


@shared_type(
    source=Source.HUB,
    table="audit.break_glass_line",
    category=C.ACCESS_LOG,
    anchor=Anchor.LOG,
    subject="subject_id",
    order="effective_from DESC, {child}.id",
)
class BreakGlass(Record):
    """Access to one case that an employee took without a task in it (nødtilgang), with a reason and an end."""

    id: strawberry.ID | None = shared(C.ACCESS_LOG, "The hub's id of the break-glass, as evidence in the access log.")
    effective_from: Moment | None = shared(C.ACCESS_LOG, "When it was taken.")
    until: Moment | None = shared(C.ACCESS_LOG, "When it ends, at most 72 hours later.", column="until_at")
    reason: str | None = shared(C.ACCESS_LOG, "Why, in the employee's own words.")
    danger_to_life: bool | None = shared(
        C.ACCESS_LOG, "Whether somebody's life was in danger. The citizen's log then leaves the look-ups out."
    )
    subject_national_id_masked: str | None = shared(
        C.ACCESS_LOG,
        "Whose case it was, with the last five digits starred.",
        expression=(
            "(SELECT left(pk.national_id, 6) || '*****' FROM facts.person_key pk WHERE pk.person_id = {row}.subject_id)"
        ),
        columns=("subject_id",),
    )
    actor_id: str | None = shared(C.ACCESS_LOG, "The employee's ident.")
    actor_name: str | None = shared(C.ACCESS_LOG, "The employee's name.")
    party: Party | None = link(C.ACCESS_LOG, "The party that the employee acted for.", column="recipient_party")
    unit: str | None = shared(C.ACCESS_LOG, "The employee's unit (enhet).", column="recipient_unit")
    uses: int | None = shared(C.ACCESS_LOG, "How many look-ups rested on it.")
    last_used_at: Moment | None = shared(C.ACCESS_LOG, "When the last of them was.")
