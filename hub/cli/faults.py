"""What can keep a command from going on, told in a sentence that names what to mend. A traceback would quote values."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from hub.cli.output import fail
from hub.errors import BofastError
from hub.rules import UNREADABLE
from hub.rules.activation import ReloadUnderWay
from hub.settings import SettingsError
from hub.store.driver import FAILURES
from hub.store.embedded import FolderRefused, ServerFailed
from hub.store.fitness import reason as unreachable

CANNOT_START = (
    *FAILURES,
    SQLAlchemyError,
    BofastError,
    SettingsError,
    ReloadUnderWay,
    FolderRefused,
    ServerFailed,
    *UNREADABLE,
)


def refuse(what: str, error: Exception, *, hint: str | None = None) -> NoReturn:
    """Ends the command: what cannot be done, and each reason on a line of its own."""
    fail(f"{what}:\n" + "\n".join(f"  - {reason}" for reason in reasons(error)), hint=hint)


def reasons(error: Exception) -> tuple[str, ...]:
    """The kind of failure, and its code where it has one: texts of a database quote what they were given."""
    match error:
        case SettingsError():
            return error.problems
        case BofastError():
            return (f"{error.code} ({error.detail})" if error.detail else error.code,)
        case ReloadUnderWay():
            return (str(error.__doc__),)
        case _ if isinstance(error, FAILURES):
            return (f"the database: {unreachable(error)}",)
        case SQLAlchemyError():
            cause = getattr(error, "orig", None)
            return (f"the database refused ({getattr(cause, 'sqlstate', None) or type(error).__name__})",)
        case _:
            # Of the policies, the registers or the schema: file, line and what to do.
            return (str(error),)
