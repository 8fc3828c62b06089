"""The registers of purposes and legal bases: what they hold, what they refuse, and what a stated purpose opens."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hub.errors import PurposeNotPermitted
from hub.identity.legal_bases import BasisKind
from hub.identity.model import Kind
from hub.identity.purposes import POLICIES, PurposeRegister
from hub.identity.register_files import RegisterError
from tests.identity.registry import DAY, snapshot
from tests.identity.test_acting_party import CITIZEN, STAFF, SYSTEM, resolve

NAV, BANK, KARI = (resolve(claims, snapshot()) for claims in (STAFF, SYSTEM, CITIZEN))
WITHOUT_PURPOSE = {
    "CONCERN_REPORT",
    "DATA_SUBJECT",
    "MANDATE",
    "OWN_APPLICATION",
    "OWN_DECISION",
    "OWN_SUBMISSION",
    "PUBLIC_INFORMATION",
}


@pytest.fixture(scope="module")
def register() -> PurposeRegister:
    return PurposeRegister.load()


def test_the_seven_purposes_are_registered(register: PurposeRegister):
    assert {number: purpose.code for number, purpose in register.purposes.items()} == {
        "B101": "EVICTION_PREVENTION",
        "B102": "DEBT_COUNSELLING",
        "B103": "REFINANCING",
        "B104": "REPAYMENT_AGREEMENT",
        "B105": "HOUSING_ALLOCATION",
        "B106": "LOG_CONTROL",
        "B107": "SAR",
    }


def test_every_purpose_has_a_name_in_both_languages(register: PurposeRegister):
    assert register.texts.keys() == register.purposes.keys()
    assert all(text.nb and text.en and text.nb != text.en for text in register.texts.values())


def test_purpose_of_its_kind_is_selected(register: PurposeRegister):
    purpose = register.select("B101", NAV, DAY)

    assert purpose is not None
    assert purpose.code == "EVICTION_PREVENTION"


def test_no_header_is_no_purpose(register: PurposeRegister):
    assert register.select(None, NAV, DAY) is None


@pytest.mark.parametrize(
    ("number", "reason"),
    [("B999", "UNKNOWN"), ("", "UNKNOWN"), ("b101", "UNKNOWN"), ("B101, B102", "UNKNOWN"), ("B106", "NOT_FOR_PARTY")],
)
def test_wrong_purpose_is_refused_and_not_passed_over(register: PurposeRegister, number: str, reason: str):
    with pytest.raises(PurposeNotPermitted) as refusal:
        register.select(number, NAV, DAY)

    assert refusal.value.facts["reason"] == reason


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2026, 11, 23)])
def test_purpose_outside_its_days_is_refused(register: PurposeRegister, day: date):
    ended = replace(register.purposes["B101"], valid_to=DAY)
    changed = replace(register, purposes={"B101": ended})

    assert changed.select("B101", NAV, DAY)
    with pytest.raises(PurposeNotPermitted) as refusal:
        changed.select("B101", NAV, day)
    assert refusal.value.facts["reason"] == "NOT_IN_FORCE"


def test_citizen_needs_no_purpose_and_may_state_none(register: PurposeRegister):
    assert register.permitted(Kind.CITIZEN, DAY) == ()
    with pytest.raises(PurposeNotPermitted):
        register.select("B101", KARI, DAY)


def test_every_other_kind_has_a_purpose(register: PurposeRegister):
    assert {kind for kind in Kind if not register.permitted(kind, DAY)} == {Kind.CITIZEN}


def test_without_purpose_only_own_data_and_submissions_can_rest_on_anything(register: PurposeRegister):
    assert register.bases(None, DAY) == WITHOUT_PURPOSE


def test_purpose_adds_its_bases_and_no_others(register: PurposeRegister):
    purpose = register.select("B106", replace(NAV, kind=Kind.PRIVACY), DAY)

    assert register.bases(purpose, DAY) == WITHOUT_PURPOSE | {"LOG_CONTROL"}


def test_before_a_law_is_in_force_nothing_rests_on_it(register: PurposeRegister):
    purpose = register.purposes["B101"]

    assert "BOSL" in register.bases(purpose, DAY)
    assert "BOSL" not in register.bases(purpose, date(2023, 6, 30))


def test_both_generations_of_the_administration_act_are_there_and_one_is_in_force(register: PurposeRegister):
    generations = [row for row in register.legal_bases.rows if row.code == "FVL_GIVERS_TASK"]

    assert ["(1967)" in row.citation or "(2025)" in row.citation for row in generations] == [True, True]
    assert register.legal_bases.in_force("FVL_GIVERS_TASK", DAY) == generations[0]
    assert generations[1].valid_from is None


def test_new_generation_takes_over_on_its_day(tmp_path: Path):
    def entered_into_force(text: str) -> str:
        before, row = text.split('citation = "forvaltningsloven (2025) § 34 første ledd bokstav a"')
        row = row.replace('kind = "CONSENT"', 'kind = "CONSENT"\nvalid_from = 2027-07-01', 1)
        head, old = before.split('citation = "forvaltningsloven (1967) § 13 a nr. 1"\n')
        old = old.replace("valid_from = 2018-07-20", "valid_from = 2018-07-20\nvalid_to = 2027-06-30", 1)
        citations = ('citation = "old"\n', 'citation = "new"')
        return head + citations[0] + old + citations[1] + row

    bases = changed(tmp_path, "legal_bases.toml", entered_into_force).legal_bases

    for day, citation in ((date(2027, 6, 30), "old"), (date(2027, 7, 1), "new")):
        row = bases.in_force("CONSENT_LIFTS_CONFIDENTIALITY", day)
        assert row is not None
        assert row.citation == citation


def test_flags_say_what_consent_and_reservation_require(register: PurposeRegister):
    rows = register.legal_bases.rows

    assert {row.code for row in rows if row.requires_consent} == {
        "BANK_CUSTOMER_CONSENT",
        "CONSENT_LIFTS_CONFIDENTIALITY",
        "HEALTH_CONSENT",
    }
    assert {row.code for row in rows if row.requires_reservation_check} == {"HL_9_11"}


def test_duty_opens_nothing(register: PurposeRegister):
    duties = {row.code for row in register.legal_bases.rows if row.kind is BasisKind.DUTY}

    assert duties
    assert not duties & register.legal_bases.opening_codes
    assert not any(duties & register.bases(purpose, DAY) for purpose in register.purposes.values())


def changed(tmp_path: Path, name: str, change: Callable[[str], str]) -> PurposeRegister:
    for file in ("purposes.toml", "legal_bases.toml"):
        shutil.copy(POLICIES / file, tmp_path / file)
    path = tmp_path / name
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return PurposeRegister.load(tmp_path)


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


PURPOSES, BASES = "purposes.toml", "legal_bases.toml"
BROKEN: dict[str, tuple[str, Callable[[str], str]]] = {
    "two purposes of one number": (PURPOSES, swap('"B102"', '"B101"')),
    "two purposes of one code": (PURPOSES, swap('"DEBT_COUNSELLING"', '"EVICTION_PREVENTION"')),
    "unknown legal basis": (PURPOSES, swap('"STL_17"', '"STL_99"')),
    "purpose that rests on a duty": (PURPOSES, swap('"STL_17"', '"HABILITET"')),
    "a basis twice": (PURPOSES, swap('"STL_17"', '"STL_43"')),
    "no bases": (PURPOSES, swap('bases = ["LOG_CONTROL"]', "bases = []")),
    "unknown kind of party": (PURPOSES, swap('"landlord"', '"lord"')),
    "no Norwegian name": (PURPOSES, swap('nb = "Nedbetalingsavtale"\n', "")),
    "blank English name": (PURPOSES, swap('en = "Repayment agreement"', 'en = " "')),
    "misspelt name of a field": (PURPOSES, swap("valid_from =", "valid_form =")),
    "moment instead of a day": (PURPOSES, swap("2023-07-01", "2023-07-01T00:00:00Z")),
    "purpose that ends before it begins": (PURPOSES, swap("2023-07-01", "2023-07-01\nvalid_to = 2023-06-30")),
    "table that is not a purpose": (PURPOSES, lambda text: text + "\n[other]\nx = 1\n"),
    "nothing at all": (PURPOSES, lambda _: ""),
    "not TOML": (PURPOSES, swap("[[purpose]]", "[[purpose]")),
    "unknown kind of basis": (BASES, swap('kind = "RIGHT"', 'kind = "HABIT"')),
    "two generations at once": (BASES, swap('"RIGHT"\nwithout', '"RIGHT"\nvalid_from = 2019-01-01\nwithout')),
    "generation of another kind": (BASES, swap('kind = "RIGHT"', 'kind = "STATUTE"')),
    "consent that requires none": (BASES, swap("requires_consent = true\n", "")),
    "duty without purpose": (BASES, swap('kind = "DUTY"', 'kind = "DUTY"\nwithout_purpose = true')),
    "flag that is a text": (BASES, swap("without_purpose = true", 'without_purpose = "yes"')),
    "end without a beginning": (BASES, swap("valid_from = 2018-07-20", "valid_to = 2018-07-20")),
}


@pytest.mark.parametrize(("name", "change"), BROKEN.values(), ids=BROKEN.keys())
def test_register_that_is_unclear_is_refused(tmp_path: Path, name: str, change: Callable[[str], str]):
    with pytest.raises(RegisterError):
        changed(tmp_path, name, change)
