"""The persons that the demo always has, under numbers that never change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from hub.demo.offices import TESTBY
from hub.demo.rows import Rows
from hub.demo.scene import STRICT_ADDRESS, add_kin, add_person, fixed_id, lives_at
from hub.store.tables import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person with a fixed number and a fixed opaque id."""

    national_id: str
    first: str
    last: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return fixed_id(f"person {self.national_id}")


def _at_home(line: str, **values: Any) -> dict[str, Any]:
    return {**lives_at(line, TESTBY), "preferred_language": "nb", "interpreter_needed": False, **values}


KARI: Final = Known(national_id="15928741270", first="Kari", last="Testnes", values=_at_home("Prøveveien 4 H0201"))
OLA: Final = Known(
    national_id="03847538057",
    first="Ola",
    last="Hemmelig",
    values={"protection": "STRENGT_FORTROLIG", "preferred_language": "nb", **STRICT_ADDRESS},
)
EVA: Final = Known(national_id="22816823084", first="Eva", last="Eier", values=_at_home("Eiersvingen 12"))
BARN: Final = Known(national_id="11901482987", first="Barn", last="Testnes", values=_at_home("Prøveveien 4 H0201"))
NINA: Final = Known(
    national_id="07957926899", first="Nina", last="Ansatt", values=_at_home("Bankbakken 7 H0301", shielded=True)
)
IVAN: Final = Known(
    national_id="52879131057",
    first="Ivan",
    last="D",
    values={"preferred_language": "uk", "interpreter_needed": True, "digital_contact_reserved": True},
)
# The number is valid only by the rule for numbers from 2032.
MONA: Final = Known(
    national_id="14938527629",
    first="Mona",
    last="Flytter",
    values={
        "residential_line": "Syntesvingen 3",
        "residential_postal_code": "9902",
        "residential_place": "Syntevik",
        "temporary_line": "Overnattingsgata 1",
        "temporary_postal_code": "9902",
        "temporary_place": "Syntevik",
        "preferred_language": "nn",
    },
)
# Who lets, acts for others or works in an office. They have no case.
SIRI: Final = Known(national_id="02908917017", first="Siri", last="Testnes", values=_at_home("Søstergata 8"))
LIV: Final = Known(national_id="08866501875", first="Liv", last="Utleier", values=_at_home("Huseierveien 2"))
GUNNAR: Final = Known(national_id="19857015137", first="Gunnar", last="Verge", values=_at_home("Vergelia 5"))
DAGLIG_LEDER: Final = Known(national_id="21887746246", first="Petter", last="Leder", values=_at_home("Direktørallé 1"))

WITH_A_CASE: Final = (KARI, OLA, EVA, NINA, IVAN, MONA)
KNOWN: Final = (*WITH_A_CASE, BARN, SIRI, LIV, GUNNAR, DAGLIG_LEDER)


def add_people(rows: Rows) -> None:
    """The known persons and their family ties."""
    for known in KNOWN:
        add_person(rows, known.id, known.national_id, known.first, known.last, **known.values)
    add_kin(rows, KARI.id, BARN.id, "CHILD", "PARENT")
    add_kin(rows, KARI.id, SIRI.id, "SIBLING", "SIBLING")
    # A private landlord is a party of its own, under the person's opaque id.
    rows.add(Party, id=str(LIV.id), kind="LANDLORD", sector="PRIVATE", name="Privat utleier", municipality=None)
