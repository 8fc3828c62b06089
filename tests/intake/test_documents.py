"""Mutations as documents: who may name a command, aliases, fragments, variables, and what goes wrong."""

from __future__ import annotations

from uuid import uuid4

import pytest
from graphql import parse

from hub.commands import runner
from hub.errors import Forbidden, Internal
from hub.operation.document import InvalidDocument, Operation
from hub.plan.arguments import InvalidVariables
from schema.build import SCHEMA
from tests.intake.factory import EVA, SUBMIT, bank, caseworker, inquiry, row, variables

TWICE = """
mutation Twice($one: SubmitMortgageDefaultsInput!, $other: SubmitMortgageDefaultsInput!) {
  one: submitMortgageDefaults(input: $one) { ...receipt }
  ...rest
}
fragment rest on Mutation { other: submitMortgageDefaults(input: $other) { ...receipt } }
fragment receipt on SubmitResult { __typename ... on Submitted { id } ... on CommandRefused { code } }
"""


async def test_a_command_does_not_exist_for_a_caseworker(execute):
    with pytest.raises(InvalidDocument):
        await execute(inquiry(caseworker()), SUBMIT, variables([row()]))


async def test_a_command_is_forbidden_where_the_policies_do_not_permit_it(intake, documents, count):
    """The contract alone is not what keeps it closed."""
    before = await count()
    operation = documents.read(bank().kind, SUBMIT, None)
    with pytest.raises(Forbidden):
        await intake.execute(inquiry(caseworker()), operation, variables([row()]))
    assert await count() == before


async def test_nothing_is_begun_where_one_command_of_several_is_forbidden(intake, documents, count, monkeypatch):
    before = await count()
    operation = documents.read(bank().kind, TWICE, None)
    monkeypatch.setattr(runner, "command_names", lambda _: frozenset({"submitMortgageDefaults", "giveConsent"}))
    with pytest.raises(Forbidden):
        await intake.execute(inquiry(bank()), operation, _two())
    assert await count() == before


async def test_a_command_in_a_fragment_is_found():
    document = parse("mutation { __typename ...a } fragment a on Mutation { ... { x: doIt @skip(if: true) } }")
    definition, fragment = document.definitions
    operation = Operation(
        contract=SCHEMA._schema,
        document=document,
        definition=definition,
        fragments={"a": fragment},
        digest="00",
    )
    assert runner.command_names(operation) == {"doIt"}


async def test_two_commands_in_one_document_are_two_transactions_with_a_record_each(execute, owner):
    reply = await execute(inquiry(bank()), TWICE, _two())
    assert [reply.whole["data"][key]["__typename"] for key in ("one", "other")] == ["Submitted", "Submitted"]
    request = reply.answer.event.inquiry.request_id
    assert await owner.fetchval("SELECT count(*) FROM audit.event WHERE request_id = $1", request) == 2
    assert reply.answer.recorded


async def test_where_one_of_two_changed_nothing_the_answer_is_yet_to_be_put_on_record(execute, owner):
    given = _two()
    given["other"]["idempotencyKey"] = "short"
    reply = await execute(inquiry(bank()), TWICE, given)
    assert reply.whole["data"]["other"] == {"__typename": "CommandRefused", "code": "BAD_USER_INPUT"}
    assert not reply.answer.recorded
    known = await owner.fetchval("SELECT count(*) FROM audit.event WHERE id = $1", reply.answer.event.id)
    assert known == 0


async def test_a_refused_batch_is_an_answer_and_stores_nothing(send, count):
    before = await count()
    reply = await send(bank(), [row(loanRef=str(number)) for number in range(501)])
    assert reply.submitted == {
        "__typename": "CommandRefused",
        "code": "LIMIT_EXCEEDED",
        "field": "rows",
        "text": {
            "nb": "Grensen er 500 rader. Her er det 1 for mange.",
            "en": "The limit on rows is 500; this is 1 over.",
        },
    }
    assert not reply.answer.recorded
    assert await count() == before


async def test_a_document_with_typename_alone_changes_nothing(execute, count):
    before = await count()
    reply = await execute(inquiry(bank()), "mutation { __typename }", {})
    assert reply.whole == {"data": {"__typename": "Mutation"}}
    assert not reply.answer.recorded
    assert await count() == before


async def test_a_command_that_is_skipped_changes_nothing(execute, count):
    before = await count()
    text = SUBMIT.replace("(input: $input) {", "(input: $input) @skip(if: true) {")
    assert (await execute(inquiry(bank()), text, variables([row()]))).whole == {"data": {}}
    assert await count() == before


async def test_values_in_the_document_itself_are_the_same_as_variables(execute):
    text = """
    mutation { submitMortgageDefaults(input: {idempotencyKey: "%s", rows: [{
      loanType: BANK_LOAN, loanRef: "BL-9", debtorNationalId: "%s", firstUnpaidDue: "2026-09-01", unpaidTerms: 1,
      arrears: 5000000000 }] }) { ... on Submitted { acceptedCount } } }
    """
    reply = await execute(inquiry(bank()), text % (uuid4(), EVA.national_id), {})
    assert reply.submitted == {"acceptedCount": 1}


@pytest.mark.parametrize(
    "given",
    [{}, {"input": None}, {"input": {"idempotencyKey": "12345678"}}, {"input": {"rows": []}}],
    ids=["nothing", "null", "no rows", "no key"],
)
async def test_variables_that_are_missing_are_refused(execute, given):
    with pytest.raises(InvalidVariables):
        await execute(inquiry(bank()), SUBMIT, given)


@pytest.mark.parametrize(
    "changes",
    [
        {"arrears": "1"},
        {"arrears": 1.5},
        {"arrears": 2**60},
        {"unpaidTerms": 2**31},
        {"firstUnpaidDue": "01.09.2026"},
        {"loanType": "SOMETHING"},
        {"nickname": "x"},
        {"loanRef": None},
    ],
    ids=str,
)
async def test_values_of_another_type_are_refused_before_anything(send, count, changes):
    before = await count()
    with pytest.raises(InvalidVariables):
        await send(bank(), [row(**changes)])
    assert await count() == before


async def test_what_breaks_is_an_internal_error_that_tells_nothing(send, owner, count, caplog):
    before = await count()
    await owner.execute("ALTER VIEW facts.person_key RENAME TO person_key_gone")
    try:
        with pytest.raises(Internal) as raised:
            await send(bank(), [row()])
    finally:
        await owner.execute("ALTER VIEW facts.person_key_gone RENAME TO person_key")
    assert raised.value.public() == Internal().public()
    assert raised.value.__cause__ is None
    assert [record.levelname for record in caplog.records if record.name == "bofast.commands"] == ["ERROR"]
    for secret in ("person_key", EVA.national_id, "SELECT"):
        assert secret not in caplog.text
    assert await count() == before


def _two():
    return {"one": variables([row()])["input"], "other": variables([row()])["input"]}
