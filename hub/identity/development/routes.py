"""The routes of the development issuer, under the paths that the real issuers use."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Any, cast
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from hub.identity.development.server import DevelopmentServer, FormRequest, read
from hub.identity.development.shapes import REPRESENTATION, LogIn
from hub.identity.development.signing import public_set
from hub.identity.issuers import is_loopback
from hub.identity.personas import Persona

Handler = Callable[[Request], Awaitable[Response]]

_PAGE = """<!doctype html>
<html lang="nb"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Testinnlogging</title>
<h1>Testinnlogging</h1>
<p lang="nb">Velg hvem du vil være. Ingen av dem finnes.</p>
<p lang="en">Choose who to be. None of them exists.</p>
<ul>{items}</ul>
</html>"""
_PAGE_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


def on_loopback(handler: Handler) -> Handler:
    """The second lock: a request from elsewhere, or to a name that is not this machine's, gets nothing."""

    async def guarded(request: Request) -> Response:
        peer = request.client.host if request.client else None
        if not is_loopback(peer) or not is_loopback(request.url.hostname):
            return JSONResponse({"error": "access_denied"}, status_code=403)
        return await handler(request)

    return guarded


class IssuerRoutes:
    """Metadata, keys, authorize and token for one issuer."""

    def __init__(self, server: DevelopmentServer, key: RSAKey, root: str, personas: Mapping[str, Persona]) -> None:
        self._server = server
        self._keys = public_set(key)
        self._root = root
        self._personas = {name: each for name, each in personas.items() if each.issuer is server.kind}

    def routes(self, paths: Mapping[str, str]) -> list[Route]:
        handlers: dict[str, tuple[Handler, str]] = {
            "metadata": (self.metadata(paths), "GET"),
            "jwks_uri": (self.jwks, "GET"),
            "authorization_endpoint": (self.authorize, "GET"),
            "token_endpoint": (self.token, "POST"),
            "registration_endpoint": (self.register, "POST"),
        }
        return [
            Route(path, on_loopback(handlers[name][0]), methods=[handlers[name][1]]) for name, path in paths.items()
        ]

    def metadata(self, paths: Mapping[str, str]) -> Handler:
        async def handler(request: Request) -> Response:
            tenant = request.path_params.get("tenant", "")
            ends = {
                name: self._root + path.replace("{tenant}", tenant)
                for name, path in paths.items()
                if name != "metadata"
            }
            return JSONResponse(
                {
                    "issuer": self._server.issuer.replace("{tenant}", "{tenantid}"),
                    **ends,
                    "response_types_supported": ["code"],
                    "code_challenge_methods_supported": ["S256"],
                    "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
                }
            )

        return handler

    async def jwks(self, _: Request) -> Response:
        return JSONResponse(self._keys)

    async def authorize(self, request: Request) -> Response:
        asked = await read(request)
        try:
            grant = self._server.get_consent_grant(asked)
            hint = asked.args.get("login_hint")
            if hint is None:
                return self._chooser(request)
            login = self._login(hint, asked)
        except OAuth2Error as error:
            return cast("Response", self._server.handle_error_response(asked, error))
        except ValueError:
            return JSONResponse({"error": "invalid_request"}, status_code=400)
        return cast("Response", self._server.create_authorization_response(asked, grant_user=login, grant=grant))

    async def token(self, request: Request) -> Response:
        return cast("Response", self._server.create_token_response(await read(request)))

    async def register(self, request: Request) -> Response:
        """A system registers its public key (RFC 7591). `software_id` names the persona."""
        try:
            wanted = json.loads(await request.body())
            client = self._server.clients.register(self._personas[wanted["software_id"]], wanted["jwks"])
        except (KeyError, TypeError, ValueError, JoseError):
            return JSONResponse({"error": "invalid_client_metadata"}, status_code=400)
        return JSONResponse({"client_id": client.client_id}, status_code=201)

    def _login(self, hint: str, asked: FormRequest) -> LogIn | None:
        """Nobody, if there is no such persona: authlib then answers `access_denied`."""
        persona = self._personas.get(hint)
        if persona is None:
            return None
        wanted = asked.args
        return LogIn(
            persona=persona,
            scope=wanted.get("scope", ""),
            audience=wanted.get("resource"),
            represents_for=_represented_service(wanted.get("authorization_details")),
        )

    def _chooser(self, request: Request) -> Response:
        items = "".join(
            f'<li><a href="?{escape(urlencode({**request.query_params, "login_hint": name}))}">{escape(name)}</a> '
            f"{escape(persona.description)}</li>"
            for name, persona in self._personas.items()
        )
        return HTMLResponse(_PAGE.format(items=items), headers=_PAGE_HEADERS)


def _represented_service(details: str | None) -> str | None:
    """Which Altinn resource the client wants a representation for, as Ansattporten reads it."""
    entries: Any = json.loads(details) if details else []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("authorization_details")
    found = [entry.get("resource") for entry in entries if entry.get("type") == REPRESENTATION]
    return found[0] if found and isinstance(found[0], str) else None
