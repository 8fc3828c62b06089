"""Every side must give the same answers before any is measured: the data are compared value by value."""

from __future__ import annotations

from typing import Any

import asyncpg
import httpx
import orjson

from bench.read.load import HOST
from bench.read.questions import Question
from bench.read.sides import Side

_STORED = """
    SELECT d.submitter_party, d.row_no, d.outcome, d.loan_type, d.debtor_national_id, d.debtor_first_name,
        d.debtor_last_name, d.debtor_address_line, d.debtor_postal_code, d.debtor_postal_place, d.first_unpaid_due,
        d.unpaid_terms, d.arrears_ore, d.interest_accrued_ore, d.basis, d.consent_id, d.agreement_id, d.is_late,
        s.kind, s.row_count
    FROM hub.submitted_default AS d JOIN hub.submission AS s ON s.id = d.submission_id WHERE d.id = $1::uuid
"""


class NotTheSame(RuntimeError):
    """Two sides differ, so that nothing can be compared."""


async def asked(side: Side, question: Question, count: int = 1) -> list[Any]:
    """The data of so many answers."""
    side.wake()
    following = await side.requests(question)
    return [await _data(side, following()) for _ in range(count)]


async def _data(side: Side, request: bytes) -> Any:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if not line.startswith("host: "))
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        url = f"http://{HOST}:{side.port}{first.split(' ')[1]}"
        answer = await client.post(url, content=body, headers=headers)
    told = orjson.loads(answer.content)
    if answer.status_code != 200 or told.get("errors"):
        raise NotTheSame(f"{side.name}: {answer.status_code} {answer.text[:600]}")
    return told["data"]


def expect_same(question: Question, side: Side, found: Any, expected: Any) -> None:
    """Value by value, the order of lists included."""
    if difference := differing(found, expected, question.name):
        raise NotTheSame(f"{side.name} differs from the hub at {difference}")


def differing(found: Any, expected: Any, path: str) -> str | None:
    """Where two values differ first."""
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        pairs = [(found[key], expected[key], f"{path}.{key}") for key in found]
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = [(one, other, f"{path}.{at}") for at, (one, other) in enumerate(zip(found, expected, strict=True))]
    else:
        return None if type(found) is type(expected) and found == expected else f"{path}: {found!r} for {expected!r}"
    return next((difference for pair in pairs if (difference := differing(*pair))), None)


async def stored(connection: asyncpg.Connection, data: Any) -> dict[str, Any]:
    """What an answer to Q3 left behind, as far as it must be the same on every side."""
    told = data["submitMortgageDefaults"]
    (row,) = told["rows"]
    kept = await connection.fetchrow(_STORED, row["receipt"])
    assert kept is not None, "nothing is stored under the receipt"
    answer = {name: told[name] for name in ("acceptedCount", "rejectedCount")}
    return {**answer, **{name: row[name] for name in ("rowNo", "basis", "isLate")}, **dict(kept)}
