"""A receipt as it is handed out: readable JSON, and the signature over the same content (JWS, Ed25519).

    {"receipt": {…}, "jws": "eyJ…"}

Pure: to sign takes a private key, to verify takes public ones and no network. What is signed stands inside the JWS, so
that nothing hangs on how JSON is laid out; the readable part must say the same, or the whole is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Self

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

ALGORITHM: Final = "Ed25519"
TYPE: Final = "consent-receipt+jws"
MAX_BYTES: Final = 256 * 1024
_HEADER: Final = frozenset({"alg", "kid", "typ"})
_FILE: Final = frozenset({"jws", "receipt"})


class ReceiptFault(StrEnum):
    """Why a receipt is not to be relied on."""

    ALGORITHM = "ALGORITHM"
    ALTERED = "ALTERED"
    KEY_NOT_IN_USE = "KEY_NOT_IN_USE"
    MALFORMED = "MALFORMED"
    SIGNATURE = "SIGNATURE"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_KEY = "UNKNOWN_KEY"


_TEXTS: Final[Mapping[ReceiptFault, str]] = {
    ReceiptFault.ALGORITHM: f"It is signed in another way than receipts are ({ALGORITHM}).",
    ReceiptFault.ALTERED: "The part that can be read says something else than the part that is signed.",
    ReceiptFault.KEY_NOT_IN_USE: "It says that it was issued at a time when the key was not in use.",
    ReceiptFault.MALFORMED: "It is not a receipt, or not a whole one.",
    ReceiptFault.SIGNATURE: "The signature does not fit: it has been changed, or signed by somebody else.",
    ReceiptFault.TOO_LARGE: "It is larger than any receipt is.",
    ReceiptFault.UNKNOWN_KEY: "It is signed with a key that is not among the hub's keys.",
}


class ReceiptRefused(Exception):
    """The receipt is not to be relied on."""

    def __init__(self, fault: ReceiptFault) -> None:
        self.fault = fault
        super().__init__(_TEXTS[fault])


class KeysUnreadable(ValueError):
    """This is not a set of public keys (JWKS) that receipts can be verified with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """A public key, and when it was in use: from `created_at`, until `retired_at` if it is no longer."""

    key: OKPKey = field(repr=False)
    kid: str
    created_at: float
    retired_at: float | None

    def was_in_use(self, moment: datetime) -> bool:
        # The set tells whole seconds.
        seconds = moment.timestamp()
        return math.floor(self.created_at) <= seconds and (
            self.retired_at is None or seconds <= math.ceil(self.retired_at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKeys:
    """The keys that the hub has ever signed receipts with, by id."""

    keys: Mapping[str, PublishedKey]

    @classmethod
    def read(cls, text: str) -> Self:
        """From a JWK set. Keys of another sort are left alone. Raises `KeysUnreadable`."""
        try:
            document = _parsed(text)
        except ValueError:
            raise KeysUnreadable("not JSON") from None
        listed = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(listed, list):
            raise KeysUnreadable("no list of keys")
        found = [_published(member) for member in listed if _is_ours(member)]
        if not found:
            raise KeysUnreadable(f"no key for {ALGORITHM} in it")
        if len({key.kid for key in found}) < len(found):
            raise KeysUnreadable("a key id stands twice")
        return cls(keys={key.kid: key for key in found})


def public_member(jwk: Mapping[str, Any], created_at: datetime, retired_at: datetime | None) -> dict[str, Any]:
    """A key as it stands in the published set: RFC 7517, with the times of its use as NumericDate."""
    member = {**jwk, "use": "sig", "alg": ALGORITHM, "iat": int(created_at.timestamp())}
    return member if retired_at is None else {**member, "exp": math.ceil(retired_at.timestamp())}


def seal(receipt: Mapping[str, Any], key: OKPKey) -> str:
    """The receipt with its signature, as JSON to be handed out."""
    content = json.dumps(receipt, ensure_ascii=False, separators=(",", ":")).encode()
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": TYPE}
    token = jws.serialize_compact(header, content, key, algorithms=[ALGORITHM], registry=_registry())
    return json.dumps({"receipt": receipt, "jws": token}, ensure_ascii=False, indent=2) + "\n"


def opened(text: str, keys: PublishedKeys) -> dict[str, Any]:
    """What a receipt says, if these keys prove it. Raises `ReceiptRefused`."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise ReceiptRefused(ReceiptFault.TOO_LARGE)
    document = _object(text)
    if document.keys() != _FILE or not isinstance(document["jws"], str):
        raise ReceiptRefused(ReceiptFault.MALFORMED)
    published, content = _verified(document["jws"], keys)
    receipt = _object(content)
    if not _is_same(receipt, document["receipt"]):
        raise ReceiptRefused(ReceiptFault.ALTERED)
    if not published.was_in_use(_issued_at(receipt)):
        raise ReceiptRefused(ReceiptFault.KEY_NOT_IN_USE)
    return receipt


def _verified(token: str, keys: PublishedKeys) -> tuple[PublishedKey, str]:
    """INVARIANT: the key decides the algorithm, never the header: it only has to agree."""
    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise ReceiptRefused(ReceiptFault.ALGORITHM)
    # A header that says more could ask for something that is not done here; another type was signed for another use.
    if header.keys() != _HEADER or header["typ"] != TYPE or not isinstance(header["kid"], str):
        raise ReceiptRefused(ReceiptFault.MALFORMED)
    published = keys.keys.get(header["kid"])
    if published is None:
        raise ReceiptRefused(ReceiptFault.UNKNOWN_KEY)
    try:
        signed = jws.deserialize_compact(token, published.key, algorithms=[ALGORITHM], registry=_registry())
        return published, signed.payload.decode("utf-8")
    except (JoseError, ValueError):
        raise ReceiptRefused(ReceiptFault.SIGNATURE) from None


def _header(token: str) -> dict[str, Any]:
    segments = token.split(".")
    if len(segments) != 3 or not token.isascii():
        raise ReceiptRefused(ReceiptFault.MALFORMED)
    try:
        text = urlsafe_b64decode(segments[0].encode()).decode("utf-8")
    except (ValueError, IndexError):
        raise ReceiptRefused(ReceiptFault.MALFORMED) from None
    return _object(text)


def _issued_at(receipt: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(receipt["issuedAt"])
        return moment.astimezone(UTC) if moment.tzinfo is not None else _no_moment()
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ReceiptRefused(ReceiptFault.MALFORMED) from None


def _no_moment() -> datetime:
    raise ValueError("no offset")


def _object(text: str) -> dict[str, Any]:
    try:
        value = _parsed(text)
    except ValueError:
        raise ReceiptRefused(ReceiptFault.MALFORMED) from None
    if not isinstance(value, dict):
        raise ReceiptRefused(ReceiptFault.MALFORMED)
    return value


def _parsed(text: str) -> Any:
    """JSON in which no name stands twice: two readers must not read two things."""
    try:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _is_same(one: object, other: object) -> bool:
    """Whether two values are the same JSON: layout and order do not count, and true is not 1."""
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    except RecursionError:
        return False


def _is_ours(member: Any) -> bool:
    return isinstance(member, dict) and member.get("kty") == "OKP" and member.get("crv") == ALGORITHM


def _published(member: Mapping[str, Any]) -> PublishedKey:
    """A key's id is its fingerprint, so that no other can be passed off under it."""
    try:
        key = OKPKey.import_key({name: member[name] for name in ("kty", "crv", "x")})
        kid, created_at, retired_at = key.thumbprint(), _number(member["iat"]), member.get("exp")
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise KeysUnreadable("a key that is not a whole one") from error
    if member.get("kid") != kid:
        raise KeysUnreadable("a key id that is not the key's fingerprint (RFC 7638)")
    return PublishedKey(
        key=key, kid=kid, created_at=created_at, retired_at=None if retired_at is None else _number(retired_at)
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise KeysUnreadable("a time that is not a number")
    return value


def _registry() -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=[ALGORITHM])
    registry.max_payload_length = MAX_BYTES
    return registry


def key_set(members: Iterable[Mapping[str, Any]]) -> str:
    """The published set, as JSON."""
    return json.dumps({"keys": list(members)}, separators=(",", ":"))
