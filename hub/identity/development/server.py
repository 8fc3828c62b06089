"""authlib's authorization server on Starlette: the thin layer that authlib has for Flask and Django."""

# The bundled type stubs describe an older authlib, so overriding its hooks as it documents them does not match.
# pyright: reportIncompatibleMethodOverride=false, reportArgumentType=false

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.identity.development.clients import Clients, PeopleClient, SystemClient
from hub.identity.development.grants import CodeGrant, S256Challenge, SystemGrant
from hub.identity.development.shapes import LogIn, claims
from hub.identity.development.signing import ALGORITHM
from hub.identity.issuers import IssuerKind

_MOST_FIELDS: Final = 32


class Payload(OAuth2Payload):
    """The parameters of a request, from the query and the form."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._values[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        return {name: values[-1] for name, values in self._values.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._values


class FormRequest(OAuth2Request):
    """A request that has been read: authlib does no input or output of its own."""

    def __init__(self, request: Request, form: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__(request.method, str(request.url), headers=request.headers)
        self._query, self._form = dict(request.query_params), form
        self.payload = Payload(pairs)

    @property
    def args(self) -> Mapping[str, str]:
        return self._query

    @property
    def form(self) -> Mapping[str, str]:
        return self._form


async def read(request: Request) -> FormRequest:
    body = await request.body() if request.method == "POST" else b""
    fields = parse_qsl(body.decode("ascii", errors="replace"), max_num_fields=_MOST_FIELDS)
    return FormRequest(request, dict(fields), [*request.query_params.multi_items(), *fields])


class DevelopmentServer(AuthorizationServer):
    """One issuer. Maskinporten takes signed grants, the other three authorization codes."""

    def __init__(self, kind: IssuerKind, issuer: str, key: RSAKey) -> None:
        super().__init__()
        self.kind = kind
        self.issuer = issuer
        self.clients = Clients()
        self._key = key
        self.register_token_generator("default", self._token)
        if kind is IssuerKind.MASKINPORTEN:
            self.register_grant(SystemGrant)
        else:
            self.register_grant(CodeGrant, [S256Challenge(required=True)])

    def query_client(self, client_id: str) -> PeopleClient | SystemClient | None:
        return self.clients.find(client_id)

    def create_oauth2_request(self, request: FormRequest) -> FormRequest:
        return request

    def handle_response(self, status: int, body: Any, headers: Iterable[tuple[str, str]]) -> Response:
        fields = {**dict(headers), "Cache-Control": "no-store"}
        if isinstance(body, dict):
            return JSONResponse(body, status_code=status, headers=fields)
        return Response(body, status_code=status, headers=fields)

    def save_token(self, token: object, request: object) -> None:
        """Its tokens are self-contained: nothing is kept."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def _token(self, *, client: PeopleClient | SystemClient, user: LogIn, **_: object) -> dict[str, str | int]:
        issuer = self.issuer.replace("{tenant}", getattr(user.persona.login, "tenant", ""))
        payload = claims(user, client.get_client_id(), issuer)
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        kind = None if self.kind is IssuerKind.MASKINPORTEN else "JWT"
        token = jwt.encode(header, payload, self._key, algorithms=[ALGORITHM], default_type=kind)
        return {"access_token": token, "token_type": "Bearer", "expires_in": user.lifetime, "scope": user.scope}
