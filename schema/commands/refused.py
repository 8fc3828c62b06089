"""What every command may answer with instead of what it does."""

from __future__ import annotations

import strawberry

from schema.wording import Wording


@strawberry.type(description="The command was refused as a whole; nothing was done.")
class CommandRefused:
    """A stable code, the field at fault where there is one, and what to do."""

    code: str = strawberry.field(description="Stable code, as listed in the table of errors.")
    field: str | None = strawberry.field(description="The field at fault.")
    text: Wording = strawberry.field(description="What is wrong and what to do, in plain words.")
