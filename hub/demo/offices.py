"""The parties of the demo: two municipalities with every kind of office, banks, loan managers, landlords, namsmann."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.demo.rows import Rows
from hub.store.tables import Party, Unit

NAV_STATE: Final = "nav"
ENFORCEMENT: Final = "316300405"
ENFORCEMENT_UNIT: Final = "8001"
BANK: Final = "313800105"
BANK_UNIT: Final = "8101"
OTHER_BANK: Final = "313800202"
LANDLORD_COMPANY: Final = "315200318"
HOUSING_COMPANY: Final = "312346001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality, and the ids of its offices. One organisation number, many kinds of office."""

    number: str
    orgnr: str
    name: str
    postal_code: str
    place: str
    loan_manager: str
    loan_manager_name: str

    @property
    def nav(self) -> str:
        return f"{self.number}-nav"

    @property
    def debt_counsel(self) -> str:
        return f"{self.number}-debt"

    @property
    def housing(self) -> str:
        return f"{self.number}-housing"

    @property
    def rent_collector(self) -> str:
        return f"{self.number}-rent"

    @property
    def housing_support(self) -> str:
        return f"{self.number}-support"

    def unit(self, which: int) -> str:
        """The units are numbered by kind: 9901 is the first NAV office of 9901, 9911 its second."""
        return f"99{which}{self.number[3]}"

    @property
    def nav_unit(self) -> str:
        return self.unit(0)

    @property
    def second_nav_unit(self) -> str:
        return self.unit(1)

    @property
    def secure_unit(self) -> str:
        return self.unit(2)

    @property
    def debt_unit(self) -> str:
        return self.unit(3)

    @property
    def housing_unit(self) -> str:
        return self.unit(4)

    @property
    def rent_unit(self) -> str:
        return self.unit(5)

    @property
    def support_unit(self) -> str:
        return self.unit(6)


TESTBY: Final = Municipality(
    number="9901",
    orgnr="312345005",
    name="Testby",
    postal_code="9901",
    place="Testby",
    loan_manager="314100204",
    loan_manager_name="Prøve Låneforvaltning AS",
)
SYNTEVIK: Final = Municipality(
    number="9902",
    orgnr="310100102",
    name="Syntevik",
    postal_code="9902",
    place="Syntevik",
    loan_manager="314100301",
    loan_manager_name="Syntetisk Låneservice AS",
)
MUNICIPALITIES: Final = (TESTBY, SYNTEVIK)


def add_offices(rows: Rows) -> None:
    """All parties and units but private landlords, who are persons first."""
    rows.add(Party, id=NAV_STATE, orgnr="315000106", kind="NAV", sector="PUBLIC", name="Arbeids- og velferdsetaten")
    _organisation(rows, ENFORCEMENT, "ENFORCEMENT", "Namsmannen i Testby og Syntevik", unit=ENFORCEMENT_UNIT)
    _organisation(rows, BANK, "BANK", "Prøvebanken ASA", unit=BANK_UNIT)
    _organisation(rows, OTHER_BANK, "BANK", "Liksom Sparebank")
    _organisation(rows, LANDLORD_COMPANY, "LANDLORD", "Utleie AS")
    for municipality in MUNICIPALITIES:
        _organisation(rows, municipality.loan_manager, "LOAN_MANAGER", municipality.loan_manager_name)
        _add_municipality(rows, municipality)
    _organisation(rows, HOUSING_COMPANY, "HOUSING", "Testby Boligforetak KF", municipality=TESTBY.number)


def _add_municipality(rows: Rows, place: Municipality) -> None:
    def office(party: str, kind: str, name: str, units: dict[str, str]) -> None:
        rows.add(
            Party,
            id=party,
            orgnr=place.orgnr,
            kind=kind,
            sector="PUBLIC",
            name=name,
            municipality=place.number,
            # Differs, so that both settings can be seen.
            log_shows_names=kind == "HOUSING",
        )
        for unit, unit_name in units.items():
            rows.add(Unit, id=unit, party_id=party, name=unit_name, secure=unit == place.secure_unit)

    name = place.name
    office(place.orgnr, "MUNICIPALITY", f"{name} kommune", {})
    office(
        place.nav,
        "NAV",
        f"NAV {name}",
        {
            place.nav_unit: f"NAV {name} sentrum",
            place.second_nav_unit: f"NAV {name} øst",
            place.secure_unit: f"NAV {name}, særskilt enhet",
        },
    )
    office(place.debt_counsel, "DEBT_COUNSEL", f"Gjeldsrådgivningen i {name}", {place.debt_unit: "Gjeldsrådgivning"})
    office(place.housing, "HOUSING", f"Boligkontoret i {name}", {place.housing_unit: "Boligkontor"})
    office(place.rent_collector, "RENT_COLLECTOR", f"Kemneren i {name}", {place.rent_unit: "Innkreving av husleie"})
    office(place.housing_support, "HOUSING_SUPPORT", f"Bo-oppfølgingen i {name}", {place.support_unit: "Bo-oppfølging"})


def _organisation(
    rows: Rows, orgnr: str, kind: str, name: str, *, unit: str | None = None, municipality: str | None = None
) -> None:
    is_public = kind in ("ENFORCEMENT", "HOUSING")
    sector = "PUBLIC" if is_public else "PRIVATE"
    rows.add(Party, id=orgnr, orgnr=orgnr, kind=kind, sector=sector, name=name, municipality=municipality)
    if unit is not None:
        rows.add(Unit, id=unit, party_id=orgnr, name=name)
