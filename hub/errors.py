"""Every error that Bofast can answer with.

    BofastError
    ├── Refused                 the request cannot be served as it stands; the sender can mend it
    │   ├── Unauthenticated     401
    │   ├── Forbidden           403
    │   │   ├── NoActingParty
    │   │   ├── PurposeNotPermitted
    │   │   └── PurposeRequired
    │   ├── BadInput            400
    │   │   ├── ValidationFailed
    │   │   └── LimitExceeded
    │   ├── NotFound
    │   └── Conflict
    └── Unavailable             something broke or is full; the sender can try again
        ├── RecordUnavailable   503
        ├── Overloaded          503
        ├── SourceFailed
        └── Internal            500

The docstring of a class is its default public message. `detail` is internal and never leaves: not in an answer, not
in a log.
Two faces per error: `public()` is what goes out.
"""

from __future__ import annotations

from typing import ClassVar


class BofastError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, *, detail: str | None = None, **facts: str | int) -> None:
        self.message = message or (self.__doc__ or BofastError.__doc__ or "").strip().partition("\n")[0]
        self.detail = detail
        self.facts = facts
        super().__init__(self.message)

    def public(self) -> dict[str, object]:
        """The error as it stands in a GraphQL answer."""
        return {"message": self.message, "extensions": {"code": self.code, **self.facts}}


class Refused(BofastError):
    """The request was refused."""

    code = "FORBIDDEN"
    status = 403


class Unauthenticated(Refused):
    """A valid bearer token is required."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(Refused):
    """This may not be done by this party."""


class NoActingParty(Forbidden):
    """The token does not lead to exactly one acting party."""

    code = "NO_ACTING_PARTY"


class PurposeRequired(Forbidden):
    """State the purpose of the request in the header Behandlingsnummer."""

    code = "PURPOSE_REQUIRED"


class PurposeNotPermitted(Forbidden):
    """The stated purpose is not one that this party may use."""

    code = "PURPOSE_NOT_PERMITTED"


class BadInput(Refused):
    """The input is not valid."""

    code = "BAD_USER_INPUT"
    status = 400


class ValidationFailed(BadInput):
    """The document is not valid for this party."""

    code = "GRAPHQL_VALIDATION_FAILED"


class LimitExceeded(BadInput):
    """A limit was exceeded."""

    code = "LIMIT_EXCEEDED"


class BodyTooLarge(LimitExceeded):
    """The body is larger than the limit."""

    status = 413


class UnsupportedMediaType(BadInput):
    """Send application/json."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class NotAcceptable(BadInput):
    """The answer can be application/graphql-response+json or application/json."""

    code = "NOT_ACCEPTABLE"
    status = 406


class MethodNotAllowed(BadInput):
    """GraphQL is served by POST only."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class NotFound(Refused):
    """There is no such thing, or it is not for this party."""

    code = "NOT_FOUND"
    status = 404


class Conflict(Refused):
    """The same key was used before with other content."""

    code = "CONFLICT"
    status = 409


class Unavailable(BofastError):
    """The service cannot answer now. Try again."""

    code = "UNAVAILABLE"
    status = 503


class RecordUnavailable(Unavailable):
    """The look-up could not be recorded, so nothing was released. Try again."""

    code = "RECORD_UNAVAILABLE"


class Overloaded(Unavailable):
    """Too much is going on at once. Try again shortly."""

    code = "OVERLOADED"


class SourceFailed(Unavailable):
    """A source did not answer."""

    code = "SOURCE_UNAVAILABLE"


class SourceTimeout(SourceFailed):
    """A source did not answer in time."""

    code = "SOURCE_TIMEOUT"


class Internal(BofastError):
    """An unexpected error happened. It has been noted under the request id."""

    code = "INTERNAL"
