"""Clients that send batches and send them again until they are acknowledged, at whichever process answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.exactly_once.house import Hub

SUBMIT = """mutation($i: SubmitMortgageDefaultsInput!) { submitMortgageDefaults(input: $i) { __typename
    ... on Submitted { id acceptedCount rows { ... on RowAccepted { rowNo receipt } ... on RowRejected { rowNo } } }
    ... on CommandRefused { code field } } }"""
_CHANGED = "{ __typename ... on MortgageDefaultChanged { receipt eventId status } }"
CORRECT = f"mutation($i: CorrectMortgageDefaultInput!) {{ correctMortgageDefault(input: $i) {_CHANGED} }}"
WITHDRAW = f"mutation($i: WithdrawMortgageDefaultInput!) {{ withdrawMortgageDefault(input: $i) {_CHANGED} }}"
CORRECTED = 77
_AGAIN = 0.05
"""Seconds before something is sent again."""
_TOLD_TWICE = 0.2
ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What a client was told: the submission, and the receipts of its rows in order."""

    id: str
    receipts: tuple[str, ...]


@dataclass(kw_only=True)
class Senders:
    """Each sends one batch after the other. What they were told is kept, and compared when they are told again."""

    hubs: Sequence[Hub]
    tokens: dict[str, str]
    debtor: str
    chance: Random
    told: dict[str, Acknowledged] = field(default_factory=dict)
    contradicted: list[str] = field(default_factory=list)
    tries: int = 0
    is_over: bool = False

    async def run(self, number: int) -> None:
        """Until it is over; what was begun is brought to its end."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            batch = 0
            while not self.is_over:
                key = f"sender-{number}-batch-{batch}"
                told = await self._acknowledged(client, key)
                # Some are sent once more though acknowledged, as a client does that lost the answer.
                if self.chance.random() < _TOLD_TWICE and await self._acknowledged(client, key) != told:
                    self.contradicted.append(key)
                self.told[key] = told
                await self._amended(client, key, told)
                batch += 1

    async def _amended(self, client: httpx.AsyncClient, key: str, told: Acknowledged) -> None:
        """The first row is withdrawn and the second corrected, each under a key of its own."""
        for query, receipt, given in (
            (WITHDRAW, told.receipts[0], {"reason": "PAID"}),
            (CORRECT, told.receipts[1], {"reason": "WRONG_AMOUNT", "arrears": CORRECTED}),
        ):
            sent = {"idempotencyKey": key, "receiptId": receipt, **given}
            first = await self._until_told(client, query, sent)
            assert first["receipt"] == receipt, first
            if self.chance.random() < _TOLD_TWICE and await self._until_told(client, query, sent) != first:
                self.contradicted.append(receipt)

    async def _acknowledged(self, client: httpx.AsyncClient, key: str) -> Acknowledged:
        submitted = await self._until_told(client, SUBMIT, self._batch(key))
        assert submitted["__typename"] == "Submitted", submitted
        assert submitted["acceptedCount"] == ROWS - 1, submitted
        assert [row["rowNo"] for row in submitted["rows"]] == list(range(1, ROWS + 1))
        return Acknowledged(
            id=submitted["id"], receipts=tuple(row["receipt"] for row in submitted["rows"] if "receipt" in row)
        )

    async def _until_told(self, client: httpx.AsyncClient, query: str, given: dict[str, Any]) -> dict[str, Any]:
        while True:
            hub = self.chance.choice(self.hubs)
            self.tries += 1
            try:
                answer = await client.post(
                    f"{hub.url}/graphql",
                    json={"query": query, "variables": {"i": given}},
                    headers={"authorization": f"Bearer {self.tokens[hub.url]}"},
                )
            except httpx.TransportError:
                await asyncio.sleep(_AGAIN)
                continue
            told = _told(answer)
            if told is not None:
                return told
            await asyncio.sleep(_AGAIN)

    def _batch(self, key: str) -> dict[str, Any]:
        """Each row has a reference of its own. One in each batch is rejected: its number has a slip in it."""
        rows = [
            {
                "loanType": "BANK_LOAN",
                "loanRef": f"{key}-{number}",
                "debtorNationalId": "12345678901" if number == 2 else self.debtor,
                "firstUnpaidDue": "2026-09-01",
                "unpaidTerms": 1 + number,
                "arrears": 100_000 + number,
            }
            for number in range(ROWS)
        ]
        return {"idempotencyKey": key, "rows": rows}


def _told(answer: httpx.Response) -> dict[str, Any] | None:
    """What was acknowledged; nothing where it has to be sent again (docs/errors.md). Anything but that breaks the
    test.
    """
    if answer.status_code == httpx.codes.OK and "errors" not in answer.json():
        [told] = answer.json()["data"].values()
        return told
    code = answer.json()["errors"][0]["extensions"]["code"]
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
    assert code in {"OVERLOADED", "RECORD_UNAVAILABLE", "SOURCE_UNAVAILABLE", "UNAVAILABLE"}, answer.text
    return None
