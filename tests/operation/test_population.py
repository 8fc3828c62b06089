"""A service for real persons takes no synthetic one, and the other way round: in documents, variables and rows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from hub.app import rules
from hub.audit import AccessIndex, Record
from hub.bench import Bench
from hub.bulk import Bulk
from hub.consent.receipt_keys import ReceiptKeys
from hub.identity.model import Kind
from hub.identity.register import Register
from hub.intake.grounds import Reports
from hub.intake.mortgage import mortgage_defaults
from hub.intake.pipeline import faults_of
from hub.operation.document import Documents, InvalidDocument
from hub.operation.limits import Limits
from hub.plan.arguments import ArgumentReader, InvalidVariables
from hub.routing import Routing
from hub.settings import DatabaseRole, Mode, Settings
from hub.store.pool import ReadPool
from hub.store.session import Sessions
from schema.commands.defaults import MortgageDefaultRow
from schema.enums import LoanType
from schema.identifiers import Population
from tests.intake.factory import PURPOSES, setting

NUMBERS = {Population.SYNTHETIC: "15928741270", Population.REAL: "02013299997"}
OTHER = {Population.SYNTHETIC: Population.REAL, Population.REAL: Population.SYNTHETIC}
MODES = {Mode.DEMO: Population.SYNTHETIC, Mode.PRODUCTION: Population.REAL}
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"

LITERAL = '{{ personByNationalId(input: {{nationalId: "{}"}}) {{ id }} }}'
VARIABLE = "query($n: NationalId!) { personByNationalId(input: {nationalId: $n}) { id } }"
INPUT = "query($n: PersonLookupInput!) { personByNationalId(input: $n) { id } }"
FILTER = "query($f: ConsentFilter) { consents(first: 3, filter: $f) { totalCount } }"
COMMAND = "mutation($i: RequestConsentInput!) { requestConsent(input: $i) { __typename } }"


@pytest.fixture(params=Population)
def population(request: pytest.FixtureRequest) -> Population:
    return request.param


@pytest.fixture
def documents(population: Population) -> Documents:
    return Documents(rules().contracts_of(population), Limits())


def variables(number: str) -> dict[str, tuple[str, dict[str, object]]]:
    scope = {"idempotencyKey": "12345678", "categories": ["BUDGET"], "source": "1", "purpose": "REFINANCING"}
    return {
        "variable": (VARIABLE, {"n": number}),
        "input": (INPUT, {"n": {"nationalId": number}}),
        "filter": (FILTER, {"f": {"nationalId": number}}),
        "command": (COMMAND, {"i": {**scope, "nationalId": number}}),
    }


def test_number_of_this_population_is_taken(documents: Documents, population: Population) -> None:
    documents.read(Kind.NAV, LITERAL.format(NUMBERS[population]), None)
    for text, given in variables(NUMBERS[population]).values():
        ArgumentReader(b"k" * 32, 100).variables(documents.read(Kind.NAV, text, None), given)


def test_number_of_the_other_in_a_document_is_none(documents: Documents, population: Population) -> None:
    number = NUMBERS[OTHER[population]]
    with pytest.raises(InvalidDocument) as refused:
        documents.read(Kind.NAV, LITERAL.format(number), None)
    assert number not in json.dumps(refused.value.answers())


@pytest.mark.parametrize("place", variables("").keys())
def test_number_of_the_other_in_variables_is_none(documents: Documents, population: Population, place: str) -> None:
    number = NUMBERS[OTHER[population]]
    text, given = variables(number)[place]
    with pytest.raises(InvalidVariables) as refused:
        ArgumentReader(b"k" * 32, 100).variables(documents.read(Kind.NAV, text, None), given)
    assert number not in json.dumps(refused.value.answers())


def test_row_about_the_other_is_about_nobody(population: Population) -> None:
    found = [
        faults_of(
            mortgage_defaults(Reports(rules().gate, PURPOSES), population),
            [_row(number)],
            setting(date(2026, 11, 22), Kind.BANK, population=population),
        )
        for number in (NUMBERS[population], NUMBERS[OTHER[population]])
    ]
    assert [[fault and (fault.code, fault.field) for fault in faults] for faults in found] == [
        [None],
        [("INVALID_ID", "debtorNationalId")],
    ]


@pytest.mark.parametrize("kind", Kind)
def test_every_contract_that_takes_a_national_id_takes_those_of_one_population(kind: Kind) -> None:
    for population in Population:
        scalar = rules().contracts_of(population)[kind].type_map.get("NationalId")
        if scalar is not None:
            assert scalar.coerce_input_value(NUMBERS[population]) == NUMBERS[population]
            with pytest.raises(ValueError, match="population"):
                scalar.coerce_input_value(NUMBERS[OTHER[population]])


@pytest.mark.parametrize(("mode", "population"), MODES.items())
async def test_hub_is_furnished_for_the_population_of_its_mode(
    mode: Mode, population: Population, tmp_path: Path
) -> None:
    settings = Settings(mode=mode, key=b"k" * 32)
    assert settings.population is population
    sessions, record = Sessions(NOWHERE), Record(NOWHERE)
    routing = Routing(sessions)
    rooms = Bench(
        settings=settings,
        arguments=ArgumentReader(settings.key, 100),
        bulk=Bulk(
            settings=settings, sessions=sessions, record=record, routing=routing, resolve=Register(NOWHERE).resolve
        ),
        routing=routing,
        index=AccessIndex(NOWHERE),
        pools={role: ReadPool(NOWHERE) for role in DatabaseRole},
        receipt_keys=ReceiptKeys(tmp_path),
        record=record,
        sessions=sessions,
    ).furnish(rules())
    assert rooms.files._slices._form.population is population
    documents = rooms.desk._documents
    documents.read(Kind.NAV, LITERAL.format(NUMBERS[population]), None)
    with pytest.raises(InvalidDocument):
        documents.read(Kind.NAV, LITERAL.format(NUMBERS[OTHER[population]]), None)


def _row(number: str) -> MortgageDefaultRow:
    return MortgageDefaultRow(
        loan_type=LoanType["BANK_LOAN"],
        loan_ref="BL-1",
        debtor_national_id=number,
        first_unpaid_due=date(2026, 9, 1),
        unpaid_terms=1,
        arrears=1,
    )
