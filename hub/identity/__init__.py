"""Who asks: a bearer token becomes a `Requester`, or a refusal that says why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hub.identity.faults import TokenFault, unauthenticated

if TYPE_CHECKING:
    from hub.identity.model import Requester
    from hub.identity.register import Register
    from hub.identity.tokens import Verifier

__all__ = ["Identity"]

# RFC 6750, 2.1: the scheme in any case, one space, the characters of token68.
_BEARER: Final = re.compile(r"bearer ([A-Za-z0-9\-._~+/]+=*)", re.IGNORECASE)


class Identity:
    """The first station of the walk: verifies the token, then asks the register, each time anew, who acts."""

    def __init__(self, verifier: Verifier, register: Register) -> None:
        self._verifier = verifier
        self._register = register

    async def requester(self, authorization: str | None) -> Requester:
        """From the value of the header `Authorization`. Raises `Unauthenticated`, `NoActingParty` or `Unavailable`."""
        match = _BEARER.fullmatch(authorization or "")
        if match is None:
            raise unauthenticated(TokenFault.MISSING)
        return await self._register.resolve(await self._verifier.verify(match[1]))
