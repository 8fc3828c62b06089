"""The commands of this room, for the runner."""

from __future__ import annotations

from functools import partial
from typing import Any

from hub.audit import Record
from hub.commands import Handler, Handlers
from hub.commands.deeds import Deeds
from hub.commands.keys import Keys
from hub.gate import Gate
from hub.identity.model import Inquiry
from hub.identity.purposes import PurposeRegister
from hub.intake.aid import aid_applications
from hub.intake.amendments import CORRECT, WITHDRAW, Amendments
from hub.intake.batch import Seal
from hub.intake.concern import concern_reports
from hub.intake.deferral import deferral_requests
from hub.intake.demand_copy import rent_demand_copies
from hub.intake.eviction_notice import eviction_notice_copies
from hub.intake.grounds import Reports
from hub.intake.landlord_notice import landlord_notices
from hub.intake.model import Form
from hub.intake.mortgage import mortgage_defaults
from hub.intake.pipeline import Pipeline
from hub.intake.rent import rent_defaults
from hub.routing import Routing
from hub.store.session import Sessions
from schema.identifiers import Population


def intake(
    *,
    gate: Gate,
    purposes: PurposeRegister,
    sessions: Sessions,
    record: Record,
    routing: Routing,
    key: bytes,
    population: Population,
    max_rows: int = 500,
) -> Handlers:
    """By one set of policies. `key` keeps digests of what was sent from being guessed; see `Seal`. `routing` passes on
    to cases what was taken in; it outlives the set, and whoever made it settles it.
    """
    pipeline = Pipeline(sessions=sessions, record=record, routing=routing, seal=Seal(key), max_rows=max_rows)
    reports = Reports(gate, purposes)
    forms: tuple[Form[Any], ...] = (
        mortgage_defaults(reports, population),
        rent_defaults(reports, population),
        rent_demand_copies(reports, population),
        eviction_notice_copies(reports, population),
        landlord_notices(reports, population),
        concern_reports(reports, population),
        deferral_requests(reports, population),
        aid_applications(reports, population),
    )
    deeds = Deeds(sessions=sessions, record=record, keys=Keys(key))
    amendments = Amendments(deeds=deeds, routing=routing, population=population)
    return {
        **{form.command: Handler(run=partial(pipeline.submit, form), facts=_own) for form in forms},
        CORRECT: Handler(run=amendments.correct, facts=_own),
        WITHDRAW: Handler(run=amendments.withdraw, facts=_own),
    }


def _own(inquiry: Inquiry) -> dict[str, str]:
    """Whoever hands something in hands it in as its own, and changes its own alone."""
    return {"submitter": inquiry.requester.party}
