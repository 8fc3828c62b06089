"""The two ways in: authorization code with PKCE for people, Maskinporten's JWT grant for systems; authlib's, strict."""

# The bundled type stubs describe an older authlib, so overriding its hooks as it documents them does not match.
# pyright: reportIncompatibleMethodOverride=false, reportAttributeAccessIssue=false, reportOptionalMemberAccess=false

from __future__ import annotations

from typing import Any, Final

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7523 import JWTBearerGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from joserfc.jwk import KeySet

from hub.identity.claims import CONSENT_TYPES
from hub.identity.development.clients import Code, PeopleClient, SystemClient
from hub.identity.development.shapes import LogIn
from hub.identity.personas import SystemLogin

GRANT_SECONDS: Final = 120


class InvalidDetailsError(OAuth2Error):
    """What the grant asks for in `authorization_details` is not known here (RFC 9396, 5)."""

    error = "invalid_authorization_details"


class CodeGrant(AuthorizationCodeGrant):
    """Who logs in is already chosen when the code is made."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]  # noqa: RUF012 - authlib's own attribute

    def save_authorization_code(self, code: str, request: Any) -> None:
        self.server.clients.keep_code(code, request.user, request.client.get_client_id(), request.payload.data)

    def query_authorization_code(self, code: str, client: PeopleClient) -> Code | None:
        return self.server.clients.take_code(code, client.get_client_id())

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Taking it has used it up."""

    def authenticate_user(self, authorization_code: Code) -> LogIn:
        return authorization_code.login


class S256Challenge(CodeChallenge):
    """PKCE is not optional, and neither is SHA-256 (OAuth 2.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - authlib's own attribute

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send code_challenge with code_challenge_method S256.")
        super().validate_code_challenge(grant, redirect_uri)


class SystemGrant(JWTBearerGrant):
    """A grant is signed by the client's own key, lives two minutes at most and works once."""

    CLAIMS_OPTIONS = {name: {"essential": True} for name in ("iss", "aud", "exp", "iat", "jti", "scope")}  # noqa: RUF012

    def resolve_issuer_client(self, issuer: str) -> SystemClient | None:
        return self.server.clients.system(issuer)

    def resolve_client_public_key(self, client: SystemClient) -> KeySet:
        return client.keys

    def get_audiences(self) -> list[str]:
        return [self.server.issuer]

    def process_assertion_claims(self, assertion: str) -> dict[str, Any]:
        claims: dict[str, Any] = super().process_assertion_claims(assertion)
        if claims["exp"] - claims["iat"] > GRANT_SECONDS:
            raise InvalidGrantError(f"The grant is valid for more than {GRANT_SECONDS} seconds.")
        if not self.server.clients.is_first_use(f"{claims['iss']} {claims['jti']}", claims["exp"]):
            raise InvalidGrantError("The grant has been used before.")
        self._granted = claims
        return claims

    def validate_token_request(self) -> None:
        super().validate_token_request()
        persona, granted = self.request.client.persona, self._granted
        login = persona.login
        if not isinstance(login, SystemLogin) or granted["scope"] != login.scope:
            raise InvalidScopeError
        # As in Maskinporten: only a delegation lets a supplier name another organisation.
        if granted.get("consumer_org") != (login.consumer if login.supplier else None):
            raise InvalidGrantError("No delegation from this consumer_org.")
        self.request.user = LogIn(
            persona=persona,
            scope=login.scope,
            audience=granted.get("resource"),
            consents=_consents(granted.get("authorization_details", [])),
        )

    def authenticate_user(self, subject: str) -> None:
        """A system's grant has no subject: one that has is refused."""

    def has_granted_permission(self, client: SystemClient, user: object) -> bool:  # noqa: ARG002 - never
        return False


def _consents(details: object) -> tuple[dict[str, Any], ...]:
    """Consents that were given in Altinn, as they will stand in the token.

    The real Maskinporten is told `type`, `id` and `from`, and asks Altinn for the rest. There is no Altinn here: the
    grant brings the whole, and every check of it is left to those who are shown the token.
    """
    if not isinstance(details, list) or not all(_is_consent(entry) for entry in details):
        raise InvalidDetailsError
    return tuple(details)


def _is_consent(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("type"), str) and entry["type"] in CONSENT_TYPES
