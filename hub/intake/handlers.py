"""The commands of this room, for the runner."""

from __future__ import annotations

from hub.audit import Record
from hub.commands import Handler, Handlers
from hub.gate import Gate
from hub.identity.model import Inquiry
from hub.identity.purposes import PurposeRegister
from hub.intake.batch import Seal
from hub.intake.defaults import COMMAND, MortgageDefaults
from hub.intake.forwarding import Forwarding
from hub.intake.grounds import Grounds
from hub.store.session import Sessions
from schema.identifiers import Population


def intake(
    *,
    gate: Gate,
    purposes: PurposeRegister,
    sessions: Sessions,
    record: Record,
    forwarding: Forwarding,
    key: bytes,
    population: Population,
    max_rows: int = 500,
) -> Handlers:
    """By one set of policies. `key` keeps digests of what was sent from being guessed; see `Seal`. `forwarding` passes
    on to cases what was taken in; it outlives the set, and whoever made it starts and settles it.
    """
    defaults = MortgageDefaults(
        sessions=sessions,
        record=record,
        grounds=Grounds(gate, purposes),
        forwarding=forwarding,
        seal=Seal(key),
        population=population,
        max_rows=max_rows,
    )
    return {COMMAND: Handler(run=defaults.submit, facts=_own)}


def _own(inquiry: Inquiry) -> dict[str, str]:
    """Whoever hands something in hands it in as its own."""
    return {"submitter": inquiry.requester.party}
