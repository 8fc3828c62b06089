"""A bad policy is refused at load, with its file, its line and what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.gate import Gate, PolicyError
from tests.gate.small import HIDE_GRADED, MODEL, READ_NAMES, load, policy

SCOPE = 'permit (principal is Staff in Group::"NAV", action in Action::"read:PERSON_NAME", resource)'
BASE = 'context.bases.contains("STL_17")'


def opening(condition: str) -> str:
    return policy(f"{SCOPE}\nwhen {{ {BASE} && {condition} }};")


def closing(condition: str, actions: str = 'action in Action::"about:person"') -> str:
    return policy(f"forbid (principal is Staff, {actions}, resource)\nwhen {{ {condition} }};", basis="FREG_10_4")


BAD = {
    "syntax": (opening("resource."), "mend the syntax"),
    "not ended": (READ_NAMES.rstrip().rstrip(";"), "does not end"),
    "no id": ('@basis("X") @because("y")\npermit (principal, action, resource);', "no @id"),
    "no basis": ('@id("a.b") @because("y")\npermit (principal, action, resource);', "no @basis"),
    "no sentence": ('@id("a.b") @basis("X")\npermit (principal, action, resource);', "no @because"),
    "empty sentence": ('@id("a.b") @basis("X") @because(" ")\npermit (principal, action, resource);', "no @because"),
    "shouted id": (policy(f"{SCOPE} when {{ {BASE} }};", id_="Nav Case"), "small letters"),
    "template": (policy(f"permit (principal == ?principal, action, resource) when {{ {BASE} }};"), "templates"),
    "unknown attribute": (opening("resource.shoeSize == 44"), "shoeSize"),
    "unknown attribute of the requester": (opening("principal.shoeSize == 44"), "shoeSize"),
    "unknown group": (policy(f'permit (principal in Group::"NAVV", action, resource) when {{ {BASE} }};'), "NAVV"),
    "unknown action": (
        policy(f'permit (principal, action in Action::"read:SHOES", resource) when {{ {BASE} }};'),
        "SHOES",
    ),
    "optional without has": (
        policy(
            'permit (principal is Staff, action in Action::"read:LOAN", resource)\n'
            f"when {{ {BASE} && resource.servicer == principal.party }};"
        ),
        "put `has` before",
    ),
    "purpose without has": (opening('context.purpose == "X"'), "put `has` before"),
    "arithmetic": (opening("resource.grade + 1 > 2"), "`add`"),
    "extension call": (opening('datetime("2026-01-01") < datetime("2026-01-02")'), "`datetime`"),
    "pattern": (opening('context has purpose && context.purpose like "EVICT*"'), "`like`"),
    "emptiness": (opening("resource.units.isEmpty()"), "`is_empty`"),
    "action in a condition": (opening('action in [Action::"read"]'), "scope of the policy"),
    "one requester": (
        policy(
            f'permit (principal == Staff::"A123456", action in Action::"read:PERSON_NAME", resource) when {{ {BASE} }};'
        ),
        "a kind of requester or a group",
    ),
    "one row": (
        policy(f'permit (principal, action in Action::"read:PERSON_NAME", resource == Person::"x") when {{ {BASE} }};'),
        "a type of resource",
    ),
    "a requester in what is no group": (
        policy(
            f'permit (principal in Party::"NAV", action in Action::"read:PERSON_NAME", resource) when {{ {BASE} }};'
        ),
        "",
    ),
    "a requester in what is no group, in a condition": (opening('principal in Party::"NAV"'), ""),
    "a requester in itself": (opening("principal in principal"), ""),
    "a row in something": (opening('resource in Group::"NAV"'), "`in` is for principal"),
    "a row of a type in something": (opening('resource is Person in Group::"NAV"'), "`is` is for principal"),
    "the person of a row by type": (opening("resource.subject is Person"), "`is` is for principal"),
    "two steps of a row": (opening("resource has subject.id"), "`has` is for one attribute"),
    "two steps of a requester": (opening("principal has unit.id"), "`has` is for one attribute"),
    "two steps of a request": (opening("context has purpose.id"), "unexpected type"),
    "an attribute of what a row names": (opening("resource.subject has id"), "`has` is for one attribute"),
    "a set of facts in a set": (opening("resource.units.containsAny(resource.units)"), "`contains_any`"),
    "a set that is neither fact nor list": (opening("[context.bases].contains(context.bases)"), ""),
    "bases compared": (opening('context.bases == ["STL_17"]'), "is a set"),
    "the requester as a value": (opening("principal == principal"), "`Var`"),
    "set compared": (opening('resource.consented == ["BUDGET"]'), "is a set"),
    "permit without its basis": (
        policy(f"{SCOPE} when {{ resource.units.contains(principal.unit) }};"),
        "add `context.bases",
    ),
    "permit with another basis": (policy(f"{SCOPE} when {{ {BASE} }};", basis="BOSL"), 'contains("BOSL")'),
    "basis only as an alternative": (
        policy(f"{SCOPE} when {{ {BASE} || resource.units.contains(principal.unit) }};"),
        "add `context.bases",
    ),
    "basis only in unless": (
        policy(f"{SCOPE} when {{ resource.units.contains(principal.unit) }} unless {{ {BASE} }};"),
        "add `context.bases",
    ),
    "two consents in one permit": (
        opening('resource.consented.contains("BUDGET") && resource.consented.contains("PLAN_STATUS")'),
        "one permit for each",
    ),
    "consent or mandate in one permit": (
        opening('(resource.consented.contains("BUDGET") || resource.mandates.contains("ECONOMY"))'),
        "one permit for each",
    ),
    "permit resting on the lack of a consent": (opening('!resource.consented.contains("BUDGET")'), "to a forbid"),
    "protection that leaves a note": (
        closing("resource.grade >= 1", 'action in Action::"read:ADDRESS"'),
        'add Action::"know:ADDRESS"',
    ),
    "shielding that leaves a note": (
        closing("resource.shielded", 'action in Action::"read:CASE_EXISTENCE"'),
        'add Action::"know:CASE_EXISTENCE"',
    ),
    "kinship that leaves the row": (
        closing(
            "resource.relatives.contains(principal.person)",
            'action in [Action::"read:Case.caseNo", Action::"know:CASE_EXISTENCE"]',
        ),
        'add Action::"see:Case"',
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_policy_is_refused_with_its_place_and_what_to_do(name):
    text, what_to_do = BAD[name]

    with pytest.raises(PolicyError) as refused:
        Gate.load(MODEL, {"core.cedar": HIDE_GRADED, "nav.cedar": f"// A comment; with a semicolon.\n\n{text}"})

    assert refused.value.file == "nav.cedar"
    assert refused.value.line == 3
    assert what_to_do in refused.value.what_to_do
    assert str(refused.value).startswith("nav.cedar:3: ")


def test_a_taken_id_is_refused_with_the_place_of_the_first():
    with pytest.raises(PolicyError, match=r"b\.cedar:2: policy nav\.test\.names: the id is taken in a\.cedar:1"):
        Gate.load(MODEL, {"a.cedar": READ_NAMES, "b.cedar": f"\n{READ_NAMES}"})


def test_a_basis_outside_the_register_is_refused():
    with pytest.raises(PolicyError, match="'STL_17' is not in policies/legal_bases"):
        Gate.load(MODEL, {"a.cedar": READ_NAMES}, bases={"BOSL"})

    Gate.load(MODEL, {"a.cedar": READ_NAMES}, bases={"STL_17"})


def test_the_second_of_two_policies_is_named_by_its_own_line():
    with pytest.raises(PolicyError) as refused:
        load(f"{READ_NAMES}\n// why\n{opening('resource.shoeSize == 44')}")

    assert refused.value.line == 6


def test_a_policy_over_several_lines_is_named_by_its_first():
    with pytest.raises(PolicyError) as refused:
        load("\n// why\n\npermit (\n  principal,\n  action,\n  resource\n);")

    assert refused.value.line == 4


@pytest.mark.parametrize(
    "clauses",
    [
        f"when {{ {BASE} }} unless {{ resource.shielded }}",
        f"unless {{ resource.shielded }} when {{ {BASE} }}",
        f"when {{ resource.units.contains(principal.unit) && {BASE} }}",
        f"when {{ resource.grade <= 1 && (resource.grade < 1 && {BASE}) }}",
    ],
)
def test_the_basis_may_stand_anywhere_where_it_must_hold(clauses):
    assert load(policy(f"{SCOPE} {clauses};")).policies


def test_kinship_must_not_leave_the_row_of_a_type_without_notes():
    actions = {name: spec for name, spec in MODEL.actions.items() if not name.startswith("know:Case")}
    forbid = closing("resource.relatives.contains(principal.person)", 'action == Action::"read:Case.caseNo"')

    with pytest.raises(PolicyError, match='add Action::"see:Case"'):
        load(forbid, model=replace(MODEL, actions=actions))


def test_a_group_alone_does_not_narrow_the_type():
    """`principal in Group` leaves the type open, so an attribute that only staff have is an error."""
    with pytest.raises(PolicyError, match="unit"):
        load(
            policy(
                'permit (principal in Group::"NAV", action in Action::"read:PERSON_NAME", resource)\n'
                f"when {{ {BASE} && resource.units.contains(principal.unit) }};"
            )
        )


def test_comments_and_strings_may_hold_anything():
    gate = load(
        policy(
            f'{SCOPE} // not here; nor "here\nwhen {{ {BASE} }};',
            because='A sentence; with \\"quotes\\" and // slashes.',
            head="// first;\n",
        )
    )

    assert [(p.id, p.line, p.because) for p in gate.policies] == [
        ("test.any.thing", 2, 'A sentence; with "quotes" and // slashes.')
    ]
