"""The outside of a token: taking a compact JWS apart without believing any of it (RFC 7515, RFC 8725)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc.util import urlsafe_b64decode

from hub.identity.faults import TokenFault, unauthenticated

MAX_TOKEN_BYTES: Final = 16 * 1024
_KEYS_IN_HEADER: Final = frozenset({"jku", "jwk", "x5c", "x5u"})
_NESTED: Final = frozenset({"cty", "enc", "zip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedToken:
    """The parts that say which issuer and key to verify with. Nothing here has been verified."""

    algorithm: str
    key_id: str
    type: str
    issuer: str


def take_apart(token: str) -> UnverifiedToken:
    if len(token) > MAX_TOKEN_BYTES:
        raise unauthenticated(TokenFault.TOO_LARGE)
    segments = token.split(".")
    if len(segments) != 3 or not all(segments):
        raise unauthenticated(TokenFault.MALFORMED, "segments")
    header, payload = decode_object(segments[0]), decode_object(segments[1])
    _check_header(header)
    issuer = payload.get("iss")
    if not isinstance(issuer, str):
        raise unauthenticated(TokenFault.CLAIM_MISSING, "iss")
    kind = header.get("typ", "JWT")
    return UnverifiedToken(algorithm=header["alg"], key_id=header["kid"], type=_short_type(kind), issuer=issuer)


def decode_object(segment: str) -> dict[str, Any]:
    """A JSON object out of strict base64url: no padding, no other alphabet, no stray bits, no name twice, no NaN."""
    try:
        value = json.loads(
            urlsafe_b64decode(segment.encode("ascii")).decode("utf-8"),
            object_pairs_hook=_object_without_doubles,
            parse_constant=_refuse_constant,
        )
    except (ValueError, IndexError, RecursionError) as error:
        raise unauthenticated(TokenFault.MALFORMED, type(error).__name__) from None
    if not isinstance(value, dict):
        raise unauthenticated(TokenFault.MALFORMED, "not an object")
    return value


def _check_header(header: Mapping[str, Any]) -> None:
    if "crit" in header or "b64" in header:
        raise unauthenticated(TokenFault.CRITICAL_HEADER)
    if _KEYS_IN_HEADER & header.keys():
        raise unauthenticated(TokenFault.EMBEDDED_KEY)
    if _NESTED & header.keys():
        raise unauthenticated(TokenFault.MALFORMED, "nested or compressed")
    if not isinstance(header.get("alg"), str):
        raise unauthenticated(TokenFault.MALFORMED, "alg")
    if not isinstance(header.get("kid"), str) or not header["kid"]:
        raise unauthenticated(TokenFault.UNKNOWN_KEY, "no kid")


def _short_type(kind: object) -> str:
    """RFC 8725, 3.11 and RFC 7515, 4.1.9: the prefix `application/` may be left out, and case does not matter."""
    if not isinstance(kind, str):
        raise unauthenticated(TokenFault.MALFORMED, "typ")
    return kind.lower().removeprefix("application/")


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
