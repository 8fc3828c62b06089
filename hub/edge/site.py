"""The whole site: /graphql goes straight to the door, everything else through Starlette under the same hygiene."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from hub.edge.asgi import App, Message, Receive, Scope, Send
from hub.edge.file_forms import FORMS
from hub.edge.head import read_head
from hub.edge.media import prefers_stream
from hub.edge.problems import HostNotServed, error_body
from hub.edge.request_id import request_id
from hub.edge.responses import ALWAYS, RETRY_AFTER, TRANSPORT_SECURITY, Headers, send_response
from hub.edge.room import Full, Room
from hub.errors import BadInput, BofastError, Internal, MethodNotAllowed, NotFound, Unavailable
from hub.settings import Mode, Settings

logger = logging.getLogger("bofast.edge")
GRAPHQL_PATH = "/graphql"
SUBMISSIONS = "/submissions/"
HEALTH = "/health"


class Stays(Protocol):
    """The ways in for those who stay."""

    @property
    def socket(self) -> App: ...
    @property
    def stream(self) -> App: ...


PUBLIC_BY_STATUS: dict[int, type[BofastError]] = {404: NotFound, 405: MethodNotAllowed}


def site(
    *,
    settings: Settings,
    door: App,
    live: Stays,
    routes: Sequence[BaseRoute],
    room: Room,
    submissions: App | None = None,
    exempt: Sequence[str] = (HEALTH,),
) -> App:
    """One ASGI application. Whoever serves it starts and stops what stands behind it.

    `submissions` takes files. The ways in that it is given go through `room` themselves; the others do here, but those
    under `exempt`.
    """
    starlette = Starlette(routes=routes, exception_handlers={HTTPException: _public_error})
    rest = _hygienic(starlette, settings, room, tuple(f"{path}/" for path in exempt))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        path = scope["path"]
        if scope["type"] == "websocket":
            await (live.socket if path == GRAPHQL_PATH else _nothing_here)(scope, receive, send)
        elif path == GRAPHQL_PATH:
            await (live.stream if _asks_for_stream(scope) else door)(scope, receive, send)
        elif submissions is not None and path.startswith(SUBMISSIONS) and path not in FORMS:
            await submissions(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return serve


def _asks_for_stream(scope: Scope) -> bool:
    """A preflight asks for nothing yet."""
    accept = b", ".join([value for name, value in scope["headers"] if name == b"accept"]).decode("latin-1")
    return scope["method"] != "OPTIONS" and prefers_stream(accept)


async def _nothing_here(_: Scope, receive: Receive, send: Send) -> None:
    """Closed before it is opened, which the server answers with 403."""
    await receive()
    await send({"type": "websocket.close"})


def _hygienic(app: App, settings: Settings, room: Room, exempt: tuple[str, ...]) -> App:
    """Adds the headers that stand on every response, and keeps what breaks from being shown or logged in full."""
    always: Headers = [*ALWAYS, *(TRANSPORT_SECURITY if settings.mode is Mode.PRODUCTION else [])]

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        head = read_head(scope["headers"])
        name = request_id(head.get(b"x-request-id"))
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                given = {key for key, _ in message["headers"]}
                added = [header for header in always if header[0] not in given]
                message["headers"] = [*message["headers"], *added, (b"x-request-id", name.encode("ascii"))]
            await send(message)

        try:
            if settings.hosts and head.get(b"host") not in settings.hosts:
                await _send_error(send_with_headers, HostNotServed())
            elif scope["path"].startswith(exempt):
                await app(scope, receive, send_with_headers)
            else:
                with room:
                    await app(scope, receive, send_with_headers)
        except Full as error:
            await _send_error(send_with_headers, error)
        except Exception as error:  # noqa: BLE001 - neither message nor trace may be logged: both can hold values
            logger.error("unexpected request_id=%s error=%s", name, type(error).__name__)  # noqa: TRY400
            if not has_started:
                await _send_error(send_with_headers, Internal())

    return serve


async def _send_error(send: Send, error: BofastError) -> None:
    body = error_body(error)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if isinstance(error, Unavailable):
        headers.append(RETRY_AFTER)
    await send_response(send, error.status, headers, body)


def _public_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    public = PUBLIC_BY_STATUS.get(status, BadInput)()
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(error_body(public), status_code=status, headers=headers, media_type="application/json")
