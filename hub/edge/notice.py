"""The text that a person is to be shown before a consent, for whoever asks her: exact, with the digest to send along.

    GET /consent/notice?source=…&recipient=…&purpose=…&category=…&expiresAt=…&language=nb

It says nothing of anybody: the words stand in a file, the names of parties are public. So it needs no token.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.consent.checks import kind_of
from hub.consent.ledger import Office
from hub.consent.notices import Notices, NoticeScope, NoticeUnavailable
from hub.edge.problems import error_body
from hub.errors import BadInput, BofastError, NotFound
from hub.identity.snapshot import legal_day
from hub.store.pool import ReadPool
from hub.store.tables.values import GIVERS

PATH: Final = "/consent/notice"
_ONCE: Final = ("source", "recipient", "purpose", "expiresAt", "language", "givenBy")
_PARTIES: Final = """
    SELECT coalesce(json_agg(json_build_object(
        'id', party.id, 'name', party.name, 'kind', party.kind, 'sector', party.sector
    )), '[]')::text AS parties
    FROM hub.party AS party WHERE party.id = ANY ($1::text[])
"""


class NoticeRoute:
    """`pool` reads as the application's role."""

    def __init__(self, notices: Notices, pool: ReadPool) -> None:
        self._notices = notices
        self._pool = pool

    def routes(self) -> list[Route]:
        return [Route(PATH, self._answer, methods=["GET"])]

    async def _answer(self, request: Request) -> Response:
        try:
            return JSONResponse(await self._shown(request.query_params))
        except BofastError as error:
            return Response(error_body(error), status_code=error.status, media_type="application/json")

    async def _shown(self, asked: QueryParams) -> dict[str, str]:
        given = {name: _one(asked, name) for name in _ONCE}
        offices = await self._offices(given["source"], given["recipient"])
        kind = kind_of(offices[given["source"]])
        scope = NoticeScope(
            kind=kind,
            categories=asked.getlist("category"),
            source=offices[given["source"]].name,
            recipient=offices[given["recipient"]].name,
            purpose=given["purpose"],
            expires_at=_moment(given["expiresAt"]),
            given_by=given["givenBy"],
        )
        try:
            notice = self._notices.shown(scope, given["language"], legal_day(datetime.now(UTC)))
        except NoticeUnavailable:
            raise BadInput("There is no text for this: look at category, purpose and language.") from None
        return {
            "kind": kind,
            "version": notice.version,
            "language": notice.language,
            "text": notice.text,
            "sha256": notice.sha256,
        }

    async def _offices(self, *parties: str) -> dict[str, Office]:
        row: Any = await self._pool.fetchrow(_PARTIES, [list(parties)])
        found = {
            one["id"]: Office(id=one["id"], name=one["name"], kind=one["kind"], is_public=one["sector"] == "PUBLIC")
            for one in json.loads(row["parties"])
        }
        if not found.keys() >= {*parties}:
            raise NotFound("There is no such party.")
        return found


def _one(asked: QueryParams, name: str) -> str:
    values = asked.getlist(name) or (["SELF"] if name == "givenBy" else [])
    if len(values) != 1 or not values[0].isprintable() or (name == "givenBy" and values[0] not in GIVERS):
        raise BadInput(f"State {name} once.", field=name)
    return values[0]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("State expiresAt as 2027-05-12T12:00:00Z.", field="expiresAt") from None
    if moment.tzinfo is None or not 1900 < moment.year < 2200:
        raise BadInput("State expiresAt with its offset, as 2027-05-12T12:00:00Z.", field="expiresAt")
    return moment
