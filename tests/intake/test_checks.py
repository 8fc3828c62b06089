"""What a row must be by itself, and a batch as a whole. Nothing is looked up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.identity.model import Kind
from hub.intake.batch import refusal_of
from hub.intake.checks import is_text
from hub.intake.grounds import Reports
from hub.intake.model import Fault
from hub.intake.mortgage import mortgage_defaults
from hub.intake.pipeline import faults_of
from schema.commands.defaults import DebtorAddressInput, DebtorNameInput, MortgageDefaultRow
from schema.commands.refused import CommandRefused
from schema.enums import LoanType, RowCode
from schema.identifiers import Population
from tests.intake.factory import EVA, IVAN, KARI, MONA, PURPOSES, setting

TODAY = date(2026, 11, 22)
NO_GATE: Any = None
FORM = mortgage_defaults(Reports(NO_GATE, PURPOSES), Population.SYNTHETIC)


def make(**changes: Any) -> MortgageDefaultRow:
    values: dict[str, Any] = {
        "loan_type": LoanType["BANK_LOAN"],
        "loan_ref": "BL-1",
        "debtor_national_id": EVA.national_id,
        "debtor_name": None,
        "debtor_address": None,
        "first_unpaid_due": date(2026, 9, 1),
        "unpaid_terms": 1,
        "arrears": 1,
        "interest_accrued": None,
        "consent_id": None,
    }
    return MortgageDefaultRow(**{**values, **changes})


def faults(*rows: MortgageDefaultRow) -> list[Fault | None]:
    return faults_of(FORM, rows, setting(TODAY, Kind.BANK))


def fault(**changes: Any) -> Fault | None:
    (found,) = faults(make(**changes))
    return found


def name(first: str = "Eva", last: str = "Eier") -> DebtorNameInput:
    return DebtorNameInput(first=first, last=last)


def address(line: str = "Gata 1", postal_code: str = "0155", place: str = "Oslo") -> DebtorAddressInput:
    return DebtorAddressInput(line=line, postal_code=postal_code, place=place)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"loan_ref": "x"},
        {"loan_ref": "x" * 64},
        {"loan_ref": "lån nr. 7 / Ærø"},
        {"debtor_national_id": IVAN.national_id},
        {"debtor_national_id": MONA.national_id},
        {"debtor_name": name(), "debtor_address": address()},
        {"debtor_name": name(first="Ødegård-Åse Čajánek", last="O'Brien")},
        {"first_unpaid_due": TODAY},
        {"first_unpaid_due": date(1, 1, 1)},
        {"unpaid_terms": 600},
        {"arrears": 10**12 - 1},
        {"interest_accrued": 0},
        {"interest_accrued": 10**12 - 1},
    ],
)
def test_row_within_the_bounds_is_sound(changes):
    assert fault(**changes) is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("loanRef", {"loan_ref": ""}),
        ("loanRef", {"loan_ref": " "}),
        ("loanRef", {"loan_ref": " x"}),
        ("loanRef", {"loan_ref": "x" * 65}),
        ("loanRef", {"loan_ref": "x\0y"}),
        ("loanRef", {"loan_ref": "x\ny"}),
        ("loanRef", {"loan_ref": "x\u202ey"}),
        ("loanRef", {"loan_ref": "x\ud800"}),
        ("debtorName.first", {"debtor_name": name(first="")}),
        ("debtorName.first", {"debtor_name": name(first="a" * 101)}),
        ("debtorName.last", {"debtor_name": name(last="a\x7f")}),
        ("debtorAddress.line", {"debtor_address": address(line="a" * 201)}),
        ("debtorAddress.line", {"debtor_address": address(line="a\tb")}),
        ("debtorAddress.postalCode", {"debtor_address": address(postal_code="155")}),
        ("debtorAddress.postalCode", {"debtor_address": address(postal_code="\u0660\u0661\u0665\u0665")}),
        ("debtorAddress.postalCode", {"debtor_address": address(postal_code="N-15")}),
        ("debtorAddress.place", {"debtor_address": address(place="")}),
        ("firstUnpaidDue", {"first_unpaid_due": date(2026, 11, 23)}),
        ("firstUnpaidDue", {"first_unpaid_due": date(9999, 12, 31)}),
        ("unpaidTerms", {"unpaid_terms": 0}),
        ("unpaidTerms", {"unpaid_terms": -1}),
        ("unpaidTerms", {"unpaid_terms": 601}),
        ("arrears", {"arrears": 0}),
        ("arrears", {"arrears": -1}),
        ("arrears", {"arrears": 10**12}),
        ("interestAccrued", {"interest_accrued": -1}),
        ("interestAccrued", {"interest_accrued": 10**12}),
    ],
)
def test_value_out_of_bounds_names_its_field(field, changes):
    found = fault(**changes)
    assert found is not None
    assert (found.code, found.field) == ("BAD_VALUE", field)
    assert found.text.nb.startswith("Oppgi ")
    assert found.text.en.startswith("State ")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1592874127",
        "15928741271",
        "159287412700",
        "1592874127O",
        "15 928 741270",
        "\u0661\u0665928741270",
        "00000000000",
    ],
)
def test_number_that_is_not_one_is_an_invalid_id(number):
    found = fault(debtor_national_id=number)
    assert found is not None
    assert (found.code, found.field) == ("INVALID_ID", "debtorNationalId")
    assert not number or number not in found.text.nb + found.text.en


def test_codes_are_words_of_the_schema():
    rows = make(), make(), make(loan_ref=""), make(debtor_national_id="")
    found = {one.code for one in faults(*rows) if one is not None}
    assert found == {"DUPLICATE_ROW", "BAD_VALUE", "INVALID_ID"}
    assert found <= set(RowCode.__members__)


def test_the_same_loan_and_debtor_twice_is_a_duplicate_whatever_else_differs():
    rows = make(), make(arrears=2, unpaid_terms=3), make()
    assert [one and one.code for one in faults(*rows)] == [None, "DUPLICATE_ROW", "DUPLICATE_ROW"]


@pytest.mark.parametrize(
    "other",
    [
        {"loan_ref": "BL-2"},
        {"debtor_national_id": KARI.national_id},
        {"loan_type": LoanType["STARTLAN"]},
    ],
)
def test_another_loan_or_another_debtor_is_no_duplicate(other):
    assert faults(make(), make(**other)) == [None, None]


def test_a_bad_row_does_not_make_a_duplicate_of_the_one_that_mends_it():
    assert [one and one.code for one in faults(make(arrears=0), make())] == ["BAD_VALUE", None]


def refused(key: str = "12345678", rows: int = 1) -> CommandRefused | None:
    return refusal_of(key, [make(loan_ref=str(n)) for n in range(rows)], 500)


@pytest.mark.parametrize("key", ["12345678", "k" * 128, "2026-11 nattkjøring"])
def test_key_within_the_bounds_is_sound(key):
    assert refused(key) is None


@pytest.mark.parametrize("key", ["", "1234567", "k" * 129, "12345678\0", "12345678\n"])
def test_key_out_of_bounds_refuses_the_batch(key):
    refusal = refused(key)
    assert refusal is not None
    assert (refusal.code, refusal.field) == ("BAD_USER_INPUT", "idempotencyKey")


def test_batch_over_the_limit_is_told_which_limit_and_how_far_over():
    assert refused(rows=500) is None
    refusal = refused(rows=503)
    assert refusal is not None
    assert (refusal.code, refusal.field) == ("LIMIT_EXCEEDED", "rows")
    assert (refusal.text.nb, refusal.text.en) == (
        "Grensen er 500 rader. Her er det 3 for mange.",
        "The limit on rows is 500; this is 3 over.",
    )


def test_batch_without_rows_is_refused():
    refusal = refused(rows=0)
    assert refusal is not None
    assert (refusal.code, refusal.field) == ("BAD_USER_INPUT", "rows")


@given(st.text(max_size=12))
def test_a_text_that_passes_can_be_stored_and_read(text):
    if is_text(text, 10):
        assert len(text.encode()) >= 1
        assert "\0" not in text
        assert text.isprintable()
