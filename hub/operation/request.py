"""One GraphQL request as it came in: well-formed, not yet parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """The members of a GraphQL-over-HTTP request. The query and the variables may name persons, so they never print."""

    query: str = field(repr=False)
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    extensions: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
