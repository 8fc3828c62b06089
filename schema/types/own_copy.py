"""How a row of the ledger is shown to who sent it: what has a column, and what stands in it as it was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type

T = TypeVar("T", bound=type)
C = DataCategory


@dataclass_transform(kw_only_default=True)
def own_copy() -> Callable[[T], T]:
    """A type of what a sender has handed in itself. Which rows of the ledger it is, its way in says."""
    return shared_type(
        source=Source.HUB,
        table="hub.submitted_report",
        category=C.OWN_SUBMISSION,
        anchor=Anchor.SUBMISSION,
        source_party="submitter_party",
        order="received_at DESC, {child}.id",
    )


def of_row(description: str) -> Any:
    """A value that the ledger has a column for."""
    return shared(C.OWN_SUBMISSION, description)


def sent(description: str, name: str, sql_type: str = "text") -> Any:
    """A value of the row as it was sent."""
    expression = f"({{row}}.payload ->> '{name}')::{sql_type}"
    return shared(C.OWN_SUBMISSION, description, expression=expression, columns=("payload",))


def masked(whose: str) -> Any:
    """The national id that was stated."""
    return shared(
        C.OWN_SUBMISSION,
        f"The first six digits of {whose} national id, the rest starred.",
        expression="left({row}.subject_national_id, 6) || '*****'",
        columns=("subject_national_id",),
    )
