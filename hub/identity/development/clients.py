"""The clients that the development issuer knows: one public client for people, and systems that bring a key."""

# The bundled type stubs describe an older authlib, so overriding its hooks as it documents them does not match.
# pyright: reportIncompatibleMethodOverride=false

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from joserfc.jwk import KeySet, KeySetSerialization

from hub.identity.development.shapes import ENTRA_API, LogIn
from hub.identity.issuers import is_loopback
from hub.identity.personas import Persona
from hub.identity.scopes import Scope

PEOPLE_CLIENT: Final = "bofast-demo"
CALLBACK: Final = "/callback"
SCOPES: Final = frozenset({"openid", "profile", Scope.CITIZEN, Scope.LANDLORD, f"api://{ENTRA_API}/access"})
AUTHORIZATION_CODE: Final = "authorization_code"
JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CODE_SECONDS: Final = 60
_MOST_CLIENTS: Final = 256
_MOST_CODES: Final = 256


@dataclass(frozen=True, kw_only=True)
class PeopleClient(ClientMixin):
    """A public client for people: authorization code with PKCE, redirected to loopback on any port (RFC 8252, 7.3)."""

    client_id: str = PEOPLE_CLIENT

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        return " ".join(name for name in (scope or "").split() if name in SCOPES) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        parts = urlsplit(redirect_uri)
        return parts.scheme == "http" and is_loopback(parts.hostname) and parts.path == CALLBACK and not parts.query

    def check_client_secret(self, client_secret: str) -> bool:  # noqa: ARG002 - it has none
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - the same everywhere
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == AUTHORIZATION_CODE


@dataclass(frozen=True, kw_only=True)
class SystemClient(ClientMixin):
    """A system's client: it signs its grants with the key that it registered."""

    client_id: str
    persona: Persona
    keys: KeySet = field(repr=False)

    def get_client_id(self) -> str:
        return self.client_id

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == JWT_BEARER


@dataclass(frozen=True, kw_only=True)
class Code(AuthorizationCodeMixin):
    """An authorization code: for one client, one redirect, one use and one minute."""

    client_id: str
    redirect_uri: str
    login: LogIn
    code_challenge: str
    code_challenge_method: str
    expires_at: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.login.scope


class Clients:
    """What the issuer has to remember between two requests. Bounded, and gone when it stops."""

    def __init__(self) -> None:
        self._systems: OrderedDict[str, SystemClient] = OrderedDict()
        self._codes: OrderedDict[str, Code] = OrderedDict()
        self._used: OrderedDict[str, float] = OrderedDict()

    def find(self, client_id: str) -> PeopleClient | SystemClient | None:
        return PeopleClient() if client_id == PEOPLE_CLIENT else self._systems.get(client_id)

    def system(self, client_id: str) -> SystemClient | None:
        return self._systems.get(client_id)

    def register(self, persona: Persona, jwks: KeySetSerialization) -> SystemClient:
        client = SystemClient(client_id=secrets.token_urlsafe(16), persona=persona, keys=KeySet.import_key_set(jwks))
        self._systems[client.client_id] = client
        _shrink(self._systems, _MOST_CLIENTS)
        return client

    def keep_code(self, code: str, login: LogIn, client_id: str, asked: Mapping[str, str]) -> None:
        self._codes[code] = Code(
            client_id=client_id,
            redirect_uri=asked["redirect_uri"],
            login=login,
            code_challenge=asked["code_challenge"],
            code_challenge_method=asked["code_challenge_method"],
            expires_at=time.monotonic() + _CODE_SECONDS,
        )
        _shrink(self._codes, _MOST_CODES)

    def take_code(self, code: str, client_id: str) -> Code | None:
        """Whoever asks uses it up."""
        found = self._codes.pop(code, None)
        return found if found and found.client_id == client_id and time.monotonic() < found.expires_at else None

    def is_first_use(self, grant_id: str, until: float) -> bool:
        now = time.time()
        for known in [known for known, end in self._used.items() if end < now]:
            del self._used[known]
        is_first = grant_id not in self._used
        self._used[grant_id] = until
        return is_first


def _shrink(things: OrderedDict[str, Any], most: int) -> None:
    while len(things) > most:
        things.popitem(last=False)
