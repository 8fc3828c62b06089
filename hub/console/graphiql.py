"""GraphiQL at /graphiql, from files of our own. The page signs in at the development issuer like any other client.

People sign in from the browser itself (authorization code with PKCE). A system has a private key, which is no thing to
keep in a page: the console makes the signed grant for it, for this machine only.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from hub.identity.development import MOUNT, metadata_url
from hub.identity.development.clients import CALLBACK, PEOPLE_CLIENT
from hub.identity.issuers import is_loopback
from hub.identity.personas import Persona, SystemLogin
from hub.identity.sign_in import SignInFailed, asked_for, sign_in

FILES: Final = {
    "console.css": ("pages", "text/css"),
    "console.js": ("pages", "text/javascript"),
    "graphiql.min.css": ("vendor", "text/css"),
    "graphiql.min.js": ("vendor", "text/javascript"),
    "react-dom.production.min.js": ("vendor", "text/javascript"),
    "react.production.min.js": ("vendor", "text/javascript"),
    "LICENSES.txt": ("vendor", "text/plain"),
}
# Nothing from elsewhere, no script or style in the page. GraphiQL's dialogs miss one inline style, a scroll lock.
PAGE_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


class Graphiql:
    """The page, its files, and what it needs to sign in. `base_url` is the one address under which it works."""

    def __init__(self, *, base_url: str, personas: Sequence[Persona], audience: str | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._audience = audience or self._base_url
        self._personas = {persona.name: persona for persona in personas}
        folder = resources.files("hub.console")
        self._page = folder.joinpath("pages", "graphiql.html").read_bytes()
        self._files = {
            name: (folder.joinpath(place, name).read_bytes(), media_type) for name, (place, media_type) in FILES.items()
        }

    def routes(self) -> list[Route]:
        return [
            Route("/graphiql", self._show, methods=["GET"]),
            Route("/graphiql/personas", self._list, methods=["GET"]),
            Route("/graphiql/system-token", self._sign_in_system, methods=["POST"]),
            Route("/graphiql/{name}", self._file, methods=["GET"]),
            Route(CALLBACK, self._callback, methods=["GET"]),
        ]

    async def _show(self, request: Request) -> Response:
        if request.url.netloc != urlsplit(self._base_url).netloc:
            # Issuers and tokens know one address, so the browser shall use that one too.
            return RedirectResponse(f"{self._base_url}/graphiql")
        return Response(self._page, media_type="text/html", headers={"content-security-policy": PAGE_POLICY})

    async def _file(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("There is no such file.", status_code=404)
        content, media_type = found
        return Response(content, media_type=media_type)

    async def _list(self, _: Request) -> Response:
        return JSONResponse(
            {"client": PEOPLE_CLIENT, "personas": [self._described(p) for p in self._personas.values()]}
        )

    async def _sign_in_system(self, request: Request) -> Response:
        """Only for a page of this machine: not through a proxy, not from a page elsewhere."""
        if not self._is_own_page(request):
            return JSONResponse({"error": "access_denied"}, status_code=403)
        persona = self._personas.get(request.query_params.get("persona", ""))
        if persona is None or not isinstance(persona.login, SystemLogin):
            return JSONResponse({"error": "unknown_persona"}, status_code=404)
        try:
            token = await sign_in(self._base_url, persona, audience=self._audience)
        except SignInFailed:
            return JSONResponse({"error": "sign_in_failed"}, status_code=502)
        return JSONResponse({"access_token": token})

    async def _callback(self, _: Request) -> Response:
        """Where the issuer sends the browser back to; the page reads the code out of this address."""
        return PlainTextResponse("Signed in. This page can be closed.")

    def _is_own_page(self, request: Request) -> bool:
        peer = request.client.host if request.client else None
        is_forwarded = any(name.startswith(("forwarded", "x-forwarded")) for name in request.headers)
        return is_loopback(peer) and not is_forwarded and request.headers.get("origin") == self._base_url

    def _described(self, persona: Persona) -> dict[str, object]:
        is_system = isinstance(persona.login, SystemLogin)
        return {
            "name": persona.name,
            "description": persona.description,
            "orgnr": persona.orgnr,
            "purposes": list(persona.purposes),
            "isSystem": is_system,
            "metadata": None if is_system else metadata_url(MOUNT, persona.issuer),
            "ask": {} if is_system else asked_for(persona, self._audience),
        }
