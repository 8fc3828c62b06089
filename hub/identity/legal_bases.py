"""The register of legal bases: a code may have several rows, one for each generation of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, Self

from hub.identity.register_files import RegisterError, RegisterFile, check_names, day_of, text_of


class BasisKind(StrEnum):
    """What sort of thing makes the disclosure lawful. A duty makes nothing lawful: it is why something is closed."""

    AGREEMENT = "AGREEMENT"
    CONSENT = "CONSENT"
    DUTY = "DUTY"
    REPRESENTATION = "REPRESENTATION"
    RIGHT = "RIGHT"
    STATUTE = "STATUTE"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """A row of the register. Without `valid_from` it has been decided but is not in force: nothing may rest on it."""

    code: str
    citation: str
    gdpr: str
    kind: BasisKind
    nb: str
    en: str
    valid_from: date | None
    valid_to: date | None
    requires_consent: bool
    requires_reservation_check: bool
    without_purpose: bool

    def holds(self, day: date) -> bool:
        return (
            self.valid_from is not None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBases:
    """All rows, checked."""

    rows: tuple[LegalBasis, ...]

    @classmethod
    def read(cls, file: RegisterFile) -> Self:
        """Raises `RegisterError` if anything in the register is unclear."""
        rows = file.parsed(_basis)
        for code in {row.code for row in rows}:
            generations = {index: row for index, row in enumerate(rows) if row.code == code}
            with file.at(max(generations)):
                _check_generations(list(generations.values()))
        return cls(rows=rows)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(row.code for row in self.rows)

    def in_force(self, code: str, day: date) -> LegalBasis | None:
        return next((row for row in self.rows if row.code == code and row.holds(day)), None)

    def without_purpose(self, day: date) -> frozenset[str]:
        return frozenset(row.code for row in self.rows if row.without_purpose and row.holds(day))

    @property
    def opening_codes(self) -> frozenset[str]:
        """The codes that a purpose may rest on and a permit may cite."""
        return frozenset(row.code for row in self.rows if row.kind is not BasisKind.DUTY)


_TEXTS: Final = frozenset({"citation", "code", "en", "gdpr", "kind", "nb"})
_FLAGS: Final = frozenset({"requires_consent", "requires_reservation_check", "without_purpose"})
_DAYS: Final = frozenset({"valid_from", "valid_to"})


def _basis(row: Mapping[str, Any]) -> LegalBasis:
    check_names(row, _TEXTS, _FLAGS | _DAYS)
    flags = {name: row.get(name, False) for name in _FLAGS}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise RegisterError(f"{row['code']}: a flag is neither true nor false")
    texts = {name: text_of(row, name) for name in _TEXTS - {"kind"}}
    try:
        kind = BasisKind(row["kind"])
    except ValueError:
        raise RegisterError(f"{row['code']}: {row['kind']} is not a kind of basis") from None
    basis = LegalBasis(
        kind=kind, valid_from=day_of(row, "valid_from"), valid_to=day_of(row, "valid_to"), **texts, **flags
    )
    _check_days(basis.code, basis.valid_from, basis.valid_to)
    if basis.requires_consent != (basis.kind is BasisKind.CONSENT):
        raise RegisterError(f"{basis.code}: a consent requires one, and nothing else does")
    if basis.kind is BasisKind.DUTY and (basis.without_purpose or basis.requires_reservation_check):
        raise RegisterError(f"{basis.code}: a duty opens nothing")
    return basis


def _check_days(code: str, first: date | None, last: date | None) -> None:
    if last is not None and (first is None or last < first):
        raise RegisterError(f"{code}: it ends before it begins")


def _check_generations(rows: Sequence[LegalBasis]) -> None:
    code, flags = rows[0].code, {(row.kind, row.without_purpose, row.requires_reservation_check) for row in rows}
    if len(flags) > 1:
        raise RegisterError(f"{code}: its generations are of different kinds")
    dated = sorted((row.valid_from, row.valid_to or date.max) for row in rows if row.valid_from is not None)
    if any(earlier[1] >= later[0] for earlier, later in pairwise(dated)):
        raise RegisterError(f"{code}: two generations are in force on the same day")
