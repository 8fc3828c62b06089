"""A small world for the gate: a few types, a few policies, requesters at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hub.gate import ActionSpec, Gate, GateModel, RequesterClass, ResourceSpec
from hub.gate.model import ATTRIBUTES
from hub.identity.model import PrincipalType
from schema.categories import Anchor

CASE = frozenset({Anchor.CASE})

MODEL = GateModel(
    resources={
        "Case": ResourceSpec(anchors=CASE),
        "MortgageLoan": ResourceSpec(anchors=CASE, row_facts=("startlan", "agreed", "lender", "servicer")),
        "Party": ResourceSpec(anchors=frozenset({Anchor.NONE})),
        "Person": ResourceSpec(anchors=frozenset({Anchor.CASE, Anchor.PERSON}), row_facts=("child", "self")),
        "SubmittedDefault": ResourceSpec(anchors=frozenset({Anchor.SUBMISSION})),
    },
    actions={
        "see:Case": ActionSpec(resource="Case", groups=("read:CASE_EXISTENCE", "see")),
        "read:Case.caseNo": ActionSpec(resource="Case", groups=("read:CASE_EXISTENCE",)),
        "know:Case.CASE_EXISTENCE": ActionSpec(resource="Case", groups=("know:CASE_EXISTENCE",)),
        "see:MortgageLoan": ActionSpec(resource="MortgageLoan", groups=("read:LOAN", "see")),
        "read:MortgageLoan.outstanding": ActionSpec(resource="MortgageLoan", groups=("read:LOAN",)),
        "know:MortgageLoan.LOAN": ActionSpec(resource="MortgageLoan", groups=("know:LOAN",)),
        "see:Party": ActionSpec(resource="Party", groups=("read:ORGANISATION", "see")),
        "read:Party.name": ActionSpec(resource="Party", groups=("read:ORGANISATION",)),
        "see:Person": ActionSpec(resource="Person", groups=("read:PERSON_NAME", "see")),
        "read:Person.name": ActionSpec(resource="Person", groups=("read:PERSON_NAME",)),
        "read:Person.address": ActionSpec(resource="Person", groups=("read:ADDRESS",)),
        "know:Person.PERSON_NAME": ActionSpec(resource="Person", groups=("know:PERSON_NAME",)),
        "know:Person.ADDRESS": ActionSpec(resource="Person", groups=("know:ADDRESS",)),
        "see:SubmittedDefault": ActionSpec(resource="SubmittedDefault", groups=("read:OWN_SUBMISSION", "see")),
    },
)


def policy(
    body: str, *, id_: str = "test.any.thing", basis: str = "STL_17", because: str = "A sentence.", head: str = ""
) -> str:
    """One policy as text, with its annotations on the first line."""
    return f'{head}@id("{id_}") @basis("{basis}") @because("{because}")\n{body}\n'


def load(*texts: str, model: GateModel = MODEL) -> Gate:
    """A gate over the small world."""
    return Gate.load(model, {f"p{number}.cedar": text for number, text in enumerate(texts)})


STAFF = RequesterClass(
    principal=PrincipalType.STAFF,
    groups=frozenset({"NAV", "PUBLIC"}),
    attributes=ATTRIBUTES[PrincipalType.STAFF],
    purpose="EVICTION_PREVENTION",
    bases=frozenset({"BANK_CUSTOMER_CONSENT", "LOAN_MANAGER_AGREEMENT", "STL_17"}),
    assurance=0,
)
SYSTEM = replace(
    STAFF,
    principal=PrincipalType.SYSTEM,
    groups=frozenset({"BANK", "PRIVATE"}),
    attributes=ATTRIBUTES[PrincipalType.SYSTEM],
)
CITIZEN = replace(
    STAFF,
    principal=PrincipalType.CITIZEN,
    groups=frozenset({"CITIZEN"}),
    attributes=ATTRIBUTES[PrincipalType.CITIZEN],
    assurance=4,
)

READ_NAMES = policy(
    """permit (principal is Staff in Group::"NAV", action in Action::"read:PERSON_NAME", resource)
when { context.bases.contains("STL_17") && resource.units.contains(principal.unit) };""",
    id_="nav.test.names",
)
HIDE_GRADED = policy(
    """forbid (principal, action in Action::"about:person", resource) when { resource.grade >= 2 };""",
    id_="core.test.graded",
    basis="FREG_10_4",
)

ORDINARY: Mapping[str, object] = {
    "municipalities": frozenset({"9901"}),
    "units": frozenset({"9901"}),
    "parties": frozenset({"nav"}),
    "grade": 0,
    "shielded": False,
    "subject": "kari",
    "persons": frozenset({"kari"}),
    "relatives": frozenset(),
    "mandates": frozenset(),
    "consented": frozenset(),
    "source": "nav",
    "child": False,
    "self": "kari",
}
"""Facts of a person whom nothing protects, in a case that unit 9901 takes part in."""

BINDS = {"unit": "9901", "party": "nav", "person": "per", "municipality": "9901", "purpose": "EVICTION_PREVENTION"}
