"""The gate's model of the schema: which actions there are, on which rows, in which groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub.gate import DENIED, ActionSpec, Gate, GateModel, RequesterClass, ResourceSpec
from hub.plan.catalogue import Catalogue, TypeEntry
from schema.categories import Anchor, DataCategory

ROW_FACTS: Mapping[str, tuple[str, ...]] = {
    "ContactLogEntry": ("author", "shareLevel"),
    "Consent": ("informed", "readers", "recipient"),
    "ConsentEvent": ("informed", "readers", "recipient"),
    "ConsentReceipt": ("readers",),
    "HouseholdMember": ("child", "self"),
    "LeaseBreach": ("verified",),
    "Mandate": ("holders",),
    "InboxEvent": ("handler",),
    "MortgageDefault": ("startlan", "agreed", "lender", "servicer"),
    "MortgageLoan": ("startlan", "agreed", "lender", "servicer"),
    "Person": ("child", "self"),
    "PlanStep": ("namesParty", "responsibleUnit"),
    "RepaymentAgreement": ("creditor", "creditorType"),
    "Reservation": ("landlord",),
    "Signal": ("handler",),
    "Tenancy": ("landlord",),
}
"""Facts that a row of the type has of its own, beside those of its anchor."""

COMMANDS: Mapping[str, str] = {
    "breakGlass": "BreakGlassScope",
    "correctMortgageDefault": "SubmittedDefault",
    "endMandate": "MandateScope",
    "endWebhook": "Webhook",
    "giveConsent": "ConsentScope",
    "grantMandate": "MandateScope",
    "recordConsent": "ConsentScope",
    "refuseConsent": "ConsentScope",
    "registerReservation": "ReservationScope",
    "registerWebhook": "Webhook",
    "renewConsent": "ConsentScope",
    "reportConcern": "ConcernRaised",
    "reportEvictionPetition": "PetitionReport",
    "reportLandlordNotice": "LandlordReport",
    "reportLoanDefault": "LoanReport",
    "reportOwnRequest": "OwnRequest",
    "reportRentDefault": "RentReport",
    "reportRentDemand": "RentReport",
    "requestConsent": "ConsentScope",
    "resendDeadLetters": "Webhook",
    "rotateWebhookSecret": "Webhook",
    "requestDeferral": "SubmittedDeferralRequest",
    "submitConcernReport": "SubmittedConcernReport",
    "submitEvictionNoticeCopy": "SubmittedEvictionNotice",
    "submitFinancialAidApplication": "SubmittedAidApplication",
    "submitLandlordNotice": "SubmittedLandlordNotice",
    "submitMortgageDefaults": "SubmittedDefault",
    "submitRentDefaults": "SubmittedRentDefault",
    "submitRentDemandCopy": "SubmittedRentDemandCopy",
    "withdrawConsent": "ConsentScope",
    "withdrawMortgageDefault": "SubmittedDefault",
    "withdrawReservation": "ReservationScope",
}
"""The type of row that a command is about. What begins with `report` is asked for each row of a batch: is there a
ground for it?
"""

REPORTS: Mapping[str, tuple[str, ...]] = {
    "ConcernRaised": ("consentInForce", "danger"),
    "LandlordReport": ("reserved", "tenantInformed"),
    "LoanReport": ("startlan", "agreed", "consentInForce"),
    "OwnRequest": ("mandated", "own"),
    "PetitionReport": ("served",),
    "RentReport": ("ownLease", "copiedByRoutine", "reserved", "tenantInformed"),
}
"""Rows that are judged when they arrive and are no type of the schema."""

SCOPES: Mapping[str, tuple[Anchor, tuple[str, ...]]] = {
    "BreakGlassScope": (Anchor.CASE, ()),
    "ConsentScope": (Anchor.PERSON, ("knownTo", "method", "recipient", "signers")),
    "MandateScope": (Anchor.PERSON, ("holders",)),
    "ReservationScope": (Anchor.PERSON, ("signers",)),
}
"""What a command is about to do to a case or a person: no row of the schema, but what hangs on one. So that all core
rules about persons hold for it.
"""

_BOTH = frozenset({Anchor.CASE, Anchor.PERSON})
_ANCHORS: Mapping[str, frozenset[Anchor]] = {
    "Consent": _BOTH,
    "ConsentEvent": _BOTH,
    "ConsentReceipt": _BOTH,
    "Mandate": _BOTH,
    "Person": _BOTH,
    "Reservation": _BOTH,
}


def gate_model(catalogue: Catalogue) -> GateModel:
    """Built from the schema, so that policies and schema cannot drift apart."""
    resources = {
        name: ResourceSpec(
            anchors=_ANCHORS.get(name, frozenset({entry.declared.anchor})), row_facts=ROW_FACTS.get(name, ())
        )
        for name, entry in catalogue.types.items()
    }
    resources |= {
        name: ResourceSpec(anchors=frozenset({Anchor.NONE}), row_facts=facts) for name, facts in REPORTS.items()
    }
    resources |= {
        name: ResourceSpec(anchors=frozenset({anchor}), row_facts=facts) for name, (anchor, facts) in SCOPES.items()
    }
    actions = {name: spec for entry in catalogue.types.values() for name, spec in _actions(entry)}
    commands = {f"do:{name}": ActionSpec(resource=resource, groups=("do",)) for name, resource in COMMANDS.items()}
    return GateModel(resources=resources, actions={**actions, **commands})


def _actions(entry: TypeEntry) -> Iterator[tuple[str, ActionSpec]]:
    primary = entry.declared.category.name
    yield entry.see, ActionSpec(resource=entry.name, groups=(f"read:{primary}", "see"))
    guarded = {field.action: field.category for field in entry.fields.values() if field.action is not None}
    for action, category in guarded.items():
        yield action, ActionSpec(resource=entry.name, groups=(f"read:{category}",))
    for category in sorted(set(guarded.values())):
        yield know(entry.name, category), ActionSpec(resource=entry.name, groups=(f"know:{category}",))


def existence(gate: Gate, who: RequesterClass, entry: TypeEntry) -> str:
    """The category that a row's existence goes on record under: its own, where this class may be shown a field of it.

    A bank that reaches a plan through a person has not been shown the person's name.
    """
    own = entry.declared.category.name
    fields = (field.action for field in entry.fields.values() if field.action and field.category == own)
    is_shown = any(gate.decide(who, action).residual != DENIED for action in fields)
    return own if is_shown else DataCategory.CASE_EXISTENCE.name


def know(type_name: str, category: str) -> str:
    """The action of learning that a value of the category exists though it is withheld."""
    return f"know:{type_name}.{category}"
