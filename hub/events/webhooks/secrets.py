"""What calls are signed with. It is made here, shown once, and stored sealed: with the service's key alone it opens.

The sealing is JWE (RFC 7516, `dir` with `A256GCM`). Whose it is stands in the sealed part's header, so that one put in
the place of another does not open. After a change of the service's key nothing opens: parties take new secrets.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets as random
from typing import Final
from uuid import UUID

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

PREFIX: Final = "whsec_"
"""As the Standard Webhooks write a secret: this, and base64."""
_BYTES: Final = 32
_SHORTEST: Final = 24
_USE: Final = b"webhooks: secrets of parties, 1"
_ALGORITHMS: Final = ["dir", "A256GCM"]


class SecretUnreadable(Exception):
    """The secret does not open: it was sealed with another key, or for another webhook."""


def new_secret() -> str:
    """Nobody has had it before."""
    return PREFIX + base64.b64encode(random.token_bytes(_BYTES)).decode("ascii")


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises `ValueError` where the text is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if len(key) < _SHORTEST:
        raise ValueError("a secret is whsec_ and base64 of 24 bytes or more")
    return key


class Seal:
    """Seals secrets for storing, and opens them for signing."""

    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(hmac.digest(key, _USE, "sha256"))

    def sealed(self, webhook: UUID, secret: str) -> str:
        header = {"alg": "dir", "enc": "A256GCM", "kid": str(webhook)}
        return jwe.encrypt_compact(header, secret.encode("ascii"), self._key, algorithms=_ALGORITHMS)

    def opened(self, webhook: UUID, text: str) -> str:
        """Raises `SecretUnreadable`."""
        try:
            found = jwe.decrypt_compact(text, self._key, algorithms=_ALGORITHMS)
            if found.headers().get("kid") != str(webhook) or found.plaintext is None:
                raise SecretUnreadable
            return found.plaintext.decode("ascii")
        except (JoseError, ValueError) as error:
            raise SecretUnreadable(type(error).__name__) from None
