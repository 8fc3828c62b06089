"""The three roads for the same rows: a bare insert, the mutation, a file. Each gives rows a second, all durable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson

from bench.intake.customers import row
from hub.store.ids import new_id

STATEMENT_ROWS = 1_000
BATCH_ROWS = 100
COLLECTION = "/submissions/mortgage-defaults"
SUBMIT = """mutation($input: SubmitMortgageDefaultsInput!) { submitMortgageDefaults(input: $input) { __typename
    ... on Submitted { acceptedCount rows { ... on RowAccepted { rowNo receipt } ... on RowRejected { rowNo code } } }
    ... on CommandRefused { code } } }"""
_COLUMNS = (
    "id, submission_id, submitter_party, row_no, outcome, content_sha256, loan_type, loan_ref, debtor_national_id,"
    " debtor_first_name, debtor_last_name, debtor_address_line, debtor_postal_code, debtor_postal_place,"
    " first_unpaid_due, unpaid_terms, arrears_ore, interest_accrued_ore, basis, consent_id"
)
_WIDTH = 20


async def bare(dsn: str, debtors: list[str], rows: int) -> float:
    """The rows as they are stored, in statements of a thousand, one transaction each; keys, checks and triggers as they
    are. The values are made before the clock starts.
    """
    connection = await asyncpg.connect(dsn, server_settings={"synchronous_commit": "on"})
    consents = dict(
        await connection.fetch(
            "SELECT person.national_id, consent.id FROM hub.consent AS consent"
            " JOIN nav.person AS person ON person.id = consent.subject_id WHERE person.national_id = ANY ($1)",
            debtors,
        )
    )
    submission = new_id()
    await connection.execute(
        "INSERT INTO hub.submission (id, submitter_party, actor, kind, idempotency_key, content_sha256, row_count)"
        " VALUES ($1, '313800105', '313800105', 'MORTGAGE_DEFAULT', $2, repeat('0', 64), $3)",
        submission,
        f"bare-{uuid4()}",
        rows,
    )
    places = ", ".join(
        f"({', '.join(f'${line * _WIDTH + place}' for place in range(1, _WIDTH + 1))})"
        for line in range(STATEMENT_ROWS)
    )
    statement = await connection.prepare(f"INSERT INTO hub.submitted_default ({_COLUMNS}) VALUES {places}")
    batches = [
        [
            value
            for number in range(first, first + STATEMENT_ROWS)
            for value in _stored(submission, number, debtors, consents)
        ]
        for first in range(0, rows, STATEMENT_ROWS)
    ]
    began = time.perf_counter()
    for values in batches:
        await statement.fetch(*values)
    took = time.perf_counter() - began
    await connection.close()
    return rows / took


def _stored(submission: Any, number: int, debtors: list[str], consents: dict[str, Any]) -> tuple[Any, ...]:
    from datetime import date

    one = row(number, debtors)
    return (
        new_id(), submission, "313800105", number + 1, "ACCEPTED", f"{number:064}", one["loanType"], one["loanRef"],
        one["debtorNationalId"], "Test", "Person", "Testveien 12", "9901", "Testby", date(2026, 9, 1),
        one["unpaidTerms"], one["arrears"], one["interestAccrued"], "BANK_CUSTOMER_CONSENT",
        consents[one["debtorNationalId"]],
    )  # fmt: skip


async def mutation(url: str, token: str, debtors: list[str], rows: int, senders: int) -> float:
    """Batches of a hundred, so many at a time."""
    first = iter(range(0, rows, BATCH_ROWS))
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    async def send(client: httpx.AsyncClient) -> None:
        for start in first:
            batch = [row(number, debtors) for number in range(start, start + BATCH_ROWS)]
            given = {"input": {"idempotencyKey": f"bench-{uuid4()}", "rows": batch}}
            answer = await client.post("/graphql", content=orjson.dumps({"query": SUBMIT, "variables": given}))
            assert answer.json()["data"]["submitMortgageDefaults"]["acceptedCount"] == BATCH_ROWS, answer.text

    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
        began = time.perf_counter()
        await asyncio.gather(*(send(client) for _ in range(senders)))
        return rows / (time.perf_counter() - began)


async def file(url: str, token: str, debtors: list[str], rows: int) -> tuple[float, float]:
    """Rows a second from the first byte until the last row is judged; and the seconds until it was acknowledged."""
    content = b"".join(orjson.dumps(row(n, debtors), option=orjson.OPT_APPEND_NEWLINE) for n in range(rows))
    headers = {"authorization": f"Bearer {token}"}

    def parts() -> Iterator[bytes]:
        for at in range(0, len(content), 65_536):
            yield content[at : at + 65_536]

    async def stream() -> Any:
        for part in parts():
            yield part

    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=600, trust_env=False) as client:
        began = time.perf_counter()
        sent = await client.post(
            COLLECTION,
            content=stream(),
            headers={"idempotency-key": f"bench-{uuid4()}", "content-type": "application/x-ndjson"},
        )
        acknowledged = time.perf_counter() - began
        assert sent.status_code == 202, sent.text
        while (told := (await client.get(sent.headers["location"])).json())["state"] != "JUDGED":
            await asyncio.sleep(0.1)
        took = time.perf_counter() - began
        assert told["accepted"] == rows, told
        return rows / took, acknowledged
