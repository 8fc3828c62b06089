"""What is said to people is said in both languages: the one type for it."""

from __future__ import annotations

import strawberry


@strawberry.type(description="One or more sentences in both languages.")
class Wording:
    """A value like a scalar. It is there whole or not at all: what guards it guards the field that holds it."""

    nb: str = strawberry.field(description="In Norwegian (bokmål).")
    en: str = strawberry.field(description="In English.")
