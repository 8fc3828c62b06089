"""The written routine of a municipality: public, and the same for everybody."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import children, link, shared, shared_type
from schema.enums import ParticipantRole, RoutineApprover, SignalKind
from schema.scalars import LegalDay
from schema.types.organisation import Party, Record

C = DataCategory


@shared_type(
    source=Source.HUB,
    table="hub.routine_unit",
    category=C.ROUTINE,
    anchor=Anchor.NONE,
    source_party=None,
    order="id",
)
class RoutineUnit(Record):
    """A kind of signal that goes to another unit than the usual one."""

    id: strawberry.ID | None = shared(C.ROUTINE, "The hub's id of the line.")
    kind: SignalKind | None = shared(C.ROUTINE, "What kind of signal.")
    unit: str | None = shared(C.ROUTINE, "The unit (enhet) that it goes to.", column="unit_id")


@shared_type(source=Source.HUB, table="hub.routine_copy", category=C.ROUTINE, anchor=Anchor.NONE, source_party=None)
class RoutineCopy(Record):
    """That NAV gets a copy of a claim for rent (kopi av husleiekrav)."""

    id: strawberry.ID | None = shared(C.ROUTINE, "The hub's id of the line.")
    dunning_level_from: int | None = shared(
        C.ROUTINE,
        "From this level on: 0 invoice, 1 reminder (purring), 2 second demand (inkassovarsel), 3 betalingsoppfordring, "
        "4 legal.",
    )


@shared_type(
    source=Source.HUB,
    table="hub.routine_task",
    category=C.ROUTINE,
    anchor=Anchor.NONE,
    source_party=None,
    order="id",
)
class RoutineTask(Record):
    """What is to be done about a signal of one kind (oppgave)."""

    id: strawberry.ID | None = shared(C.ROUTINE, "The hub's id of the line.")
    kind: SignalKind | None = shared(C.ROUTINE, "What kind of signal.")
    what: str | None = shared(C.ROUTINE, "What is to be done, in the municipality's words.")
    within_days: int | None = shared(C.ROUTINE, "Within so many days of the arrival.")


@shared_type(
    source=Source.HUB,
    table="hub.routine_participant",
    category=C.ROUTINE,
    anchor=Anchor.NONE,
    source_party=None,
    order="id",
)
class RoutineParticipant(Record):
    """Who takes part in a case beside the NAV office once a signal of one kind has come (rollefordeling)."""

    id: strawberry.ID | None = shared(C.ROUTINE, "The hub's id of the line.")
    kind: SignalKind | None = shared(C.ROUTINE, "What kind of signal.")
    startlan_only: bool | None = shared(
        C.ROUTINE, "Of defaults on loans: whether it is those on the municipality's own (startlån) alone."
    )
    party: Party | None = link(C.ROUTINE, "The office.", column="party_id")
    unit: str | None = shared(C.ROUTINE, "Its unit (enhet).", column="unit_id")
    role: ParticipantRole | None = shared(C.ROUTINE, "Role in the case.")
    basis: str | None = shared(C.ROUTINE, "Code of the legal basis.")


@shared_type(
    source=Source.HUB,
    table="hub.routine",
    category=C.ROUTINE,
    anchor=Anchor.NONE,
    source_party=None,
    order="valid_from DESC, {child}.id",
)
class MunicipalRoutine(Record):
    """One version of a municipality's written routine (skriftlig rutine). In force is, on any day, the version that
    began last and has not ended. Which unit looks after strictly protected persons is not told here.
    """

    id: strawberry.ID | None = shared(C.ROUTINE, "The hub's id of the version.")
    municipality: str | None = shared(C.ROUTINE, "Municipality number (kommunenummer), 4 digits.")
    version: int | None = shared(C.ROUTINE, "Number of the version, from 1.")
    approved_by: RoutineApprover | None = shared(C.ROUTINE, "Who approved it.")
    approved_on: LegalDay | None = shared(C.ROUTINE, "When it was approved.")
    valid_from: LegalDay | None = shared(C.ROUTINE, "First day.")
    valid_to: LegalDay | None = shared(C.ROUTINE, "Last day, if it has one.")
    intake_unit: str | None = shared(C.ROUTINE, "Unit (enhet) that signals go to, if no line says otherwise.")
    units: list[RoutineUnit] | None = children(C.ROUTINE, "What goes to another unit.", by="routine_id", order="id")
    copies: list[RoutineCopy] | None = children(C.ROUTINE, "What NAV gets a copy of.", by="routine_id", order="id")
    tasks: list[RoutineTask] | None = children(C.ROUTINE, "What is to be done.", by="routine_id", order="id")
    participants: list[RoutineParticipant] | None = children(
        C.ROUTINE,
        "Who takes part.",
        by="routine_id",
        order="id",
    )
