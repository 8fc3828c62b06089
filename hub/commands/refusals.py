"""Why a command was not done, carried out of its transaction: nothing of it is written."""

from __future__ import annotations

from schema.commands.refused import CommandRefused

NOT_FOUND = "NOT_FOUND"


class CommandRefusal(Exception):
    """The command is refused. `noted` says that somebody may have been looking for what is not theirs."""

    def __init__(self, code: str, field: str | None, message: str, *, noted: bool = False) -> None:
        self.answer = CommandRefused(code=code, field=field, message=message)
        self.noted = noted
        super().__init__(code)


def not_found(field: str) -> CommandRefusal:
    """The same whether it is not there or not theirs."""
    return CommandRefusal(NOT_FOUND, field, "There is no such thing, or this party may not do this to it.", noted=True)


def bad_value(field: str, expected: str) -> CommandRefusal:
    """What was stated cannot be so."""
    return CommandRefusal("BAD_VALUE", field, f"State {expected}.")


def conflict() -> CommandRefusal:
    """The key was used before, for something else."""
    return CommandRefusal(
        "CONFLICT",
        "idempotencyKey",
        "The same key was used before with other content. Send other content under a key of its own.",
    )
