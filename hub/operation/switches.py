"""The variables that decide which parts of a document are switched on."""

from __future__ import annotations

from typing import Any

from graphql import DirectiveNode, DocumentNode, VariableNode
from graphql.language import Visitor, visit


def switch_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables that @skip and @include look at. Their values change what is selected."""
    finder = _Switches()
    visit(document, finder)
    return tuple(sorted(finder.names))


class _Switches(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in ("skip", "include"):
            self.names |= {a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode)}
