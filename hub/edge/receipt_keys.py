"""The public keys of receipts, for whoever wants to verify one. They are meant to be copied, so they may be cached."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.edge.problems import error_body
from hub.errors import BofastError

PATH = "/.well-known/jwks.json"
KEPT_SECONDS = 1.0
_HEADERS = {
    "cache-control": "public, max-age=60",
    # A page of anybody's may read them: there is nothing to keep from it.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}


class ReceiptKeyRoute:
    """`fetch` gives the set as JSON. However often it is asked for, it is fetched once a second: soon enough to tell of
    a key just retired.
    """

    def __init__(self, fetch: Callable[[], Awaitable[str]]) -> None:
        self._fetch = fetch
        self._known = ""
        self._known_until = 0.0

    def routes(self) -> list[Route]:
        return [Route(PATH, self._answer, methods=["GET"])]

    async def _answer(self, _: Request) -> Response:
        try:
            if time.monotonic() >= self._known_until:
                self._known = await self._fetch()
                self._known_until = time.monotonic() + KEPT_SECONDS
        except BofastError as error:
            # Rather none than old ones: a key that was retired since must be told as retired.
            return Response(error_body(error), status_code=error.status, media_type="application/json")
        return Response(self._known, headers=_HEADERS, media_type="application/jwk-set+json")
