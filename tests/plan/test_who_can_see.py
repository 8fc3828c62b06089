"""Reading the rules out: as of a day, by one set of policies, remembered within a bound, at nobody's cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hub.errors import BadInput
from hub.gate import Gate
from hub.gate.wording import said
from hub.identity.model import Kind
from hub.identity.purposes import PurposeRegister
from hub.plan import who_can_see
from hub.plan.view_values import values_of
from hub.plan.who_can_see import WhoCanSee
from hub.rules import rules

DAY = date(2026, 11, 22)


def reader(files: dict[str, str] | None = None) -> WhoCanSee:
    known = rules()
    purposes = PurposeRegister.read({**known.files, **(files or {})})
    return WhoCanSee(known.gate, known.catalogue, purposes)


def with_purpose(number: str, line: str) -> dict[str, str]:
    """The register of purposes with a line more in one entry."""
    text = rules().files["purposes.toml"]
    head, mark, tail = text.partition(f'number = "{number}"\n')
    return {"purposes.toml": f"{head}{mark}{line}\n{tail}"}


async def told(known: WhoCanSee, field: str, kind: Kind, day: date = DAY, purpose: str | None = None) -> Any:
    answer: Any = values_of(known, field, await known.views(field, purpose, day), day)
    return next(one for one in answer["recipients"] if one["recipient"] == kind.name)


@pytest.mark.parametrize(
    "day", [DAY + timedelta(days=1), date(2023, 6, 30)], ids=["after its last", "before its first"]
)
async def test_purpose_is_refused_outside_its_days(day: date) -> None:
    known = reader(with_purpose("B102", "valid_to = 2026-11-22"))
    with pytest.raises(BadInput) as refused:
        await known.views("MortgageLoan.outstanding", "B102", day)
    assert refused.value.facts == {"field": "purpose", "reason": "NOT_IN_FORCE"}


@pytest.mark.parametrize("day", [DAY, date(2023, 7, 1)], ids=["on its last", "on its first"])
async def test_purpose_is_taken_on_its_days(day: date) -> None:
    known = reader(with_purpose("B102", "valid_to = 2026-11-22"))
    assert any(view.ways for view in await known.views("MortgageLoan.outstanding", "B102", day))


async def test_purpose_that_has_ended_stands_with_its_days_and_out_of_force() -> None:
    known = reader(with_purpose("B103", "valid_to = 2026-11-21"))
    [way] = (await told(known, "RepaymentAgreement.total", Kind.BANK))["ways"]
    days = {one["number"]: (one["validTo"], one["inForce"]) for one in way["purposes"]}
    assert days == {"B101": (None, True), "B103": (date(2026, 11, 21), False), "B104": (None, True)}


async def test_law_that_is_decided_and_not_in_force_stands_beside_the_one_that_is() -> None:
    own = await told(reader(), "Person.nationalId", Kind.CITIZEN)
    [policy] = next(way for way in own["ways"] if way["shown"] == "WHOLE")["policies"]
    assert [(ground["code"], ground["validFrom"] is None, ground["inForce"]) for ground in policy["grounds"]] == [
        ("DATA_SUBJECT", False, True),
        ("DATA_SUBJECT", True, False),
    ]


async def test_answer_is_by_the_set_that_it_was_given() -> None:
    known = rules()
    text = known.files["bank.cedar"].replace("resource.creditor == principal.party", "true")
    policies = {name: file for name, file in known.files.items() if name.endswith(".cedar")}
    other = WhoCanSee(Gate.load(known.gate.model, {**policies, "bank.cedar": text}), known.catalogue, known.purposes)
    conditions = [
        [one["en"] for one in (await told(which, "RepaymentAgreement.total", Kind.BANK))["ways"][0]["conditions"]]
        for which in (reader(), other)
    ]
    assert conditions == [
        ["consent to AGREEMENT_TERMS", "the own party is the creditor"],
        ["consent to AGREEMENT_TERMS"],
    ]


async def test_what_a_stricter_rule_implies_is_not_said_twice() -> None:
    [bank] = [one for one in await reader().views("ProgressPlan.status", "B103", DAY) if one.kind is Kind.BANK]
    assert [said(part).en for part, _ in bank.presupposed] == [
        "nobody in the household has a confidential address",
        "nobody in the household is shielded",
    ]


async def test_number_of_remembered_questions_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who_can_see, "_REMEMBERED", 2)
    known = reader()
    for field in ("Party.name", "Me.actor", "Me.role", "Person.name"):
        await known.views(field, None, DAY)
    assert len(known._known) == 2


async def test_fields_that_are_decided_alike_are_worked_out_once() -> None:
    known = reader()
    alike = [await known.views(field, None, DAY) for field in ("MortgageLoan.outstanding", "MortgageLoan.principal")]
    other = await known.views("MortgageLoan.outstanding", "B101", DAY)
    assert alike[0] is alike[1]
    assert other is not alike[0]


async def test_reading_out_takes_no_room_from_requesters() -> None:
    known = rules()
    gate = Gate(known.gate.model, known.gate.policies)
    before = repr(vars(gate)["_remembered"])
    await WhoCanSee(gate, known.catalogue, known.purposes).views("MortgageLoan.outstanding", None, DAY)
    assert repr(vars(gate)["_remembered"]) == before
