"""Errors that only HTTP knows, and the one way in which any error is written."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import orjson

from hub.errors import BadInput, BofastError, LimitExceeded
from hub.text import Text


class BodyTimeout(BadInput):
    """The body did not arrive in time."""

    code = "REQUEST_TIMEOUT"
    status = 408
    said = Text(
        nb="Forespørselen kom ikke fram i tide. Prøv igjen.",
        en="The request did not arrive in time. Try again.",
    )


class HeadersTooLarge(LimitExceeded):
    """The headers are larger than the limit."""

    status = 431


class HostNotServed(BadInput):
    """This host name is not served here."""

    code = "HOST_NOT_SERVED"
    status = 421
    said = Text(
        nb="Tjenesten finnes ikke på denne adressen.",
        en="The service is not at this address.",
    )


@runtime_checkable
class Several(Protocol):
    """An error that stands for several, each with its place in the document."""

    def answers(self) -> list[dict[str, object]]: ...


class SenderGone(Exception):
    """The connection was closed before the request was complete."""


def hold(kind: type[LimitExceeded], limit: str, bound: int, measured: int) -> None:
    """Refuses what passes a bound, and says which bound and by how much."""
    if measured > bound:
        over = measured - bound
        raise kind(f"The limit on {limit} is {bound}; this is {over} over.", limit=limit, bound=bound, over=over)


def error_body(error: BofastError) -> bytes:
    """A GraphQL answer without data: the request was not carried out."""
    return orjson.dumps({"errors": answers_of(error)})


def answers_of(error: BofastError) -> list[dict[str, object]]:
    """The error as an answer lists it, or those that it stands for."""
    return error.answers() if isinstance(error, Several) else [error.public()]
