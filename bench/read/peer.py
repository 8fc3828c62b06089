"""strawberry as its documentation shows it: a type for each kind of row, a DataLoader for each relation, permission
classes, on uvicorn. What it is told comes on stdin.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import asyncpg
import strawberry
import uvicorn
import uvloop
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bench.read.peer_loaders import Loaders
from bench.read.peer_schema import Mutation, Query

CONNECTIONS = 8


class App(GraphQL):
    """A context with the pool, the loaders of this request, and who asks."""

    def __init__(self, pool: asyncpg.Pool, leave_out: list[str]) -> None:
        super().__init__(strawberry.Schema(query=Query, mutation=Mutation), graphql_ide=None)
        self._pool = pool
        self._leave_out = leave_out

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        return {
            "request": request,
            "response": response,
            "pool": self._pool,
            "loaders": Loaders(self._pool, self._leave_out),
            "unit": request.headers.get("x-unit"),
        }


async def serve(given: dict[str, Any]) -> None:
    pool = await asyncpg.create_pool(given["database"], min_size=CONNECTIONS, max_size=CONNECTIONS)
    config = uvicorn.Config(
        App(pool, given["leave_out"]),
        host="127.0.0.1",
        port=given["port"],
        http="httptools",
        lifespan="off",
        log_config=None,
        access_log=False,
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
