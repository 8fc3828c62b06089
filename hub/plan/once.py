"""What is looked up of a case or a person, once for all the rows that hang on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.gate.anchors import AnchorFacts
    from hub.gate.residual import Atom


@dataclass(slots=True)
class Once:
    """A fenced lateral beside the row of the anchor, with a column for each look-up."""

    alias: str
    columns: dict[str, str] = field(default_factory=dict)

    def column(self, sql: str) -> str:
        """What the look-up comes to."""
        name = self.columns.setdefault(sql, f"a{len(self.columns) + 1}")
        return f"{self.alias}.{name}"

    def lateral(self) -> str:
        """Joined after the row of the anchor and before all that hangs on it. OFFSET 0 keeps the planner from copying
        a look-up back to where it is used.
        """
        named = ", ".join(f"{sql} AS {name}" for sql, name in self.columns.items())
        return f" CROSS JOIN LATERAL (SELECT {named} OFFSET 0) {self.alias}" if named else ""


class FactsOnce:
    """Facts of a row under an anchor. Those that do not depend on the row are looked up beside the anchor. A `FactSql`.

    INVARIANT: what is looked up beside the anchor is two-valued, or the id of a document, as it is on the row.
    """

    def __init__(self, facts: AnchorFacts, fenced: AnchorFacts, row_alias: str, once: Once) -> None:
        """`fenced` reads the facts that are left to the row itself."""
        self._facts = facts
        self._fenced = fenced
        self._of_row = re.compile(rf"\b{row_alias}\.")
        self._once = once

    def scalar(self, fact: str) -> str:
        return self._placed(self._facts.scalar(fact)) or self._fenced.scalar(fact)

    def contains(self, fact: str, value_sql: str) -> str:
        return self._placed(self._facts.contains(fact, value_sql)) or self._fenced.contains(fact, value_sql)

    def evidence(self, *atoms: Atom) -> str:
        """The id of the first document that makes one of the atoms true, NULL where there is none."""
        found = [self._facts.evidence(atom) for atom in atoms]
        placed = [self._placed(sql) or sql for sql in found]
        return placed[0] if len(placed) == 1 else f"coalesce({', '.join(placed)})"

    def _placed(self, sql: str) -> str | None:
        is_of_anchor = "SELECT" in sql and not self._of_row.search(sql)
        return self._once.column(sql) if is_of_anchor else None
