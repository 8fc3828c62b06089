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

The docstring of a class is its default public message, for those who write the program that asks. `said` is for whoever
sits in front of it, in both languages; each code has its own. `detail` is internal and never leaves: not in an answer,
not in a log.
Two faces per error: `public()` is what goes out.
"""

from __future__ import annotations

from typing import ClassVar

from hub.text import Text


class BofastError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    said: ClassVar[Text] = Text(
        nb="Noe gikk galt hos oss. Prøv igjen, og si fra hvis det ikke hjelper.",
        en="Something went wrong here. Try again, and let us know if that does not help.",
    )

    def __init__(
        self, message: str | None = None, *, text: Text | None = None, detail: str | None = None, **facts: str | int
    ) -> None:
        self.message = message or (self.__doc__ or BofastError.__doc__ or "").strip().partition("\n")[0]
        self.text = text or self.said
        self.detail = detail
        self.facts = facts
        super().__init__(self.message)

    def public(self) -> dict[str, object]:
        """The error as it stands in a GraphQL answer."""
        return {"message": self.message, "extensions": {**self.code_and_text(), **self.facts}}

    def code_and_text(self) -> dict[str, object]:
        """What every error of this code says of itself."""
        return {"code": self.code, "text": {"nb": self.text.nb, "en": self.text.en}}


class Refused(BofastError):
    """The request was refused."""

    code = "FORBIDDEN"
    status = 403
    said = Text(
        nb="Du har ikke lov til å gjøre dette.",
        en="You may not do this.",
    )


class Unauthenticated(Refused):
    """A valid bearer token is required."""

    code = "UNAUTHENTICATED"
    status = 401
    said = Text(
        nb="Innloggingen ble ikke godtatt. Logg inn på nytt.",
        en="The log-in was not accepted. Log in again.",
    )


class Forbidden(Refused):
    """This may not be done by this party."""


class NoActingParty(Forbidden):
    """The token does not lead to exactly one acting party."""

    code = "NO_ACTING_PARTY"
    said = Text(
        nb="Innloggingen viser ikke hvilken virksomhet du handler for.",
        en="The log-in does not show which organisation you act for.",
    )


class PurposeRequired(Forbidden):
    """State the purpose of the request in the header Behandlingsnummer."""

    code = "PURPOSE_REQUIRED"
    said = Text(
        nb="Oppgi hva opplysningene skal brukes til.",
        en="State what the information is for.",
    )


class PurposeNotPermitted(Forbidden):
    """The stated purpose is not one that this party may use."""

    code = "PURPOSE_NOT_PERMITTED"
    said = Text(
        nb="Det oppgitte formålet kan ikke brukes til dette.",
        en="The stated purpose cannot be used for this.",
    )


class BadInput(Refused):
    """The input is not valid."""

    code = "BAD_USER_INPUT"
    status = 400
    said = Text(
        nb="Noe av det som er oppgitt, er ikke gyldig. Rett det, og prøv igjen.",
        en="Something that was stated is not valid. Correct it, and try again.",
    )


class ValidationFailed(BadInput):
    """The document is not valid for this party."""

    code = "GRAPHQL_VALIDATION_FAILED"
    said = Text(
        nb="Programmet spurte om noe som ikke finnes her. Si fra til dem som har laget det.",
        en="The program asked for something that does not exist here. Let those who made it know.",
    )


class LimitExceeded(BadInput):
    """A limit was exceeded."""

    code = "LIMIT_EXCEEDED"
    said = Text(
        nb="Dette var for mye på én gang. Be om mindre.",
        en="This was too much at once. Ask for less.",
    )


class BodyTooLarge(LimitExceeded):
    """The body is larger than the limit."""

    status = 413


class UnsupportedMediaType(BadInput):
    """Send application/json."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    said = Text(
        nb="Programmet sendte noe som ikke kan leses her. Si fra til dem som har laget det.",
        en="The program sent something that cannot be read here. Let those who made it know.",
    )


class NotAcceptable(BadInput):
    """The answer can be application/graphql-response+json or application/json."""

    code = "NOT_ACCEPTABLE"
    status = 406
    said = Text(
        nb="Programmet ba om svar i et format som ikke finnes her. Si fra til dem som har laget det.",
        en="The program asked for a kind of answer that is not given here. Let those who made it know.",
    )


class MethodNotAllowed(BadInput):
    """GraphQL is served by POST only."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    said = Text(
        nb="Programmet spurte på en måte som ikke går her. Si fra til dem som har laget det.",
        en="The program asked in a way that is not served here. Let those who made it know.",
    )


class NotFound(Refused):
    """There is no such thing, or it is not for this party."""

    code = "NOT_FOUND"
    status = 404
    said = Text(
        nb="Vi finner det ikke, eller du har ikke tilgang til det.",
        en="There is no such thing, or it is not for you.",
    )


class Conflict(Refused):
    """The same key was used before with other content."""

    code = "CONFLICT"
    status = 409
    said = Text(
        nb="Det samme er sendt før, med et annet innhold.",
        en="The same was sent before, with other content.",
    )


class Unavailable(BofastError):
    """The service cannot answer now. Try again."""

    code = "UNAVAILABLE"
    status = 503
    said = Text(
        nb="Tjenesten kan ikke svare akkurat nå. Prøv igjen.",
        en="The service cannot answer now. Try again.",
    )


class RecordUnavailable(Unavailable):
    """The look-up could not be recorded, so nothing was released. Try again."""

    code = "RECORD_UNAVAILABLE"
    said = Text(
        nb="Oppslaget kunne ikke loggføres, så ingenting ble vist. Prøv igjen.",
        en="The look-up could not be recorded, so nothing was shown. Try again.",
    )


class Overloaded(Unavailable):
    """Too much is going on at once. Try again shortly."""

    code = "OVERLOADED"
    said = Text(
        nb="Det er stor pågang akkurat nå. Prøv igjen om litt.",
        en="Too much is going on at once. Try again shortly.",
    )


class SourceFailed(Unavailable):
    """A source did not answer."""

    code = "SOURCE_UNAVAILABLE"
    said = Text(
        nb="En av kildene svarer ikke. Prøv igjen.",
        en="One of the sources does not answer. Try again.",
    )


class SourceTimeout(SourceFailed):
    """A source did not answer in time."""

    code = "SOURCE_TIMEOUT"
    said = Text(
        nb="En av kildene bruker for lang tid på å svare. Prøv igjen.",
        en="One of the sources takes too long to answer. Try again.",
    )


class Internal(BofastError):
    """An unexpected error happened. It has been noted under the request id."""

    code = "INTERNAL"
