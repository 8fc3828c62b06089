"""What a way in is: the type whose `see` decides, and how a page of it is found. The plan does the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import strawberry

from schema.categories import Anchor
from schema.declare import SHARED
from schema.filters import Filter

First = Annotated[
    int, strawberry.argument(description="Number of rows on the page, from 1 to the limit (100 by default).")
]
After = Annotated[str | None, strawberry.argument(description="Cursor of the last row of the page before.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A way in: rows of `type`, restricted by `where` over `{row}` and the arguments, `order`ed for pages.

    `via` joins the case whose facts decide, where the row is not itself an anchor; `through` says that it is a person.
    `kind` is how it stands on the record. `filters` are arguments of the way's own that are judged like the conditions
    of a filter input. What is `computed` is not planned: it is about no row.
    """

    type: str
    where: str = ""
    order: tuple[str, ...] = ()
    descending: bool = True
    via: str | None = None
    through: Anchor = Anchor.CASE
    kind: str = "LISTED"
    columns: tuple[str, ...] = ()
    filters: tuple[tuple[str, Filter], ...] = ()
    log: str | None = None
    computed: bool = False


def entry(description: str, declared: Entry) -> Callable[[Callable[..., Any]], Any]:
    """A root field that the plan answers."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=resolver, description=description, metadata={SHARED: declared})

    return declare


def planned() -> NoReturn:
    raise RuntimeError("answered by the desk")
