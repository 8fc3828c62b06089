"""Made-up households: who lives together, who is whose relative, who is protected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from hub.demo import names
from hub.demo.numbers import NationalIds
from hub.demo.offices import Municipality
from hub.demo.rows import Rows
from hub.demo.scene import STRICT_ADDRESS, TODAY, add_kin, add_person, lives_at, person_id

# Of a hundred households. Small shares, but in 300 cases each grade is there.
_PROTECTIONS: Final = {"UGRADERT": 92.0, "FORTROLIG": 4.0, "STRENGT_FORTROLIG": 3.0, "STRENGT_FORTROLIG_UTLAND": 1.0}
_CHILDREN: Final = (0, 0, 0, 0, 0, 1, 1, 2, 2, 3)
_NO_KNOWN_ADDRESS: Final = 0.08
_ADDRESS_WITH_CARE: Final = 0.03
_TEMPORARY: Final = 0.04
_SHIELDED: Final = 0.03
_D_NUMBER: Final = 0.04
_DEAD: Final = 0.005
_ADULT_DAYS: Final = (19 * 366, 78 * 365)
_CHILD_DAYS: Final = (30, 21 * 365)
_DAYS_TO_18: Final = 18 * 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a household."""

    id: UUID
    relation: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A household, subject first, and how protected it is."""

    members: tuple[Member, ...]
    protection: str
    line: str | None
    children: int
    under_18: int

    @property
    def is_strict(self) -> bool:
        return self.protection.startswith("STRENGT")


@dataclass(kw_only=True)
class _Maker:
    rows: Rows
    rng: Random
    numbers: NationalIds
    protection: str
    surname: str
    address: dict[str, Any]
    members: list[Member] = field(default_factory=list)

    def adult(self, relation: str, **values: Any) -> UUID:
        born = TODAY - timedelta(days=self.rng.randint(*_ADULT_DAYS))
        is_d = self.rng.random() < _D_NUMBER
        person = self._person(self.numbers.draw(self.rng, born, d_number=is_d), **values)
        self.members.append(Member(id=person, relation=relation, role="ADULT"))
        return person

    def child(self, protection: str) -> tuple[UUID, bool]:
        days = self.rng.randint(*_CHILD_DAYS)
        person = self._person(self.numbers.draw(self.rng, TODAY - timedelta(days=days)), protection=protection)
        is_under_18 = days < _DAYS_TO_18
        self.members.append(Member(id=person, relation="CHILD", role="CHILD" if is_under_18 else "ADULT"))
        return person, is_under_18

    def _person(self, national_id: str, **values: Any) -> UUID:
        return add_person(
            self.rows,
            person_id(self.rng),
            national_id,
            names.first_name(self.rng),
            self.surname,
            **{
                "middle_name": names.middle_name(self.rng),
                "protection": self.protection,
                "preferred_language": names.language(self.rng),
                "interpreter_needed": self.rng.random() < 0.1,
                "digital_contact_reserved": self.rng.random() < 0.15,
                "shielded": self.rng.random() < _SHIELDED,
                **self.address,
                **values,
            },
        )


def add_household(rows: Rows, rng: Random, numbers: NationalIds, place: Municipality) -> Home:
    """One or two adults and perhaps children. A strict grade is on all of them, kode 7 at times on children only."""
    protection = rng.choices(list(_PROTECTIONS), list(_PROTECTIONS.values()))[0]
    is_strict = protection.startswith("STRENGT")
    line = None if is_strict or rng.random() < _NO_KNOWN_ADDRESS else names.street(rng)
    count = rng.choice(_CHILDREN)
    maker = _Maker(
        rows=rows,
        rng=rng,
        numbers=numbers,
        protection="UGRADERT" if protection == "FORTROLIG" and count and rng.random() < 0.5 else protection,
        surname=names.last_name(rng),
        address=_address(rng, place, line, is_strict=is_strict),
    )
    subject = maker.adult("SELF", deceased_on=_death(rng))
    partner = maker.adult("SPOUSE" if rng.random() < 0.5 else "COHABITANT") if rng.random() < 0.4 else None
    children = [maker.child(protection) for _ in range(count)]
    _add_kinship(rows, subject, partner, maker.members, [child for child, _ in children])
    return Home(
        members=tuple(maker.members),
        protection=protection,
        line=line,
        children=len(children),
        under_18=sum(is_under_18 for _, is_under_18 in children),
    )


def _address(rng: Random, place: Municipality, line: str | None, *, is_strict: bool) -> dict[str, Any]:
    if is_strict:
        return dict(STRICT_ADDRESS)
    if line is None:
        return {}
    address: dict[str, Any] = lives_at(line, place)
    if rng.random() < _ADDRESS_WITH_CARE:
        address["address_grade"] = "KLIENTADRESSE"
    if rng.random() < _TEMPORARY:
        address |= {"temporary_line": names.street(rng), "temporary_postal_code": place.postal_code}
        address["temporary_place"] = place.place
    return address


def _death(rng: Random) -> date | None:
    return TODAY - timedelta(days=rng.randrange(1, 400)) if rng.random() < _DEAD else None


def _add_kinship(rows: Rows, subject: UUID, partner: UUID | None, members: list[Member], children: list[UUID]) -> None:
    parents = [subject] if partner is None else [subject, partner]
    if partner is not None:
        add_kin(rows, subject, partner, members[1].relation, members[1].relation)
    for place, child in enumerate(children):
        for parent in parents:
            add_kin(rows, parent, child, "CHILD", "PARENT")
        for sibling in children[:place]:
            add_kin(rows, child, sibling, "SIBLING", "SIBLING")
