"""Who one can be in the demo."""

from __future__ import annotations

from typing import Final

from hub.demo import staff
from hub.demo.offices import BANK, ENFORCEMENT, LANDLORD_COMPANY, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import DAGLIG_LEDER, EVA, GUNNAR, KARI, LIV, OLA, Known
from hub.identity.personas import CompanyLogin, EmployeeLogin, Login, Persona, PersonLogin, SystemLogin
from hub.identity.scopes import Scope

# The purposes that each kind of party may state (policies/purposes.toml); the first is the usual one.
_NAV: Final = ("B101", "B102")
_BANK: Final = ("B103", "B104", "B101")
_HOUSING: Final = ("B101", "B105")
_COLLECTOR: Final = ("B101", "B104")
_PREVENTION: Final = ("B101",)
_CONTROL: Final = ("B106", "B107")


def _employee(name: str, description: str, worker: staff.Worker, purposes: tuple[str, ...], orgnr: str) -> Persona:
    login = EmployeeLogin(
        tenant=worker.tenant,
        object_id=worker.object_id,
        name=worker.name,
        ident=worker.nav_ident,
        roles=(worker.role,),
    )
    return _persona(name, description, login, purposes, orgnr)


def _person(name: str, description: str, known: Known, scope: Scope, purposes: tuple[str, ...] = ()) -> Persona:
    return _persona(name, description, PersonLogin(national_id=known.national_id, scope=scope), purposes, None)


def _system(
    name: str, description: str, scope: Scope, purposes: tuple[str, ...], *, consumer: str, supplier: str | None = None
) -> Persona:
    login = SystemLogin(consumer=consumer, scope=scope, supplier=supplier)
    return _persona(name, description, login, purposes, supplier or consumer)


def _persona(name: str, description: str, login: Login, purposes: tuple[str, ...], orgnr: str | None) -> Persona:
    return Persona(name=name, description=description, login=login, purposes=purposes, orgnr=orgnr)


_OURS: Final = TESTBY.orgnr
PERSONAS: Final = (
    _employee("nav-caseworker", "Caseworker at NAV Testby, on Kari's and Eva's cases", staff.CASEWORKER, _NAV, _OURS),
    _employee("nav-caseworker-other-office", "The same at the other NAV office", staff.OTHER_OFFICE, _NAV, _OURS),
    _employee(
        "nav-caseworker-other-municipality",
        "Caseworker at NAV Syntevik",
        staff.OTHER_MUNICIPALITY,
        _NAV,
        "310100102",
    ),
    _employee("nav-secure-unit", "The special unit for strictly protected persons", staff.SECURE, _NAV, _OURS),
    _employee("nav-sister", "Caseworker at NAV Testby, and Kari's sister", staff.SISTER, _NAV, _OURS),
    _employee("debt-counsellor", "Debt counsellor in Testby", staff.DEBT_COUNSELLOR, ("B102", "B101", "B103"), _OURS),
    _employee("housing-caseworker", "Caseworker at the housing office of Testby", staff.HOUSING, _HOUSING, _OURS),
    _employee("rent-collector", "Collects rent for Testby", staff.RENT, _COLLECTOR, _OURS),
    _employee("housing-support", "Follows tenants up in their homes", staff.SUPPORT, _PREVENTION, _OURS),
    _employee("enforcement-officer", "Enforcement officer (namsfullmektig)", staff.OFFICER, _PREVENTION, "316300405"),
    _system("bank-system", "Prøvebanken's system; Eva has a loan there", Scope.BANK, _BANK, consumer=BANK),
    _system("other-bank-system", "Another bank's system", Scope.BANK, _BANK, consumer=OTHER_BANK),
    _system(
        "loan-manager-system",
        "The loan manager's system, for Testby as lender of startlån",
        Scope.LOAN_MANAGER,
        _BANK,
        consumer=TESTBY.orgnr,
        supplier=TESTBY.loan_manager,
    ),
    _system(
        "rent-ledger-system", "The rent ledger of Testby", Scope.RENT_COLLECTOR, _PREVENTION, consumer=TESTBY.orgnr
    ),
    _system(
        "other-rent-ledger-system",
        "The rent ledger of Syntevik",
        Scope.RENT_COLLECTOR,
        _PREVENTION,
        consumer=SYNTEVIK.orgnr,
    ),
    _system(
        "enforcement-system", "The case system of namsmannen", Scope.ENFORCEMENT, _PREVENTION, consumer=ENFORCEMENT
    ),
    _person("landlord", "Private landlord; Ivan is her tenant", LIV, Scope.LANDLORD, _COLLECTOR),
    _persona(
        "landlord-company",
        "Utleie AS, a company that lets; Ola is its tenant",
        CompanyLogin(
            national_id=DAGLIG_LEDER.national_id,
            subject="petter-leder",
            reportee=LANDLORD_COMPANY,
            reportee_name="Utleie AS",
            scope=Scope.LANDLORD,
        ),
        _COLLECTOR,
        LANDLORD_COMPANY,
    ),
    _person("guardian", "Guardian (verge) of Ivan in housing and economy", GUNNAR, Scope.CITIZEN),
    _person("citizen-kari", "Kari, tenant in a municipal flat, with arrears", KARI, Scope.CITIZEN),
    _person("citizen-eva", "Eva, who owns her home, with a startlån and a bank loan", EVA, Scope.CITIZEN),
    _person("citizen-ola", "Ola, tenant, strictly protected (kode 6)", OLA, Scope.CITIZEN),
    _employee("privacy-officer", "Privacy officer of NAV Testby", staff.PRIVACY, _CONTROL, _OURS),
    _employee("unit-leader", "Leader of a unit at NAV Testby", staff.LEADER, ("B106",), _OURS),
)


def persona(name: str) -> Persona | None:
    """The persona of this name."""
    return next((known for known in PERSONAS if known.name == name), None)
