"""The ceiling: statements written by hand behind a bare ASGI application. No GraphQL, no token, no policy, no record.

What it is told comes on stdin: a port, a database, and the loans to leave out.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
import uvloop

from hub.demo.offices import BANK
from hub.store.ids import new_id

CONNECTIONS = 8
_HEADERS = [(b"content-type", b"application/json")]
_SETTINGS = {"plan_cache_mode": "force_generic_plan"}
_SQL = {
    name: (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("q1", "q2", "q3", "q4")
}


class Ceiling:
    """One path for each question. Connections keep their prepared statements; nothing is reset between requests."""

    def __init__(self, idle: asyncio.LifoQueue[asyncpg.Connection], leave_out: list[str]) -> None:
        self._idle = idle
        self._leave_out = [UUID(loan) for loan in leave_out]
        self._answers: dict[str, Callable[[dict[str, Any]], Awaitable[bytes]]] = {
            "/Q1": self._case,
            "/Q2": self._cases,
            "/Q3": self._submit,
            "/Q4": self._loans,
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (event := await receive())["type"] == "http.request":
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        answer = await self._answers[scope["path"]](orjson.loads(body))
        headers = [*_HEADERS, (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _fetch(self, sql: str, *values: Any) -> Any:
        connection = await self._idle.get()
        try:
            return await connection.fetchval(sql, *values)
        finally:
            self._idle.put_nowait(connection)

    async def _case(self, given: dict[str, Any]) -> bytes:
        return (await self._fetch(_SQL["q1"], given["id"])).encode()

    async def _cases(self, given: dict[str, Any]) -> bytes:
        return (await self._fetch(_SQL["q2"], given["unit"], given["first"])).encode()

    async def _loans(self, given: dict[str, Any]) -> bytes:
        return (await self._fetch(_SQL["q4"], given["unit"], given["first"], self._leave_out)).encode()

    async def _submit(self, given: dict[str, Any]) -> bytes:
        key, row = given["idempotencyKey"], given["rows"][0]
        submission, receipt, name, address = new_id(), new_id(), row["debtorName"], row["debtorAddress"]
        received = await self._fetch(
            _SQL["q3"], submission, BANK, key, sha256(key.encode()).hexdigest(), receipt, row["loanType"],
            row["loanRef"], row["debtorNationalId"], name["first"], name["last"], address["line"],
            address["postalCode"], address["place"], date.fromisoformat(row["firstUnpaidDue"]), row["unpaidTerms"],
            row["arrears"], row["interestAccrued"], row["consentId"],
        )  # fmt: skip
        accepted = {"rowNo": 1, "receipt": receipt, "basis": "BANK_CUSTOMER_CONSENT", "isLate": False}
        told = {"id": submission, "receivedAt": received, "acceptedCount": 1, "rejectedCount": 0, "rows": [accepted]}
        return orjson.dumps({"data": {"submitMortgageDefaults": told}})


async def serve(given: dict[str, Any]) -> None:
    idle: asyncio.LifoQueue[asyncpg.Connection] = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(
            await asyncpg.connect(given["database"], server_settings=_SETTINGS, max_cacheable_statement_size=0)
        )
    app = Ceiling(idle, given["leave_out"])
    config = uvicorn.Config(
        app, host="127.0.0.1", port=given["port"], http="httptools", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await task


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(json.loads(sys.stdin.readline())))
