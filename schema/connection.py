"""Relay connections. `first` is required and bounded; a cursor is sealed and holds nothing that the requester may not
see.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import strawberry

Node = TypeVar("Node")


@strawberry.type(description="Where a page stands among the rows that the requester may see.")
class PageInfo:
    """Relay's PageInfo, forwards only."""

    has_next_page: bool = strawberry.field(description="Whether more rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether this page was asked for after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last row; give it as `after` for the next page."
    )


@strawberry.type(description="A row with its cursor.")
class Edge(Generic[Node]):
    """Relay's edge."""

    cursor: str = strawberry.field(description="Sealed cursor, bound to requester and query.")
    node: Node | None = strawberry.field(description="The row.")


@strawberry.type(description="A page of rows.")
class Connection(Generic[Node]):
    """Relay's connection."""

    edges: list[Edge[Node]] = strawberry.field(description="Rows with cursors.")
    nodes: list[Node] = strawberry.field(description="The same rows, without cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(
        description="Number of rows that the requester may see and that match the filter."
    )
