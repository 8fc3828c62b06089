"""Errors about a document or its variables name the field and the rule, and never quote what was sent."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from hub.app import rules
from hub.errors import BofastError
from hub.identity.model import Kind
from hub.operation.document import Documents, InvalidDocument
from hub.operation.limits import Limits
from hub.operation.wording import said
from hub.plan.arguments import ArgumentReader, InvalidVariables

NUMBER = "15928741271"
LOOKUP = "query($n: PersonLookupInput!) { personByNationalId(input: $n) { id } }"
BATCH = "mutation($i: SubmitMortgageDefaultsInput!) { submitMortgageDefaults(input: $i) { __typename } }"
DOCUMENTS = [
    f'{{ personByNationalId(input: {{nationalId: "{NUMBER}"}}) {{ id }} }}',
    f'{{ personByNationalId(input: {{nationalId: "15928741270", name: "{NUMBER}"}}) {{ id }} }}',
    f'{{ personByNationalId(input: "{NUMBER}") {{ id }} }}',
    f'{{ cases(first: "{NUMBER}") {{ totalCount }} }}',
    f'{{ cases(first: 3, filter: {{state: ["{NUMBER}"]}}) {{ totalCount }} }}',
    f"{{ cases(first: 3, filter: {NUMBER}) {{ totalCount }} }}",
    f'{{ "{NUMBER}" }}',
    f'{{ cases(first: 3) {{ """{NUMBER}""" }} }}',
    f"{{ person_{NUMBER} }}",
]
VARIABLES = [
    (Kind.NAV, LOOKUP, {"n": {"nationalId": NUMBER}}, "n"),
    (Kind.NAV, LOOKUP, {"n": {"nationalId": int(NUMBER)}}, "n"),
    (Kind.NAV, LOOKUP, {"n": {"nationalId": "15928741270", "also": NUMBER}}, "also"),
    (Kind.NAV, LOOKUP, {"n": NUMBER}, "n"),
    (Kind.BANK, BATCH, {"i": {"idempotencyKey": NUMBER, "rows": [{"debtorNationalId": NUMBER}]}}, "loanRef"),
    (Kind.BANK, BATCH, {"i": {"idempotencyKey": NUMBER, "rows": [{"loanType": NUMBER}]}}, "loanType"),
]


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(rules().contracts, Limits())


@pytest.mark.parametrize("text", DOCUMENTS)
def test_number_in_an_invalid_document_does_not_come_back(documents: Documents, text: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        documents.read(Kind.NAV, text, None)
    _says_nothing_of_it(refused.value, refused.value.answers())


@pytest.mark.parametrize(("kind", "text", "variables", "named"), VARIABLES)
def test_number_in_invalid_variables_does_not_come_back(
    documents: Documents, kind: Kind, text: str, variables: dict[str, object], named: str
) -> None:
    with pytest.raises(InvalidVariables) as refused:
        ArgumentReader(b"k" * 32, 100).variables(documents.read(kind, text, None), variables)
    _says_nothing_of_it(refused.value, refused.value.answers())
    assert named in json.dumps(refused.value.answers())


def test_library_wording_that_is_not_known_still_loses_long_numbers() -> None:
    assert NUMBER not in said(f"A new message of the library about {NUMBER}, which nobody has seen yet")


def _says_nothing_of_it(error: BofastError, answers: list[dict[str, object]]) -> None:
    assert NUMBER not in json.dumps(answers)
    assert NUMBER not in str(error)
    extensions = {"code": error.code, "text": asdict(error.said)}
    assert all(answer["message"] and answer["extensions"] == extensions for answer in answers)
