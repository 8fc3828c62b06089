"""What makers of files are given: a template and a JSON Schema. For everybody: they say nothing of anybody."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.bulk.forms import json_schema, template
from schema.commands.defaults import MortgageDefaultRow

COLLECTION: Final = "/submissions/mortgage-defaults"
TEMPLATE: Final = f"{COLLECTION}/template.csv"
SCHEMA: Final = f"{COLLECTION}/schema.json"
FORMS: Final = frozenset({TEMPLATE, SCHEMA})


def file_forms() -> list[Route]:
    return [Route(TEMPLATE, _template, methods=["GET"]), Route(SCHEMA, _schema, methods=["GET"])]


async def _template(_: Request) -> Response:
    return Response(template(MortgageDefaultRow), media_type="text/csv")


async def _schema(_: Request) -> Response:
    return JSONResponse(json_schema(MortgageDefaultRow), media_type="application/schema+json")
