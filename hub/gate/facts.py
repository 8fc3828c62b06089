"""What a policy may ask about a row, each thing stated once: its Cedar type, what it says when it fails, who is told.

How each is read in SQL stands beside this, in `anchors.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hub.gate.reasons import Reason
from schema.categories import Anchor


class Scope(StrEnum):
    """Whether a fact is the same for all rows under one anchor, or belongs to the row itself."""

    ANCHOR = "anchor"
    ROW = "row"


class Evidence(StrEnum):
    """The document that a decision rests on, beside the law."""

    AGREEMENT = "agreement"
    BREAK_GLASS = "break-glass"
    CONSENT = "consent"
    MANDATE = "mandate"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A fact. `needs` are personal attributes that its SQL binds; without them a set is empty.

    A fact without a reason is never told of: neither in a reason nor in what would open something.
    One that is `actionable` can be changed by somebody: a consent given, a participant added.
    """

    name: str
    type: str
    reason: Reason | None
    scope: Scope = Scope.ROW
    actionable: bool = False
    optional: bool = False
    needs: frozenset[str] = frozenset()
    evidence: Evidence | None = None

    @property
    def explainable(self) -> bool:
        return self.reason is not None

    @property
    def is_set(self) -> bool:
        return self.type.startswith("Set<")

    @property
    def is_required_scalar(self) -> bool:
        """INVARIANT: these make the known-facts guard. Sets are total: EXISTS over columns without NULL."""
        return not self.is_set and not self.optional


_ALL = (
    # of a case or a person
    FactSpec("municipalities", "Set<String>", Reason.NO_CASE_RELATION, Scope.ANCHOR),
    FactSpec("units", "Set<Unit>", Reason.NO_CASE_RELATION, Scope.ANCHOR, actionable=True),
    FactSpec("parties", "Set<Party>", Reason.NO_CASE_RELATION, Scope.ANCHOR, actionable=True),
    FactSpec("grade", "Long", None, Scope.ANCHOR),
    FactSpec("shielded", "Bool", None, Scope.ANCHOR),
    FactSpec("subject", "Person", Reason.NOT_YOUR_OWN, Scope.ANCHOR),
    FactSpec("persons", "Set<Person>", None, Scope.ANCHOR),
    FactSpec("relatives", "Set<Person>", None, Scope.ANCHOR),
    FactSpec("guardians", "Set<Person>", None, Scope.ANCHOR),
    # Looked up by what the request itself states, so that whoever states nothing is not even asked about.
    FactSpec(
        "glassBroken",
        "Set<Person>",
        None,
        Scope.ANCHOR,
        needs=frozenset({"glass", "person"}),
        evidence=Evidence.BREAK_GLASS,
    ),
    FactSpec(
        "mandates",
        "Set<String>",
        Reason.MANDATE_REQUIRED,
        Scope.ANCHOR,
        actionable=True,
        needs=frozenset({"person"}),
        evidence=Evidence.MANDATE,
    ),
    # of any row about a case or a person
    FactSpec(
        "consented",
        "Set<String>",
        Reason.CONSENT_REQUIRED,
        actionable=True,
        needs=frozenset({"party", "purpose"}),
        evidence=Evidence.CONSENT,
    ),
    FactSpec("source", "Party", Reason.NOT_OWN_SUBMISSION),
    # of the row
    FactSpec("agreed", "Bool", Reason.AGREEMENT_REQUIRED, actionable=True, evidence=Evidence.AGREEMENT),
    FactSpec("consentInForce", "Bool", Reason.CONSENT_REQUIRED, actionable=True, evidence=Evidence.CONSENT),
    FactSpec("author", "Unit", Reason.NOT_SHARED_BY_AUTHOR),
    FactSpec("child", "Bool", None),
    FactSpec("creditor", "Party", Reason.NOT_A_PARTY),
    FactSpec("creditorType", "String", Reason.NOT_A_PARTY),
    # Stated by who reports a concern, and told to nobody.
    FactSpec("danger", "Bool", None),
    FactSpec("copiedByRoutine", "Bool", Reason.NOT_FOR_THIS_PARTY),
    FactSpec("handler", "Unit", Reason.NOT_THE_HANDLER),
    FactSpec("holders", "Set<Person>", Reason.NOT_YOUR_OWN, evidence=Evidence.MANDATE),
    FactSpec("informed", "Set<Party>", Reason.NOT_A_PARTY),
    FactSpec("knownTo", "Set<Party>", Reason.NOT_A_PARTY),
    FactSpec("landlord", "Party", Reason.NOT_A_PARTY),
    FactSpec("lender", "Party", Reason.NOT_A_PARTY),
    FactSpec("mandated", "Bool", Reason.MANDATE_REQUIRED, evidence=Evidence.MANDATE),
    FactSpec("method", "String", Reason.NOT_FOR_THIS_PARTY),
    FactSpec("namesParty", "Party", Reason.NOT_A_PARTY, optional=True),
    FactSpec("own", "Bool", Reason.NOT_YOUR_OWN),
    FactSpec("ownLease", "Bool", Reason.NOT_A_PARTY),
    FactSpec("readers", "Set<Person>", Reason.MANDATE_REQUIRED, evidence=Evidence.MANDATE),
    FactSpec("recipient", "Party", Reason.NOT_A_PARTY),
    # Told to the landlord by the tenant, and to nobody by us.
    FactSpec("reserved", "Bool", None),
    FactSpec("responsibleUnit", "Unit", Reason.NOT_A_PARTY, optional=True),
    FactSpec("self", "Person", Reason.NOT_YOUR_OWN),
    FactSpec("served", "Bool", Reason.NOT_FOR_THIS_PARTY),
    FactSpec("servicer", "Party", Reason.NOT_A_PARTY, optional=True),
    FactSpec("shareLevel", "String", Reason.NOT_SHARED_BY_AUTHOR, actionable=True),
    FactSpec("signers", "Set<Person>", Reason.MANDATE_REQUIRED, evidence=Evidence.MANDATE),
    FactSpec("startlan", "Bool", Reason.AGREEMENT_REQUIRED),
    FactSpec("submitter", "Party", Reason.NOT_OWN_SUBMISSION),
    FactSpec("tenantInformed", "Bool", Reason.NOT_FOR_THIS_PARTY),
    FactSpec("verified", "Bool", Reason.NOT_SHARED_BY_AUTHOR, actionable=True),
    # of an entry of the access log
    FactSpec("about", "Person", Reason.NOT_YOUR_OWN, optional=True),
    FactSpec("namesShown", "Bool", Reason.NOT_FOR_THIS_PARTY),
    FactSpec("recipientUnit", "Unit", Reason.NOT_A_PARTY, optional=True),
)

FACTS: dict[str, FactSpec] = {fact.name: fact for fact in _ALL}

_ABOUT_A_PERSON = (*(fact.name for fact in _ALL if fact.scope is Scope.ANCHOR), "consented", "source")
BY_ANCHOR: dict[Anchor, tuple[str, ...]] = {
    Anchor.CASE: _ABOUT_A_PERSON,
    Anchor.LOG: ("source", "recipient", "recipientUnit", "about", "namesShown"),
    Anchor.NONE: (),
    Anchor.PERSON: _ABOUT_A_PERSON,
    Anchor.SUBMISSION: ("submitter",),
}
"""The facts that every type on this anchor has, beside those of its own."""

BINDS: dict[str, str] = {
    "glass": "uuid",
    "municipality": "text",
    "party": "text",
    "person": "uuid",
    "purpose": "text",
    "unit": "text",
}
"""What is personal in the requester, with its SQL type. Always a parameter, never part of a plan."""
