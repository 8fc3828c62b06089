"""What may go wrong with the database, told apart: what passes when tried again, and what is a fault of ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import sqlalchemy.exc as sa_exc

from hub.errors import Overloaded, Unavailable
from hub.store.driver import FAILURES

# Connection, serialization and deadlock, resources, locks, intervention by an operator, the system.
_PASSING = ("08", "40", "53", "55", "57", "58")
_GONE = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@asynccontextmanager
async def store_errors() -> AsyncGenerator[None]:
    """Whether a commit that broke was done is not known; the sender finds out by sending the same key again."""
    try:
        yield
    except sa_exc.TimeoutError as error:
        raise Overloaded(detail="no connection was free") from error
    except (sa_exc.DBAPIError, *FAILURES) as error:
        if not is_passing(error):
            raise
        raise Unavailable(detail=type(error).__name__) from error


def is_passing(error: Exception) -> bool:
    """Whether the same may work a little later."""
    cause = error.orig if isinstance(error, sa_exc.DBAPIError) else error
    if isinstance(error, sa_exc.InterfaceError) or isinstance(cause, _GONE):
        return True
    if isinstance(error, sa_exc.DBAPIError) and error.connection_invalidated:
        return True
    return str(getattr(cause, "sqlstate", None) or "").startswith(_PASSING)
