"""The register of purposes: which one a request may state, and on which legal bases it can then rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

from hub.identity.faults import PurposeFault, purpose_refused
from hub.identity.legal_bases import LegalBases
from hub.identity.model import Kind, Purpose, Requester
from hub.identity.register_files import RegisterError, RegisterFile, check_names, day_of, text_of

POLICIES: Final = Path(__file__).parents[2] / "policies"
REGISTERS: Final = ("legal_bases.toml", "purposes.toml")
_KEPT: Final = 256
_REQUIRED: Final = frozenset({"bases", "code", "en", "kinds", "nb", "number", "valid_from"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeText:
    """The name of a purpose in both languages."""

    nb: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeRegister:
    """Purposes by number, and the legal bases that they rest on."""

    purposes: Mapping[str, Purpose]
    texts: Mapping[str, PurposeText]
    legal_bases: LegalBases
    _in_force: dict[tuple[tuple[str, ...] | None, date], frozenset[str]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """What was worked out of these registers: the codes of a purpose's bases that hold on a day. A few at most."""

    @classmethod
    def load(cls, folder: Path = POLICIES) -> Self:
        """The registers in a folder. Raises `RegisterError`."""
        return cls.read({name: (folder / name).read_text(encoding="utf-8") for name in REGISTERS})

    @classmethod
    def read(cls, files: Mapping[str, str]) -> Self:
        """Raises `RegisterError` if anything in the two registers is unclear; the hub does not start on a guess."""
        legal_bases = LegalBases.read(RegisterFile.among(files, "legal_bases.toml", "basis"))
        register = RegisterFile.among(files, "purposes.toml", "purpose")
        purposes = register.parsed(lambda row: _purpose(row, legal_bases))
        _check_unique(register, purposes)
        return cls(
            purposes={purpose.number: purpose for purpose in purposes},
            texts={row["number"]: PurposeText(nb=row["nb"], en=row["en"]) for row in register.rows()},
            legal_bases=legal_bases,
        )

    def select(self, number: str | None, requester: Requester, on: date) -> Purpose | None:
        """The purpose that the header states. No header is no purpose; a wrong one is refused and never passed over."""
        if number is None:
            return None
        purpose = self.purposes.get(number.strip())
        if purpose is None:
            raise purpose_refused(PurposeFault.UNKNOWN)
        if on < purpose.valid_from or (purpose.valid_to is not None and on > purpose.valid_to):
            raise purpose_refused(PurposeFault.NOT_IN_FORCE)
        if requester.kind not in purpose.kinds:
            raise purpose_refused(PurposeFault.NOT_FOR_PARTY)
        return purpose

    def bases(self, purpose: Purpose | None, on: date) -> frozenset[str]:
        """The codes that a request may rest on that day: those that need no purpose, and those of its purpose."""
        key = (None if purpose is None else purpose.bases), on
        known = self._in_force.get(key)
        if known is None:
            if len(self._in_force) >= _KEPT:
                self._in_force.clear()
            known = self._in_force[key] = self._bases(*key)
        return known

    def _bases(self, codes: tuple[str, ...] | None, on: date) -> frozenset[str]:
        own = self.legal_bases.without_purpose(on)
        return own | {code for code in codes or () if self.legal_bases.in_force(code, on) is not None}

    def permitted(self, kind: Kind, on: date) -> tuple[Purpose, ...]:
        """The purposes that a kind of party may state that day, by number."""
        in_force = (
            p for p in self.purposes.values() if p.valid_from <= on and (p.valid_to is None or on <= p.valid_to)
        )
        return tuple(sorted((p for p in in_force if kind in p.kinds), key=lambda purpose: purpose.number))


def _check_unique(register: RegisterFile, purposes: Sequence[Purpose]) -> None:
    seen: set[str] = set()
    for index, purpose in enumerate(purposes):
        with register.at(index):
            for value in (purpose.number, purpose.code):
                if value in seen:
                    raise RegisterError(f"{value} stands twice; give each purpose a number and a code of its own")
                seen.add(value)


def _purpose(row: Mapping[str, Any], legal_bases: LegalBases) -> Purpose:
    check_names(row, _REQUIRED, frozenset({"valid_to"}))
    number, bases, kinds = text_of(row, "number"), _texts(row, "bases"), _texts(row, "kinds")
    text_of(row, "en")
    if unknown := set(bases) - legal_bases.opening_codes:
        raise RegisterError(f"{number}: {', '.join(sorted(unknown))} is no legal basis that opens anything")
    if unknown := set(kinds) - {kind.value for kind in Kind}:
        raise RegisterError(f"{number}: {', '.join(sorted(unknown))} is not a kind of party")
    valid_from, valid_to = day_of(row, "valid_from"), day_of(row, "valid_to")
    if valid_from is None or (valid_to is not None and valid_to < valid_from):
        raise RegisterError(f"{number}: it ends before it begins")
    return Purpose(
        number=number,
        code=text_of(row, "code"),
        name=text_of(row, "nb"),
        bases=tuple(bases),
        kinds=frozenset(Kind(kind) for kind in kinds),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _texts(row: Mapping[str, Any], name: str) -> list[str]:
    values = row[name]
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise RegisterError(f"{row['number']}: {name} is not a list of codes")
    if len(set(values)) != len(values):
        raise RegisterError(f"{row['number']}: a code stands twice in {name}")
    return values
