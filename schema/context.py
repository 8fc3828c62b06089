"""What a resolver may ask of the hub. This Protocol is the only way in which `schema` sees the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from schema.mutation import SubmitMortgageDefaultsInput, SubmitResult


class Commands(Protocol):
    """The commands of the hub, bound to one inquiry. Each is one transaction, with its record inside."""

    async def submit_mortgage_defaults(self, submitted: SubmitMortgageDefaultsInput) -> SubmitResult:
        """Accept or reject each row of a batch of defaults on loans."""
        ...


class Context(Protocol):
    """Passed to each resolver."""

    commands: Commands
