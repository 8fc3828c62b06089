"""What the driver raises when the database cannot be asked, whatever the reason."""

from __future__ import annotations

from typing import Final

import asyncpg

FAILURES: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # Where a connection is ended while a statement is on its way, the driver speaks of a fault of its own. It is no
    # kind of the two above.
    asyncpg.InternalClientError,
)
