"""The personas that the tests sign in as, and a development issuer for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hub.identity.development import DevelopmentIssuer
from hub.identity.personas import CompanyLogin, EmployeeLogin, Login, Persona, PersonLogin, SystemLogin
from tests.identity.forge import BANK, KARI, LANDLORD_COMPANY, LOAN_MANAGER, MUNICIPALITY, TENANT


def someone(name: str, login: Login) -> Persona:
    return Persona(name=name, description=f"<{name}>", login=login)


CITIZEN = someone("citizen", PersonLogin(national_id=KARI, scope="bofast:citizen"))
NAV = someone("nav", EmployeeLogin(tenant=TENANT, object_id="o1", name="A", ident="A123456", roles=("nav-caseworker",)))
HOUSING = someone("housing", EmployeeLogin(tenant="t2", object_id="o2", name="B", roles=("housing",)))
COMPANY = someone(
    "company",
    CompanyLogin(
        national_id=KARI, subject="s1", reportee=LANDLORD_COMPANY, reportee_name="Utleie AS", scope="bofast:landlord"
    ),
)
NOBODY = replace(COMPANY, name="nobody", login=replace(COMPANY.login, reportee=None))
SYSTEM = someone("system", SystemLogin(consumer=BANK, scope="bofast:bank"))
SUPPLIER = someone("supplier", SystemLogin(consumer=MUNICIPALITY, scope="bofast:loan-manager", supplier=LOAN_MANAGER))
PERSONAS = (CITIZEN, NAV, HOUSING, COMPANY, NOBODY, SYSTEM, SUPPLIER)


def issuer_at(address: str, data: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(base_url=address, host="127.0.0.1", data=data, personas=PERSONAS, audience=address)
