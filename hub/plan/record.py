"""What a plan knows about its own disclosures: for each kind of row, what each bit that comes back from the database
stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.gate.residual import Atom


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A permit that may be the ground: the bit that says it holds (none: it surely does), and where its evidence
    stands.
    """

    bit: int | None
    policy: str
    basis: str
    evidence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A category shown where the bit is set (none: on every row), on the first candidate that holds."""

    bit: int | None
    category: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """A field withheld where the bit is set, with the bits of the atoms that explain it."""

    bit: int
    action: str
    key: str
    atoms: tuple[tuple[Atom, int], ...]


@dataclass(slots=True, kw_only=True)
class NodeRecord:
    """One kind of row in a plan. Bits are numbered from 0; masks are text, since a wide row can have more than 63."""

    number: int
    type_name: str
    kind: str
    path: tuple[str, ...]
    grounds: list[Ground] = field(default_factory=list)
    withholdings: list[Withholding] = field(default_factory=list)
    bits: dict[str, int] = field(default_factory=dict)
    withheld_bits: dict[str, int] = field(default_factory=dict)
    atom_bits: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, set[int | None]] = field(default_factory=dict)
    settled: Mapping[Atom, bool] = field(default_factory=dict)

    def bit(self, sql: str) -> int:
        return self.bits.setdefault(sql, len(self.bits))

    def withheld_bit(self, sql: str) -> int:
        return self.withheld_bits.setdefault(sql, len(self.withheld_bits))

    def atom_bit(self, sql: str) -> int:
        return self.atom_bits.setdefault(sql, len(self.atom_bits))

    def evidence_position(self, sql: str, bit: int | None) -> int:
        """Where the evidence stands that is asked for where the bit is set, or (none) on every row."""
        self.evidence.setdefault(sql, set()).add(bit)
        return list(self.evidence).index(sql)

    def token(self, source: str) -> str:
        """SQL text of the row's disclosure: number|mask|source party|evidence ids."""
        parts = [f"'{self.number}|'||{_mask(self.bits)}||'|'||{source}"]
        parts += [self._document(sql, bits) for sql, bits in self.evidence.items()]
        return "||'|'||".join(parts)

    def _document(self, sql: str, bits: set[int | None]) -> str:
        """What a ground rests on is looked up only where a ground holds that rests on it."""
        conditions = [sql for sql, bit in self.bits.items() if bit in bits]
        looked_up = sql if None in bits else f"CASE WHEN {' OR '.join(conditions)} THEN {sql} END"
        return f"coalesce(({looked_up})::text,'')"

    def mark(self) -> str | None:
        """SQL text of what is withheld on the row, NULL where nothing is."""
        if not self.withheld_bits:
            return None
        anything = " OR ".join(f"({sql})" for sql in self.withheld_bits)
        return f"CASE WHEN {anything} THEN '!'||{_mask(self.withheld_bits)}||'.'||{_mask(self.atom_bits)} END"


def _mask(conditions: Mapping[str, int]) -> str:
    """Bits as text, lowest first: a character each, so that any number fits."""
    if not conditions:
        return "''"
    return "||".join(f"CASE WHEN {sql} THEN '1' ELSE '0' END" for sql in conditions)
